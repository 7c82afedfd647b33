/* SPDX-License-Identifier: Apache-2.0 */
/*
 * elig.h - the whole public contract of libelig.
 *
 * libelig answers "is this identifier in the list?" from one static file, an index, that holds no
 * identifier in the clear. It only reads: it never prints, never exits, never writes a file.
 *
 * Return values. Every call that can fail returns an int: a verdict (zero or more, enum elig_verdict) or an
 * error (less than zero, enum elig_error). elig_verdict_text(), elig_error_text() and elig_reason_text()
 * turn them into words; the lists below are the only place where numbers and words meet.
 *
 * Threads. An open index is immutable apart from an atomic record of the pages already checked. Any number
 * of threads may look up in one handle at once, without locks. Opening and closing belong to one thread.
 *
 * Memory. A handle is allocated by elig_open() and freed by elig_close(). Lookups allocate nothing as long
 * as the identifier is ASCII; other identifiers go through libunistring and libidn2, which may allocate.
 * Lookups in an offline index take what Argon2id takes, for each of their threads, until they are done.
 */
#ifndef ELIG_H
#define ELIG_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define ELIG_API __attribute__((visibility("default")))
#define ELIG_CHECK_RESULT __attribute__((warn_unused_result))
#else
#define ELIG_API
#define ELIG_CHECK_RESULT
#endif

#define ELIG_VERSION "0.2.0"

#define ELIG_SECRET_BYTES 32  /* the key of a keyed or blind index */
#define ELIG_SALT_BYTES 16    /* random bytes in the index, not secret */
#define ELIG_SIGNER_BYTES 32  /* a signer's Ed25519 public key */
#define ELIG_ELEMENT_BYTES 32 /* what a client and a key service exchange: an element of ristretto255 */
#define ELIG_SCALAR_BYTES 32  /* a client's blind */
#define ELIG_PROOF_BYTES 64   /* what a key service proves its work with */
#define ELIG_BLIND_MAX 256    /* elements under one proof */

/* What one digest of an offline index may cost: Argon2id's memory in bytes and its passes. Less is refused by
 * the builder, more by builder and reader, so that no file takes a reader's machine. */
#define ELIG_ARGON2_MEMORY_MIN (UINT64_C(19) << 20)
#define ELIG_ARGON2_MEMORY_MAX (UINT64_C(1) << 30)
#define ELIG_ARGON2_PASSES_MIN 2
#define ELIG_ARGON2_PASSES_MAX 32
#define ELIG_WORK_BITS_MAX 12 /* a lookup makes 2^work_bits digests */
#define ELIG_LOOKUP_COST_MAX \
    (UINT64_C(1) << 40) /* memory x passes x 2^work_bits: 64 MiB, 3 passes, 12 bits fit */

#define ELIG_DIGEST_BYTES 32  /* one digest per (kind, identifier) */
#define ELIG_KINDS_MAX 16     /* kinds in one index */
#define ELIG_PARTS_MAX 8      /* parts of one composite */
#define ELIG_KIND_NAME_MAX 31 /* bytes of a kind's name, without the terminator */
#define ELIG_TEXT_MAX 1024    /* bytes of one part as typed; longer ones are ELIG_REASON_TOO_LONG */
#define ELIG_LABEL_MAX 63     /* bytes of a label word, without the terminator */
#define ELIG_LABELS_MAX 65535 /* words in the label dictionary */
#define ELIG_CAMPAIGN_MAX 255 /* bytes of the campaign text, without the terminator */
#define ELIG_IDENTIFIERS_MAX (UINT64_C(1) << 40)

/* What a lookup answers. X(name, value, text); the text is what elig-lookup prints. */
#define ELIG_VERDICTS(X)                \
    X(ELIG_ELIGIBLE, 0, "eligible")     \
    X(ELIG_NOT_LISTED, 1, "not listed") \
    X(ELIG_INVALID, 2, "invalid")       \
    X(ELIG_NOT_OPEN, 3, "not open")     \
    X(ELIG_CLOSED, 4, "closed")

