/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.h - the one rule for words that elig stores and shows: valid UTF-8 without control characters, so that
 * a hostile file cannot talk to a terminal.
 */
#ifndef ELIG_TEXT_H
#define ELIG_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Whether length bytes are such text; none at all are. */
bool plain_text_is_valid(const char *bytes, size_t length);

#endif
