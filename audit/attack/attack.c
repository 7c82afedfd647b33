/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/attack/attack.h"

#include <errno.h>
#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audit/attack/attack_cost.h"
#include "audit/checks/fpr_test.h"
#include "audit/checks/public_text.h"
#include "audit/checks/statistics.h"
#include "audit/context.h"
#include "lib/elig/canon/canon.h"
#include "lib/elig/index/index.h"
#include "lib/elig/index/lookup_argon2.h"
#include "lib/elig/parallel.h"
#include "lib/guess/keyspace.h"

/* ---- Guessing ---- */

/* What a thread needs for one batch; holds candidates. */
struct worker {
    struct guesses_batch batch;
    struct elig_text parts[GUESSES_AT_ONCE * ELIG_PARTS_MAX];
    struct elig_answer answers[GUESSES_AT_ONCE];
    uint8_t canonical[CANON_MAX];
    struct attack_tally tallies[ELIG_KINDS_MAX];
    uint64_t shapeless;
};

struct guessing {
    struct attack *simulation;
    struct worker **workers;
    int64_t now; /* within the window: an attacker has a clock of its own */
    size_t at_once;
};

/* Of those that were found, how many are on the list. */
static void count_members(const struct attack *simulation, struct worker *worker, unsigned kind, size_t count)
{
    const struct elig_kind *description = &simulation->index->header.kinds[kind];
    for (size_t i = 0; i < count; i++) {
        size_t length = 0;
        if (worker->answers[i].verdict != ELIG_ELIGIBLE ||
            canon_identifier(description, worker->parts + i * description->part_count, worker->canonical,
                             &length) != ELIG_REASON_NONE)
            continue;
        const struct digest_input input = {description->name, worker->canonical, length};
        worker->tallies[kind].members += ground_truth_count(simulation->ground_truth, &input, 1);
        sodium_memzero(worker->canonical, length);
    }
}

/* Looks up those of a batch that have the parts of a kind. Returns 0 or an error; *taken: how many there were.
 */
static int try_kind(const struct guessing *guessing, struct worker *worker, unsigned kind, size_t *taken)
{
    const struct attack *simulation = guessing->simulation;
    unsigned part_count = simulation->index->header.kinds[kind].part_count;
    struct attack_tally *tally = &worker->tallies[kind];
    size_t count = 0;
    for (size_t i = 0; i < worker->batch.count; i++)
        count += (size_t)guesses_split(worker->batch.texts[i], worker->parts + count * part_count, part_count);
    int error =
        elig_lookup_batch(simulation->index, kind, worker->parts, count, guessing->now, worker->answers);
    for (size_t i = 0; i < count; i++) {
        tally->invalid += worker->answers[i].verdict == ELIG_INVALID;
        tally->found += worker->answers[i].verdict == ELIG_ELIGIBLE;
    }
    tally->tried += count;
    if (simulation->ground_truth != NULL)
        count_members(simulation, worker, kind, count);
    *taken = count;
    return error;
}

static int try_batch(const struct guessing *guessing, struct worker *worker)
{
    const struct attack *simulation = guessing->simulation;
    const struct header *header = &simulation->index->header;
    unsigned shapes = 0; /* a bit for each number of parts that a kind took lines of */
    size_t shaped = 0;
    int error = 0;
    for (unsigned kind = 0; error == 0 && kind < header->kind_count; kind++) {
        unsigned shape = 1u << header->kinds[kind].part_count;
        size_t taken = 0;
        if (simulation->is_wanted[kind])
            error = try_kind(guessing, worker, kind, &taken);
        if ((shapes & shape) == 0)
            shaped += taken;
        shapes |= taken > 0 ? shape : 0;
    }
    worker->shapeless += worker->batch.count - shaped;
    return error;
}

/* A thread's share of the work: whatever is left. */
static int work(void *context, unsigned number, uint64_t piece)
{
    struct guessing *guessing = context;
    struct attack *simulation = guessing->simulation;
    struct worker *worker = guessing->workers[number];
    int error = 0;
    (void)piece;
    while (error == 0 && guesses_next(simulation->candidates, &worker->batch, guessing->at_once)) {
        error = try_batch(guessing, worker);
        progress_add(simulation->progress, worker->batch.steps);
    }
    guesses_wipe(&worker->batch);
    return error;
}

