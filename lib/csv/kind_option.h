/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kind_option.h - the grammar of --kind, which names a kind of identifier and its columns:
 *
 *     NAME=COLUMN:TYPE[/NOTATION]...[+COLUMN:TYPE[/NOTATION]...]...
 *
 * A '+' or ':' also stands in names of columns: a part ends at the first '+' that a type stands before, and its
 * type begins after its last ':'. Where an index states the types, as for elig-audit, each type may be left
 * out: COLUMN or COLUMN:NOTATION. Then every '+' ends a part of a composite, and none ends one of a kind of one
 * part.
 */
#ifndef ELIG_KIND_OPTION_H
#define ELIG_KIND_OPTION_H

#include "lib/csv/schema.h"

/* Adds the kind that text describes to the schema. Returns 0; MESSAGE_E_USAGE, with the reason printed; or
 * ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int kind_option_add(struct schema *schema, const char *text);

/* The same where types may be left out and no index states them: those of such columns are `exact`. */
ELIG_CHECK_RESULT int kind_option_add_untyped(struct schema *schema, const char *text);

/* Fills in the columns of a kind of the schema, whose name and types are known. */
ELIG_CHECK_RESULT int kind_option_set_columns(struct schema *schema, unsigned kind, const char *text);

/* Whether text begins with a name and '=' and goes on after it. */
bool kind_option_has_name(const char *text);

/* Whether the name is this one. */
bool kind_option_is_of(const char *text, const char *name);

/* The option's value for a kind of the schema, for the caller to free. NULL: no memory. */
ELIG_CHECK_RESULT char *kind_option_text(const struct schema *schema, unsigned kind);

#endif
