/* SPDX-License-Identifier: Apache-2.0 */
#include "builder/index/index_writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "builder/index/mphf.h"
#include "lib/elig/digest/digest.h"
#include "lib/elig/index/cursor.h"
#include "lib/elig/parallel.h"
#include "lib/util/file.h"

struct leaf_worker {
    struct mphf_builder *builder;
    struct merged *identifiers; /* one more than a leaf has slots: the next leaf's first */
    struct mphf_key *keys;
    uint8_t (*absent)[ELIG_DIGEST_BYTES];
    size_t absent_count, absent_room;
    struct rejects rejects;
    uint8_t page[ELIG_PAGE_BYTES];
};

struct leaf_task {
    struct index_writer *writer;
    int file;
    unsigned stripes;
    struct leaf_worker *workers;
};

/* The parts are shared out in stripes: enough of them to keep all threads at work to the end, and few, since a
 * stripe's last leaf needs the first identifiers of the next one. */
#define STRIPES_MIN 64u
#define STRIPES_A_THREAD 8u

static unsigned stripes_for(const struct config *config)
{
    unsigned stripes = STRIPES_MIN;
    while (stripes < SPILL_PARTITIONS && stripes < STRIPES_A_THREAD * config->threads)
        stripes *= 2;
    return stripes;
}

/* The first part of a stripe; that of the one after the last is SPILL_PARTITIONS. */
static unsigned stripe_start(unsigned stripes, uint64_t stripe)
{
    return (unsigned)(stripe * (SPILL_PARTITIONS / stripes));
}

/* A run of leaves being solved by one worker. */
struct leaf_stream {
    struct merge *listed, *absent;
    struct merged next_absent;
    int has_next_absent;
    size_t held; /* identifiers at hand: 1 if the next leaf's first is known already */
};

/* The rank of a leaf's first identifier: floor(leaf * n / P), without overflow. */
static uint64_t first_rank(const struct header *header, uint64_t leaf)
{
    uint64_t leaves = header->tree.count[0];
    return leaf * (header->identifiers / leaves) + leaf * (header->identifiers % leaves) / leaves;
}

