/* SPDX-License-Identifier: Apache-2.0 */
/* test_digest_file_hostile.c - damaged and forged digest files are refused with the right error: every byte
 * flipped, every length, every field out of its range, records that no builder writes. Forged means that all
 * hashes were made right again, as anyone can. */
#include <sys/mman.h>

#include "builder/digest_file/digest_file_format.h"
#include "builder/digest_file/digest_file_writer.h"
#include "tests/support/fixture_digest_file.h"
#include "tests/support/fixture_index.h"
#include "tests/support/test.h"

static const char *const words[] = {"bronze", "gold", "silver"};
#define LABELS LENGTH(words)
#define RECORDS 60

/* Where the parts of the honest digest file start. */
#define AT_DICTIONARY ELIG_PAGE_BYTES
#define AT_PARTS (AT_DICTIONARY + ELIG_PAGE_BYTES)
#define AT_RECORDS (AT_PARTS + DIGEST_FILE_PARTITIONS_BYTES)

/* The honest digest file, and where digest files are opened from. */
static struct test_file honest;
static int descriptor = -1;
static char path[64];

/* Half of the records are in partition 9, three of these of one identifier. */
static int make_honest(void **state)
{
    struct config config;
    if (test_folder_make(state) != 0)
        return -1;
    config = test_config();
    config.list.kind_count = 2;
    config.list.kinds[1] = (struct elig_kind){
        .name = "tel", .part_count = 1, .parts = {{.type = ELIG_TYPE_PHONE, .region = {'K', 'R'}}}};
    struct record *records = test_records(1, RECORDS);
    for (size_t i = 0; i < RECORDS; i++) {
        if (i % 2 == 0) {
            records[i].digest[0] = 9 >> 2;
            records[i].digest[1] = (uint8_t)(9 << 6 | records[i].digest[1] % 64);
        }
        int is_same = i % 20 == 2 && i > 20;
        if (is_same)
            memcpy(records[i].digest, records[0].digest, ELIG_DIGEST_BYTES);
        record_set_attributes(&records[i], (uint16_t)(i / 20 % 4), is_same || i % 3 == 0, 1);
    }
    descriptor = memfd_create("set", MFD_CLOEXEC);
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    test_make_digest_file(&config, records, RECORDS, words, LABELS, test_path("honest"));
    honest = test_read_file(test_path("honest"));
    free(records);
    return honest.length == AT_RECORDS + RECORDS * DIGEST_FILE_RECORD_BYTES ? 0 : -1;
}

static int free_honest(void **state)
{
    test_file_free(&honest);
    close(descriptor);
    return test_folder_remove(state);
}

static void put(const struct test_file *file)
{
    assert_int_equal(ftruncate(descriptor, (off_t)file->length), 0);
    assert_int_equal(pwrite(descriptor, file->bytes, file->length, 0), file->length);
}

static int open_error(void)
{
    struct digest_file *opened = (struct digest_file *)path; /* anything but NULL */
    int error = digest_file_open(path, &opened);
    if (error == 0)
        digest_file_close(opened);
    else
        assert_null(opened);
    return error;
}

/* The file is refused when it is opened, and so when it is read. */
static void assert_not_opened(const struct test_file *file, int expected)
{
    put(file);
    assert_int_equal(open_error(), expected);
    assert_int_equal(digest_file_verify(path, 1, NULL), expected);
}

/* It can be opened, but not be read. */
static void assert_not_read(const struct test_file *file, int expected)
{
    put(file);
    assert_int_equal(open_error(), 0);
    assert_int_equal(digest_file_verify(path, 1, NULL), expected);
    assert_int_equal(digest_file_verify(path, 3, NULL), expected);
}

/* ---- Damage ---- */

static int expected_for(size_t at)
{
    if (at < ELIG_AT_FORMAT_VERSION)
        return DIGEST_FILE_E_NOT_ONE;
    if (at < ELIG_AT_RULES_VERSION)
        return DIGEST_FILE_E_VERSION;
    return at < ELIG_AT_PROFILE ? DIGEST_FILE_E_RULES : DIGEST_FILE_E_DAMAGED;
}

