/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/mapped.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int mapped_open(const char *path, struct mapped *mapped)
{
    struct stat status;
    void *map = MAP_FAILED;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0 && fstat(file, &status) == 0 && status.st_size > 0)
        map = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, file, 0);
    if (map == MAP_FAILED)
        perror(path);
    if (file >= 0)
        close(file);
    if (map == MAP_FAILED)
        return 0;
    posix_madvise(map, (size_t)status.st_size, POSIX_MADV_RANDOM);
    *mapped = (struct mapped){map, (uint64_t)status.st_size};
    return 1;
}

void mapped_close(struct mapped *mapped)
{
    munmap((void *)(uintptr_t)mapped->bytes, mapped->length);
}

int mapped_finish(FILE *stream, const char *path)
{
    int good = stream != NULL && fflush(stream) == 0 && !ferror(stream) && fsync(fileno(stream)) == 0;
    if (stream != NULL)
        good = fclose(stream) == 0 && good;
    if (!good)
        perror(path);
    return good;
}
