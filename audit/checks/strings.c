/* SPDX-License-Identifier: Apache-2.0 */
/* strings.c - scans for text outside the public texts, and tries all bytes of the file as its secret. */
#include "audit/checks/strings.h"

#include <inttypes.h>
#include <math.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "audit/checks/page_checks.h"
#include "audit/context/context.h"
#include "audit/search/decoders.h"
#include "audit/util/statistics.h"
#include "lib/elig/digest/digest.h"
#include "lib/elig/parallel.h"

const char *strings_text(enum strings_shape shape)
{
    static const char *const texts[STRINGS_COUNT] = {STRINGS_SHAPES(X_TEXT)};
    return texts[shape];
}

/* ---- Characters ---- */

enum { PRINTABLE = 1, DIGIT = 2, LOWER_HEX = 4, UPPER_HEX = 8, BASE64 = 16, ADDRESS = 32 };

static uint8_t classes[256];

static void make_classes(void)
{
    for (unsigned i = 0; i < 256; i++) {
        int digit = i >= '0' && i <= '9', lower = i >= 'a' && i <= 'z', upper = i >= 'A' && i <= 'Z';
        unsigned is = (i >= 0x20 && i <= 0x7e ? PRINTABLE : 0) | (digit ? DIGIT : 0) |
                      (digit || (lower && i <= 'f') ? LOWER_HEX : 0) |
                      (digit || (upper && i <= 'F') ? UPPER_HEX : 0) |
                      (digit || lower || upper || i == '+' || i == '/' ? BASE64 : 0) |
                      (digit || lower || upper || i == '.' || i == '-' || i == '_' || i == '+' ? ADDRESS : 0);
        classes[i] = (uint8_t)is;
    }
}

/* The probability that a random byte is of a class. */
static double class_share(unsigned class)
{
    unsigned count = 0;
    for (unsigned i = 0; i < 256; i++)
        count += (classes[i] & class) != 0;
    return count / 256.0;
}

/* ---- Runs ---- */

static void keep_longest(struct strings *strings, enum strings_shape shape, uint64_t length, uint64_t at)
{
    if (length <= strings->shapes[shape].longest)
        return;
    strings->shapes[shape].longest = length;
    strings->shapes[shape].at = at;
}

/* Runs of one class of bytes. Only a run longer than the longest one so far matters. So from each start the
 * byte that would exceed that length is tested first, then backwards: a byte of another class skips all starts
 * before it. */
static void scan_class(struct strings *strings, enum strings_shape shape, unsigned class, const uint8_t *bytes,
                       uint64_t length, uint64_t at)
{
    uint64_t start = 0;
    while (start + strings->shapes[shape].longest < length) {
        uint64_t last = start + strings->shapes[shape].longest;
        while (last > start && (classes[bytes[last]] & class) != 0)
            last--;
        if ((classes[bytes[last]] & class) == 0) {
            start = last + 1;
            continue;
        }
        uint64_t end = start + strings->shapes[shape].longest + 1;
        while (end < length && (classes[bytes[end]] & class) != 0)
            end++;
        keep_longest(strings, shape, end - start, at + start);
        start = end + 1;
    }
}

/* Addresses: the characters around an @, if there is a dot on its right. */
static void scan_addresses(struct strings *strings, const uint8_t *bytes, uint64_t length, uint64_t at)
{
    const uint8_t *found = bytes, *end = bytes + length;
    while ((found = memchr(found, '@', (size_t)(end - found))) != NULL) {
        const uint8_t *left = found, *right = found + 1;
        bool has_dot = false;
        while (left > bytes && (classes[left[-1]] & ADDRESS) != 0)
            left--;
        while (right < end && (classes[*right] & ADDRESS) != 0)
            has_dot |= *right++ == '.';
        if (left < found && has_dot)
            keep_longest(strings, STRINGS_EMAIL, (uint64_t)(right - left), at + (uint64_t)(left - bytes));
        found++;
    }
}

typedef bool is_character(const uint8_t *bytes);

static bool is_utf16(const uint8_t *bytes)
{
    return bytes[1] == 0 && (classes[bytes[0]] & PRINTABLE) != 0;
}