static void every_byte_that_is_flipped_is_found(void **state)
{
    (void)state;
    static const uint8_t flips[] = {0x01, 0x80, 0xff};
    put(&honest);
    assert_int_equal(digest_file_verify(path, 1, NULL), 0);
    for (size_t at = 0; at < honest.length; at += test_stride()) {
        uint8_t flipped = honest.bytes[at] ^ flips[at % LENGTH(flips)];
        assert_int_equal(pwrite(descriptor, &flipped, 1, (off_t)at), 1);
        int error = at < AT_RECORDS ? open_error() : digest_file_verify(path, 1, NULL);
        if (error != expected_for(at))
            fail_msg("byte %zu flipped: error %d", at, error);
        if (at >= AT_RECORDS)
            assert_int_equal(open_error(), 0);
        assert_int_equal(pwrite(descriptor, honest.bytes + at, 1, (off_t)at), 1);
    }
}

static void every_other_length_is_found(void **state)
{
    (void)state;
    static const size_t lengths[] = {0,
                                     1,
                                     ELIG_MAGIC_BYTES,
                                     ELIG_PAGE_BYTES - 1,
                                     ELIG_PAGE_BYTES,
                                     ELIG_PAGE_BYTES + 1,
                                     AT_PARTS - 1,
                                     AT_PARTS,
                                     AT_PARTS + 1,
                                     AT_RECORDS - DIGEST_FILE_PARTITION_BYTES,
                                     AT_RECORDS - 1,
                                     AT_RECORDS,
                                     AT_RECORDS + 1,
                                     AT_RECORDS + DIGEST_FILE_RECORD_BYTES};
    struct test_file file = {calloc(1, honest.length + 2 * ELIG_PAGE_BYTES), 0};
    assert_non_null(file.bytes);
    memcpy(file.bytes, honest.bytes, honest.length);
    for (size_t i = 0; i < LENGTH(lengths); i++) {
        file.length = lengths[i];
        assert_not_opened(&file, lengths[i] < ELIG_PAGE_BYTES ? DIGEST_FILE_E_NOT_ONE : DIGEST_FILE_E_LENGTH);
    }
    for (size_t more = 1; more <= 2 * ELIG_PAGE_BYTES; more = more * 4 + 1) {
        file.length = honest.length + more;
        assert_not_opened(&file, DIGEST_FILE_E_LENGTH);
        file.length = honest.length - (more % DIGEST_FILE_RECORD_BYTES + 1);
        assert_not_opened(&file, DIGEST_FILE_E_LENGTH);
    }
    test_file_free(&file);
}

/* ---- Forged headers ---- */

/* Makes the hashes of header, dictionary and partition table right, according to the header's fields. */
static void seal(struct test_file *file)
{
    uint8_t *page = file->bytes;
    if (bytes_get_le32(page + ELIG_AT_LABELS) > 0)
        digest_bytes(ELIG_DOMAIN_DICTIONARY, page + ELIG_AT_SALT, page + AT_DICTIONARY,
                     AT_PARTS - AT_DICTIONARY, page + ELIG_AT_DICTIONARY_HASH);
    digest_bytes(DIGEST_FILE_DOMAIN_PARTITIONS, page + ELIG_AT_SALT, page + AT_PARTS,
                 DIGEST_FILE_PARTITIONS_BYTES, page + DIGEST_FILE_AT_PARTITIONS_HASH);
    digest_bytes(DIGEST_FILE_DOMAIN_HEADER, NULL, page, ELIG_AT_HEADER_HASH, page + ELIG_AT_HEADER_HASH);
}

/* A copy of the honest digest file with some bytes of it changed, and sealed. */
static struct test_file forge(size_t at, const void *bytes, size_t length)
{
    struct test_file file = test_copy(&honest);
    memcpy(file.bytes + at, bytes, length);
    seal(&file);
    return file;
}

static void assert_field_refused(size_t at, uint64_t value, size_t length, int expected)
{
    uint8_t bytes[8];
    bytes_put_le64(bytes, value);
    struct test_file file = forge(at, bytes, length);
    assert_not_opened(&file, expected);
    test_file_free(&file);
}

