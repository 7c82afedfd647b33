/* SPDX-License-Identifier: Apache-2.0 */
/*
 * header_tables.h - two tables of the report: the fields of the header and what each reveals, and the sections
 * of the file and what each is for.
 */
#ifndef ELIG_HEADER_TABLES_H
#define ELIG_HEADER_TABLES_H

struct audit_context;

/* Adds the tables, and the finding structure.sections if the header can be relied on. */
void header_tables_add(struct audit_context *context);

#endif
