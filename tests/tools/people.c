/* SPDX-License-Identifier: Apache-2.0 */
/*
 * people.c - a generator of lists like the ones elig-build reads: invented people, spelled as messily as real
 * exports are. For tests, demonstrations and benchmarks; not installed.
 *
 * Everything about a row follows from the seed and the row's number alone, so any row can be made again by
 * itself, on any machine. Members and outsiders (--outsiders) are disjoint by construction, however many there
 * are: the mail names, phone numbers and names of the one never occur among the other.
 *
 * All of it is invented: mail domains are those RFC 2606 reserves, names are drawn from lists of syllables.
 * Spellings of a name agree as "text/compact", those of a phone number as "phone/KR".
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define ROWS_DEFAULT 1000
#define ROWS_MAX (UINT64_C(1) << 32)
#define OUTPUT_BYTES 65536
#define CELL_BYTES 512
#define ID_DIGITS 10 /* enough for ROWS_MAX, so that mail addresses never repeat */

#define CERTAINTY (UINT64_C(1) << 32) /* a share of this is what a chance is measured in */
#define PERCENT_MAX 100

/* Phone numbers have eight free digits. Members have the even ones and outsiders the odd; the multiplier has no
 * factor in common with PHONES, so no two of the first PHONES rows share a number. */
#define PHONES UINT64_C(50000000)
#define PHONE_MULTIPLIER UINT64_C(27182819)
#define PHONE_DIGITS 8

#define HANGUL_FIRST 0xAC00u
#define JAMO_LEADING 0x1100u
#define JAMO_VOWEL 0x1161u
#define JAMO_TRAILING 0x11A7u
#define JAMO_VOWELS 21
#define JAMO_TRAILINGS 28
#define HANGUL_UTF8_BYTES 3

#define FULL_WIDTH_OFFSET 0xFEE0u /* from an ASCII character to its full-width form */
#define IDEOGRAPHIC_SPACE 0x3000u

#define BIRTH_YEAR_FIRST 1940
#define BIRTH_YEARS 70 /* up to 2009: every fourth of these is a leap year */

/* One row in this number, in a list that is not plain. */
#define LATIN_NAMES 5
#define HANGUL_DOMAINS 64
#define BLANK_LINES 64
#define CR_LF_ROWS 4
#define QUOTED_CELLS 4

static const char program[] = "people";

static const char *const surnames[] = {"김", "이", "박", "최", "정", "강", "조", "윤",   "장",
                                       "임", "한", "오", "서", "신", "권", "황", "남궁", "선우"};
static const char *const syllables[] = {
    "가", "건", "경", "규", "기", "나", "다", "도", "동", "람", "로", "리", "린", "명", "미", "민", "범", "보",
    "빈", "상", "서", "선", "성", "수", "승", "시", "아", "연", "영", "예", "온", "우", "원", "유", "윤", "율",
    "은", "이", "인", "재", "정", "준", "지", "진", "찬", "채", "태", "하", "현", "혜", "호", "훈", "희"};
static const char *const first_names[] = {"Ada",  "Ben",  "Cora", "Dale", "Edda", "Finn",  "Greta", "Hugo",
                                          "Ines", "Kira", "Leon", "Mona", "Olga", "Quinn", "Udo",   "Zoe"};
static const char *const last_names[] = {"Ashdown",  "Birkwood",  "Coldbrook", "Dunmoor",
                                         "Elmstead", "Fernhill",  "Glenrock",  "Hazelton",
                                         "Ironwood", "Larkfield", "Oakhurst"};
static const char *const mail_words[] = {"amber", "birch", "cedar",  "delta", "ember", "fjord",
                                         "grove", "hazel", "indigo", "jade",  "koala", "lotus",
                                         "maple", "north", "ocean",  "pearl"};
static const char *const mail_domains[] = {"example.com", "example.net", "example.org"};

/* A domain in both of its spellings. */
static const char hangul_domain[] = "메일.example.org";
static const char hangul_domain_ascii[] = "xn--h32bq4v.example.org";

/* What only outsiders have; none of it is in the lists above. */
static const char outsider_mail_word[] = "guest";
static const char outsider_syllable[] = "솔";
static const char outsider_last_name[] = "Winterhaven";

