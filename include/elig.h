/* SPDX-License-Identifier: Apache-2.0 */
/*
 * elig.h - the whole public contract of libelig.
 *
 * libelig answers "is this identifier in the list?" from one static file, an index, that holds no identifier in
 * the clear. It only reads: it never prints, never exits, never writes a file. Examples: docs/examples.
 *
 * Return values. A function that can fail returns 0, or a negative enum elig_error; elig_text() has the words.
 * What it found out is stored through a pointer. For ELIG_E_READ, errno says more.
 *
 * Threads. An open index is immutable apart from an atomic record of the pages already checked. Any number of
 * threads may look up in one handle at once, without locks. Opening and closing belong to one thread.
 *
 * Memory. A handle is allocated by elig_open() and freed by elig_close(). Lookups allocate nothing, except in
 * an offline index: there a lookup takes the memory of Argon2id, for each of its threads, until it returns.
 *
 * Growth. struct elig_options and struct elig_info begin with their size, which the caller sets, so that later
 * versions can add members at their ends without breaking programs that were compiled before.
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
#define ELIG_KEY_BYTES 32     /* any key that a key file holds */
#define ELIG_ELEMENT_BYTES 32 /* an element of ristretto255, as client and key service exchange it */
#define ELIG_SCALAR_BYTES 32  /* a client's blind */
#define ELIG_PROOF_BYTES 64   /* a key service's proof for its evaluated elements */
#define ELIG_BLIND_MAX 256    /* elements under one proof */

/* Bounds of what one digest of an offline index costs: Argon2id's memory in bytes and its passes. The builder
 * refuses less and more; the reader refuses more, so that no file can exhaust a reader's machine. */
#define ELIG_ARGON2_MEMORY_MIN (UINT64_C(19) << 20)
#define ELIG_ARGON2_MEMORY_MAX (UINT64_C(1) << 30)
#define ELIG_ARGON2_PASSES_MIN 2
#define ELIG_ARGON2_PASSES_MAX 32
#define ELIG_WORK_BITS_MAX 12 /* a lookup makes 2^work_bits digests */
/* memory x passes x 2^work_bits: 64 MiB, 3 passes, 12 bits fit */
#define ELIG_LOOKUP_COST_MAX (UINT64_C(1) << 40)

#define ELIG_DIGEST_BYTES 32  /* one digest per (kind, identifier) */
#define ELIG_KINDS_MAX 16     /* kinds in one index */
#define ELIG_PARTS_MAX 8      /* parts of one composite */
#define ELIG_KIND_NAME_MAX 31 /* bytes of a kind's name, without the terminator */
#define ELIG_TEXT_MAX 1024    /* bytes of one part as typed; longer ones are ELIG_REASON_TOO_LONG */
#define ELIG_LABEL_MAX 63     /* bytes of a label word, without the terminator */
#define ELIG_LABELS_MAX 65535 /* words in the label dictionary */
#define ELIG_CAMPAIGN_MAX 255 /* bytes of the campaign text, without the terminator */
#define ELIG_IDENTIFIERS_MAX (UINT64_C(1) << 40)

/* The answer to a lookup. No answer is 0, so that memory set to zero never says "eligible". */
enum elig_verdict {
    ELIG_NO_VERDICT = 0, /* there was an error */
    ELIG_ELIGIBLE = 1,
    ELIG_NOT_LISTED = 2,
    ELIG_INVALID = 3,  /* the text cannot be an identifier of this kind: see enum elig_reason */
    ELIG_NOT_OPEN = 4, /* before the index's first second */
    ELIG_CLOSED = 5    /* after its last second */
};

