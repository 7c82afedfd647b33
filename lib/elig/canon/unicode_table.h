/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unicode_table.h - layout of the generated Unicode data.
 *
 * Only code_point.c and normalize.c read these tables. Nothing in them depends on byte order or alignment
 * beyond that of the C types.
 */
#ifndef ELIG_UNICODE_TABLE_H
#define ELIG_UNICODE_TABLE_H

#include <stddef.h>
#include <stdint.h>

/* Both tables are cut into pages of 256 code points. A code point's page has a number, equal pages the same
 * one; code points beyond the last page belong to that last page, up to UNICODE_TABLE_END. Planes 14 to 16 are
 * not in the tables. */
#define UNICODE_TABLE_PAGE_BITS 8
#define UNICODE_TABLE_PAGE_MASK 0xFFu
#define UNICODE_TABLE_END 0x40000u

/*
 * Properties. A page is a list of ranges in ascending order, the first of them at low byte 0; a range ends
 * where the next begins. All code points of a range have the same class. Classes are words:
 *
 *   bits 0-7    Canonical_Combining_Class
 *   bits 8-11   Bidi_Class, enum unicode_table_bidi; 0 without UNICODE_TABLE_DOMAIN
 *   bits 12-14  Joining_Type, enum unicode_table_joining; 0 without UNICODE_TABLE_DOMAIN
 *   bits 15-25  the flags below
 *
 * Ranges of decimal digits begin with a zero, so that the distance from there modulo 10 is the value.
 */
#define UNICODE_TABLE_CCC 0xFFu
#define UNICODE_TABLE_BIDI_SHIFT 8
#define UNICODE_TABLE_BIDI_MASK 0xFu
#define UNICODE_TABLE_JOINING_SHIFT 12
#define UNICODE_TABLE_JOINING_MASK 0x7u
#define UNICODE_TABLE_ASSIGNED 0x8000u      /* surrogates are not */
#define UNICODE_TABLE_CONTROL 0x10000u      /* general category Cc */
#define UNICODE_TABLE_DASH 0x20000u         /* Pd */
#define UNICODE_TABLE_DIGIT 0x40000u        /* Nd */
#define UNICODE_TABLE_MARK 0x80000u         /* M */
#define UNICODE_TABLE_WHITE_SPACE 0x100000u /* White_Space */
#define UNICODE_TABLE_IGNORABLE 0x200000u   /* Default_Ignorable_Code_Point */
#define UNICODE_TABLE_LETTER 0x400000u      /* L */
/* May stand in a label: a-z, 0-9, '-', '_'; beyond ASCII what UTS #46 calls valid or a deviation and what is a
 * letter, mark or decimal digit, a joiner, or an exception of RFC 5892, section 2.6. Letters and marks that its
 * sections 2.6 and 2.9 disallow may not (conjoining jamo and others). */
#define UNICODE_TABLE_DOMAIN 0x800000u
/* Second character of a pair that composes, or a conjoining vowel or final consonant of Hangul. */
#define UNICODE_TABLE_COMPOSES 0x1000000u
/* UTS #46 disallows it although it has a mapping by NFKC_Casefold. */
#define UNICODE_TABLE_DISALLOWED 0x2000000u

enum unicode_table_bidi {
    UNICODE_TABLE_BIDI_L = 1,
    UNICODE_TABLE_BIDI_R,
    UNICODE_TABLE_BIDI_AL,
    UNICODE_TABLE_BIDI_EN,
    UNICODE_TABLE_BIDI_AN,
    UNICODE_TABLE_BIDI_NSM,
    UNICODE_TABLE_BIDI_BN,
    UNICODE_TABLE_BIDI_ES,
    UNICODE_TABLE_BIDI_CS,
    UNICODE_TABLE_BIDI_ET,
    UNICODE_TABLE_BIDI_ON
};

enum unicode_table_joining {
    UNICODE_TABLE_JOINING_LEFT = 1,
    UNICODE_TABLE_JOINING_RIGHT,
    UNICODE_TABLE_JOINING_DUAL,
    UNICODE_TABLE_JOINING_TRANSPARENT
};

struct unicode_table_property {
    uint8_t first; /* low byte */
    uint8_t class_number;
};

extern const size_t unicode_table_property_pages;
extern const uint8_t unicode_table_property_page[];
extern const uint16_t unicode_table_property_start[]; /* of each page, and the end of the last */
extern const struct unicode_table_property unicode_table_properties[];
extern const uint32_t unicode_table_classes[];

/*
 * Folds: what NFKC_Casefold makes of each character of a code point's canonical decomposition, canonically
 * decomposed, with U+0345 left as it is and Hangul syllables left composed. Pages and ranges as above. What a
 * range does with a code point:
 */
enum unicode_table_sort {
    UNICODE_TABLE_SAME,  /* nothing */
    UNICODE_TABLE_DROP,  /* removes it */
    UNICODE_TABLE_EVEN,  /* adds 1 if it is even: upper and lower case alternate */
    UNICODE_TABLE_ODD,   /* adds 1 if it is odd */
    UNICODE_TABLE_DELTA, /* adds deltas[value] */
    UNICODE_TABLE_LIST   /* the string of references[value + distance from the range's first] */
};

/* A reference is 0 for the code point itself; else the place of a string of 16-bit units (UTF-16) in the pool,
 * and above that its length; UNICODE_TABLE_LONG means that the first unit there is the length, and the string
 * follows. */
#define UNICODE_TABLE_PLACE_MASK 0x1FFFu
#define UNICODE_TABLE_LENGTH_SHIFT 13
#define UNICODE_TABLE_LONG 7

struct unicode_table_fold {
    uint8_t first;
    uint8_t sort;
    uint16_t value;
};

extern const size_t unicode_table_fold_pages;
extern const uint8_t unicode_table_fold_page[];
extern const uint16_t unicode_table_fold_start[];
extern const struct unicode_table_fold unicode_table_folds[];
extern const int32_t unicode_table_deltas[];
extern const uint16_t unicode_table_references[];
extern const uint16_t unicode_table_pool[];

/*
 * Composition, without Hangul: pairs whose composite is no composition exclusion and is its own fold. They are
 * grouped by their second character and the plane of the first, which is also the composite's; groups are
 * sorted by their key, the pairs of a group by their first character. One more group gives the end of the last.
 */
#define UNICODE_TABLE_KEY_PLANE_SHIFT 24

struct unicode_table_second {
    uint32_t key; /* plane of the first character << UNICODE_TABLE_KEY_PLANE_SHIFT | second character */
    uint32_t start;
};

struct unicode_table_pair {
    uint16_t first; /* both without their plane */
    uint16_t composite;
};

extern const size_t unicode_table_second_count;
extern const struct unicode_table_second unicode_table_seconds[];
extern const struct unicode_table_pair unicode_table_pairs[];

#endif
