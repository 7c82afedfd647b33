/* SPDX-License-Identifier: Apache-2.0 */
/* test_header.c - the header page: written and read alike, and refused with the right error when a field is not
 * what it must be, its hash being right. */
#include "builder/index/mphf.h"
#include "lib/elig/bytes.h"
#include "lib/elig/digest/digest.h"
#include "lib/elig/index/header.h"
#include "lib/elig/index/leaf.h"
#include "tests/support/asking.h"
#include "tests/support/forge.h"
#include "tests/support/test.h"

/* A header with something in every field. */
static struct header make_header(void)
{
    struct header header;
    memset(&header, 0, sizeof header);
    header.profile.id = ELIG_PROFILE_KEYED;
    memcpy(header.profile.salt, test_salt(), sizeof header.profile.salt);
    memset(header.profile.key_check, 0xc3, sizeof header.profile.key_check);
    header.serial = 900;
    header.not_before = 1000;
    header.not_after = 2000;
    header.identifiers = 5000;
    header.leaf = mphf_shape(32, 2);
    header.label_count = 3;
    header.dictionary_bytes = 3 * 10;
    memset(header.dictionary_hash, 0x77, sizeof header.dictionary_hash);
    memset(header.root, 0x55, sizeof header.root);
    bytes_put_le16(header.root + ELIG_ENTRY_AT_SEED, 0);
    header.kind_count = 3;
    header.kinds[0] = (struct elig_kind){.name = "email",
                                         .part_count = 1,
                                         .parts = {{ELIG_TYPE_EMAIL, ELIG_EMAIL_PLUS, {0}}},
                                         .identifiers = 3000};
    header.kinds[1] = (struct elig_kind){
        .name = "phone", .part_count = 1, .parts = {{ELIG_TYPE_PHONE, 0, {'K', 'R'}}}, .identifiers = 2000};
    header.kinds[2] = (struct elig_kind){.name = "person-0_9",
                                         .part_count = 3,
                                         .parts = {{ELIG_TYPE_TEXT, ELIG_TEXT_COMPACT, {0}},
                                                   {ELIG_TYPE_DATE, 0, {0}},
                                                   {ELIG_TYPE_DIGITS, 0, {0}}},
                                         .identifiers = 0};
    strcpy(header.campaign, "Vouchers \xE2\x80\x93 spring");
    assert_int_equal(tree_shape_make(&header.tree, 2, header_leaves(header.identifiers, header.leaf.slots)), 0);
    return header;
}

static void make_page(uint8_t *page)
{
    struct header header = make_header();
    header_write(&header, page);
}

static int read_page(uint8_t *page)
{
    struct header header;
    return header_read(&header, page, NULL);
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    struct header written = make_header(), read;
    uint8_t page[ELIG_PAGE_BYTES], again[ELIG_PAGE_BYTES];
    memset(page, 0xff, sizeof page);
    memset(again, 0, sizeof again);
    header_write(&written, page);
    memset(&read, 0xff, sizeof read);
    assert_int_equal(header_read(&read, page, NULL), 0);
    assert_memory_equal(read.profile.salt, written.profile.salt, sizeof read.profile.salt);
    assert_memory_equal(read.profile.key_check, written.profile.key_check, sizeof read.profile.key_check);
    assert_int_equal(read.serial, 900);
    assert_int_equal(read.not_before, 1000);
    assert_int_equal(read.not_after, 2000);
    assert_int_equal(read.identifiers, 5000);
    assert_memory_equal(&read.leaf, &written.leaf, sizeof read.leaf);
    assert_int_equal(read.tree.pages, written.tree.pages);
    assert_int_equal(read.label_count, 3);
    assert_int_equal(read.dictionary_bytes, 30);
    assert_memory_equal(read.dictionary_hash, written.dictionary_hash, sizeof read.dictionary_hash);
    assert_memory_equal(read.root, written.root, sizeof read.root);
    assert_int_equal(read.kind_count, 3);
    for (unsigned i = 0; i < 3; i++) {
        assert_string_equal(read.kinds[i].name, written.kinds[i].name);
        assert_int_equal(read.kinds[i].part_count, written.kinds[i].part_count);
        assert_memory_equal(read.kinds[i].parts, written.kinds[i].parts, sizeof read.kinds[i].parts);
        assert_true(read.kinds[i].identifiers == written.kinds[i].identifiers);
    }
    assert_string_equal(read.campaign, written.campaign);
    header_write(&read, again);
    assert_memory_equal(again, page, sizeof page);
}

