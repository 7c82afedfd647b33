/* SPDX-License-Identifier: Apache-2.0 */
/*
 * encoding_name.h - what iconv(3) calls an encoding that Windows, Java, Python or a database calls otherwise.
 *
 * Sources: Microsoft's "Code Page Identifiers", Java's "Supported Encodings", Python's "Standard Encodings".
 */
#ifndef ELIG_ENCODING_NAME_H
#define ELIG_ENCODING_NAME_H

#include <stdbool.h>

#define ENCODING_NAME_MAX 32 /* bytes, with the zero at the end */

/*
 * Writes iconv's name for a name that it may not know; false if there is no rule for it. Upper and lower case,
 * '-', '_' and blanks make no difference. Korean names of Windows mean code page 949, as on Windows, though
 * "ks_c_5601-1987" is a smaller set by its standard; and Shift_JIS means code page 932, as on Windows and on
 * the web: by its standard, which iconv follows, it has a yen sign for '\\' and an overline for '~'.
 */
bool encoding_name_find(const char *given, char name[ENCODING_NAME_MAX]);

#endif
