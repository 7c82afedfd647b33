/* SPDX-License-Identifier: Apache-2.0 */
/*
 * query.h - identifiers from standard input, answers on standard output: one identifier, or many.
 */
#ifndef ELIG_QUERY_H
#define ELIG_QUERY_H

#include <stdbool.h>

#include "include/elig.h"

struct http_client;

struct query {
    const struct elig *index;
    const char *path; /* of the index, for messages */
    unsigned kind;
    const struct elig_kind *description;
    bool is_json;
    struct http_client *client; /* of the service that has the secret of a blind index; NULL: not needed */
};

/* One identifier: prompted for on a terminal, part by part; else one line, parts separated by tabs. Prints the
 * answer, whose verdict is then in *verdict. Returns 0 or MESSAGE_E_PRINTED. */
ELIG_CHECK_RESULT int query_one(const struct query *query, enum elig_verdict *verdict);

/* One identifier a line, one answer a line, until the end of input. *verdict is ELIG_INVALID if a line was
 * invalid, else ELIG_ELIGIBLE. Returns 0, MESSAGE_E_PRINTED, or
 * ELIG_E_WRITE, not printed, if standard output failed. */
ELIG_CHECK_RESULT int query_batch(const struct query *query, enum elig_verdict *verdict);

#endif
