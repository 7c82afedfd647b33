/* SPDX-License-Identifier: Apache-2.0 */
/* test_parallel.c - pieces of work on several threads, each once, stopped by the first failure. */
#include <pthread.h>
#include <stdatomic.h>

#include "lib/elig/parallel.h"
#include "tests/support/test.h"

#define PIECES 5000

struct count {
    _Atomic unsigned done[PIECES];
    _Atomic unsigned busy[PARALLEL_THREADS_MAX]; /* 1 while a worker of that number is at work */
    _Atomic unsigned shared;                     /* workers that were two at a time, or out of range */
    unsigned threads;
    uint64_t failing; /* piece that fails, if it is one */
};

static int do_piece(void *context, unsigned worker, uint64_t piece)
{
    struct count *count = context;
    if (worker >= count->threads || atomic_exchange(&count->busy[worker], 1) != 0)
        atomic_fetch_add(&count->shared, 1);
    atomic_fetch_add(&count->done[piece], 1);
    atomic_store(&count->busy[worker], 0);
    if (piece != count->failing)
        return 0;
    errno = ENOSPC;
    return 42;
}

static void every_piece_is_done_once(void **state)
{
    (void)state;
    static const unsigned threads[] = {1, 2, 3, 16, PARALLEL_THREADS_MAX};
    static const uint64_t pieces[] = {0, 1, 2, 100, PIECES};
    for (size_t i = 0; i < LENGTH(threads); i++)
        for (size_t j = 0; j < LENGTH(pieces); j++) {
            static struct count count;
            memset(&count, 0, sizeof count);
            count.threads = threads[i];
            count.failing = UINT64_MAX;
            assert_int_equal(parallel_run(threads[i], pieces[j], do_piece, &count), 0);
            for (uint64_t piece = 0; piece < PIECES; piece++)
                assert_int_equal(count.done[piece], piece < pieces[j]);
            assert_int_equal(count.shared, 0);
        }
}

static void a_failure_is_returned_with_its_errno(void **state)
{
    (void)state;
    for (unsigned threads = 1; threads <= 8; threads++) {
        static struct count count;
        memset(&count, 0, sizeof count);
        count.threads = threads;
        count.failing = 17;
        errno = 0;
        assert_int_equal(parallel_run(threads, PIECES, do_piece, &count), 42);
        assert_int_equal(errno, ENOSPC);
        for (uint64_t piece = 0; piece < PIECES; piece++)
            assert_in_range(count.done[piece], piece <= 17, 1);
    }
}

static void one_thread_does_nothing_after_a_failure(void **state)
{
    (void)state;
    static struct count count;
    memset(&count, 0, sizeof count);
    count.threads = 1;
    count.failing = 3;
    assert_int_equal(parallel_run(1, PIECES, do_piece, &count), 42);
    for (uint64_t piece = 0; piece < PIECES; piece++)
        assert_int_equal(count.done[piece], piece <= 3);
}

static int note_thread(void *context, unsigned worker, uint64_t piece)
{
    (void)piece;
    if (worker == 0)
        *(pthread_t *)context = pthread_self();
    return 0;
}

static void one_thread_is_the_calling_one(void **state)
{
    (void)state;
    pthread_t thread;
    memset(&thread, 0, sizeof thread);
    assert_int_equal(parallel_run(1, 1, note_thread, &thread), 0);
    assert_true(pthread_equal(thread, pthread_self()));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_piece_is_done_once),
        cmocka_unit_test(a_failure_is_returned_with_its_errno),
        cmocka_unit_test(one_thread_does_nothing_after_a_failure),
        cmocka_unit_test(one_thread_is_the_calling_one),
    };
    return cmocka_run_group_tests_name("parallel", tests, NULL, NULL);
}
