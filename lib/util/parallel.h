/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parallel.h - the same work over many numbered pieces, on several threads.
 */
#ifndef ELIG_PARALLEL_H
#define ELIG_PARALLEL_H

#include <stdint.h>

#define PARALLEL_THREADS_MAX 256

/* One piece of work. worker is 0 .. threads - 1 and belongs to one thread. Returns 0, or anything else to stop.
 */
typedef int parallel_piece(void *context, unsigned worker, uint64_t piece);

/* Runs pieces 0 .. pieces - 1, each once, in no particular order. Returns 0 if all did, else what the first
 * one that stopped returned; errno is that piece's. Runs on the calling thread what it can start no thread for.
 */
int parallel_run(unsigned threads, uint64_t pieces, parallel_piece *piece, void *context);

#endif
