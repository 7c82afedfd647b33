/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parse.h - numbers, sizes, rates, times and bytes as people write them on a command line.
 *
 * Each returns true and stores the value, or false if the whole text is not one within its bounds.
 */
#ifndef ELIG_PARSE_H
#define ELIG_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/elig.h"

/* Decimal digits, minimum .. maximum. */
ELIG_CHECK_RESULT bool parse_number(const char *text, uint64_t minimum, uint64_t maximum, uint64_t *value);

/* A share as a percentage with at most four decimals, 0% .. 100%, into parts of PARSE_SHARE_ONE. */
#define PARSE_SHARE_ONE 1000000u
ELIG_CHECK_RESULT bool parse_share(const char *text, uint32_t *share);

/* A number of bytes with an optional unit: 64MiB, 2G, 1048576. K, M, G, T are powers of 1024. */
ELIG_CHECK_RESULT bool parse_size(const char *text, uint64_t minimum, uint64_t maximum, uint64_t *bytes);

/*
 * A false-positive rate, as 2^-32, 1e-6 or 0.001, into the least number of bits with which it holds:
 * ceil(-log2 rate), within ELIG_FINGERPRINT_MIN .. ELIG_FINGERPRINT_MAX. (Fingerprints have work bits beside
 * these.)
 */
ELIG_CHECK_RESULT bool parse_rate(const char *text, unsigned *rate_bits);

/* An RFC 3339 time, "2026-11-24T09:00:00+09:00", into seconds since 1970. A fraction of a second is refused. */
ELIG_CHECK_RESULT bool parse_time(const char *text, int64_t *seconds);

/* Writes seconds since 1970 as RFC 3339 in UTC to out (PARSE_TIME_TEXT bytes, zero-terminated). */
#define PARSE_TIME_TEXT 32
void parse_time_print(int64_t seconds, char *out);

/* Exactly count bytes in hexadecimal, in time that does not depend on their values. */
ELIG_CHECK_RESULT bool parse_hex(const char *text, uint8_t *bytes, size_t count);

#endif
