/* SPDX-License-Identifier: Apache-2.0 */
/* attack.c - makes guesses on all threads, and reports their rate and precision beside what the formulas
 * predict. */
#include "audit/attack/attack.h"

#include <errno.h>
#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "audit/attack/attack_cost.h"
#include "audit/checks/fpr_test.h"
#include "audit/context/context.h"
#include "audit/util/public_text.h"
#include "audit/util/statistics.h"
#include "lib/elig/canon/canon.h"
#include "lib/elig/index/index.h"
#include "lib/elig/index/lookup_argon2.h"
#include "lib/elig/parallel.h"
#include "lib/guess/keyspace.h"
#include "lib/util/clock.h"

/* ---- Guessing ---- */

/* The memory of one thread. It holds candidates, and is wiped. */
struct worker {
    struct guesses_batch batch;
    struct elig_text parts[GUESSES_AT_ONCE * ELIG_PARTS_MAX];
    struct elig_answer answers[GUESSES_AT_ONCE];
    uint8_t canonical[CANON_MAX];
    struct attack_tally tallies[ELIG_KINDS_MAX];
    uint64_t unmatched;
};

struct attack_state {
    struct attack *attack;
    struct worker **workers;
    int64_t now; /* a time within the window, since an attacker can set the clock */
    size_t at_once;
};

/* Counts the found candidates of a batch that are on the lists. */
static void count_members(const struct attack *attack, struct worker *worker, unsigned kind, size_t count)
{
    const struct elig_kind *description = &attack->index->header.kinds[kind];
    for (size_t i = 0; i < count; i++) {
        size_t length = 0;
        if (worker->answers[i].verdict != ELIG_ELIGIBLE ||
            canon_identifier(description, worker->parts + i * description->part_count, worker->canonical,
                             &length) != ELIG_REASON_NONE)
            continue;
        const struct digest_input input = {description->name, worker->canonical, length};
        worker->tallies[kind].members += ground_truth_count(attack->ground_truth, &input, 1);
        sodium_memzero(worker->canonical, length);
    }
}

/* Looks up the candidates of a batch that have as many parts as a kind: *tried of them. Returns 0 or an error.
 */
static int try_kind(const struct attack_state *attack_state, struct worker *worker, unsigned kind,
                    size_t *tried)
{
    const struct attack *attack = attack_state->attack;
    unsigned part_count = attack->index->header.kinds[kind].part_count;
    struct attack_tally *tally = &worker->tallies[kind];
    size_t count = 0;
    for (size_t i = 0; i < worker->batch.count; i++)
        count += (size_t)guesses_split(worker->batch.texts[i], worker->parts + count * part_count, part_count);
    int error = elig_lookup_batch(attack->index, kind, worker->parts, part_count, count, attack_state->now,
                                  worker->answers);
    for (size_t i = 0; i < count; i++) {
        tally->invalid += worker->answers[i].verdict == ELIG_INVALID;
        tally->found += worker->answers[i].verdict == ELIG_ELIGIBLE;
    }
    tally->tried += count;
    if (attack->ground_truth != NULL)
        count_members(attack, worker, kind, count);
    *tried = count;
    return error;
}

static int try_batch(const struct attack_state *attack_state, struct worker *worker)
{
    const struct attack *attack = attack_state->attack;
    const struct header *header = &attack->index->header;
    unsigned shapes = 0; /* a bit for each number of parts that was tried */
    size_t shaped = 0;
    int error = 0;
    for (unsigned kind = 0; error == 0 && kind < header->kind_count; kind++) {
        unsigned shape = 1u << header->kinds[kind].part_count;
        size_t tried = 0;
        if (attack->is_wanted[kind])
            error = try_kind(attack_state, worker, kind, &tried);
        if ((shapes & shape) == 0)
            shaped += tried;
        shapes |= tried > 0 ? shape : 0;
    }
    worker->unmatched += worker->batch.count - shaped;
    return error;
}

