#include "file.h"

#include <errno.h>
#include <unistd.h>

int file_write_at(int file, const void *bytes, size_t length, uint64_t offset)
{
    const uint8_t *from = bytes;
    while (length > 0) {
        ssize_t put = pwrite(file, from, length, (off_t)offset);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return 0;
        from += put;
        length -= (size_t)put;
        offset += (size_t)put;
    }
    return 1;
}

int file_read_at(int file, void *bytes, size_t length, uint64_t offset)
{
    uint8_t *to = bytes;
    while (length > 0) {
        ssize_t got = pread(file, to, length, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got == 0)
            errno = ENODATA;
        if (got <= 0)
            return 0;
        to += got;
        length -= (size_t)got;
        offset += (size_t)got;
    }
    return 1;
}
