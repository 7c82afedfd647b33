/* SPDX-License-Identifier: Apache-2.0 */
/* Opens an index: reads and checks its header and dictionary, and tree and leaves if they are kept in memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/elig/index/index.h"

/* Copies the tag, separator and seed of a leaf's entry. locator_add() checks that separators rise across pages.
 */
static int flatten_leaf(struct elig *index, uint64_t leaf, const uint8_t *entry)
{
    memcpy(index->tags[leaf], entry + ELIG_ENTRY_AT_TAG, ELIG_TAG_BYTES);
    return locator_add(&index->locator, leaf, tree_key_of(entry + ELIG_ENTRY_AT_SEPARATOR),
                       bytes_get_le16(entry + ELIG_ENTRY_AT_SEED));
}

/* Checks the inner pages under entry and copies the leaves' entries. Depth first: this visits the leaves in
 * order and needs one page of memory for each level. */
static int flatten(struct elig *index, unsigned level, uint64_t position, const uint8_t *entry)
{
    uint8_t page[ELIG_PAGE_BYTES];
    if (level == 0)
        return flatten_leaf(index, position, entry);
    int error = index_read_inner(index, level, position, entry, page);
    unsigned count = tree_entries(&index->header.tree, level, position);
    for (unsigned i = 0; error == 0 && i < count; i++)
        error = flatten(index, level - 1, position * ELIG_FANOUT + i, tree_entry(page, i));
    return error;
}

static int check_every_leaf(struct elig *index)
{
    for (uint64_t leaf = 0; leaf < index->header.tree.count[0]; leaf++) {
        int error = index_check_leaf(index, leaf);
        if (error != 0)
            return error;
    }
    free(index->tags);
    free(index->leaf_is_good);
    index->tags = NULL;
    index->leaf_is_good = NULL;
    return 0;
}

static int map_leaves(struct elig *index)
{
    const struct tree_shape *tree = &index->header.tree;
    index->map_bytes = tree->pages * ELIG_PAGE_BYTES;
    void *map = mmap(NULL, index->map_bytes, PROT_READ, MAP_SHARED, index->file, 0);
    if (map == MAP_FAILED)
        return errno == ENOMEM ? ELIG_E_MEMORY : ELIG_E_READ;
    index->map = map;
    index->leaves = (const uint8_t *)map + tree->first_page[0] * ELIG_PAGE_BYTES;
    return 0;
}

/* The size of a huge page; on processors with another size it is only an alignment. */
#define HUGE_BYTES ((size_t)1 << 21)

/*
 * Reads the leaf pages into private memory. Huge pages begin and end at multiples of their size, so the mapping
 * is larger by one of them; pages that are not touched take no memory. The copy is left out of core dumps, as a
 * mapped file is.
 */
static __attribute__((cold)) int copy_leaves(struct elig *index)
{
    const struct tree_shape *tree = &index->header.tree;
    size_t bytes = tree->count[0] * ELIG_PAGE_BYTES, spare = bytes < HUGE_BYTES ? 0 : HUGE_BYTES;
    size_t padded_bytes = spare == 0 ? bytes : (bytes + HUGE_BYTES - 1) / HUGE_BYTES * HUGE_BYTES;
    void *map = mmap(NULL, padded_bytes + spare, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED)
        return ELIG_E_MEMORY;
    index->map = map;
    index->map_bytes = padded_bytes + spare;
    uint8_t *leaves = map;
    if (spare > 0)
        leaves += (HUGE_BYTES - (uintptr_t)map % HUGE_BYTES) % HUGE_BYTES;
    index->leaves = leaves;
    (void)madvise(leaves, padded_bytes, MADV_DONTDUMP);
    if (spare > 0)
        (void)madvise(leaves, padded_bytes, MADV_HUGEPAGE);
    int error = index_read_at(index, leaves, bytes, tree->first_page[0] * ELIG_PAGE_BYTES);
    if (error == 0 && mprotect(map, index->map_bytes, PROT_READ) != 0)
        error = ELIG_E_MEMORY;
    return error;
}

