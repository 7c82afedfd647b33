/* SPDX-License-Identifier: Apache-2.0 */
/* attack_cost.c - computes costs and odds from the header alone, and reports them as a headline, four findings
 * and three tables. */
#include "audit/attack/attack_cost.h"

#include <math.h>
#include <string.h>

#include "audit/context/context.h"
#include "audit/util/public_text.h"
#include "lib/elig/canon/canon.h"
#include "lib/guess/keyspace.h"
#include "lib/util/parse.h"

/* ---- Figures ---- */

struct attack_cost attack_cost_of_candidates(const struct profile *profile, enum attack_cost_holder holder,
                                             double candidates, double digest_seconds)
{
    bool is_offline = profile->id == ELIG_PROFILE_OFFLINE;
    if (!is_offline && holder == ATTACK_COST_FILE)
        return (struct attack_cost){
            .digests = INFINITY, .core_seconds = INFINITY, .card_days = 0, .dollars = INFINITY};
    struct attack_cost cost = {
        .digests = holder == ATTACK_COST_FILE ? ldexp(candidates, (int)profile->work_bits) : candidates};
    cost.core_seconds = cost.digests * digest_seconds;
    if (is_offline) {
        cost.card_days = cost_card_seconds(profile, cost.digests) / 86400;
        cost.dollars = cost_card_dollars(profile, cost.digests);
    } else {
        cost.dollars = cost.core_seconds / 3600 * COST_CORE_DOLLARS_AN_HOUR;
    }
    return cost;
}

double attack_cost_service_days(double candidates, double guesses_a_second)
{
    return candidates / guesses_a_second / 86400;
}

/*
 * A stranger is a candidate that is not listed. Its digest leads to one of M = P S slots, each with the same
 * probability, and is a false positive if the slot holds its fingerprint: with 2^W digests to a lookup, once in
 * 2^b. So the strangers of a kind make (U - N) 2^-b false positives, and of all found candidates N / (N + (U -
 * N) 2^-b) are listed.
 *
 * A member can deny being listed if another tried candidate fits the same slot and fingerprint:
 * gamma-deniability of G. Bianchi, L. Bracciale and P. Loreti, "Better than nothing" privacy with Bloom
 * filters: to what extent? (2012), where a member can deny if all its bits are also set by others. Here there
 * is one slot instead of several bits. The number of the T strangers that fit a given member's slot is Poisson
 * with mean mu = T / M 2^-b, so that no other candidate fits with probability e^-mu. If all slots are taken, M
 * = n, that is e^-(T / n 2^-b), which for a single kind is e^-lambda.
 *
 * If slots are free, it is less. The number of members k of a leaf follows from the counts. So a candidate
 * found alone is certain only if exactly k slots of the leaf are found and none of the S - k free ones: with
 * probability e^-(mu (1 + S - k)). With r = k / S, mu = lambda r; the exponent is lambda r (1 + S - S r), where
 * the factor is concave in r and 1 at both ends, r = 1 / S and r = 1: never less than lambda. Slots are not hit
 * with exactly the same probability, which makes it a little more. So the share is about e^-lambda, and at most
 * that if many slots are free.
 */
struct attack_cost_odds attack_cost_odds(double candidates, double members, double strangers,
                                         double identifiers, double rate)
{
    struct attack_cost_odds odds = {.false_positives = fmax(candidates - members, 0) * rate};
    odds.lambda = members > 0 ? odds.false_positives / members : INFINITY;
    odds.precision = 1 / (1 + odds.lambda);
    odds.certain = identifiers > 0 ? exp(-strangers * rate / identifiers) : 0;
    return odds;
}

/* ---- The model of one file ---- */

struct cost_model {
    struct audit_context *context;
    const struct header *header;
    struct profile profile; /* with the costs in the file, even if they are below the allowed minimum */
    double digest_seconds;
    unsigned rate_bits;
    double rate; /* of false positives: 2^-rate_bits, less if some payloads are not the code of a label */
    unsigned keyspace_counts[ELIG_KINDS_MAX];
    struct keyspace keyspaces[ELIG_KINDS_MAX][KEYSPACES_MAX];
    double strangers;
};

