/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.h - the one rule for words that elig stores and shows: valid UTF-8 without control characters, so that
 * a hostile file cannot talk to a terminal.
 */
#ifndef ELIG_TEXT_H
#define ELIG_TEXT_H

#include <stddef.h>

/* 1 if length bytes are such text; none at all are. */
int plain_text_is_valid(const char *bytes, size_t length);

#endif
