/* SPDX-License-Identifier: Apache-2.0 */
/* header_checks.c - thirteen checks of the header and the label dictionary. */
#include "audit/checks/header_checks.h"

#include <inttypes.h>
#include <limits.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/checks/coverage.h"
#include "audit/context/context.h"
#include "audit/util/public_text.h"
#include "lib/elig/bytes.h"
#include "lib/elig/digest/digest.h"

/* RFC 9106, section 4, the second recommended option, for machines with little memory. */
#define ARGON2_MEMORY_RECOMMENDED (UINT64_C(64) << 20)
#define ARGON2_PASSES_RECOMMENDED 3

#define HEX_TEXT (2 * ELIG_HASH_BYTES + 1)

/* ---- Length, versions, hash, fields ---- */

static void check_length(struct audit_context *context)
{
    const struct target *target = context->target;
    uint64_t stated = bytes_get_le64(target->bytes + ELIG_AT_PAGES);
    bool is_right = stated <= UINT64_MAX / ELIG_PAGE_BYTES && stated * ELIG_PAGE_BYTES == target->length;
    struct finding *finding =
        report_finding(context->report, CHECK_LENGTH, is_right ? OUTCOME_PASS : OUTCOME_FAIL,
                       is_right ? "%" PRIu64 " bytes, %" PRIu64 " pages"
                                : "%" PRIu64 " bytes; the header says %" PRIu64 " pages",
                       target->length, stated);
    finding_method(finding, "The file's length, compared with the header's number of pages of %d bytes.",
                   ELIG_PAGE_BYTES);
    if (!is_right && stated <= target->length / ELIG_PAGE_BYTES)
        finding_detail(finding, "%" PRIu64 " bytes after the end: a reader refuses the file",
                       target->length - stated * ELIG_PAGE_BYTES);
    else if (!is_right)
        finding_detail(finding, "the file was cut short, or the header is another file's");
}

static void check_versions(struct audit_context *context)
{
    uint32_t rules = bytes_get_le32(context->target->bytes + ELIG_AT_RULES_VERSION);
    struct finding *finding = report_finding(
        context->report, CHECK_VERSIONS, rules == ELIG_RULES_VERSION ? OUTCOME_PASS : OUTCOME_FAIL,
        "format version %d, rules version %" PRIu32, ELIG_FORMAT_VERSION, rules);
    finding_method(
        finding,
        "Bytes 8 to 15. docs/FORMAT.md fixes both; it is enough to write a second, independent reader from.");
}

static void check_hash(struct audit_context *context)
{
    const uint8_t *page = context->target->bytes;
    uint8_t hash[ELIG_HASH_BYTES];
    char text[HEX_TEXT];
    digest_bytes(ELIG_DOMAIN_HEADER, NULL, page, ELIG_AT_HEADER_HASH, hash);
    bool is_right = memcmp(hash, page + ELIG_AT_HEADER_HASH, sizeof hash) == 0;
    struct finding *finding =
        report_finding(context->report, CHECK_HEADER_HASH, is_right ? OUTCOME_PASS : OUTCOME_FAIL,
                       is_right ? "hash %.16s..." : "the hash should be %.16s... and is another",
                       sodium_bin2hex(text, sizeof text, hash, sizeof hash));
    finding_method(finding, "BLAKE2b-256 of bytes 0 to 3999, compared with bytes 4000 to 4031.");
}

