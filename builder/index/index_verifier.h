/* SPDX-License-Identifier: Apache-2.0 */
/* index_verifier.h - proves that a finished index answers rightly, before it is published. */
#ifndef ELIG_INDEX_VERIFIER_H
#define ELIG_INDEX_VERIFIER_H

#include "builder/index/index_input.h"

/* Failures beside those of enum elig_error and record_source_load(): a wrong answer. */
enum index_verifier_error { INDEX_VERIFIER_E_ANSWER = -600 };

/*
 * Reads the whole index at path, checking every page as a reader does, and looks up every listed identifier,
 * with its label, and every absent one. header is what the writer made; secret is NULL if the index is not to
 * be opened with one. Returns 0 if all answers are right, or an error.
 */
ELIG_CHECK_RESULT int index_verifier_run(const struct index_input *input, const struct header *header,
                                         const uint8_t *secret, const char *path);

#endif
