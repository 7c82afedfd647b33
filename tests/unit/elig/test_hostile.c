/* SPDX-License-Identifier: Apache-2.0 */
/* test_hostile.c - files that are not what they say: forged under right hashes, damaged, cut, or changing
 * while they are read. Each is refused with the right error, or answers right; none causes a crash, a hang or
 * a read out of bounds. */
#include <pthread.h>
#include <stdatomic.h>

#include "tests/support/asking.h"
#include "tests/support/fixture_index.h"
#include "tests/support/forge.h"
#include "tests/support/test.h"

#define MEMBERS 1500
#define WORDS 3
static const char *const words[WORDS] = {"bronze", "gold", "silver"};
static const enum elig_check checks[] = {ELIG_CHECK_WALK, ELIG_CHECK_FIRST_USE, ELIG_CHECK_ALL};

/* An honest index: header, dictionary, one inner page, three leaves. Members with even numbers have labels. */
static struct {
    struct record *records;
    struct test_file file;
    struct header header;
} honest;

static int setup(void **state)
{
    if (test_folder_make(state) != 0)
        return -1;
    honest.records = test_records(1, MEMBERS);
    for (size_t i = 0; i < MEMBERS; i += 2)
        honest.records[i] = test_record(honest.records[i].digest, (uint16_t)(1 + i / 2 % WORDS), i + 1);
    const struct test_list list = {.records = honest.records,
                                   .count = MEMBERS,
                                   .words = words,
                                   .word_count = WORDS,
                                   .fingerprint_bits = 48};
    const char *path = test_path("honest.elig");
    test_make_index(&list, path);
    honest.file = test_read_file(path);
    return header_read(&honest.header, honest.file.bytes, NULL);
}

static int teardown(void **state)
{
    free(honest.records);
    test_file_free(&honest.file);
    return test_folder_remove(state);
}

static const char *label_of(size_t member)
{
    uint16_t label = record_label(&honest.records[member]);
    return label == 0 ? NULL : words[label - 1];
}

static uint8_t *page_of(struct test_file *file, uint64_t number)
{
    return file->bytes + number * ELIG_PAGE_BYTES;
}

/* Writes the file out and opens it: what elig_open() says. */
static int open_error(const struct test_file *file, enum elig_check check)
{
    const char *path = test_path("hostile.elig");
    test_write_bytes(path, file->bytes, file->length);
    return test_open_error(path, check, test_secret());
}

static void assert_refused_in_every_mode(const struct test_file *file, int expected, const char *what)
{
    for (size_t i = 0; i < LENGTH(checks); i++) {
        int error = open_error(file, checks[i]);
        if (error != expected)
            fail_msg("%s: %d (%s) in check mode %d", what, error, elig_text(error), (int)checks[i]);
    }
}

/* 1 if an answer is right or a refusal. */
static int is_right_or_refused(const struct elig_answer *answer, int is_member, const char *label)
{
    if (answer->error != 0)
        return answer->error == ELIG_E_DAMAGED || answer->error == ELIG_E_READ;
    if (!is_member)
        return answer->verdict == ELIG_NOT_LISTED && answer->label == NULL;
    return answer->verdict == ELIG_ELIGIBLE && (answer->label == NULL) == (label == NULL) &&
           (label == NULL || strcmp(answer->label, label) == 0);
}

/* Asks about some members and as many others: no answer may be wrong. Returns how many were refused. */
static unsigned ask_around(const struct elig *index, size_t step)
{
    unsigned refused = 0;
    for (size_t i = 0; i < MEMBERS; i += step) {
        uint8_t other[ELIG_DIGEST_BYTES];
        struct elig_answer answer = test_find(index, honest.records[i].digest);
        if (!is_right_or_refused(&answer, 1, label_of(i)))
            fail_msg("member %zu: result %d", i, test_result(&answer));
        refused += answer.error != 0;
        memcpy(other, honest.records[i].digest, sizeof other);
        other[ELIG_DIGEST_AT_FINGERPRINT] ^= 0x10;
        answer = test_find(index, other);
        if (!is_right_or_refused(&answer, 0, NULL))
            fail_msg("no member, like %zu: result %d", i, test_result(&answer));
        refused += answer.error != 0;
    }
    return refused;
}

static void the_honest_index_is_right_in_every_mode(void **state)
{
    (void)state;
    assert_int_equal(honest.header.tree.levels, 1);
    assert_int_equal(honest.header.tree.count[0], 3);
    assert_int_equal(honest.file.length, 6 * ELIG_PAGE_BYTES);
    for (size_t i = 0; i < LENGTH(checks); i++) {
        struct elig *index = test_open(test_path("honest.elig"), checks[i]);
        assert_int_equal(ask_around(index, 1), 0);
        elig_close(index);
    }
    /* and sealing it again changes nothing, so that a forgery below is only what it says it is */
    struct test_file file = test_copy(&honest.file);
    assert_true(forge_hashes(file.bytes, file.length));
    assert_memory_equal(file.bytes, honest.file.bytes, file.length);
    test_file_free(&file);
}

/* ---- Header fields ---- */

/* A field set to a value that it must not have, the header's hash being right. */
struct lie {
    const char *field;
    uint32_t at;
    unsigned bytes;
    uint64_t value;
    int expected;
};

