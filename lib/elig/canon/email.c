/* SPDX-License-Identifier: Apache-2.0 */
/* Computes the canonical form of e-mail addresses: plain ASCII addresses in one pass, all others by finding the
 * address in the text and reading its local part word by word. */
#include "lib/elig/canon/email.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

#include "lib/elig/canon/code_point.h"
#include "lib/elig/canon/idna.h"
#include "lib/elig/canon/normalize.h"
#include "lib/elig/canon/raw_text.h"

static const char gmail[] = "gmail.com";
static const char googlemail[] = "googlemail.com";
#define GMAIL_BYTES (sizeof gmail - 1)
#define GOOGLEMAIL_BYTES (sizeof googlemail - 1)

static const char uri_scheme[] = "mailto:"; /* RFC 6068 */
#define URI_SCHEME_BYTES (sizeof uri_scheme - 1)

/* Not in the name before an address in angle brackets, RFC 5322, section 3.2.3. Parentheses are comments, and
 * commas stand in "Family name, given name <address>", which has one reading as well. */
static const char no_phrase[] = "<>[]:;@\\";

/* Full-width forms of the printable ASCII characters but the space, small forms of three. */
#define FULL_WIDTH_FIRST 0xFF01u
#define FULL_WIDTH_LAST 0xFF5Eu
#define SMALL_LESS_THAN 0xFE64u
#define SMALL_GREATER_THAN 0xFE65u
#define SMALL_AT 0xFE6Bu

/* What stands for every mark of a reference: no address has this character, and it has no mapping. */
#define DAGGER 0x2020u

/* ---- Characters ---- */

/* Characters of atoms (RFC 5322, section 3.2.3), in lower case, and dots: a bit for each of ASCII. */
#define BIT(character) (UINT64_C(1) << ((character) % 64))
#define DIGITS (UINT64_C(0x3FF) << '0')
#define LETTERS (UINT64_C(0x3FFFFFF) << 'a' % 64)
static const uint64_t atom_characters[] = {
    DIGITS | BIT('!') | BIT('#') | BIT('$') | BIT('%') | BIT('&') | BIT('\'') | BIT('*') | BIT('+') | BIT('-') |
        BIT('.') | BIT('/') | BIT('=') | BIT('?'),
    LETTERS | BIT('^') | BIT('_') | BIT('`') | BIT('{') | BIT('|') | BIT('}') | BIT('~')};

static inline bool is_ascii_atom(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '-' && byte <= '9') || /* nearly all are */
           (byte < ASCII_END && (atom_characters[byte / 64] >> byte % 64 & 1) != 0);
}

/* Whether eight bytes of ASCII are letters in lower case or what is between '-' and '9', all of it allowed. */
static inline bool are_usual(const uint8_t *bytes)
{
    uint64_t word = ascii_word(bytes);
    return (ascii_in_range(word, 'a', 'z') | ascii_in_range(word, '-', '9')) == ASCII_TOP_BITS;
}

/* Whether each of length bytes of ASCII in lower case is an atom's character or a dot. */
static bool are_ascii_atoms(const uint8_t *bytes, size_t length)
{
    size_t at = 0;
    while (length - at >= ASCII_WORD_BYTES && are_usual(bytes + at))
        at += ASCII_WORD_BYTES;
    if (at > 0 && length - at < ASCII_WORD_BYTES && are_usual(bytes + length - ASCII_WORD_BYTES))
        return true; /* the last word overlaps the one before */
    while (at < length && is_ascii_atom(bytes[at]))
        at++;
    return at == length;
}

static bool is_in_word(uint32_t code_point)
{
    return (code_point_class(code_point) &
            (UNICODE_TABLE_LETTER | UNICODE_TABLE_MARK | UNICODE_TABLE_DIGIT | UNICODE_TABLE_DOMAIN)) != 0;
}

/* Beyond ASCII, RFC 6532 allows every character; here those that addresses are made of, so that a symbol or a
 * bracket beside the address is not taken for a part of it. */
static bool is_atom(uint32_t code_point)
{
    return code_point < ASCII_END ? is_ascii_atom((uint8_t)code_point) : is_in_word(code_point);
}

/* Superscripts, subscripts, trademarks, and what is enclosed in circles or brackets: marks of a footnote or a
 * list beside an address. NFKC would make another address with a letter or digit more. */
