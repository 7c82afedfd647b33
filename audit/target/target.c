/* SPDX-License-Identifier: Apache-2.0 */
/* target.c - the table of header fields; maps the file, reads its header as corrected, and opens it as a
 * reader. */
#include "audit/target/target.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/elig/bytes.h"
#include "lib/elig/digest/digest.h"
#include "lib/elig/index/index.h"

const struct target_field target_fields[] = {
    {ELIG_AT_MAGIC, ELIG_MAGIC_BYTES, "magic", "that it is an elig index"},
    {ELIG_AT_FORMAT_VERSION, 4, "format version", "which program can have written it"},
    {ELIG_AT_RULES_VERSION, 4, "rules version", "by which rules spellings are normalised"},
    {ELIG_AT_PROFILE, 4, "profile", "what a guess needs"},
    {ELIG_AT_PAGES, 8, "pages", "the file's length"},
    {ELIG_AT_SALT, ELIG_SALT_BYTES, "salt", "which files belong together; else random"},
    {ELIG_AT_KEY_CHECK, ELIG_KEY_CHECK_BYTES, "key check", "whether a given secret is this file's"},
    {ELIG_AT_BLIND_KEY, ELIG_ELEMENT_BYTES, "public key", "which files have the same secret (blind)"},
    {ELIG_AT_ARGON2_MEMORY, 8, "Argon2id memory", "what a guess costs (offline)"},
    {ELIG_AT_ARGON2_PASSES, 4, "Argon2id passes", "what a guess costs (offline)"},
    {ELIG_AT_WORK_BITS, 4, "work bits", "how many digests a guess takes (offline)"},
    {ELIG_AT_SERIAL, 8, "serial", "when it was published, as its publisher states"},
    {ELIG_AT_NOT_BEFORE, 8, "not before", "when its validity begins"},
    {ELIG_AT_NOT_AFTER, 8, "not after", "when its validity ends"},
    {ELIG_AT_IDENTIFIERS, 8, "identifiers", "how many are listed, of all kinds"},
    {ELIG_AT_LEAVES, 8, "leaf pages", "nothing more: it follows from the identifiers"},
    {ELIG_AT_SLOTS, 4, "slots of a leaf", "nothing more: it follows from the widths"},
    {ELIG_AT_BUCKETS, 4, "buckets of a leaf", "nothing more: it follows from the widths"},
    {ELIG_AT_FINGERPRINT, 1, "fingerprint bits", "the rate of false positives"},
    {ELIG_AT_PAYLOAD, 1, "label bits", "nothing more: it follows from the labels"},
    {ELIG_AT_PILOT, 1, "pilot bits", "nothing: it is 16"},
    {ELIG_AT_LEVELS, 1, "inner levels", "nothing more: it follows from the leaf pages"},
    {ELIG_AT_LABELS, 4, "labels", "how many different labels there are"},
    {ELIG_AT_DICTIONARY, 8, "dictionary bytes", "nothing more than the dictionary itself"},
    {ELIG_AT_DICTIONARY_HASH, ELIG_HASH_BYTES, "dictionary hash", "nothing more than the dictionary itself"},
    {ELIG_AT_ROOT, ELIG_ENTRY_BYTES, "root", "ten bytes of the least digest; a hash of the tree"},
    {ELIG_AT_KIND_COUNT, 4, "kinds", "how many kinds of identifier there are"},
    {ELIG_AT_KINDS, ELIG_KINDS_MAX *ELIG_KIND_BYTES, "kind records",
     "each kind's name, types and how many identifiers it has"},
    {ELIG_AT_CAMPAIGN, ELIG_CAMPAIGN_MAX + 1, "campaign", "what its publisher wrote there"},
    {ELIG_AT_SIGNER, ELIG_SIGNER_BYTES, "signer", "which files have the same signer"},
    {ELIG_AT_HEADER_HASH, ELIG_HASH_BYTES, "header hash", "nothing: it follows from the rest"},
    {ELIG_AT_SIGNATURE, ELIG_SIGNATURE_BYTES, "signature", "nothing: it follows from the rest and the signer"},
};
const size_t target_field_count = sizeof target_fields / sizeof *target_fields;

