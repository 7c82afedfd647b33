/*
 * forms.h - all the ways in which an identifier could have been written down: the needles of one identifier.
 *
 * Encodings that the haystack undoes (hexadecimal, base64, UTF-16 of ASCII, reversal, case) are not among them.
 */
#ifndef ELIG_FORMS_H
#define ELIG_FORMS_H

#include "elig.h"
#include "haystack.h"

/* X(name, text): what was found, in words */
#define FORMS(X)                                                  \
    X(FORM_TEXT, "the identifier as it is in the list")           \
    X(FORM_CANONICAL, "its canonical form")                       \
    X(FORM_DIGITS, "its digits")                                  \
    X(FORM_PART, "a part of it")                                  \
    X(FORM_DOMAIN, "the domain of an e-mail address")             \
    X(FORM_UTF16LE, "it in UTF-16, little-endian")                \
    X(FORM_UTF16BE, "it in UTF-16, big-endian")                   \
    X(FORM_LEGACY, "it in a legacy encoding")                     \
    X(FORM_PART_UTF16LE, "a part of it in UTF-16, little-endian") \
    X(FORM_PART_UTF16BE, "a part of it in UTF-16, big-endian")    \
    X(FORM_PART_LEGACY, "a part of it in a legacy encoding")      \
    X(FORM_MD5, "its MD5")                                        \
    X(FORM_SHA1, "its SHA-1")                                     \
    X(FORM_SHA256, "its SHA-256")                                 \
    X(FORM_BLAKE2B_256, "its BLAKE2b-256")                        \
    X(FORM_BLAKE2B_512, "its BLAKE2b-512")                        \
    X(FORM_SECRET, "the secret")

enum form {
#define FORM_ENTRY(name, text) name,
    FORMS(FORM_ENTRY)
#undef FORM_ENTRY
        FORM_COUNT
};

/* Of a hash so many bytes are looked for, from its first: one that was cut short is found, too. */
#define FORMS_HASH_BYTES 10

const char *forms_text(enum form form);
int forms_is_part(enum form form); /* FORM_PART..., FORM_DOMAIN */
int forms_is_hash(enum form form);

/* Converters of one thread. */
struct forms;
ELIG_CHECK_RESULT struct forms *forms_new(void);
void forms_free(struct forms *forms);

/* Forgets which parts came lately: done at places that do not depend on threads, it makes counts that do not.
 */
void forms_forget(struct forms *forms);

/* Adds all needles of one identifier of a kind: typed has one text for each part, trimmed; canonical and its
 * length, or NULL where it has none (it is malformed). Returns how many needles were too short and were left
 * out. */
unsigned forms_add(struct forms *forms, struct needles *needles, const struct elig_kind *kind,
                   const struct elig_text *typed, const uint8_t *canonical, size_t length, uint64_t where);

#endif