/* Why a call failed. */
enum elig_error {
    ELIG_E_ARGUMENT = -1, /* an argument is out of its range */
    ELIG_E_MEMORY = -2,
    ELIG_E_READ = -3,       /* the file cannot be read; errno says more */
    ELIG_E_NOT_INDEX = -4,  /* not an elig index */
    ELIG_E_FORMAT = -5,     /* a format version this library does not know */
    ELIG_E_RULES = -6,      /* a rules version this library does not know */
    ELIG_E_PROFILE = -7,    /* a profile this library does not know */
    ELIG_E_LENGTH = -8,     /* truncated, or bytes after the end */
    ELIG_E_DAMAGED = -9,    /* a page is not what the builder wrote */
    ELIG_E_NO_SECRET = -10, /* the index needs its secret, and none was given */
    ELIG_E_WRONG_SECRET = -11,
    ELIG_E_UNSIGNED = -12,        /* a signer is demanded, and the index is not signed */
    ELIG_E_SIGNER = -13,          /* signed by another key than the one demanded */
    ELIG_E_SIGNATURE = -14,       /* the signature is wrong */
    ELIG_E_OLD = -15,             /* the serial is less than the one demanded, or the index states no time */
    ELIG_E_COST = -16,            /* a lookup would cost more than elig allows */
    ELIG_E_ELEMENT = -17,         /* a client or a key service sent something malformed */
    ELIG_E_PROOF = -18,           /* the key service's proof is wrong */
    ELIG_E_NEEDLESS_SECRET = -19, /* a secret was given for an offline index, which has none */
    ELIG_E_WRITE = -20,           /* a file cannot be written; errno says more */
    ELIG_E_IDENTIFIER = -21,      /* the text cannot be an identifier of this kind: see enum elig_reason */
    ELIG_E_KEY_FILE = -22,        /* not a key file of the kind demanded */
    ELIG_E_KEY_EXPOSED = -23      /* users other than its owner may read or write the key file */
};

/* Why a text cannot be an identifier. No text of a reason depends on the identifier. */
enum elig_reason {
    ELIG_REASON_NONE = 0,
    ELIG_REASON_EMPTY = 33,
    ELIG_REASON_TOO_LONG = 34,
    ELIG_REASON_ENCODING = 35,   /* not UTF-8 */
    ELIG_REASON_CONTROL = 36,    /* a control character */
    ELIG_REASON_UNASSIGNED = 37, /* a character newer than Unicode 17.0.0, or none at all */
    ELIG_REASON_PARTS = 38,      /* another number of parts than the kind has */
    ELIG_REASON_EMAIL_AT = 39,   /* no @ */
    ELIG_REASON_EMAIL_LOCAL = 40,
    ELIG_REASON_EMAIL_DOMAIN = 41,
    ELIG_REASON_PHONE_CHARACTER = 42,
    ELIG_REASON_PHONE_LENGTH = 43,
    ELIG_REASON_PHONE_AMBIGUOUS = 44, /* can be read as two numbers */
    ELIG_REASON_DIGITS_CHARACTER = 45,
    ELIG_REASON_DATE_FORMAT = 46,
    ELIG_REASON_DATE_CALENDAR = 47,
    ELIG_REASON_PHONE_RANGE = 48,   /* in a range that its calling code does not have */
    ELIG_REASON_REPLACEMENT = 49,   /* U+FFFD: what a converter writes for bytes that it cannot read */
    ELIG_REASON_TEXT_LETTER = 50,   /* text without a letter and without a digit */
    ELIG_REASON_EMAIL_SEVERAL = 51, /* more than one @ */
    ELIG_REASON_EMAIL_BEFORE = 52,  /* a name, a label or a quotation mark before the address */
    ELIG_REASON_EMAIL_AFTER = 53,
    ELIG_REASON_EMAIL_APOSTROPHE = 54, /* at the start: the mark of spreadsheets for text */
    ELIG_REASON_NUMBER_FLOAT = 55,     /* phone number or digits that a spreadsheet made a number: 12345.0 */
    ELIG_REASON_PHONE_SEVERAL = 56,    /* a range of numbers */
    ELIG_REASON_PHONE_CODE = 57,       /* after '+' a calling code that does not exist */
    ELIG_REASON_PHONE_TRUNK = 58,      /* after '+', can be read as two numbers because of a trunk prefix */
    ELIG_REASON_DATE_TIME = 59,        /* a time of day other than midnight */
    ELIG_REASON_TEXT_QUOTE = 60        /* text with a quotation mark at one end only, or around all of it */
};

