/* SPDX-License-Identifier: Apache-2.0 */
/* test_disk.c - room on the disks is compared with what is needed, all needs on one of them together; rows of a
 * list are estimated from samples. */
#include <sys/statvfs.h>

#include "builder/disk.h"
#include "tests/support/test.h"

static uint64_t free_bytes(void)
{
    struct statvfs room;
    assert_int_equal(statvfs(test_folder(), &room), 0);
    return (uint64_t)room.f_bavail * room.f_frsize;
}

/* What is said about some needs, which cannot be met. The caller frees. */
static char *refusal_of(const struct disk_need *needs, unsigned count)
{
    const char *path = test_path("messages");
    int kept = dup(STDERR_FILENO), file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(kept >= 0 && file >= 0);
    fflush(stderr);
    dup2(file, STDERR_FILENO);
    int has_room = disk_has_room(needs, count);
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(file);
    assert_int_equal(has_room, 0);
    return (char *)test_read_file(path).bytes;
}

/* ---- Room ---- */

static void little_is_there_and_more_than_the_disk_is_not(void **state)
{
    (void)state;
    const struct disk_need little = {test_folder(), 1, 1, "temporary files"};
    const struct disk_need nothing = {test_folder(), 1, 0, "temporary files"};
    const struct disk_need much = {test_folder(), 1, UINT64_C(1) << 62, "temporary files"};
    const struct disk_need file = {test_path("index"), 0, UINT64_C(1) << 62, "the output"};
    assert_int_equal(disk_has_room(&little, 1), 1);
    assert_int_equal(disk_has_room(&nothing, 1), 1);
    assert_int_equal(disk_has_room(NULL, 0), 1);
    char *refusal = refusal_of(&much, 1);
    assert_non_null(strstr(refusal, "temporary files to "));
    assert_non_null(strstr(refusal, test_folder()));
    assert_non_null(strstr(refusal, "about 4.6 EB are needed there in all, and "));
    free(refusal);
    refusal = refusal_of(&file, 1);
    assert_non_null(strstr(refusal, "the output to "));
    assert_non_null(strstr(refusal, "/index: "));
    free(refusal);
}

static void needs_on_one_disk_are_taken_together(void **state)
{
    (void)state;
    uint64_t most = free_bytes();
    const struct disk_need needs[] = {
        {test_folder(), 1, most / 3 * 2, "temporary files"},
        {test_path("index"), 0, most / 3 * 2, "the output"},
    };
    if (most < (UINT64_C(1) << 30))
        skip();
    assert_int_equal(disk_has_room(&needs[0], 1), 1);
    assert_int_equal(disk_has_room(&needs[1], 1), 1);
    char *refusal = refusal_of(needs, 2);
    assert_non_null(strstr(refusal, "the output to "));
    free(refusal);
    const struct disk_need halves[] = {{test_folder(), 1, most / 4, "temporary files"},
                                       {test_path("index"), 0, most / 4, "the output"}};
    assert_int_equal(disk_has_room(halves, 2), 1);
}

static void a_name_without_a_folder_is_in_this_one(void **state)
{
    (void)state;
    const struct disk_need here = {"index", 0, UINT64_C(1) << 62, "the output"};
    const struct disk_need root = {"/index", 0, UINT64_C(1) << 62, "the output"};
    free(refusal_of(&here, 1));
    free(refusal_of(&root, 1));
}

static void what_cannot_be_found_out_is_enough(void **state)
{
    (void)state;
    const struct disk_need needs[] = {{"/nowhere/at/all", 1, UINT64_C(1) << 62, "temporary files"},
                                      {"/nowhere/at/all/index", 0, UINT64_C(1) << 62, "the output"}};
    assert_int_equal(disk_has_room(needs, 2), 1);
}

/* ---- Rows ---- */

static void assert_estimate(const char *path, uint64_t least, uint64_t most)
{
    uint64_t rows = disk_estimate_rows(path);
    if (rows < least || rows > most)
        fail_msg("%llu rows, expected %llu to %llu", (unsigned long long)rows, (unsigned long long)least,
                 (unsigned long long)most);
}

/* Writes a list of rows of two sorts of lengths, the longer ones towards the end. */
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

static void rows_are_estimated_whatever_ends_them(void **state)
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
    assert_int_equal(disk_estimate_rows(test_path("fifo")), 0); /* at once, though nobody writes to it */
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
        cmocka_unit_test(little_is_there_and_more_than_the_disk_is_not),
        cmocka_unit_test(needs_on_one_disk_are_taken_together),
        cmocka_unit_test(a_name_without_a_folder_is_in_this_one),
        cmocka_unit_test(what_cannot_be_found_out_is_enough),
        cmocka_unit_test(rows_are_estimated_whatever_ends_them),
        cmocka_unit_test(what_has_no_length_has_no_estimate),
        cmocka_unit_test(standard_input_is_estimated_and_not_read),
    };
    return cmocka_run_group_tests_name("disk", tests, test_folder_make, test_folder_remove);
}
