/* SPDX-License-Identifier: Apache-2.0 */
/* pipeline.c - the steps of each command, in their order. */
#include "builder/pipeline.h"

#include "builder/steps.h"
#include "lib/util/message.h"

typedef int step(struct pipeline *pipeline);

static step *const steps_of_compile[] = {
    step_begin, step_price,       step_check_disk,   step_read_lists, step_count,
    step_judge, step_write_index, step_verify_index, step_publish,    NULL,
};
static step *const steps_of_digest[] = {
    step_begin,   step_price, step_check_disk,        step_read_lists,
    step_count,   step_judge, step_write_digest_file, step_verify_digest_file,
    step_publish, NULL,
};
static step *const steps_of_assemble[] = {
    step_begin, step_open_digest_files, step_price,        step_check_disk, step_count,
    step_judge, step_write_index,       step_verify_index, step_publish,    NULL,
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

int pipeline_run(struct config *config)
{
    struct pipeline pipeline = {.config = config};
    int result = EXIT_DONE;
    for (step *const *next = steps_of(config->command); *next != NULL && result == EXIT_DONE; next++)
        result = (*next)(&pipeline);
    if (result == EXIT_DONE || (result == EXIT_REFUSED && pipeline.has_findings))
        result = step_report(&pipeline, result);
    step_free(&pipeline);
    return result;
}
