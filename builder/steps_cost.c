/* SPDX-License-Identifier: Apache-2.0 */
/* steps_cost.c - the steps that print what the build costs and what guessing costs, and judge the latter. */
#include "builder/steps.h"
#include "lib/util/message.h"

/* ---- What guessing costs ---- */

/* Prints the sentence about each kind, or about the cheap ones only. Returns how many were printed. */
static unsigned print_guessing_costs(const struct pipeline *pipeline, bool only_cheap)
{
    const struct config *config = pipeline->config;
    char text[COST_SENTENCE];
    unsigned printed = 0;
    for (unsigned kind = 0; kind < config->list.kind_count; kind++) {
        if (only_cheap && !cost_is_cheap(&config->profile, &pipeline->prices[kind]))
            continue;
        message("%s",
                cost_sentence(&config->profile, &config->list.kinds[kind], &pipeline->prices[kind], text));
        printed++;
    }
    return printed;
}

/* ---- What the build costs ---- */

static void print_cost(const struct pipeline *pipeline)
{
    const struct config *config = pipeline->config;
    char each[COST_TEXT], all[COST_TEXT], wall[COST_TEXT];
    uint64_t identifiers = step_estimate_identifiers(config);
    cost_time_text(pipeline->digest_seconds, each);
    if (identifiers == 0) {
        message("%s of one core for each identifier", each);
        return;
    }
    double seconds = pipeline->digest_seconds * (double)identifiers;
    message("%s of one core for each of about %llu identifiers: %s in all, %s on %u threads", each,
            (unsigned long long)identifiers, cost_time_text(seconds, all),
            cost_time_text(seconds / config->threads, wall), config->threads);
}

/* ---- The steps ---- */

int step_check_costs(struct pipeline *pipeline)
{
    const struct config *config = pipeline->config;
    /* Digest files may need more memory for a digest than this machine has; assembling makes no digests. */
    bool is_measured = config->command != COMMAND_ASSEMBLE || config->profile.id != ELIG_PROFILE_OFFLINE;
    if (is_measured && pipeline->digest_seconds <= 0)
        pipeline->digest_seconds = cost_digest_seconds(&config->profile);
    if (is_measured && pipeline->digest_seconds <= 0)
        return step_out_of_memory();
    for (unsigned kind = 0; kind < config->list.kind_count; kind++)
        pipeline->prices[kind] =
            cost_of_kind(&config->profile, &config->list.kinds[kind], pipeline->digest_seconds);
    if (config->command == COMMAND_ASSEMBLE) /* printed when the digest files were made */
        return EXIT_DONE;
    if (!config->accepts_enumerable && print_guessing_costs(pipeline, true) > 0)
        return message_exit_code(
            message_refuse("refused: that is less than $%.0f. Use --profile keyed or blind, make "
                           "a composite of more parts, raise --work-bits or --argon2-memory, or "
                           "say --accept-enumerable",
                           COST_CHEAP));
    if (!config->is_quiet && config->profile.id != ELIG_PROFILE_KEYED)
        print_cost(pipeline);
    return EXIT_DONE;
}

int step_print_guessing_costs(struct pipeline *pipeline)
{
    if (!pipeline->config->is_quiet)
        (void)print_guessing_costs(pipeline, false);
    return EXIT_DONE;
}
