/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/search/encodings.h"

#include <iconv.h>
#include <nettle/md5.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "lib/elig/bytes.h"
#include "lib/elig/canon/canon.h"

/* Digits of a phone number that may be its calling code's. */
#define CALLING_CODE_MAX 3

/* First names, birth dates and domains come again and again: of those as short as this, so many are remembered.
 */
#define REPEATED_MAX 16
#define SEEN_BITS 15

/* Longest text in any other encoding: four bytes for each of UTF-8's. */
#define ENCODED_MAX (4 * CANON_MAX)

static const char *const texts[FORM_COUNT] = {
#define ENCODING_TEXT_ENTRY(name, text) text,
    ENCODINGS(ENCODING_TEXT_ENTRY)
#undef ENCODING_TEXT_ENTRY
};

const char *encodings_text(enum encoding form)
{
    return texts[form];
}

int encodings_is_part(enum encoding form)
{
    return form == FORM_PART || form == FORM_DOMAIN || form == FORM_PART_UTF16LE || form == FORM_PART_UTF16BE ||
           form == FORM_PART_LEGACY;
}

int encodings_is_hash(enum encoding form)
{
    return form >= FORM_MD5 && form <= FORM_BLAKE2B_512;
}

/* ---- Converters ---- */

/* What text was kept in before UTF-8, where elig's users are; of ASCII they all make the same bytes. */
static const char *const encodings[] = {
    "UTF-16LE", "UTF-16BE",                                /* first, for their own forms */
    "CP949",    "JOHAB",    "CP932",  "EUC-JP", "GB18030", /* Korea, Japan, China */
    "BIG5",     "CP1250",   "CP1251", "CP1252",            /* Taiwan, Europe */
};
#define ENCODING_COUNT (sizeof encodings / sizeof *encodings)

/* All that holds something of an identifier, to be wiped together at the end. */
struct encodings {
    iconv_t converters[ENCODING_COUNT];
    uint64_t seen[1 << SEEN_BITS]; /* parts added lately, by their hashes */
    struct md5_ctx md5;
    struct sha1_ctx sha1;
    struct sha256_ctx sha256;
    uint8_t encoded[ENCODED_MAX];
};

#define NO_CONVERTER ((iconv_t)-1)

struct encodings *encodings_new(void)
{
    struct encodings *forms = calloc(1, sizeof *forms);
    if (forms == NULL)
        return NULL;
    for (size_t i = 0; i < ENCODING_COUNT; i++)
        forms->converters[i] = iconv_open(encodings[i], "UTF-8");
    md5_init(&forms->md5);
    sha1_init(&forms->sha1);
    sha256_init(&forms->sha256);
    return forms;
}

void encodings_free(struct encodings *forms)
{
    if (forms == NULL)
        return;
    for (size_t i = 0; i < ENCODING_COUNT; i++)
        if (forms->converters[i] != NO_CONVERTER)
            iconv_close(forms->converters[i]);
    sodium_memzero(forms, sizeof *forms);
    free(forms);
}

void encodings_forget(struct encodings *forms)
{
    memset(forms->seen, 0, sizeof forms->seen);
}

/* ---- One identifier ---- */

/* Whose needles are being made. */
struct making {
    struct encodings *forms;
    struct patterns *patterns;
    uint64_t where;
    unsigned too_short;
};

/* 1 if the same part was added lately. */
static int is_repeated(struct encodings *forms, const uint8_t *bytes, size_t length, enum encoding form)
{
    uint64_t halves[REPEATED_MAX / sizeof(uint64_t)] = {0};
    if (!encodings_is_part(form) || length > REPEATED_MAX)
        return 0;
    memcpy(halves, bytes, length);
    uint64_t key = (halves[0] ^ form) * UINT64_C(0x9e3779b97f4a7c15);
    key = (key ^ key >> 32 ^ halves[1] ^ (uint64_t)length << 56) * UINT64_C(0xd6e8feb86659fd93);
    uint64_t *seen = &forms->seen[key >> (64 - SEEN_BITS)];
    if (*seen == key)
        return 1;
    *seen = key;
    return 0;
}

static void add(struct making *making, const uint8_t *bytes, size_t length, enum encoding form)
{
    if (length > 0 && !is_repeated(making->forms, bytes, length, form) &&
        !patterns_add(making->patterns, bytes, length, form, making->where))
        making->too_short++;
}

static int is_ascii(const uint8_t *bytes, size_t length)
{
    uint8_t all = 0;
    for (size_t i = 0; i < length; i++)
        all |= bytes[i];
    return all < 0x80;
}

/* Text that is not ASCII, in the encodings in which it looks otherwise. */
static void add_encodings(struct making *making, const uint8_t *bytes, size_t length, int is_part)
{
    struct encodings *forms = making->forms;
    for (size_t i = 0; i < ENCODING_COUNT; i++) {
        char *from = (char *)(uintptr_t)bytes, *to = (char *)forms->encoded;
        size_t left = length, room = sizeof forms->encoded;
        if (forms->converters[i] == NO_CONVERTER)
            continue;
        iconv(forms->converters[i], NULL, NULL, NULL, NULL);
        if (iconv(forms->converters[i], &from, &left, &to, &room) == (size_t)-1)
            continue; /* that encoding does not have it */
        enum encoding form = i == 0   ? (is_part ? FORM_PART_UTF16LE : FORM_UTF16LE)
                             : i == 1 ? (is_part ? FORM_PART_UTF16BE : FORM_UTF16BE)
                                      : (is_part ? FORM_PART_LEGACY : FORM_LEGACY);
        add(making, forms->encoded, sizeof forms->encoded - room, form);
    }
}