/* d is the next of the eight digits. The last of the spellings is the first in full-width characters. */
static const char *const phone_spellings[] = {"010-dddd-dddd",   "010dddddddd",       "010 dddd dddd",
                                              "010.dddd.dddd",   "+82 10-dddd-dddd",  "+8210dddddddd",
                                              "82-10-dddd-dddd", "0082 10 dddd dddd", "001-82-10-dddd-dddd",
                                              " 010-dddd-dddd ", "+82 (10) dddd.dddd"};
#define PHONE_FULL_WIDTH COUNT(phone_spellings)

static const char *const date_spellings[] = {"y-m-d", "ymd", "y.m.d", "y/m/d", " y-m-d"};

/* Spellings of mail addresses and Latin names; those of Hangul names, as many. */
enum letters { LETTERS_PLAIN, LETTERS_UPPER, LETTERS_MIXED, LETTERS_SPACED, LETTERS_FULL_WIDTH, LETTERS_COUNT };
enum hangul { HANGUL_PLAIN, HANGUL_DECOMPOSED, HANGUL_APART, HANGUL_SPACED, HANGUL_WIDE_SPACED, HANGUL_COUNT };
_Static_assert((int)LETTERS_COUNT == (int)HANGUL_COUNT, "a name has one number of spellings");

enum column { EMAIL, PHONE, NAME, BIRTH, COLUMNS };
static const uint64_t spelling_counts[COLUMNS] = {LETTERS_COUNT, COUNT(phone_spellings) + 1, LETTERS_COUNT,
                                                  COUNT(date_spellings)};

enum fate { GOOD, EMPTY, MALFORMED };

/* What a number is drawn for; the draws of one row for different ends have nothing to do with each other. */
enum purpose { DRAW_REPEATS, DRAW_REPEATED, DRAW_MAIL, DRAW_NAME, DRAW_BIRTH, DRAW_SHAPE, DRAW_COLUMN };

/* The same for draws made for each column: purpose DRAW_COLUMN + COLUMNS * one of these + the column. */
enum column_purpose { DRAW_FATE, DRAW_DAMAGE, DRAW_SPELLING, DRAW_QUERY };

struct options {
    uint64_t from, to, seed;
    uint64_t malformed, duplicates, empty; /* chances, out of CERTAINTY */
    bool plain, labels, outsiders;
    const char *identifiers; /* the kind to print instead of a list, or NULL */
};

struct cell {
    char bytes[CELL_BYTES];
    size_t length;
};

static struct {
    char bytes[OUTPUT_BYTES];
    size_t length;
} output;

/* The finaliser of splitmix64. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

static uint64_t draw(const struct options *o, uint64_t row, unsigned purpose)
{
    unsigned stream = 2 * purpose + o->outsiders;
    return mix(row + mix(o->seed + mix(stream + 1)));
}

static uint64_t draw_for(const struct options *o, uint64_t row, enum column column, enum column_purpose purpose)
{
    return draw(o, row, DRAW_COLUMN + COLUMNS * purpose + column);
}

/* Takes a number below limit out of *drawn, and leaves what is not used for the next. */
static size_t take(uint64_t *drawn, size_t limit)
{
    size_t taken = (size_t)(*drawn % limit);
    *drawn /= limit;
    return taken;
}

static bool happens(uint64_t drawn, uint64_t chance)
{
    return drawn % CERTAINTY < chance;
}

static void output_flush(void)
{
    if (fwrite(output.bytes, 1, output.length, stdout) != output.length || fflush(stdout) != 0) {
        fprintf(stderr, "%s: writing to standard output: %s\n", program, strerror(errno));
        exit(EXIT_FAILURE);
    }
    output.length = 0;
}

static void put(const char *bytes, size_t length)
{
    if (length > sizeof output.bytes - output.length)
        output_flush();
    memcpy(output.bytes + output.length, bytes, length);
    output.length += length;
}

static void put_text(const char *text)
{
    put(text, strlen(text));
}

static void cell_add(struct cell *cell, const char *text)
{
    size_t length = strlen(text);
    memcpy(cell->bytes + cell->length, text, length);
    cell->length += length;
}