static void put(uint8_t *at, unsigned bytes, uint64_t value)
{
    for (unsigned i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static void assert_lies_are_refused(const struct lie *lies, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct test_file file = test_copy(&honest.file);
        put(file.bytes + lies[i].at, lies[i].bytes, lies[i].value);
        forge_header_hash(file.bytes);
        assert_refused_in_every_mode(&file, lies[i].expected, lies[i].field);
        test_file_free(&file);
    }
}

static void a_version_or_profile_that_is_not_known_is_named(void **state)
{
    (void)state;
    const struct lie lies[] = {
        {"magic", ELIG_AT_MAGIC, 1, 'E', ELIG_E_NOT_INDEX},
        {"magic", ELIG_AT_MAGIC + 4, 4, 0, ELIG_E_NOT_INDEX},
        {"format version", ELIG_AT_FORMAT_VERSION, 4, 0, ELIG_E_FORMAT},
        {"format version", ELIG_AT_FORMAT_VERSION, 4, 1, ELIG_E_FORMAT},
        {"format version", ELIG_AT_FORMAT_VERSION, 4, ELIG_FORMAT_VERSION + 1, ELIG_E_FORMAT},
        {"format version", ELIG_AT_FORMAT_VERSION, 4, UINT32_MAX, ELIG_E_FORMAT},
        {"rules version", ELIG_AT_RULES_VERSION, 4, 0, ELIG_E_RULES},
        {"rules version", ELIG_AT_RULES_VERSION, 4, 1, ELIG_E_RULES},
        {"rules version", ELIG_AT_RULES_VERSION, 4, ELIG_RULES_VERSION + 1, ELIG_E_RULES},
        {"rules version", ELIG_AT_RULES_VERSION, 4, UINT32_MAX, ELIG_E_RULES},
        {"profile", ELIG_AT_PROFILE, 4, 0, ELIG_E_PROFILE},
        {"profile", ELIG_AT_PROFILE, 4, 4, ELIG_E_PROFILE},
        {"profile", ELIG_AT_PROFILE, 4, ELIG_PROFILE_OFFLINE, ELIG_E_DAMAGED},
        {"profile", ELIG_AT_PROFILE, 4, ELIG_PROFILE_BLIND, ELIG_E_DAMAGED},
        {"profile", ELIG_AT_PROFILE, 4, UINT32_MAX, ELIG_E_PROFILE},
    };
    assert_lies_are_refused(lies, LENGTH(lies));
}

static void a_count_that_does_not_follow_from_the_others_is_refused(void **state)
{
    (void)state;
    const struct header *header = &honest.header;
    const struct lie lies[] = {
        {"pages", ELIG_AT_PAGES, 8, 0, ELIG_E_DAMAGED},
        {"pages", ELIG_AT_PAGES, 8, header->tree.pages - 1, ELIG_E_DAMAGED},
        {"pages", ELIG_AT_PAGES, 8, header->tree.pages + 1, ELIG_E_DAMAGED},
        {"pages", ELIG_AT_PAGES, 8, header->tree.pages + (UINT64_C(1) << 52), ELIG_E_DAMAGED},
        {"pages", ELIG_AT_PAGES, 8, UINT64_MAX, ELIG_E_DAMAGED},
        {"key check", ELIG_AT_KEY_CHECK, 8, 0, ELIG_E_WRONG_SECRET},
        {"not before", ELIG_AT_NOT_BEFORE, 8, UINT64_MAX, ELIG_E_DAMAGED},
        {"not before", ELIG_AT_NOT_BEFORE, 8, UINT64_C(1) << 63, ELIG_E_DAMAGED},
        {"not after", ELIG_AT_NOT_AFTER, 8, UINT64_MAX, ELIG_E_DAMAGED},
        {"identifiers", ELIG_AT_IDENTIFIERS, 8, 0, ELIG_E_DAMAGED},
        {"identifiers", ELIG_AT_IDENTIFIERS, 8, MEMBERS - 1, ELIG_E_DAMAGED},
        {"identifiers", ELIG_AT_IDENTIFIERS, 8, MEMBERS + 1, ELIG_E_DAMAGED},
        {"identifiers", ELIG_AT_IDENTIFIERS, 8, ELIG_IDENTIFIERS_MAX, ELIG_E_DAMAGED},
        {"identifiers", ELIG_AT_IDENTIFIERS, 8, ELIG_IDENTIFIERS_MAX + 1, ELIG_E_DAMAGED},
        {"identifiers", ELIG_AT_IDENTIFIERS, 8, UINT64_MAX, ELIG_E_DAMAGED},
        {"leaves", ELIG_AT_LEAVES, 8, 0, ELIG_E_DAMAGED},
        {"leaves", ELIG_AT_LEAVES, 8, 2, ELIG_E_DAMAGED},
        {"leaves", ELIG_AT_LEAVES, 8, 4, ELIG_E_DAMAGED},
        {"leaves", ELIG_AT_LEAVES, 8, UINT64_MAX, ELIG_E_DAMAGED},
        {"levels", ELIG_AT_LEVELS, 1, 0, ELIG_E_DAMAGED},
        {"levels", ELIG_AT_LEVELS, 1, 2, ELIG_E_DAMAGED},
        {"levels", ELIG_AT_LEVELS, 1, 6, ELIG_E_DAMAGED},
        {"levels", ELIG_AT_LEVELS, 1, 255, ELIG_E_DAMAGED},
    };
    assert_lies_are_refused(lies, LENGTH(lies));
}

static void a_shape_of_leaves_that_cannot_be_is_refused(void **state)
{
    (void)state;
    const struct header *header = &honest.header;
    const struct lie lies[] = {
        {"slots", ELIG_AT_SLOTS, 4, 0, ELIG_E_DAMAGED},
        {"slots", ELIG_AT_SLOTS, 4, 1, ELIG_E_DAMAGED},
        {"slots", ELIG_AT_SLOTS, 4, header->leaf.slots / 2, ELIG_E_DAMAGED},
        {"slots", ELIG_AT_SLOTS, 4, header->leaf.slots + 1, ELIG_E_DAMAGED},
        {"slots", ELIG_AT_SLOTS, 4, 4097, ELIG_E_DAMAGED},
        {"slots", ELIG_AT_SLOTS, 4, 0x80000000, ELIG_E_DAMAGED},
        {"slots", ELIG_AT_SLOTS, 4, UINT32_MAX, ELIG_E_DAMAGED},
        {"buckets", ELIG_AT_BUCKETS, 4, 0, ELIG_E_DAMAGED},
        {"buckets", ELIG_AT_BUCKETS, 4, header->leaf.buckets + 3, ELIG_E_DAMAGED},
        {"buckets", ELIG_AT_BUCKETS, 4, 2048, ELIG_E_DAMAGED},
        {"buckets", ELIG_AT_BUCKETS, 4, 0x10000000, ELIG_E_DAMAGED},
        {"buckets", ELIG_AT_BUCKETS, 4, UINT32_MAX, ELIG_E_DAMAGED},
        {"fingerprint bits", ELIG_AT_FINGERPRINT, 1, 0, ELIG_E_DAMAGED},
        {"fingerprint bits", ELIG_AT_FINGERPRINT, 1, 7, ELIG_E_DAMAGED},
        {"fingerprint bits", ELIG_AT_FINGERPRINT, 1, 49, ELIG_E_DAMAGED},
        {"fingerprint bits", ELIG_AT_FINGERPRINT, 1, 57, ELIG_E_DAMAGED},
        {"fingerprint bits", ELIG_AT_FINGERPRINT, 1, 255, ELIG_E_DAMAGED},
        {"payload bits", ELIG_AT_PAYLOAD, 1, 0, ELIG_E_DAMAGED},
        {"payload bits", ELIG_AT_PAYLOAD, 1, 1, ELIG_E_DAMAGED},
        {"payload bits", ELIG_AT_PAYLOAD, 1, 3, ELIG_E_DAMAGED},
        {"payload bits", ELIG_AT_PAYLOAD, 1, 64, ELIG_E_DAMAGED},
        {"payload bits", ELIG_AT_PAYLOAD, 1, 255, ELIG_E_DAMAGED},
        {"pilot bits", ELIG_AT_PILOT, 1, 0, ELIG_E_DAMAGED},
        {"pilot bits", ELIG_AT_PILOT, 1, 15, ELIG_E_DAMAGED},
        {"pilot bits", ELIG_AT_PILOT, 1, 17, ELIG_E_DAMAGED},
        {"pilot bits", ELIG_AT_PILOT, 1, 255, ELIG_E_DAMAGED},
    };
    assert_lies_are_refused(lies, LENGTH(lies));
}

static void a_dictionary_of_other_measures_is_refused(void **state)
{
    (void)state;
    const struct header *header = &honest.header;
    const struct lie lies[] = {
        {"label count", ELIG_AT_LABELS, 4, 0, ELIG_E_DAMAGED},
        {"label count", ELIG_AT_LABELS, 4, 2, ELIG_E_DAMAGED}, /* as many bits, but the dictionary has three */
        {"label count", ELIG_AT_LABELS, 4, 4, ELIG_E_DAMAGED},
        {"label count", ELIG_AT_LABELS, 4, ELIG_LABELS_MAX, ELIG_E_DAMAGED},
        {"label count", ELIG_AT_LABELS, 4, ELIG_LABELS_MAX + 1, ELIG_E_DAMAGED},
        {"label count", ELIG_AT_LABELS, 4, UINT32_MAX, ELIG_E_DAMAGED},
        {"dictionary bytes", ELIG_AT_DICTIONARY, 8, 0, ELIG_E_DAMAGED},
        {"dictionary bytes", ELIG_AT_DICTIONARY, 8, 5, ELIG_E_DAMAGED},
        {"dictionary bytes", ELIG_AT_DICTIONARY, 8, header->dictionary_bytes - 1, ELIG_E_DAMAGED},
        {"dictionary bytes", ELIG_AT_DICTIONARY, 8, header->dictionary_bytes + 1, ELIG_E_DAMAGED},
        {"dictionary bytes", ELIG_AT_DICTIONARY, 8, WORDS * 64 + 1, ELIG_E_DAMAGED},
        {"dictionary bytes", ELIG_AT_DICTIONARY, 8, 4097, ELIG_E_DAMAGED},
        {"dictionary bytes", ELIG_AT_DICTIONARY, 8, UINT64_MAX, ELIG_E_DAMAGED},
        {"dictionary hash", ELIG_AT_DICTIONARY_HASH, 8, 0, ELIG_E_DAMAGED},
        {"dictionary hash", ELIG_AT_DICTIONARY_HASH + 24, 8, 0, ELIG_E_DAMAGED},
    };
    assert_lies_are_refused(lies, LENGTH(lies));
}

static void a_kind_that_cannot_be_is_refused(void **state)
{
    (void)state;
    uint32_t kind = ELIG_AT_KINDS;
    const struct lie lies[] = {
        {"kind count", ELIG_AT_KIND_COUNT, 4, 0, ELIG_E_DAMAGED},
        {"kind count", ELIG_AT_KIND_COUNT, 4, 2, ELIG_E_DAMAGED},
        {"kind count", ELIG_AT_KIND_COUNT, 4, ELIG_KINDS_MAX + 1, ELIG_E_DAMAGED},
        {"kind count", ELIG_AT_KIND_COUNT, 4, UINT32_MAX, ELIG_E_DAMAGED},
        {"kind name", kind, 1, 0, ELIG_E_DAMAGED},
        {"kind name", kind, 1, 'I', ELIG_E_DAMAGED},
        {"kind name", kind, 1, '\n', ELIG_E_DAMAGED},
        {"kind name", kind, 1, 0xC3, ELIG_E_DAMAGED},
        {"kind name", kind + 3, 1, 'x', ELIG_E_DAMAGED}, /* after the end of the name */
        {"kind name", kind + ELIG_KIND_NAME_MAX, 1, 'x', ELIG_E_DAMAGED},
        {"kind identifiers", kind + ELIG_KIND_AT_IDENTIFIERS, 8, MEMBERS - 1, ELIG_E_DAMAGED},
        {"kind identifiers", kind + ELIG_KIND_AT_IDENTIFIERS, 8, MEMBERS + 1, ELIG_E_DAMAGED},
        {"kind identifiers", kind + ELIG_KIND_AT_IDENTIFIERS, 8, UINT64_MAX, ELIG_E_DAMAGED},
        {"part count", kind + ELIG_KIND_AT_PART_COUNT, 1, 0, ELIG_E_DAMAGED},
        {"part count", kind + ELIG_KIND_AT_PART_COUNT, 1, 2, ELIG_E_DAMAGED},
        {"part count", kind + ELIG_KIND_AT_PART_COUNT, 1, ELIG_PARTS_MAX + 1, ELIG_E_DAMAGED},
        {"part count", kind + ELIG_KIND_AT_PART_COUNT, 1, 255, ELIG_E_DAMAGED},
    };
    assert_lies_are_refused(lies, LENGTH(lies));
}

static void a_part_that_cannot_be_is_refused(void **state)
{
    (void)state;
    uint32_t part = ELIG_AT_KINDS + ELIG_KIND_AT_PARTS;
    const struct lie lies[] = {
        {"part type", part, 1, 0, ELIG_E_DAMAGED},
        {"part type", part, 1, ELIG_TYPE_EXACT + 1, ELIG_E_DAMAGED},
        {"part type", part, 1, 255, ELIG_E_DAMAGED},
        {"part flags", part + 1, 1, 1, ELIG_E_DAMAGED},
        {"part flags", part + 1, 1, 0x80, ELIG_E_DAMAGED},
        {"part region", part + 2, 2, 'K' | 'R' << 8, ELIG_E_DAMAGED}, /* which only phones have */
        {"second part", part + ELIG_PART_BYTES, 1, ELIG_TYPE_EXACT, ELIG_E_DAMAGED},
        {"email flags", part, 2, ELIG_TYPE_EMAIL | 4 << 8, ELIG_E_DAMAGED},
        {"text flags", part, 2, ELIG_TYPE_TEXT | 4 << 8, ELIG_E_DAMAGED},
        {"phone region", part, 4, ELIG_TYPE_PHONE | (uint32_t)'Q' << 16 | (uint32_t)'Q' << 24, ELIG_E_DAMAGED},
        {"phone region", part, 4, ELIG_TYPE_PHONE | (uint32_t)'K' << 16, ELIG_E_DAMAGED},
        {"phone region", part, 4, ELIG_TYPE_PHONE | (uint32_t)'k' << 16 | (uint32_t)'r' << 24, ELIG_E_DAMAGED},
    };
    assert_lies_are_refused(lies, LENGTH(lies));
}

static void a_campaign_that_is_no_plain_text_is_refused(void **state)
{
    (void)state;
    const struct lie lies[] = {
        {"campaign", ELIG_AT_CAMPAIGN, 1, 0x01, ELIG_E_DAMAGED},
        {"campaign", ELIG_AT_CAMPAIGN, 1, '\n', ELIG_E_DAMAGED},
        {"campaign", ELIG_AT_CAMPAIGN, 1, '\t', ELIG_E_DAMAGED},
        {"campaign", ELIG_AT_CAMPAIGN, 4, 0x4a325b1b, ELIG_E_DAMAGED}, /* ESC [ 2 J */
        {"campaign", ELIG_AT_CAMPAIGN, 1, 0x7f, ELIG_E_DAMAGED},
        {"campaign", ELIG_AT_CAMPAIGN, 2, 0x9bc2, ELIG_E_DAMAGED}, /* U+009B */
        {"campaign", ELIG_AT_CAMPAIGN, 1, 0xff, ELIG_E_DAMAGED},
        {"campaign", ELIG_AT_CAMPAIGN, 2, 0x80c0, ELIG_E_DAMAGED}, /* an overlong NUL */
        {"campaign", ELIG_AT_CAMPAIGN, 1, 0xC2, ELIG_E_DAMAGED},   /* half a character */
        {"campaign", ELIG_AT_CAMPAIGN + 1, 1, 'x', ELIG_E_DAMAGED},
        {"campaign", ELIG_AT_CAMPAIGN + ELIG_CAMPAIGN_MAX, 1, 'x', ELIG_E_DAMAGED},
    };
    assert_lies_are_refused(lies, LENGTH(lies));
}

static void a_field_of_what_this_version_does_not_do_is_refused(void **state)
{
    (void)state;
    const struct lie lies[] = {
        {"signer", ELIG_AT_SIGNER, 1, 1, ELIG_E_SIGNATURE},
        {"signature", ELIG_AT_SIGNATURE, 1, 1, ELIG_E_DAMAGED},
        {"serial", ELIG_AT_SERIAL, 8, UINT64_MAX, ELIG_E_DAMAGED},
        {"Argon2 memory", ELIG_AT_ARGON2_MEMORY, 8, UINT64_MAX, ELIG_E_DAMAGED},
        {"Argon2 passes", ELIG_AT_ARGON2_PASSES, 4, UINT32_MAX, ELIG_E_DAMAGED},
        {"work bits", ELIG_AT_WORK_BITS, 4, 1, ELIG_E_DAMAGED},
        {"blind key", ELIG_AT_BLIND_KEY, 8, 1, ELIG_E_DAMAGED},
    };
    assert_lies_are_refused(lies, LENGTH(lies));
}

static void two_kinds_of_one_name_are_refused(void **state)
{
    (void)state;
    struct test_file file = test_copy(&honest.file);
    uint8_t *second = file.bytes + ELIG_AT_KINDS + ELIG_KIND_BYTES;
    memcpy(second, second - ELIG_KIND_BYTES, ELIG_KIND_BYTES);
    bytes_put_le64(second + ELIG_KIND_AT_IDENTIFIERS, 0);
    bytes_put_le32(file.bytes + ELIG_AT_KIND_COUNT, 2);
    forge_header_hash(file.bytes);
    assert_refused_in_every_mode(&file, ELIG_E_DAMAGED, "two kinds of one name");
    second[0] = 'x'; /* and of two names they are not */
    forge_header_hash(file.bytes);
    assert_refused_in_every_mode(&file, 0, "two kinds of two names");
    test_file_free(&file);
}

static void a_kind_whose_identifiers_overflow_the_sum_is_refused(void **state)
{
    (void)state;
    struct test_file file = test_copy(&honest.file);
    uint8_t *first = file.bytes + ELIG_AT_KINDS, *second = first + ELIG_KIND_BYTES;
    memcpy(second, first, ELIG_KIND_BYTES);
    second[0] = 'x';
    bytes_put_le64(first + ELIG_KIND_AT_IDENTIFIERS, UINT64_MAX);
    bytes_put_le64(second + ELIG_KIND_AT_IDENTIFIERS, MEMBERS + 1); /* the sum is right modulo 2^64 */
    bytes_put_le32(file.bytes + ELIG_AT_KIND_COUNT, 2);
    forge_header_hash(file.bytes);
    assert_refused_in_every_mode(&file, ELIG_E_DAMAGED, "sum of identifiers");
    test_file_free(&file);
}

/* What opening by walk cannot see, the first lookup does. */
static void a_root_that_lies_is_refused_when_it_is_used(void **state)
{
    (void)state;
    static const uint32_t at[] = {ELIG_AT_ROOT, ELIG_AT_ROOT + ELIG_ENTRY_AT_TAG,
                                  ELIG_AT_ROOT + ELIG_ENTRY_AT_TAG + ELIG_TAG_BYTES - 1, ELIG_AT_SALT};
    for (size_t i = 0; i < LENGTH(at); i++) {
        struct test_file file = test_copy(&honest.file);
        file.bytes[at[i]] ^= 1;
        if (at[i] == ELIG_AT_SALT) { /* so that the secret is accepted, and the dictionary */
            digest_key_check(test_secret(), file.bytes + ELIG_AT_SALT, file.bytes + ELIG_AT_KEY_CHECK);
            digest_bytes(ELIG_DOMAIN_DICTIONARY, file.bytes + ELIG_AT_SALT, page_of(&file, 1), ELIG_PAGE_BYTES,
                         file.bytes + ELIG_AT_DICTIONARY_HASH);
        }
        forge_header_hash(file.bytes);
        assert_int_equal(open_error(&file, ELIG_CHECK_FIRST_USE), ELIG_E_DAMAGED);
        assert_int_equal(open_error(&file, ELIG_CHECK_ALL), ELIG_E_DAMAGED);
        assert_int_equal(open_error(&file, ELIG_CHECK_WALK), 0);
        struct elig *index = test_open(test_path("hostile.elig"), ELIG_CHECK_WALK);
        uint8_t highest[ELIG_DIGEST_BYTES];
        memset(highest, 0xff, sizeof highest);
        assert_int_equal(test_find(index, highest).error, ELIG_E_DAMAGED);
        elig_close(index);
        test_file_free(&file);
    }
}

/* ---- Length ---- */

static void assert_cut_is_refused(const char *path, size_t length, enum elig_check check)
{
    int error = test_open_error(path, check, test_secret());
    if (error != (length < ELIG_MAGIC_BYTES ? ELIG_E_NOT_INDEX : ELIG_E_LENGTH))
        fail_msg("%zu bytes: %d in check mode %d", length, error, (int)check);
}

static void a_file_cut_short_is_refused_wherever_it_is_cut(void **state)
{
    (void)state;
    const char *path = test_path("cut-short.elig");
    uint64_t seed = 2;
    test_write_bytes(path, honest.file.bytes, honest.file.length);
    size_t length = honest.file.length;
    while (length > 0) { /* to random lengths, to each page boundary, and byte by byte through the first page */
        size_t before = length;
        length -= length <= ELIG_PAGE_BYTES + 2 ? 1 : 1 + test_below(&seed, 400);
        if (before > ELIG_PAGE_BYTES && (before - 1) / ELIG_PAGE_BYTES > length / ELIG_PAGE_BYTES)
            length = (before - 1) / ELIG_PAGE_BYTES * ELIG_PAGE_BYTES;
        assert_int_equal(truncate(path, (off_t)length), 0);
        if (length % ELIG_PAGE_BYTES == 0)
            for (size_t i = 0; i < LENGTH(checks); i++)
                assert_cut_is_refused(path, length, checks[i]);
        else
            assert_cut_is_refused(path, length, checks[length % LENGTH(checks)]);
    }
}

static void bytes_after_the_end_are_refused(void **state)
{
    (void)state;
    static const size_t extra[] = {1, 7, ELIG_PAGE_BYTES - 1, ELIG_PAGE_BYTES, 2 * ELIG_PAGE_BYTES, 100000};
    for (size_t i = 0; i < LENGTH(extra); i++) {
        struct test_file file = {calloc(1, honest.file.length + extra[i]), honest.file.length + extra[i]};
        assert_non_null(file.bytes);
        memcpy(file.bytes, honest.file.bytes, honest.file.length);
        assert_refused_in_every_mode(&file, ELIG_E_LENGTH, "bytes after the end");
        test_file_free(&file);
    }
}

static void a_short_file_that_is_no_index_is_called_that(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "x", "\x89\x45LIG\r\n", "name,mail\nAnna,anna@example.com\n"};
    for (size_t i = 0; i < LENGTH(texts); i++) {
        const struct test_file file = {(uint8_t *)(uintptr_t)texts[i], strlen(texts[i])};
        assert_refused_in_every_mode(&file, ELIG_E_NOT_INDEX, "a short file");
    }
    static uint8_t page[ELIG_PAGE_BYTES];
    const struct test_file zeros = {page, sizeof page};
    assert_refused_in_every_mode(&zeros, ELIG_E_NOT_INDEX, "zeros");
    /* carried as text: CR LF became LF */
    struct test_file file = test_copy(&honest.file);
    memmove(file.bytes + 5, file.bytes + 6, file.length - 6);
    file.length--;
    assert_refused_in_every_mode(&file, ELIG_E_NOT_INDEX, "carried as text");
    test_file_free(&file);
}

