/* SPDX-License-Identifier: Apache-2.0 */
#include "lookup/http_client.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/util/message.h"

#define LIBRARY "libcurl.so.4"
#define SCHEME_UNIX "unix:"
#define URL_OF_SOCKET "http://localhost/" /* which path to ask for, once the socket is known */
#define CONNECT_SECONDS 10L
#define ANSWER_SECONDS 60L
#define ANSWER_MAX (ELIG_BLIND_MAX * ELIG_ELEMENT_BYTES + ELIG_PROOF_BYTES)

/* What of libcurl is used. X(name) */
#define CURL_FUNCTIONS(X) \
    X(curl_easy_init)     \
    X(curl_easy_setopt)   \
    X(curl_easy_perform)  \
    X(curl_easy_getinfo)  \
    X(curl_easy_strerror) \
    X(curl_easy_cleanup)  \
    X(curl_slist_append)  \
    X(curl_slist_free_all)

#undef curl_easy_setopt /* a macro that checks types, around the function */
#undef curl_easy_getinfo

struct functions {
#define CURL_MEMBER(name) __typeof__(name) *(name);
    CURL_FUNCTIONS(CURL_MEMBER)
#undef CURL_MEMBER
};

#define NAME_MAX_BYTES 24
static const char names[][NAME_MAX_BYTES] = {
#define CURL_NAME(name) #name,
    CURL_FUNCTIONS(CURL_NAME)
#undef CURL_NAME
};

struct http_client {
    const char *url;
    void *library;
    struct functions call;
    CURL *curl;
    struct curl_slist *headers;
    size_t length; /* of the answer so far; ANSWER_MAX + 1: too long */
    uint8_t answer[ANSWER_MAX];
};

int http_client_url_is_valid(const char *url)
{
    static const char schemes[][9] = {SCHEME_UNIX, "http://", "https://"};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        size_t length = strlen(schemes[i]);
        if (strncmp(url, schemes[i], length) == 0)
            return url[length] != '\0' && (i == 0 || strchr(url, '@') == NULL);
    }
    return 0;
}

static int explain(const struct http_client *service, const char *why)
{
    message("ask the key service %s: %s", service->url, why);
    return 0;
}

static int load(struct http_client *service)
{
    service->library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        void *symbol = service->library != NULL ? dlsym(service->library, names[i]) : NULL;
        if (symbol == NULL)
            return explain(service, LIBRARY " is not there, or too old: install libcurl4");
        /* ISO C has no cast from object to function pointers */
        memcpy((char *)&service->call + i * sizeof symbol, &symbol, sizeof symbol);
    }
    return 1;
}

/* Keeps what fits; what does not is not what was asked for. */
static size_t take(char *bytes, size_t size, size_t count, void *context)
{
    struct http_client *service = context;
    if (size * count > ANSWER_MAX - service->length)
        return 0;
    memcpy(service->answer + service->length, bytes, size * count);
    service->length += size * count;
    return size * count;
}

static int prepare(struct http_client *service)
{
    int is_socket = strncmp(service->url, SCHEME_UNIX, strlen(SCHEME_UNIX)) == 0;
    service->curl = service->call.curl_easy_init();
    service->headers = service->call.curl_slist_append(NULL, "Content-Type: application/octet-stream");
    if (service->curl == NULL || service->headers == NULL)
        return explain(service, strerror(ENOMEM));
    CURL *curl = service->curl;
    if (is_socket) {
        service->call.curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, service->url + strlen(SCHEME_UNIX));
        service->call.curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* whatever the environment says */
    }
    service->call.curl_easy_setopt(curl, CURLOPT_URL, is_socket ? URL_OF_SOCKET : service->url);
    service->call.curl_easy_setopt(curl, CURLOPT_HTTPHEADER, service->headers);
    service->call.curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
    service->call.curl_easy_setopt(curl, CURLOPT_TIMEOUT, ANSWER_SECONDS);
    service->call.curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    service->call.curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    service->call.curl_easy_setopt(curl, CURLOPT_WRITEDATA, service);
    return 1;
}

struct http_client *http_client_open(const char *url)
{
    struct http_client *service = calloc(1, sizeof *service);
    if (service == NULL) {
        message("ask the key service: %s", strerror(ENOMEM));
        return NULL;
    }
    service->url = url;
    if (load(service) && prepare(service))
        return service;
    http_client_close(service);
    return NULL;
}

int http_client_evaluate(struct http_client *service, const uint8_t (*blinded)[ELIG_ELEMENT_BYTES],
                         size_t count, uint8_t (*evaluated)[ELIG_ELEMENT_BYTES],
                         uint8_t proof[ELIG_PROOF_BYTES])
{
    size_t bytes = count * ELIG_ELEMENT_BYTES;
    long status = 0;
    service->length = 0;
    service->call.curl_easy_setopt(service->curl, CURLOPT_POSTFIELDS, blinded);
    service->call.curl_easy_setopt(service->curl, CURLOPT_POSTFIELDSIZE, (long)bytes);
    CURLcode code = service->call.curl_easy_perform(service->curl);
    service->call.curl_easy_getinfo(service->curl, CURLINFO_RESPONSE_CODE, &status);
    if (status != 0 && status != 200) {
        message("ask the key service %s: it answered with HTTP status %ld", service->url, status);
        return 0;
    }
    if (code != CURLE_OK && code != CURLE_WRITE_ERROR)
        return explain(service, service->call.curl_easy_strerror(code));
    if (code != CURLE_OK || service->length != bytes + ELIG_PROOF_BYTES)
        return explain(service, "its answer has another length than one to this question");
    memcpy(evaluated, service->answer, bytes);
    memcpy(proof, service->answer + bytes, ELIG_PROOF_BYTES);
    return 1;
}

void http_client_close(struct http_client *service)
{
    if (service == NULL)
        return;
    if (service->headers != NULL)
        service->call.curl_slist_free_all(service->headers);
    if (service->curl != NULL)
        service->call.curl_easy_cleanup(service->curl);
    if (service->library != NULL)
        dlclose(service->library);
    free(service);
}