static double read_clock(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void add_up(struct attack *simulation, const struct worker *worker)
{
    simulation->shapeless += worker->shapeless;
    for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++) {
        simulation->tallies[kind].tried += worker->tallies[kind].tried;
        simulation->tallies[kind].invalid += worker->tallies[kind].invalid;
        simulation->tallies[kind].found += worker->tallies[kind].found;
        simulation->tallies[kind].members += worker->tallies[kind].members;
    }
}

int attack_run(struct attack *simulation)
{
    const struct header *header = &simulation->index->header;
    int is_offline = header->profile.id == ELIG_PROFILE_OFFLINE;
    /* a lookup in an offline index takes several threads itself */
    unsigned threads = is_offline ? 1 : simulation->threads, made = 0;
    struct guessing guessing = {.simulation = simulation,
                                .workers = calloc(threads, sizeof(struct worker *)),
                                .now = header->not_before != 0 ? header->not_before : header->not_after,
                                .at_once = is_offline ? LOOKUP_ARGON2_GROUP : GUESSES_AT_ONCE};
    int error = ELIG_E_MEMORY;
    while (guessing.workers != NULL && made < threads &&
           (guessing.workers[made] = calloc(1, sizeof(struct worker))) != NULL)
        made++;
    double begun = read_clock(CLOCK_MONOTONIC), spent = read_clock(CLOCK_PROCESS_CPUTIME_ID);
    if (made > 0)
        error = parallel_run(made, made, work, &guessing);
    simulation->seconds = read_clock(CLOCK_MONOTONIC) - begun;
    simulation->core_seconds = read_clock(CLOCK_PROCESS_CPUTIME_ID) - spent;
    for (unsigned i = 0; i < made; i++) {
        add_up(simulation, guessing.workers[i]);
        sodium_memzero(guessing.workers[i], sizeof *guessing.workers[i]);
        free(guessing.workers[i]);
    }
    free(guessing.workers);
    return error;
}

/* ---- Reporting ---- */

struct outcome_of_kind {
    const struct elig_kind *kind;
    const struct attack_tally *tally;
    double keyspace;              /* candidates of the kind */
    double false_positives;       /* expected among those tried */
    struct attack_cost_odds odds; /* if all of the universe were tried */
    double precision;             /* expected of those tried, given how many were on the list */
};

static struct outcome_of_kind outcome_of(const struct attack *simulation, unsigned kind)
{
    const struct header *header = &simulation->index->header;
    struct outcome_of_kind outcome = {.kind = &header->kinds[kind], .tally = &simulation->tallies[kind]};
    double valid = (double)(outcome.tally->tried - outcome.tally->invalid);
    double members = (double)outcome.tally->members;
    double listed = (double)outcome.kind->identifiers;
    outcome.keyspace = keyspace_candidates(outcome.kind);
    double rate = ldexp(fpr_test_expected(simulation->index), (int)header->profile.work_bits);
    outcome.false_positives = (valid - members) * rate;
    double strangers = fmax(outcome.keyspace - listed, 0);
    outcome.odds = attack_cost_odds(outcome.keyspace, listed, strangers, listed, rate);
    outcome.precision = members > 0 ? members / (members + outcome.false_positives) : 0;
    return outcome;
}

static struct attack_tally sum_of(const struct attack *simulation)
{
    struct attack_tally sum = {0};
    for (unsigned kind = 0; kind < ELIG_KINDS_MAX; kind++) {
        sum.tried += simulation->tallies[kind].tried;
        sum.invalid += simulation->tallies[kind].invalid;
        sum.found += simulation->tallies[kind].found;
        sum.members += simulation->tallies[kind].members;
    }
    return sum;
}

/* All candidates of all kinds that were tried. */
static double universe_of(const struct attack *simulation)
{
    double candidates = 0;
    for (unsigned kind = 0; kind < simulation->index->header.kind_count; kind++)
        if (simulation->tallies[kind].tried > 0)
            candidates += keyspace_candidates(&simulation->index->header.kinds[kind]);
    return candidates;
}