static void cost_model_init(struct cost_model *model, struct audit_context *context)
{
    const struct header *header = &context->target->header;
    *model = (struct cost_model){.context = context, .header = header, .profile = header->profile};
    model->rate_bits = header->leaf.fingerprint_bits - header->profile.work_bits;
    model->rate = ldexp(header->label_count + 1.0, -(int)(model->rate_bits + header->leaf.payload_bits));
    model->digest_seconds = cost_digest_seconds(&header->profile);
    for (unsigned kind = 0; kind < header->kind_count; kind++) {
        model->keyspace_counts[kind] = keyspace_of_kind(&header->kinds[kind], model->keyspaces[kind]);
        model->strangers +=
            fmax(model->keyspaces[kind][0].candidates - (double)header->kinds[kind].identifiers, 0);
    }
}

/* What a report may call a kind. */
static const char *kind_name(const struct cost_model *model, unsigned kind)
{
    return public_text_kind(&model->header->kinds[kind]);
}

/* There is a secret or a seed that the holder of the file alone lacks. */
static bool has_key(const struct cost_model *model)
{
    return model->profile.id != ELIG_PROFILE_OFFLINE || model->profile.work_bits > 0;
}

static struct attack_cost model_cost(const struct cost_model *model, enum attack_cost_holder holder,
                                     unsigned kind, unsigned keyspace)
{
    return attack_cost_of_candidates(&model->profile, holder, model->keyspaces[kind][keyspace].candidates,
                                     model->digest_seconds);
}

static struct attack_cost_odds model_odds(const struct cost_model *model, unsigned kind, unsigned keyspace)
{
    double members = (double)model->header->kinds[kind].identifiers;
    double candidates = model->keyspaces[kind][keyspace].candidates;
    double first = model->keyspaces[kind][0].candidates;
    /* an attacker who tries this keyspace instead of the first meets this number of strangers */
    double strangers = model->strangers + fmax(candidates - members, 0) - fmax(first - members, 0);
    return attack_cost_odds(candidates, members, strangers, (double)model->header->identifiers, model->rate);
}

/* ---- What anyone can read ---- */

static void add_time(struct finding *finding, const char *what, int64_t seconds)
{
    char text[PARSE_TIME_TEXT];
    if (seconds == 0) {
        finding_detail(finding, "%s: not stated", what);
        return;
    }
    parse_time_print(seconds, text);
    finding_detail(finding, "%s: %s", what, text);
}

static void add_kinds(struct finding *finding, const struct header *header)
{
    for (unsigned i = 0; i < header->kind_count; i++) {
        const struct elig_kind *kind = &header->kinds[i];
        char types[ELIG_PARTS_MAX * (CANON_TYPE_TEXT_MAX + 1)] = "";
        for (unsigned part = 0; part < kind->part_count; part++) {
            size_t length = strlen(types);
            if (part > 0)
                types[length++] = '+';
            canon_part_print(&kind->parts[part], types + length);
        }
        finding_detail(finding, "kind %s, of type %s: %llu identifiers", public_text_kind(kind), types,
                       (unsigned long long)kind->identifiers);
    }
}

static void report_counts(const struct cost_model *model)
{
    const struct target *target = model->context->target;
    const struct header *header = model->header;
    struct finding *finding = report_finding(
        model->context->report, CHECK_COUNTS, OUTCOME_INFO,
        "%llu identifiers of %u kinds, %u label words, window, campaign, serial and signer are in the clear",
        (unsigned long long)header->identifiers, header->kind_count, header->label_count);
    finding_method(finding, "Read from the header and the label dictionary, as anyone can who has the file.");
    FINDING_NUMBERS(finding, {"identifiers", (double)header->identifiers}, {"kinds", header->kind_count},
                    {"labels", header->label_count});
    add_kinds(finding, header);
    finding_detail(finding, "profile %s, %u bits of fingerprint, %u of label", profile_name(header->profile.id),
                   header->leaf.fingerprint_bits, header->leaf.payload_bits);
    finding_detail(finding, "campaign: %zu bytes of text", strlen(header->campaign));
    add_time(finding, "not before", header->not_before);
    add_time(finding, "not after", header->not_after);
    add_time(finding, "serial (published)", (int64_t)header->serial);
    finding_detail(finding, "signer: %s", header_is_unsigned(header) ? "none" : "an Ed25519 public key");
    finding_detail(finding, "labels: %u words; they and the campaign are not repeated here",
                   (unsigned)target->dictionary.count);
}

