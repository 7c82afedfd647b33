/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the results of a comparison as a table and as CSV. */
#include "bench/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NAME_WIDTH 60

static const char *const bound_names[] = {
#define BOUND_NAME(name, text) text,
    LOWER_BOUNDS(BOUND_NAME)
#undef BOUND_NAME
};

static double median(const struct contender *contender, enum comparison_metric metric)
{
    return clock_median(contender->values[metric]);
}

static void print_cell(int width, int digits, double value)
{
    if (isnan(value))
        printf(" %*s", width, "-");
    else
        printf(" %*.*f", width, digits, value);
}

/* ---- Contenders ---- */

static void print_contenders(const struct comparison *comparison)
{
    const struct contender *elig = &comparison->contenders[0];
    printf("\n%-16s %8s %8s %8s %9s %8s %8s %8s %9s\n", "", "hit,", "build", "bits", "cold", "hit", "miss",
           "batch", "resident");
    printf("%-16s %8s %8s %8s %9s %8s %8s %8s %9s\n", "contender", "x elig", "ns/id", "per id", "ms", "ns",
           "ns", "ns", "MiB");
    for (unsigned i = 0; i < comparison->count; i++) {
        const struct contender *contender = &comparison->contenders[i];
        printf("%-16s", contender->peer->name);
        print_cell(8, 2, clock_median_ratio(contender->values[METRIC_HIT_NS], elig->values[METRIC_HIT_NS]));
        print_cell(8, 0, median(contender, METRIC_BUILD_NS));
        print_cell(8, 2, median(contender, METRIC_BITS));
        print_cell(9, 2, median(contender, METRIC_COLD_MS));
        print_cell(8, 1, median(contender, METRIC_HIT_NS));
        print_cell(8, 1, median(contender, METRIC_MISS_NS));
        print_cell(8, 1, median(contender, METRIC_BATCH_NS));
        print_cell(9, 1, median(contender, METRIC_MEMORY_MIB));
        putchar('\n');
    }
}

static void print_bounds(const struct comparison *comparison)
{
    putchar('\n');
    for (unsigned bound = 0; bound < BOUNDS_COUNT; bound++)
        printf("%-*s %8.1f ns\n", NAME_WIDTH, bound_names[bound], clock_median(comparison->bounds[bound]));
}

/* ---- Targets ---- */

/* One line of the targets. at_least: a larger value is better. */
static void print_target(const char *name, double value, double target, bool at_least)
{
    bool is_met = at_least ? value >= target : value <= target;
    printf("%-*s %8.2f   %s %5.2f   %s\n", NAME_WIDTH, name, value, at_least ? ">=" : "<=", target,
           is_met ? "met" : "NOT MET");
}

static void print_peer_target(const struct comparison *comparison, const struct peer *peer, const char *name,
                              double target)
{
    const struct contender *contender = comparison_find(comparison, peer);
    if (contender != NULL)
        print_target(name,
                     clock_median_ratio(contender->values[METRIC_HIT_NS],
                                        comparison->contenders[0].values[METRIC_HIT_NS]),
                     target, true);
}

static void print_pages(const char *name, const struct table_pages *pages)
{
    if (pages->is_known)
        printf("%-*s %llu to %llu\n", NAME_WIDTH, name, (unsigned long long)pages->least,
               (unsigned long long)pages->most);
    else
        printf("%-*s cannot be counted on this file system\n", NAME_WIDTH, name);
}

static void print_targets(const struct comparison *comparison, const struct table_pages *once,
                          const struct table_pages *open)
{
    const struct contender *elig = &comparison->contenders[0];
    double two_lines[CLOCK_ROUNDS];
    for (unsigned i = 0; i < CLOCK_ROUNDS; i++)
        two_lines[i] = 2 * comparison->bounds[BOUND_PREFETCHED][i];
    printf("\n%-*s %8s   %8s\n", NAME_WIDTH, "targets", "measured", "target");
    print_target("bits per identifier over f, all included", median(elig, METRIC_BITS) - PEER_FINGERPRINT_BITS,
                 2.75, false);
    print_peer_target(comparison, &peer_cdb, "hit of tinycdb / hit of elig, one at a time", 10);
    print_peer_target(comparison, &peer_lmdb, "hit of LMDB / hit of elig, one at a time", 15);
    print_peer_target(comparison, &peer_sqlite, "hit of SQLite / hit of elig, one at a time", 40);
    print_target("batch of elig / two prefetched lines",
                 clock_median_ratio(elig->values[METRIC_BATCH_NS], two_lines), 1.3, false);
    print_target("identifier to verdict / BLAKE2b, one at a time",
                 clock_median_ratio(comparison->bounds[BOUND_IDENTIFIER_ONE], comparison->bounds[BOUND_HASH]),
                 1.6, false);
    print_target("identifier to verdict / BLAKE2b, in batches",
                 clock_median_ratio(comparison->bounds[BOUND_IDENTIFIER_BATCH], comparison->bounds[BOUND_HASH]),
                 1.6, false);
    if (open->is_known)
        print_target("pages read by a lookup in an open index, at most", (double)open->most, 1, false);
    else
        print_pages("pages read by a lookup in an open index", open);
    print_pages("pages read to open and ask once", once);
}

void table_print(const struct comparison *comparison, const struct table_pages *once,
                 const struct table_pages *open)
{
    print_contenders(comparison);
    print_bounds(comparison);
    print_targets(comparison, once, open);
}

/* ---- CSV ---- */

static void write_contender(FILE *stream, const struct comparison *comparison,
                            const struct contender *contender)
{
    fprintf(stream, "%llu,\"%s\"", (unsigned long long)comparison->n, contender->peer->name);
    for (unsigned metric = 0; metric < METRICS_COUNT; metric++) {
        double value = median(contender, (enum comparison_metric)metric);
        if (isnan(value))
            fputc(',', stream);
        else
            fprintf(stream, ",%.3f", value);
    }
    fputc('\n', stream);
}

/* A lower bound is a line whose only figure is in the column of hits. */
static void write_bound(FILE *stream, const struct comparison *comparison, enum lower_bound bound)
{
    fprintf(stream, "%llu,\"%s\"", (unsigned long long)comparison->n, bound_names[bound]);
    for (unsigned metric = 0; metric < METRICS_COUNT; metric++) {
        fputc(',', stream);
        if (metric == METRIC_HIT_NS)
            fprintf(stream, "%.3f", clock_median(comparison->bounds[bound]));
    }
    fputc('\n', stream);
}

bool table_append_csv(const struct comparison *comparison, const char *path)
{
    FILE *stream = fopen(path, "ae");
    bool ok = stream != NULL && fseek(stream, 0, SEEK_END) == 0;
    if (ok) {
#define COLUMN(name, text) "," text
        if (ftell(stream) == 0)
            fputs("identifiers,contender" COMPARISON_METRICS(COLUMN) "\n", stream);
#undef COLUMN
        for (unsigned i = 0; i < comparison->count; i++)
            write_contender(stream, comparison, &comparison->contenders[i]);
        for (unsigned bound = 0; bound < BOUNDS_COUNT; bound++)
            write_bound(stream, comparison, (enum lower_bound)bound);
        ok = !ferror(stream);
    }
    if (stream != NULL)
        ok = fclose(stream) == 0 && ok;
    if (!ok)
        perror(path);
    return ok;
}
