/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inspect_report.h - the findings of `inspect` in text: numbers, line numbers, and names of columns that are
 * those of a header.
 */
#ifndef ELIG_INSPECT_REPORT_H
#define ELIG_INSPECT_REPORT_H

#include "builder/inspect/options_draft.h"
#include "builder/inspect/trial.h"

/* Prints a list's description. Returns whether a build would refuse it for what it is: no list, no rows, lines
 * above its header, an encoding that was not found. */
bool inspect_report_list(const struct list_description *list);

/* Prints how a list differs from the first one; returns whether it does. */
bool inspect_report_differences(const struct list_description *first, const struct list_description *list);

/* Prints what must be decided before the options can be used; returns whether there is something. */
bool inspect_report_decisions(const struct options_draft *draft);

/* Prints what a build with the draft's options would read and reject. Returns whether it would refuse. */
bool inspect_report_trial(const struct trial *trial, const struct schema *schema, const char **inputs);

#endif
