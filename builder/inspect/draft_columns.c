/* SPDX-License-Identifier: Apache-2.0 */
/* draft_columns.c - sorts columns by what their cells are, then takes e-mail addresses, phone numbers, a name
 * with a birth date, and numbers, in this order; what comes later is a comment if there is something before. */
#include "builder/inspect/draft_columns.h"

#include <inttypes.h>
#include <string.h>

#include "builder/inspect/column_doubt.h"

#define PHONES_SHARE 3 /* at least one cell in 3 is a valid number, or the column is not listed as it is */

#define NO_COLUMN UINT32_MAX

/* Columns of one sort, in their order. */
struct column_set {
    unsigned columns[LIST_DESCRIPTION_COLUMNS], count;
};

struct choice {
    struct options_draft *draft;
    const struct list_description *list;
    struct column_set emails, phones, births, dates, numbers, names, texts, codes, labels;
};

static const struct column_statistics *column_of(const struct choice *choice, unsigned number)
{
    return &choice->list->columns[number];
}

static void add_to(struct column_set *set, unsigned column)
{
    set->columns[set->count++] = column;
}

/* The part that is a column of a type, of which a cell may hold several identifiers. */
static struct draft_part part_of(const struct choice *choice, unsigned number, const struct column_type *type)
{
    struct draft_part part = {number, type->part, type->notation};
    part.notation.is_several = (type->part.type == ELIG_TYPE_EMAIL || type->part.type == ELIG_TYPE_PHONE) &&
                               column_doubt_has_several(column_of(choice, number));
    return part;
}

static int suggest(const struct choice *choice, const char *name, const struct draft_part *parts,
                   unsigned count)
{
    return options_draft_suggest(choice->draft, choice->list, name, parts, count);
}

/* Adds a kind, as a comment if there are others, or if something is to be decided. */
static int add_or_suggest(const struct choice *choice, const char *name, const struct draft_part *parts,
                          unsigned count)
{
    bool is_first = choice->draft->schema.kind_count == 0 && choice->draft->decision_count == 0;
    return is_first ? options_draft_add(choice->draft, choice->list, name, parts, count)
                    : suggest(choice, name, parts, count);
}

#define DECIDE(choice, column, ...) \
    options_draft_decide((choice)->draft, (choice)->list, &(column), 1, __VA_ARGS__)

/* ---- Sorts ---- */

static void sort_text(struct choice *choice, unsigned number, const struct column_type *type)
{
    const struct column_statistics *column = column_of(choice, number);
    if (column_doubt_is_label(column)) {
        add_to(&choice->labels, number);
    } else if (column_statistics_is_nearly_all(column, type) && !column_doubt_is_changed(column)) {
        bool is_code = column->header == HEADER_WORD_NUMBER && column_doubt_is_distinct(column);
        add_to(is_code ? &choice->codes : &choice->texts, number);
        if (column->header == HEADER_WORD_NAME)
            add_to(&choice->names, number);
    }
}

static void sort_columns(struct choice *choice)
{
    for (unsigned i = 0; i < choice->list->column_count; i++) {
        const struct column_statistics *column = column_of(choice, i);
        const struct column_type *type = column_statistics_type(column);
        if (type == NULL)
            continue;
        switch (type->part.type) {
        case ELIG_TYPE_EMAIL:
            add_to(&choice->emails, i);
            break;
        case ELIG_TYPE_PHONE:
            add_to(&choice->phones, i);
            break;
        case ELIG_TYPE_DATE:
            add_to(&choice->dates, i);
            if (column->header == HEADER_WORD_BIRTH)
                add_to(&choice->births, i);
            break;
        case ELIG_TYPE_DIGITS:
            if (column_doubt_is_plain_number(column))
                add_to(&choice->numbers, i);
            break;
        default:
            sort_text(choice, i, type);
        }
    }
}

/* ---- E-mail addresses and phone numbers ---- */

/* Says that texts or addresses are masked, or stand for no value, if one cell in twenty is. */
static int decide_lost(const struct choice *choice, unsigned number)
{
    const struct column_statistics *column = column_of(choice, number);
    uint64_t words = column_statistics_count(column, CELL_PLACEHOLDER);
    uint64_t letters = column_statistics_count(column, CELL_LETTERS);
    int error = 0;
    if (words * 20 >= column->tried && words > 0)
        error = DECIDE(choice, number,
                       "%" PRIu64 " cells hold what programs write where there is no value (#N/A, NULL, \\N)",
                       words);
    if (error == 0 && letters * 20 >= column->tried && letters > 0)
        error = DECIDE(choice, number, "%" PRIu64 " cells have '?' or '*', as where letters are hidden or lost",
                       letters);
    return error;
}