static void the_honest_set_sealed_again_is_good(void **state)
{
    (void)state;
    struct test_file file = forge(0, honest.bytes, 1);
    assert_int_equal(file.length, honest.length);
    assert_memory_equal(file.bytes, honest.bytes, honest.length);
    put(&file);
    assert_int_equal(digest_file_verify(path, 1, NULL), 0);
    test_file_free(&file);
}

static void later_versions_are_called_that(void **state)
{
    (void)state;
    assert_field_refused(ELIG_AT_FORMAT_VERSION, 0, 4, DIGEST_FILE_E_VERSION);
    assert_field_refused(ELIG_AT_FORMAT_VERSION, 2, 4, DIGEST_FILE_E_VERSION);
    assert_field_refused(ELIG_AT_RULES_VERSION, 1, 4, DIGEST_FILE_E_RULES);
    assert_field_refused(ELIG_AT_RULES_VERSION, ELIG_RULES_VERSION + 1, 4, DIGEST_FILE_E_RULES);
    assert_field_refused(ELIG_AT_PROFILE, 0, 4, DIGEST_FILE_E_PROFILE);
    assert_field_refused(ELIG_AT_PROFILE, 4, 4, DIGEST_FILE_E_PROFILE);
    assert_field_refused(ELIG_AT_PROFILE, ELIG_PROFILE_OFFLINE, 4, DIGEST_FILE_E_DAMAGED);
    assert_field_refused(ELIG_AT_MAGIC + 7, 0x1a, 1, DIGEST_FILE_E_NOT_ONE); /* as in an index */
}

static void numbers_out_of_range_are_refused(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        uint64_t value;
        size_t length;
    } fields[] = {
        {DIGEST_FILE_AT_RECORDS, 0, 8},
        {DIGEST_FILE_AT_RECORDS, RECORDS - 1, 8},
        {DIGEST_FILE_AT_RECORDS, RECORDS + 1, 8},
        {DIGEST_FILE_AT_RECORDS, (UINT64_C(1) << 40) + 1, 8},
        {DIGEST_FILE_AT_RECORDS, UINT64_MAX, 8},
        {DIGEST_FILE_AT_RECORDS, UINT64_MAX / DIGEST_FILE_RECORD_BYTES + 2, 8},
        {ELIG_AT_KIND_COUNT, 0, 4},
        {ELIG_AT_KIND_COUNT, 1, 4},
        {ELIG_AT_KIND_COUNT, 3, 4},
        {ELIG_AT_KIND_COUNT, ELIG_KINDS_MAX + 1, 4},
        {ELIG_AT_KIND_COUNT, UINT32_MAX, 4},
        {ELIG_AT_KINDS + ELIG_KIND_AT_IDENTIFIERS, RECORDS, 8},
        {ELIG_AT_KINDS + ELIG_KIND_AT_IDENTIFIERS, UINT64_MAX, 8},
        {ELIG_AT_KINDS + ELIG_KIND_AT_PART_COUNT, 0, 1},
        {ELIG_AT_KINDS + ELIG_KIND_AT_PART_COUNT, ELIG_PARTS_MAX + 1, 1},
        {ELIG_AT_KINDS + ELIG_KIND_AT_PARTS, 99, 1},
        {ELIG_AT_KINDS + ELIG_KIND_AT_NAME, 'A', 1},
        {ELIG_AT_KINDS + ELIG_KIND_AT_NAME, 0, 1},
        {ELIG_AT_KINDS + ELIG_KIND_BYTES, 0x6469, 3}, /* two of one name */
        {ELIG_AT_LABELS, 0, 4},
        {ELIG_AT_LABELS, LABELS - 1, 4},
        {ELIG_AT_LABELS, LABELS + 1, 4},
        {ELIG_AT_LABELS, ELIG_LABELS_MAX + 1, 4},
        {ELIG_AT_LABELS, UINT32_MAX, 4},
        {ELIG_AT_DICTIONARY, 0, 8},
        {ELIG_AT_DICTIONARY, 2 * LABELS - 1, 8},
        {ELIG_AT_DICTIONARY, 64 * LABELS + 1, 8},
        {ELIG_AT_DICTIONARY, UINT64_MAX, 8},
        {ELIG_AT_DICTIONARY, UINT64_MAX - ELIG_PAGE_BYTES + 1, 8},
    };
    for (size_t i = 0; i < LENGTH(fields); i++)
        assert_field_refused(fields[i].at, fields[i].value, fields[i].length, DIGEST_FILE_E_DAMAGED);
}