/* Which groups of fields are wrong, in a header that cannot be relied on. Each group is tested on its own. */
static void detail_fields(struct finding *finding, const uint8_t *page)
{
    struct profile profile;
    struct elig_kind kinds[ELIG_KINDS_MAX];
    struct tree_shape tree;
    unsigned kind_count;
    uint64_t n = bytes_get_le64(page + ELIG_AT_IDENTIFIERS), leaves = bytes_get_le64(page + ELIG_AT_LEAVES);
    uint64_t before = bytes_get_le64(page + ELIG_AT_NOT_BEFORE),
             after = bytes_get_le64(page + ELIG_AT_NOT_AFTER);
    uint32_t labels = bytes_get_le32(page + ELIG_AT_LABELS);
    struct leaf_shape leaf = {bytes_get_le32(page + ELIG_AT_SLOTS), bytes_get_le32(page + ELIG_AT_BUCKETS),
                              page[ELIG_AT_FINGERPRINT], page[ELIG_AT_PAYLOAD]};
    const struct {
        bool is_wrong;
        const char *what;
    } groups[] = {
        {profile_read(&profile, page) != 0, "profile, its parameters, key check or public key"},
        {bytes_get_le64(page + ELIG_AT_SERIAL) > INT64_MAX || before > INT64_MAX || after > INT64_MAX ||
             (after != 0 && after < before),
         "serial or window"},
        {n > ELIG_IDENTIFIERS_MAX, "number of identifiers"},
        {!leaf_shape_is_valid(&leaf) || page[ELIG_AT_PILOT] != ELIG_PILOT_BITS,
         "slots, buckets or widths of a leaf"},
        {leaf.slots == 0 || leaves != header_leaves(n, leaf.slots) || tree_shape_make(&tree, 1, leaves) != 0 ||
             tree.levels != page[ELIG_AT_LEVELS],
         "leaf pages or levels, beside the identifiers"},
        {labels > ELIG_LABELS_MAX || page[ELIG_AT_PAYLOAD] != header_label_bits(labels), "number of labels"},
        {header_kinds_read(kinds, &kind_count, n, page) != 0, "kinds, or how many identifiers they add up to"},
    };
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        if (groups[i].is_wrong)
            finding_detail(finding, "wrong, or at odds with the rest: %s", groups[i].what);
    finding_detail(finding, "left out for this reason: sections, tree, pilots, capacity, uniformity, prices, "
                            "members and rebuilding; the bytes are searched all the same");
}

static void check_fields(struct audit_context *context)
{
    const struct target *target = context->target;
    struct finding *finding =
        report_finding(context->report, CHECK_FIELDS, target->has_header ? OUTCOME_PASS : OUTCOME_FAIL,
                       target->has_header ? "%zu fields, each in its range and in keeping with the others"
                                          : "of %zu fields some are out of their range or at odds with others",
                       target_field_count);
    finding_method(finding, "The checks of every reader (docs/FORMAT.md, section 2), with what other checks "
                            "name (unused bytes, hash, signature, Argon2id's costs) left out.");
    if (!target->has_header)
        detail_fields(finding, target->bytes);
}

/* ---- The signature ---- */

static void check_signature(struct audit_context *context)
{
    const struct target *target = context->target;
    const uint8_t *signer = target->bytes + ELIG_AT_SIGNER, *wanted = context->config->signer;
    char text[HEX_TEXT];
    struct header ignored;
    struct finding *finding;
    bool is_signed = !sodium_is_zero(signer, ELIG_SIGNER_BYTES);
    /* If --signer demands a signer, header_read() checks the signature before all other fields. */
    int error = header_read(&ignored, target->bytes, wanted != NULL ? wanted : signer);
    if (!is_signed && wanted == NULL && sodium_is_zero(target->bytes + ELIG_AT_SIGNATURE, ELIG_SIGNATURE_BYTES))
        finding = report_finding(
            context->report, CHECK_SIGNATURE, OUTCOME_WARN,
            "no one: it is not signed, so that anyone who can replace the file can change what it says");
    else if (error == ELIG_E_UNSIGNED || error == ELIG_E_SIGNER || error == ELIG_E_SIGNATURE)
        finding = report_finding(context->report, CHECK_SIGNATURE, OUTCOME_FAIL, "%s", elig_text(error));
    else
        finding = report_finding(context->report, CHECK_SIGNATURE, OUTCOME_PASS, "%s %s",
                                 wanted != NULL ? "the signer you named:" : "the holder of the key",
                                 sodium_bin2hex(text, sizeof text, signer, ELIG_SIGNER_BYTES));
    finding_method(finding,
                   "Ed25519 over bytes 0 to 4031, and through the hashes in them over every byte of the file.");
    if (is_signed && wanted == NULL)
        finding_detail(finding, "compare this key with the one its publisher states, or give it with --signer");
}