static void cell_add_byte(struct cell *cell, char byte)
{
    cell->bytes[cell->length++] = byte;
}

static void cell_add_number(struct cell *cell, uint64_t number, size_t digits)
{
    for (size_t i = digits; i > 0; number /= 10)
        cell->bytes[cell->length + --i] = (char)('0' + number % 10);
    cell->length += digits;
}

/* A code point that takes three bytes of UTF-8, as all that are needed here do. */
static void cell_add_code_point(struct cell *cell, uint32_t code_point)
{
    cell_add_byte(cell, (char)(0xE0 | code_point >> 12));
    cell_add_byte(cell, (char)(0x80 | (code_point >> 6 & 0x3F)));
    cell_add_byte(cell, (char)(0x80 | (code_point & 0x3F)));
}

static uint32_t code_point_at(const char *bytes)
{
    return ((uint32_t)bytes[0] & 0x0F) << 12 | ((uint32_t)bytes[1] & 0x3F) << 6 | ((uint32_t)bytes[2] & 0x3F);
}

static void make_full_width(struct cell *cell)
{
    struct cell plain = *cell;
    cell->length = 0;
    for (size_t i = 0; i < plain.length; i++)
        if (plain.bytes[i] == ' ')
            cell_add_code_point(cell, IDEOGRAPHIC_SPACE);
        else if (plain.bytes[i] > ' ' && plain.bytes[i] <= '~')
            cell_add_code_point(cell, (uint32_t)plain.bytes[i] + FULL_WIDTH_OFFSET);
        else
            cell_add_byte(cell, plain.bytes[i]);
}

static void surround(struct cell *cell, const char *before, const char *after)
{
    struct cell inner = *cell;
    cell->length = 0;
    cell_add(cell, before);
    memcpy(cell->bytes + cell->length, inner.bytes, inner.length);
    cell->length += inner.length;
    cell_add(cell, after);
}

static void spell_letters(struct cell *cell, enum letters spelling)
{
    if (spelling == LETTERS_SPACED)
        surround(cell, "  ", " ");
    else if (spelling == LETTERS_FULL_WIDTH)
        make_full_width(cell);
    if (spelling != LETTERS_UPPER && spelling != LETTERS_MIXED)
        return;
    for (size_t i = 0; i < cell->length; i += spelling == LETTERS_MIXED ? 2 : 1)
        if (cell->bytes[i] >= 'a' && cell->bytes[i] <= 'z')
            cell->bytes[i] = (char)(cell->bytes[i] - 'a' + 'A');
}

/* Conjoining letters in place of syllables, as some systems write file names and address books. */
static void decompose_hangul(struct cell *cell)
{
    struct cell composed = *cell;
    cell->length = 0;
    for (size_t i = 0; i < composed.length; i += HANGUL_UTF8_BYTES) {
        uint32_t index = code_point_at(composed.bytes + i) - HANGUL_FIRST;
        uint32_t trailing = index % JAMO_TRAILINGS;
        cell_add_code_point(cell, JAMO_LEADING + index / (JAMO_VOWELS * JAMO_TRAILINGS));
        cell_add_code_point(cell, JAMO_VOWEL + index / JAMO_TRAILINGS % JAMO_VOWELS);
        if (trailing > 0)
            cell_add_code_point(cell, JAMO_TRAILING + trailing);
    }
}

static void spell_hangul(struct cell *cell, enum hangul spelling)
{
    if (spelling == HANGUL_DECOMPOSED)
        decompose_hangul(cell);
    else if (spelling == HANGUL_SPACED)
        surround(cell, " ", "  ");
    else if (spelling == HANGUL_WIDE_SPACED)
        surround(cell, "\u3000", "\u3000");
}

/* The row whose person this row holds: itself, or an earlier one that it repeats. */
static uint64_t person_of(const struct options *o, uint64_t row)
{
    while (row > 0 && happens(draw(o, row, DRAW_REPEATS), o->duplicates))
        row = draw(o, row, DRAW_REPEATED) % row;
    return row;
}

