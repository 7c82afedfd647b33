/* SPDX-License-Identifier: Apache-2.0 */
/* options_check.c - checks of several options together. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "include/elig_format.h"

#include "builder/options.h"
#include "lib/util/file.h"
#include "lib/util/message.h"

#define MEMORY_SHARED (UINT64_C(24) << 20)   /* not for threads */
#define MEMORY_OF_THREAD (UINT64_C(8) << 20) /* the least that each needs */
#define ARGON2_MEMORY_DEFAULT (UINT64_C(64) << 20)
#define ARGON2_PASSES_DEFAULT 3

/* ---- Files ---- */

/* Whether standard input reads the file at path. */
static bool is_standard_input(const char *path)
{
    struct stat input, file;
    return path != NULL && fstat(STDIN_FILENO, &input) == 0 && S_ISREG(input.st_mode) &&
           stat(path, &file) == 0 && input.st_dev == file.st_dev && input.st_ino == file.st_ino;
}

/* 0 unless a file that is read is one that would be written. */
static int check_read(const struct config *config, const char *path)
{
    if (path != NULL && ((config->output != NULL && file_is_same(path, config->output)) ||
                         (config->report != NULL && file_is_same(path, config->report))))
        return message_usage("%s is a file to be read, and would be written over", path);
    return 0;
}

/* Nothing that is read may be written over, nor one output over the other. */
static int check_outputs(const struct config *config)
{
    if (config->report != NULL && config->output != NULL && file_is_same(config->report, config->output))
        return message_usage("--report and -o name the same file, %s", config->output);
    int error = check_read(config, config->file.path);
    if (error == 0)
        error = check_read(config, config->secret_path);
    if (error == 0)
        error = check_read(config, config->seed_path);
    if (error == 0)
        error = check_read(config, config->signer_path);
    for (unsigned i = 0; i < config->input_count && error == 0; i++) {
        error = check_read(config, config->inputs[i]);
        if (config->inputs[i] == NULL &&
            (is_standard_input(config->output) || is_standard_input(config->report)))
            error = message_usage("standard input is a file that would be written over");
    }
    for (unsigned i = 0; i < config->absent_count && error == 0; i++)
        error = check_read(config, config->absent[i]);
    for (unsigned i = 0; i < config->removed_count && error == 0; i++)
        error = check_read(config, config->removed[i]);
    return error;
}

/* ---- Profiles ---- */

/* Options of the profile that has none. */
static int check_offline(struct config *config)
{
    struct profile *profile = &config->profile;
    if (profile->argon2_memory == 0)
        profile->argon2_memory = ARGON2_MEMORY_DEFAULT;
    if (profile->argon2_passes == 0)
        profile->argon2_passes = ARGON2_PASSES_DEFAULT;
    if (config->secret != NULL)
        return message_usage("--secret is no option of --profile offline, which has none");
    if (profile->work_bits == 0 && config->seed != NULL)
        return message_usage("--seed without --work-bits");
    if (profile->work_bits > 0 && config->seed == NULL && config->command == COMMAND_DIGEST &&
        !config->is_dry_run)
        return message_usage("--work-bits needs --seed FILE, the same for all digest files of one index: "
                             "'elig-build keygen seed FILE' makes one");
    if (profile->work_bits > 0 && config->absent_count > 0)
        return message_usage("--absent does not go with --work-bits: an identifier then has many digests");
    if (!profile_is_affordable(profile))
        return message_usage(
            "--argon2-memory, --argon2-passes and --work-bits make a lookup dearer together than any "
            "program of elig's would take: memory x passes x 2^W is to be at most 2^40");
    if (config_fingerprint_bits(config) > ELIG_FINGERPRINT_MAX)
        return message_usage("--fpr 2^-%u takes %u bits with --work-bits %u, and there are %d",
                             config->rate_bits, config_fingerprint_bits(config), (unsigned)profile->work_bits,
                             ELIG_FINGERPRINT_MAX);
    if (profile->work_bits == 0 || config->seed != NULL)
        return 0;
    config->seed = sodium_malloc(ELIG_SECRET_BYTES); /* not kept: one command makes the whole index */
    if (config->seed == NULL) {
        message("read the command line: %s", elig_text(ELIG_E_MEMORY));
        return ELIG_E_MEMORY;
    }
    randombytes_buf(config->seed, ELIG_SECRET_BYTES);
    return 0;
}

/* Options of the commands that read lists. */
static int check_lists(struct config *config)
{
    if (config->list.kind_count == 0)
        return message_usage("at least one --kind NAME=COLUMN:TYPE is needed");
    bool is_offline = config->profile.id == ELIG_PROFILE_OFFLINE;
    int error = is_offline ? check_offline(config) : 0;
    if (error != 0)
        return error;
    if (!is_offline && config->secret == NULL && !config->is_dry_run)
        return message_usage("--secret FILE is needed: 'elig-build keygen secret FILE' makes one");
    if (!is_offline && (config->profile.argon2_memory != 0 || config->profile.argon2_passes != 0 ||
                        config->profile.work_bits != 0 || config->seed != NULL || config->accepts_enumerable))
        return message_usage(
            "--argon2-memory, --argon2-passes, --work-bits, --seed and --accept-enumerable belong "
            "to --profile offline");
    if (config->command == COMMAND_DIGEST && !config->has_salt && !config->is_dry_run)
        return message_usage(
            "--salt HEX is needed, the same for all digest files of one index: 16 random bytes, no secret");
    if (config->command == COMMAND_COMPILE && config->label_order_count > 0 &&
        config->list.label_column == NULL)
        return message_usage("--label-order without --label");
    return options_check_allowed(config);
}

int options_check_allowed(const struct config *config)
{
    for (unsigned i = 0; i < config->allowed_empty_count; i++) {
        const char *name = config->allowed_empty[i];
        bool is_known = false;
        for (unsigned kind = 0; kind < config->list.kind_count; kind++)
            is_known = is_known || strcmp(name, config->list.kinds[kind].name) == 0;
        for (unsigned label = 0; label < config->label_order_count; label++)
            is_known = is_known || strcmp(name, config->label_order[label]) == 0;
        if (!is_known)
            return message_usage("--allow-empty names neither a kind%s",
                                 config->command == COMMAND_DIGEST ? "" : " nor a label of --label-order");
    }
    return 0;
}

/* ---- Memory ---- */

/* Lowers the number of threads to what the memory holds. */
static int fit_threads(struct config *config)
{
    uint64_t most = (config->memory - MEMORY_SHARED) / (MEMORY_OF_THREAD + config->profile.argon2_memory);
    if (most == 0)
        return message_usage(
            "--memory does not hold one digest: with this --argon2-memory it takes at least %lluMiB",
            (unsigned long long)(MEMORY_SHARED + MEMORY_OF_THREAD + config->profile.argon2_memory + (1u << 20) -
                                 1) >>
                20);
    if (config->threads > most)
        config->threads = (unsigned)most;
    return 0;
}

int options_check(struct config *config)
{
    int error = 0;
    if (config->output == NULL && !config->is_dry_run)
        return message_usage("-o %s is needed", config->command == COMMAND_DIGEST ? "DIGESTS" : "INDEX");
    if (config->command != COMMAND_ASSEMBLE)
        error = schema_check(&config->list);
    if (error == 0 && config->command != COMMAND_ASSEMBLE)
        error = check_lists(config);
    if (error == 0 && config->not_after != 0 && config->not_before > config->not_after)
        error = message_usage("--not-after comes before --not-before");
    if (error == 0)
        error = fit_threads(config);
    return error == 0 ? check_outputs(config) : error;
}
