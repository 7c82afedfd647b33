/* SPDX-License-Identifier: Apache-2.0 */
/* cost.c - measures a digest, multiplies, and words the result. */
#include "lib/guess/cost.h"

#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "lib/guess/keyspace.h"
#include "lib/util/clock.h"

#define SAMPLE_SECONDS 0.02
#define SAMPLE_BATCH 64

/* Digests a fixed identifier under a fixed key for a while; the fastest round counts, since other programs on
 * the machine only make rounds longer. */
static double sample(const struct digester *digester)
{
    static const uint8_t identifier[] = "made-up@example.com";
    struct digest_input inputs[SAMPLE_BATCH];
    uint8_t digests[SAMPLE_BATCH][ELIG_DIGEST_BYTES];
    size_t batch = digester->profile.id == ELIG_PROFILE_OFFLINE ? 1 : SAMPLE_BATCH;
    double begun = clock_read(CLOCK_MONOTONIC), best = 0;
    for (size_t i = 0; i < batch; i++)
        inputs[i] = (struct digest_input){"kind", identifier, sizeof identifier - 1};
    for (double at = begun; at - begun < SAMPLE_SECONDS;) {
        double from = at;
        if (digester_run(digester, inputs, batch, digests) != 0)
            return 0;
        at = clock_read(CLOCK_MONOTONIC);
        best = best > 0 && best < at - from ? best : at - from;
    }
    return best / (double)batch;
}

double cost_digest_seconds(const struct profile *given)
{
    static const uint8_t zero_key[ELIG_SECRET_BYTES];
    struct profile profile = *given;
    struct digester *digester = sodium_malloc(sizeof *digester);
    double seconds = 0;
    if (digester != NULL && profile_set_key(&profile, zero_key) == 0 &&
        digester_make(digester, &profile, zero_key) == 0)
        seconds = sample(digester);
    sodium_free(digester);
    return seconds;
}

double cost_card_seconds(const struct profile *profile, double digests)
{
    double bytes = (double)profile->argon2_memory * fmax(3.0 * profile->argon2_passes - 1, 0);
    return digests * bytes / (COST_CARD_SHARE * COST_CARD_BANDWIDTH);
}

double cost_card_dollars(const struct profile *profile, double digests)
{
    return cost_card_seconds(profile, digests) * COST_CARD_DOLLARS_AN_HOUR / 3600;
}

struct cost cost_of_kind(const struct profile *profile, const struct elig_kind *kind, double digest_seconds)
{
    struct cost cost = {.candidates = keyspace_candidates(kind)};
    double digests = ldexp(cost.candidates, (int)profile->work_bits);
    cost.seconds = digests * digest_seconds;
    if (profile->id == ELIG_PROFILE_OFFLINE)
        cost.dollars = cost_card_dollars(profile, digests);
    return cost;
}

bool cost_is_cheap(const struct profile *profile, const struct cost *cost)
{
    return profile->id == ELIG_PROFILE_OFFLINE && cost->dollars < COST_CHEAP;
}

const char *cost_time_text(double seconds, char text[COST_TEXT])
{
    static const struct {
        double seconds;
        const char *name;
    } units[] = {{31557600, "years"}, {86400, "days"}, {3600, "h"}, {60, "min"}, {1, "s"},
                 {1e-3, "ms"},        {1e-6, "us"}};
    size_t i = 0;
    if (!(seconds > 0))
        return strcpy(text, "a time not measured");
    while (i + 1 < sizeof units / sizeof *units && seconds < 2 * units[i].seconds)
        i++;
    double number = seconds / units[i].seconds;
    snprintf(text, COST_TEXT, number < 1e6 ? "%.0f %s" : "%.0e %s", number, units[i].name);
    return text;
}

const char *cost_dollars_text(double dollars, char text[COST_TEXT])
{
    if (dollars < 0.01)
        snprintf(text, COST_TEXT, "$%.1g", dollars);
    else
        snprintf(text, COST_TEXT, dollars < 1e12 ? "$%.*f" : "$%.*e", dollars < 10 ? 2 : 0, dollars);
    return text;
}

const char *cost_sentence(const struct profile *profile, const struct elig_kind *kind, const struct cost *cost,
                          char text[COST_SENTENCE])
{
    char number[COST_TEXT];
    if (profile->id == ELIG_PROFILE_OFFLINE)
        snprintf(text, COST_SENTENCE,
                 "kind %s: about %.0e candidates; anyone who has the file can try them all for about %s, "
                 "permanently",
                 kind->name, cost->candidates, cost_dollars_text(cost->dollars, number));
    else
        snprintf(text, COST_SENTENCE,
                 "kind %s: about %.0e candidates; anyone who has the file and the secret can try them all in "
                 "%s on one core%s",
                 kind->name, cost->candidates, cost_time_text(cost->seconds, number),
                 profile->id == ELIG_PROFILE_BLIND ? ", who has the file alone as fast as a key service answers"
                                                   : "");
    return text;
}

const char *cost_count_text(double count, char text[COST_TEXT])
{
    static const char *const names[] = {"million", "billion", "trillion"};
    double unit = 1e6;
    unsigned i = 0;
    while (i + 1 < sizeof names / sizeof *names && count >= 1000 * unit) {
        unit *= 1000;
        i++;
    }
    if (count < 1e6)
        snprintf(text, COST_TEXT, "%.0f", count);
    else if (count < 1000 * unit)
        snprintf(text, COST_TEXT, "%.3g %s", count / unit, names[i]);
    else
        snprintf(text, COST_TEXT, "%.1e", count);
    return text;
}
