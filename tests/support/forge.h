/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forge.h - repairs the hashes of an index that a test or a fuzzer changed, so that the change is not found by
 * the hashes. Needs neither cmocka nor the builder.
 */
#ifndef ELIG_SUPPORT_FORGE_H
#define ELIG_SUPPORT_FORGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Makes the header's own hash right. */
void forge_header_hash(uint8_t *page);

/* Makes every hash right: dictionary, pages from the leaves up, header. false, with only the header's hash made
 * right, if the header is refused or asks for another length. */
bool forge_hashes(uint8_t *bytes, size_t length);

#endif
