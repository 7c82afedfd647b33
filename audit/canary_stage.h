/*
 * canary_stage.h - where the scenes are played: a private folder with lists of people who do not exist, places
 * for what is asked to be written, and places where nothing may be found afterwards.
 *
 *     lists  what the programs read        out    where they are asked to write
 *     keys   secrets, seeds, signers       spill  where they are asked to put what does not fit the memory
 *     here   where they run, their home    tmp    what $TMPDIR says
 *
 * One thread.
 */
#ifndef ELIG_CANARY_STAGE_H
#define ELIG_CANARY_STAGE_H

#include "audit.h"
#include "canary_people.h"
#include "canary_scenes.h"
#include "elig.h"

#define STAGE_ENVIRONMENT_MAX 10
#define STAGE_SECRETS_MAX 4

struct canary_stage {
    char *folder; /* absolute, without links */
    char *programs[SCENE_PROGRAM_COUNT];
    struct canary_people people, crowd;
    char *inputs[SCENE_INPUT_COUNT];
    size_t input_lengths[SCENE_INPUT_COUNT];
    char *environment[STAGE_ENVIRONMENT_MAX + 1]; /* of the programs; NULL last */
};

/* Finds the programs, makes people, folder and lists. Returns EXIT_DONE, or EXIT_CANNOT with the reason
 * printed; clear it in either case. */
ELIG_CHECK_RESULT int canary_stage_make(struct canary_stage *stage, const struct audit *audit);

/* Removes the folder and all in it, and frees. */
void canary_stage_clear(struct canary_stage *stage);

/* A scene's argument with the folder and the identifier in place of their signs, to be freed; NULL for lack of
 * memory. */
ELIG_CHECK_RESULT char *canary_stage_argument(const struct canary_stage *stage, const char *argument);

/* A path as it may be shown: without the stage's folder if it is there. */
const char *canary_stage_shown(const struct canary_stage *stage, const char *path);

/* Whether a path is in a folder of the stage's, or is the folder. */
int canary_stage_holds(const struct canary_stage *stage, const char *folder, const char *path);

/* Reads the keys that were made so far: how many, each KEYS_BYTES in locked memory for keys_free(). */
unsigned canary_stage_secrets(const struct canary_stage *stage, uint8_t *secrets[STAGE_SECRETS_MAX]);

#endif
