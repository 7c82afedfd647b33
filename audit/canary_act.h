/*
 * canary_act.h - one scene, played: the program run and watched, what it left behind searched.
 *
 * One thread.
 */
#ifndef ELIG_CANARY_ACT_H
#define ELIG_CANARY_ACT_H

#include <stddef.h>
#include <stdint.h>

#include "canary_search.h"
#include "canary_stage.h"
#include "checks.h"
#include "elig.h"
#include "evidence.h"

/* Something to be said below a finding. Holds no identifier. */
struct canary_note {
    enum check check;
    char *text;
};

struct canary_act {
    const struct scene *scene;
    int is_watched; /* system calls were followed */
    int code;       /* as the scene's */
    int is_wrong;   /* not what the manual promises: exit code or answer, or it hung */
    int is_core_dumped;

    unsigned processes, no_dump, no_core; /* followed; of them, asked not to be dumped, and for no core file */
    unsigned escapes;                  /* threads begun, or work handed on, so that it could not be followed */
    int is_blind;                      /* not all calls were seen and understood */
    unsigned writes, writes_elsewhere; /* files opened for writing */
    unsigned sockets, sockets_unasked; /* calls that make or connect one */

    uint64_t bytes[EVIDENCE_SORT_COUNT]; /* searched */
    unsigned missing[EVIDENCE_SORT_COUNT];
    size_t found[EVIDENCE_SORT_COUNT];
    uint64_t needles;
    int is_complete; /* the search */

    struct canary_note *notes;
    size_t note_count;
};

/* Plays a scene. is_watched: it may be followed. Returns EXIT_DONE, or EXIT_CANNOT with the reason printed, if
 * the program cannot be run or memory is lacking. *act is to be freed in either case. */
ELIG_CHECK_RESULT int canary_act_play(struct canary_act *act, const struct scene *scene,
                                      const struct canary_search *search, int is_watched);

void canary_act_free(struct canary_act *act);

#endif
