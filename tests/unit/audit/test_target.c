/* SPDX-License-Identifier: Apache-2.0 */
/* test_target.c - damaged files are opened for an audit, and every byte has a location. */
#include <sodium.h>
#include <sys/stat.h>

#include "audit/target/target.h"
#include "tests/support/test.h"

#define GOLDEN "tests/golden/labels.elig" /* header, dictionary, one leaf */
#define FILE_BYTES (3 * ELIG_PAGE_BYTES)

static uint8_t golden[FILE_BYTES];

static int read_golden(void **state)
{
    FILE *file = fopen(GOLDEN, "rb");
    if (test_folder_make(state) != 0 || file == NULL || fread(golden, 1, sizeof golden, file) != sizeof golden)
        return -1;
    return fclose(file);
}

/* Opens a file of these bytes as a target. */
static int open_bytes(struct target *target, const uint8_t *bytes, size_t length)
{
    const char *path = test_path("index");
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    return target_open(target, path, NULL);
}

static void a_valid_file_opens_and_is_not_refused(void **state)
{
    (void)state;
    struct target target;
    assert_int_equal(open_bytes(&target, golden, sizeof golden), 0);
    assert_int_equal(target.refusal, 0);
    assert_non_null(target.index);
    assert_int_equal(target.has_header, 1);
    assert_int_equal(target.has_secret, 0);
    assert_int_equal(target.length, FILE_BYTES);
    assert_true(target.dictionary.count > 0);
    target_close(&target);
}

static void files_that_are_not_indexes_are_refused(void **state)
{
    (void)state;
    struct target target;
    uint8_t bytes[FILE_BYTES];
    assert_int_equal(open_bytes(&target, golden, ELIG_PAGE_BYTES - 1), ELIG_E_NOT_INDEX);
    assert_int_equal(open_bytes(&target, golden, 0), ELIG_E_NOT_INDEX);
    memcpy(bytes, golden, sizeof bytes);
    bytes[3] ^= 1;
    assert_int_equal(open_bytes(&target, bytes, sizeof bytes), ELIG_E_NOT_INDEX);
    memcpy(bytes, golden, sizeof bytes);
    bytes[ELIG_AT_FORMAT_VERSION]++;
    assert_int_equal(open_bytes(&target, bytes, sizeof bytes), ELIG_E_FORMAT);
    assert_int_equal(target_open(&target, "/", NULL), ELIG_E_NOT_INDEX);
    assert_int_equal(target_open(&target, "/no/such/file", NULL), ELIG_E_READ);
    target_close(&target); /* allowed after a failure */
    target_close(NULL);
}

/* After a change of any byte of the header a reader refuses the file, and most fields can still be read. */
static void a_header_with_one_changed_byte_can_be_audited(void **state)
{
    (void)state;
    uint8_t bytes[FILE_BYTES];
    unsigned readable = 0;
    for (size_t i = ELIG_AT_RULES_VERSION; i < ELIG_PAGE_BYTES; i++) {
        struct target target;
        memcpy(bytes, golden, sizeof bytes);
        bytes[i] ^= 0x55;
        assert_int_equal(open_bytes(&target, bytes, sizeof bytes), 0);
        assert_true(target.refusal < 0);
        assert_null(target.index);
        readable += (unsigned)target.has_header;
        target_close(&target);
    }
    assert_true(readable > 3500); /* all but the fields that determine the layout */
}

static void a_truncated_file_has_the_pages_that_it_has(void **state)
{
    (void)state;
    for (size_t length = ELIG_PAGE_BYTES; length < FILE_BYTES; length += 1024) {
        struct target target;
        assert_int_equal(open_bytes(&target, golden, length), 0);
        assert_int_equal(target.refusal, ELIG_E_LENGTH);
        assert_int_equal(target.has_header, 1);
        for (uint64_t page = 0; page < 4; page++)
            assert_int_equal(target_page(&target, page) != NULL, (page + 1) * ELIG_PAGE_BYTES <= length);
        assert_null(target_page(&target, UINT64_MAX / ELIG_PAGE_BYTES));
        target_close(&target);
    }
}

