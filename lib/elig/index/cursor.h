/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cursor.h - iterates over the leaves of an open index in order. Each page is read once into private memory and
 * checked against the tree, for the builder's verification and the auditor's full check. Constant memory: one
 * page for each level.
 *
 * A cursor belongs to one thread; any number of cursors may be open on one handle at once, each over a range of
 * its leaves. Adjacent ranges together check everything between them, since each leaf's separator is compared
 * with the next leaf's.
 */
#ifndef ELIG_CURSOR_H
#define ELIG_CURSOR_H

#include <stdbool.h>

#include "include/elig.h"

#include "lib/elig/index/tree.h"

struct cursor;

/* Opens a cursor before first_leaf; at the end if there is no such leaf. Works in every mode of the index,
 * which must outlive the cursor. NULL: no memory. */
ELIG_CHECK_RESULT struct cursor *cursor_open(const struct elig *index, uint64_t first_leaf);

/* Moves to the next leaf; sets *has_leaf to false after the last. Returns 0, ELIG_E_READ or ELIG_E_DAMAGED.
 * After the end or an error there is no current leaf, and further calls return the same. */
ELIG_CHECK_RESULT int cursor_next(struct cursor *cursor, bool *has_leaf);

/* The current leaf's separator. */
struct tree_key cursor_separator(const struct cursor *cursor);

/* Whether there is a leaf after the current one; if so, *key is its separator, which is greater than the
 * current one's. Reads nothing from the file: a checked inner page holds it. */
ELIG_CHECK_RESULT bool cursor_next_separator(const struct cursor *cursor, struct tree_key *key);

/* Looks a digest up in the current leaf and fills in *answer. Returns 0, or ELIG_E_ARGUMENT if the digest
 * belongs to another leaf: it is below the current separator, or not below the next one. */
ELIG_CHECK_RESULT int cursor_probe(const struct cursor *cursor, const uint8_t *digest,
                                   struct elig_answer *answer);

/* NULL is fine. */
void cursor_close(struct cursor *cursor);

#endif
