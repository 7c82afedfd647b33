/* SPDX-License-Identifier: Apache-2.0 */
/* first_row.c - tells a header from a person by what the fields look like. */
#include "lib/csv/first_row.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/elig/index/plain_text.h"

/* Words of headers in English, German, French, Spanish, Italian, Turkish and Indonesian, in lower case, but for
 * those that are names of people, too, or stand in cells, as "mobile" and "member" do. */
static const char *const words[] = {
    "account",      "address",    "birth",      "birthdate", "birthday", "cellulare", "city",    "code",
    "cognome",      "correo",     "country",    "date",      "dob",      "email",     "eposta",  "family",
    "geburtsdatum", "geburtstag", "gender",     "given",     "id",       "isim",      "kind",    "label",
    "lahir",        "mail",       "nachname",   "nama",      "name",     "nombre",    "note",    "number",
    "phone",        "plz",        "prenom",     "sex",       "soyad",    "status",    "strasse", "surel",
    "surname",      "tel",        "telefon",    "telefono",  "telepon",  "telephone", "type",    "vorname",
    "zip",          "born",       "birthplace", "msisdn",    "photo",
};

/* Parts of words in Korean, Japanese, Chinese and Russian. (builder/inspect/header_word.c has more words, some
 * of which are names of people, too: there they say what a column may be, here that no name of a person is
 * shown.) */
static const char *const syllables[] = {
    "이름", "성명",    "이메일",  "메일",     "전화",    "휴대",  "연락처", "생년월일", "생일", "번호", "주소",
    "氏名", "핸드폰",  "고객명",  "성함",     "회원",    "会員",  "顧客",   "会员",     "客户", "手機", "имя",
    "Имя",  "фамилия", "Фамилия", "телефон",  "Телефон", "почта", "Почта",  "名前",     "姓名", "電話", "电话",
    "携帯", "手机",    "生日",    "生年月日", "メール",  "邮箱",  "住所",   "地址"};

static bool is_ascii_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_word(const char *bytes, size_t length)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == length && strncasecmp(words[i], bytes, length) == 0)
            return true;
    return false;
}

/* Whether some word of a field, between other characters than letters, is one of headers. */
static bool has_known_word(struct elig_text field)
{
    for (size_t i = 0; i < sizeof syllables / sizeof *syllables; i++)
        if (memmem(field.bytes, field.length, syllables[i], strlen(syllables[i])) != NULL)
            return true;
    for (size_t at = 0; at < field.length; at++) {
        size_t start = at;
        while (at < field.length && is_ascii_letter(field.bytes[at]))
            at++;
        if (is_word(field.bytes + start, at - start))
            return true;
    }
    return false;
}

bool first_row_is_known(const struct elig_text *row, unsigned fields)
{
    unsigned known = 0;
    for (unsigned i = 0; i < fields; i++)
        known += has_known_word(row[i]);
    return 2 * known > fields;
}

bool first_row_is_data(const struct schema *schema, const struct columns *columns, const struct elig_text *row)
{
    static const struct elig_part email = {.type = ELIG_TYPE_EMAIL};
    static const struct notation several = {.pivot = NOTATION_NO_PIVOT, .is_several = true};
    for (unsigned i = 0; i < columns->fields; i++)
        if (memchr(row[i].bytes, '@', row[i].length) != NULL &&
            notation_holds_identifier(&several, &email, row[i]))
            return true;
    for (unsigned kind = 0; kind < schema->kind_count; kind++)
        for (unsigned i = 0; columns->has_kind[kind] && i < schema->kinds[kind].part_count; i++) {
            const struct elig_part *part = &schema->kinds[kind].parts[i];
            if (part->type != ELIG_TYPE_TEXT && part->type != ELIG_TYPE_EXACT &&
                notation_holds_identifier(&schema->notations[kind][i], part, row[columns->part[kind][i]]))
                return true;
        }
    return false;
}

/* Whether a field that is read is no identifier, but may be the name of its column. */
static bool is_heading(const struct elig_part *part, struct elig_text field)
{
    bool has_digit = false, has_letter = false;
    for (size_t i = 0; i < field.length; i++) {
        has_digit |= field.bytes[i] >= '0' && field.bytes[i] <= '9';
        has_letter |= is_ascii_letter(field.bytes[i]) || (uint8_t)field.bytes[i] >= 0x80;
    }
    if (part->type == ELIG_TYPE_TEXT || part->type == ELIG_TYPE_EXACT)
        return !has_digit && has_known_word(field);
    return has_letter; /* an identifier would be data */
}

bool first_row_may_be_data(const struct schema *schema, const struct columns *columns,
                           const struct elig_text *row, bool is_named)
{
    if (is_named || first_row_is_known(row, columns->fields))
        return false;
    for (unsigned kind = 0; kind < schema->kind_count; kind++)
        for (unsigned i = 0; columns->has_kind[kind] && i < schema->kinds[kind].part_count; i++)
            if (is_heading(&schema->kinds[kind].parts[i], row[columns->part[kind][i]]))
                return false;
    return true;
}

bool first_row_names(const struct elig_text *row, unsigned fields, char names[FIRST_ROW_NAMES_MAX])
{
    static const char no_name[] = "0123456789@";
    size_t length = 0;
    names[0] = '\0';
    for (unsigned i = 0; i < fields; i++) {
        struct elig_text name = columns_trim(row[i]);
        for (size_t j = 0; j < name.length; j++)
            if (memchr(no_name, name.bytes[j], sizeof no_name - 1) != NULL)
                return false;
        if (!plain_text_is_valid(name.bytes, name.length))
            return false;
        if (length + name.length + 2 < FIRST_ROW_NAMES_MAX)
            length += (size_t)snprintf(names + length, FIRST_ROW_NAMES_MAX - length, "%s%.*s",
                                       length > 0 ? ", " : "", (int)name.length, name.bytes);
    }
    return first_row_is_known(row, fields);
}