/* A header that says 2^40 identifiers in a file without the pages, or with holes for them: nothing is allocated
 * for what is not there. */
static void a_huge_claim_costs_nothing(void **state)
{
    (void)state;
    struct test_file file = test_copy(&honest.file);
    struct header header = honest.header;
    header.label_count = 0;
    header.dictionary_bytes = 0;
    memset(header.dictionary_hash, 0, sizeof header.dictionary_hash);
    header.leaf = (struct leaf_shape){.slots = 3000, .buckets = 10, .fingerprint_bits = 8};
    header.identifiers = header.kinds[0].identifiers = ELIG_IDENTIFIERS_MAX;
    assert_int_equal(tree_shape_make(&header.tree, 1, header_leaves(header.identifiers, header.leaf.slots)), 0);
    header_write(&header, file.bytes);
    assert_refused_in_every_mode(&file, ELIG_E_LENGTH, "a huge claim");
    test_file_free(&file);
}

/* ---- Bytes ---- */

/* Every byte is changed in turn, in one file that is opened anew. */
static void no_changed_byte_makes_an_answer_wrong(void **state)
{
    (void)state;
    const char *path = test_path("flipped.elig");
    uint64_t seed = 3;
    test_write_bytes(path, honest.file.bytes, honest.file.length);
    int file = open(path, O_RDWR | O_CLOEXEC);
    assert_true(file >= 0);
    for (size_t at = 0; at < honest.file.length; at += test_stride()) {
        uint8_t changed = honest.file.bytes[at] ^ (uint8_t)(1 + test_below(&seed, 255));
        assert_int_equal(pwrite(file, &changed, 1, (off_t)at), 1);
        if (test_open_error(path, ELIG_CHECK_ALL, NULL) >= 0)
            fail_msg("byte %zu was changed, and everything was found in order", at);
        for (enum elig_check check = ELIG_CHECK_WALK; check <= ELIG_CHECK_FIRST_USE; check++) {
            const struct elig_options options = {.size = sizeof options, .check = check};
            struct elig *index;
            if (elig_open(path, &options, &index) == 0) {
                unsigned refused = ask_around(index, 299);
                assert_in_range(refused, 0, 2 * (1 + MEMBERS / 299));
                elig_close(index);
            }
        }
        assert_int_equal(pwrite(file, &honest.file.bytes[at], 1, (off_t)at), 1);
    }
    close(file);
    assert_int_equal(test_open_error(path, ELIG_CHECK_ALL, test_secret()), 0);
}