/* ---- What it costs with the file alone ---- */

/* The cheapest enumerable kind; *count: the number of enumerable kinds, whose listed identifiers can all be
 * found with the file alone for less than --enumerable-below. */
static unsigned cheapest_kind(const struct cost_model *model, unsigned *count)
{
    unsigned best = 0;
    *count = 0;
    double least = model->context->config->enumerable_below;
    for (unsigned kind = 0; kind < model->header->kind_count; kind++) {
        double dollars = model_cost(model, ATTACK_COST_FILE, kind, 0).dollars;
        if (model->header->kinds[kind].identifiers == 0 ||
            !(dollars < model->context->config->enumerable_below))
            continue;
        ++*count;
        best = dollars < least ? kind : best;
        least = fmin(least, dollars);
    }
    return best;
}

static void state_formula(const struct cost_model *model, struct finding *finding)
{
    if (model->profile.id == ELIG_PROFILE_OFFLINE)
        finding_method(finding,
                       "Argon2id (RFC 9106) of m = %.6g MiB and t = %u passes moves m (3 t - 1) bytes, and a "
                       "graphics card is bound by its memory: candidates x 2^W x m (3 t - 1) / (%.2f x %.0f "
                       "GB/s) x $%.2f an hour, W = %u, %s. One salt serves the file, so the price is that of "
                       "finding all listed identifiers at once.",
                       (double)model->profile.argon2_memory / (1 << 20), (unsigned)model->profile.argon2_passes,
                       COST_CARD_SHARE, COST_CARD_BANDWIDTH / 1e9, COST_CARD_DOLLARS_AN_HOUR,
                       (unsigned)model->profile.work_bits, COST_CARD_NAME);
    else if (model->profile.id == ELIG_PROFILE_KEYED)
        finding_method(finding, "A digest is BLAKE2b under a secret of 256 bits that is not in the file: a "
                                "guess at a person needs a guess at the secret, one of 2^256.");
    else
        finding_method(finding,
                       "A digest is a VOPRF's output (RFC 9497) under a secret that is not in the file: a "
                       "guess needs the secret, one of 2^252, or an answer of the key service.");
}

/* What the holder of the file alone has to pay or how long to wait, by kind. */
static void detail_file_costs(const struct cost_model *model, struct finding *finding)
{
    for (unsigned kind = 0; kind < model->header->kind_count; kind++)
        for (unsigned i = 0; i < model->keyspace_counts[kind]; i++) {
            const struct keyspace *keyspace = &model->keyspaces[kind][i];
            struct attack_cost cost = model_cost(model, ATTACK_COST_FILE, kind, i);
            const char *name = kind_name(model, kind);
            char text[COST_TEXT], time[COST_TEXT];
            if (model->profile.id == ELIG_PROFILE_OFFLINE)
                finding_detail(finding, "kind %s: %s candidates (%s): %.3g GPU-days, %s; %s on one core here",
                               name, COST_COUNT(keyspace->candidates), keyspace->what, cost.card_days,
                               cost_dollars_text(cost.dollars, text), cost_time_text(cost.core_seconds, time));
            else if (model->profile.id == ELIG_PROFILE_BLIND)
                finding_detail(
                    finding,
                    "kind %s: %s candidates (%s): %.3g days of a key service that answers 1000 a second", name,
                    COST_COUNT(keyspace->candidates), keyspace->what,
                    attack_cost_service_days(keyspace->candidates, 1000));
            else
                finding_detail(finding, "kind %s: %s candidates (%s): not without the secret", name,
                               COST_COUNT(keyspace->candidates), keyspace->what);
        }
}

static void headline_enumerable(const struct cost_model *model, unsigned kind, unsigned count)
{
    struct attack_cost cost = model_cost(model, ATTACK_COST_FILE, kind, 0);
    char text[COST_TEXT], more[64] = "";
    if (count > 1)
        snprintf(more, sizeof more, "; %u more of its kinds are enumerable", count - 1);
    report_headline(model->context->report, true,
                    "ENUMERABLE: kind %s: all %s candidates can be tried for about %s (%.3g GPU-days) by "
                    "anyone who has the file, which finds all %llu listed identifiers at once, permanently%s",
                    kind_name(model, kind), COST_COUNT(model->keyspaces[kind][0].candidates),
                    cost_dollars_text(cost.dollars, text), cost.card_days,
                    (unsigned long long)model->header->kinds[kind].identifiers, more);
}

