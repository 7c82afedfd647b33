/* SPDX-License-Identifier: Apache-2.0 */
/* inspect_report.c - one line a finding; what would be refused begins with "refused:". */
#include "builder/inspect/inspect_report.h"

#include <inttypes.h>
#include <string.h>

#include "lib/elig/canon/canon.h"

#define LINES_MAX 5 /* line numbers of a reason */

/* A value in at least REPEATS_MIN rows, and in more than one row in REPEATS_SHARE, is pointed out. */
#define REPEATS_MIN 10
#define REPEATS_SHARE 1000

/* Prints "at line 3", or "first at lines 3, 4, 5" if there are more than those. */
static void print_lines(const uint64_t *lines, unsigned room, uint64_t count)
{
    unsigned printed = count < room ? (unsigned)count : room;
    printf("%s %s", count > room ? "first at" : "at", printed > 1 ? "lines" : "line");
    for (unsigned i = 0; i < printed; i++)
        printf("%s%" PRIu64, i > 0 ? ", " : " ", lines[i]);
}

/* Prints a share, which is 100 % only if it is all. */
static void print_share(uint64_t part, uint64_t all)
{
    if (part == all)
        printf("all");
    else
        printf("%" PRIu64 ".%02" PRIu64 " %%", part * 100 / all, part * 10000 / all % 100);
}

static void print_delimiter(char delimiter)
{
    if (delimiter == '\t')
        printf("tab");
    else
        printf("%s", delimiter == ','   ? "comma"
                     : delimiter == ';' ? "semicolon"
                     : delimiter == '|' ? "pipe"
                                        : "");
    if (strchr("\t,;|", delimiter) == NULL)
        printf("'%c'", delimiter);
}

/* ---- Encoding and dialect ---- */

/* Returns whether the list is refused. */
static bool print_encoding(const struct list_description *list)
{
    const struct encoding_guess *guess = &list->encoding;
    if (guess->advice != NULL) {
        printf("  refused: %s\n", guess->advice);
        return true;
    }
    if (list->encoding_name == NULL) {
        printf("  refused: it is not UTF-8, and none of the encodings that were tried: give --encoding\n");
        return true;
    }
    printf("  encoding: %s", list->encoding_name);
    if (list->encoding_name != guess->name)
        printf(", as given");
    else if (guess->is_ascii)
        printf(" (nothing beyond ASCII)");
    else if (guess->judgement.percent > 0)
        printf(" %s (%u %% of the characters beyond ASCII are frequent in it)",
               guess->judgement.is_perhaps ? "perhaps" : "probably", guess->judgement.percent);
    printf("%s\n", guess->has_mark ? ", with a byte order mark" : "");
    for (unsigned i = 0; i < ENCODING_JUDGE_RIVALS && guess->judgement.rivals[i] != NULL; i++)
        printf("%s%s", i == 0 ? "    or nearly as well: " : ", ", guess->judgement.rivals[i]);
    if (guess->judgement.rivals[0] != NULL)
        printf("\n");
    if (list->encoding_name == guess->name && strcmp(guess->name, "UTF-8") == 0 && guess->bad_lines > 0) {
        printf("    lines that are not UTF-8: %" PRIu64 ", ", guess->bad_lines);
        print_lines(guess->first_bad, ENCODING_GUESS_LINES, guess->bad_lines);
        printf("\n");
    }
    if (!guess->is_whole)
        printf("  warning: the last row has no line end: is the list whole?\n");
    return false;
}

static bool print_quoting(const struct dialect_guess *guess)
{
    static const char *const texts[] = {
        [DIALECT_NO_QUOTES] = "no field is quoted",
        [DIALECT_QUOTES] = "fields are quoted",
        [DIALECT_STRAY_QUOTES] = "fields are not quoted, and some begin with a quote: give --quote none",
        [DIALECT_MIXED_QUOTES] = "fields are quoted, and stray quotes are not closed",
    };
    bool is_refused = guess->quoting == DIALECT_MIXED_QUOTES;
    printf("  %s: %s", is_refused ? "refused" : "quotes", texts[guess->quoting]);
    if (guess->quoting >= DIALECT_STRAY_QUOTES) {
        printf("; lines: %" PRIu64 ", ", guess->open_lines);
        print_lines(guess->first_open, DIALECT_GUESS_FIRST, guess->open_lines);
    }
    printf("\n");
    return is_refused;
}