static void add_email(const struct options *o, uint64_t person, size_t spelling, struct cell *cell)
{
    uint64_t drawn = draw(o, person, DRAW_MAIL);
    cell_add(cell, o->outsiders ? outsider_mail_word : mail_words[take(&drawn, COUNT(mail_words))]);
    cell_add_byte(cell, '.');
    cell_add(cell, mail_words[take(&drawn, COUNT(mail_words))]);
    cell_add_number(cell, person, ID_DIGITS);
    cell_add_byte(cell, '@');
    if (take(&drawn, HANGUL_DOMAINS) == 0) {
        cell_add(cell, spelling % 2 == 0 ? hangul_domain_ascii : hangul_domain);
    } else {
        if (take(&drawn, 2) == 0) {
            cell_add(cell, "mail");
            cell_add_number(cell, take(&drawn, 10), 1);
            cell_add_byte(cell, '.');
        }
        cell_add(cell, mail_domains[take(&drawn, COUNT(mail_domains))]);
    }
    spell_letters(cell, (enum letters)spelling);
}

static void add_phone(const struct options *o, uint64_t person, size_t spelling, struct cell *cell)
{
    struct cell digits = {.length = 0};
    uint64_t number = (person * PHONE_MULTIPLIER + mix(o->seed) % PHONES) % PHONES;
    cell_add_number(&digits, 2 * number + o->outsiders, PHONE_DIGITS);

    const char *digit = digits.bytes;
    for (const char *c = phone_spellings[spelling % PHONE_FULL_WIDTH]; *c != '\0'; c++)
        cell_add_byte(cell, *c == 'd' ? *digit++ : *c);
    if (spelling == PHONE_FULL_WIDTH)
        make_full_width(cell);
}

static void add_name(const struct options *o, uint64_t person, size_t spelling, struct cell *cell)
{
    uint64_t drawn = draw(o, person, DRAW_NAME);
    if (take(&drawn, LATIN_NAMES) == 0) {
        cell_add(cell, first_names[take(&drawn, COUNT(first_names))]);
        cell_add_byte(cell, ' ');
        cell_add(cell, o->outsiders ? outsider_last_name : last_names[take(&drawn, COUNT(last_names))]);
        spell_letters(cell, (enum letters)spelling);
        return;
    }
    cell_add(cell, surnames[take(&drawn, COUNT(surnames))]);
    if (spelling == HANGUL_APART)
        cell_add_byte(cell, ' ');
    if (take(&drawn, COUNT(surnames)) > 0) /* few have a given name of one syllable */
        cell_add(cell, syllables[take(&drawn, COUNT(syllables))]);
    cell_add(cell, o->outsiders ? outsider_syllable : syllables[take(&drawn, COUNT(syllables))]);
    spell_hangul(cell, (enum hangul)spelling);
}

static void add_birth(const struct options *o, uint64_t person, size_t spelling, struct cell *cell)
{
    static const uint8_t month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint64_t drawn = draw(o, person, DRAW_BIRTH);
    size_t year = BIRTH_YEAR_FIRST + take(&drawn, BIRTH_YEARS);
    size_t month = take(&drawn, COUNT(month_days));
    size_t leap_day = month == 1 && year % 4 == 0;
    size_t day = 1 + take(&drawn, month_days[month] + leap_day);

    for (const char *c = date_spellings[spelling]; *c != '\0'; c++)
        if (*c == 'y')
            cell_add_number(cell, year, 4);
        else if (*c == 'm')
            cell_add_number(cell, month + 1, 2);
        else if (*c == 'd')
            cell_add_number(cell, day, 2);
        else
            cell_add_byte(cell, *c);
}

static void spell(const struct options *o, uint64_t person, enum column column, size_t spelling,
                  struct cell *cell)
{
    static void (*const add[COLUMNS])(const struct options *, uint64_t, size_t,
                                      struct cell *) = {add_email, add_phone, add_name, add_birth};
    cell->length = 0;
    add[column](o, person, spelling, cell);
}

static size_t spelling_in_list(const struct options *o, uint64_t row, enum column column)
{
    return o->plain ? 0 : (size_t)(draw_for(o, row, column, DRAW_SPELLING) % spelling_counts[column]);
}