static void report_rate(struct audit_context *run, const struct attack *simulation)
{
    const struct profile *profile = &simulation->index->header.profile;
    struct attack_tally sum = sum_of(simulation);
    double tried = (double)sum.tried, each = tried / simulation->core_seconds;
    double assumed = 1 / ldexp(cost_digest_seconds(profile), (int)profile->work_bits);
    double all = universe_of(simulation);
    char time[COST_TEXT], here[COST_TEXT], core[COST_TEXT];
    struct finding *finding =
        report_find(run->report, CHECK_SIMULATION, OUTCOME_INFO,
                    "%llu guesses in %s, %s for each second of a core: %llu found; all %s candidates in %s as "
                    "it ran here, in %s on one core",
                    (unsigned long long)sum.tried, cost_time_text(simulation->seconds, time), COST_COUNT(each),
                    (unsigned long long)sum.found, COST_COUNT(all),
                    cost_time_text(all / tried * simulation->seconds, here), cost_time_text(all / each, core));
    finding_method(
        finding,
        "Candidates were made, brought into canonical form, digested and looked up as an attacker "
        "would with what this audit was given, whatever the window. Only counts were kept. The table "
        "of prices assumes %s guesses a second on one core, from digests alone, without making candidates "
        "and "
        "looking them up; measured is %.2f of that.",
        COST_COUNT(assumed), each / assumed);
    finding_number(finding, "tried", (double)sum.tried);
    finding_number(finding, "invalid", (double)sum.invalid);
    finding_number(finding, "found", (double)sum.found);
    finding_number(finding, "seconds", simulation->seconds);
    finding_number(finding, "core_seconds", simulation->core_seconds);
    finding_number(finding, "guesses_per_core_second", each);
    finding_number(finding, "assumed_per_core_second", assumed);
    finding_number(finding, "ratio", each / assumed);
    finding_number(finding, "candidates", all);
    finding_number(finding, "seconds_for_all", all / tried * simulation->seconds);
    finding_number(finding, "core_seconds_for_all", all / each);
    if (simulation->shapeless > 0)
        finding_detail(finding, "%llu lines have not the parts of any kind, and were left out",
                       (unsigned long long)simulation->shapeless);
}

/* Of each kind: what was found beside what the formulas say. */
static void detail_precision(struct finding *finding, const struct attack *simulation)
{
    for (unsigned kind = 0; kind < simulation->index->header.kind_count; kind++) {
        struct outcome_of_kind outcome = outcome_of(simulation, kind);
        double tried = (double)outcome.tally->tried, found = (double)outcome.tally->found;
        if (outcome.tally->tried == 0)
            continue;
        if (simulation->ground_truth != NULL)
            finding_detail(finding,
                           "kind %s: %.0f found, %llu of them listed, %.0f not; expected %.4g that are not: "
                           "precision %.6g, by formula %.6g",
                           public_text_kind(outcome.kind), found, (unsigned long long)outcome.tally->members,
                           found - (double)outcome.tally->members, outcome.false_positives,
                           found > 0 ? (double)outcome.tally->members / found : 0, outcome.precision);
        else
            finding_detail(finding,
                           "kind %s: %.0f found, of which %.4g are expected not to be listed; %.4g listed ones "
                           "would be expected if all %llu were among %s candidates",
                           public_text_kind(outcome.kind), found, fmin(outcome.false_positives, found),
                           (double)outcome.kind->identifiers * fmin(tried / outcome.keyspace, 1),
                           (unsigned long long)outcome.kind->identifiers, COST_COUNT(outcome.keyspace));
        finding_detail(finding, "kind %s: with all %s candidates tried, precision 1 / (1 + lambda) = %.9g",
                       public_text_kind(outcome.kind), COST_COUNT(outcome.keyspace), outcome.odds.precision);
    }
}

