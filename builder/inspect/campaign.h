/* SPDX-License-Identifier: Apache-2.0 */
/*
 * campaign.h - the options to start from, for --config: how a list is written, and the kinds that its columns
 * are likely to be.
 *
 * E-mail addresses and phone numbers are kinds. Without these, a name with a date is, or else a number
 * or a text; what else could be listed is suggested in comments.
 */
#ifndef ELIG_CAMPAIGN_H
#define ELIG_CAMPAIGN_H

#include <stdio.h>

#include "builder/inspect/list_profile.h"
#include "lib/csv/schema.h"

#define CAMPAIGN_COMMENTS_MAX 16
#define CAMPAIGN_COLUMN_MAX 256 /* bytes of a column's name, with the zero at the end */

struct campaign {
    struct schema schema;                  /* kind_count 0: no column can be listed */
    char *comments[CAMPAIGN_COMMENTS_MAX]; /* options that are only suggested */
    unsigned comment_count;
};

/* What the list's options are; its encoding's name must outlive them. Returns 0 or ELIG_E_MEMORY. Free with
 * campaign_free() in every case. */
ELIG_CHECK_RESULT int campaign_make(struct campaign *campaign, const struct list_profile *list);

/* Writes them as a file of options; before: what each line begins with. */
void campaign_write(const struct campaign *campaign, FILE *stream, const char *before);

/* Writes how an option names a column: by the header's name if it can be shown and is the only one, else by
 * number. */
void campaign_column_name(const struct list_profile *list, unsigned column, char name[CAMPAIGN_COLUMN_MAX]);

void campaign_free(struct campaign *campaign);

#endif
