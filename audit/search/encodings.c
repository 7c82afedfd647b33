/* SPDX-License-Identifier: Apache-2.0 */
/* encodings.c - makes the patterns of an identifier: charsets with iconv, hashes with Nettle and libsodium. */
#include "audit/search/encodings.h"

#include <iconv.h>
#include <nettle/md5.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "lib/elig/bytes.h"
#include "lib/elig/canon/canon.h"

/* The longest calling code, in digits. */
#define CALLING_CODE_MAX 3

/* First names, birth dates and domains recur often. Parts of at most REPEATED_MAX bytes are remembered, in a
 * table of 2^SEEN_BITS hashes. */
#define REPEATED_MAX 16
#define SEEN_BITS 15

/* Longest text in any other encoding: four bytes for each of UTF-8's. */
#define ENCODED_MAX (4 * CANON_MAX)

const char *encodings_text(enum encoding encoding)
{
    static const char *const texts[ENCODING_COUNT] = {ENCODINGS(X_TEXT)};
    return texts[encoding];
}

bool encodings_is_part(enum encoding encoding)
{
    return encoding == ENCODING_PART || encoding == ENCODING_DOMAIN || encoding == ENCODING_PART_UTF16LE ||
           encoding == ENCODING_PART_UTF16BE || encoding == ENCODING_PART_LEGACY;
}

bool encodings_is_hash(enum encoding encoding)
{
    return encoding >= ENCODING_MD5 && encoding <= ENCODING_BLAKE2B_512;
}

/* ---- Converters ---- */

/* Charsets that were used before UTF-8 where elig's users are. For ASCII text they all make the same bytes. */
static const char *const charsets[] = {
    "UTF-16LE", "UTF-16BE",                                /* first: add_charsets() reports these two by name */
    "CP949",    "JOHAB",    "CP932",  "EUC-JP", "GB18030", /* Korea, Japan, China */
    "BIG5",     "CP1250",   "CP1251", "CP1252",            /* Taiwan, Europe */
};
#define CHARSET_COUNT (sizeof charsets / sizeof *charsets)

/* Everything that holds parts of identifiers, to be wiped together at the end. */
struct encodings {
    iconv_t converters[CHARSET_COUNT];
    uint64_t seen[1 << SEEN_BITS]; /* parts added lately, by their hashes */
    struct md5_ctx md5;
    struct sha1_ctx sha1;
    struct sha256_ctx sha256;
    uint8_t encoded[ENCODED_MAX];
};

#define NO_CONVERTER ((iconv_t)-1)

struct encodings *encodings_new(void)
{
    struct encodings *encodings = calloc(1, sizeof *encodings);
    if (encodings == NULL)
        return NULL;
    for (size_t i = 0; i < CHARSET_COUNT; i++)
        encodings->converters[i] = iconv_open(charsets[i], "UTF-8");
    md5_init(&encodings->md5);
    sha1_init(&encodings->sha1);
    sha256_init(&encodings->sha256);
    return encodings;
}

void encodings_free(struct encodings *encodings)
{
    if (encodings == NULL)
        return;
    for (size_t i = 0; i < CHARSET_COUNT; i++)
        if (encodings->converters[i] != NO_CONVERTER)
            iconv_close(encodings->converters[i]);
    sodium_memzero(encodings, sizeof *encodings);
    free(encodings);
}

void encodings_forget(struct encodings *encodings)
{
    memset(encodings->seen, 0, sizeof encodings->seen);
}

/* ---- One identifier ---- */

/* The identifier whose patterns are added. */
struct pattern_sink {
    struct encodings *encodings;
    struct patterns *patterns;
    uint64_t where;
    unsigned too_short;
};

/* The same part was added lately. */
static bool is_repeated(struct encodings *encodings, const uint8_t *bytes, size_t length,
                        enum encoding encoding)
{
    if (!encodings_is_part(encoding) || length > REPEATED_MAX)
        return false;
    uint64_t hash = XXH3_64bits_withSeed(bytes, length, encoding);
    uint64_t *seen = &encodings->seen[hash >> (64 - SEEN_BITS)];
    bool is_seen = *seen == hash;
    *seen = hash;
    return is_seen;
}

static void add_pattern(struct pattern_sink *sink, const uint8_t *bytes, size_t length, enum encoding encoding)
{
    if (length > 0 && !is_repeated(sink->encodings, bytes, length, encoding) &&
        !patterns_add(sink->patterns, bytes, length, encoding, sink->where))
        sink->too_short++;
}

/* Text that is not ASCII, in all charsets. */
static void add_charsets(struct pattern_sink *sink, const uint8_t *bytes, size_t length, bool is_part)
{
    struct encodings *encodings = sink->encodings;
    for (size_t i = 0; i < CHARSET_COUNT; i++) {
        char *from = (char *)(uintptr_t)bytes, *to = (char *)encodings->encoded;
        size_t left = length, capacity = sizeof encodings->encoded;
        if (encodings->converters[i] == NO_CONVERTER)
            continue;
        iconv(encodings->converters[i], NULL, NULL, NULL, NULL);
        if (iconv(encodings->converters[i], &from, &left, &to, &capacity) == (size_t)-1)
            continue; /* this charset lacks one of the characters */
        enum encoding encoding = i == 0   ? (is_part ? ENCODING_PART_UTF16LE : ENCODING_UTF16LE)
                                 : i == 1 ? (is_part ? ENCODING_PART_UTF16BE : ENCODING_UTF16BE)
                                          : (is_part ? ENCODING_PART_LEGACY : ENCODING_LEGACY);
        add_pattern(sink, encodings->encoded, sizeof encodings->encoded - capacity, encoding);
    }
}