static void every_byte_has_a_location(void **state)
{
    (void)state;
    static const struct {
        uint64_t offset;
        const char *place;
        enum section section;
    } cases[] = {
        {0, "header, magic", SECTION_HEADER},
        {ELIG_AT_SALT + 3, "header, salt", SECTION_HEADER},
        {ELIG_AT_KINDS, "header, kind records", SECTION_HEADER},
        {2000, "header, unused bytes", SECTION_HEADER},
        {ELIG_PAGE_BYTES - 1, "header, signature", SECTION_HEADER},
        {ELIG_PAGE_BYTES, "label dictionary, page 1", SECTION_DICTIONARY},
        {2 * ELIG_PAGE_BYTES, "leaf page 2", SECTION_LEAF},
        {3 * ELIG_PAGE_BYTES, "after the end", SECTION_BEYOND},
        {UINT64_MAX, "after the end", SECTION_BEYOND},
    };
    struct target target;
    char text[TARGET_LOCATION];
    assert_int_equal(open_bytes(&target, golden, sizeof golden), 0);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        assert_string_equal(target_location(&target, cases[i].offset, text), cases[i].place);
        assert_int_equal(target_section(&target, cases[i].offset), cases[i].section);
    }
    target_close(&target);
}

static void only_declared_text_is_public(void **state)
{
    (void)state;
    struct target target;
    assert_int_equal(open_bytes(&target, golden, sizeof golden), 0);
    assert_int_equal(target_is_public(&target, ELIG_AT_KINDS), 1);
    assert_int_equal(target_is_public(&target, ELIG_PAGE_BYTES + 1), 1);
    assert_int_equal(target_is_public(&target, ELIG_AT_SALT), 0);
    assert_int_equal(target_is_public(&target, 2000), 0);
    assert_int_equal(target_is_public(&target, ELIG_PAGE_BYTES + target.header.dictionary_bytes), 0);
    assert_int_equal(target_is_public(&target, 2 * ELIG_PAGE_BYTES), 0);
    target_close(&target);
}

/* Fields are in order, do not overlap, and fill the page together with the unused bytes, as in FORMAT.md. */
static void fields_do_not_overlap_and_unused_bytes_are_zero(void **state)
{
    (void)state;
    uint8_t mask[ELIG_PAGE_BYTES];
    uint32_t end = 0;
    for (size_t i = 0; i < target_field_count; i++) {
        assert_true(target_fields[i].at >= end);
        end = target_fields[i].at + target_fields[i].bytes;
        assert_true(end <= ELIG_PAGE_BYTES);
    }
    target_header_mask(golden, mask);
    for (size_t i = 0; i < ELIG_PAGE_BYTES; i++)
        assert_true(golden[i] == 0 || mask[i] == 1);
    for (size_t i = 1792; i < ELIG_AT_SIGNER; i++)
        assert_int_equal(mask[i], 0);
    for (size_t i = ELIG_AT_BLIND_KEY; i < ELIG_AT_SERIAL; i++)
        assert_int_equal(mask[i], 0); /* of a keyed index */
}

int main(void)
{
    assert_true(sodium_init() >= 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_valid_file_opens_and_is_not_refused),
        cmocka_unit_test(files_that_are_not_indexes_are_refused),
        cmocka_unit_test(a_header_with_one_changed_byte_can_be_audited),
        cmocka_unit_test(a_truncated_file_has_the_pages_that_it_has),
        cmocka_unit_test(every_byte_has_a_location),
        cmocka_unit_test(only_declared_text_is_public),
        cmocka_unit_test(fields_do_not_overlap_and_unused_bytes_are_zero),
    };
    return cmocka_run_group_tests_name("target", tests, read_golden, test_folder_remove);
}
