/* SPDX-License-Identifier: Apache-2.0 */
/* fpr_test.c - looks up random digests and compares the share that is found with the stated rate. */
#include "audit/checks/fpr_test.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <sodium.h>
#include <stdlib.h>

#include "audit/context/context.h"
#include "lib/elig/index/probe.h"
#include "lib/util/clock.h"

/* ---- Intervals ---- */

/*
 * The ends of Clopper and Pearson's interval are quantiles of beta distributions: the probabilities under which
 * found or more, or found or fewer, are seen with probability alpha / 2. They are found by bisection of the
 * distribution function; gsl_cdf_beta_Pinv() fails to converge where asked is in the millions.
 */
#define HALVINGS 200
#define CLOSE_ENOUGH 1e-12

static double bisect(bool is_high, uint64_t found, uint64_t asked, double tail)
{
    double low = 0, high = 1, x = (double)found, n = (double)asked;
    for (unsigned i = 0; i < HALVINGS && high - low > high * CLOSE_ENOUGH; i++) {
        double middle = (low + high) / 2;
        bool is_below =
            is_high ? gsl_cdf_beta_Q(middle, x + 1, n - x) > tail : gsl_cdf_beta_P(middle, x, n - x + 1) < tail;
        *(is_below ? &low : &high) = middle;
    }
    return (low + high) / 2;
}

double fpr_test_low(uint64_t found, uint64_t asked, double alpha)
{
    return found == 0 ? 0 : bisect(false, found, asked, alpha / 2);
}

double fpr_test_high(uint64_t found, uint64_t asked, double alpha)
{
    return found == asked ? 1 : bisect(true, found, asked, alpha / 2);
}

/* ---- Measuring ---- */

#define AT_ONCE 4096
#define PARTIAL_BITS 16

struct sample_batch {
    uint8_t digests[AT_ONCE][ELIG_DIGEST_BYTES];
    struct elig_answer answers[AT_ONCE];
};

/* The fingerprint of a digest's slot agrees with it in the bits of mask. The leaf has been checked, since the
 * digest was looked up before. */
static bool agrees(const struct elig *index, const uint8_t *digest, uint64_t mask)
{
    struct probe_slot slot = probe_find_slot(index, digest);
    if (slot.page == NULL)
        return false;
    uint64_t fingerprint = leaf_get_bits(slot.page, slot.at, index->reader.fingerprint_bits);
    return ((fingerprint ^ bytes_get_le64(digest + ELIG_DIGEST_AT_FINGERPRINT)) & mask) == 0;
}

static int test_batch(const struct elig *index, struct sample_batch *batch, const uint8_t *key, uint64_t number,
                      struct fpr_test_sample *sample)
{
    uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];
    uint64_t mask = (UINT64_C(1) << sample->bits) - 1;
    bytes_put_le64(nonce, number);
    crypto_stream_chacha20(batch->digests[0], sizeof batch->digests, nonce, key);
    int error = elig_find(index, (const uint8_t(*)[ELIG_DIGEST_BYTES])batch->digests, AT_ONCE, batch->answers);
    if (error != 0)
        return error;
    for (size_t i = 0; i < AT_ONCE; i++) {
        sample->found += batch->answers[i].verdict == ELIG_ELIGIBLE;
        if (sample->bits > 0)
            sample->agreed += (unsigned)agrees(index, batch->digests[i], mask);
    }
    sample->asked += AT_ONCE;
    return 0;
}

int fpr_test_measure(const struct elig *index, double seconds, struct progress *progress,
                     struct fpr_test_sample *sample)
{
    uint8_t key[crypto_stream_chacha20_KEYBYTES];
    unsigned f = index->header.leaf.fingerprint_bits;
    struct sample_batch *batch = malloc(sizeof *batch);
    double begun = clock_read(CLOCK_MONOTONIC);
    int error = batch != NULL ? 0 : ELIG_E_MEMORY;
    *sample = (struct fpr_test_sample){.bits = f < PARTIAL_BITS ? f : PARTIAL_BITS};
    randombytes_buf(key, sizeof key);
    if (index->header.identifiers == 0)
        sample->bits = 0; /* there are no slots */
    for (uint64_t number = 0; error == 0; number++) {
        error = test_batch(index, batch, key, number, sample);
        progress_add(progress, AT_ONCE);
        if (clock_read(CLOCK_MONOTONIC) - begun >= seconds || sample->asked >= FPR_TEST_SAMPLE_MAX)
            break;
    }
    sample->seconds = clock_read(CLOCK_MONOTONIC) - begun;
    free(batch);
    return error;
}

