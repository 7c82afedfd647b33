/* SPDX-License-Identifier: Apache-2.0 */
/* The header page: reads and checks every field, and writes the page. */
#include "lib/elig/index/header.h"

#include <sodium.h>
#include <string.h>

#include "lib/elig/canon/canon.h"
#include "lib/elig/digest/digest.h"
#include "lib/elig/index/plain_text.h"

uint64_t header_leaves(uint64_t identifiers, uint32_t slots)
{
    return identifiers / slots + (identifiers % slots != 0);
}

uint64_t header_dictionary_pages(uint64_t dictionary_bytes)
{
    return dictionary_bytes / ELIG_PAGE_BYTES + (dictionary_bytes % ELIG_PAGE_BYTES != 0);
}

bool header_kind_name_is_valid(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_");
    return length > 0 && length <= ELIG_KIND_NAME_MAX && name[length] == '\0';
}

unsigned header_label_bits(uint32_t label_count)
{
    unsigned bits = 0;
    while (label_count >> bits != 0)
        bits++;
    return bits;
}

/* Whether the ranges that no field uses are zero. The unused ends of kinds and campaign are checked where those
 * are read. */
static bool unused_is_zero(const uint8_t *page)
{
    static const struct {
        uint32_t from, to;
    } unused[] = {
        {ELIG_AT_PROFILE + 4, ELIG_AT_PAGES},
        {ELIG_AT_ROOT + ELIG_ENTRY_BYTES, ELIG_AT_KIND_COUNT},
        {ELIG_AT_KIND_COUNT + 4, ELIG_AT_KINDS},
        {ELIG_AT_CAMPAIGN + ELIG_CAMPAIGN_MAX + 1, ELIG_AT_SIGNER},
    };
    for (size_t i = 0; i < sizeof unused / sizeof *unused; i++)
        if (!bytes_are_zero(page + unused[i].from, unused[i].to - unused[i].from))
            return false;
    return true;
}

static void hash_page(const uint8_t *page, uint8_t hash[ELIG_HASH_BYTES])
{
    digest_bytes(ELIG_DOMAIN_HEADER, NULL, page, ELIG_AT_HEADER_HASH, hash);
}

/* Reads text that fills at most size - 1 of size bytes and is followed by zeros only. */
static bool read_padded_text(char *text, const uint8_t *from, size_t size)
{
    memcpy(text, from, size);
    size_t length = strnlen(text, size);
    return length < size && bytes_are_zero(from + length, size - length);
}

static bool read_kind(struct elig_kind *kind, const uint8_t *from)
{
    if (!read_padded_text(kind->name, from + ELIG_KIND_AT_NAME, sizeof kind->name) ||
        !header_kind_name_is_valid(kind->name))
        return false;
    kind->identifiers = bytes_get_le64(from + ELIG_KIND_AT_IDENTIFIERS);
    kind->part_count = from[ELIG_KIND_AT_PART_COUNT];
    if (kind->part_count < 1 || kind->part_count > ELIG_PARTS_MAX ||
        !bytes_are_zero(from + ELIG_KIND_AT_PART_COUNT + 1, ELIG_KIND_AT_PARTS - ELIG_KIND_AT_PART_COUNT - 1))
        return false;
    const uint8_t *at = from + ELIG_KIND_AT_PARTS;
    for (unsigned i = 0; i < kind->part_count; i++, at += ELIG_PART_BYTES) {
        kind->parts[i] = (struct elig_part){at[0], at[1], {(char)at[2], (char)at[3]}};
        if (!canon_part_is_valid(&kind->parts[i]))
            return false;
    }
    return bytes_are_zero(at, (size_t)(ELIG_PARTS_MAX - kind->part_count) * ELIG_PART_BYTES);
}

int header_kinds_read(struct elig_kind kinds[ELIG_KINDS_MAX], unsigned *count, uint64_t identifiers,
                      const uint8_t page[ELIG_PAGE_BYTES])
{
    *count = bytes_get_le32(page + ELIG_AT_KIND_COUNT);
    if (*count < 1 || *count > ELIG_KINDS_MAX)
        return ELIG_E_DAMAGED;
    uint64_t left = identifiers;
    const uint8_t *at = page + ELIG_AT_KINDS;
    for (unsigned i = 0; i < *count; i++, at += ELIG_KIND_BYTES) {
        if (!read_kind(&kinds[i], at) || kinds[i].identifiers > left)
            return ELIG_E_DAMAGED;
        left -= kinds[i].identifiers;
        for (unsigned j = 0; j < i; j++)
            if (strcmp(kinds[i].name, kinds[j].name) == 0)
                return ELIG_E_DAMAGED;
    }
    return left == 0 && bytes_are_zero(at, (size_t)(ELIG_KINDS_MAX - *count) * ELIG_KIND_BYTES)
               ? 0
               : ELIG_E_DAMAGED;
}

