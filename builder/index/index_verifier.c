/* SPDX-License-Identifier: Apache-2.0 */
/* index_verifier.c - merges the lists once more, beside a walk over the leaves of the finished index. */
#include "builder/index/index_verifier.h"

#include <string.h>

#include "lib/elig/index/cursor.h"
#include "lib/elig/parallel.h"

#define PROGRESS_STEP 4096u

struct verify_task {
    const struct index_input *input;
    const struct header *header;
    const struct elig *index;
    unsigned ranges;
};

/* A cursor that follows rising digests to the leaves where lookups would look for them. */
struct follower {
    struct cursor *cursor;
    struct tree_key next; /* separator of the leaf after the present one */
    bool has_leaf, has_next;
    bool is_from_first_leaf;
};

static int next_leaf(struct follower *follower)
{
    int error = cursor_next(follower->cursor, &follower->has_leaf);
    follower->has_next = follower->has_leaf && cursor_next_separator(follower->cursor, &follower->next);
    return error;
}

/* The answer for a digest that is not below those before it. Returns 0 or an enum elig_error. */
static int look_up(struct follower *follower, const uint8_t *digest, struct elig_answer *answer)
{
    struct tree_key key = tree_key_of(digest);
    int error = 0;
    while (error == 0 && follower->has_next && !tree_key_is_less(key, follower->next))
        error = next_leaf(follower);
    if (error != 0)
        return error;
    /* An index without leaves; or a digest below the first leaf, which lookups do not read a leaf for. */
    if (!follower->has_leaf ||
        (follower->is_from_first_leaf && tree_key_is_less(key, cursor_separator(follower->cursor)))) {
        *answer = (struct elig_answer){.verdict = ELIG_NOT_LISTED};
        return 0;
    }
    return cursor_probe(follower->cursor, digest, answer);
}

static bool is_right(const struct label_table *labels, const struct merged *identifier,
                     const struct elig_answer *answer, bool is_listed)
{
    if (!is_listed)
        return answer->verdict == ELIG_NOT_LISTED;
    if (answer->verdict != ELIG_ELIGIBLE || (identifier->label == 0) != (answer->label == NULL))
        return false;
    return answer->label == NULL || strcmp(answer->label, label_table_word(labels, identifier->label)) == 0;
}

/* Looks up what a merge has. */
static int verify_merge(const struct verify_task *task, struct merge *merge, struct follower *follower,
                        bool is_listed)
{
    const struct index_input *input = task->input;
    struct merged identifier;
    struct elig_answer answer;
    bool has_identifier;
    uint64_t count = 0;
    int error = merge_next(merge, &identifier, &has_identifier);
    while (error == 0 && has_identifier) {
        error = look_up(follower, identifier.digest, &answer);
        if (error == 0 && !is_right(input->labels, &identifier, &answer, is_listed))
            error = INDEX_VERIFIER_E_ANSWER;
        if (++count % PROGRESS_STEP == 0)
            progress_add(input->progress, PROGRESS_STEP);
        if (error == 0)
            error = merge_next(merge, &identifier, &has_identifier);
    }
    progress_add(input->progress, count % PROGRESS_STEP);
    return error;
}

/*
 * Looks up what one list has in one range, from the leaf on in which lookups look for the smallest digest that
 * can be in the range. index_input_leaf() is the first leaf that begins at the range's first identifier or a
 * later one. The leaf before it begins at an earlier identifier, which is of an earlier partition and so less
 * than every digest of the range: one leaf back is enough. It is needed, too, since the range's first
 * identifier may be in that leaf, and an absent digest may come before the range's first identifier.
 */
static int verify_list(const struct verify_task *task, struct record_source *source, uint64_t range,
                       bool is_listed)
{
    const struct index_input *input = task->input;
    unsigned partition = index_input_partition(task->ranges, range);
    uint64_t leaf = index_input_leaf(task->header, input->totals->first_identifier[partition]);
    leaf -= leaf > 0;
    struct follower follower = {.cursor = cursor_open(task->index, leaf), .is_from_first_leaf = leaf == 0};
    struct merge *merge =
        merge_open(source, is_listed ? input->priority : NULL, partition,
                   index_input_partition(task->ranges, range + 1), input->bytes / input->threads);
    int error = merge != NULL && follower.cursor != NULL ? next_leaf(&follower) : ELIG_E_MEMORY;
    if (error == 0)
        error = verify_merge(task, merge, &follower, is_listed);
    merge_close(merge);
    cursor_close(follower.cursor);
    return error;
}

static int verify_range(void *context, unsigned worker, uint64_t range)
{
    const struct verify_task *task = context;
    (void)worker;
    int error = verify_list(task, task->input->listed, range, true);
    if (error == 0 && task->input->absent != NULL)
        error = verify_list(task, task->input->absent, range, false);
    return error;
}

int index_verifier_run(const struct index_input *input, const struct header *header, const uint8_t *secret,
                       const char *path)
{
    const struct elig_options options = {.size = sizeof options,
                                         .check = ELIG_CHECK_WALK,
                                         .secret = secret,
                                         .signer = header_is_unsigned(header) ? NULL : header->signer,
                                         .serial_minimum = header->serial};
    struct elig *index;
    int error = elig_open(path, &options, &index);
    if (error != 0)
        return error;
    struct verify_task task = {input, header, index, index_input_ranges(input->threads)};
    error = parallel_run(input->threads, task.ranges, verify_range, &task);
    elig_close(index);
    return error;
}
