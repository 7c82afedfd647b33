/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan.h - an open index's leaves in order, each page read once into private memory and checked against the
 * tree: for the builder's proof and the auditor's full check. Constant memory (one page a level).
 *
 * A scan belongs to one thread; any number of scans may go over one handle at once, each over a part of it.
 * Ranges of leaves that meet check everything between them: each leaf's separator is compared with the next
 * one's.
 */
#ifndef ELIG_SCAN_H
#define ELIG_SCAN_H

#include "include/elig.h"

#include "lib/elig/index/tree.h"

struct cursor;

/* Starts a scan before first_leaf; one that is not there is the end. In any mode of the index, which must
 * outlive the scan. NULL: no memory. */
ELIG_CHECK_RESULT struct cursor *cursor_open(const struct elig *index, uint64_t first_leaf);

/* Moves to the next leaf: 1, or 0 after the last, or ELIG_E_READ or ELIG_E_DAMAGED. After 0 or an error there
 * is no present leaf, and the same is returned again. */
ELIG_CHECK_RESULT int cursor_next(struct cursor *scan);

/* The present leaf's number and separator. Only after cursor_next() returned 1. */
uint64_t cursor_leaf(const struct cursor *scan);
struct tree_key cursor_separator(const struct cursor *scan);

/* 1 and the separator of the leaf after the present one, which is greater than the present one's; 0 if this is
 * the last. Reads nothing: the inner pages that were checked on the way here say it. An int like the others' so
 * that an error (negative) has a place; today there is none. */
ELIG_CHECK_RESULT int cursor_next_separator(const struct cursor *scan, struct tree_key *key);

/* Probes the present leaf as a lookup would: fills *answer and returns its verdict. The digest must be routed
 * here, its first bytes from the present leaf's separator on and below the next one's, else ELIG_E_ARGUMENT. */
int cursor_probe(const struct cursor *scan, const uint8_t *digest, struct elig_answer *answer);

/* NULL is fine. */
void cursor_close(struct cursor *scan);

#endif