/* ---- The header ---- */

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static void mask_kind(const uint8_t *record, uint8_t *mask)
{
    size_t name = strnlen((const char *)record, ELIG_KIND_NAME_MAX);
    uint32_t parts = least(record[ELIG_KIND_AT_PART_COUNT], ELIG_PARTS_MAX);
    memset(mask, 1, name);
    memset(mask + ELIG_KIND_AT_IDENTIFIERS, 1, sizeof(uint64_t));
    mask[ELIG_KIND_AT_PART_COUNT] = 1;
    memset(mask + ELIG_KIND_AT_PARTS, 1, (size_t)parts * ELIG_PART_BYTES);
}

void target_header_mask(const uint8_t *page, uint8_t mask[ELIG_PAGE_BYTES])
{
    memset(mask, 0, ELIG_PAGE_BYTES);
    for (size_t i = 0; i < target_field_count; i++)
        if (target_fields[i].at != ELIG_AT_KINDS && target_fields[i].at != ELIG_AT_CAMPAIGN)
            memset(mask + target_fields[i].at, 1, target_fields[i].bytes);
    uint32_t kinds = least(bytes_get_le32(page + ELIG_AT_KIND_COUNT), ELIG_KINDS_MAX);
    for (uint32_t i = 0; i < kinds; i++)
        mask_kind(page + ELIG_AT_KINDS + i * ELIG_KIND_BYTES, mask + ELIG_AT_KINDS + i * ELIG_KIND_BYTES);
    memset(mask + ELIG_AT_CAMPAIGN, 1, strnlen((const char *)page + ELIG_AT_CAMPAIGN, ELIG_CAMPAIGN_MAX));
    uint32_t profile = bytes_get_le32(page + ELIG_AT_PROFILE);
    if (profile == ELIG_PROFILE_KEYED || profile == ELIG_PROFILE_OFFLINE)
        memset(mask + ELIG_AT_BLIND_KEY, 0, ELIG_ELEMENT_BYTES);
    if (profile == ELIG_PROFILE_KEYED || profile == ELIG_PROFILE_BLIND)
        memset(mask + ELIG_AT_ARGON2_MEMORY, 0, ELIG_AT_SERIAL - ELIG_AT_ARGON2_MEMORY);
    if (profile == ELIG_PROFILE_BLIND ||
        (profile == ELIG_PROFILE_OFFLINE && bytes_get_le32(page + ELIG_AT_WORK_BITS) == 0))
        memset(mask + ELIG_AT_KEY_CHECK, 0, ELIG_KEY_CHECK_BYTES);
}

/* Replaces costs of Argon2id that a reader refuses by the nearest allowed ones. */
static void clamp_costs(uint8_t *page)
{
    uint64_t memory = bytes_get_le64(page + ELIG_AT_ARGON2_MEMORY) & ~UINT64_C(1023);
    uint32_t passes = bytes_get_le32(page + ELIG_AT_ARGON2_PASSES);
    uint32_t work_bits = least(bytes_get_le32(page + ELIG_AT_WORK_BITS), ELIG_WORK_BITS_MAX);
    memory = memory < ELIG_ARGON2_MEMORY_MIN ? ELIG_ARGON2_MEMORY_MIN : memory;
    memory = memory > ELIG_ARGON2_MEMORY_MAX ? ELIG_ARGON2_MEMORY_MAX : memory;
    passes = passes < ELIG_ARGON2_PASSES_MIN ? ELIG_ARGON2_PASSES_MIN : least(passes, ELIG_ARGON2_PASSES_MAX);
    while (passes > ELIG_ARGON2_PASSES_MIN && memory * passes << work_bits > ELIG_LOOKUP_COST_MAX)
        passes--;
    while (memory > ELIG_ARGON2_MEMORY_MIN && memory * passes << work_bits > ELIG_LOOKUP_COST_MAX)
        memory /= 2;
    bytes_put_le64(page + ELIG_AT_ARGON2_MEMORY, memory & ~UINT64_C(1023));
    bytes_put_le32(page + ELIG_AT_ARGON2_PASSES, passes);
    bytes_put_le32(page + ELIG_AT_WORK_BITS, work_bits);
}