static void swapped_pages_are_refused(void **state)
{
    (void)state;
    uint64_t pages = honest.file.length / ELIG_PAGE_BYTES;
    for (uint64_t i = 1; i < pages; i++)
        for (uint64_t j = 1; j < i; j++) {
            struct test_file file = test_copy(&honest.file);
            memcpy(page_of(&file, i), page_of((struct test_file *)&honest.file, j), ELIG_PAGE_BYTES);
            memcpy(page_of(&file, j), page_of((struct test_file *)&honest.file, i), ELIG_PAGE_BYTES);
            assert_int_equal(open_error(&file, ELIG_CHECK_ALL), ELIG_E_DAMAGED);
            struct elig *index;
            const struct elig_options options = {.size = sizeof options, .check = ELIG_CHECK_WALK};
            if (elig_open(test_path("hostile.elig"), &options, &index) == 0) {
                assert_true(ask_around(index, 10) > 0);
                elig_close(index);
            }
            test_file_free(&file);
        }
}

static void a_page_of_another_index_is_refused(void **state)
{
    (void)state;
    struct record *records = test_records(99, MEMBERS);
    const struct test_list list = {
        .records = records, .count = MEMBERS, .words = words, .word_count = WORDS, .fingerprint_bits = 50};
    const char *path = test_path("another.elig");
    test_make_index(&list, path);
    struct test_file another = test_read_file(path);
    for (uint64_t number = 1; number < 3; number++) {
        struct test_file file = test_copy(&honest.file);
        memcpy(page_of(&file, honest.header.tree.first_page[0] + number), page_of(&another, 2),
               ELIG_PAGE_BYTES);
        assert_int_equal(open_error(&file, ELIG_CHECK_ALL), ELIG_E_DAMAGED);
        test_file_free(&file);
    }
    test_file_free(&another);
    free(records);
}

