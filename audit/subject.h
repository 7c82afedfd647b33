/*
 * subject.h - the file under audit: its bytes, and what its header says, as far as that can be believed.
 *
 * A reader refuses a file at the first thing that is wrong. An auditor wants to know all that is wrong, so the
 * header is read as it would be without its faults: reserved bytes zero, hash and signature in order, Argon2id
 * as dear as the least that is allowed. What had to be mended is the checks' to report.
 *
 * Read-only once open, from any thread.
 */
#ifndef ELIG_SUBJECT_H
#define ELIG_SUBJECT_H

#include "dictionary.h"
#include "elig.h"
#include "header.h"
#include "profile.h"

struct subject {
    const char *path;
    const uint8_t *bytes; /* the whole file, mapped */
    uint64_t length;

    int refusal;          /* what elig_open() says with ELIG_CHECK_ALL and no signer demanded: 0, or an error */
    int has_header;       /* header below can be relied on: it is within its ranges, whatever was mended */
    struct header header; /* mended; profile, signer and all else as they are in the file */
    struct profile profile_as_written;
    uint8_t signer_as_written[ELIG_SIGNER_BYTES];

    /* With has_header, and as far as the file reaches. */
    uint64_t dictionary_pages, inner_pages, leaf_pages; /* as the header says */
    struct dictionary dictionary;                       /* empty if it cannot be read */

    /* Only if a reader accepts the file. index is open with ELIG_CHECK_FIRST_USE and, if it is right, with the
     * secret. */
    struct elig *index;
    int key_error; /* what elig_open() said of the secret; 0: it is right, or none was given */
};

/* Opens. secret: ELIG_SECRET_BYTES or NULL, kept in the index's locked memory. Returns 0; ELIG_E_READ with
 * errno; ELIG_E_NOT_INDEX, ELIG_E_FORMAT or ELIG_E_MEMORY: then there is nothing to audit. */
ELIG_CHECK_RESULT int subject_open(struct subject *subject, const char *path, const uint8_t *secret);

void subject_close(struct subject *subject);

/* Bytes of leaf number leaf, or NULL if the file does not reach so far. With has_header. */
const uint8_t *subject_leaf(const struct subject *subject, uint64_t leaf);

/* What part of the file a byte is in, in words: "header, field 'campaign'", "label dictionary", "inner page 3",
 * "leaf 17", "after the end". To text (SUBJECT_PLACE bytes); returns text. */
#define SUBJECT_PLACE 80
const char *subject_place(const struct subject *subject, uint64_t offset, char text[SUBJECT_PLACE]);

/* ---- The fields of the header ---- */

struct subject_field {
    uint32_t at, bytes;
    const char *name;
    const char *reveals; /* to whoever has the file */
    int is_text;         /* declared as public text: campaign, kinds' names */
};

extern const struct subject_field subject_fields[];
extern const size_t subject_field_count;

#endif
