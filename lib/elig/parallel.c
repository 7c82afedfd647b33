/* SPDX-License-Identifier: Apache-2.0 */
/* Runs numbered pieces of work on several threads: each thread takes the next number from an atomic counter. */
#include "lib/elig/parallel.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

struct run {
    parallel_piece *piece;
    void *context;
    uint64_t pieces;
    _Atomic uint64_t next;
    pthread_mutex_t lock; /* over the two below */
    int result;
    int error_number; /* errno after the piece that stopped */
};

struct worker {
    struct run *run;
    unsigned number;
};

static void stop(struct run *run, int result)
{
    int saved = errno;
    pthread_mutex_lock(&run->lock);
    if (run->result == 0) {
        run->result = result;
        run->error_number = saved;
    }
    pthread_mutex_unlock(&run->lock);
    atomic_store(&run->next, run->pieces);
}

static void *run_worker(void *argument)
{
    const struct worker *worker = argument;
    struct run *run = worker->run;
    for (;;) {
        uint64_t piece = atomic_fetch_add(&run->next, 1);
        if (piece >= run->pieces)
            return NULL;
        int result = run->piece(run->context, worker->number, piece);
        if (result != 0)
            stop(run, result);
    }
}

int parallel_run(unsigned threads, uint64_t pieces, parallel_piece *piece, void *context)
{
    struct run run = {.piece = piece, .context = context, .pieces = pieces};
    struct worker workers[PARALLEL_THREADS_MAX];
    pthread_t ids[PARALLEL_THREADS_MAX];
    unsigned started = 1; /* the calling thread is worker 0 */
    pthread_mutex_init(&run.lock, NULL);
    for (unsigned i = 0; i < threads; i++)
        workers[i] = (struct worker){&run, i};
    while (started < threads && pthread_create(&ids[started], NULL, run_worker, &workers[started]) == 0)
        started++;
    run_worker(&workers[0]);
    for (unsigned i = 1; i < started; i++)
        pthread_join(ids[i], NULL);
    pthread_mutex_destroy(&run.lock);
    if (run.result != 0)
        errno = run.error_number;
    return run.result;
}
