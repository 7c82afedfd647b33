/* SPDX-License-Identifier: Apache-2.0 */
/*
 * key_service - a key service for the tests: answers one request after another over HTTP/1.1, right or wrong.
 *
 *     key_service SECRET unix:PATH|PORT HOW COUNT
 *
 * PORT 0 is any free one of 127.0.0.1. Prints the address to ask and a line end once it listens, and ends after
 * COUNT requests. HOW says what is wrong with its answers: right, swapped, proof, zero, short, long, status,
 * silent.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "include/elig.h"

#include "lib/util/keyfile.h"
#include "lib/util/message.h"

#define REQUEST_MAX 65536
#define ANSWER_MAX (ELIG_BLIND_MAX * ELIG_ELEMENT_BYTES + ELIG_PROOF_BYTES)

static void fail(const char *what)
{
    perror(what);
    exit(EXIT_CANNOT);
}

static int listen_at(const char *where)
{
    int is_path = strncmp(where, "unix:", 5) == 0;
    int listener = socket(is_path ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un path = {.sun_family = AF_UNIX};
    struct sockaddr_in port = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof port;
    if (listener < 0)
        fail("socket");
    if (is_path) {
        snprintf(path.sun_path, sizeof path.sun_path, "%s", where + 5);
        if (bind(listener, (struct sockaddr *)&path, sizeof path) != 0)
            fail("bind");
        puts(where);
    } else {
        port.sin_port = htons((uint16_t)strtoul(where, NULL, 10));
        if (bind(listener, (struct sockaddr *)&port, sizeof port) != 0 ||
            getsockname(listener, (struct sockaddr *)&port, &length) != 0)
            fail("bind");
        printf("http://127.0.0.1:%u/\n", (unsigned)ntohs(port.sin_port));
    }
    if (listen(listener, 8) != 0)
        fail("listen");
    fflush(stdout);
    return listener;
}

/* Reads a request; its body's length, and the body at *body. */
static size_t read_request(int client, char *request, const uint8_t **body)
{
    size_t got = 0, length = 0;
    const char *end = NULL;
    while (end == NULL || got < (size_t)(end - request) + 4 + length) {
        ssize_t more = read(client, request + got, REQUEST_MAX - 1 - got);
        if (more <= 0)
            return 0;
        got += (size_t)more;
        request[got] = '\0';
        end = strstr(request, "\r\n\r\n");
        const char *header = strcasestr(request, "\r\ncontent-length:");
        if (end != NULL && header != NULL)
            length = strtoul(header + strlen("\r\ncontent-length:"), NULL, 10);
    }
    *body = (const uint8_t *)end + 4;
    return length;
}

/* Makes an answer of a right one as HOW says; returns its length. */
static size_t spoil(const char *how, uint8_t *answer, size_t count)
{
    size_t length = count * ELIG_ELEMENT_BYTES + ELIG_PROOF_BYTES;
    if (strcmp(how, "swapped") == 0 && count > 1) {
        uint8_t kept[ELIG_ELEMENT_BYTES];
        memcpy(kept, answer, sizeof kept);
        memcpy(answer, answer + sizeof kept, sizeof kept);
        memcpy(answer + sizeof kept, kept, sizeof kept);
    }
    if (strcmp(how, "proof") == 0)
        answer[length - 1] ^= 1;
    if (strcmp(how, "zero") == 0)
        memset(answer, 0, ELIG_ELEMENT_BYTES);
    return strcmp(how, "short") == 0 ? length - 1 : strcmp(how, "long") == 0 ? ANSWER_MAX + 1 : length;
}

static void write_all(int client, const void *bytes, size_t length)
{
    for (const char *at = bytes; length > 0;) {
        ssize_t put = write(client, at, length);
        if (put <= 0)
            return;
        at += put;
        length -= (size_t)put;
    }
}

static void serve(int client, const uint8_t *secret, const char *how)
{
    static char request[REQUEST_MAX];
    static uint8_t answer[ANSWER_MAX + 1];
    char head[128];
    const uint8_t *body = NULL;
    size_t count = read_request(client, request, &body) / ELIG_ELEMENT_BYTES, length = 0;
    int is_good =
        count > 0 && strcmp(how, "status") != 0 &&
        elig_evaluate(secret, (const uint8_t(*)[ELIG_ELEMENT_BYTES])body, count,
                      (uint8_t(*)[ELIG_ELEMENT_BYTES])answer, answer + count * ELIG_ELEMENT_BYTES) == 0;
    if (strcmp(how, "silent") == 0)
        return;
    if (is_good)
        length = spoil(how, answer, count);
    snprintf(head, sizeof head, "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
             is_good ? "200 OK" : "400 Bad Request", length);
    write_all(client, head, strlen(head));
    write_all(client, answer, length);
}

int main(int argc, char **argv)
{
    message_program("key_service");
    if (argc != 5)
        return message_exit_code(message_usage("key_service SECRET unix:PATH|PORT HOW COUNT"));
    uint8_t *secret;
    if (keyfile_read(ELIG_KEY_SECRET, argv[1], &secret) != 0)
        return EXIT_CANNOT;
    int listener = listen_at(argv[2]);
    for (unsigned long left = strtoul(argv[4], NULL, 10); left > 0; left--) {
        int client = accept(listener, NULL, NULL);
        if (client < 0)
            fail("accept");
        serve(client, secret, argv[3]);
        close(client);
    }
    keyfile_free(secret);
    return EXIT_DONE;
}
