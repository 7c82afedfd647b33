/* SPDX-License-Identifier: Apache-2.0 */
/* column_doubt.h - what speaks against listing a column as it is written. */
#ifndef ELIG_COLUMN_DOUBT_H
#define ELIG_COLUMN_DOUBT_H

#include "builder/inspect/column_statistics.h"

/* Whether a column of text has few different values, each of many rows. */
bool column_doubt_is_label(const struct column_statistics *column);

/* Whether numbers were written as quantities, or rounded: others than those that were meant would be listed. */
bool column_doubt_is_changed(const struct column_statistics *column);

/* Whether one cell in twenty, or more, holds several identifiers: fewer are slips, which are to be refused. */
bool column_doubt_has_several(const struct column_statistics *column);

/* Whether more than half of the cells of a column of digits are phone numbers of a region, too. */
bool column_doubt_may_be_phone(const struct column_statistics *column);

/* Whether nearly all cells are digits, and nothing speaks against listing them. */
bool column_doubt_is_plain_number(const struct column_statistics *column);

/* Whether nearly all values are different, as identifiers are. */
bool column_doubt_is_distinct(const struct column_statistics *column);

/* Why numbers that are plain may still not identify people; NULL: nothing is known against them. */
const char *column_doubt_of_number(const struct column_statistics *column);

/* What most likely are identifiers that cannot be listed as they are written, as the end of "of its cells, N
 * are ..."; *cells: how many. NULL: nothing of this sort. has_kind: another column is listed, so that one which
 * is not said to be of identifiers by its name may be of anything. */
const char *column_doubt_find(const struct column_statistics *column, bool has_kind, uint64_t *cells);

#endif