static bool is_hangul(const uint8_t *bytes)
{
    uint32_t code = (bytes[0] & 0xfu) << 12 | (bytes[1] & 0x3fu) << 6 | (bytes[2] & 0x3fu);
    return bytes[0] >> 4 == 0xe && bytes[1] >> 6 == 2 && bytes[2] >> 6 == 2 && code >= 0xac00 && code <= 0xd7a3;
}

static bool is_hangul_legacy(const uint8_t *bytes)
{
    return bytes[0] >= 0xb0 && bytes[0] <= 0xc8 && bytes[1] >= 0xa1 && bytes[1] != 0xff;
}

/* Runs of characters of width bytes each. */
static void scan_wide(struct strings *strings, enum strings_shape shape, is_character *is, unsigned width,
                      const uint8_t *bytes, uint64_t length, uint64_t at)
{
    for (uint64_t start = 0; start + width <= length; start++) {
        uint64_t end = start, count = 0;
        while (end + width <= length && is(bytes + end)) {
            end += width;
            count++;
        }
        keep_longest(strings, shape, count, at + start);
        start = count > 1 ? end - width : start; /* a run of another phase may begin in the last character */
    }
}

void strings_scan(struct strings *strings, const uint8_t *bytes, uint64_t length, uint64_t at)
{
    make_classes();
    strings->bytes += length;
    scan_class(strings, STRINGS_PRINTABLE, PRINTABLE, bytes, length, at);
    scan_class(strings, STRINGS_DIGITS, DIGIT, bytes, length, at);
    scan_class(strings, STRINGS_HEX, LOWER_HEX, bytes, length, at);
    scan_class(strings, STRINGS_HEX, UPPER_HEX, bytes, length, at);
    scan_class(strings, STRINGS_BASE64, BASE64, bytes, length, at);
    scan_addresses(strings, bytes, length, at);
    scan_wide(strings, STRINGS_UTF16, is_utf16, 2, bytes, length, at);
    scan_wide(strings, STRINGS_HANGUL, is_hangul, 3, bytes, length, at);
    scan_wide(strings, STRINGS_HANGUL_LEGACY, is_hangul_legacy, 2, bytes, length, at);
}

/* Of N random bytes about N (1 - s) s^L begin a run of at least L, where s is the probability of the class. For
 * characters of several bytes the same holds with the probability of a character. */
void strings_finish(struct strings *strings)
{
    const double shares[STRINGS_COUNT] = {
        [STRINGS_PRINTABLE] = class_share(PRINTABLE), [STRINGS_DIGITS] = class_share(DIGIT),
        [STRINGS_EMAIL] = class_share(ADDRESS),       [STRINGS_HEX] = class_share(LOWER_HEX),
        [STRINGS_BASE64] = class_share(BASE64),       [STRINGS_UTF16] = class_share(PRINTABLE) / 256,
        [STRINGS_HANGUL] = 11172 / ldexp(1, 24),      [STRINGS_HANGUL_LEGACY] = 25 * 94 / ldexp(1, 16),
    };
    for (unsigned i = 0; i < STRINGS_COUNT; i++) {
        double longest = (double)strings->shapes[i].longest, s = shares[i];
        double expected = (double)strings->bytes * (1 - s) * pow(s, longest);
        if (i == STRINGS_EMAIL) /* one byte is an @, at any position; one is a dot */
            expected = (double)strings->bytes * pow(s, longest - 2) * longest * longest / (256.0 * 256.0);
        if (i == STRINGS_HEX) /* two cases were scanned */
            expected *= 2;
        strings->shapes[i].expected = longest == 0 ? (double)strings->bytes : expected;
    }
}

/* ---- The check ---- */

/* A copy of the pages before the leaves, with the public texts and the magic set to zero. NULL: no memory. */
static uint8_t *copy_without_public_text(const struct target *target, uint64_t length)
{
    uint8_t mask[ELIG_PAGE_BYTES], *copy = malloc((size_t)length);
    if (copy == NULL)
        return NULL;
    memcpy(copy, target->bytes, (size_t)length);
    target_public_mask(target->bytes, mask);
    for (size_t i = 0; i < ELIG_PAGE_BYTES; i++)
        copy[i] = mask[i] || i < ELIG_MAGIC_BYTES ? 0 : copy[i];
    uint64_t words = target->has_header ? target->header.dictionary_bytes : 0;
    if (words > 0)
        memset(copy + ELIG_PAGE_BYTES, 0,
               (size_t)(words < length - ELIG_PAGE_BYTES ? words : length - ELIG_PAGE_BYTES));
    return copy;
}

