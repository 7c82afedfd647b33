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

/* Exit codes of elig-lookup. The other programs' codes are in message.h. */
enum query_exit {
    QUERY_ELIGIBLE = 0,
    QUERY_NOT_LISTED = 1,
    QUERY_INVALID = 3,
    QUERY_WINDOW = 4,
    QUERY_CANNOT = 5
};

/* One identifier: prompted for on a terminal, part by part; else one line, parts separated by tabs.
 * Prints the answer and returns its exit code. */
int query_one(const struct query *query);

/* One identifier a line, one answer a line, until the end of input. Returns QUERY_ELIGIBLE when every line got
 * a verdict, QUERY_INVALID when some were invalid, QUERY_CANNOT when it had to stop. */
int query_batch(const struct query *query);

#endif
