/* SPDX-License-Identifier: Apache-2.0 */
#include "builder/steps.h"
#include "lib/util/message.h"

/* ---- What guessing costs ---- */

static void print_prices(const struct pipeline *build)
{
    const struct config *config = build->config;
    char text[COST_SENTENCE];
    for (unsigned kind = 0; kind < config->list.kind_count; kind++)
        message("%s", cost_sentence(&config->profile, &config->list.kinds[kind], &build->prices[kind], text));
}

static int judge_prices(const struct pipeline *build)
{
    const struct config *config = build->config;
    char text[COST_SENTENCE];
    int result = EXIT_DONE;
    for (unsigned kind = 0; kind < config->list.kind_count; kind++)
        if (cost_is_cheap(&config->profile, &build->prices[kind])) {
            message("%s",
                    cost_sentence(&config->profile, &config->list.kinds[kind], &build->prices[kind], text));
            result = EXIT_REFUSED;
        }
    if (result != EXIT_DONE)
        message(
            "refused: that is less than $%.0f. Use --profile keyed or blind, make a composite of more parts, "
            "raise --work-bits or --argon2-memory, or say --accept-enumerable",
            COST_CHEAP);
    return result;
}

/* ---- What the build costs ---- */

static void print_cost(const struct pipeline *build)
{
    const struct config *config = build->config;
    char each[COST_TEXT], all[COST_TEXT], wall[COST_TEXT];
    uint64_t identifiers = step_estimate_identifiers(config);
    cost_time_text(build->digest_seconds, each);
    if (identifiers == 0) {
        message("%s of one core for each identifier", each);
        return;
    }
    double seconds = build->digest_seconds * (double)identifiers;
    message("%s of one core for each of about %llu identifiers: %s in all, %s on %u threads", each,
            (unsigned long long)identifiers, cost_time_text(seconds, all),
            cost_time_text(seconds / config->threads, wall), config->threads);
}

/* ---- The step ---- */

int step_price(struct pipeline *build)
{
    const struct config *config = build->config;
    /* sets may be of dearer digests than this machine has memory for, and are assembled without making any */
    int is_measured = config->command != COMMAND_ASSEMBLE || config->profile.id != ELIG_PROFILE_OFFLINE;
    if (is_measured && build->digest_seconds <= 0)
        build->digest_seconds = cost_digest_seconds(&config->profile);
    if (is_measured && build->digest_seconds <= 0)
        return step_out_of_memory();
    for (unsigned kind = 0; kind < config->list.kind_count; kind++)
        build->prices[kind] = cost_of_kind(&config->profile, &config->list.kinds[kind], build->digest_seconds);
    if (config->command ==
        COMMAND_ASSEMBLE) /* it was said when the sets were made; the report has it once more */
        return EXIT_DONE;
    int result = config->accepts_enumerable ? EXIT_DONE : judge_prices(build);
    build->is_too_cheap = result != EXIT_DONE;
    if (result == EXIT_DONE && !config->list.is_quiet) {
        print_prices(build);
        if (config->profile.id != ELIG_PROFILE_KEYED)
            print_cost(build);
    }
    return result;
}