static void report_precision(struct audit_context *run, const struct attack *simulation)
{
    struct attack_tally sum = sum_of(simulation);
    double expected = 0, strangers = (double)(sum.found - sum.members);
    for (unsigned kind = 0; kind < simulation->index->header.kind_count; kind++)
        expected += outcome_of(simulation, kind).false_positives;
    double more = statistics_at_least(sum.found - sum.members, expected);
    double fewer = 1 - statistics_at_least(sum.found - sum.members + 1, expected);
    int is_chance = fmin(more, fewer) >= STATISTICS_FAULT;
    struct finding *finding;
    if (simulation->ground_truth == NULL) {
        finding = report_find(run->report, CHECK_SIMULATION_PRECISION, OUTCOME_INFO,
                              "of %llu found, %.4g are expected not to be listed; give the list for the truth",
                              (unsigned long long)sum.found, fmin(expected, (double)sum.found));
        finding_method(finding, "Guesses times the rate of false positives.");
    } else {
        finding = report_find(run->report, CHECK_SIMULATION_PRECISION, is_chance ? OUTCOME_PASS : OUTCOME_WARN,
                              "%.0f of %llu found are not on the list, expected %.4g: precision %.6g",
                              strangers, (unsigned long long)sum.found, expected,
                              sum.found > 0 ? (double)sum.members / (double)sum.found : 0);
        finding_method(
            finding,
            "Whoever was found was looked for on the list, of %llu identifiers; the others should be "
            "as many as strangers tried times the rate of false positives (Poisson, p = %.2g).",
            (unsigned long long)ground_truth_size(simulation->ground_truth), fmin(1, 2 * fmin(more, fewer)));
        if (!is_chance)
            finding_detail(finding,
                           "is this the whole list, and are its columns the ones the index was made of?");
    }
    finding_number(finding, "found", (double)sum.found);
    finding_number(finding, "expected_false_positives", expected);
    if (simulation->ground_truth != NULL) {
        finding_number(finding, "false_positives", strangers);
        finding_number(finding, "precision", (double)sum.members / (double)sum.found);
    }
    detail_precision(finding, simulation);
}

static void put_table(struct audit_context *run, const struct attack *simulation)
{
    double each = simulation->core_seconds / (double)sum_of(simulation).tried;
    struct table *table = report_table(run->report, CHAPTER_SIMULATION, "simulation", "Guesses that were made",
                                       "Counts only: no candidate is kept or shown.");
    table_column(table, "kind", "kind", 0);
    table_column(table, "tried", "tried", 1);
    table_column(table, "invalid", "invalid", 1);
    table_column(table, "found", "found", 1);
    table_column(table, "members", "on the list", 1);
    table_column(table, "expected_false_positives", "false positives expected", 1);
    table_column(table, "candidates", "candidates there are", 1);
    table_column(table, "core_seconds_for_all", "one core for all", 1);
    for (unsigned kind = 0; kind < simulation->index->header.kind_count; kind++) {
        struct outcome_of_kind outcome = outcome_of(simulation, kind);
        const struct attack_tally *tally = outcome.tally;
        char time[COST_TEXT];
        if (tally->tried == 0)
            continue;
        table_text(table, "%s", public_text_kind(outcome.kind));
        table_number(table, (double)tally->tried, "%llu", (unsigned long long)tally->tried);
        table_number(table, (double)tally->invalid, "%llu", (unsigned long long)tally->invalid);
        table_number(table, (double)tally->found, "%llu", (unsigned long long)tally->found);
        table_number(table, simulation->ground_truth != NULL ? (double)tally->members : INFINITY,
                     simulation->ground_truth != NULL ? "%llu" : "not known",
                     (unsigned long long)tally->members);
        table_number(table, outcome.false_positives, "%.4g", outcome.false_positives);
        table_number(table, outcome.keyspace, "%.3g", outcome.keyspace);
        table_number(table, outcome.keyspace * each, "%s", cost_time_text(outcome.keyspace * each, time));
    }
}

/* ---- The check ---- */

static int is_of_type(const struct elig_kind *kind, const struct elig_part *part)
{
    return kind->part_count == 1 && memcmp(&kind->parts[0], part, sizeof *part) == 0;
}

/* Marks the kinds that are of the type asked for, or all where none was. Returns 0 if there are none,
 * explained. */