static void every_field_may_be_as_long_as_it_can_be(void **state)
{
    (void)state;
    struct header header = make_header();
    uint8_t page[ELIG_PAGE_BYTES];
    header.kind_count = ELIG_KINDS_MAX;
    for (unsigned i = 0; i < ELIG_KINDS_MAX; i++) {
        memset(&header.kinds[i], 0, sizeof header.kinds[i]);
        memset(header.kinds[i].name, 'a' + (int)i, ELIG_KIND_NAME_MAX);
        header.kinds[i].part_count = ELIG_PARTS_MAX;
        for (unsigned j = 0; j < ELIG_PARTS_MAX; j++)
            header.kinds[i].parts[j] = (struct elig_part){ELIG_TYPE_PHONE, 0, {'U', 'S'}};
        header.kinds[i].identifiers = i == 0 ? header.identifiers : 0;
    }
    memset(header.campaign, 'x', ELIG_CAMPAIGN_MAX);
    header_write(&header, page);
    struct header read;
    assert_int_equal(header_read(&read, page, NULL), 0);
    assert_int_equal(strlen(read.campaign), ELIG_CAMPAIGN_MAX);
    assert_int_equal(strlen(read.kinds[ELIG_KINDS_MAX - 1].name), ELIG_KIND_NAME_MAX);
    assert_string_equal(read.kinds[0].name, header.kinds[0].name);
}

static void the_largest_index_has_a_header(void **state)
{
    (void)state;
    struct header header = make_header(), read;
    uint8_t page[ELIG_PAGE_BYTES];
    header.leaf = mphf_shape(8, 0);
    header.label_count = 0;
    header.dictionary_bytes = 0;
    memset(header.dictionary_hash, 0, sizeof header.dictionary_hash);
    header.kind_count = 1;
    header.identifiers = header.kinds[0].identifiers = ELIG_IDENTIFIERS_MAX;
    assert_int_equal(tree_shape_make(&header.tree, 1, header_leaves(header.identifiers, header.leaf.slots)), 0);
    header_write(&header, page);
    assert_int_equal(header_read(&read, page, NULL), 0);
    assert_true(read.identifiers == ELIG_IDENTIFIERS_MAX);
    /* and one more has none, though everything agrees */
    header.identifiers = ++header.kinds[0].identifiers;
    assert_int_equal(tree_shape_make(&header.tree, 1, header_leaves(header.identifiers, header.leaf.slots)), 0);
    header_write(&header, page);
    assert_int_equal(header_read(&read, page, NULL), ELIG_E_DAMAGED);
}

static void any_changed_byte_is_refused(void **state)
{
    (void)state;
    uint8_t page[ELIG_PAGE_BYTES];
    make_page(page);
    for (size_t at = 0; at < sizeof page; at++)
        for (unsigned bit = 0; bit < 8; bit += 7) {
            int expected = at < ELIG_AT_FORMAT_VERSION  ? ELIG_E_NOT_INDEX
                           : at < ELIG_AT_RULES_VERSION ? ELIG_E_FORMAT
                           : at < ELIG_AT_PROFILE       ? ELIG_E_RULES
                                                        : ELIG_E_DAMAGED;
            page[at] ^= (uint8_t)(1u << bit);
            int error = read_page(page);
            page[at] ^= (uint8_t)(1u << bit);
            if (error != expected)
                fail_msg("byte %zu, bit %u: %d", at, bit, error);
        }
    assert_int_equal(read_page(page), 0);
}

/* A file of a later version may have anything behind the version, and is still called what it is. */
static void a_later_version_is_named_before_damage(void **state)
{
    (void)state;
    uint8_t page[ELIG_PAGE_BYTES];
    uint64_t seed = 1;
    make_page(page);
    test_random_bytes(&seed, page + ELIG_AT_PROFILE, sizeof page - ELIG_AT_PROFILE);
    assert_int_equal(read_page(page), ELIG_E_DAMAGED);
    bytes_put_le32(page + ELIG_AT_RULES_VERSION, ELIG_RULES_VERSION + 1);
    assert_int_equal(read_page(page), ELIG_E_RULES);
    bytes_put_le32(page + ELIG_AT_FORMAT_VERSION, ELIG_FORMAT_VERSION + 1);
    assert_int_equal(read_page(page), ELIG_E_FORMAT);
    page[0] = 'E';
    assert_int_equal(read_page(page), ELIG_E_NOT_INDEX);
}

