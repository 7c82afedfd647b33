/* SPDX-License-Identifier: Apache-2.0 */
/*
 * elig_format.h - the numbers of the file, format version 2. docs/FORMAT.md says what they mean.
 *
 * All integers in the file are little-endian. Offsets and lengths are in bytes unless their name says bits.
 */
#ifndef ELIG_FORMAT_H
#define ELIG_FORMAT_H

#include "elig.h"

#define ELIG_FORMAT_VERSION 2 /* 1 had another bucket-size function and other hash functions of pilots */
#define ELIG_RULES_VERSION 2  /* 1 depended on the installed libraries; docs/FORMAT.md, section 8 */

/* A first byte with the high bit set, CR LF and the end-of-file mark of old systems betray a file that was
 * carried as text (the idea is PNG's). */
#define ELIG_MAGIC \
    "\x89"         \
    "ELIG\r\n\x1a"
#define ELIG_MAGIC_BYTES 8

#define ELIG_PAGE_BYTES 4096
#define ELIG_PAGE_BITS (ELIG_PAGE_BYTES * 8)
#define ELIG_TAG_BYTES 16
#define ELIG_KEY_CHECK_BYTES 16
#define ELIG_HASH_BYTES 32
#define ELIG_SIGNATURE_BYTES 64

/* The header page: where each field starts. */
#define ELIG_AT_MAGIC 0
#define ELIG_AT_FORMAT_VERSION 8    /* u32 */
#define ELIG_AT_RULES_VERSION 12    /* u32 */
#define ELIG_AT_PROFILE 16          /* u32, enum elig_profile */
#define ELIG_AT_PAGES 24            /* u64, pages of the whole file */
#define ELIG_AT_SALT 32             /* ELIG_SALT_BYTES */
#define ELIG_AT_KEY_CHECK 48        /* ELIG_KEY_CHECK_BYTES */
#define ELIG_AT_BLIND_KEY 64        /* ELIG_ELEMENT_BYTES, blind profile */
#define ELIG_AT_ARGON2_MEMORY 96    /* u64, bytes, offline profile */
#define ELIG_AT_ARGON2_PASSES 104   /* u32, offline profile */
#define ELIG_AT_WORK_BITS 108       /* u32, offline profile */
#define ELIG_AT_SERIAL 112          /* u64, seconds since 1970, 0: none */
#define ELIG_AT_NOT_BEFORE 120      /* i64, seconds since 1970, 0: no bound */
#define ELIG_AT_NOT_AFTER 128       /* i64, seconds since 1970, 0: no bound */
#define ELIG_AT_IDENTIFIERS 136     /* u64, n */
#define ELIG_AT_LEAVES 144          /* u64, leaf pages P */
#define ELIG_AT_SLOTS 152           /* u32, slots of a leaf S */
#define ELIG_AT_BUCKETS 156         /* u32, buckets of a leaf B */
#define ELIG_AT_FINGERPRINT 160     /* u8, bits f */
#define ELIG_AT_PAYLOAD 161         /* u8, bits */
#define ELIG_AT_PILOT 162           /* u8, bits */
#define ELIG_AT_LEVELS 163          /* u8, inner levels of the tree */
#define ELIG_AT_LABELS 164          /* u32, words of the dictionary */
#define ELIG_AT_DICTIONARY 168      /* u64, bytes of the dictionary */
#define ELIG_AT_DICTIONARY_HASH 176 /* ELIG_HASH_BYTES */
#define ELIG_AT_ROOT 208            /* one tree entry */
#define ELIG_AT_KIND_COUNT 240      /* u32 */
#define ELIG_AT_KINDS 256           /* ELIG_KINDS_MAX records of ELIG_KIND_BYTES */
#define ELIG_AT_CAMPAIGN 1536       /* ELIG_CAMPAIGN_MAX + 1 */
#define ELIG_AT_SIGNER 3968         /* ELIG_SIGNER_BYTES */
#define ELIG_AT_HEADER_HASH 4000    /* ELIG_HASH_BYTES, over all before it */
#define ELIG_AT_SIGNATURE 4032      /* ELIG_SIGNATURE_BYTES, over all before it */

/* A kind's record. */
#define ELIG_KIND_BYTES 80
#define ELIG_KIND_AT_NAME 0         /* ELIG_KIND_NAME_MAX + 1, zero-padded */
#define ELIG_KIND_AT_IDENTIFIERS 32 /* u64 */
#define ELIG_KIND_AT_PART_COUNT 40  /* u8 */
#define ELIG_KIND_AT_PARTS 48       /* ELIG_PARTS_MAX records of ELIG_PART_BYTES */
#define ELIG_PART_BYTES 4           /* type, flags, region[2] */

/* An entry of the tree: which digests a page holds and what the page must be. */
#define ELIG_SEPARATOR_BYTES 10 /* the first bytes of the page's smallest digest */
#define ELIG_ENTRY_AT_SEPARATOR 0
#define ELIG_ENTRY_AT_SEED 10 /* u16; 0 for an inner page */
#define ELIG_ENTRY_AT_TAG 12  /* ELIG_TAG_BYTES */
#define ELIG_ENTRY_BYTES 28
#define ELIG_FANOUT 146   /* entries of a full inner page */
#define ELIG_LEVELS_MAX 5 /* 146^5 leaf pages hold more than ELIG_IDENTIFIERS_MAX identifiers */

/* Where a digest's bytes go. Bytes 0-9 order and route it. */
#define ELIG_DIGEST_AT_WORD 8         /* u64: bucket and slot within the leaf */
#define ELIG_DIGEST_AT_FINGERPRINT 16 /* u64, lowest f bits */
#define ELIG_DIGEST_AT_MASK 24        /* u64, lowest payload bits: xor-ed over the payload */

#define ELIG_FINGERPRINT_MIN 8
#define ELIG_FINGERPRINT_MAX 56
#define ELIG_PAYLOAD_MAX 64
#define ELIG_PILOT_BITS 16

/* Domains of BLAKE2b (its "personal" parameter, 16 bytes): no hash of one use is ever one of another. */
#define ELIG_DOMAIN_BYTES 16
#define ELIG_DOMAIN_KEYED "elig keyed      "
#define ELIG_DOMAIN_KEY_CHECK "elig key check  "
#define ELIG_DOMAIN_SEED_CHECK "elig seed check "
#define ELIG_DOMAIN_TWEAK "elig tweak      "
#define ELIG_DOMAIN_BLIND "elig blind      "
#define ELIG_DOMAIN_HEADER "elig header     "
#define ELIG_DOMAIN_DICTIONARY "elig dictionary "
#define ELIG_DOMAIN_FILLER "elig filler     "
#define ELIG_DOMAIN_PAGE "elig pag" /* followed by the page's number in the file, u64 */

/* RFC 9497, DeriveKeyPair: the key info with which a blind index's secret is turned into a key. */
#define ELIG_BLIND_KEY_INFO "elig"

#endif