/* The first leaf that starts at or after a rank. */
static uint64_t leaf_from(const struct header *header, uint64_t rank)
{
    uint64_t low = 0, high = header->tree.count[0];
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (first_rank(header, middle) < rank)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct tree_key key_of(const struct merged *identifier)
{
    return tree_key_of(identifier->digest);
}

/* ---- One leaf ---- */

/* Reads identifiers until count are at hand: 1, or 0 with errno set. At the end of all, fewer are. */
static int fill_leaf(struct leaf_worker *worker, struct leaf_stream *stream, size_t count)
{
    int got = 1;
    while (stream->held < count && (got = merge_next(stream->listed, &worker->identifiers[stream->held])) > 0)
        stream->held++;
    return got >= 0;
}

static int add_absent(struct leaf_worker *worker, const uint8_t *digest)
{
    if (worker->absent_count == worker->absent_room) {
        size_t room = worker->absent_room == 0 ? LEAF_SLOTS_MAX : 2 * worker->absent_room;
        void *grown = realloc(worker->absent, room * sizeof *worker->absent);
        if (grown == NULL)
            return 0;
        worker->absent = grown;
        worker->absent_room = room;
    }
    memcpy(worker->absent[worker->absent_count++], digest, ELIG_DIGEST_BYTES);
    return 1;
}

static int compare_to_merged(const void *digest, const void *merged)
{
    return memcmp(digest, ((const struct merged *)merged)->digest, ELIG_DIGEST_BYTES);
}

/* Collects the absent digests that lookups would lead to this leaf of count identifiers: those from its
 * separator on and before the next leaf's. Returns 1, or 0 with errno set. */
static int fill_absent(struct leaf_worker *worker, struct leaf_stream *stream, size_t count)
{
    struct tree_key first = key_of(&worker->identifiers[0]);
    int is_last = stream->held <= count, good = 1;
    worker->absent_count = 0;
    while (good && stream->has_next_absent) {
        struct tree_key key = key_of(&stream->next_absent);
        if (!is_last && !tree_key_is_less(key, key_of(&worker->identifiers[count])))
            return 1;
        if (bsearch(stream->next_absent.digest, worker->identifiers, count, sizeof *worker->identifiers,
                    compare_to_merged) != NULL)
            good = rejects_add(&worker->rejects, stream->next_absent.place, stream->next_absent.kind,
                               FAULT_ABSENT_LISTED);
        else if (!tree_key_is_less(key, first))
            good = add_absent(worker, stream->next_absent.digest);
        if (!good)
            errno = ENOMEM;
        int got = merge_next(stream->absent, &stream->next_absent);
        stream->has_next_absent = got > 0;
        good = good && got >= 0;
    }
    return good;
}

/* Where the entry of a page of some level is kept until the page that lists it is sealed: in that page, or, for
 * the root, in the header page. */
static uint64_t entry_offset(const struct header *header, unsigned level, uint64_t position)
{
    const struct tree_shape *tree = &header->tree;
    if (level == tree->levels)
        return ELIG_AT_ROOT;
    return (tree->first_page[level + 1] + position / ELIG_FANOUT) * ELIG_PAGE_BYTES +
           position % ELIG_FANOUT * ELIG_ENTRY_BYTES;
}

/* Writes a page of some level and its entry. */
static int write_page(const struct index_writer *writer, int file, unsigned level, uint64_t position,
                      const uint8_t *page, const uint8_t *first_digest, uint16_t seed)
{
    const struct header *header = &writer->header;
    uint64_t number = header->tree.first_page[level] + position;
    uint8_t entry[ELIG_ENTRY_BYTES];
    memcpy(entry + ELIG_ENTRY_AT_SEPARATOR, first_digest, ELIG_SEPARATOR_BYTES);
    bytes_put_le16(entry + ELIG_ENTRY_AT_SEED, seed);
    digest_page(header->profile.salt, number, page, entry + ELIG_ENTRY_AT_TAG);
    return file_write_at(file, page, ELIG_PAGE_BYTES, number * ELIG_PAGE_BYTES) &&
           file_write_at(file, entry, sizeof entry, entry_offset(header, level, position));
}

/* Solves the leaf whose count identifiers are at hand, writes its page and its entry. */
static enum index_writer_result solve_leaf(const struct leaf_task *task, struct leaf_worker *worker,
                                           uint64_t leaf, size_t count)
{
    const struct index_writer *writer = task->writer;
    const struct header *header = &writer->header;
    uint16_t seed;
    for (size_t i = 0; i < count; i++)
        worker->keys[i] =
            (struct mphf_key){worker->identifiers[i].digest, writer->code[worker->identifiers[i].label]};
    const struct mphf_task solve = {.shape = &header->leaf,
                                    .salt = header->profile.salt,
                                    .keys = worker->keys,
                                    .count = count,
                                    .absent = (const uint8_t(*)[ELIG_DIGEST_BYTES])worker->absent,
                                    .absent_count = worker->absent_count};
    enum mphf_result solved = mphf_builder_run(worker->builder, &solve, worker->page, &seed);
    if (solved == MPHF_NO_MEMORY)
        errno = ENOMEM;
    if (solved != MPHF_DONE)
        return solved == MPHF_IMPOSSIBLE ? INDEX_WRITER_UNSOLVABLE : INDEX_WRITER_FAILED;
    if (!write_page(writer, task->file, 0, leaf, worker->page, worker->identifiers[0].digest, seed))
        return INDEX_WRITER_FAILED;
    progress_add(writer->progress, count);
    return INDEX_WRITER_DONE;
}

static enum index_writer_result take_leaf(const struct leaf_task *task, struct leaf_worker *worker,
                                          struct leaf_stream *stream, uint64_t leaf)
{
    const struct header *header = &task->writer->header;
    size_t count = first_rank(header, leaf + 1) - first_rank(header, leaf);
    if (!fill_leaf(worker, stream, count + 1))
        return INDEX_WRITER_FAILED;
    if (stream->held < count || (stream->held == count && leaf + 1 < header->tree.count[0])) {
        errno = EIO; /* fewer than were counted: a set was changed meanwhile */
        return INDEX_WRITER_FAILED;
    }
    if (stream->held > count &&
        !tree_key_is_less(key_of(&worker->identifiers[count - 1]), key_of(&worker->identifiers[count])))
        return INDEX_WRITER_SALT;
    if (stream->absent != NULL && !fill_absent(worker, stream, count))
        return INDEX_WRITER_FAILED;
    enum index_writer_result result = solve_leaf(task, worker, leaf, count);
    worker->identifiers[0] = worker->identifiers[count];
    stream->held -= count;
    return result;
}

/* ---- All leaves ---- */

static enum index_writer_result open_stream(const struct leaf_task *task, struct leaf_worker *worker,
                                            struct leaf_stream *stream, unsigned part, uint64_t to_skip)
{
    const struct index_writer *writer = task->writer;
    size_t share = writer->bytes / writer->config->threads / (writer->absent != NULL ? 2 : 1);
    stream->listed = merge_open(writer->listed, writer->rank, part, SPILL_PARTITIONS, share);
    if (stream->listed == NULL)
        return INDEX_WRITER_FAILED;
    errno = EIO; /* fewer than were counted: a set was changed meanwhile */
    for (; to_skip > 0; to_skip--)
        if (merge_next(stream->listed, &worker->identifiers[0]) <= 0)
            return INDEX_WRITER_FAILED;
    if (writer->absent == NULL)
        return INDEX_WRITER_DONE;
    stream->absent = merge_open(writer->absent, NULL, part, SPILL_PARTITIONS, share);
    if (stream->absent == NULL)
        return INDEX_WRITER_FAILED;
    /* What comes before this stream's first leaf is another stream's, which reads on into this part. */
    if (!fill_leaf(worker, stream, 1))
        return INDEX_WRITER_FAILED;
    int got;
    do {
        got = merge_next(stream->absent, &stream->next_absent);
    } while (got > 0 && tree_key_is_less(key_of(&stream->next_absent), key_of(&worker->identifiers[0])));
    stream->has_next_absent = got > 0;
    return got >= 0 ? INDEX_WRITER_DONE : INDEX_WRITER_FAILED;
}

/* Solves the leaves that start in one stripe. */
static int solve_stripe(void *context, unsigned number, uint64_t stripe)
{
    const struct leaf_task *task = context;
    const struct index_writer *writer = task->writer;
    struct leaf_worker *worker = &task->workers[number];
    struct leaf_stream stream = {0};
    const uint64_t *ranks = writer->totals->first_rank;
    unsigned part = stripe_start(task->stripes, stripe);
    uint64_t leaf = leaf_from(&writer->header, ranks[part]);
    uint64_t end = leaf_from(&writer->header, ranks[stripe_start(task->stripes, stripe + 1)]);
    if (leaf == end)
        return INDEX_WRITER_DONE;
    enum index_writer_result result =
        open_stream(task, worker, &stream, part, first_rank(&writer->header, leaf) - ranks[part]);
    for (; leaf < end && result == INDEX_WRITER_DONE; leaf++)
        result = take_leaf(task, worker, &stream, leaf);
    int why = errno;
    merge_close(stream.listed);
    merge_close(stream.absent);
    errno = why;
    return (int)result;
}

static void free_workers(struct leaf_worker *workers, unsigned count)
{
    for (unsigned i = 0; workers != NULL && i < count; i++) {
        mphf_builder_free(workers[i].builder);
        free(workers[i].identifiers);
        free(workers[i].keys);
        free(workers[i].absent);
        rejects_free(&workers[i].rejects);
    }
    free(workers);
}

static struct leaf_worker *new_workers(unsigned count, uint32_t slots)
{
    struct leaf_worker *workers = calloc(count, sizeof *workers);
    int good = workers != NULL;
    for (unsigned i = 0; i < count && good; i++) {
        workers[i].builder = mphf_builder_new();
        workers[i].identifiers = calloc(slots + 1, sizeof *workers[i].identifiers);
        workers[i].keys = calloc(slots, sizeof *workers[i].keys);
        good = workers[i].builder != NULL && workers[i].identifiers != NULL && workers[i].keys != NULL;
    }
    if (!good) {
        free_workers(workers, count);
        return NULL;
    }
    return workers;
}

static enum index_writer_result write_leaves(struct index_writer *writer, int file,
                                             struct rejects *absent_rejects)
{
    unsigned threads = writer->config->threads;
    unsigned stripes = stripes_for(writer->config);
    struct leaf_task task = {writer, file, stripes, new_workers(threads, writer->header.leaf.slots)};
    if (task.workers == NULL) {
        errno = ENOMEM;
        return INDEX_WRITER_FAILED;
    }
    int result = parallel_run(threads, stripes, solve_stripe, &task);
    int why = errno;
    uint64_t before = rejects_all(absent_rejects);
    for (unsigned i = 0; i < threads; i++)
        if (!rejects_join(absent_rejects, &task.workers[i].rejects))
            result = INDEX_WRITER_FAILED;
    free_workers(task.workers, threads);
    rejects_sort(absent_rejects);
    if (result == INDEX_WRITER_DONE && rejects_all(absent_rejects) > before)
        result = INDEX_WRITER_ABSENT_LISTED;
    errno = why;
    return (enum index_writer_result)result;
}

/* ---- Everything above the leaves ---- */

/* Seals one inner level, whose pages have their entries already. */
static int write_level(const struct index_writer *writer, int file, unsigned level)
{
    const struct tree_shape *tree = &writer->header.tree;
    uint8_t page[ELIG_PAGE_BYTES];
    for (uint64_t i = 0; i < tree->count[level]; i++) {
        size_t length = (size_t)tree_entries(tree, level, i) * ELIG_ENTRY_BYTES;
        memset(page, 0, sizeof page);
        if (!file_read_at(file, page, length, (tree->first_page[level] + i) * ELIG_PAGE_BYTES) ||
            !write_page(writer, file, level, i, page, page + ELIG_ENTRY_AT_SEPARATOR, 0))
            return 0;
    }
    return 1;
}

static int write_dictionary(struct index_writer *writer, int file)
{
    struct header *header = &writer->header;
    size_t length = header_dictionary_pages(header->dictionary_bytes) * ELIG_PAGE_BYTES;
    if (length == 0)
        return 1;
    uint8_t *bytes = calloc(1, length);
    if (bytes == NULL)
        return 0;
    dictionary_write(&writer->dictionary, bytes);
    digest_bytes(ELIG_DOMAIN_DICTIONARY, header->profile.salt, bytes, length, header->dictionary_hash);
    int good = file_write_at(file, bytes, length, ELIG_PAGE_BYTES);
    free(bytes);
    return good;
}

/* Signs a header page: 1, or 0 with errno set. */
static int sign(const uint8_t *seed, uint8_t *page)
{
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    uint8_t *pair = sodium_malloc(crypto_sign_SECRETKEYBYTES);
    errno = ENOMEM;
    if (pair == NULL)
        return 0;
    (void)crypto_sign_seed_keypair(public_key, pair, seed);
    (void)crypto_sign_detached(page + ELIG_AT_SIGNATURE, NULL, page, ELIG_AT_SIGNATURE, pair);
    sodium_free(pair);
    return 1;
}

static int write_header(struct index_writer *writer, int file)
{
    uint8_t page[ELIG_PAGE_BYTES];
    if (writer->header.identifiers > 0 &&
        !file_read_at(file, writer->header.root, ELIG_ENTRY_BYTES, ELIG_AT_ROOT))
        return 0;
    header_write(&writer->header, page);
    if (writer->config->signer != NULL && !sign(writer->config->signer, page))
        return 0;
    return file_write_at(file, page, sizeof page, 0);
}

/* Fills the header but for what depends on the pages. */
static enum index_writer_result make_header(struct index_writer *writer)
{
    const struct config *config = writer->config;
    const struct record_counts *totals = writer->totals;
    struct header *header = &writer->header;
    header->identifiers = totals->first_rank[SPILL_PARTITIONS];
    if (header->identifiers > ELIG_IDENTIFIERS_MAX)
        return INDEX_WRITER_TOO_MANY;
    header->profile = config->profile;
    memcpy(header->signer, config->signer_public, sizeof header->signer);
    header->serial = (uint64_t)config->serial;
    header->not_before = config->not_before;
    header->not_after = config->not_after;
    strcpy(header->campaign, config->campaign);
    header->kind_count = config->list.kind_count;
    for (unsigned kind = 0; kind < config->list.kind_count; kind++) {
        header->kinds[kind] = config->list.kinds[kind];
        header->kinds[kind].identifiers = totals->of_kind[kind];
    }
    header->label_count = writer->dictionary.count;
    header->dictionary_bytes = dictionary_bytes(&writer->dictionary);
    header->leaf = mphf_shape(recipe_fingerprint_bits(config), header_label_bits(header->label_count));
    uint64_t first_tree_page = 1 + header_dictionary_pages(header->dictionary_bytes);
    uint64_t leaves = header_leaves(header->identifiers, header->leaf.slots);
    return tree_shape_make(&header->tree, first_tree_page, leaves) ? INDEX_WRITER_DONE : INDEX_WRITER_TOO_MANY;
}

enum index_writer_result index_writer_write(struct index_writer *writer, int file,
                                            struct rejects *absent_rejects)
{
    writer->code = calloc(ELIG_LABELS_MAX + 1, sizeof *writer->code);
    errno = ENOMEM;
    if (writer->code == NULL ||
        !label_table_dictionary(writer->labels, writer->totals->held, &writer->dictionary, writer->code))
        return INDEX_WRITER_FAILED;
    enum index_writer_result result = make_header(writer);
    if (result != INDEX_WRITER_DONE)
        return result;
    const struct tree_shape *tree = &writer->header.tree;
    progress_begin(writer->progress, PHASE_SOLVE, writer->header.identifiers, "identifiers", 1);
    if (tree->count[0] > 0)
        result = write_leaves(writer, file, absent_rejects);
    if (result != INDEX_WRITER_DONE)
        return result;
    for (unsigned level = 1; level <= tree->levels; level++)
        if (!write_level(writer, file, level))
            return INDEX_WRITER_FAILED;
    if (!write_dictionary(writer, file) || !write_header(writer, file))
        return INDEX_WRITER_FAILED;
    return INDEX_WRITER_DONE;
}

void index_writer_free(struct index_writer *writer)
{
    dictionary_free(&writer->dictionary);
    free(writer->code);
    writer->code = NULL;
}

/* ---- The proof ---- */

struct verify_task {
    const struct index_writer *writer;
    const struct elig *index;
    unsigned stripes;
};

enum { VERIFY_RIGHT = 0, VERIFY_WRONG, VERIFY_FAILED };

/* A cursor that follows rising digests to the leaves where lookups would look for them. */
struct follower {
    struct cursor *cursor;
    struct tree_key next; /* separator of the leaf after the present one */
    bool has_leaf, has_next;
};

static int follow_next(struct follower *follower)
{
    int error = cursor_next(follower->cursor, &follower->has_leaf);
    follower->has_next = follower->has_leaf && cursor_next_separator(follower->cursor, &follower->next);
    return error;
}

/* Starts at the leaf before the one that the identifier of some rank is in, since what is not listed may come
 * before that identifier. Returns 0 or an enum elig_error. */
static int follow_start(const struct verify_task *task, uint64_t rank, struct follower *follower)
{
    const struct header *header = &task->writer->header;
    uint64_t leaf = leaf_from(header, rank);
    uint64_t before = leaf > 1 ? leaf - 2 : 0;
    *follower = (struct follower){.cursor = cursor_open(task->index, before)};
    return follower->cursor != NULL ? follow_next(follower) : ELIG_E_MEMORY;
}

/* The answer for a digest that is not below those before it. Returns 0 or an enum elig_error. */
static int follow(struct follower *follower, const uint8_t *digest, struct elig_answer *answer)
{
    struct tree_key key = tree_key_of(digest);
    int error = 0;
    while (error == 0 && follower->has_next && !tree_key_is_less(key, follower->next))
        error = follow_next(follower);
    /* No leaf: an index without identifiers. A key below the separator: below the first leaf. */
    if (error == 0 && (!follower->has_leaf || tree_key_is_less(key, cursor_separator(follower->cursor)))) {
        *answer = (struct elig_answer){.verdict = ELIG_NOT_LISTED};
        return 0;
    }
    return error != 0 ? error : cursor_probe(follower->cursor, digest, answer);
}

static int answer_is_right(const struct index_writer *writer, const struct merged *identifier,
                           const struct elig_answer *answer, int is_listed)
{
    if (!is_listed)
        return answer->verdict == ELIG_NOT_LISTED;
    if (answer->verdict != ELIG_ELIGIBLE || (identifier->label == 0) != (answer->label == NULL))
        return 0;
    return answer->label == NULL ||
           strcmp(answer->label, label_table_word(writer->labels, identifier->label)) == 0;
}

/* Looks up what one list has in one stripe. */
static int verify_list(const struct verify_task *task, struct record_source *source, uint64_t stripe,
                       int is_listed)
{
    const struct index_writer *writer = task->writer;
    unsigned part = stripe_start(task->stripes, stripe);
    struct follower follower;
    struct merged identifier;
    struct elig_answer answer;
    uint64_t count = 0;
    int got = 0, result = VERIFY_RIGHT;
    int error = follow_start(task, writer->totals->first_rank[part], &follower);
    struct merge *merge =
        merge_open(source, is_listed ? writer->rank : NULL, part, stripe_start(task->stripes, stripe + 1),
                   writer->bytes / writer->config->threads);
    while (error == 0 && merge != NULL && result == VERIFY_RIGHT &&
           (got = merge_next(merge, &identifier)) > 0) {
        error = follow(&follower, identifier.digest, &answer);
        if (error == 0 && !answer_is_right(writer, &identifier, &answer, is_listed))
            result = VERIFY_WRONG;
        if (++count % ELIG_PAGE_BYTES == 0)
            progress_add(writer->progress, ELIG_PAGE_BYTES);
    }
    progress_add(writer->progress, count % ELIG_PAGE_BYTES);
    if (merge == NULL || got < 0)
        result = VERIFY_FAILED;
    merge_close(merge);
    cursor_close(follower.cursor);
    return error != 0 ? error : result;
}

static int verify_stripe(void *context, unsigned worker, uint64_t stripe)
{
    const struct verify_task *task = context;
    (void)worker;
    int result = verify_list(task, task->writer->listed, stripe, 1);
    if (result == VERIFY_RIGHT && task->writer->absent != NULL)
        result = verify_list(task, task->writer->absent, stripe, 0);
    return result;
}

int index_writer_verify(const struct index_writer *writer, const char *path, int *error)
{
    const struct config *config = writer->config;
    const struct elig_options options = {.check = ELIG_CHECK_WALK,
                                         .secret = config->secret,
                                         .signer = config->signer != NULL ? config->signer_public : NULL,
                                         .serial_minimum = (uint64_t)config->serial};
    struct elig *index;
    *error = elig_open(path, &options, &index);
    if (*error != 0)
        return 0;
    struct verify_task task = {writer, index, stripes_for(config)};
    int result = parallel_run(config->threads, task.stripes, verify_stripe, &task);
    elig_close(index);
    if (result < 0)
        *error = result;
    if (result == VERIFY_FAILED)
        *error = errno == ENOMEM ? ELIG_E_MEMORY : ELIG_E_READ;
    return result == VERIFY_RIGHT;
}