static void unknown_profiles_are_named(void **state)
{
    (void)state;
    static const uint32_t profiles[] = {0, 4, 5, UINT32_MAX};
    uint8_t page[ELIG_PAGE_BYTES];
    for (size_t i = 0; i < LENGTH(profiles); i++) {
        make_page(page);
        bytes_put_le32(page + ELIG_AT_PROFILE, profiles[i]);
        forge_header_hash(page);
        assert_int_equal(read_page(page), ELIG_E_PROFILE);
    }
}

static void any_unused_byte_that_is_not_zero_is_refused(void **state)
{
    (void)state;
    static const struct {
        size_t from, to;
    } unused[] = {
        {20, ELIG_AT_PAGES},
        {ELIG_AT_BLIND_KEY, ELIG_AT_SERIAL},
        {236, ELIG_AT_KIND_COUNT},
        {244, ELIG_AT_KINDS},
        {ELIG_AT_KINDS + 6, ELIG_AT_KINDS + 32},                 /* after the first kind's name */
        {ELIG_AT_KINDS + 41, ELIG_AT_KINDS + 48},                /* after its count of parts */
        {ELIG_AT_KINDS + 52, ELIG_AT_KINDS + ELIG_KIND_BYTES},   /* after its part */
        {ELIG_AT_KINDS + 3 * ELIG_KIND_BYTES, ELIG_AT_CAMPAIGN}, /* after the kinds */
        {ELIG_AT_CAMPAIGN + 20, ELIG_AT_SIGNER},                 /* after the campaign */
        {ELIG_AT_SIGNATURE, ELIG_PAGE_BYTES},
    };
    uint8_t page[ELIG_PAGE_BYTES];
    make_page(page);
    for (size_t i = 0; i < LENGTH(unused); i++)
        for (size_t at = unused[i].from; at < unused[i].to; at++)
            for (unsigned value = 1; value < 256; value += 127) {
                assert_int_equal(page[at], 0);
                page[at] = (uint8_t)value;
                forge_header_hash(page);
                int error = read_page(page);
                page[at] = 0;
                if (error != ELIG_E_DAMAGED)
                    fail_msg("byte %zu as %u: %d", at, value, error);
            }
}

/* The root of a tree with inner levels is an inner page, and inner pages have no seed (elig_format.h). */
static void a_root_that_is_an_inner_page_and_has_a_seed_is_refused(void **state)
{
    (void)state;
    struct header header = make_header();
    uint8_t page[ELIG_PAGE_BYTES];
    assert_true(header.tree.levels > 0);
    bytes_put_le16(header.root + ELIG_ENTRY_AT_SEED, 1);
    header_write(&header, page);
    assert_int_equal(read_page(page), ELIG_E_DAMAGED);
}

static void an_empty_index_has_no_root(void **state)
{
    (void)state;
    struct header header = make_header();
    uint8_t page[ELIG_PAGE_BYTES];
    header.identifiers = header.kinds[0].identifiers = header.kinds[1].identifiers = 0;
    assert_int_equal(tree_shape_make(&header.tree, 2, 0), 0);
    header_write(&header, page);
    assert_int_equal(read_page(page), ELIG_E_DAMAGED);
    memset(header.root, 0, sizeof header.root);
    header_write(&header, page);
    assert_int_equal(read_page(page), 0);
}

static void a_window_is_refused_unless_it_opens_before_it_closes(void **state)
{
    (void)state;
    static const struct {
        int64_t not_before, not_after;
        int expected;
    } cases[] = {
        {0, 0, 0},
        {1, 0, 0},
        {0, 1, 0},
        {5, 5, 0},
        {INT64_MAX, 0, 0},
        {0, INT64_MAX, 0},
        {INT64_MAX, INT64_MAX, 0},
        {6, 5, ELIG_E_DAMAGED},
        {-1, 0, ELIG_E_DAMAGED},
        {0, -1, ELIG_E_DAMAGED},
        {-2, -1, ELIG_E_DAMAGED},
        {INT64_MIN, 0, ELIG_E_DAMAGED},
        {0, INT64_MIN, ELIG_E_DAMAGED},
        {INT64_MAX, 1, ELIG_E_DAMAGED},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct header header = make_header();
        uint8_t page[ELIG_PAGE_BYTES];
        header.not_before = cases[i].not_before;
        header.not_after = cases[i].not_after;
        header_write(&header, page);
        assert_int_equal(read_page(page), cases[i].expected);
    }
}

static void a_serial_is_a_time(void **state)
{
    (void)state;
    struct header header = make_header();
    uint8_t page[ELIG_PAGE_BYTES];
    header.serial = INT64_MAX;
    header_write(&header, page);
    assert_int_equal(read_page(page), 0);
    header.serial++;
    header_write(&header, page);
    assert_int_equal(read_page(page), ELIG_E_DAMAGED);
}

