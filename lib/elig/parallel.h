/* SPDX-License-Identifier: Apache-2.0 */
/* parallel.h - calls one function for many numbered pieces of work, on several threads. */
#ifndef ELIG_PARALLEL_H
#define ELIG_PARALLEL_H

#include <stdint.h>

#define PARALLEL_THREADS_MAX 256

/* Does one piece of work. worker is 0 .. threads - 1; two threads never have the same number. Returns 0, or
 * a negative error, which stops the run. */
typedef int parallel_piece(void *context, unsigned worker, uint64_t piece);

/* Does pieces 0 .. pieces - 1, each once, in any order, on the calling thread and threads - 1 others; fewer
 * where the system refuses a thread. Returns 0 if all pieces did, else the error of the first piece
 * that failed, with errno as that piece left it. After that no further piece is begun. */
int parallel_run(unsigned threads, uint64_t pieces, parallel_piece *piece, void *context);

#endif