/* As many words as there can be: their bytes are asked for, and are not there. */
static void a_dictionary_longer_than_the_file_is_refused(void **state)
{
    (void)state;
    struct test_file file = test_copy(&honest);
    bytes_put_le32(file.bytes + ELIG_AT_LABELS, ELIG_LABELS_MAX);
    bytes_put_le64(file.bytes + ELIG_AT_DICTIONARY, (uint64_t)ELIG_LABELS_MAX * (1 + ELIG_LABEL_MAX));
    seal(&file);
    assert_not_opened(&file, DIGEST_FILE_E_LENGTH);
    test_file_free(&file);
}

static void words_that_are_none_are_refused(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        uint8_t value;
    } changes[] = {
        {0, 0},                   /* an empty word */
        {0, ELIG_LABEL_MAX + 1},  /* a long one */
        {0, 0xff},                /* one beyond the end */
        {1, '\n'},                /* no plain text */
        {1, 0xff},                /* no UTF-8 */
        {1, 'z'},                 /* out of order */
        {19, 1},                  /* a byte after the last word */
        {ELIG_PAGE_BYTES - 1, 1}, /* and at the end of the page */
    };
    assert_int_equal(bytes_get_le64(honest.bytes + ELIG_AT_DICTIONARY), 19);
    for (size_t i = 0; i < LENGTH(changes); i++)
        assert_field_refused(AT_DICTIONARY + changes[i].at, changes[i].value, 1, DIGEST_FILE_E_DAMAGED);
}

static void bytes_without_a_meaning_must_be_zero(void **state)
{
    (void)state;
    static const struct {
        size_t from, to;
    } unused[] = {{ELIG_AT_PROFILE + 4, ELIG_AT_SALT},
                  {ELIG_AT_BLIND_KEY, DIGEST_FILE_AT_ROWS},
                  {DIGEST_FILE_AT_SHARD, DIGEST_FILE_AT_RECORDS},
                  /* in a digest file of all rows */ {DIGEST_FILE_AT_RECORDS + 8, ELIG_AT_LABELS},
                  {ELIG_AT_KIND_COUNT + 4, ELIG_AT_KINDS},
                  {ELIG_AT_KINDS + 2 * ELIG_KIND_BYTES, ELIG_AT_HEADER_HASH},
                  {ELIG_AT_SIGNATURE, ELIG_PAGE_BYTES}};
    for (size_t i = 0; i < LENGTH(unused); i++) {
        assert_field_refused(unused[i].from, 1, 1, DIGEST_FILE_E_DAMAGED);
        assert_field_refused((unused[i].from + unused[i].to) / 2, 1, 1, DIGEST_FILE_E_DAMAGED);
        assert_field_refused(unused[i].to - 1, 1, 1, DIGEST_FILE_E_DAMAGED);
    }
    /* and a hash of no dictionary */
    struct test_file file = test_copy(&honest);
    bytes_put_le32(file.bytes + ELIG_AT_LABELS, 0);
    bytes_put_le64(file.bytes + ELIG_AT_DICTIONARY, 0);
    seal(&file);
    assert_not_opened(&file, DIGEST_FILE_E_DAMAGED);
    test_file_free(&file);
}

/* ---- Forged partition tables ---- */

static size_t entry_of(unsigned partition)
{
    return AT_PARTS + (size_t)partition * DIGEST_FILE_PARTITION_BYTES;
}

static void part_tables_that_do_not_add_up_are_refused(void **state)
{
    (void)state;
    uint64_t of_9 = bytes_get_le64(honest.bytes + entry_of(9));
    assert_in_range(of_9, RECORDS / 2, RECORDS);
    static const uint64_t counts[] = {0, RECORDS, RECORDS + 1, UINT64_C(1) << 63, UINT64_MAX};
    for (size_t i = 0; i < LENGTH(counts); i++)
        assert_field_refused(entry_of(9), counts[i], 8, DIGEST_FILE_E_DAMAGED);
    assert_field_refused(entry_of(9), of_9 - 1, 8, DIGEST_FILE_E_DAMAGED);
    assert_field_refused(entry_of(9), of_9 + 1, 8, DIGEST_FILE_E_DAMAGED);
    /* two that add up if they wrap around */
    struct test_file file = test_copy(&honest);
    bytes_put_le64(file.bytes + entry_of(0), UINT64_C(1) << 63);
    bytes_put_le64(file.bytes + entry_of(SPILL_PARTITIONS - 1), UINT64_C(1) << 63);
    seal(&file);
    assert_not_opened(&file, DIGEST_FILE_E_DAMAGED);
    test_file_free(&file);
}