/* Any spelling but the one in the list. */
static size_t spelling_in_query(const struct options *o, uint64_t row, enum column column)
{
    uint64_t count = spelling_counts[column];
    uint64_t step = 1 + draw_for(o, row, column, DRAW_QUERY) % (count - 1);
    return (size_t)((spelling_in_list(o, row, column) + step) % count);
}

static enum fate fate_of(const struct options *o, uint64_t row, enum column column)
{
    uint64_t drawn = draw_for(o, row, column, DRAW_FATE);
    if (happens(drawn, o->empty))
        return EMPTY;
    return happens(drawn / CERTAINTY, o->malformed) ? MALFORMED : GOOD;
}

/* Turns a cell into one that cannot be an identifier, whatever the column's type. */
static void damage(const struct options *o, uint64_t row, enum column column, struct cell *cell)
{
    /* NULL: the cell as it is, with a byte too many in its middle. Names only become malformed that way, or by
     * U+0378, which is assigned to nothing. */
    static const char *const instead[COLUMNS][4] = {
        [EMAIL] = {"amber.example.com", "amber@localhost", "@example.com", NULL},
        [PHONE] = {"010-12a4-5678", "010", "010-1234-5678-9012-3456", NULL},
        [NAME] = {"김\u0378", NULL, NULL, NULL},
        [BIRTH] = {"2001-02-30", "1999-13-01", "31 Dec 1999", NULL},
    };
    uint64_t drawn = draw_for(o, row, column, DRAW_DAMAGE);
    const char *text = instead[column][take(&drawn, COUNT(instead[column]))];
    if (text != NULL) {
        cell->length = 0;
        cell_add(cell, text);
        return;
    }
    size_t middle = cell->length / 2;
    memmove(cell->bytes + middle + 1, cell->bytes + middle, cell->length - middle);
    cell->bytes[middle] = take(&drawn, 2) == 0 ? '\x01' : '\xFF';
    cell->length++;
}

/* A person's label follows from name and birth date, so that two people who share both, as happens in long
 * lists, never hold labels that contradict each other. */
static const char *label_of(const struct options *o, uint64_t person)
{
    static const char *const labels[] = {"voucher-50000", "voucher-50000", "voucher-50000",   "voucher-50000",
                                         "voucher-20000", "voucher-20000", "former-customer", ""};
    uint64_t hash = o->seed;
    for (enum column column = NAME; column <= BIRTH; column++) {
        struct cell cell;
        spell(o, person, column, 0, &cell);
        for (size_t i = 0; i < cell.length; i++)
            hash = mix(hash + (uint8_t)cell.bytes[i]);
    }
    return labels[hash % COUNT(labels)];
}

/* The first column: a number, in some rows with a remark that makes reading the list harder. */
static void put_id(const struct options *o, uint64_t row, uint64_t drawn)
{
    static const char *const remarks[] = {
        "", "", "", "", ", VIP", " \"\"gold\"\"", "\nmoved,\n2019", "\r\n\"\"\r\n"};
    const char *remark = o->plain ? "" : remarks[drawn % COUNT(remarks)];
    const char *quote = *remark == '\0' ? "" : "\"";

    struct cell cell = {.length = 0};
    cell_add(&cell, quote);
    cell_add_byte(&cell, o->outsiders ? 'N' : 'C');
    cell_add_number(&cell, row, ID_DIGITS);
    cell_add(&cell, remark);
    cell_add(&cell, quote);
    put(cell.bytes, cell.length);
}

static void put_row(const struct options *o, uint64_t row)
{
    uint64_t person = person_of(o, row);
    uint64_t shape = draw(o, row, DRAW_SHAPE);
    const char *line_end = !o->plain && take(&shape, CR_LF_ROWS) == 0 ? "\r\n" : "\n";

    if (!o->plain && take(&shape, BLANK_LINES) == 0)
        put_text(line_end);
    put_id(o, row, shape);
    for (enum column column = EMAIL; column < COLUMNS; column++) {
        struct cell cell = {.length = 0};
        enum fate fate = fate_of(o, row, column);
        if (fate != EMPTY)
            spell(o, person, column, spelling_in_list(o, row, column), &cell);
        if (fate == MALFORMED)
            damage(o, row, column, &cell);
        bool quoted = !o->plain && take(&shape, QUOTED_CELLS) == 0;
        put_text(quoted ? ",\"" : ",");
        put(cell.bytes, cell.length);
        put_text(quoted ? "\"" : "");
    }
    put_text(",");
    put_text(o->labels ? label_of(o, person) : "");
    put_text(line_end);
}