static bool is_reference_mark(uint32_t code_point)
{
    static const struct {
        uint16_t first, last;
    } marks[] = {{0xAA, 0xAA},     {0xB2, 0xB3},     {0xB9, 0xBA},    {0x2070, 0x209F},
                 {0x2120, 0x2122}, {0x2460, 0x24FF}, {0x3200, 0x32FF}};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (code_point >= marks[i].first && code_point <= marks[i].last)
            return true;
    return false;
}

/* What is read in place of a character: forms of other widths hide an '@' or a bracket. NFKC and UTS #46 make
 * the same of both. */
static uint32_t narrow(uint32_t code_point)
{
    if (code_point >= FULL_WIDTH_FIRST && code_point <= FULL_WIDTH_LAST)
        return code_point - FULL_WIDTH_FIRST + '!';
    switch (code_point) {
    case SMALL_LESS_THAN:
        return '<';
    case SMALL_GREATER_THAN:
        return '>';
    case SMALL_AT:
        return '@';
    default:
        if (is_reference_mark(code_point))
            return DAGGER;
        return code_point_is_white_space(code_point) ? ' ' : code_point;
    }
}

/* Copies text to out (as many bytes) in narrow characters. */
static struct elig_text narrow_text(struct elig_text text, uint8_t *out)
{
    const uint8_t *bytes = (const uint8_t *)text.bytes;
    size_t length = 0;
    uint32_t code_point;
    for (size_t at = 0; at < text.length;) {
        at += code_point_read(bytes + at, text.length - at, &code_point);
        length += code_point_write(narrow(code_point), out + length);
    }
    return (struct elig_text){(const char *)out, length};
}

/* ---- The address in the text ---- */

/* Where the quoted string that begins at a quotation mark ends; directly after the mark if it does not end. */
static size_t end_of_quoted(struct elig_text text, size_t start)
{
    for (size_t at = start + 1; at < text.length; at++)
        if (text.bytes[at] == '\\')
            at++;
        else if (text.bytes[at] == '"')
            return at + 1;
    return start + 1;
}

/* Where the first of some characters outside quoted strings is, at start or after it; the text's length if
 * no such character is there. */
static size_t find_unquoted(struct elig_text text, size_t start, const char *characters)
{
    size_t at = start;
    while (at < text.length && (text.bytes[at] == 0 || strchr(characters, text.bytes[at]) == NULL))
        at = text.bytes[at] == '"' ? end_of_quoted(text, at) : at + 1;
    return at;
}

static struct elig_text slice(struct elig_text text, size_t start, size_t end)
{
    return (struct elig_text){text.bytes + start, end - start};
}

/* What is in the angle brackets of "Name <address>", or the text itself. */
static struct elig_text unwrap_mailbox(struct elig_text text)
{
    size_t open = find_unquoted(text, 0, no_phrase);
    if (text.length < 2 || open >= text.length - 1 || text.bytes[open] != '<' ||
        text.bytes[text.length - 1] != '>')
        return text;
    struct elig_text inside = slice(text, open + 1, text.length - 1);
    return inside.length > 0 ? raw_text_trim(inside) : inside;
}

/* Splits a text that holds one address at its '@'. */
static enum elig_reason find_address(struct elig_text text, struct elig_text *local, struct elig_text *domain)
{
    text = unwrap_mailbox(text);
    if (text.length > URI_SCHEME_BYTES && strncasecmp(text.bytes, uri_scheme, URI_SCHEME_BYTES) == 0) {
        text = slice(text, URI_SCHEME_BYTES, text.length);
        if (memchr(text.bytes, '%', text.length) != NULL) /* encodes another character */
            return ELIG_REASON_EMAIL_LOCAL;
    }
    size_t at = find_unquoted(text, 0, "@");
    if (at == text.length) /* if there is one, the whole address is in quotation marks, or they do not end */
        return memchr(text.bytes, '@', text.length) == NULL ? ELIG_REASON_EMAIL_AT : ELIG_REASON_EMAIL_BEFORE;
    *local = slice(text, 0, at);
    *domain = slice(text, at + 1, text.length);
    return find_unquoted(text, at + 1, "@") < text.length ? ELIG_REASON_EMAIL_SEVERAL : ELIG_REASON_NONE;
}

/* ---- Local part ---- */

/* What a local part says, without quotation marks and what they escape. */
struct content {
    uint8_t bytes[EMAIL_LOCAL_MAX];
    size_t length;
    bool needs_quotes;
};