/* ---- Forged records ---- */

static uint64_t records_of(const struct test_file *file, unsigned partition)
{
    return bytes_get_le64(file->bytes + entry_of(partition));
}

static uint8_t *record_at(const struct test_file *file, unsigned partition, unsigned number)
{
    uint64_t first = number;
    for (unsigned before = 0; before < partition; before++)
        first += records_of(file, before);
    return file->bytes + AT_RECORDS + first * DIGEST_FILE_RECORD_BYTES;
}

/* Makes every hash right. */
static void seal_records(struct test_file *file)
{
    for (unsigned partition = 0; partition < SPILL_PARTITIONS; partition++)
        digest_bytes(DIGEST_FILE_DOMAIN_PARTITION, file->bytes + ELIG_AT_SALT, record_at(file, partition, 0),
                     records_of(file, partition) * DIGEST_FILE_RECORD_BYTES,
                     file->bytes + entry_of(partition) + 8);
    seal(file);
}

static void swap_records(uint8_t *a, uint8_t *b)
{
    uint8_t copy[DIGEST_FILE_RECORD_BYTES];
    memcpy(copy, a, sizeof copy);
    memcpy(a, b, sizeof copy);
    memcpy(b, copy, sizeof copy);
}

/* The first record of partition 9 that is of the same identifier as the next one. */
static unsigned first_of_same(const struct test_file *file)
{
    unsigned number = 0;
    while (memcmp(record_at(file, 9, number), record_at(file, 9, number + 1), ELIG_DIGEST_BYTES) != 0)
        number++;
    assert_true(number + 2 < records_of(file, 9));
    return number;
}

static void change_nothing(const struct test_file *file)
{
    (void)file;
}

static void put_out_of_order(const struct test_file *file)
{
    swap_records(record_at(file, 9, 0), record_at(file, 9, 1));
}

static void put_last_first(const struct test_file *file)
{
    swap_records(record_at(file, 9, 0), record_at(file, 9, (unsigned)records_of(file, 9) - 1));
}

static void put_labels_out_of_order(const struct test_file *file)
{
    unsigned number = first_of_same(file);
    swap_records(record_at(file, 9, number), record_at(file, 9, number + 1));
}

static void repeat_a_record(const struct test_file *file)
{
    uint8_t *record = record_at(file, 9, 3);
    record[DIGEST_FILE_RECORD_BYTES + DIGEST_FILE_AT_KIND] = record[DIGEST_FILE_AT_KIND];
    memcpy(record + DIGEST_FILE_RECORD_BYTES, record, DIGEST_FILE_RECORD_BYTES);
}

static void move_to_another_partition(const struct test_file *file)
{
    record_at(file, 9, (unsigned)records_of(file, 9) - 1)[1] |= 0x80; /* still the last one */
}

static void move_to_the_partition_before(const struct test_file *file)
{
    record_at(file, 9, 0)[1] &= 0x3f; /* still the first one */
}

static void set_unknown_kind(const struct test_file *file)
{
    record_at(file, 9, 3)[DIGEST_FILE_AT_KIND] = 2;
}

static void set_a_kind_that_notes_cannot_hold(const struct test_file *file)
{
    record_at(file, 9, 3)[DIGEST_FILE_AT_KIND] = 0xf0;
}

static void set_unknown_label(const struct test_file *file)
{
    bytes_put_le16(record_at(file, 9, 3) + DIGEST_FILE_AT_LABEL, LABELS + 1);
}

static void set_label_far_out(const struct test_file *file)
{
    bytes_put_le16(record_at(file, 9, 3) + DIGEST_FILE_AT_LABEL, UINT16_MAX);
}

