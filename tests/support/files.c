/* SPDX-License-Identifier: Apache-2.0 */
/* The temporary folder of a test program, and its files. */
#include <dirent.h>
#include <ftw.h>

#include "tests/support/test.h"

char *test_folder(void)
{
    static char folder[TEST_PATH_MAX];
    return folder;
}

int test_folder_make(void **state)
{
    (void)state;
    const char *parent = getenv("TMPDIR");
    snprintf(test_folder(), TEST_PATH_MAX, "%s/elig-test-XXXXXX", parent != NULL ? parent : "/tmp");
    return mkdtemp(test_folder()) != NULL ? 0 : -1;
}

static int test_remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

int test_folder_remove(void **state)
{
    (void)state;
    return nftw(test_folder(), test_remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

const char *test_path(const char *name)
{
    static char paths[16][TEST_PATH_MAX];
    static unsigned next;
    char *path = paths[next++ % LENGTH(paths)];
    assert_string_not_equal(test_folder(),
                            ""); /* a program without test_folder_make() would write to the root */
    assert_true(snprintf(path, TEST_PATH_MAX, "%s/%s", test_folder(), name) < TEST_PATH_MAX);
    return path;
}

unsigned test_entries_in(const char *path)
{
    unsigned entries = 0;
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        entries += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(folder);
    return entries;
}

void test_write_bytes(const char *path, const void *bytes, size_t length)
{
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, length, stream), length);
    assert_int_equal(fclose(stream), 0);
}

void test_write_text(const char *path, const char *text)
{
    test_write_bytes(path, text, strlen(text));
}

struct test_file test_read_file(const char *path)
{
    struct stat status;
    FILE *stream = fopen(path, "rb");
    if (stream == NULL)
        fail_msg("cannot open %s (are the tests run from the project's folder?)", path);
    assert_int_equal(fstat(fileno(stream), &status), 0);
    struct test_file file = {malloc((size_t)status.st_size + 1), (size_t)status.st_size};
    assert_non_null(file.bytes);
    assert_int_equal(fread(file.bytes, 1, file.length, stream), file.length);
    file.bytes[file.length] = '\0';
    fclose(stream);
    return file;
}

struct test_file test_copy(const struct test_file *file)
{
    struct test_file copy = {malloc(file->length + 1), file->length};
    assert_non_null(copy.bytes);
    memcpy(copy.bytes, file->bytes, file->length);
    return copy;
}

void test_file_free(struct test_file *file)
{
    free(file->bytes);
    *file = (struct test_file){NULL, 0};
}

void assert_same_files(const char *one, const char *other)
{
    struct test_file a = test_read_file(one), b = test_read_file(other);
    assert_int_equal(a.length, b.length);
    assert_memory_equal(a.bytes, b.bytes, a.length);
    test_file_free(&a);
    test_file_free(&b);
}