/* ---- Unused bytes ---- */

/* Counts bytes from .. to - 1 that are not zero and not in the mask. finding, if not NULL, gets the offset at
 * which each run of them begins. */
static uint64_t count_nonzero(struct audit_context *context, struct finding *finding, uint64_t from,
                              uint64_t to, const uint8_t *mask)
{
    const uint8_t *bytes = context->target->bytes;
    char location[TARGET_LOCATION];
    uint64_t count = 0;
    bool was_zero = true;
    for (uint64_t i = from; i < to; i++) {
        bool is_nonzero = bytes[i] != 0 && (mask == NULL || !mask[i]);
        if (is_nonzero && was_zero && finding != NULL)
            finding_detail(finding, "bytes from %" PRIu64 " on (%s)", i,
                           target_location(context->target, i, location));
        was_zero = !is_nonzero;
        count += (uint64_t)is_nonzero;
    }
    return count;
}

/* All unused bytes of the header and of the dictionary's last page; page_checks_run() checks those of the other
 * pages. finding may be NULL. */
static uint64_t count_unused(struct audit_context *context, struct finding *finding)
{
    const struct target *target = context->target;
    uint8_t mask[ELIG_PAGE_BYTES];
    target_header_mask(target->bytes, mask);
    uint64_t count = count_nonzero(context, finding, 0, ELIG_PAGE_BYTES, mask);
    if (!target->has_header)
        return count;
    uint64_t used = ELIG_PAGE_BYTES + target->header.dictionary_bytes;
    uint64_t end = (1 + target->dictionary_pages) * ELIG_PAGE_BYTES;
    return count + count_nonzero(context, finding, used, end < target->length ? end : target->length, NULL);
}

static void check_reserved(struct audit_context *context)
{
    uint64_t count = count_unused(context, NULL);
    struct finding *finding;
    if (count == 0) {
        finding = report_finding(context->report, CHECK_RESERVED, OUTCOME_PASS, "all unused bytes are zero");
    } else {
        finding = report_finding(context->report, CHECK_RESERVED, OUTCOME_FAIL,
                                 "%" PRIu64 " unused bytes are not zero: data may be hidden there", count);
        (void)count_unused(context, finding);
    }
    finding_number(finding, "bytes", (double)count);
    finding_method(
        finding,
        "Every byte of the header that belongs to no field, those after the end of each text and table, and "
        "those of the dictionary's last page. Those of inner and leaf pages: see structure.tree.");
}

/* ---- The dictionary ---- */

static void check_dictionary(struct audit_context *context)
{
    const struct target *target = context->target;
    const struct header *header = &target->header;
    uint8_t hash[ELIG_HASH_BYTES];
    struct finding *finding;
    if (!target->has_header || header->label_count == 0)
        return;
    const uint8_t *last = target_page(target, target->dictionary_pages);
    if (last != NULL)
        digest_bytes(ELIG_DOMAIN_DICTIONARY, header->profile.salt, target->bytes + ELIG_PAGE_BYTES,
                     (size_t)target->dictionary_pages * ELIG_PAGE_BYTES, hash);
    bool is_whole = last != NULL && memcmp(hash, header->dictionary_hash, sizeof hash) == 0;
    bool is_read = target->dictionary.count == header->label_count;
    finding = report_finding(
        context->report, CHECK_DICTIONARY, is_whole && is_read ? OUTCOME_PASS : OUTCOME_FAIL,
        is_whole && is_read ? "%" PRIu32 " words in order, of %" PRIu64 " bytes"
        : is_whole          ? "%" PRIu32 " words in %" PRIu64 " bytes that are not as a builder writes them"
                            : "%" PRIu32 " words of %" PRIu64 " bytes were edited, or are not all there",
        header->label_count, header->dictionary_bytes);
    finding_method(finding, "BLAKE2b-256 of its pages, compared with the header's; then each word: its length, "
                            "its text, its order.");
}

