/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trial.h - reads lists as a build with the draft's options would, to say what it would reject. Nothing is
 * digested.
 */
#ifndef ELIG_TRIAL_H
#define ELIG_TRIAL_H

#include "builder/records/rejects.h"
#include "lib/csv/identifier_reader.h"

struct trial {
    struct identifier_counts counts;
    struct rejects rejects; /* sorted */
    bool is_refused;        /* a list cannot be read so: the reason was printed */
};

/* Returns 0 (also if is_refused), or an error of identifier_reader_run(). Free with trial_free() in every case.
 */
ELIG_CHECK_RESULT int trial_run(struct trial *trial, const struct schema *schema, const char **inputs,
                                unsigned input_count, unsigned threads);

void trial_free(struct trial *trial);

#endif
