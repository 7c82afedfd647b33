/* SPDX-License-Identifier: Apache-2.0 */
/* Canonical forms of tables of texts, for tests. */
#include "tests/support/spellings.h"

#include "tests/support/test.h"

enum elig_reason canonical_form(const char *type, const char *text, char out[CANON_PART_MAX + 1])
{
    struct elig_part part;
    size_t length;
    assert_true(canon_part_parse(type, &part));
    enum elig_reason reason =
        canon_part(&part, (struct elig_text){text, strlen(text)}, (uint8_t *)out, &length);
    out[length] = 0;
    return reason;
}

static bool is_as_wanted(const struct spelling *spelling)
{
    char listed[CANON_PART_MAX + 1], asked[CANON_PART_MAX + 1] = "", again[CANON_PART_MAX + 1] = "";
    const char *question = spelling->asked != NULL ? spelling->asked : "";
    enum elig_reason reason = canonical_form(spelling->type, spelling->listed, listed);
    bool is_good = reason == spelling->reason;
    if (spelling->asked != NULL) {
        is_good &= canonical_form(spelling->type, spelling->asked, asked) == ELIG_REASON_NONE;
        is_good &= (strcmp(listed, asked) == 0) == spelling->is_same;
    }
    if (spelling->asked != NULL && strncmp(spelling->type, "phone", 5) != 0) { /* whose '+' is left out */
        is_good &= canonical_form(spelling->type, listed, again) == ELIG_REASON_NONE;
        is_good &= strcmp(again, listed) == 0;
    }
    if (!is_good)
        print_error("%s: '%s' is '%s' (%s), and that '%s'; '%s' is '%s'\n", spelling->type, spelling->listed,
                    listed, elig_text((int)reason), again, question, asked);
    return is_good;
}

void assert_spellings(const struct spelling *spellings, size_t count)
{
    size_t failures = 0;
    for (size_t i = 0; i < count; i++)
        failures += !is_as_wanted(&spellings[i]);
    assert_int_equal(failures, 0);
}
