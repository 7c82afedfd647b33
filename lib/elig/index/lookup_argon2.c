/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lookups in an offline index: each identifier has 2^work_bits digests, one under each tweak; if the identifier
 * is listed, one of them is in the index. All are made and looked up, whatever is found before the last, so
 * that the time a lookup takes does not depend on the answer.
 *
 * Making and finding one digest is a job. A thread that gets no memory for Argon2id postpones its job and ends,
 * so that a machine with memory for one digest at a time still answers, with one thread.
 */
#include "lib/elig/index/lookup_argon2.h"

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <unistd.h>

#include "lib/elig/index/index.h"
#include "lib/elig/parallel.h"

#define THREADS_MAX 64
#define NO_JOB UINT64_MAX

struct search {
    const struct elig *index;
    const struct digest_input *inputs;
    uint64_t jobs;
    _Atomic uint64_t next;
    uint64_t postponed[THREADS_MAX]; /* by thread: a job that got no memory, or NO_JOB */

    pthread_mutex_t lock;                /* over the two below */
    struct elig_answer *answers;         /* by input */
    uint32_t tweak[LOOKUP_ARGON2_GROUP]; /* by input: the tweak under which its answer was found */
};

/* Keeps an answer of one job. If an identifier is found under two tweaks, one of them by chance, the lower
 * tweak decides, so that the answer does not depend on which thread is first. */
static void keep_answer(struct search *search, size_t input, uint32_t tweak, const struct elig_answer *answer)
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

/* Returns 0 or an error; after ELIG_E_MEMORY the job may be done again. */
static int do_job(struct search *search, uint64_t job)
{
    const struct profile *profile = &search->index->header.profile;
    size_t input = (size_t)(job >> profile->work_bits);
    uint32_t tweak = (uint32_t)job & ((1u << profile->work_bits) - 1);
    uint8_t digest[1][ELIG_DIGEST_BYTES];
    struct elig_answer answer;
    int error = profile_offline_digest(profile, &search->inputs[input], tweak, digest[0]);
    if (error == 0)
        error = elig_find(search->index, (const uint8_t(*)[ELIG_DIGEST_BYTES])digest, 1, &answer);
    if (error == 0)
        keep_answer(search, input, tweak, &answer);
    sodium_memzero(digest, sizeof digest);
    return error;
}

/* One thread (a parallel_piece): does jobs until there are no more, or one gets no memory. */
static int do_jobs(void *context, unsigned worker, uint64_t thread)
{
    struct search *search = context;
    (void)worker;
    int error = 0;
    uint64_t job;
    while (error == 0 && (job = atomic_fetch_add(&search->next, 1)) < search->jobs) {
        error = do_job(search, job);
        if (error == ELIG_E_MEMORY)
            search->postponed[thread] = job;
    }
    profile_clear_stack();
    return error == ELIG_E_MEMORY ? 0 : error;
}

/* Does the jobs that the threads left: those postponed and those not begun. The memory of the other threads is
 * free by now, so a second refusal is an error. */
static int do_rest(struct search *search, unsigned threads)
{
    int error = 0;
    for (unsigned i = 0; i < threads && error == 0; i++)
        if (search->postponed[i] != NO_JOB)
            error = do_job(search, search->postponed[i]);
    for (uint64_t job = search->next; job < search->jobs && error == 0; job++)
        error = do_job(search, job);
    profile_clear_stack();
    return error;
}

/* The number of threads that the options give, else one for each processor; at most one for each job, and
 * together at most ELIG_ARGON2_MEMORY_MAX bytes. */
static unsigned thread_count(const struct elig *index, uint64_t jobs)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t threads = index->threads > 0 ? index->threads : processors > 0 ? (uint64_t)processors : 1;
    uint64_t most = ELIG_ARGON2_MEMORY_MAX / index->header.profile.argon2_memory;
    threads = threads < jobs ? threads : jobs;
    threads = threads < most ? threads : most;
    return threads < THREADS_MAX ? (unsigned)threads : THREADS_MAX;
}

void lookup_argon2_find(const struct elig *index, const struct digest_input *inputs, size_t count,
                        struct elig_answer *answers)
{
    struct search search = {.lock = PTHREAD_MUTEX_INITIALIZER,
                            .index = index,
                            .inputs = inputs,
                            .answers = answers,
                            .jobs = (uint64_t)count << index->header.profile.work_bits};
    unsigned threads = thread_count(index, search.jobs);
    for (unsigned i = 0; i < threads; i++)
        search.postponed[i] = NO_JOB;
    for (size_t i = 0; i < count; i++)
        answers[i] = index_verdict(ELIG_NOT_LISTED);
    int error = parallel_run(threads, threads, do_jobs, &search);
    if (error == 0)
        error = do_rest(&search, threads);
    /* An error of one job is the answer to all identifiers. */
    for (size_t i = 0; error != 0 && i < count; i++)
        answers[i] = index_error(error);
}