static bool add(struct content *content, const uint8_t *bytes, size_t size)
{
    if (size > sizeof content->bytes - content->length)
        return false;
    memcpy(content->bytes + content->length, bytes, size);
    content->length += size;
    return true;
}

/* Adds the quoted string at *at, which it advances. It is one word: a dot or an end is on both sides. */
static bool add_quoted(struct content *content, struct elig_text local, size_t *at)
{
    const uint8_t *bytes = (const uint8_t *)local.bytes;
    size_t end = end_of_quoted(local, *at), last = end - 1;
    if ((*at > 0 && bytes[*at - 1] != '.') || last == *at || (end < local.length && bytes[end] != '.'))
        return false;
    for (size_t i = *at + 1; i < last;) {
        uint32_t code_point;
        i += bytes[i] == '\\';
        size_t size = code_point_read(bytes + i, last - i, &code_point);
        if ((code_point >= ASCII_END && !is_atom(code_point)) || !add(content, bytes + i, size))
            return false;
        content->needs_quotes |= !is_atom(code_point);
        i += size;
    }
    *at = end;
    return true;
}

static bool read_content(struct elig_text local, struct content *content)
{
    const uint8_t *bytes = (const uint8_t *)local.bytes;
    uint32_t code_point;
    for (size_t at = 0; at < local.length;) {
        if (bytes[at] == '"') {
            if (!add_quoted(content, local, &at))
                return false;
            continue;
        }
        size_t size = code_point_read(bytes + at, local.length - at, &code_point);
        if (!is_atom(code_point) || !add(content, bytes + at, size))
            return false;
        at += size;
    }
    return content->length > 0;
}

/* Writes the content to out (twice EMAIL_LOCAL_MAX bytes and two); returns the length. */
static size_t write_content(const struct content *content, uint8_t *out)
{
    size_t length = 0;
    if (!content->needs_quotes) {
        memcpy(out, content->bytes, content->length);
        return content->length;
    }
    out[length++] = '"';
    for (size_t i = 0; i < content->length; i++) {
        if (content->bytes[i] == '"' || content->bytes[i] == '\\')
            out[length++] = '\\';
        out[length++] = content->bytes[i];
    }
    out[length++] = '"';
    return length;
}

/* Whether a malformed local part has a character that belongs to none and ends in one: before the address there
 * is something else, such as a name, a label, half a bracket. */
static bool has_text_before(const uint8_t *local, size_t length)
{
    bool has_other = false, is_last_atom = false;
    uint32_t code_point;
    for (size_t at = 0; at < length;) {
        at += code_point_read(local + at, length - at, &code_point);
        is_last_atom = is_atom(code_point);
        has_other |= !is_last_atom;
    }
    return has_other && is_last_atom;
}

/* Writes a local part to out (ELIG_TEXT_MAX bytes). */
static enum elig_reason canon_local(struct elig_text local, uint8_t *out, size_t *length)
{
    struct content content = {.length = 0};
    enum elig_reason reason = normalize_text(local, FOLD_LOCAL, out, length);
    if (reason != ELIG_REASON_NONE)
        return reason;
    if (read_content((struct elig_text){(const char *)out, *length}, &content)) {
        *length = write_content(&content, out);
        reason = *length <= EMAIL_LOCAL_MAX ? ELIG_REASON_NONE : ELIG_REASON_EMAIL_LOCAL;
    } else {
        reason = has_text_before(out, *length) ? ELIG_REASON_EMAIL_BEFORE : ELIG_REASON_EMAIL_LOCAL;
    }
    sodium_memzero(&content, sizeof content);
    return reason;
}

/* ---- Domain ---- */

/* How much of a domain there is before the first character that no domain has, and before underscores and
 * digits there, which no top-level domain ends in. */
static size_t domain_bytes(struct elig_text domain)
{
    size_t at = 0, size;
    uint32_t code_point;
    for (; at < domain.length; at += size) {
        size = code_point_read((const uint8_t *)domain.bytes + at, domain.length - at, &code_point);
        if (code_point != '.' && !is_in_word(code_point))
            break;
    }
    while (at > 0 &&
           (domain.bytes[at - 1] == '_' || (domain.bytes[at - 1] >= '0' && domain.bytes[at - 1] <= '9')))
        at--;
    return at;
}