/* Suggests further columns of a sort as kinds of their own, and says that they are. */
static int suggest_further(const struct choice *choice, const char *name, const unsigned *columns,
                           unsigned count)
{
    if (count == 0)
        return 0;
    int error = options_draft_decide(
        choice->draft, choice->list, columns, count,
        "further values of the kind %s, which are not listed: put all columns of it into one, with ';' "
        "between the values of a row, and give that as /several; or make a digest file of each, with --kind "
        "%s=COLUMN:TYPE, and assemble them; or take the suggested kinds, which are asked for by their own "
        "names",
        name, name);
    for (unsigned i = 0; error == 0 && i < count; i++) {
        char numbered[ELIG_KIND_NAME_MAX + 1];
        const struct column_type *type = column_statistics_type(column_of(choice, columns[i]));
        struct draft_part part = part_of(choice, columns[i], type);
        snprintf(numbered, sizeof numbered, "%s-%u", name, i + 2);
        error = suggest(choice, numbered, &part, 1);
    }
    return error;
}

static int choose_emails(const struct choice *choice)
{
    if (choice->emails.count == 0)
        return 0;
    unsigned first = choice->emails.columns[0];
    struct draft_part part = part_of(choice, first, column_statistics_type(column_of(choice, first)));
    int error = options_draft_add(choice->draft, choice->list, "email", &part, 1);
    if (error == 0)
        error = decide_lost(choice, first);
    return error == 0 ? suggest_further(choice, "email", choice->emails.columns + 1, choice->emails.count - 1)
                      : error;
}

/* Suggests the kind of a phone column under each region that something speaks for. */
static int suggest_regions(const struct choice *choice, unsigned number)
{
    const struct column_statistics *column = column_of(choice, number);
    int error = 0;
    for (unsigned i = 0; error == 0 && i < column->type_count; i++) {
        struct draft_part part = part_of(choice, number, &column->types[i]);
        if (part.part.type == ELIG_TYPE_PHONE && region_guess_is_suggested(&column->regions, part.part.region))
            error = suggest(choice, "phone", &part, 1);
    }
    return error;
}

/* Says what is wrong with a phone column, or leaves its region to the owner. */
static int decide_phone(const struct choice *choice, unsigned number, const struct column_type *type)
{
    const struct column_statistics *column = column_of(choice, number);
    int error;
    if (type->accepted * PHONES_SHARE >= column->tried)
        error =
            DECIDE(choice, number,
                   "phone numbers that fit regions of %u calling codes: give --region, such as --region "
                   "KR%s",
                   column->regions.fits,
                   column->regions.suggested > 0 ? ", or take one of the suggested kinds if it is right" : "");
    else
        error = DECIDE(choice, number,
                       "phone numbers by its name or --region, of which %" PRIu64 " of %" PRIu64
                       " are not valid as they are written%s; %" PRIu64 " lack their leading zero, %" PRIu64
                       " have a second number or are a range",
                       type->rejected, column->tried, column->regions.is_given ? "" : ", or need --region",
                       column_statistics_count(column, CELL_PHONE_NO_ZERO),
                       column_statistics_count(column, CELL_PHONE_RANGE));
    return error == 0 ? suggest_regions(choice, number) : error;
}

static int choose_phones(const struct choice *choice)
{
    unsigned further[LIST_DESCRIPTION_COLUMNS], count = 0;
    bool has_phone = false;
    int error = 0;
    for (unsigned i = 0; error == 0 && i < choice->phones.count; i++) {
        unsigned number = choice->phones.columns[i];
        const struct column_statistics *column = column_of(choice, number);
        const struct column_type *type = column_statistics_type(column);
        struct draft_part part = part_of(choice, number, type);
        if (type->accepted * PHONES_SHARE < column->tried || !column_statistics_is_region_certain(column, type))
            error = decide_phone(choice, number, type);
        else if (has_phone)
            further[count++] = number;
        else
            error = options_draft_add(choice->draft, choice->list, "phone", &part, 1);
        has_phone = choice->draft->schema.kind_count > (choice->emails.count > 0 ? 1u : 0u);
    }
    return error == 0 ? suggest_further(choice, "phone", further, count) : error;
}