/* How canonical bytes become a digest. */
enum elig_profile {
    ELIG_PROFILE_KEYED = 1,
    ELIG_PROFILE_OFFLINE = 2, /* Argon2id: no secret, but memory and time for each lookup, and for each guess */
    ELIG_PROFILE_BLIND = 3 /* the oblivious function of RFC 9497: needs the secret, or a key service with it */
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
#define ELIG_TEXT_PLAIN 2u   /* text: drop accents */

struct elig_part {
    uint8_t type;   /* enum elig_type */
    uint8_t flags;  /* options of that type */
    char region[2]; /* phone: ISO 3166 code of the default region, such as "KR"; else two zero bytes */
};

/* One named kind of identifier. More than one part makes a composite. */
struct elig_kind {
    char name[ELIG_KIND_NAME_MAX + 1]; /* lower-case letters, digits, '-' and '_'; zero-padded */
    uint8_t part_count;                /* 1 .. ELIG_PARTS_MAX */
    struct elig_part parts[ELIG_PARTS_MAX];
    uint64_t identifiers; /* distinct identifiers of this kind in the index */
};

/* One part of an identifier as typed: UTF-8, not terminated. bytes may be NULL if length is 0. */
struct elig_text {
    const char *bytes;
    size_t length;
};

struct elig; /* an open index */

/* How much of the index is checked, and when. In every mode elig_open() checks the header and the label
 * dictionary, and no lookup reads outside the index, whatever its bytes say. */
enum elig_check {
    /* Nothing more at open. Each lookup reads the pages from root to leaf into private memory and checks the
     * tag of each. For a program that answers a few times and ends: it reads the header and one page of each
     * level. */
    ELIG_CHECK_WALK = 0,
    /* The tree above the leaves is checked at open and kept in memory (30 bytes a leaf page). A leaf page is
     * checked the first time it is used. For a server that starts at once. */
    ELIG_CHECK_FIRST_USE = 1,
    /* Everything is read and checked at open. For a server that would rather not start than fail later. */
    ELIG_CHECK_ALL = 2
};

/*
 * How to open an index. Begin with ELIG_OPTIONS_INIT, which sets size and the defaults, and change what you
 * need. elig_open() takes the members that size covers; the rest have their defaults. It refuses a size below
 * that of version 0.2 or above 4096, and members it does not know that are not zero, with ELIG_E_ARGUMENT.
 */
struct elig_options {
    size_t size; /* sizeof(struct elig_options) */
    enum elig_check check;
    /* Not 0: for hosts that want the index resident. Its leaf pages are copied at open into private memory, in
     * huge pages where the system has them, and are checked and used there: lookups then neither wait for a
     * disk nor depend on the file. Costs the file's size in memory for each handle. ELIG_E_ARGUMENT with
     * ELIG_CHECK_WALK. */
    int populate;
    /* ELIG_SECRET_BYTES, copied into locked memory; NULL: no elig_lookup...(), and elig_digest() only in an
     * offline index, which has no secret. */
    const uint8_t *secret;
    /* ELIG_SIGNER_BYTES, not kept; NULL: any publisher will do. Else an index that this key did not sign is
     * refused before anything else in it is believed, except the format version, which says where the signature
     * is. The signature covers the header, and so every byte of the file. */
    const uint8_t *signer;
    /* An index whose serial is less is refused with ELIG_E_OLD: one that was withdrawn cannot come back. Proof
     * only together with signer. */
    uint64_t serial_minimum;
    /* How many threads a lookup in an offline index may run, each with the index's argon2_memory, until it
     * returns; 0: one for each processor. Never more than ELIG_ARGON2_MEMORY_MAX together; fewer where the
     * system refuses memory. */
    size_t threads;
};

/* In C and C++: struct elig_options options = ELIG_OPTIONS_INIT; */
#define ELIG_OPTIONS_INIT                                                 \
    {                                                                     \
        sizeof(struct elig_options), ELIG_CHECK_WALK, 0, NULL, NULL, 0, 0 \
    }

struct elig_answer {
    int error;         /* 0, or enum elig_error: then there is no verdict */
    uint16_t verdict;  /* enum elig_verdict; ELIG_NO_VERDICT if and only if there is an error */
    uint8_t reason;    /* enum elig_reason; not ELIG_REASON_NONE only with ELIG_INVALID */
    uint8_t part;      /* with ELIG_INVALID: number, from 1, of the malformed part of several; else 0 */
    const char *label; /* with ELIG_ELIGIBLE: the label's word or NULL; lives as long as the handle */
};

/* What the header says. Pointers live as long as the handle. */
struct elig_info {
    size_t size; /* sizeof(struct elig_info), set by the caller */
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
 * elig_close(). On failure stores NULL and returns an enum elig_error. options may be NULL: ELIG_CHECK_WALK and
 * no secret.
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

/* Fills in the members of *info that info->size covers; members after those this library knows are set to zero.
 * Returns 0, or ELIG_E_ARGUMENT if info->size is below that of version 0.2 or above 4096. */
ELIG_API int elig_info(const struct elig *index, struct elig_info *info);

/* Stores the number of the kind called name (zero-terminated), 0 .. kind_count - 1, in *kind. Returns 0, or
 * ELIG_E_ARGUMENT if the index has no such kind. */
ELIG_API ELIG_CHECK_RESULT int elig_kind(const struct elig *index, const char *name, unsigned *kind);

/* ELIG_ELIGIBLE while the index is open at now (seconds since 1970-01-01T00:00:00Z), else ELIG_NOT_OPEN or
 * ELIG_CLOSED: then every lookup has that answer. */
ELIG_API enum elig_verdict elig_window(const struct elig *index, int64_t now);

/*
 * Looks one identifier up, given as part_count texts, one for each part of its kind: ELIG_E_ARGUMENT if the
 * kind has another number of parts (elig_info()), here and in every call below. now is the caller's clock,
 * compared with the index's window before anything else about the identifier (elig_window()). Fills in *answer
 * and returns answer->error: 0, and answer->verdict is the answer; or ELIG_E_ARGUMENT, ELIG_E_NO_SECRET,
 * ELIG_E_MEMORY, and ELIG_E_READ or ELIG_E_DAMAGED when a page it needs cannot be read or is not what its
 * publisher wrote.
 */
ELIG_API int elig_lookup(const struct elig *index, unsigned kind, const struct elig_text *parts,
                         size_t part_count, int64_t now, struct elig_answer *answer);

/*
 * Looks count identifiers of one kind up, answers in the same order; many memory reads are under way at once.
 * parts holds count times part_count texts, an identifier's side by side. Returns 0 when each answer holds a
 * verdict, else the first error among the answers.
 */
ELIG_API int elig_lookup_batch(const struct elig *index, unsigned kind, const struct elig_text *parts,
                               size_t part_count, size_t count, int64_t now, struct elig_answer *answers);

/*
 * The two halves of a lookup, for callers that keep digests. elig_digest() turns an identifier into its digest:
 * returns 0, or ELIG_E_IDENTIFIER with *reason set, or another error: ELIG_E_ARGUMENT in an index with work
 * bits, where an identifier has many. elig_find() looks count digests up and returns as elig_lookup_batch()
 * does; it does not compare the window with a clock.
 */
ELIG_API ELIG_CHECK_RESULT int elig_digest(const struct elig *index, unsigned kind,
                                           const struct elig_text *parts, size_t part_count,
                                           uint8_t digest[ELIG_DIGEST_BYTES], enum elig_reason *reason);
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
 * elig_blind() blinds one identifier: returns 0, or ELIG_E_IDENTIFIER with *reason set, or another error:
 * ELIG_E_ARGUMENT if the index is not blind. The blind is as secret as the identifier, and is used once.
 */
ELIG_API ELIG_CHECK_RESULT int elig_blind(const struct elig *index, unsigned kind,
                                          const struct elig_text *parts, size_t part_count,
                                          uint8_t blind[ELIG_SCALAR_BYTES], uint8_t blinded[ELIG_ELEMENT_BYTES],
                                          enum elig_reason *reason);

/* Verifies the proof and turns count identifiers, 1 .. ELIG_BLIND_MAX, of one kind into their digests; parts
 * and part_count as for elig_lookup_batch(); blinds, blinded and evaluated by identifier, as elig_blind() took
 * and made them and the service returned them. Returns 0, ELIG_E_PROOF, ELIG_E_ARGUMENT, ELIG_E_ELEMENT or
 * ELIG_E_MEMORY; after an error the digests are not usable. */
ELIG_API ELIG_CHECK_RESULT int
elig_unblind(const struct elig *index, unsigned kind, const struct elig_text *parts, size_t part_count,
             size_t count, const uint8_t (*blinds)[ELIG_SCALAR_BYTES],
             const uint8_t (*blinded)[ELIG_ELEMENT_BYTES], const uint8_t (*evaluated)[ELIG_ELEMENT_BYTES],
             const uint8_t proof[ELIG_PROOF_BYTES], uint8_t (*digests)[ELIG_DIGEST_BYTES]);

/* What a key service does for count blinded elements, 1 .. ELIG_BLIND_MAX. Needs no index. Returns 0,
 * ELIG_E_ELEMENT if one of them is malformed, ELIG_E_ARGUMENT or ELIG_E_MEMORY. Safe from any thread. */
ELIG_API ELIG_CHECK_RESULT int elig_evaluate(const uint8_t secret[ELIG_SECRET_BYTES],
                                             const uint8_t (*blinded)[ELIG_ELEMENT_BYTES], size_t count,
                                             uint8_t (*evaluated)[ELIG_ELEMENT_BYTES],
                                             uint8_t proof[ELIG_PROOF_BYTES]);

/* Keys that 'elig-build keygen' makes. */
enum elig_key {
    ELIG_KEY_SECRET = 1,       /* of a keyed or blind index */
    ELIG_KEY_SEED = 2,         /* of an offline index with work bits; only its builder needs it */
    ELIG_KEY_SIGNER = 3,       /* the seed of an Ed25519 key pair; only a publisher needs it */
    ELIG_KEY_SIGNER_PUBLIC = 4 /* what readers check a publisher's indexes with */
};

/* Reads the key file at path. Give the function locked memory where you can, and wipe the key when elig_open()
 * has copied it: all but a signer's public key are secret. Returns 0; ELIG_E_READ; ELIG_E_KEY_FILE if the file
 * is not a key file of that kind; ELIG_E_KEY_EXPOSED if users other than its owner may read or write it, or may
 * write it where it is a public key; ELIG_E_MEMORY or ELIG_E_ARGUMENT. After an error key is zero. */
ELIG_API ELIG_CHECK_RESULT int elig_key_read(const char *path, enum elig_key kind, uint8_t key[ELIG_KEY_BYTES]);

/* The words for a verdict, an error or a reason, whose numbers do not overlap, apart from 0, which is
 * "success". Never NULL; "unknown" for any other number. */
ELIG_API const char *elig_text(int code);

/* ELIG_VERSION of the library that is linked, which may differ from that of the header. */
ELIG_API const char *elig_version(void);

#ifdef __cplusplus
}
#endif

#endif