/* Writes a domain to out (IDNA_NAME_MAX bytes). */
static enum elig_reason canon_domain(struct elig_text domain, uint8_t *out, size_t *length)
{
    if (idna_to_ascii(domain, out, length))
        return ELIG_REASON_NONE;
    size_t used = domain_bytes(domain);
    bool is_followed = used < domain.length && idna_to_ascii(slice(domain, 0, used), out, length);
    return is_followed ? ELIG_REASON_EMAIL_AFTER : ELIG_REASON_EMAIL_DOMAIN;
}

/* ---- Options ---- */

static bool is_gmail(const uint8_t *domain, size_t length)
{
    return (length == GMAIL_BYTES && memcmp(domain, gmail, length) == 0) ||
           (length == GOOGLEMAIL_BYTES && memcmp(domain, googlemail, length) == 0);
}

static size_t drop_tag(const uint8_t *local, size_t length)
{
    const uint8_t *plus = memchr(local, '+', length);
    return plus == NULL ? length : (size_t)(plus - local);
}

/* Gmail has ASCII local parts only; a dot between other characters may keep them from composing, so there all
 * of them stay. */
static size_t drop_dots(uint8_t *local, size_t length)
{
    size_t kept = 0;
    for (size_t at = 0; at < length; at++)
        if (local[at] >= ASCII_END)
            return length;
    for (size_t at = 0; at < length; at++)
        if (local[at] != '.')
            local[kept++] = local[at];
    return kept;
}

/* What the options leave of the local part, unless it is quoted; *name becomes gmail.com if it is
 * googlemail.com and they say so. */
static size_t apply_options(unsigned flags, uint8_t *local, size_t length, uint8_t *name, size_t *name_length)
{
    bool is_quoted = local[0] == '"';
    if (flags & ELIG_EMAIL_PLUS && !is_quoted)
        length = drop_tag(local, length);
    if (flags & ELIG_EMAIL_GMAIL && is_gmail(name, *name_length)) {
        if (!is_quoted)
            length = drop_dots(local, length);
        *name_length = GMAIL_BYTES;
        memcpy(name, gmail, GMAIL_BYTES);
    }
    return length;
}

/* ---- Address ---- */

/* An address of ASCII atoms and a domain without A-labels, as nearly all are: only its case changes, so that
 * its two parts stay where they are. Returns false if it is another one, or none. */
static bool read_plain(struct elig_text text, uint8_t *out, size_t *local_length, size_t *name_length)
{
    const char *at = memchr(text.bytes, '@', text.length);
    if (at == NULL)
        return false;
    *local_length = (size_t)(at - text.bytes);
    *name_length = text.length - *local_length - 1;
    ascii_lower((const uint8_t *)text.bytes, text.length, out);
    return *local_length > 0 && *local_length <= EMAIL_LOCAL_MAX && are_ascii_atoms(out, *local_length) &&
           idna_check_ascii(out + *local_length + 1, name_length) == IDNA_PLAIN;
}

static enum elig_reason read_general(struct elig_text text, uint8_t *out, size_t *local_length,
                                     size_t *name_length)
{
    uint8_t typed[ELIG_TEXT_MAX];
    struct elig_text whole = narrow_text(text, typed), local, domain;
    enum elig_reason reason = find_address(whole, &local, &domain);
    if (reason == ELIG_REASON_NONE)
        reason = canon_local(local, out, local_length);
    if (reason == ELIG_REASON_NONE) /* has room: ELIG_TEXT_MAX is well above the longest address */
        reason = canon_domain(domain, out + *local_length + 1, name_length);
    sodium_memzero(typed, whole.length);
    return reason;
}

enum elig_reason email_canon(struct elig_text text, bool is_ascii, unsigned flags, uint8_t *out, size_t *length)
{
    size_t local_length, name_length;
    if (!is_ascii || !read_plain(text, out, &local_length, &name_length)) {
        enum elig_reason reason = read_general(text, out, &local_length, &name_length);
        if (reason != ELIG_REASON_NONE)
            return reason;
    }
    uint8_t *name = out + local_length + 1;
    if (flags != 0) {
        local_length = apply_options(flags, out, local_length, name, &name_length);
        if (local_length == 0)
            return ELIG_REASON_EMAIL_LOCAL;
    }
    if (out[0] == '\'')
        return ELIG_REASON_EMAIL_APOSTROPHE;
    out[local_length] = '@';
    if (out + local_length + 1 != name) /* rarely: memmove would wait for the bytes just written */
        memmove(out + local_length + 1, name, name_length);
    *length = local_length + 1 + name_length;
    return ELIG_REASON_NONE;
}
