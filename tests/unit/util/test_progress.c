/* SPDX-License-Identifier: Apache-2.0 */
/* test_progress.c - the time left follows from what is done and from the weights of what is to come, by a clock
 * that this program sets itself. */
#include <pthread.h>
#include <time.h>

#include "builder/phases.h"
#include "tests/support/test.h"

/* ---- A clock of our own, for the objects linked here ---- */

static double now; /* seconds */

int clock_gettime(clockid_t clock, struct timespec *time)
{
    (void)clock;
    time->tv_sec = 1000 + (time_t)now;
    time->tv_nsec = (long)((now - (double)(time_t)now) * 1e9);
    return 0;
}

static void assert_near(double value, double expected)
{
    if (value < expected - 0.001 || value > expected + 0.001)
        fail_msg("%f, expected %f", value, expected);
}

/* Reading weighs 3, merging 1, solving 2, and publishing nothing. */
static struct progress *start(void)
{
    static const double weights[PHASE_COUNT] = {[PHASE_READ] = 3, [PHASE_MERGE] = 1, [PHASE_SOLVE] = 2};
    now = 0;
    struct progress *progress = phases_progress(1, weights);
    assert_non_null(progress);
    return progress;
}

static void nothing_done_says_nothing(void **state)
{
    (void)state;
    struct progress *progress = start();
    assert_true(progress_left(progress) < 0);
    progress_begin(progress, PHASE_READ, 100, "MB", 1);
    assert_true(progress_left(progress) < 0);
    now = 5; /* and still not a step */
    assert_true(progress_left(progress) < 0);
    progress_free(progress);
}

static void an_unknown_total_says_nothing(void **state)
{
    (void)state;
    struct progress *progress = start();
    progress_begin(progress, PHASE_READ, 0, "MB", 1);
    progress_add(progress, 50);
    now = 10;
    assert_true(progress_left(progress) < 0);
    progress_begin(progress, PHASE_MERGE, 100, "identifiers", 1); /* from here on it is known */
    progress_add(progress, 50);
    now = 12;
    assert_true(progress_left(progress) > 0);
    progress_free(progress);
}

static void the_present_phase_goes_on_at_its_rate_and_later_ones_by_their_weights(void **state)
{
    (void)state;
    struct progress *progress = start();
    progress_begin(progress, PHASE_READ, 100, "MB", 1);
    progress_add(progress, 50);
    now = 30; /* 30 seconds for half of a weight of 3: 20 for a weight of 1 */
    assert_near(progress_left(progress), 30 + 20 * (1 + 2));
    progress_add(progress, 50);
    now = 60;
    assert_near(progress_left(progress), 20 * (1 + 2));

    progress_begin(progress, PHASE_MERGE, 10, "identifiers", 1);
    assert_near(progress_left(progress), 20 * (1 + 2)); /* nothing of it is done: by its weight */
    progress_add(progress, 5);
    now = 80; /* twice as slow as its weight says: 80 seconds for 3.5 */
    assert_near(progress_left(progress), 20 + 80 / 3.5 * 2);
    progress_free(progress);
}

/* A rate is not believed before there is something of it. */
static void the_first_steps_of_a_phase_do_not_set_its_rate(void **state)
{
    (void)state;
    struct progress *progress = start();
    progress_begin(progress, PHASE_READ, 1000, "MB", 1);
    progress_add(progress, 1000);
    now = 30; /* 10 for a weight of 1 */
    progress_begin(progress, PHASE_SOLVE, 1000, "identifiers", 1);
    progress_add(progress, 1);
    now = 31; /* at its own rate: 999 seconds */
    assert_in_range(progress_left(progress), 10, 30);
    progress_free(progress);
}

static void steady_work_leaves_less_and_less_time(void **state)
{
    (void)state;
    static const enum phase phases[] = {PHASE_READ, PHASE_MERGE, PHASE_SOLVE};
    static const double seconds[] = {3, 1, 2};
    struct progress *progress = start();
    double last = 1e9;
    for (size_t i = 0; i < LENGTH(phases); i++) {
        progress_begin(progress, phases[i], 100, "steps", 1);
        for (unsigned step = 0; step < 100; step++) {
            progress_add(progress, 1);
            now += seconds[i];
            double left = progress_left(progress);
            assert_true(left >= 0 && left < last);
            assert_near(left, 600 - now);
            last = left;
        }
    }
    assert_near(last, 0);
    progress_free(progress);
}