/* The kind that is cheapest to try for a holder. */
static unsigned weakest_kind(const struct cost_model *model, enum attack_cost_holder holder)
{
    unsigned best = 0;
    for (unsigned kind = 1; kind < model->header->kind_count; kind++)
        if (model_cost(model, holder, kind, 0).digests < model_cost(model, holder, best, 0).digests)
            best = kind;
    return best;
}

static void headline_not_enumerable(const struct cost_model *model)
{
    struct report *report = model->context->report;
    bool is_offline = model->profile.id == ELIG_PROFILE_OFFLINE;
    unsigned kind = weakest_kind(model, is_offline ? ATTACK_COST_FILE : ATTACK_COST_KEY);
    const char *name = kind_name(model, kind);
    double candidates = model->keyspaces[kind][0].candidates;
    struct attack_cost cost = model_cost(model, is_offline ? ATTACK_COST_FILE : ATTACK_COST_KEY, kind, 0);
    char text[COST_TEXT], line[COST_TEXT];
    if (model->header->identifiers == 0)
        report_headline(report, false, "The index is empty: there is nothing to find");
    else if (is_offline)
        report_headline(report, false,
                        "No kind can be tried out below %s: the cheapest is %s, whose %s candidates take %s",
                        cost_dollars_text(model->context->config->enumerable_below, line), name,
                        COST_COUNT(candidates), cost_dollars_text(cost.dollars, text));
    else
        report_headline(report, false,
                        "The file alone does not tell who is listed: a guess needs the secret%s. With it, all "
                        "%s candidates of kind %s take %s on one core",
                        model->profile.id == ELIG_PROFILE_BLIND ? " or its key service" : "",
                        COST_COUNT(candidates), name, cost_time_text(cost.core_seconds, text));
}

static void report_enumeration(const struct cost_model *model)
{
    unsigned count, kind = cheapest_kind(model, &count);
    struct finding *finding;
    char text[COST_TEXT], line[COST_TEXT];
    cost_dollars_text(model->context->config->enumerable_below, line);
    if (count > 0) {
        struct attack_cost cost = model_cost(model, ATTACK_COST_FILE, kind, 0);
        finding = report_finding(
            model->context->report, CHECK_ENUMERATION, OUTCOME_WARN,
            "ENUMERABLE, which means below %s: %u of %u kinds; all identifiers of kind %s are found for %s",
            line, count, model->header->kind_count, kind_name(model, kind),
            cost_dollars_text(cost.dollars, text));
        FINDING_NUMBERS(finding, {"dollars", cost.dollars}, {"gpu_days", cost.card_days});
        headline_enumerable(model, kind, count);
    } else {
        finding = report_finding(
            model->context->report, CHECK_ENUMERATION, OUTCOME_PASS,
            model->profile.id == ELIG_PROFILE_OFFLINE ? "no kind below %s"
            : model->profile.id == ELIG_PROFILE_KEYED
                ? "not without the secret, at any price (ENUMERABLE would be below %s)"
                : "not without the secret or its key service, at any price (ENUMERABLE would be below %s)",
            line);
        headline_not_enumerable(model);
    }
    FINDING_NUMBERS(finding, {"enumerable_kinds", count},
                    {"enumerable_below", model->context->config->enumerable_below});
    state_formula(model, finding);
    detail_file_costs(model, finding);
}

/* ---- What it costs with the secret ---- */

