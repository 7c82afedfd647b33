/* SPDX-License-Identifier: Apache-2.0 */
/* An encoding is refused as unknown only if it is: not where there is no memory to open it. */
#include "lib/csv/schema.h"
#include "lib/util/message.h"
#include "tests/support/inject.h"
#include "tests/support/test.h"

static void an_encoding_is_tried_when_it_is_set(void **state)
{
    (void)state;
    static const struct option_entry option = {.name = "encoding"};
    const char *encoding = NULL;
    unsigned long calls = 0;
    assert_int_equal(schema_set_encoding(&encoding, &option, "no-such-encoding"), MESSAGE_E_USAGE);
    assert_null(encoding);
    for (bool is_done = false; !is_done; calls += !is_done) {
        inject_fail(INJECT_MEMORY, calls, true, ENOMEM);
        int error = schema_set_encoding(&encoding, &option, "CP949");
        inject_stop();
        is_done = inject_failures() == 0;
        if (error != 0) {
            assert_int_equal(error, ELIG_E_MEMORY);
            assert_null(encoding);
        }
        if (!is_done)
            encoding = NULL;
    }
    assert_string_equal(encoding, "CP949");
    assert_true(calls > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_encoding_is_tried_when_it_is_set),
    };
    return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
