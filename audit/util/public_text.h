/* SPDX-License-Identifier: Apache-2.0 */
/*
 * public_text.h - the public texts of a file: whether they look like personal data, and what a report may
 * repeat.
 *
 * Labels, names of kinds and the campaign can be read by anyone who has the file. But an identifier that was
 * put there by mistake must not be copied into a report as well. So labels and the campaign are never repeated,
 * and names of kinds only if they do not look like an identifier.
 */
#ifndef ELIG_PUBLIC_TEXT_H
#define ELIG_PUBLIC_TEXT_H

#include "include/elig.h"

/* A text with this number of digits in a row, or of digits with separators between them, could contain a
 * person's number. Dates do not count. */
#define PUBLIC_TEXT_DIGITS 7
#define PUBLIC_TEXT_DIGITS_APART 9

/* What one or several words of a text look like, such as "an e-mail address"; NULL: nothing personal. */
const char *public_text_likeness(const char *text);

/* The name of a kind; or, if that looks like an identifier, a text in its place. */
const char *public_text_kind(const struct elig_kind *kind);

#endif
