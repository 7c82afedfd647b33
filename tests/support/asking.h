/* SPDX-License-Identifier: Apache-2.0 */
/*
 * asking.h - opens indexes of the tests' own salt and secret, and asserts what they answer.
 */
#ifndef ELIG_SUPPORT_ASKING_H
#define ELIG_SUPPORT_ASKING_H

#include <stdint.h>

#include "include/elig.h"

/* The salt and the secret of the indexes that tests make. */
const uint8_t *test_salt(void);
uint8_t *test_secret(void);

/* Opens with test_secret(), and asserts success. */
struct elig *test_open(const char *path, enum elig_check check);

/* What elig_open() returns; an index that could be opened is closed again. */
int test_open_error(const char *path, enum elig_check check, const uint8_t *secret);

/* The error of an answer, or its verdict. */
int test_result(const struct elig_answer *answer);

struct elig_answer test_find(const struct elig *index, const uint8_t *digest);
int test_ask(const struct elig *index, const char *kind, const char *identifier, struct elig_answer *answer);

void assert_same_label(const char *label, const char *expected); /* NULL: no label */
void assert_listed(const struct elig *index, const char *kind, const char *identifier, const char *label);
void assert_not_listed(const struct elig *index, const char *kind, const char *identifier);

#endif