static void report_insider(const struct cost_model *model)
{
    struct report *report = model->context->report;
    unsigned kind = weakest_kind(model, ATTACK_COST_KEY);
    struct attack_cost cost = model_cost(model, ATTACK_COST_KEY, kind, 0);
    bool is_offline = model->profile.id == ELIG_PROFILE_OFFLINE;
    char text[COST_TEXT], dollars[COST_TEXT];
    cost_dollars_text(cost.dollars, dollars);
    if (!has_key(model)) {
        report_finding(report, CHECK_INSIDER, OUTCOME_INFO,
                       "there is no secret: an insider holds the file alone");
        return;
    }
    struct finding *finding =
        is_offline
            ? report_finding(
                  report, CHECK_INSIDER, OUTCOME_INFO,
                  "with the seed of the tweaks: all %s candidates of kind %s for %s, without work bits",
                  COST_COUNT(model->keyspaces[kind][0].candidates), kind_name(model, kind), dollars)
            : report_finding(report, CHECK_INSIDER, OUTCOME_INFO,
                             "all %s candidates of kind %s in %s on one core here, or for %s of rented ones",
                             COST_COUNT(model->keyspaces[kind][0].candidates), kind_name(model, kind),
                             cost_time_text(cost.core_seconds, text), dollars);
    if (is_offline)
        finding_method(finding, "The formula with W = 0: the seed says which tweak is a candidate's.");
    else
        finding_method(
            finding,
            "Candidates times %.3g microseconds for a digest, measured now on one core of this machine; such a "
            "core is rented from $%.2f an hour. Digests alone: making the candidates and looking them up takes "
            "several times as long (--simulate measures it), and a graphics card is faster.",
            1e6 * model->digest_seconds, COST_CORE_DOLLARS_AN_HOUR);
    FINDING_NUMBERS(finding, {"digest_seconds", model->digest_seconds}, {"core_seconds", cost.core_seconds},
                    {"dollars", cost.dollars});
    for (unsigned i = 0; i < model->header->kind_count; i++)
        for (unsigned j = 0; j < model->keyspace_counts[i]; j++) {
            cost = model_cost(model, ATTACK_COST_KEY, i, j);
            finding_detail(finding, "kind %s: %s candidates (%s): %s on one core here, %s", kind_name(model, i),
                           COST_COUNT(model->keyspaces[i][j].candidates), model->keyspaces[i][j].what,
                           cost_time_text(cost.core_seconds, text), cost_dollars_text(cost.dollars, dollars));
        }
}

/* ---- How sure ---- */

static void report_certainty(const struct cost_model *model)
{
    const struct header *header = model->header;
    double false_positives = 0, members = (double)header->identifiers;
    for (unsigned kind = 0; kind < header->kind_count; kind++)
        false_positives += model_odds(model, kind, 0).false_positives;
    struct attack_cost_odds all =
        attack_cost_odds(model->strangers + members, members, model->strangers, members, model->rate);
    if (header->identifiers == 0) {
        report_finding(model->context->report, CHECK_CERTAINTY, OUTCOME_INFO,
                       "the index is empty: all found candidates, %.3g expected, are false positives",
                       false_positives);
        return;
    }
    struct finding *finding = report_finding(model->context->report, CHECK_CERTAINTY, OUTCOME_INFO,
                                             "a found candidate is listed with probability %.9g; about %.4g%% "
                                             "of all members are known with certainty (lambda %.3g)",
                                             all.precision, 100 * all.certain, all.lambda);
    finding_method(finding,
                   "lambda = (U - N) / N x %.3g, false positives to a member when all candidates are tried at "
                   "the rate at which a lookup of an unlisted candidate finds a match; probability 1 / (1 + "
                   "lambda); certain are those whose slot and fingerprint no other candidate fits, e^-lambda "
                   "(the idea is gamma-deniability, Bianchi, Bracciale, Loreti 2012). A lower rate of false "
                   "positives is more certainty for an attacker, and fewer wrong answers for people.",
                   model->rate);
    FINDING_NUMBERS(finding, {"lambda", all.lambda}, {"precision", all.precision}, {"certain", all.certain},
                    {"false_positives", false_positives});
    for (unsigned kind = 0; kind < header->kind_count; kind++) {
        struct attack_cost_odds odds = model_odds(model, kind, 0);
        finding_detail(finding,
                       "kind %s: %.3g false positives among %s candidates beside %llu members: lambda %.3g, "
                       "probability %.9g",
                       public_text_kind(&header->kinds[kind]), odds.false_positives,
                       COST_COUNT(model->keyspaces[kind][0].candidates),
                       (unsigned long long)header->kinds[kind].identifiers, odds.lambda, odds.precision);
    }
}

/* ---- Tables ---- */

static void put_dollars(struct table *table, double dollars)
{
    char text[COST_TEXT];
    table_number(table, dollars, "%s", isinf(dollars) ? "not without" : cost_dollars_text(dollars, text));
}