/* Reads the fields of the label dictionary. A word takes 2 bytes at least: its length and one byte. */
static bool read_labels(struct header *header, const uint8_t *page)
{
    header->label_count = bytes_get_le32(page + ELIG_AT_LABELS);
    header->dictionary_bytes = bytes_get_le64(page + ELIG_AT_DICTIONARY);
    memcpy(header->dictionary_hash, page + ELIG_AT_DICTIONARY_HASH, ELIG_HASH_BYTES);
    if (header->label_count > ELIG_LABELS_MAX ||
        header->leaf.payload_bits != header_label_bits(header->label_count))
        return false;
    if (header->label_count == 0 && !bytes_are_zero(header->dictionary_hash, ELIG_HASH_BYTES))
        return false;
    return header->dictionary_bytes >= (uint64_t)header->label_count * 2 &&
           header->dictionary_bytes <= (uint64_t)header->label_count * (1 + ELIG_LABEL_MAX);
}

/* Reads the shapes of leaves and tree. Fields that follow from other fields must agree with them. */
static bool read_shapes(struct header *header, const uint8_t *page)
{
    header->identifiers = bytes_get_le64(page + ELIG_AT_IDENTIFIERS);
    header->leaf = (struct leaf_shape){.slots = bytes_get_le32(page + ELIG_AT_SLOTS),
                                       .buckets = bytes_get_le32(page + ELIG_AT_BUCKETS),
                                       .fingerprint_bits = page[ELIG_AT_FINGERPRINT],
                                       .payload_bits = page[ELIG_AT_PAYLOAD]};
    if (header->identifiers > ELIG_IDENTIFIERS_MAX || page[ELIG_AT_PILOT] != ELIG_PILOT_BITS ||
        !leaf_shape_is_valid(&header->leaf) ||
        header->leaf.fingerprint_bits < ELIG_FINGERPRINT_MIN + header->profile.work_bits ||
        !read_labels(header, page))
        return false;
    uint64_t leaves = header_leaves(header->identifiers, header->leaf.slots);
    uint64_t first_tree_page = 1 + header_dictionary_pages(header->dictionary_bytes);
    if (tree_shape_make(&header->tree, first_tree_page, leaves) != 0)
        return false;
    memcpy(header->root, page + ELIG_AT_ROOT, ELIG_ENTRY_BYTES);
    if (leaves == 0 && !bytes_are_zero(header->root, ELIG_ENTRY_BYTES))
        return false;
    if (header->tree.levels > 0 && bytes_get_le16(header->root + ELIG_ENTRY_AT_SEED) != 0)
        return false;
    return leaves == bytes_get_le64(page + ELIG_AT_LEAVES) && header->tree.levels == page[ELIG_AT_LEVELS] &&
           header->tree.pages == bytes_get_le64(page + ELIG_AT_PAGES);
}

static bool read_times(struct header *header, const uint8_t *page)
{
    header->serial = bytes_get_le64(page + ELIG_AT_SERIAL);
    header->not_before = (int64_t)bytes_get_le64(page + ELIG_AT_NOT_BEFORE);
    header->not_after = (int64_t)bytes_get_le64(page + ELIG_AT_NOT_AFTER);
    return header->serial <= INT64_MAX && header->not_before >= 0 && header->not_after >= 0 &&
           (header->not_after == 0 || header->not_before <= header->not_after);
}

/* Returns 0 if the page has a valid signature of the demanded signer; or, if none is demanded (NULL), a valid
 * signature or none. libsodium refuses keys of small order, under which a signature would prove nothing. */
static int check_signature(const uint8_t *page, const uint8_t *demanded)
{
    const uint8_t *signer = page + ELIG_AT_SIGNER, *signature = page + ELIG_AT_SIGNATURE;
    if (bytes_are_zero(signer, ELIG_SIGNER_BYTES)) {
        if (demanded != NULL)
            return ELIG_E_UNSIGNED;
        return bytes_are_zero(signature, ELIG_SIGNATURE_BYTES) ? 0 : ELIG_E_DAMAGED;
    }
    if (demanded != NULL && memcmp(signer, demanded, ELIG_SIGNER_BYTES) != 0)
        return ELIG_E_SIGNER;
    return crypto_sign_verify_detached(signature, page, ELIG_AT_SIGNATURE, signer) == 0 ? 0 : ELIG_E_SIGNATURE;
}

