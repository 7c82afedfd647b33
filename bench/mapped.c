/* SPDX-License-Identifier: Apache-2.0 */
/* Files of peers: mapping them, and finishing what was written. */
#include "bench/mapped.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

bool mapped_open(const char *path, struct mapped *mapped)
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
        return false;
    posix_madvise(map, (size_t)status.st_size, POSIX_MADV_RANDOM);
    *mapped = (struct mapped){map, (uint64_t)status.st_size};
    return true;
}

void mapped_close(struct mapped *mapped)
{
    munmap((void *)(uintptr_t)mapped->bytes, mapped->length);
}

bool mapped_finish(FILE *stream, const char *path)
{
    bool ok = stream != NULL && fflush(stream) == 0 && !ferror(stream) && fsync(fileno(stream)) == 0;
    if (stream != NULL)
        ok = fclose(stream) == 0 && ok;
    if (!ok)
        perror(path);
    return ok;
}
