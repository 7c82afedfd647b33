/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The benchmark: elig, what could be used in its place, and the lower bounds of the same machine, in one run.
 * Every metric is defined in bench/README.md.
 *
 *     bench [--csv FILE] [--peers-up-to N] [--index FILE] FOLDER N
 *
 * --index measures an existing index of the persons 0 .. N - 1, and no peers.
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

/* The order of the tables. elig is first: the others are compared with it. */
static const struct peer *const peers[] = {
    &peer_elig, &peer_elig_populated, &peer_elig_first_use, &peer_elig_walk, &peer_sorted, &peer_cmph,
    &peer_cdb,  &peer_lmdb,           &peer_sqlite,
};

struct settings {
    uint64_t n, peers_up_to;
    const char *folder, *csv, *index;
};

static bool read_settings(int argc, char **argv, struct settings *settings)
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
            return false;
    if (argc - optind != 2 || !parse_number(argv[optind + 1], 1, UINT64_C(1) << 40, &settings->n))
        return false;
    settings->folder = argv[optind];
    return true;
}

static bool build_all(struct comparison *comparison, const char *index)
{
    if (index != NULL)
        return comparison_use_index(comparison, index);
    unsigned threads = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
    uint8_t(*digests)[ELIG_DIGEST_BYTES] = dataset_digests(comparison->n, threads);
    if (digests == NULL)
        fprintf(stderr, "bench: no memory for %llu digests\n", (unsigned long long)comparison->n);
    bool ok = digests != NULL && comparison_build(comparison, (const uint8_t(*)[ELIG_DIGEST_BYTES])digests);
    free(digests);
    return ok;
}

static struct table_pages count_pages(const struct comparison *comparison, enum elig_check check)
{
    struct table_pages pages = {.is_known = true, .least = UINT64_MAX};
    for (unsigned i = 0; i < PAGE_PROBES && pages.is_known; i++) {
        uint8_t digest[ELIG_DIGEST_BYTES];
        uint64_t count = 0;
        dataset_digest(dataset_query(comparison->n, i, true), digest);
        pages.is_known = pages_of_lookup(comparison->contenders[0].path, check, digest, &count);
        pages.least = count < pages.least ? count : pages.least;
        pages.most = count > pages.most ? count : pages.most;
    }
    return pages;
}

int main(int argc, char **argv)
{
    struct settings settings = {.peers_up_to = UINT64_MAX};
    static struct comparison comparison;
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
    struct table_pages once = count_pages(&comparison, ELIG_CHECK_WALK);
    struct table_pages open = count_pages(&comparison, ELIG_CHECK_FIRST_USE);
    if (!comparison_measure(&comparison))
        return 1;
    table_print(&comparison, &once, &open);
    return settings.csv == NULL || table_append_csv(&comparison, settings.csv) ? 0 : 1;
}