/* Cold: runs once, so compiled for size; elig-lookup has a limit of 64 KiB. */
__attribute__((cold)) int header_read(struct header *header, const uint8_t page[ELIG_PAGE_BYTES],
                                      const uint8_t *signer)
{
    uint8_t hash[ELIG_HASH_BYTES];
    int error = 0;
    if (memcmp(page + ELIG_AT_MAGIC, ELIG_MAGIC, ELIG_MAGIC_BYTES) != 0)
        return ELIG_E_NOT_INDEX;
    if (bytes_get_le32(page + ELIG_AT_FORMAT_VERSION) != ELIG_FORMAT_VERSION)
        return ELIG_E_FORMAT;
    if (signer != NULL)
        error = check_signature(page, signer);
    if (error != 0)
        return error;
    if (bytes_get_le32(page + ELIG_AT_RULES_VERSION) != ELIG_RULES_VERSION)
        return ELIG_E_RULES;
    hash_page(page, hash);
    if (memcmp(hash, page + ELIG_AT_HEADER_HASH, ELIG_HASH_BYTES) != 0)
        return ELIG_E_DAMAGED;
    if (signer == NULL)
        error = check_signature(page, NULL);
    if (error != 0)
        return error;
    memset(header, 0, sizeof *header);
    error = profile_read(&header->profile, page);
    if (error != 0)
        return error;
    memcpy(header->signer, page + ELIG_AT_SIGNER, ELIG_SIGNER_BYTES);
    if (!unused_is_zero(page) || !read_times(header, page) || !read_shapes(header, page) ||
        header_kinds_read(header->kinds, &header->kind_count, header->identifiers, page) != 0 ||
        !read_padded_text(header->campaign, page + ELIG_AT_CAMPAIGN, sizeof header->campaign) ||
        !plain_text_is_valid(header->campaign, strlen(header->campaign)))
        return ELIG_E_DAMAGED;
    return 0;
}

static void write_kind(const struct elig_kind *kind, uint8_t *to)
{
    memcpy(to + ELIG_KIND_AT_NAME, kind->name, strlen(kind->name));
    bytes_put_le64(to + ELIG_KIND_AT_IDENTIFIERS, kind->identifiers);
    to[ELIG_KIND_AT_PART_COUNT] = kind->part_count;
    for (unsigned i = 0; i < kind->part_count; i++) {
        const struct elig_part *part = &kind->parts[i];
        uint8_t *at = to + ELIG_KIND_AT_PARTS + (size_t)i * ELIG_PART_BYTES;
        at[0] = part->type;
        at[1] = part->flags;
        memcpy(at + 2, part->region, sizeof part->region);
    }
}

void header_kinds_write(const struct elig_kind *kinds, unsigned count, uint8_t page[ELIG_PAGE_BYTES])
{
    bytes_put_le32(page + ELIG_AT_KIND_COUNT, count);
    for (unsigned i = 0; i < count; i++)
        write_kind(&kinds[i], page + ELIG_AT_KINDS + (size_t)i * ELIG_KIND_BYTES);
}

void header_write(const struct header *header, uint8_t page[ELIG_PAGE_BYTES])
{
    memset(page, 0, ELIG_PAGE_BYTES);
    memcpy(page + ELIG_AT_MAGIC, ELIG_MAGIC, ELIG_MAGIC_BYTES);
    bytes_put_le32(page + ELIG_AT_FORMAT_VERSION, ELIG_FORMAT_VERSION);
    bytes_put_le32(page + ELIG_AT_RULES_VERSION, ELIG_RULES_VERSION);
    bytes_put_le64(page + ELIG_AT_PAGES, header->tree.pages);
    profile_write(&header->profile, page);
    bytes_put_le64(page + ELIG_AT_SERIAL, header->serial);
    bytes_put_le64(page + ELIG_AT_NOT_BEFORE, (uint64_t)header->not_before);
    bytes_put_le64(page + ELIG_AT_NOT_AFTER, (uint64_t)header->not_after);
    bytes_put_le64(page + ELIG_AT_IDENTIFIERS, header->identifiers);
    bytes_put_le64(page + ELIG_AT_LEAVES, header->tree.count[0]);
    bytes_put_le32(page + ELIG_AT_SLOTS, header->leaf.slots);
    bytes_put_le32(page + ELIG_AT_BUCKETS, header->leaf.buckets);
    page[ELIG_AT_FINGERPRINT] = (uint8_t)header->leaf.fingerprint_bits;
    page[ELIG_AT_PAYLOAD] = (uint8_t)header->leaf.payload_bits;
    page[ELIG_AT_PILOT] = ELIG_PILOT_BITS;
    page[ELIG_AT_LEVELS] = (uint8_t)header->tree.levels;
    bytes_put_le32(page + ELIG_AT_LABELS, header->label_count);
    bytes_put_le64(page + ELIG_AT_DICTIONARY, header->dictionary_bytes);
    memcpy(page + ELIG_AT_DICTIONARY_HASH, header->dictionary_hash, ELIG_HASH_BYTES);
    memcpy(page + ELIG_AT_ROOT, header->root, ELIG_ENTRY_BYTES);
    header_kinds_write(header->kinds, header->kind_count, page);
    memcpy(page + ELIG_AT_CAMPAIGN, header->campaign, strlen(header->campaign));
    memcpy(page + ELIG_AT_SIGNER, header->signer, ELIG_SIGNER_BYTES);
    hash_page(page, page + ELIG_AT_HEADER_HASH);
}

bool header_is_unsigned(const struct header *header)
{
    return bytes_are_zero(header->signer, ELIG_SIGNER_BYTES);
}
