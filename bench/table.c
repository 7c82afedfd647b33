/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NAME_WIDTH 60

static const char *const floor_names[] = {
#define FLOOR_NAME(name, text) text,
    LOWER_BOUNDS(FLOOR_NAME)
#undef FLOOR_NAME
};

static double middle(const struct contender *contender, enum comparison_metric metric)
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
        print_cell(8, 2, clock_median_ratio(contender->values[CONTEST_HIT_NS], elig->values[CONTEST_HIT_NS]));
        print_cell(8, 0, middle(contender, CONTEST_BUILD_NS));
        print_cell(8, 2, middle(contender, CONTEST_BITS));
        print_cell(9, 2, middle(contender, CONTEST_COLD_MS));
        print_cell(8, 1, middle(contender, CONTEST_HIT_NS));
        print_cell(8, 1, middle(contender, CONTEST_MISS_NS));
        print_cell(8, 1, middle(contender, CONTEST_BATCH_NS));
        print_cell(9, 1, middle(contender, CONTEST_MEMORY_MIB));
        putchar('\n');
    }
}

static void print_floors(const struct comparison *comparison)
{
    putchar('\n');
    for (unsigned floor = 0; floor < FLOORS_COUNT; floor++)
        printf("%-*s %8.1f ns\n", NAME_WIDTH, floor_names[floor], clock_median(comparison->floors[floor]));
}

/* ---- Targets ---- */

/* How far a figure is from its target; at_least: more is better. */
static void print_target(const char *name, double value, double target, int at_least)
{
    int is_met = at_least ? value >= target : value <= target;
    printf("%-*s %8.2f   %s %5.2f   %s\n", NAME_WIDTH, name, value, at_least ? ">=" : "<=", target,
           is_met ? "met" : "NOT MET");
}

static void print_peer_target(const struct comparison *comparison, const struct peer *peer, const char *name,
                              double target)
{
    const struct contender *contender = comparison_find(comparison, peer);
    if (contender != NULL)
        print_target(name,
                     clock_median_ratio(contender->values[CONTEST_HIT_NS],
                                        comparison->contenders[0].values[CONTEST_HIT_NS]),
                     target, 1);
}

static void print_pages(const char *name, int64_t least, int64_t most)
{
    if (most < 0)
        printf("%-*s cannot be counted on this file system\n", NAME_WIDTH, name);
    else
        printf("%-*s %lld to %lld\n", NAME_WIDTH, name, (long long)least, (long long)most);
}

static void print_targets(const struct comparison *comparison, const struct table_pages *pages)
{
    const struct contender *elig = &comparison->contenders[0];
    double two_lines[CLOCK_ROUNDS];
    for (unsigned i = 0; i < CLOCK_ROUNDS; i++)
        two_lines[i] = 2 * comparison->floors[FLOOR_PREFETCHED][i];
    printf("\n%-*s %8s   %8s\n", NAME_WIDTH, "targets", "measured", "target");
    print_target("bits per identifier over f, all included", middle(elig, CONTEST_BITS) - PEER_FINGERPRINT_BITS,
                 2.75, 0);
    print_peer_target(comparison, &peer_cdb, "hit of tinycdb / hit of elig, one at a time", 10);
    print_peer_target(comparison, &peer_lmdb, "hit of LMDB / hit of elig, one at a time", 15);
    print_peer_target(comparison, &peer_sqlite, "hit of SQLite / hit of elig, one at a time", 40);
    print_target("batch of elig / two prefetched lines",
                 clock_median_ratio(elig->values[CONTEST_BATCH_NS], two_lines), 1.3, 0);
    print_target("identifier to verdict / BLAKE2b, one at a time",
                 clock_median_ratio(comparison->floors[FLOOR_IDENTIFIER_ONE], comparison->floors[FLOOR_HASH]),
                 1.6, 0);
    print_target("identifier to verdict / BLAKE2b, in batches",
                 clock_median_ratio(comparison->floors[FLOOR_IDENTIFIER_BATCH], comparison->floors[FLOOR_HASH]),
                 1.6, 0);
    if (pages->open_most >= 0)
        print_target("pages read by a lookup in an open index, at most", (double)pages->open_most, 1, 0);
    else
        print_pages("pages read by a lookup in an open index", pages->open_least, pages->open_most);
    print_pages("pages read to open and ask once", pages->once_least, pages->once_most);
}

void table_print(const struct comparison *comparison, const struct table_pages *pages)
{
    print_contenders(comparison);
    print_floors(comparison);
    print_targets(comparison, pages);
}

/* ---- CSV ---- */

static void write_contender(FILE *stream, const struct comparison *comparison,
                            const struct contender *contender)
{
    fprintf(stream, "%llu,\"%s\"", (unsigned long long)comparison->n, contender->peer->name);
    for (unsigned metric = 0; metric < CONTEST_METRICS_COUNT; metric++) {
        double value = middle(contender, (enum comparison_metric)metric);
        if (isnan(value))
            fputc(',', stream);
        else
            fprintf(stream, ",%.3f", value);
    }
    fputc('\n', stream);
}

/* A floor is a line whose only figure is in the column of hits. */
static void write_floor(FILE *stream, const struct comparison *comparison, enum lower_bound floor)
{
    fprintf(stream, "%llu,\"%s\"", (unsigned long long)comparison->n, floor_names[floor]);
    for (unsigned metric = 0; metric < CONTEST_METRICS_COUNT; metric++) {
        fputc(',', stream);
        if (metric == CONTEST_HIT_NS)
            fprintf(stream, "%.3f", clock_median(comparison->floors[floor]));
    }
    fputc('\n', stream);
}

int table_append_csv(const struct comparison *comparison, const char *path)
{
    FILE *stream = fopen(path, "ae");
    int good = stream != NULL && fseek(stream, 0, SEEK_END) == 0;
    if (good) {
#define COLUMN(name, text) "," text
        if (ftell(stream) == 0)
            fputs("identifiers,contender" COMPARISON_METRICS(COLUMN) "\n", stream);
#undef COLUMN
        for (unsigned i = 0; i < comparison->count; i++)
            write_contender(stream, comparison, &comparison->contenders[i]);
        for (unsigned floor = 0; floor < FLOORS_COUNT; floor++)
            write_floor(stream, comparison, (enum lower_bound)floor);
        good = !ferror(stream);
    }
    if (stream != NULL)
        good = fclose(stream) == 0 && good;
    if (!good)
        perror(path);
    return good;
}
