/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subject.h - the file under audit: its bytes, and what its header says, as far as that can be believed.
 *
 * A reader refuses a file at the first thing that is wrong. An auditor wants to know all that is wrong, so the
 * header is read as it would be without its faults: unused bytes zero, hash in order, no signature, Argon2id
 * within its bounds. What had to be mended is the checks' to report.
 *
 * Read-only once open, from any thread. The file is mapped: who cuts it short meanwhile ends the audit.
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

    int refusal;          /* what elig_open() says to everything checked: 0, or an enum elig_error */
    bool has_header;      /* header can be relied on: its fields are in their ranges and fit each other */
    struct header header; /* as mended; profile and signer as they are in the file */

    uint64_t dictionary_pages;    /* as the header says, and so are the pages of header.tree */
    struct dictionary dictionary; /* empty if it cannot be read */

    struct elig *index; /* NULL if a reader refuses the file; with the secret, if that is right */
    int key_error;      /* what elig_open() said of the secret: 0 if it is right, or none was given */
    bool has_secret;    /* index has it */
};

/* Opens. secret: ELIG_SECRET_BYTES, or NULL. Returns 0; or, when there is nothing to audit, ELIG_E_READ with
 * errno, ELIG_E_NOT_INDEX, ELIG_E_FORMAT or ELIG_E_MEMORY. */
ELIG_CHECK_RESULT int target_open(struct target *target, const char *path, const uint8_t *secret);

/* NULL and a subject that was not opened are fine, if that is zero. */
void target_close(struct target *target);

/* Page number page of the file, or NULL if the file does not reach to its end. */
const uint8_t *target_page(const struct target *target, uint64_t page);

/* ---- Where a byte is ---- */

enum section {
    SECTION_HEADER,
    SECTION_DICTIONARY,
    SECTION_INNER,
    SECTION_LEAF,
    SECTION_BEYOND, /* after the end that the header states */
};

enum section target_section(const struct target *target, uint64_t offset);

/* 1 if it is in what is declared as public text: names of kinds, campaign, label words. */
int target_is_public(const struct target *target, uint64_t offset);

/* In words: "header, campaign", "header, unused", "label dictionary", "inner page 3", "leaf page 17", "after
 * the end"; pages by their number in the file. To text (TARGET_PLACE bytes); returns text. */
#define TARGET_LOCATION 80
const char *target_location(const struct target *target, uint64_t offset, char text[TARGET_LOCATION]);

/* ---- The fields of the header ---- */

struct target_field {
    uint32_t at, bytes;
    const char *name;
    const char *reveals; /* to whoever has the file */
};

extern const struct target_field target_fields[];
extern const size_t target_field_count;

/* Fills mask with 1 for each byte of a header page that may be other than zero, given what the page says of its
 * profile, its kinds and its texts' lengths. */
void target_header_mask(const uint8_t *page, uint8_t mask[ELIG_PAGE_BYTES]);

/* The same for the bytes of it that are declared as public text. */
void target_public_mask(const uint8_t *page, uint8_t mask[ELIG_PAGE_BYTES]);

#endif
