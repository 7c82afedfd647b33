/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <sodium.h>
#include <unistd.h>

#include "lib/elig/index/index.h"

/*
 * Lookups in an offline index: each identifier has 2^work_bits digests, one of which is listed if it is. All
 * are made and looked up, whatever is found on the way, so that the time taken says nothing of the answer.
 *
 * A digest is a job, and so dear that handing jobs out under a lock costs nothing. A thread that gets no memory
 * for Argon2id hands its job back and ends, so that a machine with memory for one goes on with one.
 */

#define THREADS_MAX 64

struct search {
    const struct elig *index;
    const struct digest_input *inputs;
    struct elig_answer *answers;

    pthread_mutex_t lock; /* over all below, and the answers */
    uint64_t next, jobs;
    uint64_t returned[THREADS_MAX];
    unsigned returned_count;
    uint32_t *tweak; /* by input: the one its answer was found under */
    int error;
};

/* ---- Jobs ---- */

static int take_job(struct search *search, uint64_t *job)
{
    pthread_mutex_lock(&search->lock);
    int has_one = 1;
    if (search->returned_count > 0)
        *job = search->returned[--search->returned_count];
    else if (search->next < search->jobs)
        *job = search->next++;
    else
        has_one = 0;
    pthread_mutex_unlock(&search->lock);
    return has_one;
}

static void return_job(struct search *search, uint64_t job)
{
    pthread_mutex_lock(&search->lock);
    search->returned[search->returned_count++] = job;
    pthread_mutex_unlock(&search->lock);
}

/* Of two tweaks that are found, one by chance, the lower has the say: whichever thread is first. */
static void note_answer(struct search *search, size_t input, uint32_t tweak, const struct elig_answer *answer)
{
    if (answer->verdict != ELIG_ELIGIBLE)
        return;
    pthread_mutex_lock(&search->lock);
    struct elig_answer *kept = &search->answers[input];
    if (kept->verdict != ELIG_ELIGIBLE || tweak < search->tweak[input]) {
        *kept = *answer;
        search->tweak[input] = tweak;
    }
    pthread_mutex_unlock(&search->lock);
}

/* An error of any job is all questions' answer. */
static void note_error(struct search *search, int error)
{
    pthread_mutex_lock(&search->lock);
    search->error = error;
    pthread_mutex_unlock(&search->lock);
}

/* Returns 0, or an error; after ELIG_E_MEMORY the job may be done again. */
static int do_job(struct search *search, uint64_t job)
{
    const struct profile *profile = &search->index->header.profile;
    size_t input = (size_t)(job >> profile->work_bits);
    uint32_t tweak = (uint32_t)job & ((1u << profile->work_bits) - 1);
    uint8_t digest[1][ELIG_DIGEST_BYTES];
    struct elig_answer answer;
    int error = profile_offline_digest(profile, &search->inputs[input], tweak, digest[0]);
    if (error == 0)
        error = probe_digests(search->index, (const uint8_t(*)[ELIG_DIGEST_BYTES])digest, 1, &answer);
    if (error == 0)
        note_answer(search, input, tweak, &answer);
    sodium_memzero(digest, sizeof digest);
    return error;
}

/* ---- Threads ---- */

/* Does jobs until there are none; the first that gets no memory is handed back if another thread may have some.
 */
static void do_jobs(struct search *search, int hands_back)
{
    uint64_t job;
    while (take_job(search, &job)) {
        int error = do_job(search, job);
        if (error == ELIG_E_MEMORY && hands_back) {
            return_job(search, job);
            break;
        }
        if (error != 0)
            note_error(search, error);
    }
    profile_clear_stack();
}

static void *work(void *argument)
{
    do_jobs(argument, 1);
    return NULL;
}

/* As many as are asked for, or processors; never with more memory together than one digest may take at most. */
static unsigned threads_for(const struct elig *index, uint64_t jobs)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t threads = index->threads > 0 ? index->threads : processors > 0 ? (uint64_t)processors : 1;
    uint64_t most = ELIG_ARGON2_MEMORY_MAX / index->header.profile.argon2_memory;
    threads = threads < jobs ? threads : jobs;
    threads = threads < most ? threads : most;
    return threads < THREADS_MAX ? (unsigned)threads : THREADS_MAX;
}

static void run(struct search *search)
{
    pthread_t helpers[THREADS_MAX];
    unsigned wanted = threads_for(search->index, search->jobs), helping = 0;
    while (helping + 1 < wanted && pthread_create(&helpers[helping], NULL, work, search) == 0)
        helping++;
    do_jobs(search, 1);
    for (unsigned i = 0; i < helping; i++)
        pthread_join(helpers[i], NULL);
    do_jobs(search, 0); /* what was handed back, all memory being free again */
}

void lookup_argon2_find(const struct elig *index, const struct digest_input *inputs, size_t count,
                        struct elig_answer *answers)
{
    uint32_t tweaks[LOOKUP_ARGON2_GROUP];
    struct search search = {.lock = PTHREAD_MUTEX_INITIALIZER,
                            .index = index,
                            .inputs = inputs,
                            .answers = answers,
                            .jobs = (uint64_t)count << index->header.profile.work_bits,
                            .tweak = tweaks};
    for (size_t i = 0; i < count; i++)
        answers[i] = index_verdict(ELIG_NOT_LISTED);
    run(&search);
    for (size_t i = 0; search.error != 0 && i < count; i++)
        answers[i] = index_verdict(search.error);
}
