#include "options_check.h"

#include "elig_format.h"
#include "file.h"
#include "message.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEMORY_ASIDE (UINT64_C(24) << 20)      /* of which threads get nothing ... */
#define MEMORY_OF_A_THREAD (UINT64_C(8) << 20) /* ... and what each needs at least */
#define ARGON2_MEMORY_DEFAULT (UINT64_C(64) << 20)
#define ARGON2_PASSES_DEFAULT 3

/* ---- Files ---- */

/* 1 if what standard input reads is the file at path. */
static int is_standard_input(const char *path)
{
    struct stat input, file;
    return path != NULL && fstat(STDIN_FILENO, &input) == 0 && S_ISREG(input.st_mode) &&
           stat(path, &file) == 0 && input.st_dev == file.st_dev && input.st_ino == file.st_ino;
}

/* EXIT_DONE unless a file that is read is one that would be written. */
static int check_read(const struct recipe *recipe, const char *path)
{
    if (path != NULL &&
        (file_is_same(path, recipe->output) || (recipe->report != NULL && file_is_same(path, recipe->report))))
        return message_usage("%s is a file to be read, and would be written over", path);
    return EXIT_DONE;
}

/* Nothing that is read may be written over, nor one output over the other. */
static int check_outputs(const struct recipe *recipe)
{
    if (recipe->report != NULL && file_is_same(recipe->report, recipe->output))
        return message_usage("--report and -o name the same file, %s", recipe->output);
    int result = check_read(recipe, recipe->secret_path);
    if (result == EXIT_DONE)
        result = check_read(recipe, recipe->seed_path);
    if (result == EXIT_DONE)
        result = check_read(recipe, recipe->signer_path);
    for (unsigned i = 0; i < recipe->input_count && result == EXIT_DONE; i++) {
        result = check_read(recipe, recipe->inputs[i]);
        if (recipe->inputs[i] == NULL &&
            (is_standard_input(recipe->output) || is_standard_input(recipe->report)))
            result = message_usage("standard input is a file that would be written over");
    }
    for (unsigned i = 0; i < recipe->absent_count && result == EXIT_DONE; i++)
        result = check_read(recipe, recipe->absent[i]);
    for (unsigned i = 0; i < recipe->removed_count && result == EXIT_DONE; i++)
        result = check_read(recipe, recipe->removed[i]);
    return result;
}

/* ---- Profiles ---- */

/* What belongs to the profiles that have a secret. */
static int check_secret(const struct recipe *recipe)
{
    if (recipe->secret == NULL)
        return message_usage("--secret FILE is needed: 'elig-build keygen secret FILE' makes one");
    if (recipe->profile.argon2_memory != 0 || recipe->profile.argon2_passes != 0 ||
        recipe->profile.work_bits != 0 || recipe->seed != NULL || recipe->accepts_enumerable)
        return message_usage(
            "--argon2-memory, --argon2-passes, --work-bits, --seed and --accept-enumerable belong "
            "to --profile offline");
    return EXIT_DONE;
}

/* A seed nobody is to have, for a build of one command. */
static int draw_seed(struct recipe *recipe)
{
    recipe->seed = sodium_malloc(ELIG_SECRET_BYTES);
    if (recipe->seed == NULL)
        return EXIT_CANNOT;
    randombytes_buf(recipe->seed, ELIG_SECRET_BYTES);
    return EXIT_DONE;
}

/* What belongs to the profile that has none. */
static int check_offline(struct recipe *recipe)
{
    struct profile *profile = &recipe->profile;
    if (profile->argon2_memory == 0)
        profile->argon2_memory = ARGON2_MEMORY_DEFAULT;
    if (profile->argon2_passes == 0)
        profile->argon2_passes = ARGON2_PASSES_DEFAULT;
    if (recipe->secret != NULL)
        return message_usage("--secret is no option of --profile offline, which has none");
    if (profile->work_bits == 0 && recipe->seed != NULL)
        return message_usage("--seed without --work-bits");
    if (profile->work_bits > 0 && recipe->seed == NULL && recipe->command == COMMAND_DIGEST)
        return message_usage("--work-bits needs --seed FILE, the same for all sets of one index: "
                             "'elig-build keygen seed FILE' makes one");
    if (profile->work_bits > 0 && recipe->absent_count > 0)
        return message_usage(
            "--absent cannot be held with --work-bits, behind which an identifier has many digests");
    if (!profile_is_affordable(profile))
        return message_usage(
            "--argon2-memory, --argon2-passes and --work-bits make a lookup dearer together than any "
            "program of elig's would take: memory x passes x 2^W is to be at most 2^40");
    if (recipe_fingerprint_bits(recipe) > ELIG_FINGERPRINT_MAX)
        return message_usage("--fpr 2^-%u takes %u bits with --work-bits %u, and there are %d",
                             recipe->rate_bits, recipe_fingerprint_bits(recipe), (unsigned)profile->work_bits,
                             ELIG_FINGERPRINT_MAX);
    return profile->work_bits > 0 && recipe->seed == NULL ? draw_seed(recipe) : EXIT_DONE;
}

/* What a command that reads lists needs. */
static int check_lists(struct recipe *recipe)
{
    if (recipe->list.kind_count == 0)
        return message_usage("at least one --kind NAME=COLUMN:TYPE is needed");
    int result = recipe->profile.id == ELIG_PROFILE_OFFLINE ? check_offline(recipe) : check_secret(recipe);
    if (result != EXIT_DONE)
        return result;
    if (recipe->command == COMMAND_DIGEST && !recipe->has_salt)
        return message_usage(
            "--salt HEX is needed, the same for all sets of one index: 16 random bytes, no secret");
    if (recipe->command == COMMAND_COMPILE && recipe->label_order_count > 0 &&
        recipe->list.label_column == NULL)
        return message_usage("--label-order without --label");
    return EXIT_DONE;
}

/* ---- Memory ---- */

/* Fewer threads where the memory does not hold the work of as many. */
static int fit_threads(struct recipe *recipe)
{
    uint64_t most = (recipe->memory - MEMORY_ASIDE) / (MEMORY_OF_A_THREAD + recipe->profile.argon2_memory);
    if (most == 0)
        return message_usage(
            "--memory does not hold one digest: with this --argon2-memory it takes at least %lluMiB",
            (unsigned long long)(MEMORY_ASIDE + MEMORY_OF_A_THREAD + recipe->profile.argon2_memory +
                                 (1u << 20) - 1) >>
                20);
    if (recipe->threads > most)
        recipe->threads = (unsigned)most;
    return EXIT_DONE;
}

int options_check(struct recipe *recipe)
{
    int result = EXIT_DONE;
    if (recipe->output == NULL)
        return message_usage("-o %s is needed", recipe->command == COMMAND_DIGEST ? "SET" : "INDEX");
    if (recipe->command != COMMAND_ASSEMBLE)
        result = check_lists(recipe);
    if (result == EXIT_DONE && recipe->not_after != 0 && recipe->not_before > recipe->not_after)
        result = message_usage("--not-after comes before --not-before");
    if (result == EXIT_DONE)
        result = fit_threads(recipe);
    return result == EXIT_DONE ? check_outputs(recipe) : result;
}