static void leaves_and_pages_are_rounded_up(void **state)
{
    (void)state;
    assert_int_equal(header_leaves(0, 949), 0);
    assert_int_equal(header_leaves(1, 949), 1);
    assert_int_equal(header_leaves(949, 949), 1);
    assert_int_equal(header_leaves(950, 949), 2);
    assert_true(header_leaves(UINT64_MAX, 1) == UINT64_MAX);
    assert_int_equal(header_dictionary_pages(0), 0);
    assert_int_equal(header_dictionary_pages(1), 1);
    assert_int_equal(header_dictionary_pages(4096), 1);
    assert_int_equal(header_dictionary_pages(4097), 2);
    assert_true(header_dictionary_pages(UINT64_MAX) == UINT64_C(1) << 52);
}

static void label_bits_tell_all_words_and_none_apart(void **state)
{
    (void)state;
    for (uint32_t count = 0; count <= ELIG_LABELS_MAX; count++) {
        unsigned bits = header_label_bits(count);
        assert_true(count >> bits == 0);
        assert_true(bits == 0 || count >> (bits - 1) != 0);
    }
    assert_int_equal(header_label_bits(UINT32_MAX >> 1), 31);
}

static void kind_names_are_short_plain_words(void **state)
{
    (void)state;
    static const char *const good[] = {
        "a", "email", "person-id", "x_1", "0", "-", "abcdefghijklmnopqrstuvwxyz01234"};
    static const char *const bad[] = {"",    "Email", "e mail", "e.mail", "\xC3\xA9",
                                      "a/b", "a\n",   "a\x7f",  "kind=x", "abcdefghijklmnopqrstuvwxyz012345"};
    for (size_t i = 0; i < LENGTH(good); i++)
        assert_int_equal(header_kind_name_is_valid(good[i]), 1);
    for (size_t i = 0; i < LENGTH(bad); i++)
        assert_int_equal(header_kind_name_is_valid(bad[i]), 0);
}

/* Random fields behind a right hash: whatever is accepted keeps the promises of header.h. */
static void accepted_headers_keep_their_ranges(void **state)
{
    (void)state;
    uint64_t seed = 11;
    unsigned accepted = 0;
    for (int i = 0; i < 30000; i++) {
        uint8_t page[ELIG_PAGE_BYTES];
        struct header header;
        make_page(page);
        for (size_t changes = test_below(&seed, 3); changes-- > 0;) {
            size_t at = ELIG_AT_NOT_BEFORE + test_below(&seed, ELIG_AT_KINDS + 260 - ELIG_AT_NOT_BEFORE);
            page[at] = (uint8_t)test_random(&seed);
        }
        forge_header_hash(page);
        if (header_read(&header, page, NULL) != 0)
            continue;
        accepted++;
        assert_int_equal(leaf_shape_is_valid(&header.leaf), 1);
        assert_true(header.identifiers <= ELIG_IDENTIFIERS_MAX);
        assert_true(header.tree.count[0] * header.leaf.slots >= header.identifiers);
        assert_in_range(header.kind_count, 1, ELIG_KINDS_MAX);
        assert_true(header.label_count < UINT64_C(1) << header.leaf.payload_bits || header.label_count == 0);
        assert_true(header.not_before >= 0 && header.not_after >= 0);
        uint8_t again[ELIG_PAGE_BYTES];
        header_write(&header, again);
        assert_memory_equal(again, page, sizeof page);
    }
    assert_in_range(accepted, 100, 30000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(every_field_may_be_as_long_as_it_can_be),
        cmocka_unit_test(the_largest_index_has_a_header),
        cmocka_unit_test(any_changed_byte_is_refused),
        cmocka_unit_test(a_later_version_is_named_before_damage),
        cmocka_unit_test(unknown_profiles_are_named),
        cmocka_unit_test(any_unused_byte_that_is_not_zero_is_refused),
        cmocka_unit_test(a_root_that_is_an_inner_page_and_has_a_seed_is_refused),
        cmocka_unit_test(an_empty_index_has_no_root),
        cmocka_unit_test(a_window_is_refused_unless_it_opens_before_it_closes),
        cmocka_unit_test(a_serial_is_a_time),
        cmocka_unit_test(leaves_and_pages_are_rounded_up),
        cmocka_unit_test(label_bits_tell_all_words_and_none_apart),
        cmocka_unit_test(kind_names_are_short_plain_words),
        cmocka_unit_test(accepted_headers_keep_their_ranges),
    };
    return cmocka_run_group_tests_name("header", tests, NULL, NULL);
}