/* ---- Forged trees, every tag right ---- */

/* Changes the inner page and makes all tags right again. */
static struct test_file forge_inner(void (*change)(uint8_t *))
{
    struct test_file file = test_copy(&honest.file);
    change(page_of(&file, honest.header.tree.first_page[1]));
    assert_true(forge_hashes(file.bytes, file.length));
    return file;
}

static void swap_separators(uint8_t *page)
{
    uint8_t separator[ELIG_SEPARATOR_BYTES];
    memcpy(separator, page + ELIG_ENTRY_BYTES, sizeof separator);
    memcpy(page + ELIG_ENTRY_BYTES, page + 2 * ELIG_ENTRY_BYTES, sizeof separator);
    memcpy(page + 2 * ELIG_ENTRY_BYTES, separator, sizeof separator);
}

static void repeat_separator(uint8_t *page)
{
    memcpy(page + ELIG_ENTRY_BYTES, page, ELIG_SEPARATOR_BYTES);
}

static void lower_first_separator(uint8_t *page)
{
    memset(page, 0, ELIG_SEPARATOR_BYTES);
}

static void add_entry(uint8_t *page)
{
    memcpy(page + 3 * ELIG_ENTRY_BYTES, page + 2 * ELIG_ENTRY_BYTES, ELIG_ENTRY_BYTES);
    page[3 * ELIG_ENTRY_BYTES] = 0xff;
}

