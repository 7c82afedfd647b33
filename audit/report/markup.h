/* SPDX-License-Identifier: Apache-2.0 */
/*
 * markup.h - text within HTML. Texts are free of controls (dossier_content.h).
 */
#ifndef ELIG_MARKUP_H
#define ELIG_MARKUP_H

#include <stdio.h>

/* Writes text with &, <, >, " and ' escaped: it fits between tags and between the quotes of an attribute. */
void markup_text(FILE *stream, const char *text);

/* <name>text</name> and a line end; class, if not NULL, as its class. name and class are the program's own. */
void markup_element(FILE *stream, const char *name, const char *class, const char *text);

#endif
