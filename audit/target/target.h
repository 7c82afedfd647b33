/* SPDX-License-Identifier: Apache-2.0 */
/*
 * target.h - the audited file: its bytes, and its header with faults that leave the meaning clear corrected.
 *
 * A reader refuses a file at the first fault. An auditor wants to know all faults. So the header is parsed with
 * unused bytes set to zero, the hash recomputed, the signature removed and the costs of Argon2id clamped to
 * their bounds. The checks report what was corrected.
 *
 * Read-only once open, from any thread. The file is mapped: if it is truncated meanwhile, the audit ends by
 * SIGBUS.
 */
#ifndef ELIG_TARGET_H
#define ELIG_TARGET_H

#include <stdbool.h>

#include "include/elig.h"

#include "lib/elig/index/dictionary.h"
#include "lib/elig/index/header.h"

struct target {
    const char *path;
    const uint8_t *bytes; /* the whole file */
    uint64_t length;

    int refusal;          /* what elig_open() returns with ELIG_CHECK_ALL: 0, or an enum elig_error */
    bool has_header;      /* header is valid: its fields are in their ranges and consistent */
    struct header header; /* as corrected; Argon2id's costs and the signer as they are in the file */

    uint64_t dictionary_pages; /* from the header; the file may be shorter. So are the pages of header.tree */
    struct dictionary dictionary; /* empty if it cannot be read */

    struct elig *index; /* NULL if a reader refuses the file; open with the secret if it is right */
    int key_error;      /* what elig_open() returned for the secret: 0 if it is right, or none was given */
    bool has_secret;    /* index is open with it */
};

/* Opens. secret: ELIG_SECRET_BYTES bytes, or NULL. Returns 0; or, if there is nothing to audit, ELIG_E_READ
 * with errno set, ELIG_E_NOT_INDEX, ELIG_E_FORMAT or ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int target_open(struct target *target, const char *path, const uint8_t *secret);

/* NULL and an all-zero target are fine. */
void target_close(struct target *target);

/* A page of the file by its number; NULL if the file is too short. */
const uint8_t *target_page(const struct target *target, uint64_t page);

/* ---- The location of a byte ---- */

enum section {
    SECTION_HEADER,
    SECTION_DICTIONARY,
    SECTION_INNER,
    SECTION_LEAF,
    SECTION_BEYOND, /* after the end that the header states */
};

enum section target_section(const struct target *target, uint64_t offset);

/* It is in public text: the names of kinds, the campaign, the label words. */
bool target_is_public(const struct target *target, uint64_t offset);

/* Prints the location of a byte, such as "header, campaign", "header, unused bytes", "label dictionary, page
 * 1", "inner page 3", "leaf page 17" or "after the end", to text (TARGET_LOCATION bytes), and returns text.
 * Pages are given by their number in the file. */
#define TARGET_LOCATION 80
const char *target_location(const struct target *target, uint64_t offset, char text[TARGET_LOCATION]);

/* ---- The fields of the header ---- */

struct target_field {
    uint32_t at, bytes;
    const char *name;
    const char *reveals; /* to anyone who has the file */
};

extern const struct target_field target_fields[];
extern const size_t target_field_count;

/* Sets mask to 1 for each byte of a header page that may differ from zero, given the profile, the kinds and the
 * lengths of texts in that page, and to 0 for the others. */
void target_header_mask(const uint8_t *page, uint8_t mask[ELIG_PAGE_BYTES]);

/* The same for the bytes that are public text. */
void target_public_mask(const uint8_t *page, uint8_t mask[ELIG_PAGE_BYTES]);

#endif