static void fill_last_byte(uint8_t *page)
{
    page[ELIG_PAGE_BYTES - 1] = 1;
}

static void an_inner_page_that_is_unsound_is_refused_though_its_tag_is_right(void **state)
{
    (void)state;
    static void (*const changes[])(uint8_t *) = {swap_separators, repeat_separator, lower_first_separator,
                                                 add_entry, fill_last_byte};
    for (size_t i = 0; i < LENGTH(changes); i++) {
        struct test_file file = forge_inner(changes[i]);
        assert_int_equal(open_error(&file, ELIG_CHECK_FIRST_USE), ELIG_E_DAMAGED);
        assert_int_equal(open_error(&file, ELIG_CHECK_ALL), ELIG_E_DAMAGED);
        assert_int_equal(open_error(&file, ELIG_CHECK_WALK), 0);
        struct elig *index = test_open(test_path("hostile.elig"), ELIG_CHECK_WALK);
        uint8_t highest[ELIG_DIGEST_BYTES];
        memset(highest, 0xff, sizeof highest);
        assert_int_equal(test_find(index, highest).error, ELIG_E_DAMAGED);
        elig_close(index);
        test_file_free(&file);
    }
}

static void a_leaf_with_a_bit_in_its_gap_is_refused_though_its_tag_is_right(void **state)
{
    (void)state;
    struct test_file file = test_copy(&honest.file);
    uint32_t padding = leaf_slot_at(&honest.header.leaf, honest.header.leaf.slots);
    assert_true(padding < leaf_pilot_at(&honest.header.leaf, 0) * 8);
    leaf_put_bits(page_of(&file, honest.header.tree.first_page[0] + 1), padding, 1, 1);
    assert_true(forge_hashes(file.bytes, file.length));
    assert_int_equal(open_error(&file, ELIG_CHECK_ALL), ELIG_E_DAMAGED);
    assert_int_equal(open_error(&file, ELIG_CHECK_FIRST_USE), 0);
    struct elig *index = test_open(test_path("hostile.elig"), ELIG_CHECK_FIRST_USE);
    unsigned refused = ask_around(index, 1);
    assert_in_range(refused, 2 * MEMBERS / 4, 2 * MEMBERS / 2); /* one leaf of three */
    elig_close(index);
    test_file_free(&file);
}