static void add_text(struct pattern_sink *sink, const uint8_t *bytes, size_t length, enum encoding encoding)
{
    add_pattern(sink, bytes, length, encoding);
    size_t ascii = 0;
    while (ascii < length && bytes[ascii] < 0x80)
        ascii++;
    if (ascii < length)
        add_charsets(sink, bytes, length, encodings_is_part(encoding));
}

/* The first bytes of the unkeyed hashes that are commonly stored in place of identifiers. */
static void add_hashes(struct pattern_sink *sink, const uint8_t *bytes, size_t length)
{
    struct encodings *encodings = sink->encodings;
    uint8_t hash[crypto_generichash_BYTES_MAX];
    md5_update(&encodings->md5, length, bytes);
    md5_digest(&encodings->md5, ENCODINGS_HASH_BYTES, hash); /* this also resets it for the next */
    add_pattern(sink, hash, ENCODINGS_HASH_BYTES, ENCODING_MD5);
    sha1_update(&encodings->sha1, length, bytes);
    sha1_digest(&encodings->sha1, ENCODINGS_HASH_BYTES, hash);
    add_pattern(sink, hash, ENCODINGS_HASH_BYTES, ENCODING_SHA1);
    sha256_update(&encodings->sha256, length, bytes);
    sha256_digest(&encodings->sha256, ENCODINGS_HASH_BYTES, hash);
    add_pattern(sink, hash, ENCODINGS_HASH_BYTES, ENCODING_SHA256);
    crypto_generichash(hash, crypto_generichash_BYTES, bytes, length, NULL, 0);
    add_pattern(sink, hash, ENCODINGS_HASH_BYTES, ENCODING_BLAKE2B_256);
    crypto_generichash(hash, crypto_generichash_BYTES_MAX, bytes, length, NULL, 0);
    add_pattern(sink, hash, ENCODINGS_HASH_BYTES, ENCODING_BLAKE2B_512);
}

static bool differ(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length)
{
    return a_length != b_length || memcmp(a, b, a_length) != 0;
}

/* The local part and the domain of an e-mail address: the local part may be stored alone. */
static void add_halves(struct pattern_sink *sink, const uint8_t *bytes, size_t length)
{
    const uint8_t *at = memrchr(bytes, '@', length);
    if (at == NULL)
        return;
    size_t local = (size_t)(at - bytes);
    add_text(sink, bytes, local, ENCODING_PART);
    add_text(sink, at + 1, length - local - 1, ENCODING_DOMAIN);
}

/* Hashes of the digits alone that were typed, such as "01012345678". */
static void add_hashes_of_digits(struct pattern_sink *sink, const uint8_t *text, size_t length,
                                 const uint8_t *canonical, size_t canonical_length)
{
    uint8_t digits[ELIG_TEXT_MAX];
    size_t count = 0;
    for (size_t i = 0; i < length && count < sizeof digits; i++)
        if (text[i] >= '0' && text[i] <= '9')
            digits[count++] = text[i];
    if (count > 0 && differ(digits, count, text, length) && differ(digits, count, canonical, canonical_length))
        add_hashes(sink, digits, count);
    sodium_memzero(digits, count);
}

/* A part of an identifier, or an identifier with one part (is_whole). canonical may be NULL. */
static void add_part(struct pattern_sink *sink, const struct elig_part *part, struct elig_text text,
                     const uint8_t *canonical, size_t length, bool is_whole)
{
    const uint8_t *bytes = (const uint8_t *)text.bytes;
    if (text.length == 0)
        return;
    add_text(sink, bytes, text.length, is_whole ? ENCODING_TEXT : ENCODING_PART);
    add_hashes(sink, bytes, text.length);
    if (canonical == NULL)
        return;
    if (differ(bytes, text.length, canonical, length)) {
        add_text(sink, canonical, length, is_whole ? ENCODING_CANONICAL : ENCODING_PART);
        add_hashes(sink, canonical, length);
    }
    if (part->type == ELIG_TYPE_EMAIL) {
        add_halves(sink, canonical, length);
        if (differ(bytes, text.length, canonical, length))
            add_halves(sink, bytes, text.length);
    }
    if (part->type == ELIG_TYPE_PHONE) {
        if (length > CALLING_CODE_MAX) /* the digits after the calling code */
            add_pattern(sink, canonical + CALLING_CODE_MAX, length - CALLING_CODE_MAX, ENCODING_DIGITS);
        add_hashes_of_digits(sink, bytes, text.length, canonical, length);
    }
}

unsigned encodings_add(struct encodings *encodings, struct patterns *patterns, const struct elig_kind *kind,
                       const struct elig_text *typed, const uint8_t *canonical, size_t length, uint64_t where)
{
    struct pattern_sink sink = {.encodings = encodings, .patterns = patterns, .where = where};
    if (kind->part_count == 1) {
        add_part(&sink, &kind->parts[0], typed[0], canonical, length, true);
        return sink.too_short;
    }
    const uint8_t *at = canonical; /* of a composite: the length and the canonical form of each part */
    for (unsigned i = 0; i < kind->part_count; i++) {
        size_t part_length = at != NULL ? bytes_get_le16(at) : 0;
        const uint8_t *part = at != NULL ? at + CANON_LENGTH_BYTES : NULL;
        add_part(&sink, &kind->parts[i], typed[i], part, part_length, false);
        at = part != NULL ? part + part_length : NULL;
    }
    if (canonical != NULL) {
        add_pattern(&sink, canonical, length, ENCODING_CANONICAL);
        add_hashes(&sink, canonical, length);
    }
    return sink.too_short;
}