/* Why there is no answer. X(name, value, text) */
#define ELIG_ERRORS(X)                                                                                 \
    X(ELIG_E_ARGUMENT, -1, "a call to libelig was made with an argument out of its range")             \
    X(ELIG_E_MEMORY, -2, "out of memory")                                                              \
    X(ELIG_E_READ, -3, "the file cannot be read")                                                      \
    X(ELIG_E_NOT_INDEX, -4, "not an elig index")                                                       \
    X(ELIG_E_FORMAT, -5, "an elig index of a format version this program does not know")               \
    X(ELIG_E_RULES, -6, "an elig index of a rules version this program does not know")                 \
    X(ELIG_E_PROFILE, -7, "an elig index of a profile this program does not know")                     \
    X(ELIG_E_LENGTH, -8, "the index is truncated or has bytes after its end")                          \
    X(ELIG_E_DAMAGED, -9, "the index is damaged")                                                      \
    X(ELIG_E_NO_SECRET, -10, "this index needs its secret, and none was given")                        \
    X(ELIG_E_WRONG_SECRET, -11, "the secret is not this index's secret")                               \
    X(ELIG_E_UNSIGNED, -12, "the index is not signed, and a signer is demanded")                       \
    X(ELIG_E_SIGNER, -13, "the index is signed by another key than the one demanded")                  \
    X(ELIG_E_SIGNATURE, -14,                                                                           \
      "the index's signature is wrong: it was changed after it was signed, or is damaged")             \
    X(ELIG_E_OLD, -15, "the index is older than the one demanded, or states no time")                  \
    X(ELIG_E_COST, -16, "the index demands more memory or passes for a lookup than elig allows")       \
    X(ELIG_E_ELEMENT, -17, "what a client or a key service sent is malformed")                         \
    X(ELIG_E_PROOF, -18, "the key service's proof is wrong: it does not use this index's secret")      \
    X(ELIG_E_NEEDLESS_SECRET, -19, "this index is offline: it has no secret, and none is to be given") \
    X(ELIG_E_WRITE, -20, "the file cannot be written")

/* Why an identifier cannot be one. X(name, value, text); no text depends on the identifier. */
#define ELIG_REASONS(X)                                                                                   \
    X(ELIG_REASON_NONE, 0, "")                                                                            \
    X(ELIG_REASON_EMPTY, 1, "empty")                                                                      \
    X(ELIG_REASON_TOO_LONG, 2, "too long")                                                                \
    X(ELIG_REASON_ENCODING, 3, "not valid text in the expected encoding")                                 \
    X(ELIG_REASON_CONTROL, 4, "control character")                                                        \
    X(ELIG_REASON_UNASSIGNED, 5, "unassigned character")                                                  \
    X(ELIG_REASON_PARTS, 6, "wrong number of parts")                                                      \
    X(ELIG_REASON_EMAIL_AT, 7, "e-mail address without @")                                                \
    X(ELIG_REASON_EMAIL_LOCAL, 8, "e-mail address with a malformed part before the @")                    \
    X(ELIG_REASON_EMAIL_DOMAIN, 9, "e-mail address with a malformed domain")                              \
    X(ELIG_REASON_PHONE_CHARACTER, 10, "phone number with a character that is no digit or separator")     \
    X(ELIG_REASON_PHONE_LENGTH, 11, "phone number of a length its calling code does not have")            \
    X(ELIG_REASON_PHONE_AMBIGUOUS, 12,                                                                    \
      "phone number that can be read in two ways, write it with + and calling code")                      \
    X(ELIG_REASON_DIGITS_CHARACTER, 13, "number with a character that is no digit or separator")          \
    X(ELIG_REASON_DATE_FORMAT, 14, "date not written as YYYY-MM-DD, YYYYMMDD, YYYY.MM.DD or YYYY/MM/DD")  \
    X(ELIG_REASON_DATE_CALENDAR, 15, "date that is not in the calendar")                                  \
    X(ELIG_REASON_PHONE_RANGE, 16, "phone number in a range its calling code does not have")              \
    X(ELIG_REASON_MEMORY, 17, "out of memory") /* says nothing about the identifier; lookups turn it into \
                                                  ELIG_E_MEMORY */

