#include "canary_people.h"

#include "bytes.h"
#include "canon.h"

#include <errno.h>
#include <iconv.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LETTERS 12
#define SYLLABLES 6
#define CUSTOMER_DIGITS 16
#define PHONES_FIRST 20000000u /* what comes after 010 */
#define PHONES 80000000u
#define HANGUL_FIRST 0xac00u
#define HANGUL_COUNT 11172u
#define HANGUL_BYTES 3
#define DUPLICATES 3 /* one in so many */

/* ---- Inventing ---- */

static char *put_letters(char *at, size_t count)
{
    for (size_t i = 0; i < count; i++)
        *at++ = (char)('a' + randombytes_uniform(26));
    *at = '\0';
    return at;
}

static char *put_digits(char *at, size_t count)
{
    for (size_t i = 0; i < count; i++)
        *at++ = (char)('0' + randombytes_uniform(10));
    *at = '\0';
    return at;
}

static char *put_syllables(char *at, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t code = HANGUL_FIRST + randombytes_uniform(HANGUL_COUNT);
        *at++ = (char)(0xe0u | code >> 12);
        *at++ = (char)(0x80u | (code >> 6 & 0x3fu));
        *at++ = (char)(0x80u | (code & 0x3fu));
    }
    *at = '\0';
    return at;
}

/* phone: what comes after 010, of eight digits. */
static void invent(struct canary_person *person, uint32_t phone)
{
    char *at = put_letters(person->email, LETTERS);
    *at++ = '@';
    at = put_letters(at, LETTERS);
    strcpy(at, ".example");
    snprintf(person->phone, sizeof person->phone, "010-%04u-%04u", phone / 10000, phone % 10000);
    put_syllables(person->name, SYLLABLES);
    snprintf(person->birth, sizeof person->birth, "19%02u-%02u-%02u", 10 + randombytes_uniform(70),
             1 + randombytes_uniform(12), 1 + randombytes_uniform(28));
    put_digits(person->customer, CUSTOMER_DIGITS);
}

/* Every sort of damage that a cell may have, and enough of it left to be recognised. */
static void invent_malformed(struct canary_person *person, size_t number)
{
    char *at = put_letters(person->email, LETTERS);
    if (number % 2 == 0) {
        at = stpcpy(at, " x@");
        at = put_letters(at, LETTERS);
        strcpy(at, ".example");
    }
    at = stpcpy(person->phone, "010-");
    put_letters(at, LETTERS);
    at = put_syllables(person->name, SYLLABLES);
    strcpy(at, "\001");
    at = stpcpy(person->birth, "31 Dec ");
    put_letters(at, LETTERS);
    at = put_digits(person->customer, CUSTOMER_DIGITS);
    strcpy(at, "x");
}

int canary_people_make(struct canary_people *people, size_t good, size_t malformed)
{
    *people = (struct canary_people){calloc(good + malformed, sizeof *people->persons), good, malformed};
    if (people->persons == NULL)
        return 0;
    /* There are so few phone numbers that two of many people would share one, which would be a conflict of
     * labels. A step without a factor in common with their number comes to none twice. */
    uint64_t first = randombytes_uniform(PHONES), step = 10 * randombytes_uniform(PHONES / 10) + 3;
    for (size_t i = 0; i < good; i++)
        invent(&people->persons[i], PHONES_FIRST + (uint32_t)((first + i * step) % PHONES));
    for (size_t i = 0; i < malformed; i++)
        invent_malformed(&people->persons[good + i], i);
    return 1;
}

void canary_people_free(struct canary_people *people)
{
    free(people->persons);
    *people = (struct canary_people){0};
}

/* ---- Needles ---- */

static struct elig_kind kind_of(enum canary_kind number)
{
    static const char *const types[CANARY_KIND_COUNT] = {
#define CANARY_ENTRY(name, kind, type, option) type,
        CANARY_KINDS(CANARY_ENTRY)
#undef CANARY_ENTRY
    };
    struct elig_kind kind = {.part_count = 1};
    int good = canon_part_parse(types[number], &kind.parts[0]);
    if (number == CANARY_PERSON) {
        good = good && canon_part_parse("date", &kind.parts[1]);
        kind.part_count = 2;
    }
    if (!good)
        abort(); /* the table above is wrong */
    return kind;
}

static struct elig_text text_of(const char *text)
{
    return (struct elig_text){text, strlen(text)};
}

