/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options_draft.h - the options to start from, for --config: how a list is written, and the kinds that its
 * columns are likely to be.
 *
 * E-mail addresses and phone numbers are kinds. Without these, a name with a date is, or else a number
 * or a text; what else could be listed is suggested in comments. So is everything that cells do not decide,
 * such as the region of phone numbers or the order of dates: a kind that is wrong loses people and lists
 * strangers.
 */
#ifndef ELIG_OPTIONS_DRAFT_H
#define ELIG_OPTIONS_DRAFT_H

#include <stdio.h>

#include "builder/inspect/list_description.h"
#include "lib/csv/schema.h"

#define OPTIONS_DRAFT_COMMENTS_MAX 64
#define OPTIONS_DRAFT_COLUMN_MAX 256 /* bytes of a column's name, with the zero at the end */
#define OPTIONS_DRAFT_TYPE_MAX 64    /* bytes of a type's name, with the zero at the end */

struct options_draft_comment {
    char *text;
    bool is_decision; /* a sentence: what must be decided before the list is compiled */
};

struct options_draft {
    struct schema schema; /* kind_count 0: no column can be listed */
    struct options_draft_comment
        comments[OPTIONS_DRAFT_COMMENTS_MAX]; /* others: options that are only suggested */
    unsigned comment_count, decision_count;
};

/* What the list's options are; its encoding's name must outlive them. Returns 0 or ELIG_E_MEMORY. Free with
 * options_draft_free() in every case. */
ELIG_CHECK_RESULT int options_draft_make(struct options_draft *draft, const struct list_description *list);

/* Writes them as an options file; before: what each line begins with. */
void options_draft_write(const struct options_draft *draft, FILE *stream, const char *before);

/* Writes how an option names a column: by the header's name if it can be shown and is the only one, else by
 * number. */
void options_draft_column_name(const struct list_description *list, unsigned column,
                               char name[OPTIONS_DRAFT_COLUMN_MAX]);

/* Writes a type with its notation as an option names it; a pivot, which is the owner's to choose, as NN. */
void options_draft_type_name(const struct elig_part *part, const struct notation *notation,
                             char name[OPTIONS_DRAFT_TYPE_MAX]);

void options_draft_free(struct options_draft *draft);

#endif