#define ELIG_ENUM_ENTRY(name, value, text) name = (value),
enum elig_verdict { ELIG_VERDICTS(ELIG_ENUM_ENTRY) };
enum elig_error { ELIG_ERRORS(ELIG_ENUM_ENTRY) };
enum elig_reason { ELIG_REASONS(ELIG_ENUM_ENTRY) };
#undef ELIG_ENUM_ENTRY

/* How canonical bytes become a digest. */
enum elig_profile {
    ELIG_PROFILE_KEYED = 1,
    ELIG_PROFILE_OFFLINE = 2, /* Argon2id: no secret, but memory and time for each lookup, and for each guess */
    ELIG_PROFILE_BLIND = 3    /* an oblivious function, RFC 9497: the secret, or a key service that has it */
};

/* The type of one part of an identifier: which canonical form applies (docs/FORMAT.md, "Canonical forms"). */
enum elig_type {
    ELIG_TYPE_EMAIL = 1,
    ELIG_TYPE_PHONE = 2,
    ELIG_TYPE_TEXT = 3,
    ELIG_TYPE_DIGITS = 4,
    ELIG_TYPE_DATE = 5,
    ELIG_TYPE_EXACT = 6
};

/* Options of a type, or-ed in elig_part.flags. */
#define ELIG_EMAIL_PLUS 1u   /* email: drop +tag */
#define ELIG_EMAIL_GMAIL 2u  /* email: drop dots for gmail.com, map googlemail.com to gmail.com */
#define ELIG_TEXT_COMPACT 1u /* text: remove white space instead of collapsing it */

struct elig_part {
    uint8_t type;   /* enum elig_type */
    uint8_t flags;  /* options of that type */
    char region[2]; /* phone: ISO 3166 code of the default region, such as "KR"; else two zero bytes */
};

/* One named sort of identifier. More than one part makes a composite. */
struct elig_kind {
    char name[ELIG_KIND_NAME_MAX + 1]; /* lower-case letters, digits, '-' and '_'; zero-padded */
    uint8_t part_count;                /* 1 .. ELIG_PARTS_MAX */
    struct elig_part parts[ELIG_PARTS_MAX];
    uint64_t identifiers; /* distinct identifiers of this kind in the index */
};

/* One part of an identifier as somebody typed it: UTF-8, not terminated. bytes may be NULL if length is 0. */
struct elig_text {
    const char *bytes;
    size_t length;
};

struct elig; /* an open index */

/* How much of the index is checked, and when. In every mode elig_open() checks the header and the label
 * dictionary, and no lookup reads outside the index, whatever its bytes say. */
enum elig_check {
    /* Nothing more at open. Each lookup reads the pages from root to leaf into private memory and checks the
     * tag of each. For a program that answers a few times and ends: it reads header, root to leaf, no more. */
    ELIG_CHECK_WALK = 0,
    /* The tree above the leaves is checked at open and kept in memory (30 bytes a leaf page). A leaf page is
     * checked the first time it is used. For a server that starts at once. */
    ELIG_CHECK_FIRST_USE = 1,
    /* Everything is read and checked at open. For a server that would rather not start than fail later. */
    ELIG_CHECK_ALL = 2
};

struct elig_options {
    enum elig_check check;
    const uint8_t *secret; /* ELIG_SECRET_BYTES, copied into locked memory; NULL: no elig_lookup...(), no
                              elig_digest() but in an offline index, which has no secret */
    /* Not 0: for hosts that want the index resident. Its leaf pages are copied at open into private memory, in
     * huge pages where the system has them, and are checked and used there: lookups then neither wait for a
     * disk nor care what becomes of the file. Costs the file's size in memory for each handle. ELIG_E_ARGUMENT
     * with ELIG_CHECK_WALK. */
    int populate;
    /* ELIG_SIGNER_BYTES, not kept; NULL: anyone may have published the index. Else an index that this key did
     * not sign is refused before anything else in it is believed, its format version aside, which says where
     * the signature is. The signature covers the header, and so every byte of the file. */
    const uint8_t *signer;
    /* An index whose serial is less is refused with ELIG_E_OLD: one that was withdrawn cannot come back. Proof
     * only together with signer. */
    uint64_t serial_minimum;
    /* How many threads a lookup in an offline index may take, each with the index's argon2_memory, for as long
     * as the lookup takes; 0: one for each processor. Never more than ELIG_ARGON2_MEMORY_MAX together; where
     * the system refuses memory, fewer. */
    unsigned threads;
};