/* ---- What cannot be listed ---- */

static int decide_doubts(const struct choice *choice)
{
    bool has_kind = choice->draft->schema.kind_count > 0;
    int error = 0;
    for (unsigned i = 0; error == 0 && i < choice->list->column_count; i++) {
        uint64_t cells = 0;
        const struct column_statistics *column = column_of(choice, i);
        const char *text = column_doubt_find(column, has_kind, &cells);
        if (text != NULL)
            error = DECIDE(choice, i, "it is not listed; of its %" PRIu64 " cells, %" PRIu64 " are %s",
                           column->tried, cells, text);
    }
    return error;
}

/* ---- A name with a birth date ---- */

/* Suggests a name with a date in each order that fits more than half as many cells as the best one. */
static int suggest_orders(const struct choice *choice, struct draft_part person[2],
                          const struct column_type *best)
{
    const struct column_statistics *column = column_of(choice, person[1].column);
    bool is_mixed = column_statistics_count(column, CELL_DAY_FIRST) > 0 &&
                    column_statistics_count(column, CELL_MONTH_FIRST) > 0;
    bool is_short = best->notation.pivot != NOTATION_NO_PIVOT;
    int error = DECIDE(choice, person[1].column, "%s: take one of the suggested kinds%s",
                       is_short   ? "years of two digits"
                       : is_mixed ? "some dates have the day first and others the month"
                                  : "dates may have the day or the month first",
                       is_short ? ", with the last year that is 20NN for NN" : "");
    for (unsigned i = 0; error == 0 && i < column->type_count; i++) {
        const struct column_type *type = &column->types[i];
        person[1].notation = type->notation;
        if (type->part.type == ELIG_TYPE_DATE && type->notation.order != NOTATION_FREE &&
            type->notation.order != NOTATION_SERIAL && type->notation.pivot == best->notation.pivot &&
            type->accepted * 2 > best->accepted)
            error = suggest(choice, "person", person, 2);
    }
    return error;
}

/* The column of a sort: that which its name says, or the only one, or else the first, which is to be decided.
 */
static unsigned pick(const struct column_set *named, const struct column_set *all, bool *is_certain)
{
    const struct column_set *set = named->count > 0 ? named : all;
    *is_certain = set->count == 1;
    return set->count > 0 ? set->columns[0] : NO_COLUMN;
}

/* Says what speaks against a person's kind, if nothing else is listed; years are wrong beside others, too. */
static int decide_person(const struct choice *choice, unsigned name, unsigned date,
                         const struct column_type *type, bool is_name, bool is_date, bool is_certain)
{
    const struct column_statistics *column = column_of(choice, date);
    bool has_kind = choice->draft->schema.kind_count > 0;
    uint64_t years = column_statistics_count(column, CELL_YEAR);
    uint64_t recent = column_statistics_count(column, CELL_RECENT);
    int error = 0;
    if (years * 20 >= column->tried && years > 0)
        error =
            DECIDE(choice, date,
                   "%" PRIu64 " of %" PRIu64 " dates are before 1850 or in the future: another calendar, or "
                   "no dates of birth",
                   years, column->tried);
    else if (!has_kind && (!is_date || (column->header != HEADER_WORD_BIRTH && recent * 2 > column->tried)))
        error = DECIDE(choice, date, "dates that may not be those of birth");
    if (error == 0 && is_certain && !column_statistics_is_nearly_all(column, type))
        error = DECIDE(choice, date, "%" PRIu64 " of %" PRIu64 " cells are not dates as the others are",
                       type->rejected, column->tried);
    if (error == 0 && !has_kind)
        error = decide_lost(choice, name);
    bool is_other = choice->list->is_named && choice->names.count == 0;
    if (error == 0 && !has_kind && is_other)
        error = DECIDE(choice, name, "by its name no name of a person: take the suggested kind if it is one");
    else if (error == 0 && !has_kind && !is_name)
        error = DECIDE(choice, name, "one of several columns that may be the name of a person, or part of it");
    return error;
}

