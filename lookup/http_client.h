/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_client.h - the client's side of a key service, which evaluates blinded elements: docs/FORMAT.md,
 * section 11.
 *
 * It transfers bytes only: elig_unblind() verifies the answer. libcurl is loaded when a service is opened,
 * since it needs thirty libraries that no other lookup needs.
 */
#ifndef ELIG_HTTP_CLIENT_H
#define ELIG_HTTP_CLIENT_H

#include <stdbool.h>

#include "include/elig.h"

struct http_client;

/* Whether url is http://, https:// or unix:PATH, without user and password, which messages would repeat. */
ELIG_CHECK_RESULT bool http_client_url_is_valid(const char *url);

/* Prepares to ask the service at url, which passed http_client_url_is_valid(). Returns 0, or
 * MESSAGE_E_PRINTED and *client NULL. */
ELIG_CHECK_RESULT int http_client_open(const char *url, struct http_client **client);

/* Has count elements, 1 .. ELIG_BLIND_MAX, evaluated. Returns 0 or MESSAGE_E_PRINTED. */
ELIG_CHECK_RESULT int http_client_evaluate(struct http_client *client,
                                           const uint8_t (*blinded)[ELIG_ELEMENT_BYTES], size_t count,
                                           uint8_t (*evaluated)[ELIG_ELEMENT_BYTES],
                                           uint8_t proof[ELIG_PROOF_BYTES]);

/* NULL is fine. */
void http_client_close(struct http_client *client);

#endif