/* ---- Argon2id, public key, secret ---- */

static void check_argon2(struct audit_context *context)
{
    const struct profile *profile = &context->target->header.profile;
    if (!context->target->has_header || profile->id != ELIG_PROFILE_OFFLINE)
        return;
    bool is_weak =
        profile->argon2_memory < ELIG_ARGON2_MEMORY_MIN || profile->argon2_passes < ELIG_ARGON2_PASSES_MIN;
    bool is_less = profile->argon2_memory < ARGON2_MEMORY_RECOMMENDED ||
                   profile->argon2_passes < ARGON2_PASSES_RECOMMENDED;
    bool is_refused = context->target->refusal == ELIG_E_COST;
    struct finding *finding =
        report_finding(context->report, CHECK_ARGON2,
                       is_weak || is_refused ? OUTCOME_FAIL
                       : is_less             ? OUTCOME_WARN
                                             : OUTCOME_PASS,
                       "%.0f MiB, %" PRIu32 " passes, 1 lane; 2^%" PRIu32 " of them for a lookup or a guess%s",
                       (double)profile->argon2_memory / (1 << 20), profile->argon2_passes, profile->work_bits,
                       is_weak      ? ": weaker than any builder allows"
                       : is_refused ? ": dearer than a reader allows"
                       : is_less    ? ": less than RFC 9106 recommends"
                                    : "");
    FINDING_NUMBERS(finding, {"memory_bytes", (double)profile->argon2_memory},
                    {"passes", profile->argon2_passes}, {"work_bits", profile->work_bits});
    finding_method(finding,
                   "Header, compared with the least a builder allows (%.0f MiB, %d passes) and RFC 9106, "
                   "section 4, second recommended option (64 MiB, 3 passes).",
                   (double)ELIG_ARGON2_MEMORY_MIN / (1 << 20), ELIG_ARGON2_PASSES_MIN);
}

static void check_blind_key(struct audit_context *context)
{
    const struct profile *profile = &context->target->header.profile;
    char text[HEX_TEXT];
    if (!context->target->has_header || profile->id != ELIG_PROFILE_BLIND)
        return;
    struct finding *finding =
        report_finding(context->report, CHECK_BLIND_KEY, OUTCOME_PASS, "ristretto255 element %s",
                       sodium_bin2hex(text, sizeof text, profile->blind_key, ELIG_ELEMENT_BYTES));
    finding_method(finding, "A canonical encoding (RFC 9496), not the identity: a proof under it shows that a "
                            "key service used this index's secret (RFC 9497, section 2.2).");
    finding_detail(finding, "compare it with the key its service publishes");
}

/* The given seed is the one that the tweaks of this file's work bits are derived from. */
static bool is_right_seed(const struct audit_context *context)
{
    const struct profile *profile = &context->target->header.profile;
    uint8_t check[ELIG_KEY_CHECK_BYTES];
    digest_seed_check(context->config->seed, profile->salt, check);
    return memcmp(check, profile->key_check, sizeof check) == 0;
}

static void check_key(struct audit_context *context)
{
    const struct target *target = context->target;
    const struct profile *profile = &target->header.profile;
    struct finding *finding;
    bool is_offline = profile->id == ELIG_PROFILE_OFFLINE;
    if (!target->has_header || (is_offline && context->config->seed == NULL && context->config->secret == NULL))
        return;
    if (is_offline && context->config->secret != NULL)
        finding = report_finding(context->report, CHECK_KEY, OUTCOME_WARN,
                                 "a secret was given, and this file has none");
    else if (is_offline)
        finding = report_finding(
            context->report, CHECK_KEY, is_right_seed(context) ? OUTCOME_PASS : OUTCOME_FAIL, "%s",
            is_right_seed(context) ? "the seed is this file's" : "the seed is not this file's");
    else if (context->config->secret == NULL)
        finding = report_finding(context->report, CHECK_KEY, OUTCOME_INFO,
                                 "none was given: what only its holder can check is left out");
    else if (target->refusal != 0)
        finding = report_finding(context->report, CHECK_KEY, OUTCOME_INFO,
                                 "not tried: a reader refuses this file whatever the secret");
    else
        finding =
            report_finding(context->report, CHECK_KEY, target->key_error == 0 ? OUTCOME_PASS : OUTCOME_FAIL,
                           "%s", target->key_error == 0 ? "it is" : elig_text(target->key_error));
    finding_method(finding, "The key check value or the public key that the secret or seed gives under this "
                            "salt, compared with the header's.");
}