/* The share of all digests that have a slot: those not below the separator of the first leaf. */
static double share_with_slot(const struct header *header)
{
    struct tree_key first = tree_key_of(header->root);
    return header->identifiers > 0 ? 1 - ldexp((double)first.high, -64) - ldexp(first.low, -80) : 0;
}

double fpr_test_expected(const struct elig *index)
{
    const struct header *header = &index->header;
    double codes = ldexp(header->label_count + 1.0, -(int)header->leaf.payload_bits);
    return ldexp(share_with_slot(header) * codes, -(int)header->leaf.fingerprint_bits);
}

/* ---- Reporting ---- */

#define SECONDS 0.2
#define ALPHA_SHOWN 0.05
#define ALPHA_DECISION 1e-9

/* A probability is outside the interval of what was seen; by chance that happens with probability
 * ALPHA_DECISION. */
static bool contradicts(double share, uint64_t found, uint64_t asked)
{
    return share < fpr_test_low(found, asked, ALPHA_DECISION) ||
           share > fpr_test_high(found, asked, ALPHA_DECISION);
}

static void report_share(struct finding *finding, const char *what, double expected, uint64_t found,
                         uint64_t asked)
{
    finding_detail(finding,
                   "%s: %llu of %llu; expected %.6g (2^%.2f); measured %.6g, 95%% interval %.6g to %.6g", what,
                   (unsigned long long)found, (unsigned long long)asked, expected, log2(expected),
                   (double)found / (double)asked, fpr_test_low(found, asked, ALPHA_SHOWN),
                   fpr_test_high(found, asked, ALPHA_SHOWN));
}

static void report_fpr(struct audit_context *context, const struct elig *index,
                       const struct fpr_test_sample *sample)
{
    const struct header *header = &index->header;
    unsigned f = header->leaf.fingerprint_bits;
    double expected = fpr_test_expected(index);
    double partial = ldexp(share_with_slot(header), -(int)sample->bits);
    bool is_wrong = contradicts(expected, sample->found, sample->asked) ||
                    (sample->bits > 0 && contradicts(partial, sample->agreed, sample->asked));
    struct finding *finding = report_finding(
        context->report, CHECK_RATE, is_wrong ? OUTCOME_FAIL : OUTCOME_PASS,
        "2^-%u for each lookup of an unlisted identifier; of %llu random digests %llu were found%s",
        f - header->profile.work_bits, (unsigned long long)sample->asked, (unsigned long long)sample->found,
        is_wrong ? ", which is not chance" : "");
    finding_method(finding,
                   "Random digests were looked up in %.1f s as a reader does, which takes no secret, since "
                   "digests of unlisted identifiers are uniform. Intervals are Clopper and Pearson's; a share "
                   "outside that of 1 - 10^-9 is a FAIL. The lowest bits of fingerprints were also compared on "
                   "their own, since whole fingerprints agree too rarely to be seen.",
                   sample->seconds);
    FINDING_NUMBERS(finding, {"asked", (double)sample->asked}, {"found", (double)sample->found},
                    {"expected", expected}, {"low_95", fpr_test_low(sample->found, sample->asked, ALPHA_SHOWN)},
                    {"high_95", fpr_test_high(sample->found, sample->asked, ALPHA_SHOWN)},
                    {"partial_bits", sample->bits}, {"partial_agreed", (double)sample->agreed});
    if (header->identifiers == 0) {
        finding_detail(finding, "the index is empty: there can be no false positive");
        return;
    }
    report_share(finding, "found", expected, sample->found, sample->asked);
    report_share(finding, "lowest bits of the fingerprint agree", partial, sample->agreed, sample->asked);
    if (expected < 0.99 * ldexp(1, -(int)f))
        finding_detail(finding,
                       "less than 2^-%u, since digests below the first separator have no slot, and not every "
                       "payload is the code of a label",
                       f);
    unsigned work = header->profile.work_bits;
    if (work > 0)
        finding_detail(finding,
                       "a lookup makes %u digests and meets as many slots: 1 - (1 - 2^-%u)^%u = %.6g for each "
                       "unlisted identifier, at most 2^-%u",
                       1u << work, f, 1u << work, -expm1(ldexp(log1p(-ldexp(1, -(int)f)), (int)work)),
                       f - work);
}

int fpr_test_check(struct audit_context *context)
{
    const struct elig *index = context->target->index;
    struct fpr_test_sample sample;
    if (index == NULL)
        return 0;
    progress_begin(context->progress, AUDIT_PHASE_FPR, 0, "M digests", 1000000);
    int error = fpr_test_measure(index, SECONDS, context->progress, &sample);
    if (error == 0) {
        report_fpr(context, index, &sample);
        return 0;
    }
    message("look up random digests: on %s: %s", context->target->path, elig_text(error));
    return MESSAGE_E_PRINTED;
}
