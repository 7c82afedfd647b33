/*
 * canary_people.h - people who do not exist, each of whose identifiers is so long and random that it is nowhere
 * by chance; the lists they are on, and the needles to look for them with.
 */
#ifndef ELIG_CANARY_PEOPLE_H
#define ELIG_CANARY_PEOPLE_H

#include <stddef.h>
#include <stdint.h>

#include "elig.h"
#include "forms.h"
#include "haystack.h"

/* What identifies somebody. X(name, kind, parts, as --kind takes it) */
#define CANARY_KINDS(X)                                                               \
    X(CANARY_EMAIL, "email", "email", "email=email:email")                            \
    X(CANARY_PHONE, "phone", "phone/KR", "phone=phone:phone/KR")                      \
    X(CANARY_PERSON, "person", "text/compact", "person=name:text/compact+birth:date") \
    X(CANARY_CUSTOMER, "customer", "digits", "customer=customer:digits")

enum canary_kind {
#define CANARY_ENTRY(name, kind, type, option) name,
    CANARY_KINDS(CANARY_ENTRY)
#undef CANARY_ENTRY
        CANARY_KIND_COUNT
};

/* Needles that are shorter are not one of a kind: eight digits of a birthday. What is found of them does not
 * count. */
#define CANARY_NEEDLE_MIN 10

#define CANARY_CELL 80 /* bytes, with the terminator */

struct canary_person {
    char email[CANARY_CELL], phone[CANARY_CELL], name[CANARY_CELL], birth[CANARY_CELL], customer[CANARY_CELL];
};

struct canary_people {
    struct canary_person *persons; /* the good ones first, then the malformed */
    size_t good, malformed;
};

/* Invents people. malformed: ones of whose identifiers none is well-formed. Returns 1, or 0 for lack of memory.
 */
ELIG_CHECK_RESULT int canary_people_make(struct canary_people *people, size_t good, size_t malformed);
void canary_people_free(struct canary_people *people);

/* Adds all needles of all of them. where is the number of the person. Returns 0 for lack of memory. */
ELIG_CHECK_RESULT int canary_people_add(const struct canary_people *people, struct needles *needles);

/* ---- Lists ---- */

struct canary_list {
    size_t from, count;   /* of the good ones */
    int has_duplicates;   /* every third once more, in another spelling */
    int has_conflict;     /* the first once more, with another label */
    int has_malformed;    /* all of the malformed */
    const char *encoding; /* iconv's name; NULL: UTF-8 */
};

/* Label of a good one, by number. */
const char *canary_label(size_t number);

/* CSV with the columns email, phone, name, birth, customer, status: *length bytes to be freed, or NULL for lack
 * of memory or of the encoding. */
ELIG_CHECK_RESULT char *canary_list_make(const struct canary_people *people, const struct canary_list *list,
                                         size_t *length);

/* What elig-lookup is asked for one person: a line to text, with its end. */
#define CANARY_LINE (3 * CANARY_CELL)
void canary_question(const struct canary_person *person, enum canary_kind kind, char text[CANARY_LINE]);

#endif
