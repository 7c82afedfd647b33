/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/util/progress.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define REFRESH_NANOSECONDS 200000000L

/* How much of a phase must be done before its own rate is believed, and not that of the phases before. */
#define TRUSTED 0.05

struct progress {
    pthread_mutex_t lock; /* over all but done */
    pthread_cond_t stop;
    pthread_t thread;
    int is_shown; /* a thread refreshes the line */
    int is_over;
    unsigned phase;
    struct timespec started; /* the phase */
    struct progress_phase phases[PROGRESS_PHASES_MAX];
    unsigned count;
    double seconds[PROGRESS_PHASES_MAX];
    uint64_t total, scale;
    const char *unit;
    _Atomic uint64_t done;
};

static double since(const struct timespec *start)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

/* The share of the present phase that is done; less than 0: not known. */
static double done_of(const struct progress *progress)
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
    double share = progress != NULL ? done_of(progress) : -1;
    if (share < 0)
        return -1;
    double weight = progress->phases[progress->phase].weight;
    for (unsigned phase = 0; phase < progress->count; phase++) {
        before += phase < progress->phase ? progress->phases[phase].weight : 0;
        after += phase > progress->phase ? progress->phases[phase].weight : 0;
        spent += phase < progress->phase ? progress->seconds[phase] : 0;
    }
    double here = since(&progress->started);
    if (before + weight * share <= 0 || spent + here <= 0)
        return -1;
    double pace = (spent + here) / (before + weight * share); /* seconds for a weight of 1 */
    double rest = share > TRUSTED ? here * (1 - share) / share : pace * weight * (1 - share);
    return rest + pace * after;
}

/* Seconds, unless they have hours before them. */
static void print_left(unsigned seconds)
{
    if (seconds < 3600)
        fprintf(stderr, "  %u:%02u left in all", seconds / 60, seconds % 60);
    else
        fprintf(stderr, "  %u h %02u min left in all", seconds / 3600, seconds / 60 % 60);
}

static void show(const struct progress *progress)
{
    double seconds = since(&progress->started);
    double done = (double)atomic_load(&progress->done) / (double)progress->scale;
    double share = done_of(progress), left = progress_left(progress);
    fprintf(stderr, "\r\033[K%s", progress->phases[progress->phase].text);
    if (share >= 0)
        fprintf(stderr, " %3.0f %%", 100 * share);
    fprintf(stderr, "  %.1f %s  %.1f %s/s", done, progress->unit, seconds > 0 ? done / seconds : 0,
            progress->unit);
    if (left >= 0)
        print_left((unsigned)(left + 0.5));
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

struct progress *progress_new(int is_quiet, const struct progress_phase *phases, unsigned count)
{
    struct progress *progress = calloc(1, sizeof *progress);
    if (progress == NULL)
        return NULL;
    pthread_mutex_init(&progress->lock, NULL);
    pthread_cond_init(&progress->stop, NULL);
    clock_gettime(CLOCK_MONOTONIC, &progress->started);
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
    progress->seconds[progress->phase] += since(&progress->started);
    clock_gettime(CLOCK_MONOTONIC, &progress->started);
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
    return progress->seconds[phase] + (phase == progress->phase ? since(&progress->started) : 0);
}

void progress_free(struct progress *progress)
{
    if (progress == NULL)
        return;
    if (progress->is_shown) {
        pthread_mutex_lock(&progress->lock);
        progress->is_over = 1;
        pthread_cond_signal(&progress->stop);
        pthread_mutex_unlock(&progress->lock);
        pthread_join(progress->thread, NULL);
    }
    pthread_cond_destroy(&progress->stop);
    pthread_mutex_destroy(&progress->lock);
    free(progress);
}
