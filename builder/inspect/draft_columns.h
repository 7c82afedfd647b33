/* SPDX-License-Identifier: Apache-2.0 */
/* draft_columns.h - which columns of a list become kinds of the draft, and what is to be decided about them. */
#ifndef ELIG_DRAFT_COLUMNS_H
#define ELIG_DRAFT_COLUMNS_H

#include "builder/inspect/options_draft.h"

/* Adds kinds, suggestions and decisions to a draft that has none. Returns 0 or ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int draft_columns_choose(struct options_draft *draft, const struct list_description *list);

#endif