static bool print_dialect(const struct list_description *list)
{
    const struct dialect_guess *guess = &list->dialect;
    bool is_refused = false;
    if (guess->lines == 0) {
        printf("  refused: it is empty\n");
        return true;
    }
    printf("  delimiter: ");
    print_delimiter(guess->dialect.delimiter);
    printf(", %u %s in ", guess->fields, guess->fields == 1 ? "field" : "fields");
    print_share(guess->lines - guess->odd_lines, guess->lines);
    printf(" of %" PRIu64 " lines%s\n", guess->lines, guess->is_sample ? ", the first of the list" : "");
    is_refused |= print_quoting(guess);
    if (guess->title_lines > 0) {
        printf("  refused: %" PRIu64 " %s above the header have another number of fields: remove them\n",
               guess->title_lines, guess->title_lines == 1 ? "line" : "lines");
        is_refused = true;
    }
    printf("  header: %s%s\n",
           !list->has_header ? "none: the first row is data (--no-header)"
           : list->is_named  ? "yes"
                             : "yes, not shown: ",
           list->has_header && !list->is_named ? list->hidden : "");
    return is_refused;
}

static bool print_rows(const struct list_description *list)
{
    printf("  rows: %" PRIu64 ", in %" PRIu64 " lines", list->rows, list->lines);
    if (list->multiline_rows > 0)
        printf("; %" PRIu64 " of several lines, the first at line %" PRIu64, list->multiline_rows,
               list->first_multiline);
    printf("\n");
    if (list->tried_rows + 1 < list->rows)
        printf("  sampled: cells of %" PRIu64 " rows were tried as types, the first %u and one in %u\n",
               list->tried_rows, LIST_DESCRIPTION_ROWS, LIST_DESCRIPTION_STEP);
    if (list->rows == 0)
        printf("  refused: it has no rows\n");
    return list->rows == 0;
}

/* ---- Columns ---- */

static void print_type(const struct column_statistics *column, const struct column_type *type)
{
    char text[OPTIONS_DRAFT_TYPE_MAX];
    bool is_region_open =
        type->part.type == ELIG_TYPE_PHONE && !column_statistics_is_region_certain(column, type);
    options_draft_type_name(&type->part, &type->notation, text);
    printf("    %s: ", is_region_open ? "phone, with a region" : text);
    print_share(type->accepted, column->tried);
    if (type->rejected > 0) {
        printf("; others: %" PRIu64 ", ", type->rejected);
        print_lines(type->first_rejected, COLUMN_LINES, type->rejected);
        printf(" (%s)", elig_text((int)type->reason));
    }
    printf("\n");
}

/* What a column of numbers could be, too. Nearly all cells are text, and numbers of one region are mostly such
 * of others. */
static void print_other_types(const struct column_statistics *column, const struct column_type *best)
{
    const struct column_type *phone = column_statistics_find(column, ELIG_TYPE_PHONE);
    if (best->part.type != ELIG_TYPE_DIGITS ||
        column_statistics_count(column, CELL_RESIDENT) * 2 > column->tried ||
        !column_statistics_is_most(column, phone))
        return;
    printf("    also phone, with a region: ");
    print_share(phone->accepted, column->tried);
    printf("; calling codes that fit as well: %u\n", column->regions.fits);
}

/* Bits that say something about cells of one type alone. */
static unsigned traits_of(const struct column_statistics *column, enum elig_type type)
{
    unsigned bits = ~0u;
    if (type != ELIG_TYPE_PHONE)
        bits &= ~(unsigned)(CELL_PHONE_NO_ZERO | CELL_PHONE_RANGE);
    if (type == ELIG_TYPE_EMAIL)
        bits &= ~(unsigned)CELL_AT;
    if (type != ELIG_TYPE_DATE)
        bits &= ~(unsigned)(CELL_YEAR | CELL_RECENT);
    if (type != ELIG_TYPE_TEXT)
        bits &= ~(unsigned)CELL_PLACEHOLDER;
    if (type != ELIG_TYPE_TEXT && type != ELIG_TYPE_EMAIL)
        bits &= ~(unsigned)CELL_LETTERS;
    if (type != ELIG_TYPE_TEXT || column->header != HEADER_WORD_NAME)
        bits &= ~(unsigned)CELL_DECORATED;
    return bits;
}