static int choose_kinds(const struct audit_context *run, const struct elig_part *part, int *is_wanted)
{
    const struct header *header = &run->target->header;
    unsigned wanted = 0;
    for (unsigned kind = 0; kind < header->kind_count; kind++) {
        is_wanted[kind] = run->audit->simulate == NULL || is_of_type(&header->kinds[kind], part);
        wanted += (unsigned)is_wanted[kind];
    }
    if (wanted == 0)
        message("simulate %s: on %s: no kind of it is of that type and of no other part besides",
                run->audit->simulate, run->target->path);
    return wanted > 0;
}

/* The source of candidates, or NULL, explained. */
static struct guesses *open_candidates(const struct audit_config *audit, const struct elig_part *part)
{
    struct guesses *candidates;
    if (audit->simulate_list != NULL) {
        candidates = guesses_of_file(audit->simulate_list);
        if (candidates == NULL)
            message("open %s: %s", audit->simulate_list, strerror(errno));
        return candidates;
    }
    if (keyspace_writable(part) == 0) {
        message("simulate %s: there is no rule to make its candidates by: give them with --simulate-list",
                audit->simulate);
        return NULL;
    }
    candidates = guesses_of_part(part, audit->simulate_sample);
    if (candidates == NULL)
        message("simulate %s: %s", audit->simulate, elig_error_text(ELIG_E_MEMORY));
    return candidates;
}

static int guess(struct audit_context *run, struct attack *simulation)
{
    const struct audit_config *audit = run->audit;
    int is_list = audit->simulate_list != NULL;
    progress_begin(run->progress, RUN_SIMULATE, guesses_total(simulation->candidates),
                   is_list ? "MB" : "M guesses", 1000000);
    int error = attack_run(simulation);
    if (error != 0) {
        message("simulate: on %s: %s", run->target->path, elig_error_text(error));
        return EXIT_CANNOT;
    }
    if (!guesses_are_complete(simulation->candidates)) {
        message("read %s: %s", audit->simulate_list, strerror(errno));
        return EXIT_CANNOT;
    }
    if (sum_of(simulation).tried == 0) {
        message("simulate: no line of %s has the parts of a kind", audit->simulate_list);
        return EXIT_CANNOT;
    }
    report_rate(run, simulation);
    report_precision(run, simulation);
    put_table(run, simulation);
    return EXIT_DONE;
}

/* Whether guesses can be made at all: 1, or 0, explained. */
static int can_guess(const struct audit_context *run)
{
    const struct target *target = run->target;
    if (target->header.profile.id == ELIG_PROFILE_OFFLINE || target->has_secret)
        return 1;
    message("simulate: on %s: %s", target->path,
            elig_error_text(target->key_error != 0 ? target->key_error : ELIG_E_NO_SECRET));
    return 0;
}

int attack_check(struct audit_context *run)
{
    const struct audit_config *audit = run->audit;
    struct elig_part part = {0};
    struct ground_truth *ground_truth = NULL;
    if (audit->simulate == NULL && audit->simulate_list == NULL)
        return EXIT_DONE;
    if (run->target->index == NULL) {
        report_find(run->report, CHECK_SIMULATION, OUTCOME_INFO, "not carried out: readers refuse the file");
        return EXIT_DONE;
    }
    if (audit->simulate != NULL && !canon_part_parse(audit->simulate, &part)) {
        message("simulate: there is no such type");
        return EXIT_CANNOT;
    }
    struct attack simulation = {
        .index = run->target->index, .threads = audit->threads, .progress = run->progress};
    if (!can_guess(run) || !choose_kinds(run, &part, simulation.is_wanted))
        return EXIT_CANNOT;
    if (audit->list_count > 0) {
        progress_begin(run->progress, RUN_SIMULATE, 0, "MB", 1000000);
        ground_truth = ground_truth_read(run);
        if (ground_truth == NULL)
            return EXIT_CANNOT;
    }
    simulation.ground_truth = ground_truth;
    simulation.candidates = open_candidates(audit, &part);
    int result = simulation.candidates != NULL ? guess(run, &simulation) : EXIT_CANNOT;
    guesses_close(simulation.candidates);
    ground_truth_free(ground_truth);
    return result;
}