static void add_text(struct making *making, const uint8_t *bytes, size_t length, enum encoding form)
{
    add(making, bytes, length, form);
    if (!is_ascii(bytes, length))
        add_encodings(making, bytes, length, encodings_is_part(form));
}

/* The first bytes of every hash that identifiers are known to be kept as. */
static void add_hashes(struct making *making, const uint8_t *bytes, size_t length)
{
    struct encodings *forms = making->forms;
    uint8_t hash[crypto_generichash_BYTES_MAX];
    md5_update(&forms->md5, length, bytes);
    md5_digest(&forms->md5, ENCODINGS_HASH_BYTES, hash); /* which makes it ready for the next */
    add(making, hash, ENCODINGS_HASH_BYTES, FORM_MD5);
    sha1_update(&forms->sha1, length, bytes);
    sha1_digest(&forms->sha1, ENCODINGS_HASH_BYTES, hash);
    add(making, hash, ENCODINGS_HASH_BYTES, FORM_SHA1);
    sha256_update(&forms->sha256, length, bytes);
    sha256_digest(&forms->sha256, ENCODINGS_HASH_BYTES, hash);
    add(making, hash, ENCODINGS_HASH_BYTES, FORM_SHA256);
    crypto_generichash(hash, crypto_generichash_BYTES, bytes, length, NULL, 0);
    add(making, hash, ENCODINGS_HASH_BYTES, FORM_BLAKE2B_256);
    crypto_generichash(hash, crypto_generichash_BYTES_MAX, bytes, length, NULL, 0);
    add(making, hash, ENCODINGS_HASH_BYTES, FORM_BLAKE2B_512);
}

static int differ(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length)
{
    return a_length != b_length || memcmp(a, b, a_length) != 0;
}

/* An e-mail address is searched by its halves, too: the local part may stand alone. */
static void add_halves(struct making *making, const uint8_t *bytes, size_t length)
{
    const uint8_t *at = memrchr(bytes, '@', length);
    if (at == NULL)
        return;
    size_t local = (size_t)(at - bytes);
    add_text(making, bytes, local, FORM_PART);
    add_text(making, at + 1, length - local - 1, FORM_DOMAIN);
}

/* Whatever a phone number begins with, its canonical form's last digits are its own. */
static void add_digits(struct making *making, const uint8_t *canonical, size_t length)
{
    if (length > CALLING_CODE_MAX)
        add(making, canonical + CALLING_CODE_MAX, length - CALLING_CODE_MAX, FORM_DIGITS);
}

/* The digits that were typed, as they would be hashed: "01012345678". */
static void add_hashes_of_digits(struct making *making, const uint8_t *text, size_t length,
                                 const uint8_t *canonical, size_t canonical_length)
{
    uint8_t digits[ELIG_TEXT_MAX];
    size_t count = 0;
    for (size_t i = 0; i < length && count < sizeof digits; i++)
        if (text[i] >= '0' && text[i] <= '9')
            digits[count++] = text[i];
    if (count > 0 && differ(digits, count, text, length) && differ(digits, count, canonical, canonical_length))
        add_hashes(making, digits, count);
    sodium_memzero(digits, count);
}

/* One part of an identifier, or an identifier of one part. canonical may be NULL. */
static void add_part(struct making *making, const struct elig_part *part, struct elig_text text,
                     const uint8_t *canonical, size_t length, int is_whole)
{
    const uint8_t *bytes = (const uint8_t *)text.bytes;
    if (text.length == 0)
        return;
    add_text(making, bytes, text.length, is_whole ? FORM_TEXT : FORM_PART);
    add_hashes(making, bytes, text.length);
    if (canonical == NULL)
        return;
    if (differ(bytes, text.length, canonical, length)) {
        add_text(making, canonical, length, is_whole ? FORM_CANONICAL : FORM_PART);
        add_hashes(making, canonical, length);
    }
    if (part->type == ELIG_TYPE_EMAIL) {
        add_halves(making, canonical, length);
        if (differ(bytes, text.length, canonical, length))
            add_halves(making, bytes, text.length);
    }
    if (part->type == ELIG_TYPE_PHONE) {
        add_digits(making, canonical, length);
        add_hashes_of_digits(making, bytes, text.length, canonical, length);
    }
}

/* A composite's canonical form has each part's form after its length. */
static void add_parts(struct making *making, const struct elig_kind *kind, const struct elig_text *typed,
                      const uint8_t *canonical)
{
    for (unsigned i = 0; i < kind->part_count; i++) {
        const uint8_t *form = NULL;
        size_t length = 0;
        if (canonical != NULL) {
            length = bytes_get_le16(canonical);
            form = canonical + CANON_LENGTH_BYTES;
            canonical = form + length;
        }
        add_part(making, &kind->parts[i], typed[i], form, length, 0);
    }
}

unsigned encodings_add(struct encodings *forms, struct patterns *patterns, const struct elig_kind *kind,
                       const struct elig_text *typed, const uint8_t *canonical, size_t length, uint64_t where)
{
    struct making making = {.forms = forms, .patterns = patterns, .where = where};
    if (kind->part_count == 1) {
        add_part(&making, &kind->parts[0], typed[0], canonical, length, 1);
    } else {
        add_parts(&making, kind, typed, canonical);
        if (canonical != NULL) {
            add(&making, canonical, length, FORM_CANONICAL);
            add_hashes(&making, canonical, length);
        }
    }
    return making.too_short;
}