static void print_traits(const struct column_statistics *column, enum elig_type type)
{
    unsigned bits = traits_of(column, type);
    for (unsigned i = 0; i < CELL_TRAIT_COUNT; i++) {
        unsigned bit = 1u << i;
        if (column->traits[i] == 0 || (bit & bits) == 0)
            continue;
        printf("    %" PRIu64 " of %" PRIu64 " cells: %s, ", column->traits[i], column->tried,
               cell_traits_text(bit));
        print_lines(column->first_traits[i], COLUMN_LINES, column->traits[i]);
        printf("\n");
    }
}

static bool is_placeholder(const struct column_statistics *column, const struct column_type *type,
                           struct frequent_top top)
{
    bool is_personal = type->part.type == ELIG_TYPE_EMAIL || type->part.type == ELIG_TYPE_PHONE ||
                       type->part.type == ELIG_TYPE_DIGITS;
    return is_personal && top.count >= REPEATS_MIN && top.count * REPEATS_SHARE > column->cells;
}

static void print_repeats(const struct column_statistics *column, const struct column_type *type)
{
    struct frequent_top top = frequent_top(column->values);
    if (top.is_exact)
        printf("    different values: %" PRIu64 "\n", top.distinct);
    if (top.count < 2)
        return;
    printf("    most frequent value: in %s%" PRIu64 " rows, the first at line %" PRIu64 "%s\n",
           top.is_exact ? "" : "at least ", top.count, top.line,
           is_placeholder(column, type, top) ? " (a placeholder makes strangers eligible)" : "");
}

static void print_regions(const struct column_statistics *column, const struct column_type *type)
{
    if (type->part.type != ELIG_TYPE_PHONE || type->accepted == 0 || column->regions.is_given)
        return;
    if (type->part.region[0] == '\0')
        printf("    numbers have their calling codes: give --region if people may write theirs without\n");
    else if (column->regions.fits > 1)
        printf("    regions of %u calling codes fit: give --region if it is another one\n",
               column->regions.fits);
}

static void print_column(const struct list_description *list, unsigned number)
{
    const struct column_statistics *column = &list->columns[number];
    const struct column_type *type = column_statistics_type(column);
    char name[OPTIONS_DRAFT_COLUMN_MAX];
    options_draft_column_name(list, number, name);
    printf("  column %u", number + 1);
    if (list->is_named)
        printf(" '%s'", name);
    printf(": %" PRIu64 " cells, %" PRIu64 " empty%s\n", column->cells, column->empty,
           type == NULL && column->cells > 0 ? ": all" : "");
    if (type == NULL)
        return;
    print_type(column, type);
    print_other_types(column, type);
    print_traits(column, (enum elig_type)type->part.type);
    print_regions(column, type);
    print_repeats(column, type);
}

bool inspect_report_list(const struct list_description *list)
{
    printf("%s: %" PRIu64 " bytes\n", list->path, list->encoding.bytes);
    bool is_refused = print_encoding(list);
    if (is_refused || print_dialect(list))
        is_refused = true;
    if (list->encoding.advice != NULL || list->encoding_name == NULL || list->dialect.lines == 0)
        return true;
    is_refused |= print_rows(list);
    for (unsigned i = 0; i < list->column_count; i++)
        print_column(list, i);
    if (list->column_count < list->dialect.fields)
        printf("  %u further columns are not described\n", list->dialect.fields - list->column_count);
    return is_refused;
}

/* ---- Several lists ---- */

static bool has_same_header(const struct list_description *a, const struct list_description *b)
{
    if (a->has_header != b->has_header || a->dialect.fields != b->dialect.fields)
        return false;
    for (unsigned i = 0; a->has_header && i < a->dialect.fields; i++)
        if (a->header.names[i].length != b->header.names[i].length ||
            memcmp(a->header.names[i].bytes, b->header.names[i].bytes, a->header.names[i].length) != 0)
            return false;
    return true;
}