/* Two inner pages, each sound, of which the second begins before the first one ends. */
static void separators_that_fall_from_one_page_to_the_next_are_refused(void **state)
{
    (void)state;
    enum { COUNT = 100000 };
    struct record *records = test_records(44, COUNT);
    const struct test_list list = {.records = records, .count = COUNT, .fingerprint_bits = 56};
    const char *path = test_path("two-levels.elig");
    struct header header;
    test_make_index(&list, path);
    struct test_file file = test_read_file(path);
    assert_int_equal(header_read(&header, file.bytes, NULL), 0);
    assert_int_equal(header.tree.levels, 2);
    uint8_t *first = page_of(&file, header.tree.first_page[1]);
    memset(first + (ELIG_FANOUT - 1) * ELIG_ENTRY_BYTES, 0xfe, ELIG_SEPARATOR_BYTES);
    assert_true(forge_hashes(file.bytes, file.length));
    assert_int_equal(open_error(&file, ELIG_CHECK_FIRST_USE), ELIG_E_DAMAGED);
    assert_int_equal(open_error(&file, ELIG_CHECK_ALL), ELIG_E_DAMAGED);
    test_file_free(&file);

    /* an inner page that is listed with a seed */
    file = test_read_file(path);
    bytes_put_le16(page_of(&file, header.tree.first_page[2]) + ELIG_ENTRY_BYTES + ELIG_ENTRY_AT_SEED, 1);
    assert_true(forge_hashes(file.bytes, file.length));
    assert_int_equal(open_error(&file, ELIG_CHECK_FIRST_USE), ELIG_E_DAMAGED);
    test_file_free(&file);
    free(records);
}

static void clear_padding(const struct leaf_shape *shape, uint8_t *page)
{
    for (uint32_t bit = leaf_slot_at(shape, shape->slots); bit < leaf_pilot_at(shape, 0) * 8; bit++)
        leaf_put_bits(page, bit, 1, 0);
}

/* Leaves of random bytes under right tags: a file that its author made so. Every answer is still an answer. */
static void leaves_of_anything_are_asked_without_harm(void **state)
{
    (void)state;
    uint64_t seed = 5;
    for (int i = 0; i < 20; i++) {
        struct test_file file = test_copy(&honest.file);
        uint8_t *leaf = page_of(&file, honest.header.tree.first_page[0]);
        test_random_bytes(&seed, leaf, 3 * ELIG_PAGE_BYTES);
        if (i % 2 == 0)
            memset(leaf, 0xff, 3 * ELIG_PAGE_BYTES);
        for (unsigned page = 0; page < 3; page++)
            clear_padding(&honest.header.leaf, leaf + (size_t)page * ELIG_PAGE_BYTES);
        assert_true(forge_hashes(file.bytes, file.length));
        assert_int_equal(open_error(&file, ELIG_CHECK_WALK), 0);
        struct elig *index = test_open(test_path("hostile.elig"), ELIG_CHECK_WALK);
        for (size_t j = 0; j < MEMBERS; j += 5) {
            struct elig_answer answer = test_find(index, honest.records[j].digest);
            assert_in_range(answer.verdict, ELIG_ELIGIBLE, ELIG_NOT_LISTED);
        }
        elig_close(index);
        test_file_free(&file);
    }
}

static void a_code_that_is_no_word_is_not_listed(void **state)
{
    (void)state;
    struct test_file file = test_copy(&honest.file);
    struct header header = honest.header;
    /* a dictionary of two words, both of which stay codes of two bits; code 3 is then none */
    static const uint8_t two[] = "\x06"
                                 "bronze"
                                 "\x04"
                                 "gold";
    memset(page_of(&file, 1), 0, ELIG_PAGE_BYTES);
    memcpy(page_of(&file, 1), two, sizeof two - 1);
    header.label_count = 2;
    header.dictionary_bytes = sizeof two - 1;
    header_write(&header, file.bytes);
    assert_true(forge_hashes(file.bytes, file.length));
    for (size_t i = 0; i < LENGTH(checks); i++) {
        assert_int_equal(open_error(&file, checks[i]), 0);
        struct elig *index = test_open(test_path("hostile.elig"), checks[i]);
        for (size_t j = 0; j < MEMBERS; j += 7) {
            struct elig_answer answer = test_find(index, honest.records[j].digest);
            const char *label = label_of(j);
            int is_lost = label != NULL && strcmp(label, "silver") == 0;
            assert_int_equal(answer.verdict, is_lost ? ELIG_NOT_LISTED : ELIG_ELIGIBLE);
            assert_same_label(answer.label, is_lost ? NULL : label);
        }
        elig_close(index);
    }
    test_file_free(&file);
}

static const struct {
    const char *what, *bytes;
} forged[] = {
    {"out of order", "\x04"
                     "gold"
                     "\x06"
                     "bronze"
                     "\x06"
                     "silver"},
    {"twice", "\x06"
              "bronze"
              "\x04"
              "gold"
              "\x04"
              "gold"
              "\0\0"},
    {"control character", "\x06"
                          "bron\x1b"
                          "e"
                          "\x04"
                          "gold"
                          "\x06"
                          "silver"},
    {"no UTF-8", "\x06"
                 "bronze"
                 "\x04"
                 "gol\xff"
                 "\x06"
                 "silver"},
    {"length beyond the end", "\x06"
                              "bronze"
                              "\x04"
                              "gold"
                              "\x07"
                              "silver"},
    {"length short of the end", "\x06"
                                "bronze"
                                "\x04"
                                "gold"
                                "\x05"
                                "silver"},
    {"empty word", "\x06"
                   "bronze"
                   "\0"
                   "gold4"
                   "\x06"
                   "silver"},
};

static void a_forged_dictionary_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(forged); i++) {
        struct test_file file = test_copy(&honest.file);
        memcpy(page_of(&file, 1), forged[i].bytes, honest.header.dictionary_bytes);
        assert_true(forge_hashes(file.bytes, file.length));
        assert_refused_in_every_mode(&file, ELIG_E_DAMAGED, forged[i].what);
        test_file_free(&file);
    }
    struct test_file file = test_copy(&honest.file);
    page_of(&file, 1)[honest.header.dictionary_bytes] = 1;
    assert_true(forge_hashes(file.bytes, file.length));
    assert_refused_in_every_mode(&file, ELIG_E_DAMAGED, "bytes after the words");
    test_file_free(&file);
}

/* ---- What is no file, and what does not stay as it is ---- */