/* Reads a copy of the header in which the faults that leave its meaning clear are corrected. */
static void read_header(struct target *target)
{
    uint8_t page[ELIG_PAGE_BYTES], mask[ELIG_PAGE_BYTES];
    memcpy(page, target->bytes, sizeof page);
    target_header_mask(page, mask);
    for (size_t i = 0; i < sizeof page; i++)
        page[i] = mask[i] ? page[i] : 0;
    if (bytes_get_le32(page + ELIG_AT_PROFILE) == ELIG_PROFILE_OFFLINE)
        clamp_costs(page);
    memset(page + ELIG_AT_SIGNER, 0, ELIG_SIGNER_BYTES);
    memset(page + ELIG_AT_SIGNATURE, 0, ELIG_SIGNATURE_BYTES);
    digest_bytes(ELIG_DOMAIN_HEADER, NULL, page, ELIG_AT_HEADER_HASH, page + ELIG_AT_HEADER_HASH);
    target->has_header = header_read(&target->header, page, NULL) == 0;
    memcpy(target->header.signer, target->bytes + ELIG_AT_SIGNER, ELIG_SIGNER_BYTES);
    target->header.profile.argon2_memory = bytes_get_le64(target->bytes + ELIG_AT_ARGON2_MEMORY);
    target->header.profile.argon2_passes = bytes_get_le32(target->bytes + ELIG_AT_ARGON2_PASSES);
}

static int read_dictionary(struct target *target)
{
    const struct header *header = &target->header;
    target->dictionary_pages = header_dictionary_pages(header->dictionary_bytes);
    if (target->dictionary_pages > 0 && target_page(target, target->dictionary_pages) == NULL)
        return 0;
    int error =
        dictionary_read(&target->dictionary, header->label_count, target->bytes + ELIG_PAGE_BYTES,
                        (size_t)target->dictionary_pages * ELIG_PAGE_BYTES, (size_t)header->dictionary_bytes);
    return error == ELIG_E_MEMORY ? error : 0;
}

/* ---- Opening ---- */

static int map_file(struct target *target)
{
    struct stat status;
    int file = open(target->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file < 0)
        return ELIG_E_READ;
    int error = fstat(file, &status) == 0 ? 0 : ELIG_E_READ;
    if (error == 0 && (!S_ISREG(status.st_mode) || status.st_size < ELIG_PAGE_BYTES))
        error = ELIG_E_NOT_INDEX;
    if (error == 0) {
        target->length = (uint64_t)status.st_size;
        void *bytes = mmap(NULL, (size_t)target->length, PROT_READ, MAP_SHARED, file, 0);
        target->bytes = bytes == MAP_FAILED ? NULL : bytes;
        error = target->bytes == NULL ? ELIG_E_READ : 0;
    }
    int error_number = errno;
    close(file);
    errno = error_number;
    return error;
}

/* Opens the file as a reader does, with all checks; without the secret if that is wrong. */
static int open_as_reader(struct target *target, const uint8_t *secret)
{
    struct elig_options options = {.size = sizeof options, .check = ELIG_CHECK_ALL, .secret = secret};
    int error = elig_open(target->path, &options, &target->index);
    if (error == ELIG_E_WRONG_SECRET || error == ELIG_E_NEEDLESS_SECRET) {
        target->key_error = error;
        options.secret = NULL;
        error = elig_open(target->path, &options, &target->index);
    }
    target->refusal = error;
    target->has_secret = error == 0 && options.secret != NULL;
    return error == ELIG_E_MEMORY || error == ELIG_E_READ ? error : 0;
}

