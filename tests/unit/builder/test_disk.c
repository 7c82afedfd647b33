/* SPDX-License-Identifier: Apache-2.0 */
/* test_disk.c - needs on one file system are added up and compared with what is free; rows of a list are
 * estimated from samples. */
#include <sys/statvfs.h>

#include "builder/disk.h"
#include "tests/support/test.h"

static uint64_t free_bytes(void)
{
    struct statvfs room;
    assert_int_equal(statvfs(test_folder(), &room), 0);
    return (uint64_t)room.f_bavail * room.f_frsize;
}

static void assert_room(const struct disk_need *needs, unsigned count)
{
    struct disk_shortage shortage;
    assert_true(disk_has_room(needs, count, &shortage));
}

/* One of some needs cannot be met, with all before it on its file system. */
static void assert_shortage(const struct disk_need *needs, unsigned count, unsigned expected, uint64_t bytes)
{
    struct disk_shortage shortage;
    assert_false(disk_has_room(needs, count, &shortage));
    assert_ptr_equal(shortage.need, &needs[expected]);
    assert_true(shortage.needed_bytes == bytes);
    assert_true(shortage.free_bytes < bytes);
}

/* ---- Room ---- */

static void a_byte_fits_and_more_than_the_disk_does_not(void **state)
{
    (void)state;
    const struct disk_need small = {test_folder(), true, 1, "temporary files"};
    const struct disk_need empty = {test_folder(), true, 0, "temporary files"};
    const struct disk_need large = {test_folder(), true, UINT64_C(1) << 62, "temporary files"};
    const struct disk_need file = {test_path("index"), false, UINT64_C(1) << 62, "the output"};
    assert_room(&small, 1);
    assert_room(&empty, 1);
    assert_room(NULL, 0);
    assert_shortage(&large, 1, 0, UINT64_C(1) << 62);
    assert_shortage(&file, 1, 0, UINT64_C(1) << 62);
}

static void needs_on_one_disk_are_added_up(void **state)
{
    (void)state;
    uint64_t most = free_bytes();
    const struct disk_need needs[] = {
        {test_folder(), true, most / 3 * 2, "temporary files"},
        {test_path("index"), false, most / 3 * 2, "the output"},
    };
    if (most < (UINT64_C(1) << 30))
        skip();
    assert_room(&needs[0], 1);
    assert_room(&needs[1], 1);
    assert_shortage(needs, 2, 1, most / 3 * 4);
    const struct disk_need halves[] = {{test_folder(), true, most / 4, "temporary files"},
                                       {test_path("index"), false, most / 4, "the output"}};
    assert_room(halves, 2);
}

static void a_name_without_a_folder_is_in_the_current_one(void **state)
{
    (void)state;
    const struct disk_need here = {"index", false, UINT64_C(1) << 62, "the output"};
    const struct disk_need root = {"/index", false, UINT64_C(1) << 62, "the output"};
    assert_shortage(&here, 1, 0, UINT64_C(1) << 62);
    assert_shortage(&root, 1, 0, UINT64_C(1) << 62);
}

static void space_that_cannot_be_determined_is_enough(void **state)
{
    (void)state;
    const struct disk_need needs[] = {{"/nowhere/at/all", true, UINT64_C(1) << 62, "temporary files"},
                                      {"/nowhere/at/all/index", false, UINT64_C(1) << 62, "the output"}};
    assert_room(needs, 2);
}

static void sizes_are_printed_in_the_unit_that_fits(void **state)
{
    (void)state;
    char text[DISK_SIZE_TEXT];
    assert_string_equal(disk_size_text(999, text), "999 bytes");
    assert_string_equal(disk_size_text(1500000000, text), "1.5 GB");
    assert_string_equal(disk_size_text(UINT64_C(1) << 62, text), "4.6 EB");
}

/* ---- Rows ---- */

static void assert_estimate(const char *path, uint64_t least, uint64_t most)
{
    uint64_t rows = disk_estimate_rows(path);
    if (rows < least || rows > most)
        fail_msg("%llu rows, expected %llu to %llu", (unsigned long long)rows, (unsigned long long)least,
                 (unsigned long long)most);
}

/* Writes a list of rows of two lengths, the longer ones in the second half. */
static const char *write_list(uint64_t rows, const char *end)
{
    const char *path = test_path("list.csv");
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    for (uint64_t i = 0; i < rows; i++)
        fprintf(stream, "person%llu@example.com%s%s", (unsigned long long)i,
                i > rows / 2 ? ",a longer row" : "", end);
    assert_int_equal(fclose(stream), 0);
    return path;
}

static void rows_are_estimated_with_all_line_ends(void **state)
{
    (void)state;
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    for (size_t i = 0; i < LENGTH(ends); i++) {
        assert_estimate(write_list(1, ends[i]), 1, 2);
        assert_estimate(write_list(1000, ends[i]), 900, 1200);
        assert_estimate(write_list(200000, ends[i]), 160000, 240000);
    }
}

static void what_has_no_length_has_no_estimate(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(test_path("fifo"), 0600), 0);
    test_write_text(test_path("empty"), "");
    assert_int_equal(disk_estimate_rows(test_path("fifo")), 0); /* at once, though it has no writer */
    assert_int_equal(disk_estimate_rows(test_path("empty")), 0);
    assert_int_equal(disk_estimate_rows(test_path("nothing")), 0);
    assert_int_equal(disk_estimate_rows(test_folder()), 0);
    assert_int_equal(disk_estimate_rows("/dev/zero"), 0);
}

static void standard_input_is_estimated_and_not_read(void **state)
{
    (void)state;
    int kept = dup(STDIN_FILENO), file = open(write_list(1000, "\n"), O_RDONLY | O_CLOEXEC);
    assert_true(file >= 0);
    assert_int_equal(dup2(file, STDIN_FILENO), STDIN_FILENO);
    assert_estimate(NULL, 900, 1200);
    assert_int_equal(lseek(STDIN_FILENO, 0, SEEK_CUR), 0);
    assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
    if (kept >= 0) {
        dup2(kept, STDIN_FILENO);
        close(kept);
    }
    close(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_byte_fits_and_more_than_the_disk_does_not),
        cmocka_unit_test(needs_on_one_disk_are_added_up),
        cmocka_unit_test(a_name_without_a_folder_is_in_the_current_one),
        cmocka_unit_test(space_that_cannot_be_determined_is_enough),
        cmocka_unit_test(sizes_are_printed_in_the_unit_that_fits),
        cmocka_unit_test(rows_are_estimated_with_all_line_ends),
        cmocka_unit_test(what_has_no_length_has_no_estimate),
        cmocka_unit_test(standard_input_is_estimated_and_not_read),
    };
    return cmocka_run_group_tests_name("disk", tests, test_folder_make, test_folder_remove);
}
