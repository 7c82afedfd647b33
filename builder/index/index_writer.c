/* SPDX-License-Identifier: Apache-2.0 */
/* index_writer.c - the parts of an index in the order in which they are written: leaves first, header last. */
#include "builder/index/index_writer.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "builder/index/mphf.h"
#include "lib/elig/digest/digest.h"
#include "lib/util/file.h"

const char *index_writer_error_text(int error)
{
    switch (error) {
    case INDEX_WRITER_E_TOO_MANY:
        return "more identifiers than an index holds (2^40)";
    case LEAF_WRITER_E_SALT:
        return "two digests are too alike under this salt: choose another --salt";
    case LEAF_WRITER_E_CHANGED:
        return "the records changed while they were read";
    default:
        return NULL;
    }
}

/* Writes one inner level, whose pages have their entries already. */
static int write_level(const struct header *header, int descriptor, unsigned level)
{
    const struct tree_shape *tree = &header->tree;
    uint8_t page[ELIG_PAGE_BYTES];
    int error = 0;
    for (uint64_t i = 0; i < tree->count[level] && error == 0; i++) {
        size_t length = (size_t)tree_entries(tree, level, i) * ELIG_ENTRY_BYTES;
        memset(page, 0, sizeof page);
        error = file_read_at(descriptor, page, length, (tree->first_page[level] + i) * ELIG_PAGE_BYTES);
        if (error == 0)
            error =
                leaf_writer_write_page(header, descriptor, level, i, page, page + ELIG_ENTRY_AT_SEPARATOR, 0);
    }
    return error;
}

static int write_header(struct header *header, const uint8_t *signer_seed, int descriptor)
{
    uint8_t page[ELIG_PAGE_BYTES], public_key[crypto_sign_PUBLICKEYBYTES];
    int error = 0;
    if (header->identifiers > 0)
        error = file_read_at(descriptor, header->root, ELIG_ENTRY_BYTES, ELIG_AT_ROOT);
    if (error != 0)
        return error;
    header_write(header, page);
    if (signer_seed != NULL) {
        uint8_t *pair = sodium_malloc(crypto_sign_SECRETKEYBYTES);
        if (pair == NULL)
            return ELIG_E_MEMORY;
        (void)crypto_sign_seed_keypair(public_key, pair, signer_seed);
        (void)crypto_sign_detached(page + ELIG_AT_SIGNATURE, NULL, page, ELIG_AT_SIGNATURE, pair);
        sodium_free(pair);
    }
    return file_write_at(descriptor, page, sizeof page, 0);
}

/* Fills in what follows from the counts and the dictionary. */
static int complete_header(struct header *header, const struct record_counts *totals,
                           const struct dictionary *dictionary, unsigned fingerprint_bits)
{
    header->identifiers = totals->first_identifier[SPILL_PARTITIONS];
    if (header->identifiers > ELIG_IDENTIFIERS_MAX)
        return INDEX_WRITER_E_TOO_MANY;
    for (unsigned kind = 0; kind < header->kind_count; kind++)
        header->kinds[kind].identifiers = totals->of_kind[kind];
    header->label_count = dictionary->count;
    header->dictionary_bytes = dictionary_bytes(dictionary);
    header->leaf = mphf_shape(fingerprint_bits, header_label_bits(header->label_count));
    uint64_t first_tree_page = 1 + header_dictionary_pages(header->dictionary_bytes);
    uint64_t leaves = header_leaves(header->identifiers, header->leaf.slots);
    return tree_shape_make(&header->tree, first_tree_page, leaves) == 0 ? 0 : INDEX_WRITER_E_TOO_MANY;
}

int index_writer_write(const struct index_input *input, struct header *header, unsigned fingerprint_bits,
                       const uint8_t *signer_seed, int descriptor, struct rejects *absent_rejects)
{
    struct dictionary dictionary;
    uint16_t *code = calloc(ELIG_LABELS_MAX + 1, sizeof *code);
    if (code == NULL)
        return ELIG_E_MEMORY;
    int error = label_table_dictionary(input->labels, input->totals->of_label, &dictionary, code);
    if (error == 0)
        error = complete_header(header, input->totals, &dictionary, fingerprint_bits);
    if (error == 0 && header->tree.count[0] > 0)
        error = leaf_writer_write(input, header, code, descriptor, absent_rejects);
    for (unsigned level = 1; error == 0 && level <= header->tree.levels; level++)
        error = write_level(header, descriptor, level);
    if (error == 0)
        error = label_table_write_dictionary(&dictionary, header->profile.salt, descriptor,
                                             header->dictionary_hash);
    if (error == 0)
        error = write_header(header, signer_seed, descriptor);
    dictionary_free(&dictionary);
    free(code);
    return error;
}