/* Each thread tries batches until there are no more. */
static int guess_until_done(void *context, unsigned number, uint64_t piece)
{
    struct attack_state *attack_state = context;
    struct attack *attack = attack_state->attack;
    struct worker *worker = attack_state->workers[number];
    int error;
    (void)piece;
    while ((error = guesses_next(attack->guesses, &worker->batch, attack_state->at_once)) == 0 &&
           worker->batch.count > 0 && (error = try_batch(attack_state, worker)) == 0)
        progress_add(attack->progress, worker->batch.steps);
    guesses_wipe(&worker->batch);
    return error;
}

static void add_tally(struct attack_tally *sum, const struct attack_tally *tally)
{
    sum->tried += tally->tried;
    sum->invalid += tally->invalid;
    sum->found += tally->found;
    sum->members += tally->members;
}

int attack_run(struct attack *attack)
{
    const struct header *header = &attack->index->header;
    bool is_offline = header->profile.id == ELIG_PROFILE_OFFLINE;
    /* a lookup in an offline index uses several threads itself */
    unsigned threads = is_offline ? 1 : attack->threads, made = 0;
    struct attack_state attack_state = {.attack = attack,
                                        .workers = calloc(threads, sizeof(struct worker *)),
                                        .now = header->not_before != 0 ? header->not_before : header->not_after,
                                        .at_once = is_offline ? LOOKUP_ARGON2_GROUP : GUESSES_AT_ONCE};
    int error = ELIG_E_MEMORY;
    while (attack_state.workers != NULL && made < threads &&
           (attack_state.workers[made] = calloc(1, sizeof(struct worker))) != NULL)
        made++;
    double begun = clock_read(CLOCK_MONOTONIC), spent = clock_read(CLOCK_PROCESS_CPUTIME_ID);
    if (made > 0)
        error = parallel_run(made, made, guess_until_done, &attack_state);
    attack->seconds = clock_read(CLOCK_MONOTONIC) - begun;
    attack->core_seconds = clock_read(CLOCK_PROCESS_CPUTIME_ID) - spent;
    for (unsigned i = 0; i < made; i++) {
        attack->unmatched += attack_state.workers[i]->unmatched;
        for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++)
            add_tally(&attack->tallies[kind], &attack_state.workers[i]->tallies[kind]);
        sodium_memzero(attack_state.workers[i], sizeof *attack_state.workers[i]);
        free(attack_state.workers[i]);
    }
    free(attack_state.workers);
    return error;
}

/* ---- Reporting ---- */

struct kind_result {
    const struct elig_kind *kind;
    const struct attack_tally *tally;
    double keyspace;              /* candidates of the kind */
    double false_positives;       /* expected among those tried */
    struct attack_cost_odds odds; /* if the whole keyspace were tried */
    double precision;             /* expected of those tried, given how many were on the list */
};

static struct kind_result result_of(const struct attack *attack, unsigned kind)
{
    const struct header *header = &attack->index->header;
    struct kind_result result = {.kind = &header->kinds[kind], .tally = &attack->tallies[kind]};
    double valid = (double)(result.tally->tried - result.tally->invalid);
    double members = (double)result.tally->members;
    double listed = (double)result.kind->identifiers;
    result.keyspace = keyspace_candidates(result.kind);
    double rate = ldexp(fpr_test_expected(attack->index), (int)header->profile.work_bits);
    result.false_positives = (valid - members) * rate;
    double strangers = fmax(result.keyspace - listed, 0);
    result.odds = attack_cost_odds(result.keyspace, listed, strangers, listed, rate);
    result.precision = members > 0 ? members / (members + result.false_positives) : 0;
    return result;
}

static struct attack_tally sum_of(const struct attack *attack)
{
    struct attack_tally sum = {0};
    for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++)
        add_tally(&sum, &attack->tallies[kind]);
    return sum;
}

