/* SPDX-License-Identifier: Apache-2.0 */
/* pipeline.c - the steps of each command, in their order. */
#include "builder/pipeline.h"

#include "builder/steps.h"
#include "lib/util/message.h"

typedef int step(struct pipeline *pipeline);

#define STEPS_MAX 11

/* Of either command that reads lists. */
static step *const steps_of_dry_run[] = {step_begin,        step_check_costs,          step_check_disk,
                                         step_read_lists,   step_print_guessing_costs, step_count,
                                         step_check_absent, step_check_findings,       NULL};

static step *const steps_of[][STEPS_MAX] = {
    [COMMAND_COMPILE] = {step_begin, step_check_costs, step_check_disk, step_read_lists,
                         step_print_guessing_costs, step_count, step_check_findings, step_write_index,
                         step_verify_index, step_publish, NULL},
    [COMMAND_DIGEST] = {step_begin, step_check_costs, step_check_disk, step_read_lists,
                        step_print_guessing_costs, step_count, step_check_findings, step_write_digest_file,
                        step_verify_digest_file, step_publish, NULL},
    [COMMAND_ASSEMBLE] = {step_begin, step_open_digest_files, step_check_costs, step_check_disk, step_count,
                          step_check_findings, step_write_index, step_verify_index, step_publish, NULL},
};

int pipeline_run(struct config *config)
{
    struct pipeline pipeline = {.config = config};
    int result = EXIT_DONE;
    step *const *next = config->is_dry_run ? steps_of_dry_run : steps_of[config->command];
    for (; *next != NULL && result == EXIT_DONE; next++)
        result = (*next)(&pipeline);
    if (result == EXIT_DONE || result == EXIT_REFUSED)
        result = step_report(&pipeline, result);
    step_free(&pipeline);
    return result;
}