static void more_steps_than_were_expected_leave_no_less_than_nothing(void **state)
{
    (void)state;
    struct progress *progress = start();
    progress_begin(progress, PHASE_SOLVE, 100, "steps", 1);
    progress_add(progress, 1000);
    now = 5;
    assert_near(progress_left(progress), 0);
    progress_free(progress);
}

static void phases_that_weigh_nothing_take_no_time(void **state)
{
    (void)state;
    static const double weights[PHASE_COUNT] = {0};
    now = 0;
    struct progress *progress = phases_progress(1, weights);
    assert_non_null(progress);
    progress_begin(progress, PHASE_READ, 100, "steps", 1);
    progress_add(progress, 50);
    now = 5;
    assert_true(progress_left(progress) < 0);
    progress_free(progress);

    progress = start();
    progress_begin(progress, PHASE_SOLVE, 100, "steps", 1);
    progress_add(progress, 100);
    now = 5;
    progress_begin(progress, PHASE_PUBLISH, 1, "files", 1);
    now = 6;
    assert_near(progress_left(progress), 0);
    progress_free(progress);
}

static void seconds_are_those_of_each_phase(void **state)
{
    (void)state;
    struct progress *progress = start();
    now = 1.5;
    progress_begin(progress, PHASE_READ, 0, "MB", 1);
    now = 3.25;
    progress_begin(progress, PHASE_SOLVE, 0, "identifiers", 1);
    assert_near(progress_seconds(progress, PHASE_SOLVE), 0);
    now = 7.25;
    assert_near(progress_seconds(progress, PHASE_READ), 3.25); /* with what came before the first phase */
    assert_near(progress_seconds(progress, PHASE_MERGE), 0);
    assert_near(progress_seconds(progress, PHASE_SOLVE), 4); /* it is not over */
    progress_begin(progress, PHASE_VERIFY, 0, "identifiers", 1);
    now = 9;
    assert_near(progress_seconds(progress, PHASE_SOLVE), 4);
    progress_free(progress);
}

static void *add_steps(void *progress)
{
    for (unsigned i = 0; i < 20000; i++)
        progress_add(progress, 1);
    return NULL;
}

static void steps_of_all_threads_count(void **state)
{
    (void)state;
    struct progress *progress = start();
    pthread_t threads[4];
    progress_begin(progress, PHASE_SOLVE, 2 * LENGTH(threads) * 20000, "steps", 1);
    for (size_t i = 0; i < LENGTH(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, add_steps, progress), 0);
    for (size_t i = 0; i < LENGTH(threads); i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    now = 5;
    assert_near(progress_left(progress), 5);
    progress_free(progress);
}

static void without_progress_every_call_does_nothing(void **state)
{
    (void)state;
    progress_begin(NULL, PHASE_READ, 1, "MB", 1);
    progress_add(NULL, 1);
    assert_near(progress_seconds(NULL, PHASE_READ), 0);
    assert_true(progress_left(NULL) < 0);
    progress_free(NULL);
}

static void every_phase_has_a_name_in_the_report(void **state)
{
    (void)state;
    for (int phase = 0; phase < PHASE_COUNT; phase++)
        for (int other = 0; other <= phase; other++) {
            const char *key = phases_key((enum phase)phase);
            assert_true(strlen(key) > 2);
            assert_int_equal(strcmp(key, phases_key((enum phase)other)) == 0, phase == other);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_done_says_nothing),
        cmocka_unit_test(an_unknown_total_says_nothing),
        cmocka_unit_test(the_present_phase_goes_on_at_its_rate_and_later_ones_by_their_weights),
        cmocka_unit_test(the_first_steps_of_a_phase_do_not_set_its_rate),
        cmocka_unit_test(steady_work_leaves_less_and_less_time),
        cmocka_unit_test(more_steps_than_were_expected_leave_no_less_than_nothing),
        cmocka_unit_test(phases_that_weigh_nothing_take_no_time),
        cmocka_unit_test(seconds_are_those_of_each_phase),
        cmocka_unit_test(steps_of_all_threads_count),
        cmocka_unit_test(without_progress_every_call_does_nothing),
        cmocka_unit_test(every_phase_has_a_name_in_the_report),
    };
    return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}