static int choose_person(const struct choice *choice)
{
    bool is_name, is_date, is_certain;
    unsigned name = pick(&choice->names, &choice->texts, &is_name);
    unsigned date = pick(&choice->births, &choice->dates, &is_date);
    if (name == NO_COLUMN || date == NO_COLUMN)
        return 0;
    const struct column_type *type = column_statistics_date(column_of(choice, date), &is_certain);
    struct draft_part person[] = {{name, {.type = ELIG_TYPE_TEXT, .flags = ELIG_TEXT_COMPACT}, NOTATION_INIT},
                                  {date, type->part, type->notation}};
    int error = decide_person(choice, name, date, type, is_name, is_date, is_certain);
    if (error != 0)
        return error;
    return is_certain ? add_or_suggest(choice, "person", person, 2) : suggest_orders(choice, person, type);
}

/* ---- Numbers and texts ---- */

/* Suggests a column of digits that something speaks against. Of those that may be phone numbers, only the owner
 * knows what they are, who has to say it if nothing else is listed. */
static int suggest_digits(const struct choice *choice, unsigned number)
{
    const struct column_statistics *column = column_of(choice, number);
    const struct column_type *type = column_statistics_type(column);
    int error = 0;
    if (type == NULL || type->part.type != ELIG_TYPE_DIGITS || !column_statistics_is_nearly_all(column, type) ||
        column_doubt_is_changed(column) || header_word_is_date(column->header) ||
        column_doubt_is_plain_number(column))
        return 0;
    if (column_doubt_may_be_phone(column) && choice->draft->schema.kind_count == 0)
        error = DECIDE(choice, number,
                       "phone numbers, or others such as those of members: take the kind number, or give "
                       "--region");
    if (error == 0 && column_doubt_may_be_phone(column))
        error = suggest_regions(choice, number);
    struct draft_part part = part_of(choice, number, type);
    return error == 0 ? suggest(choice, "number", &part, 1) : error;
}

static int choose_numbers(const struct choice *choice)
{
    static const struct elig_part digits = {.type = ELIG_TYPE_DIGITS};
    const struct column_set *numbers = &choice->numbers;
    int error = 0;
    for (unsigned i = 0; error == 0 && i < choice->list->column_count; i++)
        error = suggest_digits(choice, i);
    if (error == 0 && numbers->count > 1 && choice->draft->schema.kind_count == 0)
        error = options_draft_decide(choice->draft, choice->list, numbers->columns, numbers->count,
                                     "numbers: take the kind of the column that identifies people");
    for (unsigned i = 0; error == 0 && i < numbers->count; i++) {
        struct draft_part part = {numbers->columns[i], digits, NOTATION_INIT};
        const char *text = column_doubt_of_number(column_of(choice, part.column));
        if (text != NULL && choice->draft->schema.kind_count == 0)
            error = DECIDE(choice, part.column, "%s", text);
        if (error == 0)
            error = add_or_suggest(choice, "number", &part, 1);
    }
    return error;
}

/* Numbers of members, by the name of the column, that have letters. */
static int suggest_codes(const struct choice *choice)
{
    int error = 0;
    for (unsigned i = 0; error == 0 && i < choice->codes.count; i++) {
        struct draft_part part = {choice->codes.columns[i], {.type = ELIG_TYPE_EXACT}, NOTATION_INIT};
        if (choice->draft->schema.kind_count == 0)
            error = DECIDE(choice, part.column,
                           "numbers with letters: take the suggested kind if they identify people, who then "
                           "have to write them as the list does");
        if (error == 0)
            error = suggest(choice, "code", &part, 1);
    }
    return error;
}

/* A text alone is no person: it is only suggested, if nothing else is listed. */
static int suggest_text(const struct choice *choice)
{
    bool is_certain;
    struct draft_part part = {
        pick(&choice->names, &choice->texts, &is_certain), {.type = ELIG_TYPE_TEXT}, NOTATION_INIT};
    bool has_other =
        choice->dates.count + choice->phones.count + choice->codes.count + choice->numbers.count > 0;
    if (part.column == NO_COLUMN || has_other || choice->draft->schema.kind_count > 0)
        return 0;
    int error = DECIDE(choice, part.column,
                       "a text alone, which several people can share: list it with another column, or take the "
                       "suggested kind if each text is one person's");
    return error == 0 ? suggest(choice, "name", &part, 1) : error;
}

