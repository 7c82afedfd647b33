/* SPDX-License-Identifier: Apache-2.0 */
/*
 * files.h - a program's temporary folder, and files in it. All functions assert that they worked.
 *
 * Each program has a folder of its own: test_folder_make() and test_folder_remove() are a group's setup and
 * teardown.
 */
#ifndef ELIG_SUPPORT_FILES_H
#define ELIG_SUPPORT_FILES_H

#include <stddef.h>
#include <stdint.h>

#define TEST_PATH_MAX 512

struct test_file {
    uint8_t *bytes; /* one byte longer than length, and that byte is zero in a file that was read */
    size_t length;
};

char *test_folder(void);
int test_folder_make(void **state);
int test_folder_remove(void **state);

/* A path in the folder; valid until 16 further paths were asked for. */
const char *test_path(const char *name);

unsigned test_entries_in(const char *path);

void test_write_bytes(const char *path, const void *bytes, size_t length);
void test_write_text(const char *path, const char *text);
struct test_file test_read_file(const char *path);
struct test_file test_copy(const struct test_file *file);
void test_file_free(struct test_file *file);

void assert_same_files(const char *one, const char *other);

#endif
