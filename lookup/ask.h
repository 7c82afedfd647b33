/*
 * ask.h - identifiers from standard input into answers on standard output: the three ways of elig-lookup.
 */
#ifndef ELIG_ASK_H
#define ELIG_ASK_H

#include "elig.h"

struct service;

struct ask {
    const struct elig *index;
    const char *path; /* of the index, for messages */
    unsigned kind;
    const struct elig_kind *description;
    int as_json;
    struct service *service; /* that evaluates what the index's secret would; NULL: no need of one */
};

/* Exit codes of elig-lookup. The other programs' codes are in message.h. */
enum ask_exit { ASK_ELIGIBLE = 0, ASK_NOT_LISTED = 1, ASK_INVALID = 3, ASK_WINDOW = 4, ASK_CANNOT = 5 };

/* One identifier: prompted for on a terminal, part by part; else one line, parts separated by tabs.
 * Prints the answer and returns its exit code. */
int ask_one(const struct ask *ask);

/* One identifier a line, one answer a line, until the end of input. Returns ASK_ELIGIBLE when every line got a
 * verdict, ASK_INVALID when some were invalid, ASK_CANNOT when it had to stop. */
int ask_batch(const struct ask *ask);

#endif