struct elig_answer {
    int verdict;       /* enum elig_verdict, or enum elig_error */
    int reason;        /* enum elig_reason; not ELIG_REASON_NONE only with ELIG_INVALID */
    const char *label; /* with ELIG_ELIGIBLE: the label's word or NULL; lives as long as the handle */
};

/* What the header says. Pointers live as long as the handle. */
struct elig_info {
    uint32_t format_version;
    uint32_t rules_version;
    enum elig_profile profile;
    uint8_t salt[ELIG_SALT_BYTES];
    uint64_t identifiers;      /* over all kinds */
    uint64_t file_bytes;       /* length of the file */
    unsigned fingerprint_bits; /* f */
    unsigned rate_bits;        /* the false-positive rate is 2^-rate_bits for each lookup: f, less work_bits */
    unsigned label_bits;       /* masked bits beside each fingerprint; 0 without labels */
    unsigned label_count;      /* words in the dictionary */
    unsigned kind_count;
    const struct elig_kind *kinds;
    uint64_t argon2_memory;   /* offline: bytes; else 0 */
    unsigned argon2_passes;   /* offline; else 0 */
    unsigned work_bits;       /* offline: a lookup makes 2^work_bits digests; else 0 */
    const uint8_t *blind_key; /* blind: ELIG_ELEMENT_BYTES, the public key of its secret; else NULL */
    int64_t not_before;       /* seconds since 1970-01-01T00:00:00Z, first second that is open; 0: no bound */
    int64_t not_after;        /* the last second that is open; 0: no bound */
    const char *campaign;     /* UTF-8, may be empty */
    uint64_t leaf_pages;
    unsigned tree_levels; /* inner levels between header and leaves */
    uint64_t serial; /* when it was published, as its publisher states: seconds since 1970; 0: not stated */
    const uint8_t *signer; /* ELIG_SIGNER_BYTES: whose signature it has; NULL: unsigned */
};

/*
 * Opens the index at path. On success stores a handle in *out and returns 0; the caller frees it with
 * elig_close(). On failure stores NULL and returns an enum elig_error; for ELIG_E_READ errno says more.
 * options may be NULL: ELIG_CHECK_WALK and no secret.
 *
 * With ELIG_CHECK_FIRST_USE and ELIG_CHECK_ALL the file is mapped, unless populate is set: replace an index by
 * renaming a new file over it, never by writing into it. Bytes changed underneath can make an answer wrong
 * after its page was checked, never make a read leave the mapping; cutting the file short underneath is a
 * SIGBUS.
 */
ELIG_API ELIG_CHECK_RESULT int elig_open(const char *path, const struct elig_options *options,
                                         struct elig **out);

/* Frees a handle and wipes its secret. NULL is fine. No thread may be using it. */
ELIG_API void elig_close(struct elig *index);

/* Fills *info with what the header says. */
ELIG_API void elig_info(const struct elig *index, struct elig_info *info);

/* Returns the number of the kind called name (zero-terminated), 0 .. kind_count - 1, or ELIG_E_ARGUMENT. */
ELIG_API ELIG_CHECK_RESULT int elig_kind(const struct elig *index, const char *name);

/* ELIG_ELIGIBLE while the index is open at now (seconds since 1970-01-01T00:00:00Z), else ELIG_NOT_OPEN or
 * ELIG_CLOSED: then every lookup has that answer. */
ELIG_API int elig_window(const struct elig *index, int64_t now);

/*
 * Looks one identifier up. parts points to as many texts as the kind has parts. now is the caller's clock,
 * compared with the index's window before anything else (elig_window()).
 * Fills *answer and returns answer->verdict: an enum elig_verdict, or ELIG_E_ARGUMENT, ELIG_E_NO_SECRET,
 * ELIG_E_MEMORY, and ELIG_E_READ or ELIG_E_DAMAGED when a page it needs cannot be had or is not what its
 * publisher wrote.
 */
ELIG_API int elig_lookup(const struct elig *index, unsigned kind, const struct elig_text *parts, int64_t now,
                         struct elig_answer *answer);

