/* SPDX-License-Identifier: Apache-2.0 */
/*
 * first_row.h - what the first row of a list is: a header, or somebody who would be lost if it was taken for
 * one.
 */
#ifndef ELIG_FIRST_ROW_H
#define ELIG_FIRST_ROW_H

#include <stdbool.h>

#include "lib/csv/columns.h"

#define FIRST_ROW_NAMES_MAX 512 /* bytes of a text of names, with the zero at the end */

/* Whether the row that should be the header holds an e-mail address; or in the column of a part, unless it is
 * `text` or `exact`, what notation_holds_identifier() takes for an identifier. */
bool first_row_is_data(const struct schema *schema, const struct columns *columns, const struct elig_text *row);

/* Whether nothing says that the row that should be the header is one, and somebody may be lost with it: no
 * column is given by its name (is_named); of the fields that are read, none of `text` or `exact` has a word of
 * headers, and no other has letters; and first_row_is_known() does not know the row. */
bool first_row_may_be_data(const struct schema *schema, const struct columns *columns,
                           const struct elig_text *row, bool is_named);

/* Whether more than half of the fields have a word that headers have, such as "name" or "이메일". */
bool first_row_is_known(const struct elig_text *row, unsigned fields);

/* Writes the names of the columns that fit; false if the row may be somebody's, and must not be shown: a field
 * has a digit or an '@', or first_row_is_known() does not know it. */
bool first_row_names(const struct elig_text *row, unsigned fields, char names[FIRST_ROW_NAMES_MAX]);

#endif
