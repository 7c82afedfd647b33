#include "pages.h"

#include "elig_format.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Counts from the mapping's own residency; looking at it reads nothing. */
static int64_t count_resident(int file, size_t bytes)
{
    size_t pages = bytes / ELIG_PAGE_BYTES;
    unsigned char *resident = malloc(pages + 1);
    void *map = mmap(NULL, bytes, PROT_READ, MAP_SHARED, file, 0);
    int64_t count = -1;
    if (resident != NULL && map != MAP_FAILED && mincore(map, bytes, resident) == 0) {
        count = 0;
        for (size_t i = 0; i < pages; i++)
            count += resident[i] & 1;
    }
    if (map != MAP_FAILED)
        munmap(map, bytes);
    free(resident);
    return count;
}

int64_t pages_cached(const char *path)
{
    struct stat status;
    int64_t count = -1;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return -1;
    if (fstat(file, &status) == 0)
        count = count_resident(file, (size_t)status.st_size);
    close(file);
    return count;
}

int pages_drop(const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    int dropped = fdatasync(file) == 0 && posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) == 0;
    close(file);
    return dropped && pages_cached(path) == 0;
}
