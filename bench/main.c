/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The benchmark: elig beside what one would use instead, and beside the floors of the same machine in the same
 * run. Every metric is defined in bench/README.md.
 *
 *     bench [--csv FILE] [--peers-up-to N] [--index FILE] FOLDER N
 *
 * --index: measures an index of persons 0 .. N - 1 that is there already, and no peers.
 */
#include <getopt.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/comparison.h"
#include "bench/dataset.h"
#include "bench/pages.h"
#include "bench/table.h"
#include "lib/util/parse.h"

#define PAGE_PROBES 50

/* In this order in the tables. elig is first: it is what the others are compared with. */
static const struct peer *const peers[] = {
    &peer_elig, &peer_elig_populated, &peer_elig_first_use, &peer_elig_walk, &peer_sorted, &peer_cmph,
    &peer_cdb,  &peer_lmdb,           &peer_sqlite,
};

struct settings {
    uint64_t n, peers_up_to;
    const char *folder, *csv, *index;
};

static int read_settings(int argc, char **argv, struct settings *settings)
{
    static const struct option known[] = {{"csv", required_argument, NULL, 'c'},
                                          {"peers-up-to", required_argument, NULL, 'p'},
                                          {"index", required_argument, NULL, 'i'},
                                          {0}};
    int option;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1)
        if (option == 'c')
            settings->csv = optarg;
        else if (option == 'i')
            settings->index = optarg;
        else if (option != 'p' || !parse_number(optarg, 0, UINT64_MAX, &settings->peers_up_to))
            return 0;
    if (argc - optind != 2 || !parse_number(argv[optind + 1], 1, UINT64_C(1) << 40, &settings->n))
        return 0;
    settings->folder = argv[optind];
    return 1;
}

static int build_all(struct comparison *comparison, const char *index)
{
    if (index != NULL)
        return comparison_take(comparison, index);
    unsigned threads = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
    uint8_t(*digests)[ELIG_DIGEST_BYTES] = dataset_digests(comparison->n, threads);
    if (digests == NULL)
        fprintf(stderr, "bench: no memory for %llu digests\n", (unsigned long long)comparison->n);
    int good = digests != NULL && comparison_build(comparison, (const uint8_t(*)[ELIG_DIGEST_BYTES])digests);
    free(digests);
    return good;
}

static void probe_pages(const struct comparison *comparison, enum elig_check check, int64_t *least,
                        int64_t *most)
{
    *least = INT64_MAX;
    *most = -1;
    for (unsigned i = 0; i < PAGE_PROBES; i++) {
        uint8_t digest[ELIG_DIGEST_BYTES];
        dataset_digest(dataset_query(comparison->n, i, 1), digest);
        int64_t pages = pages_of_lookup(comparison->contenders[0].path, check, digest);
        if (pages < 0) {
            *most = -1;
            return;
        }
        *least = pages < *least ? pages : *least;
        *most = pages > *most ? pages : *most;
    }
}

int main(int argc, char **argv)
{
    struct settings settings = {.peers_up_to = UINT64_MAX};
    static struct comparison comparison;
    struct table_pages pages;
    if (sodium_init() < 0 || !read_settings(argc, argv, &settings)) {
        fprintf(stderr, "Usage: bench [--csv FILE] [--peers-up-to N] [--index FILE] FOLDER N\n");
        return 2;
    }
    comparison.n = settings.n;
    for (size_t i = 0; i < sizeof peers / sizeof *peers; i++)
        if (peers[i]->is_unlimited || (settings.n <= settings.peers_up_to && settings.index == NULL))
            comparison_add(&comparison, peers[i], settings.folder);
    printf("%llu identifiers, f = %u\n", (unsigned long long)settings.n, PEER_FINGERPRINT_BITS);
    if (!build_all(&comparison, settings.index))
        return 1;
    probe_pages(&comparison, ELIG_CHECK_WALK, &pages.once_least, &pages.once_most);
    probe_pages(&comparison, ELIG_CHECK_FIRST_USE, &pages.open_least, &pages.open_most);
    if (!comparison_ask(&comparison))
        return 1;
    table_print(&comparison, &pages);
    return settings.csv == NULL || table_append_csv(&comparison, settings.csv) ? 0 : 1;
}