bool inspect_report_differences(const struct list_description *first, const struct list_description *list)
{
    bool is_encoding = strcmp(first->encoding_name, list->encoding_name) != 0;
    bool is_delimiter = first->dialect.dialect.delimiter != list->dialect.dialect.delimiter;
    bool is_quote = first->dialect.dialect.quote != list->dialect.dialect.quote;
    bool is_header = !has_same_header(first, list);
    if (!is_encoding && !is_delimiter && !is_quote && !is_header)
        return false;
    printf("%s: differs from %s in%s%s%s%s: make a digest file of each\n", list->path, first->path,
           is_encoding ? " encoding" : "", is_delimiter ? " delimiter" : "", is_quote ? " quotes" : "",
           is_header ? " columns" : "");
    return true;
}

/* ---- The draft ---- */

bool inspect_report_decisions(const struct options_draft *draft)
{
    for (unsigned i = 0; i < draft->comment_count; i++)
        if (draft->comments[i].is_decision)
            printf("to be decided: %s\n", draft->comments[i].text);
    return draft->decision_count > 0;
}

/* Prints the rejects of the reason of reject number first. */
static void print_reason(const struct rejects *rejects, size_t first, const struct schema *schema,
                         const char **inputs)
{
    const struct reject *reject = &rejects->entries[first];
    uint64_t lines[LINES_MAX], count = 0;
    for (size_t i = first; i < rejects->count; i++)
        if (reject_is_like(&rejects->entries[i], reject)) {
            if (count < LINES_MAX)
                lines[count] = row_position_line(rejects->entries[i].position);
            count++;
        }
    const char *column = reject->part > 0 ? schema->columns[reject->kind][reject->part - 1] : NULL;
    printf("  refused: %s%s%s%s%s, %" PRIu64 ", ",
           reject->kind == REJECT_NO_KIND ? "" : schema->kinds[reject->kind].name,
           column != NULL ? ", column " : "", column != NULL ? column : "",
           reject->kind == REJECT_NO_KIND ? "" : ": ", reject_text(reject->reason), count);
    print_lines(lines, LINES_MAX, count);
    printf(" of %s%s\n", inputs[row_position_input(reject->position)],
           row_position_input(reject->position) !=
                   row_position_input(rejects->entries[rejects->count - 1].position)
               ? " and later ones"
               : "");
}

static void print_reasons(const struct rejects *rejects, const struct schema *schema, const char **inputs)
{
    static const size_t reasons_max = 256 * (ELIG_KINDS_MAX + 1);
    bool is_printed[256 * (ELIG_KINDS_MAX + 1)] = {false};
    for (size_t i = 0; i < rejects->count; i++) {
        size_t kind = rejects->entries[i].kind == REJECT_NO_KIND ? ELIG_KINDS_MAX : rejects->entries[i].kind;
        size_t number = kind * 256 + rejects->entries[i].reason;
        if (number < reasons_max && !is_printed[number])
            print_reason(rejects, i, schema, inputs);
        is_printed[number] = true;
    }
}

bool inspect_report_trial(const struct trial *trial, const struct schema *schema, const char **inputs)
{
    const struct identifier_counts *counts = &trial->counts;
    bool is_refused = trial->is_refused || rejects_all(&trial->rejects) > 0;
    printf("With the options below:\n");
    if (trial->is_refused)
        printf("  refused: a list cannot be read so; the reason is on standard error\n");
    else
        printf("  %" PRIu64 " rows are read\n", counts->rows);
    for (unsigned kind = 0; kind < schema->kind_count && !trial->is_refused; kind++) {
        printf("  %s: %" PRIu64 " identifiers, %" PRIu64 " malformed, %" PRIu64 " empty\n",
               schema->kinds[kind].name, counts->identifiers[kind], counts->malformed[kind],
               counts->empty[kind] + counts->incomplete[kind]);
        if (counts->identifiers[kind] == 0) {
            printf("  refused: no row has an identifier of the kind %s\n", schema->kinds[kind].name);
            is_refused = true;
        }
    }
    print_reasons(&trial->rejects, schema, inputs);
    if (!is_refused)
        printf("  nothing is refused\n");
    return is_refused;
}