/*
 * Looks count identifiers of one kind up, answers in the same order; many memory reads are in flight at
 * once. parts holds count times the kind's number of parts. Returns 0 when each answer holds a verdict, else
 * the first error met; answers then hold a verdict or an error each.
 */
ELIG_API int elig_lookup_batch(const struct elig *index, unsigned kind, const struct elig_text *parts,
                               size_t count, int64_t now, struct elig_answer *answers);

/*
 * The two halves of a lookup, for callers that keep digests. elig_digest() turns an identifier into its
 * digest: returns 0, or ELIG_INVALID with *reason set, or an enum elig_error: ELIG_E_ARGUMENT in an index with
 * work bits, where an identifier has many. elig_find() looks count digests up and returns as
 * elig_lookup_batch() does; the window is the caller's affair.
 */
ELIG_API ELIG_CHECK_RESULT int elig_digest(const struct elig *index, unsigned kind,
                                           const struct elig_text *parts, uint8_t digest[ELIG_DIGEST_BYTES],
                                           enum elig_reason *reason);
ELIG_API int elig_find(const struct elig *index, const uint8_t (*digests)[ELIG_DIGEST_BYTES], size_t count,
                       struct elig_answer *answers);

/*
 * Lookups in a blind index without its secret, by way of a key service that has it: RFC 9497, mode VOPRF, suite
 * ristretto255-SHA512. The caller carries the bytes; the service learns nothing of the identifier, not even
 * whether two are the same, and what it sends is proven to be made with this index's secret before it is used.
 *
 *     client   elig_blind()      identifier -> blind, which stays here, and blinded element, which is sent
 *     service  elig_evaluate()   blinded elements -> evaluated ones, and one proof for all of them
 *     client   elig_unblind()    -> digests, for elig_find()
 *
 * elig_blind() blinds one identifier: returns 0, or ELIG_INVALID with *reason set, or an error: ELIG_E_ARGUMENT
 * if the index is not blind. The blind is as secret as the identifier, and of use once.
 */
ELIG_API ELIG_CHECK_RESULT int elig_blind(const struct elig *index, unsigned kind,
                                          const struct elig_text *parts, uint8_t blind[ELIG_SCALAR_BYTES],
                                          uint8_t blinded[ELIG_ELEMENT_BYTES], enum elig_reason *reason);

/* Verifies the proof and turns count identifiers, 1 .. ELIG_BLIND_MAX, of one kind into their digests; parts as
 * for elig_lookup_batch(), the others by identifier as elig_blind() took and made them and the service returned
 * them. Returns 0, ELIG_E_PROOF or ELIG_E_ARGUMENT, ELIG_E_ELEMENT or ELIG_E_MEMORY; then digests hold nothing
 * of use. */
ELIG_API ELIG_CHECK_RESULT int
elig_unblind(const struct elig *index, unsigned kind, const struct elig_text *parts, size_t count,
             const uint8_t (*blinds)[ELIG_SCALAR_BYTES], const uint8_t (*blinded)[ELIG_ELEMENT_BYTES],
             const uint8_t (*evaluated)[ELIG_ELEMENT_BYTES], const uint8_t proof[ELIG_PROOF_BYTES],
             uint8_t (*digests)[ELIG_DIGEST_BYTES]);

/* What a key service does for count blinded elements, 1 .. ELIG_BLIND_MAX. Needs no index. Returns 0,
 * ELIG_E_ELEMENT if one of them is malformed, ELIG_E_ARGUMENT or ELIG_E_MEMORY. Safe from any thread. */
ELIG_API ELIG_CHECK_RESULT int elig_evaluate(const uint8_t secret[ELIG_SECRET_BYTES],
                                             const uint8_t (*blinded)[ELIG_ELEMENT_BYTES], size_t count,
                                             uint8_t (*evaluated)[ELIG_ELEMENT_BYTES],
                                             uint8_t proof[ELIG_PROOF_BYTES]);

/* The words for a verdict, an error or a reason; never NULL, "unknown" for a number that is none of them. */
ELIG_API const char *elig_verdict_text(int verdict);
ELIG_API const char *elig_error_text(int error);
ELIG_API const char *elig_reason_text(int reason);

#ifdef __cplusplus
}
#endif

#endif
