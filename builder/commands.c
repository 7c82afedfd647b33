#include "commands.h"

#include "build.h"
#include "message.h"

typedef int step(struct build *build);

/* What each command does, in order, up to its report. A refusal ends the steps, and is reported. */
static step *const steps_of_compile[] = {
    build_begin, build_price,       build_check_disk,   build_read_lists, build_count,
    build_judge, build_write_index, build_verify_index, build_publish,    NULL,
};
static step *const steps_of_digest[] = {
    build_begin, build_price,     build_check_disk, build_read_lists, build_count,
    build_judge, build_write_set, build_verify_set, build_publish,    NULL,
};
static step *const steps_of_assemble[] = {
    build_begin, build_open_sets,   build_price,        build_check_disk, build_count,
    build_judge, build_write_index, build_verify_index, build_publish,    NULL,
};

static step *const *steps_of(enum command command)
{
    switch (command) {
    case COMMAND_COMPILE:
        return steps_of_compile;
    case COMMAND_DIGEST:
        return steps_of_digest;
    case COMMAND_ASSEMBLE:
        break;
    }
    return steps_of_assemble;
}

int commands_run(struct recipe *recipe)
{
    struct build build = {.recipe = recipe};
    int result = EXIT_DONE;
    for (step *const *next = steps_of(recipe->command); *next != NULL && result == EXIT_DONE; next++)
        result = (*next)(&build);
    if (result == EXIT_DONE || (result == EXIT_REFUSED && (build.census.held != NULL || build.is_too_cheap)))
        result = build_report(&build, result);
    build_free(&build);
    return result;
}