/* Checks the tree, and maps or copies the leaves, for the modes that keep them in memory. */
static int load_tree(struct elig *index, bool populate)
{
    uint64_t leaves = index->header.tree.count[0];
    if (leaves == 0)
        return 0;
    index->tags = calloc(leaves, sizeof *index->tags);
    index->leaf_is_good = calloc(leaves, sizeof *index->leaf_is_good);
    if (locator_new(&index->locator, leaves) != 0 || index->tags == NULL || index->leaf_is_good == NULL)
        return ELIG_E_MEMORY;
    int error = flatten(index, index->header.tree.levels, 0, index->header.root);
    if (error == 0)
        error = locator_finish(&index->locator);
    if (error == 0)
        error = populate ? copy_leaves(index) : map_leaves(index);
    if (error == 0 && index->check == ELIG_CHECK_ALL)
        error = check_every_leaf(index);
    /* Lookups are random: read-ahead would fill memory with pages that no lookup needs. */
    if (error == 0 && !populate)
        posix_madvise(index->map, index->map_bytes, POSIX_MADV_RANDOM);
    return error;
}

static int load_dictionary(struct elig *index)
{
    const struct header *header = &index->header;
    size_t length = header_dictionary_pages(header->dictionary_bytes) * ELIG_PAGE_BYTES;
    if (length == 0)
        return 0;
    uint8_t hash[ELIG_HASH_BYTES];
    uint8_t *bytes = malloc(length);
    if (bytes == NULL)
        return ELIG_E_MEMORY;
    int error = index_read_at(index, bytes, length, ELIG_PAGE_BYTES);
    if (error == 0) {
        digest_bytes(ELIG_DOMAIN_DICTIONARY, header->profile.salt, bytes, length, hash);
        if (memcmp(hash, header->dictionary_hash, sizeof hash) != 0)
            error = ELIG_E_DAMAGED;
    }
    if (error == 0)
        error =
            dictionary_read(&index->dictionary, header->label_count, bytes, length, header->dictionary_bytes);
    free(bytes);
    return error;
}

/* Reads and checks the header and the file's length. */
static int load_header(struct elig *index, const struct elig_options *options)
{
    struct stat status;
    uint8_t page[ELIG_PAGE_BYTES];
    if (fstat(index->file, &status) != 0)
        return ELIG_E_READ;
    if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return ELIG_E_READ;
    }
    if (!S_ISREG(status.st_mode) || status.st_size < ELIG_MAGIC_BYTES)
        return ELIG_E_NOT_INDEX;
    memset(page, 0, sizeof page);
    int error = index_read_at(index, page, sizeof page, 0);
    if (error == ELIG_E_LENGTH && memcmp(page, ELIG_MAGIC, ELIG_MAGIC_BYTES) != 0)
        error = ELIG_E_NOT_INDEX;
    if (error == 0)
        error = header_read(&index->header, page, options->signer);
    if (error == 0 && index->header.serial < options->serial_minimum)
        error = ELIG_E_OLD;
    if (error == 0 && (uint64_t)status.st_size != index->header.tree.pages * ELIG_PAGE_BYTES)
        error = ELIG_E_LENGTH;
    if (error != 0)
        sodium_memzero(page, sizeof page); /* the file may be a list, given by mistake */
    return error;
}

/* An offline index has no secret; giving one is an error. */
static int load_digester(struct elig *index, const uint8_t *secret)
{
    const struct profile *profile = &index->header.profile;
    if (secret == NULL && profile->id != ELIG_PROFILE_OFFLINE)
        return 0;
    if (secret != NULL && profile->id == ELIG_PROFILE_OFFLINE)
        return ELIG_E_NEEDLESS_SECRET;
    index->digester = sodium_malloc(sizeof *index->digester);
    return index->digester != NULL ? digester_make(index->digester, profile, secret) : ELIG_E_MEMORY;
}

static int load(struct elig *index, const char *path, const struct elig_options *options)
{
    index->check = options->check;
    index->threads = options->threads < UINT_MAX ? (unsigned)options->threads : UINT_MAX;
    index->file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (index->file < 0)
        return ELIG_E_READ;
    /* A walk reads four pages far apart: read-ahead would fetch hundreds. */
    if (index->check == ELIG_CHECK_WALK)
        (void)posix_fadvise(index->file, 0, 0, POSIX_FADV_RANDOM);
    int error = load_header(index, options);
    if (error == 0)
        error = load_digester(index, options->secret);
    if (error == 0)
        index->reader = leaf_reader_make(&index->header.leaf);
    if (error == 0)
        error = load_dictionary(index);
    if (error == 0 && index->check != ELIG_CHECK_WALK)
        error = load_tree(index, options->populate != 0);
    return error;
}