static void report_rate(struct audit_context *context, const struct attack *attack)
{
    const struct profile *profile = &attack->index->header.profile;
    struct attack_tally sum = sum_of(attack);
    double tried = (double)sum.tried, each = tried / attack->core_seconds;
    double assumed = 1 / ldexp(cost_digest_seconds(profile), (int)profile->work_bits);
    double all = 0; /* candidates of all kinds that were tried */
    for (unsigned kind = 0; kind < attack->index->header.kind_count; kind++)
        if (attack->tallies[kind].tried > 0)
            all += keyspace_candidates(&attack->index->header.kinds[kind]);
    char time[COST_TEXT], here[COST_TEXT], core[COST_TEXT];
    struct finding *finding =
        report_finding(context->report, CHECK_SIMULATION, OUTCOME_INFO,
                       "%llu guesses in %s, %s for each second of a core: %llu found; all %s candidates in %s "
                       "as it ran here, in %s on one core",
                       (unsigned long long)sum.tried, cost_time_text(attack->seconds, time), COST_COUNT(each),
                       (unsigned long long)sum.found, COST_COUNT(all),
                       cost_time_text(all / tried * attack->seconds, here), cost_time_text(all / each, core));
    finding_method(finding,
                   "Candidates were made, brought into canonical form, digested and looked up as an attacker "
                   "would with what this audit was given, whatever the window. Only counts were kept. The "
                   "table of prices assumes %s guesses a second on one core, from digests alone, without "
                   "making candidates and looking them up; measured is %.2f of that.",
                   COST_COUNT(assumed), each / assumed);
    FINDING_NUMBERS(finding, {"tried", (double)sum.tried}, {"invalid", (double)sum.invalid},
                    {"found", (double)sum.found}, {"seconds", attack->seconds},
                    {"core_seconds", attack->core_seconds}, {"guesses_per_core_second", each},
                    {"assumed_per_core_second", assumed}, {"ratio", each / assumed}, {"candidates", all},
                    {"seconds_for_all", all / tried * attack->seconds}, {"core_seconds_for_all", all / each});
    if (attack->unmatched > 0)
        finding_detail(finding, "%llu lines have another number of parts than any kind, and were left out",
                       (unsigned long long)attack->unmatched);
}

/* For each kind: what was found, beside what the formulas predict. */
static void detail_precision(struct finding *finding, const struct attack *attack)
{
    for (unsigned kind = 0; kind < attack->index->header.kind_count; kind++) {
        struct kind_result result = result_of(attack, kind);
        double tried = (double)result.tally->tried, found = (double)result.tally->found;
        if (result.tally->tried == 0)
            continue;
        if (attack->ground_truth != NULL)
            finding_detail(finding,
                           "kind %s: %.0f found, %llu of them listed, %.0f not; expected %.4g that are not: "
                           "precision %.6g, by formula %.6g",
                           public_text_kind(result.kind), found, (unsigned long long)result.tally->members,
                           found - (double)result.tally->members, result.false_positives,
                           found > 0 ? (double)result.tally->members / found : 0, result.precision);
        else
            finding_detail(finding,
                           "kind %s: %.0f found, of which %.4g are expected not to be listed; %.4g listed ones "
                           "would be expected if all %llu were among %s candidates",
                           public_text_kind(result.kind), found, fmin(result.false_positives, found),
                           (double)result.kind->identifiers * fmin(tried / result.keyspace, 1),
                           (unsigned long long)result.kind->identifiers, COST_COUNT(result.keyspace));
        finding_detail(finding, "kind %s: with all %s candidates tried, precision 1 / (1 + lambda) = %.9g",
                       public_text_kind(result.kind), COST_COUNT(result.keyspace), result.odds.precision);
    }
}

