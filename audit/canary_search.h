/*
 * canary_search.h - evidence, searched for everybody on the stage and for its secrets.
 */
#ifndef ELIG_CANARY_SEARCH_H
#define ELIG_CANARY_SEARCH_H

#include <stddef.h>
#include <stdint.h>

#include "canary_stage.h"
#include "elig.h"
#include "evidence.h"
#include "forms.h"

/* What is found in one way in one sort of place. */
struct canary_group {
    const struct evidence_item *item; /* the first of them */
    enum form form;
    char view[64]; /* how it is written, "" as it is */
    size_t count;
};

#define CANARY_GROUPS_MAX 64
struct canary_finds {
    uint64_t needles; /* that were looked for */
    uint64_t bytes;   /* in which; what is encoded counts once more */
    size_t found[EVIDENCE_SORT_COUNT];
    struct canary_group groups[CANARY_GROUPS_MAX]; /* the first so many kinds of finds */
    size_t group_count;
    int is_complete; /* 0: there were more suspects than there was memory for */
};

struct canary_search {
    const struct canary_stage *stage;
    int has_crowd;   /* look for the long list's people, too */
    uint64_t memory; /* bytes, as haystack_new() takes them */
    unsigned threads;
};

/* Returns 1, or 0 for lack of memory. The groups are good as long as the evidence. Secrets in the folder for
 * keys are where they belong. */
ELIG_CHECK_RESULT int canary_search(const struct canary_search *search, const struct evidence *evidence,
                                    struct canary_finds *finds);

#endif
