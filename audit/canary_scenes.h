/*
 * canary_scenes.h - what the programs are made to do while they are watched: a table. Each scene goes by what
 * the manuals say of it, exit code included, and may use what the scenes before it made.
 */
#ifndef ELIG_CANARY_SCENES_H
#define ELIG_CANARY_SCENES_H

#include <stddef.h>

enum scene_program { SCENE_BUILD, SCENE_LOOKUP, SCENE_SHELL, SCENE_PROGRAM_COUNT };

/* What is on standard input; of whom, canary_stage.c says. */
enum scene_input {
    SCENE_NOTHING,
    SCENE_LIST,
    SCENE_EMAIL, /* one that is listed, as all four */
    SCENE_PHONE,
    SCENE_PERSON,
    SCENE_CUSTOMER,
    SCENE_STRANGER,  /* an e-mail address that is not listed */
    SCENE_MALFORMED, /* and one that is none */
    SCENE_BATCH,     /* four that are listed and a stranger */
    SCENE_BATCH_MALFORMED,
    SCENE_HALF, /* a question whose line has not ended */
    SCENE_INPUT_COUNT
};

enum scene_flag {
    SCENE_MAKES_KEYS = 1, /* it writes to the folder of keys, and a secret may be there */
    SCENE_IS_HELD = 2,    /* standard input stays open */
    SCENE_IS_CRASH = 4,   /* it runs unwatched, and may leave a core file if it can */
    SCENE_REACHES = 8,    /* it was asked to reach for a socket */
    SCENE_IS_CROWD = 16,  /* its list is the long one */
    SCENE_TELLS = 32      /* an identifier is on its command line, by mistake */
};

#define SCENE_ARGUMENTS_MAX 64

struct scene {
    const char *key, *title;
    enum scene_program program;
    enum scene_input input;
    int code;       /* the exit code that the manual promises; less than 0: ended by this signal, negative */
    int signal;     /* sent when the input was read */
    unsigned flags; /* of enum scene_flag */
    const char *answer; /* exactly what it says on standard output; NULL: anything */
    /* After the program's name. "@x" is x in the stage's folder; "%" stands for an e-mail address. */
    const char *arguments[SCENE_ARGUMENTS_MAX];
};

extern const struct scene scenes[];
extern const size_t scene_count;

/* To find nothing is worth something only if what is there is found: the shell, told to say an identifier, to
 * write it to a file that it removes, and to keep it in its environment and memory. */
extern const struct scene scene_control;

/* What a scene's program is called. */
const char *scene_program_name(enum scene_program program);

#endif
