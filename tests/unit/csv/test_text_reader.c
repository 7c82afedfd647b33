/* SPDX-License-Identifier: Apache-2.0 */
/* test_text_reader.c - a file's text comes whole and decoded, whatever the room; a stop ends waiting. */
#include <sys/eventfd.h>

#include "lib/csv/text_reader.h"
#include "tests/support/test.h"

#define FILE_BYTES (700u << 10) /* more than is read at once */

/* Reads all of a file, with the room given, and compares it. */
static void assert_text(const char *path, const char *encoding, size_t room, const char *text, size_t length)
{
    struct text_reader *reader;
    static char out[FILE_BYTES];
    size_t at = 0, count;
    bool is_end = false;
    assert_int_equal(text_reader_open(&reader, path, encoding), 0);
    while (!is_end) {
        assert_int_equal(text_reader_next(reader, -1, out, room, &count, &is_end), 0);
        assert_true(count > 0 || is_end);
        assert_true(count <= room && count <= length - at);
        assert_memory_equal(out, text + at, count);
        at += count;
    }
    assert_int_equal(at, length);
    assert_int_equal(text_reader_next(reader, -1, out, room, &count, &is_end), 0);
    assert_true(is_end && count == 0);
    text_reader_close(reader);
}

static void all_of_a_file_is_read(void **state)
{
    static char bytes[FILE_BYTES];
    const char *path = test_path("all");
    static const size_t rooms[] = {CHARSET_ROOM_MIN, 4096, FILE_BYTES};
    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)('a' + i % 26);
    test_write_bytes(path, bytes, sizeof bytes);
    for (size_t i = 0; i < LENGTH(rooms); i++) {
        assert_text(path, NULL, rooms[i], bytes, sizeof bytes);
        assert_text(path, "ISO-8859-1", rooms[i], bytes, sizeof bytes);
    }
    test_write_bytes(path, "", 0);
    assert_text(path, NULL, 4096, "", 0);
    test_write_bytes(path, "h\0\xE9\0", 4);
    assert_text(path, "UTF-16LE", CHARSET_ROOM_MIN, "h\xC3\xA9", 3);
    test_write_bytes(path, "h\0\xE9", 3); /* half a unit */
    assert_text(path, "UTF-16LE", CHARSET_ROOM_MIN, "h\xFF", 2);
}

static void bytes_are_those_of_the_file(void **state)
{
    const char *path = test_path("bytes");
    char out[CHARSET_ROOM_MIN];
    struct text_reader *reader;
    size_t count;
    bool is_end;
    (void)state;
    test_write_bytes(path, "h\0i\0", 4);
    assert_int_equal(text_reader_open(&reader, path, "UTF-16LE"), 0);
    assert_int_equal(text_reader_bytes(reader), 0);
    assert_int_equal(text_reader_next(reader, -1, out, sizeof out, &count, &is_end), 0);
    assert_int_equal(text_reader_bytes(reader), 4);
    assert_null(text_reader_advice(reader));
    text_reader_close(reader);
    test_write_bytes(path, "PK\3\4spreadsheet", 15);
    assert_int_equal(text_reader_open(&reader, path, NULL), 0);
    assert_int_equal(text_reader_next(reader, -1, out, sizeof out, &count, &is_end), 0);
    assert_non_null(text_reader_advice(reader));
    text_reader_close(reader);
}

static void what_cannot_be_read_is_an_error(void **state)
{
    struct text_reader *reader;
    char out[CHARSET_ROOM_MIN];
    size_t count;
    bool is_end;
    (void)state;
    assert_int_equal(text_reader_open(&reader, test_path("missing"), NULL), ELIG_E_READ);
    assert_int_equal(errno, ENOENT);
    assert_null(reader);
    assert_int_equal(text_reader_open(&reader, test_folder(), "no-such-encoding"), ELIG_E_ARGUMENT);
    assert_null(reader);
    assert_int_equal(text_reader_open(&reader, test_folder(), NULL), 0);
    assert_int_equal(text_reader_next(reader, -1, out, sizeof out, &count, &is_end), ELIG_E_READ);
    assert_int_equal(errno, EISDIR);
    text_reader_close(reader);
    text_reader_close(NULL);
}

static void a_stop_ends_waiting(void **state)
{
    struct text_reader *reader;
    char out[CHARSET_ROOM_MIN];
    const char *path = test_path("pipe");
    size_t count;
    bool is_end;
    (void)state;
    int stop = eventfd(1, EFD_CLOEXEC);
    assert_int_equal(mkfifo(path, 0600), 0);
    int writer = open(path, O_RDWR | O_CLOEXEC);
    assert_true(stop >= 0 && writer >= 0);
    assert_int_equal(text_reader_open(&reader, path, NULL), 0);
    assert_int_equal(text_reader_next(reader, stop, out, sizeof out, &count, &is_end), ELIG_E_READ);
    assert_int_equal(errno, ECANCELED);
    text_reader_close(reader);
    close(writer);
    close(stop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_a_file_is_read),
        cmocka_unit_test(bytes_are_those_of_the_file),
        cmocka_unit_test(what_cannot_be_read_is_an_error),
        cmocka_unit_test(a_stop_ends_waiting),
    };
    return cmocka_run_group_tests_name("text_reader", tests, test_folder_make, test_folder_remove);
}