/* ---- Labels ---- */

static void check_label_numbers(struct audit_context *context)
{
    const struct header *header = &context->target->header;
    uint64_t minimum = context->config->label_minimum;
    struct finding *finding;
    /* coverage_report() counts the holders of each label, where it can. */
    if (!context->target->has_header || header->label_count == 0 || coverage_is_counted(context))
        return;
    uint64_t least = (uint64_t)header->label_count * minimum;
    if (least > header->identifiers)
        finding = report_finding(context->report, CHECK_LABELS, OUTCOME_FAIL,
                                 "%" PRIu32 " labels over %" PRIu64
                                 " identifiers: some label has fewer than %" PRIu64 " holders",
                                 header->label_count, header->identifiers, minimum);
    else
        finding = report_finding(context->report, CHECK_LABELS, OUTCOME_INFO,
                                 "%" PRIu32 " labels over %" PRIu64 " identifiers: enough for %" PRIu64
                                 " holders each; who holds which only the list and the secret show",
                                 header->label_count, header->identifiers, minimum);
    finding_method(finding, "By counting: labels are masked, so without the list only their number says "
                            "anything. With --against and the secret, holders are counted.");
}

/* ---- Where it was made ---- */

/* 8 bytes read as a time between 2020 and 2040, in seconds or milliseconds. Finer units are not tried: random
 * bytes would match them too often. */
static bool is_time(uint64_t value)
{
    uint64_t from = UINT64_C(1577836800), to = UINT64_C(2208988800);
    for (uint64_t unit = 1; unit <= 1000; unit *= 1000)
        if (value >= from * unit && value < to * unit)
            return true;
    return false;
}

static unsigned count_times(const uint8_t *bytes, size_t length)
{
    unsigned times = 0;
    for (size_t i = 0; i + sizeof(uint64_t) <= length; i++)
        times += (unsigned)(is_time(bytes_get_le64(bytes + i)) || is_time(bytes_get_be64(bytes + i)));
    return times;
}

/* How many names of this machine, its user and its usual folders are in the pages before the leaves. */
static unsigned count_names(const struct audit_context *context, struct finding *finding)
{
    char host[HOST_NAME_MAX + 1] = "", folder[PATH_MAX] = "";
    const struct target *target = context->target;
    uint64_t length =
        target->has_header ? target->header.tree.first_page[0] * ELIG_PAGE_BYTES : ELIG_PAGE_BYTES;
    length = length < target->length ? length : target->length;
    (void)gethostname(host, sizeof host - 1);
    (void)!getcwd(folder, sizeof folder);
    const struct {
        const char *text, *what;
    } names[] = {{host, "this machine's name"},         {getenv("USER"), "your user name"},
                 {getenv("HOME"), "your home folder"},  {folder, "the present folder"},
                 {"/home/", "a home folder"},           {"/Users/", "a home folder"},
                 {"/var/", "a system's folder"},        {"/tmp/", "a temporary folder"},
                 {"C:\\", "a folder of another system"}};
    unsigned found = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        /* shorter names would be found by chance */
        if (names[i].text == NULL || strlen(names[i].text) < 5 ||
            memmem(target->bytes, (size_t)length, names[i].text, strlen(names[i].text)) == NULL)
            continue;
        if (finding != NULL)
            finding_detail(finding, "%s is in it", names[i].what);
        found++;
    }
    return found;
}

