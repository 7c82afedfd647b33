/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words.h - public words of a file: what of somebody's they look like, and what of them a report may repeat.
 *
 * Anyone reads them in the file; but one that is somebody's identifier must not be carried on where it was put
 * by mistake. So labels and campaign are never repeated, and kinds' names only if they look like nobody's.
 */
#ifndef ELIG_PUBLIC_TEXT_H
#define ELIG_PUBLIC_TEXT_H

#include "include/elig.h"

/* So many digits in a row, and so many with separators between them, could be somebody's number; a date is
 * none. */
#define PUBLIC_TEXT_DIGITS 7
#define PUBLIC_TEXT_DIGITS_APART 9

/* What the words of a text, or some of them together, look like: "an e-mail address"; NULL: nobody's. */
const char *public_text_likeness(const char *text);

/* The name of a kind, or what stands for one that is not to be repeated. */
const char *public_text_kind(const struct elig_kind *kind);

#endif
