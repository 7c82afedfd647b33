/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fixture_schema.h - the list that most tests read.
 */
#ifndef ELIG_SUPPORT_FIXTURE_SCHEMA_H
#define ELIG_SUPPORT_FIXTURE_SCHEMA_H

#include "lib/csv/schema.h"

/* One kind, "id", of type exact, in a column of that name; comma-separated UTF-8 with a header. */
struct schema test_schema(void);

#endif