static void check_origin(struct audit_context *context)
{
    const uint8_t *page = context->target->bytes;
    unsigned times = count_times(page + ELIG_AT_SALT, ELIG_SALT_BYTES) +
                     count_times(page + ELIG_AT_KEY_CHECK, ELIG_KEY_CHECK_BYTES) +
                     count_times(page + ELIG_AT_BLIND_KEY, ELIG_ELEMENT_BYTES) +
                     count_times(page + ELIG_AT_SIGNER, ELIG_SIGNER_BYTES);
    unsigned names = count_names(context, NULL);
    struct finding *finding =
        names + times > 0
            ? report_finding(context->report, CHECK_ORIGIN, OUTCOME_WARN,
                             "%u names of machines, users or folders, %u times in salt or keys", names, times)
            : report_finding(context->report, CHECK_ORIGIN, OUTCOME_PASS,
                             "no name of a machine, user or folder, and no time, found");
    (void)count_names(context, finding);
    FINDING_NUMBERS(finding, {"times", times}, {"names", names});
    finding_method(
        finding, "The format has no field for host, user or path, and for times only serial and window, which "
                 "the publisher states. Salt and keys are looked at for times in seconds and milliseconds; all "
                 "pages before the leaves for names of this machine, its user and usual folders.");
}

/* ---- Public text ---- */

struct likenesses {
    unsigned labels, kinds, campaign;
};

/* Counts, and adds a detail for each if finding is not NULL. */
static struct likenesses count_likenesses(const struct target *target, struct finding *finding)
{
    struct likenesses found = {0};
    const char *like;
    for (uint32_t i = 0; i < target->dictionary.count; i++)
        if ((like = public_text_likeness(target->dictionary.words[i])) != NULL) {
            found.labels++;
            if (finding != NULL)
                finding_detail(finding, "label %" PRIu32 " looks like %s", i + 1, like);
        }
    for (unsigned i = 0; i < target->header.kind_count; i++)
        if ((like = public_text_likeness(target->header.kinds[i].name)) != NULL) {
            found.kinds++;
            if (finding != NULL)
                finding_detail(finding, "the name of kind %u looks like %s", i + 1, like);
        }
    if ((like = public_text_likeness(target->header.campaign)) != NULL) {
        found.campaign = 1;
        if (finding != NULL)
            finding_detail(finding, "the campaign has what looks like %s: is it meant to be public?", like);
    }
    return found;
}

static void check_public_text(struct audit_context *context)
{
    const struct target *target = context->target;
    if (!target->has_header)
        return;
    struct likenesses found = count_likenesses(target, NULL);
    struct finding *finding =
        report_finding(context->report, CHECK_WORDS,
                       found.labels + found.kinds > 0 ? OUTCOME_FAIL
                       : found.campaign > 0           ? OUTCOME_WARN
                                                      : OUTCOME_PASS,
                       "like personal data: %u of %" PRIu32 " labels, %u of %u names of kinds, %s",
                       found.labels, target->dictionary.count, found.kinds, target->header.kind_count,
                       found.campaign > 0 ? "words of the campaign" : "nothing of the campaign");
    (void)count_likenesses(target, finding);
    FINDING_NUMBERS(finding, {"labels", found.labels}, {"kinds", found.kinds});
    finding_method(
        finding,
        "Each word is tried as an e-mail address and as a phone number by the canonical forms that builders "
        "use; then all are looked at for %d digits in a row, or %d with separators, dates left out. A name "
        "that is a plain word only --against can find. The words are not repeated here.",
        PUBLIC_TEXT_DIGITS, PUBLIC_TEXT_DIGITS_APART);
}

int header_checks_run(struct audit_context *context)
{
    check_length(context);
    check_versions(context);
    check_hash(context);
    check_fields(context);
    check_signature(context);
    check_reserved(context);
    check_dictionary(context);
    check_argon2(context);
    check_blind_key(context);
    check_key(context);
    check_label_numbers(context);
    check_origin(context);
    check_public_text(context);
    return 0;
}