static void report_precision(struct audit_context *context, const struct attack *attack)
{
    struct attack_tally sum = sum_of(attack);
    double expected = 0, strangers = (double)(sum.found - sum.members);
    for (unsigned kind = 0; kind < attack->index->header.kind_count; kind++)
        expected += result_of(attack, kind).false_positives;
    double more = statistics_at_least(sum.found - sum.members, expected);
    double fewer = 1 - statistics_at_least(sum.found - sum.members + 1, expected);
    bool is_chance = fmin(more, fewer) >= STATISTICS_FAULT;
    struct finding *finding;
    if (attack->ground_truth == NULL) {
        finding = report_finding(
            context->report, CHECK_SIMULATION_PRECISION, OUTCOME_INFO,
            "of %llu found, %.4g are expected not to be listed; give the list to have them counted",
            (unsigned long long)sum.found, fmin(expected, (double)sum.found));
        finding_method(finding, "Guesses times the rate of false positives.");
    } else {
        finding =
            report_finding(context->report, CHECK_SIMULATION_PRECISION, is_chance ? OUTCOME_PASS : OUTCOME_WARN,
                           "%.0f of %llu found are not on the list, expected %.4g: precision %.6g", strangers,
                           (unsigned long long)sum.found, expected,
                           sum.found > 0 ? (double)sum.members / (double)sum.found : 0);
        finding_method(
            finding,
            "Those found were compared with the list of %llu identifiers. The number of the others is expected "
            "to be that of unlisted candidates tried times the rate of false positives (Poisson, p = %.2g).",
            (unsigned long long)ground_truth_size(attack->ground_truth), fmin(1, 2 * fmin(more, fewer)));
        if (!is_chance)
            finding_detail(finding, "is this the whole list, and was the index made from these columns?");
    }
    FINDING_NUMBERS(finding, {"found", (double)sum.found}, {"expected_false_positives", expected});
    if (attack->ground_truth != NULL) {
        FINDING_NUMBERS(finding, {"false_positives", strangers},
                        {"precision", (double)sum.members / (double)sum.found});
    }
    detail_precision(finding, attack);
}

static void put_table(struct audit_context *context, const struct attack *attack)
{
    double each = attack->core_seconds / (double)sum_of(attack).tried;
    struct table *table = report_table(context->report, CHAPTER_SIMULATION, "simulation",
                                       "Guesses that were made", "Counts only: no candidate is kept or shown.");
    TABLE_COLUMNS(table, {"kind", "kind", false}, {"tried", "tried", true}, {"invalid", "invalid", true},
                  {"found", "found", true}, {"members", "on the list", true},
                  {"expected_false_positives", "false positives expected", true},
                  {"candidates", "candidates there are", true},
                  {"core_seconds_for_all", "one core for all", true});
    for (unsigned kind = 0; kind < attack->index->header.kind_count; kind++) {
        struct kind_result result = result_of(attack, kind);
        const struct attack_tally *tally = result.tally;
        char time[COST_TEXT];
        if (tally->tried == 0)
            continue;
        table_text(table, "%s", public_text_kind(result.kind));
        table_number(table, (double)tally->tried, "%llu", (unsigned long long)tally->tried);
        table_number(table, (double)tally->invalid, "%llu", (unsigned long long)tally->invalid);
        table_number(table, (double)tally->found, "%llu", (unsigned long long)tally->found);
        table_number(table, attack->ground_truth != NULL ? (double)tally->members : INFINITY,
                     attack->ground_truth != NULL ? "%llu" : "not known", (unsigned long long)tally->members);
        table_number(table, result.false_positives, "%.4g", result.false_positives);
        table_number(table, result.keyspace, "%.3g", result.keyspace);
        table_number(table, result.keyspace * each, "%s", cost_time_text(result.keyspace * each, time));
    }
}

/* ---- The check ---- */

/* Marks the kinds of the given type, or all kinds for --simulate-list. Returns 0, or MESSAGE_E_PRINTED if no
 * kind is of the type. */
