#include "price.h"

#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <time.h>

/* How many there are of each type, by order of magnitude: what an attacker would have to try. */
static const double candidates_of[] = {
    [ELIG_TYPE_EMAIL] = 1e10, /* addresses in the collections of past leaks */
    [ELIG_TYPE_PHONE] = 1e8,  /* the mobile numbers of one country, such as Korea's 010-xxxx-xxxx */
    [ELIG_TYPE_TEXT] = 1e7,   /* the full names of one country */
    [ELIG_TYPE_DIGITS] = 1e8, /* customer numbers, handed out in sequence */
    [ELIG_TYPE_DATE] = 36525, /* the days of a hundred years */
    [ELIG_TYPE_EXACT] = 1e10, /* not known: as many as e-mail addresses */
};

/* Argon2id on a graphics card is bound by its memory: a digest of m bytes and t passes moves m (3 t - 1) bytes,
 * and cards reach 0.88 of their bandwidth at it. An RTX 4090 has 1008 GB/s and is rented from $0.35 an hour. */
#define CARD_BYTES_A_SECOND (0.88 * 1008e9)
#define CARD_DOLLARS_A_SECOND (0.35 / 3600)

#define SAMPLE_SECONDS 0.02
#define SAMPLE_AT_ONCE 64

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Digests nobody's identifier under nobody's key for a while; the quickest round counts, since others on the
 * machine only make rounds longer. */
static double sample(const struct digester *digester)
{
    static const uint8_t nobody[] = "nobody@example.com";
    struct digest_input inputs[SAMPLE_AT_ONCE];
    uint8_t digests[SAMPLE_AT_ONCE][ELIG_DIGEST_BYTES];
    size_t at_once = digester->profile.id == ELIG_PROFILE_OFFLINE ? 1 : SAMPLE_AT_ONCE;
    double begun = now(), best = 0;
    for (size_t i = 0; i < at_once; i++)
        inputs[i] = (struct digest_input){"kind", nobody, sizeof nobody - 1};
    for (double at = begun; at - begun < SAMPLE_SECONDS;) {
        double from = at;
        if (digester_run(digester, inputs, at_once, digests) != 0)
            return 0;
        at = now();
        best = best > 0 && best < at - from ? best : at - from;
    }
    return best / (double)at_once;
}

double price_digest_seconds(const struct profile *given)
{
    static const uint8_t nobodys_key[ELIG_SECRET_BYTES];
    struct profile profile = *given;
    struct digester *digester = sodium_malloc(sizeof *digester);
    double seconds = 0;
    if (digester != NULL && profile_set_key(&profile, nobodys_key) &&
        digester_make(digester, &profile, nobodys_key) == 0)
        seconds = sample(digester);
    sodium_free(digester);
    return seconds;
}

struct price price_of_kind(const struct profile *profile, const struct elig_kind *kind, double digest_seconds)
{
    struct price price = {.candidates = 1};
    for (unsigned i = 0; i < kind->part_count; i++)
        price.candidates *= candidates_of[kind->parts[i].type];
    double digests = ldexp(price.candidates, (int)profile->work_bits);
    price.seconds = digests * digest_seconds;
    if (profile->id == ELIG_PROFILE_OFFLINE) {
        double bytes = (double)profile->argon2_memory * (3.0 * profile->argon2_passes - 1);
        price.dollars = digests * bytes / CARD_BYTES_A_SECOND * CARD_DOLLARS_A_SECOND;
    }
    return price;
}

int price_is_cheap(const struct profile *profile, const struct price *price)
{
    return profile->id == ELIG_PROFILE_OFFLINE && price->dollars < PRICE_CHEAP;
}

const char *price_time_text(double seconds, char text[PRICE_TEXT])
{
    static const struct {
        double seconds;
        const char *name;
    } units[] = {{31557600, "years"}, {86400, "days"}, {3600, "h"}, {60, "min"}, {1, "s"},
                 {1e-3, "ms"},        {1e-6, "us"}};
    size_t i = 0;
    while (i + 1 < sizeof units / sizeof *units && seconds < 2 * units[i].seconds)
        i++;
    double number = seconds / units[i].seconds;
    snprintf(text, PRICE_TEXT, number < 1e6 ? "%.0f %s" : "%.0e %s", number, units[i].name);
    return text;
}

const char *price_sentence(const struct profile *profile, const struct elig_kind *kind,
                           const struct price *price, char text[PRICE_SENTENCE])
{
    char time[PRICE_TEXT];
    price_time_text(price->seconds, time);
    if (profile->id == ELIG_PROFILE_OFFLINE)
        snprintf(
            text, PRICE_SENTENCE,
            "kind %s: about %.0e candidates; whoever has the file can try them all for about $%.*f, for ever",
            kind->name, price->candidates, price->dollars < 10 ? 2 : 0, price->dollars);
    else
        snprintf(
            text, PRICE_SENTENCE,
            "kind %s: about %.0e candidates; whoever has the file and the secret can try them all in %s on one "
            "core%s",
            kind->name, price->candidates, time,
            profile->id == ELIG_PROFILE_BLIND ? ", who has the file alone as fast as a key service answers"
                                              : "");
    return text;
}