/* Parts of an identifier as typed. */
static void texts_of(const struct canary_person *person, enum canary_kind kind, struct elig_text texts[2])
{
    const char *const first[CANARY_KIND_COUNT] = {person->email, person->phone, person->name, person->customer};
    texts[0] = text_of(first[kind]);
    texts[1] = text_of(person->birth);
}

int canary_people_add(const struct canary_people *people, struct needles *needles)
{
    struct forms *forms = forms_new();
    uint8_t canonical[CANON_MAX];
    if (forms == NULL)
        return 0;
    for (unsigned kind = 0; kind < CANARY_KIND_COUNT; kind++) {
        const struct elig_kind description = kind_of(kind);
        for (size_t i = 0; i < people->good + people->malformed; i++) {
            struct elig_text texts[2];
            size_t length = 0;
            texts_of(&people->persons[i], kind, texts);
            int good = canon_identifier(&description, texts, canonical, &length) == ELIG_REASON_NONE;
            forms_add(forms, needles, &description, texts, good ? canonical : NULL, length, i);
        }
    }
    forms_free(forms);
    return 1;
}

/* ---- Lists ---- */

const char *canary_label(size_t number)
{
    return number % 2 == 0 ? "gold" : "blue";
}

static void write_row(FILE *stream, const struct canary_person *person, const char *label)
{
    fprintf(stream, "%s,%s,%s,%s,%s,%s\n", person->email, person->phone, person->name, person->birth,
            person->customer, label);
}

/* The same people, spelled otherwise: capitals, an international number, a space within the name. */
static void write_again(FILE *stream, const struct canary_person *person, const char *label)
{
    struct canary_person other = *person;
    for (char *at = other.email; *at != '\0'; at++)
        if (*at >= 'a' && *at <= 'z')
            *at = (char)(*at - 'a' + 'A');
    snprintf(other.phone, sizeof other.phone, "+82 %.*s", CANARY_CELL - 8, person->phone + 1);
    snprintf(other.name, sizeof other.name, "%.*s %s", HANGUL_BYTES, person->name, person->name + HANGUL_BYTES);
    write_row(stream, &other, label);
}

static char *write_rows(const struct canary_people *people, const struct canary_list *list, size_t *length)
{
    char *bytes = NULL;
    FILE *stream = open_memstream(&bytes, length);
    if (stream == NULL)
        return NULL;
    fputs("email,phone,name,birth,customer,status\n", stream);
    for (size_t i = list->from; i < list->from + list->count; i++) {
        write_row(stream, &people->persons[i], canary_label(i));
        if (list->has_duplicates && i % DUPLICATES == 0)
            write_again(stream, &people->persons[i], canary_label(i));
    }
    if (list->has_conflict)
        write_row(stream, &people->persons[list->from], canary_label(list->from + 1));
    for (size_t i = 0; list->has_malformed && i < people->malformed; i++)
        write_row(stream, &people->persons[people->good + i], canary_label(i));
    int failed = ferror(stream);
    if (fclose(stream) == 0 && !failed)
        return bytes;
    free(bytes);
    return NULL;
}

/* Takes bytes, which no encoding makes longer than four times what they are. */
static char *encode(char *bytes, size_t *length, const char *encoding)
{
    size_t left = *length, room = 4 * *length + 4;
    char *encoded = malloc(room), *from = bytes, *to = encoded;
    iconv_t converter = iconv_open(encoding, "UTF-8");
    int good =
        encoded != NULL && converter != (iconv_t)-1 && iconv(converter, &from, &left, &to, &room) != (size_t)-1;
    if (converter != (iconv_t)-1)
        iconv_close(converter);
    free(bytes);
    if (good) {
        *length = (size_t)(to - encoded);
        return encoded;
    }
    free(encoded);
    return NULL;
}

char *canary_list_make(const struct canary_people *people, const struct canary_list *list, size_t *length)
{
    char *bytes = write_rows(people, list, length);
    if (bytes == NULL || list->encoding == NULL)
        return bytes;
    return encode(bytes, length, list->encoding);
}

void canary_question(const struct canary_person *person, enum canary_kind kind, char text[CANARY_LINE])
{
    struct elig_text texts[2];
    texts_of(person, kind, texts);
    if (kind == CANARY_PERSON)
        snprintf(text, CANARY_LINE, "%s\t%s\n", texts[0].bytes, texts[1].bytes);
    else
        snprintf(text, CANARY_LINE, "%s\n", texts[0].bytes);
}