static int select_kinds(const struct audit_context *context, const struct elig_part *part, bool *is_wanted)
{
    const struct header *header = &context->target->header;
    unsigned wanted = 0;
    for (unsigned kind = 0; kind < header->kind_count; kind++) {
        is_wanted[kind] = context->config->simulate == NULL ||
                          (header->kinds[kind].part_count == 1 &&
                           memcmp(&header->kinds[kind].parts[0], part, sizeof *part) == 0);
        wanted += (unsigned)is_wanted[kind];
    }
    if (wanted > 0)
        return 0;
    message("simulate %s: on %s: no kind consists of one part of that type", context->config->simulate,
            context->target->path);
    return MESSAGE_E_PRINTED;
}

/* Opens the source of candidates. Returns 0 or MESSAGE_E_PRINTED. */
static int open_guesses(const struct audit_config *config, const struct elig_part *part,
                        struct guesses **guesses)
{
    int error = config->simulate_list != NULL ? guesses_of_file(config->simulate_list, guesses)
                                              : guesses_of_part(part, config->simulate_sample, guesses);
    if (error == ELIG_E_READ)
        message("open %s: %s", config->simulate_list, strerror(errno));
    else if (error == ELIG_E_ARGUMENT)
        message("simulate %s: candidates of this type cannot be enumerated: give them with --simulate-list",
                config->simulate);
    else if (error != 0)
        (void)context_fail("simulate", error);
    return error == 0 ? 0 : MESSAGE_E_PRINTED;
}

static int guess_and_report(struct audit_context *context, struct attack *attack)
{
    const struct audit_config *config = context->config;
    bool is_list = config->simulate_list != NULL;
    progress_begin(context->progress, AUDIT_PHASE_ATTACK, guesses_total(attack->guesses),
                   is_list ? "MB" : "M guesses", 1000000);
    int error = attack_run(attack);
    if (error == ELIG_E_READ) /* the file is checked, and in memory */
        message("read %s: %s", config->simulate_list, strerror(errno));
    else if (error != 0)
        message("simulate: on %s: %s", context->target->path, elig_text(error));
    if (error != 0)
        return MESSAGE_E_PRINTED;
    if (sum_of(attack).tried == 0) {
        message("simulate: no line of %s has the parts of a kind", config->simulate_list);
        return MESSAGE_E_PRINTED;
    }
    report_rate(context, attack);
    report_precision(context, attack);
    put_table(context, attack);
    return 0;
}

int attack_check(struct audit_context *context)
{
    const struct audit_config *config = context->config;
    struct elig_part part = {0};
    struct ground_truth *ground_truth = NULL;
    if (config->simulate == NULL && config->simulate_list == NULL)
        return 0;
    if (context->target->index == NULL) {
        report_finding(context->report, CHECK_SIMULATION, OUTCOME_INFO,
                       "not carried out: readers refuse the file");
        return 0;
    }
    if (config->simulate != NULL && !canon_part_parse(config->simulate, &part)) {
        message("simulate: there is no such type");
        return MESSAGE_E_PRINTED;
    }
    struct attack attack = {
        .index = context->target->index, .threads = config->threads, .progress = context->progress};
    if (context->target->header.profile.id != ELIG_PROFILE_OFFLINE && !context->target->has_secret) {
        int key_error = context->target->key_error != 0 ? context->target->key_error : ELIG_E_NO_SECRET;
        message("simulate: on %s: %s", context->target->path, elig_text(key_error));
        return MESSAGE_E_PRINTED;
    }
    int error = select_kinds(context, &part, attack.is_wanted);
    if (error == 0 && config->list_count > 0) {
        progress_begin(context->progress, AUDIT_PHASE_ATTACK, 0, "MB", 1000000);
        error = ground_truth_read(context, &ground_truth);
    }
    attack.ground_truth = ground_truth;
    if (error == 0)
        error = open_guesses(config, &part, &attack.guesses);
    if (error == 0)
        error = guess_and_report(context, &attack);
    guesses_close(attack.guesses);
    ground_truth_free(ground_truth);
    return error;
}
