/* SPDX-License-Identifier: Apache-2.0 */
/* progress.c - the share of the work that is done, the time that is left, and a thread that refreshes the line.
 */
#include "lib/util/progress.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/util/clock.h"

#define REFRESH_NANOSECONDS 200000000L

/* The share of a phase that must be done before its own rate is used instead of that of the phases before. */
#define SHARE_FOR_RATE 0.05

struct progress {
    pthread_mutex_t lock; /* over all but done */
    pthread_cond_t stop;
    pthread_t thread;
    bool is_shown; /* a thread refreshes the line */
    bool is_over;
    unsigned phase;
    double started; /* the phase, by CLOCK_MONOTONIC */
    struct progress_phase phases[PROGRESS_PHASES_MAX];
    unsigned count;
    double seconds[PROGRESS_PHASES_MAX];
    uint64_t total, scale;
    const char *unit;
    _Atomic uint64_t done;
};

/* The share of the present phase that is done; less than 0: not known. */
static double share_done(const struct progress *progress)
{
    double done = (double)atomic_load(&progress->done);
    if (progress->total == 0)
        return -1;
    return done < (double)progress->total ? done / (double)progress->total : 1;
}

double progress_left(const struct progress *progress)
{
    double before = 0, after = 0; /* weights of the phases before and after */
    double spent = 0;             /* seconds of those before */
    double share = progress != NULL ? share_done(progress) : -1;
    if (share < 0)
        return -1;
    double weight = progress->phases[progress->phase].weight;
    for (unsigned phase = 0; phase < progress->count; phase++) {
        before += phase < progress->phase ? progress->phases[phase].weight : 0;
        after += phase > progress->phase ? progress->phases[phase].weight : 0;
        spent += phase < progress->phase ? progress->seconds[phase] : 0;
    }
    double in_phase = clock_read(CLOCK_MONOTONIC) - progress->started;
    if (before + weight * share <= 0 || spent + in_phase <= 0)
        return -1;
    double seconds_per_weight = (spent + in_phase) / (before + weight * share); /* seconds for a weight of 1 */
    double rest =
        share > SHARE_FOR_RATE ? in_phase * (1 - share) / share : seconds_per_weight * weight * (1 - share);
    return rest + seconds_per_weight * after;
}

static void show(const struct progress *progress)
{
    double seconds = clock_read(CLOCK_MONOTONIC) - progress->started;
    double done = (double)atomic_load(&progress->done) / (double)progress->scale;
    double share = share_done(progress), left = progress_left(progress);
    fprintf(stderr, "\r\033[K%s", progress->phases[progress->phase].text);
    if (share >= 0)
        fprintf(stderr, " %3.0f %%", 100 * share);
    fprintf(stderr, "  %.1f %s  %.1f %s/s", done, progress->unit, seconds > 0 ? done / seconds : 0,
            progress->unit);
    unsigned whole = left >= 0 ? (unsigned)(left + 0.5) : 0;
    if (whole >= 3600)
        fprintf(stderr, "  %u h %02u min left in all", whole / 3600, whole / 60 % 60);
    else if (left >= 0)
        fprintf(stderr, "  %u:%02u left in all", whole / 60, whole % 60);
    fflush(stderr);
}

static void *refresh(void *argument)
{
    struct progress *progress = argument;
    pthread_mutex_lock(&progress->lock);
    while (!progress->is_over) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += REFRESH_NANOSECONDS;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        pthread_cond_timedwait(&progress->stop, &progress->lock, &until);
        if (!progress->is_over && progress->scale > 0)
            show(progress);
    }
    fputs("\r\033[K", stderr);
    pthread_mutex_unlock(&progress->lock);
    return NULL;
}

struct progress *progress_new(bool is_quiet, const struct progress_phase *phases, unsigned count)
{
    struct progress *progress = calloc(1, sizeof *progress);
    if (progress == NULL)
        return NULL;
    pthread_mutex_init(&progress->lock, NULL);
    pthread_cond_init(&progress->stop, NULL);
    progress->started = clock_read(CLOCK_MONOTONIC);
    memcpy(progress->phases, phases, count * sizeof *phases);
    progress->count = count;
    if (!is_quiet && isatty(STDERR_FILENO))
        progress->is_shown = pthread_create(&progress->thread, NULL, refresh, progress) == 0;
    return progress;
}

void progress_begin(struct progress *progress, unsigned phase, uint64_t total, const char *unit, uint64_t scale)
{
    if (progress == NULL)
        return;
    pthread_mutex_lock(&progress->lock);
    progress->seconds[progress->phase] += clock_read(CLOCK_MONOTONIC) - progress->started;
    progress->started = clock_read(CLOCK_MONOTONIC);
    progress->phase = phase;
    progress->total = total;
    progress->unit = unit;
    progress->scale = scale;
    atomic_store(&progress->done, 0);
    pthread_mutex_unlock(&progress->lock);
}

void progress_add(struct progress *progress, uint64_t steps)
{
    if (progress != NULL)
        atomic_fetch_add_explicit(&progress->done, steps, memory_order_relaxed);
}

double progress_seconds(const struct progress *progress, unsigned phase)
{
    if (progress == NULL)
        return 0;
    return progress->seconds[phase] +
           (phase == progress->phase ? clock_read(CLOCK_MONOTONIC) - progress->started : 0);
}

void progress_free(struct progress *progress)
{
    if (progress == NULL)
        return;
    if (progress->is_shown) {
        pthread_mutex_lock(&progress->lock);
        progress->is_over = true;
        pthread_cond_signal(&progress->stop);
        pthread_mutex_unlock(&progress->lock);
        pthread_join(progress->thread, NULL);
    }
    pthread_cond_destroy(&progress->stop);
    pthread_mutex_destroy(&progress->lock);
    free(progress);
}
