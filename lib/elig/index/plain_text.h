/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plain_text.h - the rule for all text that elig stores and shows: valid UTF-8 without control characters, so
 * that a hostile file cannot send control sequences to a terminal.
 */
#ifndef ELIG_PLAIN_TEXT_H
#define ELIG_PLAIN_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Whether length bytes are such text. Empty text is. */
bool plain_text_is_valid(const char *bytes, size_t length);

#endif
