#include "build.h"

#include "message.h"

/* ---- What guessing costs ---- */

static void print_prices(const struct build *build)
{
    const struct recipe *recipe = build->recipe;
    char text[PRICE_SENTENCE];
    for (unsigned kind = 0; kind < recipe->list.kind_count; kind++)
        message("%s", price_sentence(&recipe->profile, &recipe->list.kinds[kind], &build->prices[kind], text));
}

static int judge_prices(const struct build *build)
{
    const struct recipe *recipe = build->recipe;
    char text[PRICE_SENTENCE];
    int result = EXIT_DONE;
    for (unsigned kind = 0; kind < recipe->list.kind_count; kind++)
        if (price_is_cheap(&recipe->profile, &build->prices[kind])) {
            message("%s",
                    price_sentence(&recipe->profile, &recipe->list.kinds[kind], &build->prices[kind], text));
            result = EXIT_REFUSED;
        }
    if (result != EXIT_DONE)
        message(
            "refused: that is less than $%.0f. Use --profile keyed or blind, make a composite of more parts, "
            "raise --work-bits or --argon2-memory, or say --accept-enumerable",
            PRICE_CHEAP);
    return result;
}

/* ---- What the build costs ---- */

static void print_cost(const struct build *build)
{
    const struct recipe *recipe = build->recipe;
    char each[PRICE_TEXT], all[PRICE_TEXT], wall[PRICE_TEXT];
    uint64_t identifiers = build_estimate_identifiers(recipe);
    price_time_text(build->digest_seconds, each);
    if (identifiers == 0) {
        message("%s of one core for each identifier", each);
        return;
    }
    double seconds = build->digest_seconds * (double)identifiers;
    message("%s of one core for each of about %llu identifiers: %s in all, %s on %u threads", each,
            (unsigned long long)identifiers, price_time_text(seconds, all),
            price_time_text(seconds / recipe->threads, wall), recipe->threads);
}

/* ---- The step ---- */

int build_price(struct build *build)
{
    const struct recipe *recipe = build->recipe;
    /* sets may be of dearer digests than this machine has memory for, and are assembled without making any */
    int is_measured = recipe->command != COMMAND_ASSEMBLE || recipe->profile.id != ELIG_PROFILE_OFFLINE;
    if (is_measured && build->digest_seconds <= 0)
        build->digest_seconds = price_digest_seconds(&recipe->profile);
    if (is_measured && build->digest_seconds <= 0)
        return build_out_of_memory();
    for (unsigned kind = 0; kind < recipe->list.kind_count; kind++)
        build->prices[kind] = price_of_kind(&recipe->profile, &recipe->list.kinds[kind], build->digest_seconds);
    if (recipe->command ==
        COMMAND_ASSEMBLE) /* it was said when the sets were made; the report has it once more */
        return EXIT_DONE;
    int result = recipe->accepts_enumerable ? EXIT_DONE : judge_prices(build);
    build->is_too_cheap = result != EXIT_DONE;
    if (result == EXIT_DONE && !recipe->list.is_quiet) {
        print_prices(build);
        if (recipe->profile.id != ELIG_PROFILE_KEYED)
            print_cost(build);
    }
    return result;
}
