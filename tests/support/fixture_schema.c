/* SPDX-License-Identifier: Apache-2.0 */
/* The list that most tests read. */
#include "tests/support/fixture_schema.h"

struct schema test_schema(void)
{
    static char column[] = "id";
    return (struct schema){.kind_count = 1,
                           .kinds = {{.name = "id", .part_count = 1, .parts = {{.type = ELIG_TYPE_EXACT}}}},
                           .columns = {{column}},
                           .dialect = {',', '"'},
                           .row_lines = SCHEMA_ROW_LINES_DEFAULT,
                           .has_header = 1};
}
