/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/util/parallel.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

struct crew {
    parallel_piece *piece;
    void *context;
    uint64_t pieces;
    _Atomic uint64_t next;
    pthread_mutex_t lock; /* over the two below */
    int result;
    int why; /* errno */
};

struct worker {
    struct crew *crew;
    unsigned number;
};

static void stop(struct crew *crew, int result)
{
    int why = errno;
    pthread_mutex_lock(&crew->lock);
    if (crew->result == 0) {
        crew->result = result;
        crew->why = why;
    }
    pthread_mutex_unlock(&crew->lock);
    atomic_store(&crew->next, crew->pieces);
}

static void *work(void *argument)
{
    const struct worker *worker = argument;
    struct crew *crew = worker->crew;
    for (;;) {
        uint64_t piece = atomic_fetch_add(&crew->next, 1);
        if (piece >= crew->pieces)
            return NULL;
        int result = crew->piece(crew->context, worker->number, piece);
        if (result != 0)
            stop(crew, result);
    }
}

int parallel_run(unsigned threads, uint64_t pieces, parallel_piece *piece, void *context)
{
    struct crew crew = {.piece = piece, .context = context, .pieces = pieces};
    struct worker workers[PARALLEL_THREADS_MAX];
    pthread_t ids[PARALLEL_THREADS_MAX];
    unsigned started = 1; /* the calling thread is worker 0 */
    pthread_mutex_init(&crew.lock, NULL);
    for (unsigned i = 0; i < threads; i++)
        workers[i] = (struct worker){&crew, i};
    while (started < threads && pthread_create(&ids[started], NULL, work, &workers[started]) == 0)
        started++;
    work(&workers[0]);
    for (unsigned i = 1; i < started; i++)
        pthread_join(ids[i], NULL);
    pthread_mutex_destroy(&crew.lock);
    if (crew.result != 0)
        errno = crew.why;
    return crew.result;
}
