/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hidden_rows.h - whether a row of several lines is one row, or several that a stray quote has made one.
 */
#ifndef ELIG_HIDDEN_ROWS_H
#define ELIG_HIDDEN_ROWS_H

#include <stdbool.h>

#include "lib/csv/columns.h"
#include "lib/csv/csv.h"

/*
 * Whether more than one line of the row would be a row by itself: it has as many delimiters as the first row,
 * quotes not considered, and a part of some kind that looks like one as its column is written
 * (notation_holds_identifier()). A row with an intended line break in a field has one such line at most: the
 * first if it is in the last field, the last if it is in the first one.
 */
bool hidden_rows_exist(const struct csv_row *row, const struct schema *schema, const struct columns *columns);

#endif
