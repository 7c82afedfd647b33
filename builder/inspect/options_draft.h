/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options_draft.h - the options to start from, for --config: how a list is written, and the kinds that its
 * columns are likely to be.
 *
 * E-mail addresses and phone numbers are kinds. Without these, a name with a birth date is, or else a number;
 * never a text alone, which many people can share. What else could be listed is suggested in comments. What
 * cells do not decide is a comment and a sentence that says what is to be decided: a kind that is wrong loses
 * people and lists strangers, and so does a column that is left out without a word.
 */
#ifndef ELIG_OPTIONS_DRAFT_H
#define ELIG_OPTIONS_DRAFT_H

#include <stdio.h>

#include "builder/inspect/list_description.h"
#include "lib/csv/schema.h"

#define OPTIONS_DRAFT_COMMENTS_MAX 1024
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
    bool is_encoding_open; /* schema.encoding is the most plausible one, and is to be decided */
};

/* A column as a part of a kind. */
struct draft_part {
    unsigned column;
    struct elig_part part;
    struct notation notation;
};

/* What the list's options are; its encoding's name must outlive them. Returns 0 or ELIG_E_MEMORY. Free with
 * options_draft_free() in every case. */
ELIG_CHECK_RESULT int options_draft_make(struct options_draft *draft, const struct list_description *list);

/* Adds a kind, of which the schema has not as many as an index can have. Returns 0 or ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int options_draft_add(struct options_draft *draft, const struct list_description *list,
                                        const char *name, const struct draft_part *parts, unsigned count);

/* Adds a kind, or another option, as a comment. Both return 0 or ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int options_draft_suggest(struct options_draft *draft, const struct list_description *list,
                                            const char *name, const struct draft_part *parts, unsigned count);
ELIG_CHECK_RESULT int options_draft_suggest_text(struct options_draft *draft, const char *option,
                                                 const char *value);

/* Says what must be decided about columns, count of them, or with 0 about the list. Returns 0 or
 * ELIG_E_MEMORY. */
ELIG_CHECK_RESULT __attribute__((format(printf, 5, 6))) int
options_draft_decide(struct options_draft *draft, const struct list_description *list, const unsigned *columns,
                     unsigned count, const char *format, ...);

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