static void add_shapes(struct audit_context *context, const struct strings *strings)
{
    struct table *table =
        report_table(context->report, CHAPTER_PLAINTEXT, "runs", "The longest runs that could be text",
                     "Public text is left out. Expected: runs of that length or longer in random bytes of the "
                     "same number; far below 1 means that the run is not chance.");
    char location[TARGET_LOCATION];
    TABLE_COLUMNS(table, {"shape", "Shape", false}, {"longest", "Longest run", true},
                  {"expected", "Expected", true}, {"place", "Where", false});
    for (unsigned i = 0; i < STRINGS_COUNT; i++) {
        table_text(table, "%s", strings_text((enum strings_shape)i));
        table_number(table, (double)strings->shapes[i].longest, "%" PRIu64, strings->shapes[i].longest);
        table_number(table, strings->shapes[i].expected, "%.2g", strings->shapes[i].expected);
        table_text(table, "%s",
                   strings->shapes[i].longest == 0
                       ? "nowhere"
                       : target_location(context->target, strings->shapes[i].at, location));
    }
}

static void check_runs(struct audit_context *context, const struct strings *strings)
{
    enum strings_shape worst = STRINGS_PRINTABLE;
    char location[TARGET_LOCATION];
    for (unsigned i = 0; i < STRINGS_COUNT; i++)
        if (strings->shapes[i].expected < strings->shapes[worst].expected)
            worst = (enum strings_shape)i;
    double p = STRINGS_COUNT * -expm1(-strings->shapes[worst].expected);
    p = p < 1 ? p : 1;
    struct finding *finding = report_finding(
        context->report, CHECK_READABLE, page_checks_outcome(p),
        "least likely of %d shapes: a run of %" PRIu64
        " characters of %s; %.2g of that length are expected by chance (p = %.2g)",
        STRINGS_COUNT, strings->shapes[worst].longest, strings_text(worst), strings->shapes[worst].expected, p);
    FINDING_NUMBERS(finding, {"p", p}, {"bytes", (double)strings->bytes});
    if (p < STATISTICS_NOTABLE)
        finding_detail(finding, "it begins at byte %" PRIu64 ", %s", strings->shapes[worst].at,
                       target_location(context->target, strings->shapes[worst].at, location));
    finding_method(finding,
                   "The longest run of each shape in all bytes that are not public text, against its "
                   "probability in random bytes. Shorter text is not seen here; --against searches for it.");
}

/* ---- Keys among the bytes ---- */

/* In a blind index a trial is a scalar multiplication, which takes far longer than a hash, so that
 * not all of a large file is tried. */
#define BLIND_WINDOWS_MAX 65536
#define WINDOWS_AT_ONCE 4096

struct trial {
    struct audit_context *context;
    const uint8_t *bytes;
    uint64_t windows;
    bool is_shown; /* in the progress */
    _Atomic uint64_t found, tried;
};

static bool is_key(const struct profile *given, const uint8_t *window)
{
    struct profile profile = *given;
    uint8_t check[ELIG_KEY_CHECK_BYTES];
    if (profile.id == ELIG_PROFILE_BLIND)
        return profile_set_key(&profile, window) == 0 &&
               memcmp(profile.blind_key, given->blind_key, sizeof profile.blind_key) == 0;
    (profile.id == ELIG_PROFILE_KEYED ? digest_key_check : digest_seed_check)(window, profile.salt, check);
    return memcmp(check, profile.key_check, sizeof check) == 0;
}

static int try_windows(void *context, unsigned worker, uint64_t piece)
{
    struct trial *trial = context;
    uint64_t from = piece * WINDOWS_AT_ONCE;
    uint64_t to = from + WINDOWS_AT_ONCE < trial->windows ? from + WINDOWS_AT_ONCE : trial->windows;
    (void)worker;
    for (uint64_t i = from; i < to; i++)
        if (is_key(&trial->context->target->header.profile, trial->bytes + i))
            atomic_fetch_add(&trial->found, 1);
    atomic_fetch_add(&trial->tried, to - from);
    if (trial->is_shown)
        progress_add(trial->context->progress, to - from);
    return 0;
}