int target_open(struct target *target, const char *path, const uint8_t *secret)
{
    *target = (struct target){.path = path};
    int error = map_file(target);
    if (error == 0 && memcmp(target->bytes, ELIG_MAGIC, ELIG_MAGIC_BYTES) != 0)
        error = ELIG_E_NOT_INDEX;
    if (error == 0 && bytes_get_le32(target->bytes + ELIG_AT_FORMAT_VERSION) != ELIG_FORMAT_VERSION)
        error = ELIG_E_FORMAT;
    if (error == 0) {
        read_header(target);
        error = target->has_header ? read_dictionary(target) : 0;
    }
    if (error == 0)
        error = open_as_reader(target, secret);
    int error_number = errno;
    if (error != 0)
        target_close(target);
    errno = error_number;
    return error;
}

void target_close(struct target *target)
{
    if (target == NULL)
        return;
    elig_close(target->index);
    dictionary_free(&target->dictionary);
    if (target->bytes != NULL)
        munmap((void *)(uintptr_t)target->bytes, (size_t)target->length);
    *target = (struct target){0};
}

/* ---- Locations ---- */

const uint8_t *target_page(const struct target *target, uint64_t page)
{
    return page < target->length / ELIG_PAGE_BYTES ? target->bytes + page * ELIG_PAGE_BYTES : NULL;
}

enum section target_section(const struct target *target, uint64_t offset)
{
    uint64_t page = offset / ELIG_PAGE_BYTES;
    const struct tree_shape *tree = &target->header.tree;
    if (page == 0)
        return SECTION_HEADER;
    if (!target->has_header || page >= tree->pages)
        return SECTION_BEYOND;
    if (page <= target->dictionary_pages)
        return SECTION_DICTIONARY;
    return page < tree->first_page[0] ? SECTION_INNER : SECTION_LEAF;
}

void target_public_mask(const uint8_t *page, uint8_t mask[ELIG_PAGE_BYTES])
{
    uint8_t used[ELIG_PAGE_BYTES];
    target_header_mask(page, used);
    memset(mask, 0, ELIG_PAGE_BYTES);
    memcpy(mask + ELIG_AT_KINDS, used + ELIG_AT_KINDS, (size_t)ELIG_KINDS_MAX * ELIG_KIND_BYTES);
    memcpy(mask + ELIG_AT_CAMPAIGN, used + ELIG_AT_CAMPAIGN, ELIG_CAMPAIGN_MAX + 1);
}

bool target_is_public(const struct target *target, uint64_t offset)
{
    uint8_t mask[ELIG_PAGE_BYTES];
    enum section section = target_section(target, offset);
    if (section == SECTION_DICTIONARY)
        return offset - ELIG_PAGE_BYTES < target->header.dictionary_bytes;
    if (section != SECTION_HEADER)
        return false;
    target_public_mask(target->bytes, mask);
    return mask[offset];
}

const char *target_location(const struct target *target, uint64_t offset, char text[TARGET_LOCATION])
{
    uint8_t mask[ELIG_PAGE_BYTES];
    unsigned long long page = offset / ELIG_PAGE_BYTES;
    const char *name = "unused bytes"; /* of the field that has the byte */
    switch (target_section(target, offset)) {
    case SECTION_HEADER:
        target_header_mask(target->bytes, mask);
        for (size_t i = 0; mask[offset] && i < target_field_count; i++)
            if (offset >= target_fields[i].at && offset - target_fields[i].at < target_fields[i].bytes)
                name = target_fields[i].name;
        snprintf(text, TARGET_LOCATION, "header, %s", name);
        break;
    case SECTION_DICTIONARY:
        snprintf(text, TARGET_LOCATION, "label dictionary, page %llu", page);
        break;
    case SECTION_INNER:
        snprintf(text, TARGET_LOCATION, "inner page %llu", page);
        break;
    case SECTION_LEAF:
        snprintf(text, TARGET_LOCATION, "leaf page %llu", page);
        break;
    case SECTION_BEYOND:
        snprintf(text, TARGET_LOCATION, target->has_header ? "after the end" : "after the header");
        break;
    }
    return text;
}
