/* SPDX-License-Identifier: Apache-2.0 */
/*
 * x_macro.h - what the columns of a table written as an X-macro expand to: TABLE(X) is X(name, ...) for each
 * entry.
 */
#ifndef ELIG_X_MACRO_H
#define ELIG_X_MACRO_H

#define X_NAME(name, ...) name,  /* for an enum */
#define X_TEXT(name, text) text, /* for an array of the texts */

#endif