/* Tries the bytes that a run of digits decodes to. */
static int try_decoded(void *context, enum decoder decoder, const uint8_t *bytes, size_t length,
                       uint64_t offset, bool is_reversed)
{
    struct trial *trial = context, decoded = {.context = trial->context, .bytes = bytes};
    (void)decoder, (void)offset, (void)is_reversed;
    decoded.windows = length < ELIG_SECRET_BYTES ? 0 : length - ELIG_SECRET_BYTES + 1;
    for (uint64_t piece = 0; piece * WINDOWS_AT_ONCE < decoded.windows; piece++)
        (void)try_windows(&decoded, 0, piece);
    trial->found += decoded.found;
    trial->tried += decoded.tried;
    return 0;
}

/* The secret in the file would be found by anyone who tries. So without knowing it, every 32 bytes are tried as
 * the key. Where the auditor gave the secret, list_search_check() searches for it instead. */
static int check_keys(struct audit_context *context)
{
    const struct target *target = context->target;
    const struct profile *profile = &target->header.profile;
    struct trial trial = {.context = context, .bytes = target->bytes, .is_shown = true};
    if (!target->has_header || context->config->secret != NULL ||
        (profile->id == ELIG_PROFILE_OFFLINE && profile->work_bits == 0))
        return 0;
    uint64_t all = target->length - ELIG_SECRET_BYTES + 1;
    trial.windows = profile->id == ELIG_PROFILE_BLIND && all > BLIND_WINDOWS_MAX ? BLIND_WINDOWS_MAX : all;
    progress_begin(context->progress, AUDIT_PHASE_KEYS, trial.windows, "MB", 1000000);
    (void)parallel_run(context->config->threads, (trial.windows + WINDOWS_AT_ONCE - 1) / WINDOWS_AT_ONCE,
                       try_windows, &trial);
    int error = decoders_find(target->bytes, target->length, try_decoded, &trial);
    if (error != 0)
        return context_fail("audit", error);
    bool has_name =
        memmem(target->bytes, (size_t)target->length, "elig-secret-1", strlen("elig-secret-1")) != NULL;
    struct finding *finding = report_finding(
        context->report, CHECK_SECRET, trial.found > 0 || has_name ? OUTCOME_FAIL : OUTCOME_PASS,
        trial.found > 0 ? "it is in the file: %" PRIu64 " of %" PRIu64
                          " sequences of bytes tried are this file's secret"
        : has_name ? "the first words of a key file are in it (%" PRIu64 " of %" PRIu64
                     " sequences of bytes tried are its secret)"
                   : "%" PRIu64 " of %" PRIu64 " sequences of bytes tried are this file's secret",
        (uint64_t)trial.found, (uint64_t)trial.tried);
    finding_number(finding, "tried", (double)trial.tried);
    finding_method(finding,
                   "Every %d bytes of %s, and of the bytes that runs of hexadecimal and base64 digits in it "
                   "stand for, are tried as the key, by the header's key check.",
                   ELIG_SECRET_BYTES, trial.windows == all ? "the file" : "the file's first 64 KiB");
    return 0;
}

int strings_check(struct audit_context *context)
{
    const struct target *target = context->target;
    struct strings strings = {0};
    uint64_t before =
        target->has_header ? target->header.tree.first_page[0] * ELIG_PAGE_BYTES : ELIG_PAGE_BYTES;
    before = before < target->length ? before : target->length;
    uint8_t *copy = copy_without_public_text(target, before);
    if (copy == NULL)
        return context_fail("audit", ELIG_E_MEMORY);
    progress_begin(context->progress, AUDIT_PHASE_STRINGS, 0, "MB", 1000000);
    strings_scan(&strings, copy, before, 0);
    strings_scan(&strings, target->bytes + before, target->length - before, before);
    strings_finish(&strings);
    free(copy);
    check_runs(context, &strings);
    add_shapes(context, &strings);
    return check_keys(context);
}