/* Also where the header's sum of all kinds is right. */
static void set_another_kind(const struct test_file *file)
{
    record_at(file, 9, 3)[DIGEST_FILE_AT_KIND] ^= 1;
}

/* As many records of each kind as before. */
static void give_a_digest_two_kinds(const struct test_file *file)
{
    unsigned same = first_of_same(file), other = 0;
    record_at(file, 9, same)[DIGEST_FILE_AT_KIND] = 0;
    while (other == same || record_at(file, 9, other)[DIGEST_FILE_AT_KIND] != 0)
        other++;
    record_at(file, 9, other)[DIGEST_FILE_AT_KIND] = 1;
}

static void tell_other_kinds(const struct test_file *file)
{
    uint8_t *kinds = file->bytes + ELIG_AT_KINDS + ELIG_KIND_AT_IDENTIFIERS;
    bytes_put_le64(kinds, 0);
    bytes_put_le64(kinds + ELIG_KIND_BYTES, RECORDS);
}

static void records_that_no_builder_writes_are_refused(void **state)
{
    (void)state;
    static void (*const changes[])(const struct test_file *) = {
        put_out_of_order,
        put_last_first,
        put_labels_out_of_order,
        repeat_a_record,
        move_to_another_partition,
        set_unknown_kind,
        set_a_kind_that_notes_cannot_hold,
        set_unknown_label,
        move_to_the_partition_before,
        set_label_far_out,
        set_another_kind,
        give_a_digest_two_kinds,
        tell_other_kinds,
    };
    struct test_file file = test_copy(&honest);
    change_nothing(&file);
    seal_records(&file);
    assert_memory_equal(file.bytes, honest.bytes, honest.length);
    test_file_free(&file);
    for (size_t i = 0; i < LENGTH(changes); i++) {
        file = test_copy(&honest);
        changes[i](&file);
        assert_memory_not_equal(file.bytes, honest.bytes, honest.length);
        seal_records(&file);
        assert_not_read(&file, DIGEST_FILE_E_DAMAGED);
        test_file_free(&file);
    }
}

static void records_exchanged_between_parts_are_refused(void **state)
{
    (void)state;
    struct test_file file = test_copy(&honest);
    unsigned other = 10;
    while (records_of(&file, other) == 0)
        other++;
    swap_records(record_at(&file, 9, 0), record_at(&file, other, 0));
    seal_records(&file);
    assert_not_read(&file, DIGEST_FILE_E_DAMAGED);
    test_file_free(&file);
}

/* What any digest may be, all zeros too, is no damage. */
static void the_smallest_digest_may_be_in_a_set(void **state)
{
    (void)state;
    struct test_file file = test_copy(&honest);
    unsigned first = 0;
    while (records_of(&file, first) == 0)
        first++;
    uint64_t count = records_of(&file, first);
    uint8_t entry[8];
    bytes_put_le64(entry, 1);
    if (first > 0) { /* its first record becomes that of partition 0 */
        memcpy(file.bytes + entry_of(0), entry, sizeof entry);
        bytes_put_le64(file.bytes + entry_of(first), count - 1);
    }
    memset(record_at(&file, 0, 0), 0, DIGEST_FILE_AT_KIND);
    seal_records(&file);
    put(&file);
    assert_int_equal(digest_file_verify(path, 2, NULL), 0);
    test_file_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_that_is_flipped_is_found),
        cmocka_unit_test(every_other_length_is_found),
        cmocka_unit_test(the_honest_set_sealed_again_is_good),
        cmocka_unit_test(later_versions_are_called_that),
        cmocka_unit_test(numbers_out_of_range_are_refused),
        cmocka_unit_test(a_dictionary_longer_than_the_file_is_refused),
        cmocka_unit_test(words_that_are_none_are_refused),
        cmocka_unit_test(bytes_without_a_meaning_must_be_zero),
        cmocka_unit_test(part_tables_that_do_not_add_up_are_refused),
        cmocka_unit_test(records_that_no_builder_writes_are_refused),
        cmocka_unit_test(records_exchanged_between_parts_are_refused),
        cmocka_unit_test(the_smallest_digest_may_be_in_a_set),
    };
    return cmocka_run_group_tests_name("set_hostile", tests, make_honest, free_honest);
}