static int suggest_labels(const struct choice *choice)
{
    int error = 0;
    for (unsigned i = 0; error == 0 && i < choice->labels.count; i++) {
        char column[OPTIONS_DRAFT_COLUMN_MAX];
        options_draft_column_name(choice->list, choice->labels.columns[i], column);
        error = options_draft_suggest_text(choice->draft, "label", column);
    }
    return error;
}

/* ---- The list ---- */

/* Says that lines have columns that no delimiter of the four tells apart: then there is nothing to list. */
static int decide_delimiter(const struct choice *choice, bool *is_open)
{
    const struct dialect_guess *dialect = &choice->list->dialect;
    const struct column_statistics *column = column_of(choice, 0);
    const struct column_type *type = choice->list->column_count == 1 ? column_statistics_type(column) : NULL;
    *is_open = false;
    if (type == NULL || (type->part.type != ELIG_TYPE_TEXT && type->part.type != ELIG_TYPE_EMAIL))
        return 0;
    bool has_at =
        type->part.type == ELIG_TYPE_TEXT && column_statistics_count(column, CELL_AT) * 2 > column->tried;
    /* "mailto:" is read, and no other ':' is part of an address */
    bool is_unknown = dialect->unknown[0] != '\0' &&
                      !(type->part.type == ELIG_TYPE_EMAIL && strcmp(dialect->unknown, "':'") == 0);
    *is_open = is_unknown || (type->part.type == ELIG_TYPE_TEXT && dialect->is_fixed_width) || has_at;
    if (is_unknown)
        return options_draft_decide(choice->draft, choice->list, NULL, 0,
                                    "delimiter: each line is one field, and %s stands in each line equally "
                                    "often: if it separates fields, give --delimiter, or export with commas",
                                    dialect->unknown);
    if (*is_open && dialect->is_fixed_width)
        return options_draft_decide(
            choice->draft, choice->list, NULL, 0,
            "delimiter: each line is one field, with several blanks in it: columns of a "
            "fixed width are not read; export with commas");
    return *is_open ? options_draft_decide(choice->draft, choice->list, NULL, 0,
                                           "delimiter: each line is one field, which has an '@' among other "
                                           "text: give --delimiter, or export with commas")
                    : 0;
}

/* Says that the first row may be somebody's, who would be lost. */
static int decide_header(const struct choice *choice)
{
    return choice->list->is_header_doubtful
               ? options_draft_decide(choice->draft, choice->list, NULL, 0,
                                      "header: the first row has '@' or digits where others have identifiers: "
                                      "if it is a person's, give --no-header")
               : 0;
}

/* Leaves the encoding to the owner if it was guessed without certainty, or if another one makes another text,
 * which may be listed. */
static int decide_encoding(const struct choice *choice)
{
    const struct encoding_guess *guess = &choice->list->encoding;
    bool is_text = choice->draft->schema.kind_count == 0 && guess->judgement.rivals[0] != NULL;
    if (choice->list->encoding_name != guess->name || !(guess->judgement.is_perhaps || is_text))
        return 0;
    int error = options_draft_decide(choice->draft, choice->list, NULL, 0,
                                     "encoding: compare some names with their spelling under each of the "
                                     "suggested ones, and give --encoding");
    if (error == 0)
        error = options_draft_suggest_text(choice->draft, "encoding", guess->name);
    for (unsigned i = 0; error == 0 && i < ENCODING_JUDGE_RIVALS && guess->judgement.rivals[i] != NULL; i++)
        error = options_draft_suggest_text(choice->draft, "encoding", guess->judgement.rivals[i]);
    choice->draft->is_encoding_open = true;
    return error;
}

int draft_columns_choose(struct options_draft *draft, const struct list_description *list)
{
    /* In this order: what is chosen or left open first decides what comes after it. */
    static int (*const steps[])(const struct choice *) = {
        decide_header, choose_emails,  choose_phones, decide_encoding, decide_doubts,
        choose_person, choose_numbers, suggest_codes, suggest_text,    suggest_labels};
    struct choice choice = {.draft = draft, .list = list};
    bool is_open;
    int error = decide_delimiter(&choice, &is_open);
    if (error != 0 || is_open)
        return error;
    sort_columns(&choice);
    for (size_t i = 0; error == 0 && i < sizeof steps / sizeof *steps; i++)
        error = steps[i](&choice);
    return error;
}