/* Sizes of the public structures in version 0.2, the first that had them. */
#define OPTIONS_SIZE_MIN (offsetof(struct elig_options, threads) + sizeof(size_t))
#define INFO_SIZE_MIN (offsetof(struct elig_info, signer) + sizeof(const uint8_t *))

/* No version will need more: a larger size is one that the caller did not set. */
#define STRUCTURE_SIZE_MAX 4096

/* A member added in the padding at the end of a structure would be covered by the size it had before. */
_Static_assert(sizeof(struct elig_options) == OPTIONS_SIZE_MIN, "the last member ends the structure");
_Static_assert(sizeof(struct elig_info) == INFO_SIZE_MIN, "the last member ends the structure");

/* Copies the options of a caller of this or another version, if any, over the defaults in *options. False if
 * they are out of range. */
static bool read_options(struct elig_options *options, const struct elig_options *given)
{
    if (given == NULL)
        return true;
    size_t size = given->size, known = size < sizeof *options ? size : sizeof *options;
    if (size < OPTIONS_SIZE_MIN || size > STRUCTURE_SIZE_MAX ||
        !bytes_are_zero((const uint8_t *)given + known, size - known))
        return false;
    memcpy(options, given, known);
    return options->check >= ELIG_CHECK_WALK && options->check <= ELIG_CHECK_ALL &&
           !(options->populate && options->check == ELIG_CHECK_WALK);
}

__attribute__((cold)) int elig_open(const char *path, const struct elig_options *given, struct elig **out)
{
    struct elig_options options = ELIG_OPTIONS_INIT;
    if (out == NULL)
        return ELIG_E_ARGUMENT;
    *out = NULL;
    if (path == NULL || !read_options(&options, given))
        return ELIG_E_ARGUMENT;
    if (sodium_init() < 0)
        return ELIG_E_MEMORY;
    struct elig *index = calloc(1, sizeof *index);
    if (index == NULL)
        return ELIG_E_MEMORY;
    int error = load(index, path, &options);
    if (error != 0) {
        int saved = errno;
        elig_close(index);
        errno = saved;
        return error;
    }
    *out = index;
    return 0;
}

void elig_close(struct elig *index)
{
    if (index == NULL)
        return;
    if (index->map != NULL)
        munmap(index->map, index->map_bytes);
    if (index->file >= 0)
        close(index->file);
    dictionary_free(&index->dictionary);
    locator_free(&index->locator);
    free(index->tags);
    free(index->leaf_is_good);
    sodium_free(index->digester);
    free(index);
}

int elig_info(const struct elig *index, struct elig_info *info)
{
    const struct header *header = &index->header;
    size_t size = info->size;
    if (size < INFO_SIZE_MIN || size > STRUCTURE_SIZE_MAX)
        return ELIG_E_ARGUMENT;
    struct elig_info known = {
        .size = size,
        .format_version = ELIG_FORMAT_VERSION,
        .rules_version = ELIG_RULES_VERSION,
        .profile = header->profile.id,
        .argon2_memory = header->profile.argon2_memory,
        .argon2_passes = header->profile.argon2_passes,
        .work_bits = header->profile.work_bits,
        .blind_key = header->profile.id == ELIG_PROFILE_BLIND ? header->profile.blind_key : NULL,
        .rate_bits = header->leaf.fingerprint_bits - header->profile.work_bits,
        .identifiers = header->identifiers,
        .file_bytes = header->tree.pages * ELIG_PAGE_BYTES,
        .fingerprint_bits = header->leaf.fingerprint_bits,
        .label_bits = header->leaf.payload_bits,
        .label_count = header->label_count,
        .kind_count = header->kind_count,
        .kinds = header->kinds,
        .not_before = header->not_before,
        .not_after = header->not_after,
        .campaign = header->campaign,
        .leaf_pages = header->tree.count[0],
        .tree_levels = header->tree.levels,
        .serial = header->serial,
        .signer = header_is_unsigned(header) ? NULL : header->signer,
    };
    memcpy(known.salt, header->profile.salt, ELIG_SALT_BYTES);
    memset(info, 0, size);
    memcpy(info, &known, size < sizeof known ? size : sizeof known);
    return 0;
}

int elig_kind(const struct elig *index, const char *name, unsigned *kind)
{
    for (unsigned i = 0; i < index->header.kind_count; i++)
        if (strcmp(index->header.kinds[i].name, name) == 0) {
            *kind = i;
            return 0;
        }
    return ELIG_E_ARGUMENT;
}
