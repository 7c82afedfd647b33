/* SPDX-License-Identifier: Apache-2.0 */
/*
 * markup.h - writes text into HTML. Texts have no control characters (report_model.h).
 */
#ifndef ELIG_MARKUP_H
#define ELIG_MARKUP_H

#include <stdio.h>

/* Writes text with &, <, >, " and ' escaped, as is needed between tags and in a quoted attribute. */
void markup_text(FILE *stream, const char *text);

/* Writes <name>text</name> and a line end; class, if not NULL, as its class. name and class are not escaped. */
void markup_element(FILE *stream, const char *name, const char *class, const char *text);

#endif
