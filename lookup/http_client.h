/* SPDX-License-Identifier: Apache-2.0 */
/*
 * service.h - a key service, which evaluates blinded elements: the client's side of docs/FORMAT.md, section 11.
 *
 * Carries bytes only: what comes back is for elig_unblind() to verify. libcurl is loaded when a service is
 * opened, since it brings thirty libraries along that no other lookup needs.
 */
#ifndef ELIG_SERVICE_H
#define ELIG_SERVICE_H

#include "include/elig.h"

struct http_client;

/* 1 for http://, https:// or unix:PATH. None with user and password in it, which messages would repeat. */
ELIG_CHECK_RESULT int http_client_url_is_valid(const char *url);

/* Prepares to ask the service at url, http://, https:// or unix:PATH. NULL, explained, if that cannot be done.
 */
ELIG_CHECK_RESULT struct http_client *http_client_open(const char *url);

/* Has count elements, 1 .. ELIG_BLIND_MAX, evaluated. Returns 1, or 0 with the failure explained. */
ELIG_CHECK_RESULT int http_client_evaluate(struct http_client *service,
                                           const uint8_t (*blinded)[ELIG_ELEMENT_BYTES], size_t count,
                                           uint8_t (*evaluated)[ELIG_ELEMENT_BYTES],
                                           uint8_t proof[ELIG_PROOF_BYTES]);

/* NULL is fine. */
void http_client_close(struct http_client *service);

#endif