/* The candidates of each kind, and the source of their number. */
static void put_keyspaces(const struct cost_model *model)
{
    struct table *table = report_table(
        model->context->report, CHAPTER_ATTACKER, "universes", "What an attacker would try",
        "The verdict on a kind is that of its first line; the others take more time, or need a list.");
    TABLE_COLUMNS(table, {"kind", "kind", false}, {"candidates", "how many", true},
                  {"universe", "candidates are", false}, {"source", "source", false});
    for (unsigned kind = 0; kind < model->header->kind_count; kind++)
        for (unsigned i = 0; i < model->keyspace_counts[kind]; i++) {
            const struct keyspace *keyspace = &model->keyspaces[kind][i];
            table_text(table, "%s", kind_name(model, kind));
            table_number(table, keyspace->candidates, "%s", COST_COUNT(keyspace->candidates));
            table_text(table, "%s", keyspace->what);
            table_text(table, "%s", keyspace->source);
        }
}

static void put_costs(const struct cost_model *model)
{
    struct table *table = report_table(
        model->context->report, CHAPTER_ATTACKER, "prices", "What trying them costs",
        "Each price is that of all candidates of a line, and so of all listed identifiers together.");
    TABLE_COLUMNS(table, {"kind", "kind", false}, {"candidates", "how many", true},
                  {"file_dollars", "file alone", true}, {"file_gpu_days", "GPU-days", true},
                  {"key_core_seconds", has_key(model) ? "with secret, one core" : "one core", true},
                  {"key_dollars", "with secret", true});
    for (unsigned kind = 0; kind < model->header->kind_count; kind++)
        for (unsigned i = 0; i < model->keyspace_counts[kind]; i++) {
            const struct keyspace *keyspace = &model->keyspaces[kind][i];
            struct attack_cost file = model_cost(model, ATTACK_COST_FILE, kind, i);
            struct attack_cost key = model_cost(model, ATTACK_COST_KEY, kind, i);
            char time[COST_TEXT];
            table_text(table, "%s", kind_name(model, kind));
            table_number(table, keyspace->candidates, "%s", COST_COUNT(keyspace->candidates));
            put_dollars(table, file.dollars);
            if (isinf(file.dollars))
                table_number(table, INFINITY, "-");
            else
                table_number(table, file.card_days, "%.3g", file.card_days);
            table_number(table, key.core_seconds, "%s", cost_time_text(key.core_seconds, time));
            if (has_key(model))
                put_dollars(table, key.dollars);
            else
                table_number(table, INFINITY, "no secret");
        }
}

static void put_odds(const struct cost_model *model)
{
    struct table *table = report_table(
        model->context->report, CHAPTER_ATTACKER, "odds",
        "How sure an attacker is who has tried all candidates",
        "By the formulas of attacker.certainty. Certain: about this share of all members, when the candidates "
        "of every kind are tried: an unlisted candidate of any kind may fit a member's slot.");
    TABLE_COLUMNS(table, {"kind", "kind", false}, {"candidates", "candidates U", true},
                  {"identifiers", "listed N", true}, {"false_positives", "false positives", true},
                  {"lambda", "lambda", true}, {"precision", "listed if found", true},
                  {"certain", "certain", true});
    for (unsigned kind = 0; kind < model->header->kind_count; kind++)
        for (unsigned i = 0; i < model->keyspace_counts[kind]; i++) {
            double members = (double)model->header->kinds[kind].identifiers;
            struct attack_cost_odds odds = model_odds(model, kind, i);
            table_text(table, "%s", kind_name(model, kind));
            table_number(table, model->keyspaces[kind][i].candidates, "%s",
                         COST_COUNT(model->keyspaces[kind][i].candidates));
            table_number(table, members, "%.0f", members);
            table_number(table, odds.false_positives, "%.3g", odds.false_positives);
            if (isinf(odds.lambda))
                table_number(table, odds.lambda, "-");
            else
                table_number(table, odds.lambda, "%.3g", odds.lambda);
            table_number(table, odds.precision, "%.9g", odds.precision);
            table_number(table, odds.certain, "%.9g%%", 100 * odds.certain);
        }
}

int attack_cost_check(struct audit_context *context)
{
    struct cost_model model;
    if (!context->target->has_header)
        return 0;
    cost_model_init(&model, context);
    report_counts(&model);
    report_enumeration(&model);
    report_insider(&model);
    report_certainty(&model);
    put_keyspaces(&model);
    put_costs(&model);
    put_odds(&model);
    return 0;
}