/* The columns first .. last of a row as somebody might type them, if each of them holds something good. */
static void put_identifier(const struct options *o, uint64_t row, enum column first, enum column last)
{
    for (enum column column = first; column <= last; column++)
        if (fate_of(o, row, column) != GOOD)
            return;
    uint64_t person = person_of(o, row);
    for (enum column column = first; column <= last; column++) {
        struct cell cell;
        spell(o, person, column, spelling_in_query(o, row, column), &cell);
        put_text(column > first ? "\t" : "");
        put(cell.bytes, cell.length);
    }
    put_text("\n");
}

static void usage(void)
{
    fprintf(stderr,
            "usage: %s [--rows N] [--from ROW] [--to ROW] [--seed S] [--malformed PERCENT]\n"
            "              [--duplicates PERCENT] [--empty PERCENT] [--plain] [--labels] [--outsiders]\n"
            "              [--identifiers email|phone|person]\n",
            program);
    exit(EXIT_FAILURE);
}

static uint64_t parse_number(const char *text, uint64_t max)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || number > max)
        usage();
    return number;
}

static uint64_t parse_percent(const char *text)
{
    char *end;
    double percent = strtod(text, &end);
    if (*text < '0' || *text > '9' || *end != '\0' || !(percent <= PERCENT_MAX))
        usage();
    return (uint64_t)(percent / PERCENT_MAX * (double)CERTAINTY);
}

static void parse_options(char **argv, struct options *o)
{
    const struct {
        const char *name;
        bool *flag;
        const char **text;
        uint64_t *chance, *number, max;
    } known[] = {{"--rows", .number = &o->to, .max = ROWS_MAX},
                 {"--from", .number = &o->from, .max = ROWS_MAX},
                 {"--to", .number = &o->to, .max = ROWS_MAX},
                 {"--seed", .number = &o->seed, .max = UINT64_MAX},
                 {"--malformed", .chance = &o->malformed},
                 {"--duplicates", .chance = &o->duplicates},
                 {"--empty", .chance = &o->empty},
                 {"--plain", .flag = &o->plain},
                 {"--labels", .flag = &o->labels},
                 {"--outsiders", .flag = &o->outsiders},
                 {"--identifiers", .text = &o->identifiers}};

    for (; *argv != NULL; argv++) {
        size_t i = 0;
        while (i < COUNT(known) && strcmp(known[i].name, *argv) != 0)
            i++;
        if (i == COUNT(known) || (known[i].flag == NULL && *++argv == NULL))
            usage();
        if (known[i].flag != NULL)
            *known[i].flag = true;
        else if (known[i].chance != NULL)
            *known[i].chance = parse_percent(*argv);
        else if (known[i].text != NULL)
            *known[i].text = *argv;
        else
            *known[i].number = parse_number(*argv, known[i].max);
    }
    if (o->from > o->to)
        usage();
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        enum column first, last;
    } kinds[] = {{"email", EMAIL, EMAIL}, {"phone", PHONE, PHONE}, {"person", NAME, BIRTH}};

    struct options o = {.to = ROWS_DEFAULT, .seed = 1};
    if (argc > 0)
        parse_options(argv + 1, &o);
    if (o.identifiers == NULL) {
        put_text("id,email,phone,name,birth,status\n");
        for (uint64_t row = o.from; row < o.to; row++)
            put_row(&o, row);
    } else {
        size_t kind = 0;
        while (kind < COUNT(kinds) && strcmp(kinds[kind].name, o.identifiers) != 0)
            kind++;
        if (kind == COUNT(kinds))
            usage();
        for (uint64_t row = o.from; row < o.to; row++)
            put_identifier(&o, row, kinds[kind].first, kinds[kind].last);
    }
    output_flush();
    return EXIT_SUCCESS;
}
