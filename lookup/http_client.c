/* SPDX-License-Identifier: Apache-2.0 */
/* http_client.c - libcurl, loaded when it is needed, posts blinded elements and keeps the answer. */
#include "lookup/http_client.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/util/message.h"

#define LIBRARY "libcurl.so.4"
#define SCHEME_UNIX "unix:"
#define URL_OF_SOCKET "http://localhost/" /* which path to ask for, once the socket is known */
#define CONNECT_SECONDS 10L
#define ANSWER_SECONDS 60L
#define ANSWER_MAX (ELIG_BLIND_MAX * ELIG_ELEMENT_BYTES + ELIG_PROOF_BYTES)

/* The functions of libcurl that are used: X(name) */
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
    size_t length; /* of the answer so far */
    uint8_t answer[ANSWER_MAX];
};

bool http_client_url_is_valid(const char *url)
{
    static const char schemes[][9] = {SCHEME_UNIX, "http://", "https://"};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        size_t length = strlen(schemes[i]);
        if (strncmp(url, schemes[i], length) == 0)
            return url[length] != '\0' && (i == 0 || strchr(url, '@') == NULL);
    }
    return false;
}

/* Prints the reason for which the service cannot be asked. */
static int explain(const struct http_client *client, const char *reason)
{
    message("ask the key service %s: %s", client->url, reason);
    return MESSAGE_E_PRINTED;
}

static int load(struct http_client *client)
{
    client->library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        void *symbol = client->library != NULL ? dlsym(client->library, names[i]) : NULL;
        if (symbol == NULL)
            return explain(client, LIBRARY " is not there, or too old: install libcurl4");
        /* ISO C has no cast from object to function pointers */
        memcpy((char *)&client->call + i * sizeof symbol, &symbol, sizeof symbol);
    }
    return 0;
}

/* Keeps bytes of the answer. Returns 0, which ends the transfer, if it is longer than any that was asked for.
 */
static size_t keep_answer(char *bytes, size_t size, size_t count, void *context)
{
    struct http_client *client = context;
    if (size * count > ANSWER_MAX - client->length)
        return 0;
    memcpy(client->answer + client->length, bytes, size * count);
    client->length += size * count;
    return size * count;
}

static int prepare(struct http_client *client)
{
    bool is_socket = strncmp(client->url, SCHEME_UNIX, strlen(SCHEME_UNIX)) == 0;
    client->curl = client->call.curl_easy_init();
    client->headers = client->call.curl_slist_append(NULL, "Content-Type: application/octet-stream");
    if (client->curl == NULL || client->headers == NULL)
        return explain(client, strerror(ENOMEM));
    CURL *curl = client->curl;
    if (is_socket) {
        client->call.curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, client->url + strlen(SCHEME_UNIX));
        client->call.curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* none, also if the environment names one */
    }
    client->call.curl_easy_setopt(curl, CURLOPT_URL, is_socket ? URL_OF_SOCKET : client->url);
    client->call.curl_easy_setopt(curl, CURLOPT_HTTPHEADER, client->headers);
    client->call.curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
    client->call.curl_easy_setopt(curl, CURLOPT_TIMEOUT, ANSWER_SECONDS);
    client->call.curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    client->call.curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep_answer);
    client->call.curl_easy_setopt(curl, CURLOPT_WRITEDATA, client);
    return 0;
}

int http_client_open(const char *url, struct http_client **client)
{
    *client = calloc(1, sizeof **client);
    if (*client == NULL) {
        message("ask the key service: %s", strerror(ENOMEM));
        return MESSAGE_E_PRINTED;
    }
    (*client)->url = url;
    int error = load(*client);
    if (error == 0)
        error = prepare(*client);
    if (error != 0) {
        http_client_close(*client);
        *client = NULL;
    }
    return error;
}

int http_client_evaluate(struct http_client *client, const uint8_t (*blinded)[ELIG_ELEMENT_BYTES], size_t count,
                         uint8_t (*evaluated)[ELIG_ELEMENT_BYTES], uint8_t proof[ELIG_PROOF_BYTES])
{
    size_t bytes = count * ELIG_ELEMENT_BYTES;
    long status = 0;
    client->length = 0;
    client->call.curl_easy_setopt(client->curl, CURLOPT_POSTFIELDS, blinded);
    client->call.curl_easy_setopt(client->curl, CURLOPT_POSTFIELDSIZE, (long)bytes);
    CURLcode code = client->call.curl_easy_perform(client->curl);
    client->call.curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
    if (status != 0 && status != 200) {
        message("ask the key service %s: it answered with HTTP status %ld", client->url, status);
        return MESSAGE_E_PRINTED;
    }
    if (code != CURLE_OK && code != CURLE_WRITE_ERROR)
        return explain(client, client->call.curl_easy_strerror(code));
    if (code != CURLE_OK || client->length != bytes + ELIG_PROOF_BYTES)
        return explain(client, "its answer has another length than one to this question");
    memcpy(evaluated, client->answer, bytes);
    memcpy(proof, client->answer + bytes, ELIG_PROOF_BYTES);
    return 0;
}

void http_client_close(struct http_client *client)
{
    if (client == NULL)
        return;
    if (client->headers != NULL)
        client->call.curl_slist_free_all(client->headers);
    if (client->curl != NULL)
        client->call.curl_easy_cleanup(client->curl);
    if (client->library != NULL)
        dlclose(client->library);
    free(client);
}