static void what_is_no_file_is_refused_without_waiting(void **state)
{
    (void)state;
    const char *fifo = test_path("fifo");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    alarm(20); /* opening a FIFO without a writer must not wait for one */
    for (size_t i = 0; i < LENGTH(checks); i++) {
        assert_int_equal(test_open_error(fifo, checks[i], NULL), ELIG_E_NOT_INDEX);
        assert_int_equal(test_open_error("/dev/null", checks[i], NULL), ELIG_E_NOT_INDEX);
        assert_int_equal(test_open_error("/dev/zero", checks[i], NULL), ELIG_E_NOT_INDEX);
        errno = 0;
        assert_int_equal(test_open_error(test_folder(), checks[i], NULL), ELIG_E_READ);
        assert_int_equal(errno, EISDIR);
        assert_int_equal(test_open_error(test_path("missing"), checks[i], NULL), ELIG_E_READ);
        assert_int_equal(errno, ENOENT);
        assert_int_equal(test_open_error("", checks[i], NULL), ELIG_E_READ);
        assert_int_equal(errno, ENOENT);
    }
    alarm(0);
}

static void a_file_cut_short_after_opening_is_damaged_to_a_walk(void **state)
{
    (void)state;
    const char *path = test_path("cut.elig");
    test_write_bytes(path, honest.file.bytes, honest.file.length);
    struct elig *index = test_open(path, ELIG_CHECK_WALK);
    for (size_t length = honest.file.length; length > 0; length -= ELIG_PAGE_BYTES / 2) {
        assert_int_equal(truncate(path, (off_t)(length - ELIG_PAGE_BYTES / 2)), 0);
        assert_true(ask_around(index, 20) > 0);
    }
    elig_close(index);
}

struct vandal {
    const char *path;
    _Atomic int is_over;
};

/* Writes anything anywhere into the file until told to stop. */
static void *write_around(void *argument)
{
    struct vandal *vandal = argument;
    uint64_t seed = 6;
    int file = open(vandal->path, O_WRONLY | O_CLOEXEC);
    while (file >= 0 && !atomic_load(&vandal->is_over)) {
        uint8_t junk[64];
        test_random_bytes(&seed, junk, sizeof junk);
        if (pwrite(file, junk, sizeof junk, (off_t)test_below(&seed, honest.file.length - sizeof junk)) < 0)
            break;
    }
    if (file >= 0)
        close(file);
    return NULL;
}

static void a_file_that_changes_underneath_gives_answers_and_no_crash(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(checks); i++) {
        static char path[TEST_PATH_MAX];
        pthread_t thread;
        strcpy(path, test_path("changing.elig"));
        test_write_bytes(path, honest.file.bytes, honest.file.length);
        struct elig *index = test_open(path, checks[i]);
        struct vandal vandal = {.path = path};
        assert_int_equal(pthread_create(&thread, NULL, write_around, &vandal), 0);
        unsigned out_of_range = 0, wrong = 0;
        for (int round = 0; round < 20; round++)
            for (size_t j = 0; j < MEMBERS; j++) {
                struct elig_answer answer;
                elig_find(index, (const uint8_t(*)[ELIG_DIGEST_BYTES])honest.records[j].digest, 1, &answer);
                int is_answer = answer.verdict == ELIG_ELIGIBLE || answer.verdict == ELIG_NOT_LISTED ||
                                answer.error == ELIG_E_DAMAGED;
                out_of_range += !is_answer;
                wrong += !is_right_or_refused(&answer, 1, label_of(j));
                if (answer.verdict == ELIG_ELIGIBLE && answer.label != NULL)
                    out_of_range += strlen(answer.label) > ELIG_LABEL_MAX;
            }
        atomic_store(&vandal.is_over, 1);
        assert_int_equal(pthread_join(thread, NULL), 0);
        assert_int_equal(out_of_range, 0);
        if (checks[i] == ELIG_CHECK_WALK) /* which checks and uses a copy of its own */
            assert_int_equal(wrong, 0);
        elig_close(index);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_honest_index_is_right_in_every_mode),
        cmocka_unit_test(a_version_or_profile_that_is_not_known_is_named),
        cmocka_unit_test(a_count_that_does_not_follow_from_the_others_is_refused),
        cmocka_unit_test(a_shape_of_leaves_that_cannot_be_is_refused),
        cmocka_unit_test(a_dictionary_of_other_measures_is_refused),
        cmocka_unit_test(a_kind_that_cannot_be_is_refused),
        cmocka_unit_test(a_part_that_cannot_be_is_refused),
        cmocka_unit_test(a_campaign_that_is_no_plain_text_is_refused),
        cmocka_unit_test(a_field_of_what_this_version_does_not_do_is_refused),
        cmocka_unit_test(two_kinds_of_one_name_are_refused),
        cmocka_unit_test(a_kind_whose_identifiers_overflow_the_sum_is_refused),
        cmocka_unit_test(a_root_that_lies_is_refused_when_it_is_used),
        cmocka_unit_test(a_file_cut_short_is_refused_wherever_it_is_cut),
        cmocka_unit_test(bytes_after_the_end_are_refused),
        cmocka_unit_test(a_short_file_that_is_no_index_is_called_that),
        cmocka_unit_test(a_huge_claim_costs_nothing),
        cmocka_unit_test(no_changed_byte_makes_an_answer_wrong),
        cmocka_unit_test(swapped_pages_are_refused),
        cmocka_unit_test(a_page_of_another_index_is_refused),
        cmocka_unit_test(an_inner_page_that_is_unsound_is_refused_though_its_tag_is_right),
        cmocka_unit_test(a_leaf_with_a_bit_in_its_gap_is_refused_though_its_tag_is_right),
        cmocka_unit_test(separators_that_fall_from_one_page_to_the_next_are_refused),
        cmocka_unit_test(leaves_of_anything_are_asked_without_harm),
        cmocka_unit_test(a_code_that_is_no_word_is_not_listed),
        cmocka_unit_test(a_forged_dictionary_is_refused),
        cmocka_unit_test(what_is_no_file_is_refused_without_waiting),
        cmocka_unit_test(a_file_cut_short_after_opening_is_damaged_to_a_walk),
        cmocka_unit_test(a_file_that_changes_underneath_gives_answers_and_no_crash),
    };
    return cmocka_run_group_tests_name("hostile", tests, setup, teardown);
}
