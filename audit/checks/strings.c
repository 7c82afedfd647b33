/* SPDX-License-Identifier: Apache-2.0 */
/* readable.c - text where none should be, and keys. */
#include "audit/checks/strings.h"

#include <inttypes.h>
#include <math.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "audit/checks/statistics.h"
#include "audit/context.h"
#include "audit/search/decoders.h"
#include "lib/elig/digest/digest.h"
#include "lib/elig/parallel.h"

static const char *const texts[READABLE_COUNT] = {
#define STRINGS_TEXT(name, text) text,
    STRINGS_SHAPES(STRINGS_TEXT)
#undef STRINGS_TEXT
};

const char *strings_text(enum strings_shape shape)
{
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

/* The probability of a random byte to be one. */
static double share(unsigned class)
{
    unsigned count = 0;
    for (unsigned i = 0; i < 256; i++)
        count += (classes[i] & class) != 0;
    return count / 256.0;
}

/* ---- Runs ---- */

static void note(struct strings *readable, enum strings_shape shape, uint64_t length, uint64_t at)
{
    if (length <= readable->shapes[shape].longest)
        return;
    readable->shapes[shape].longest = length;
    readable->shapes[shape].at = at;
}

/* Runs of one class of bytes. Only one that is longer than the longest so far matters, so of each place it is
 * the byte that would make it longer which is looked at first. */
static void scan_class(struct strings *readable, enum strings_shape shape, unsigned class, const uint8_t *bytes,
                       uint64_t length, uint64_t at)
{
    uint64_t start = 0;
    while (start + readable->shapes[shape].longest < length) {
        uint64_t last = start + readable->shapes[shape].longest;
        while (last > start && (classes[bytes[last]] & class) != 0)
            last--;
        if ((classes[bytes[last]] & class) == 0) {
            start = last + 1;
            continue;
        }
        uint64_t end = start + readable->shapes[shape].longest + 1;
        while (end < length && (classes[bytes[end]] & class) != 0)
            end++;
        note(readable, shape, end - start, at + start);
        start = end + 1;
    }
}

/* Addresses: what is around an @, if there is a dot on the right. */
static void scan_addresses(struct strings *readable, const uint8_t *bytes, uint64_t length, uint64_t at)
{
    const uint8_t *found = bytes, *end = bytes + length;
    while ((found = memchr(found, '@', (size_t)(end - found))) != NULL) {
        const uint8_t *left = found, *right = found + 1;
        int has_dot = 0;
        while (left > bytes && (classes[left[-1]] & ADDRESS) != 0)
            left--;
        while (right < end && (classes[*right] & ADDRESS) != 0)
            has_dot |= *right++ == '.';
        if (left < found && has_dot)
            note(readable, READABLE_EMAIL, (uint64_t)(right - left), at + (uint64_t)(left - bytes));
        found++;
    }
}

typedef int is_character(const uint8_t *bytes);

static int is_utf16(const uint8_t *bytes)
{
    return bytes[1] == 0 && (classes[bytes[0]] & PRINTABLE) != 0;
}

static int is_hangul(const uint8_t *bytes)
{
    uint32_t code = (bytes[0] & 0xfu) << 12 | (bytes[1] & 0x3fu) << 6 | (bytes[2] & 0x3fu);
    return bytes[0] >> 4 == 0xe && bytes[1] >> 6 == 2 && bytes[2] >> 6 == 2 && code >= 0xac00 && code <= 0xd7a3;
}

static int is_hangul_legacy(const uint8_t *bytes)
{
    return bytes[0] >= 0xb0 && bytes[0] <= 0xc8 && bytes[1] >= 0xa1 && bytes[1] != 0xff;
}

/* Runs of characters of several bytes each. */
static void scan_wide(struct strings *readable, enum strings_shape shape, is_character *is, unsigned width,
                      const uint8_t *bytes, uint64_t length, uint64_t at)
{
    for (uint64_t start = 0; start + width <= length; start++) {
        uint64_t end = start, count = 0;
        while (end + width <= length && is(bytes + end)) {
            end += width;
            count++;
        }
        note(readable, shape, count, at + start);
        start = count > 1 ? end - width : start; /* another phase may begin in the last one */
    }
}

void strings_scan(struct strings *readable, const uint8_t *bytes, uint64_t length, uint64_t at)
{
    make_classes();
    readable->bytes += length;
    scan_class(readable, READABLE_PRINTABLE, PRINTABLE, bytes, length, at);
    scan_class(readable, READABLE_DIGITS, DIGIT, bytes, length, at);
    scan_class(readable, READABLE_HEX, LOWER_HEX, bytes, length, at);
    scan_class(readable, READABLE_HEX, UPPER_HEX, bytes, length, at);
    scan_class(readable, READABLE_BASE64, BASE64, bytes, length, at);
    scan_addresses(readable, bytes, length, at);
    scan_wide(readable, READABLE_UTF16, is_utf16, 2, bytes, length, at);
    scan_wide(readable, READABLE_HANGUL, is_hangul, 3, bytes, length, at);
    scan_wide(readable, READABLE_HANGUL_LEGACY, is_hangul_legacy, 2, bytes, length, at);
}

/* Of N random bytes about N (1 - s) s^L begin a run of at least L, s the share of the class; of characters of
 * several bytes with zeros or lead bytes the same holds with the share of a character. */
void strings_finish(struct strings *readable)
{
    const double shares[READABLE_COUNT] = {
        [READABLE_PRINTABLE] = share(PRINTABLE),  [READABLE_DIGITS] = share(DIGIT),
        [READABLE_EMAIL] = share(ADDRESS),        [READABLE_HEX] = share(LOWER_HEX),
        [READABLE_BASE64] = share(BASE64),        [READABLE_UTF16] = share(PRINTABLE) / 256,
        [READABLE_HANGUL] = 11172 / ldexp(1, 24), [READABLE_HANGUL_LEGACY] = 25 * 94 / ldexp(1, 16),
    };
    for (unsigned i = 0; i < READABLE_COUNT; i++) {
        double longest = (double)readable->shapes[i].longest, s = shares[i];
        double expected = (double)readable->bytes * (1 - s) * pow(s, longest);
        if (i == READABLE_EMAIL) /* one of its bytes is an @, at any of its places; one is a dot */
            expected = (double)readable->bytes * pow(s, longest - 2) * longest * longest / (256.0 * 256.0);
        if (i == READABLE_HEX) /* of either case */
            expected *= 2;
        readable->shapes[i].expected = longest == 0 ? (double)readable->bytes : expected;
    }
}

/* ---- The check ---- */

/* The pages before the leaves have public text, which is left out of what is looked at. */
static uint8_t *opaque_copy(const struct target *target, uint64_t length)
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

static void add_shapes(struct audit_context *run, const struct strings *readable)
{
    struct table *table =
        report_table(run->report, CHAPTER_PLAINTEXT, "runs", "The longest runs that could be text",
                     "Public text is left out. Expected: runs as long or longer in as many random "
                     "bytes; far below 1 means that chance did not make it.");
    char place[TARGET_PLACE];
    table_column(table, "shape", "Shape", 0);
    table_column(table, "longest", "Longest run", 1);
    table_column(table, "expected", "Expected", 1);
    table_column(table, "place", "Where", 0);
    for (unsigned i = 0; i < READABLE_COUNT; i++) {
        table_text(table, "%s", strings_text((enum strings_shape)i));
        table_number(table, (double)readable->shapes[i].longest, "%" PRIu64, readable->shapes[i].longest);
        table_number(table, readable->shapes[i].expected, "%.2g", readable->shapes[i].expected);
        table_text(table, "%s",
                   readable->shapes[i].longest == 0 ? "nowhere"
                                                    : target_place(run->target, readable->shapes[i].at, place));
    }
}

static void check_runs(struct audit_context *run, const struct strings *readable)
{
    enum strings_shape worst = READABLE_PRINTABLE;
    char place[TARGET_PLACE];
    for (unsigned i = 0; i < READABLE_COUNT; i++)
        if (readable->shapes[i].expected < readable->shapes[worst].expected)
            worst = (enum strings_shape)i;
    double p = READABLE_COUNT * -expm1(-readable->shapes[worst].expected);
    p = p < 1 ? p : 1;
    struct finding *finding = report_find(run->report, CHECK_READABLE,
                                          p < STATISTICS_FAULT     ? OUTCOME_FAIL
                                          : p < STATISTICS_NOTABLE ? OUTCOME_WARN
                                                                   : OUTCOME_PASS,
                                          "least likely of %d shapes: a run of %" PRIu64
                                          " characters of %s; chance makes %.2g so long (p = %.2g)",
                                          READABLE_COUNT, readable->shapes[worst].longest, strings_text(worst),
                                          readable->shapes[worst].expected, p);
    finding_number(finding, "p", p);
    finding_number(finding, "bytes", (double)readable->bytes);
    if (p < STATISTICS_NOTABLE)
        finding_detail(finding, "it begins at byte %" PRIu64 ", %s", readable->shapes[worst].at,
                       target_place(run->target, readable->shapes[worst].at, place));
    finding_method(
        finding, "The longest run of each shape in all bytes that are not public text, against its probability "
                 "in random bytes. What is shorter than chance makes it is for --against to find.");
}

/* ---- Keys among the bytes ---- */

/* A scalar multiplication takes so much longer than a hash that of a blind index not all of a large file is
 * tried.
 */
#define BLIND_WINDOWS_MAX 65536
#define WINDOWS_AT_ONCE 4096

struct trial {
    struct audit_context *run;
    const uint8_t *bytes;
    uint64_t windows;
    int is_shown; /* by the progress */
    _Atomic uint64_t found, tried;
};

static int is_key(const struct profile *given, const uint8_t *window)
{
    struct profile profile = *given;
    uint8_t check[ELIG_KEY_CHECK_BYTES];
    switch (profile.id) {
    case ELIG_PROFILE_KEYED:
        digest_key_check(window, profile.salt, check);
        return memcmp(check, profile.key_check, sizeof check) == 0;
    case ELIG_PROFILE_OFFLINE:
        digest_seed_check(window, profile.salt, check);
        return memcmp(check, profile.key_check, sizeof check) == 0;
    case ELIG_PROFILE_BLIND:
        return profile_set_key(&profile, window) &&
               memcmp(profile.blind_key, given->blind_key, sizeof profile.blind_key) == 0;
    }
    return 0;
}

static int try_windows(void *context, unsigned worker, uint64_t piece)
{
    struct trial *trial = context;
    uint64_t from = piece * WINDOWS_AT_ONCE;
    uint64_t to = from + WINDOWS_AT_ONCE < trial->windows ? from + WINDOWS_AT_ONCE : trial->windows;
    (void)worker;
    for (uint64_t i = from; i < to; i++)
        if (is_key(&trial->run->target->header.profile, trial->bytes + i))
            atomic_fetch_add(&trial->found, 1);
    atomic_fetch_add(&trial->tried, to - from);
    if (trial->is_shown)
        progress_add(trial->run->progress, to - from);
    return 0;
}

/* Tries what a run of digits decodes to. */
static int try_view(void *context, enum decoder view, const uint8_t *bytes, size_t length, uint64_t offset,
                    int is_reversed)
{
    struct trial *trial = context, part = {.run = trial->run, .bytes = bytes};
    (void)view, (void)offset, (void)is_reversed;
    part.windows = length < ELIG_SECRET_BYTES ? 0 : length - ELIG_SECRET_BYTES + 1;
    for (uint64_t piece = 0; piece * WINDOWS_AT_ONCE < part.windows; piece++)
        (void)try_windows(&part, 0, piece);
    trial->found += part.found;
    trial->tried += part.tried;
    return 1;
}

/* Whoever commits a secret to a file cannot be found by its holder alone: every 32 bytes are tried as the key.
 */
static int check_keys(struct audit_context *run)
{
    const struct target *target = run->target;
    const struct profile *profile = &target->header.profile;
    struct trial trial = {.run = run, .bytes = target->bytes, .is_shown = 1};
    if (!target->has_header || run->audit->secret != NULL ||
        (profile->id == ELIG_PROFILE_OFFLINE && profile->work_bits == 0))
        return EXIT_DONE;
    uint64_t all = target->length - ELIG_SECRET_BYTES + 1;
    trial.windows = profile->id == ELIG_PROFILE_BLIND && all > BLIND_WINDOWS_MAX ? BLIND_WINDOWS_MAX : all;
    progress_begin(run->progress, RUN_KEYS, trial.windows, "MB", 1000000);
    (void)parallel_run(run->audit->threads, (trial.windows + WINDOWS_AT_ONCE - 1) / WINDOWS_AT_ONCE,
                       try_windows, &trial);
    if (!decoders_find(target->bytes, target->length, try_view, &trial)) {
        message("audit: %s", elig_error_text(ELIG_E_MEMORY));
        return EXIT_CANNOT;
    }
    int has_name =
        memmem(target->bytes, (size_t)target->length, "elig-secret-1", strlen("elig-secret-1")) != NULL;
    struct finding *finding = report_find(
        run->report, CHECK_SECRET, trial.found > 0 || has_name ? OUTCOME_FAIL : OUTCOME_PASS,
        trial.found > 0 ? "it is in the file: %" PRIu64 " of %" PRIu64 " places tried are this file's secret"
        : has_name      ? "the mark of a secret's file is in it (%" PRIu64 " of %" PRIu64
                     " places tried are its secret)"
                   : "%" PRIu64 " of %" PRIu64 " places tried are this file's secret",
        (uint64_t)trial.found, (uint64_t)trial.tried);
    finding_number(finding, "tried", (double)trial.tried);
    finding_method(
        finding,
        "Every %d bytes of %s, and of what runs of hexadecimal and base64 digits in it mean, are tried "
        "as the key, by the header's key check.",
        ELIG_SECRET_BYTES, trial.windows == all ? "the file" : "the file's first 64 KiB");
    return EXIT_DONE;
}

int strings_check(struct audit_context *run)
{
    const struct target *target = run->target;
    struct strings readable = {0};
    uint64_t before =
        target->has_header ? target->header.tree.first_page[0] * ELIG_PAGE_BYTES : ELIG_PAGE_BYTES;
    before = before < target->length ? before : target->length;
    uint8_t *copy = opaque_copy(target, before);
    if (copy == NULL) {
        message("audit: %s", elig_error_text(ELIG_E_MEMORY));
        return EXIT_CANNOT;
    }
    progress_begin(run->progress, RUN_READABLE, 0, "MB", 1000000);
    strings_scan(&readable, copy, before, 0);
    strings_scan(&readable, target->bytes + before, target->length - before, before);
    strings_finish(&readable);
    free(copy);
    check_runs(run, &readable);
    add_shapes(run, &readable);
    return check_keys(run);
}
