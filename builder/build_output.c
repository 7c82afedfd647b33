#include "build.h"

#include "message.h"
#include "set_write.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* ---- The index ---- */

/* The source with a set that could not be read, or NULL. */
static struct source *broken_source(struct build *build)
{
    struct source *sources[] = {&build->listed, &build->absent};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (sources[i]->broken != NULL)
            return sources[i];
    return NULL;
}

static int explain_broken(struct build *build)
{
    errno = EBADMSG;
    return build_explain_source(build, broken_source(build));
}

static int explain_assembly(struct build *build, enum assemble_result result)
{
    const struct recipe *recipe = build->recipe;
    int why = errno;
    switch (result) {
    case ASSEMBLE_DONE:
        return EXIT_DONE;
    case ASSEMBLE_FAILED:
        if (broken_source(build) != NULL)
            return explain_broken(build);
        message("write %s: %s", recipe->output, strerror(why));
        return EXIT_CANNOT;
    case ASSEMBLE_TOO_MANY:
        message("write %s: more identifiers than an index holds (2^40)", recipe->output);
        return EXIT_REFUSED;
    case ASSEMBLE_ABSENT_LISTED:
        return EXIT_REFUSED;
    case ASSEMBLE_UNSOLVABLE:
        message("write %s: the --absent lists are too long to exclude every false positive at a rate of 2^-%u: "
                "choose a lower --fpr",
                recipe->output, recipe->rate_bits);
        return EXIT_REFUSED;
    case ASSEMBLE_SALT:
        message("write %s: two digests are too alike under this salt: choose another --salt", recipe->output);
        return EXIT_REFUSED;
    }
    return EXIT_CANNOT;
}

int build_write_index(struct build *build)
{
    const struct recipe *recipe = build->recipe;
    build->assembly = (struct assembly){.recipe = recipe,
                                        .listed = &build->listed,
                                        .absent = source_records(&build->absent) > 0 ? &build->absent : NULL,
                                        .rank = build->rank,
                                        .labels = build->labels,
                                        .census = &build->census,
                                        .bytes = build_load_memory(recipe),
                                        .progress = build->progress};
    return explain_assembly(
        build, assemble_write(&build->assembly, publish_file(build->publish), &build->absent_faults));
}

int build_verify_index(struct build *build)
{
    int error;
    progress_begin(build->progress, PHASE_VERIFY, build->assembly.header.identifiers, "identifiers", 1);
    if (assemble_verify(&build->assembly, publish_path(build->publish), &error))
        return EXIT_DONE;
    if (broken_source(build) != NULL)
        return explain_broken(build);
    message("verify %s: %s: nothing was published", build->recipe->output,
            error != 0 ? elig_error_text(error) : "an answer from the finished file is wrong");
    return EXIT_CANNOT;
}

/* ---- The set ---- */

int build_write_set(struct build *build)
{
    const struct set_plan plan = {.recipe = build->recipe,
                                  .source = &build->listed,
                                  .labels = build->labels,
                                  .rows = build->counts.rows,
                                  .list_bytes = build->counts.bytes,
                                  .bytes = build_load_memory(build->recipe),
                                  .progress = build->progress};
    progress_begin(build->progress, PHASE_WRITE, source_records(&build->listed), "identifiers", 1);
    if (set_write(&plan, publish_file(build->publish), &build->set_bytes))
        return EXIT_DONE;
    message("write %s: %s", build->recipe->output, strerror(errno));
    return EXIT_CANNOT;
}

int build_verify_set(struct build *build)
{
    const struct recipe *recipe = build->recipe;
    progress_begin(build->progress, PHASE_VERIFY, source_records(&build->listed), "identifiers", 1);
    enum set_error error = set_verify(publish_path(build->publish), recipe->threads, build->progress);
    if (error == SET_GOOD)
        return EXIT_DONE;
    message("verify %s: %s: nothing was published", recipe->output, set_error_text(error));
    return EXIT_CANNOT;
}

/* ---- Either ---- */

int build_publish(struct build *build)
{
    mode_t mode = S_IRUSR | S_IRGRP | S_IROTH;
    if (build->recipe->command == COMMAND_DIGEST)
        mode = S_IRUSR; /* whole digests: more than an index gives away */
    progress_begin(build->progress, PHASE_PUBLISH, 0, "files", 1);
    int good = publish_commit(build->publish, mode);
    build->publish = NULL;
    if (!good)
        message("write %s: %s", build->recipe->output, strerror(errno));
    return good ? EXIT_DONE : EXIT_CANNOT;
}
