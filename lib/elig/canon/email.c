/* SPDX-License-Identifier: Apache-2.0 */
/* Computes the canonical form of e-mail addresses: ASCII here, domains of other alphabets with libidn2. */
#include "lib/elig/canon/email.h"

#include <idn2.h>
#include <sodium.h>
#include <string.h>

#include "lib/elig/canon/unicode.h"

/* "--" here is what marks an encoded label (xn--); RFC 5891, section 4.2.3.1. */
#define LABEL_MARK_AT 2

/* Not IDN2_USE_STD3_ASCII_RULES: libidn2 2.3.3 then drops the characters it should refuse, and "a b" becomes
 * "ab". Without it they stay, in an A-label too, where read_domain() finds them. */
#define IDN_FLAGS (IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL)

/* The code points whose compatibility mapping is '@': itself, U+FE6B and U+FF20. */
static const char small_at[] = "\xEF\xB9\xAB";
static const char fullwidth_at[] = "\xEF\xBC\xA0";
#define WIDE_AT_BYTES (sizeof small_at - 1)

static const char gmail[] = "gmail.com";
static const char googlemail[] = "googlemail.com";
#define GMAIL_BYTES (sizeof gmail - 1)
#define GOOGLEMAIL_BYTES (sizeof googlemail - 1)

/* How many bytes of an '@' are at the start of length bytes; 0 if none is there. */
static size_t at_bytes(const char *bytes, size_t length)
{
    if (bytes[0] == '@')
        return 1;
    if (bytes[0] != small_at[0] || length < WIDE_AT_BYTES)
        return 0;
    return memcmp(bytes, small_at, WIDE_AT_BYTES) == 0 || memcmp(bytes, fullwidth_at, WIDE_AT_BYTES) == 0
               ? WIDE_AT_BYTES
               : 0;
}

/* Splits at the last '@'; returns 0 if there is no '@'. */
static int split(struct elig_text text, int is_ascii, struct elig_text *local, struct elig_text *domain)
{
    size_t at = text.length;
    if (is_ascii) { /* no other sort of '@' is in there: what is left for the loop is to find this one */
        const char *last = memrchr(text.bytes, '@', text.length);
        at = last == NULL ? 0 : (size_t)(last - text.bytes) + 1;
    }
    while (at-- > 0) {
        size_t used = at_bytes(text.bytes + at, text.length - at);
        if (used > 0) {
            *local = (struct elig_text){text.bytes, at};
            *domain = (struct elig_text){text.bytes + at + used, text.length - at - used};
            return 1;
        }
    }
    return 0;
}

static int is_letter_or_digit(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
}

/* What the ASCII rules of this module make of a domain. */
enum domain {
    DOMAIN_MALFORMED, /* whatever libidn2 would make of the rest */
    DOMAIN_PLAIN,     /* LDH labels only */
    DOMAIN_ENCODED,   /* LDH labels only, some of which libidn2 has to decode */
    DOMAIN_GENERAL    /* other characters */
};

static int is_label(const uint8_t *label, size_t length)
{
    return length >= 1 && length <= EMAIL_LABEL_MAX && label[0] != '-' && label[length - 1] != '-';
}

static int is_marked(const uint8_t *label, size_t length)
{
    return length > LABEL_MARK_AT + 1 && label[LABEL_MARK_AT] == '-' && label[LABEL_MARK_AT + 1] == '-';
}

/* Reads a domain in lower case. */
static enum domain read_domain(const uint8_t *domain, size_t length)
{
    enum domain result = DOMAIN_PLAIN;
    size_t start = 0;
    for (size_t at = 0;; at++) {
        while (at < length && is_letter_or_digit(domain[at]))
            at++;
        if (at == length || domain[at] == '.') {
            if (!is_label(domain + start, at - start))
                return DOMAIN_MALFORMED;
            if (is_marked(domain + start, at - start))
                result = DOMAIN_ENCODED;
            if (at == length)
                return start > 0 ? result : DOMAIN_MALFORMED;
            start = at + 1;
        } else if (domain[at] != '-') {
            return domain[at] >= UNICODE_ASCII_END ? DOMAIN_GENERAL : DOMAIN_MALFORMED;
        }
    }
}

static void free_name(void *name, size_t length)
{
    if (name != NULL) {
        sodium_memzero(name, length);
        idn2_free(name);
    }
}

/* Zero-terminated name -> A-labels in out (EMAIL_DOMAIN_MAX + 1 bytes, terminated). */
static int to_ascii(const uint8_t *name, char *out)
{
    uint8_t *result = NULL;
    int fits = 0;
    if (idn2_lookup_u8(name, &result, IDN_FLAGS) == IDN2_OK) {
        size_t length = strlen((const char *)result);
        fits = length <= EMAIL_DOMAIN_MAX;
        if (fits)
            memcpy(out, result, length + 1);
        free_name(result, length);
    }
    return fits;
}

/* Whether A-labels decode to a name that encodes to the same A-labels: a forged "xn--" label does not. */
static int round_trips(const char *name)
{
    char again[EMAIL_DOMAIN_MAX + 1];
    char *decoded = NULL;
    int same = 0;
    if (idn2_to_unicode_8z8z(name, &decoded, IDN_FLAGS) == IDN2_OK) {
        same = to_ascii((const uint8_t *)decoded, again) && strcmp(again, name) == 0 &&
               to_ascii((const uint8_t *)name, again) && strcmp(again, name) == 0;
        free_name(decoded, strlen(decoded));
    }
    sodium_memzero(again, sizeof again);
    return same;
}

int email_domain_general(struct elig_text domain, uint8_t *out, size_t *length)
{
    uint8_t name[ELIG_TEXT_MAX + 1];
    char ascii[EMAIL_DOMAIN_MAX + 1];
    int good = 0;
    memcpy(name, domain.bytes, domain.length);
    name[domain.length] = 0;
    if (to_ascii(name, ascii)) {
        *length = strlen(ascii);
        unicode_lower((const uint8_t *)ascii, *length, out);
        enum domain kind = read_domain(out, *length);
        good = (kind == DOMAIN_PLAIN || kind == DOMAIN_ENCODED) && round_trips(ascii);
        if (!good)
            sodium_memzero(out, *length);
    }
    sodium_memzero(name, sizeof name);
    sodium_memzero(ascii, sizeof ascii);
    unicode_clear_stack();
    return good;
}

/* Writes a domain to out (EMAIL_DOMAIN_MAX bytes), where it already stands, in lower case, if the address is
 * ASCII. Returns 0 if it is not a domain. */
static int canon_domain(struct elig_text domain, int is_ascii, uint8_t *out, size_t *length)
{
    if (domain.length > EMAIL_DOMAIN_MAX) {
        /* May get shorter: a syllable takes three bytes here and fewer as part of an A-label. */
        return email_domain_general(domain, out, length);
    }
    if (!is_ascii)
        unicode_lower((const uint8_t *)domain.bytes, domain.length, out);
    enum domain kind = read_domain(out, domain.length);
    *length = domain.length;
    if (kind == DOMAIN_MALFORMED || kind == DOMAIN_PLAIN)
        return kind == DOMAIN_PLAIN;
    return email_domain_general(domain, out, length);
}

static int has_white_space(const uint8_t *bytes, size_t length)
{
    uint32_t code_point;
    for (size_t at = 0; at < length;) {
        at += unicode_next(bytes + at, length - at, &code_point);
        if (unicode_is_white_space(code_point))
            return 1;
    }
    return 0;
}

static int is_gmail(const uint8_t *domain, size_t length)
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
        if (local[at] >= UNICODE_ASCII_END)
            return length;
    for (size_t at = 0; at < length; at++)
        if (local[at] != '.')
            local[kept++] = local[at];
    return kept;
}

/* What the options leave of the local part; *name becomes gmail.com if it is googlemail.com and they say so. */
static size_t apply_options(unsigned flags, uint8_t *local, size_t length, uint8_t *name, size_t *name_length)
{
    if (flags & ELIG_EMAIL_PLUS)
        length = drop_tag(local, length);
    if (flags & ELIG_EMAIL_GMAIL && is_gmail(name, *name_length)) {
        length = drop_dots(local, length);
        *name_length = GMAIL_BYTES;
        memcpy(name, gmail, GMAIL_BYTES);
    }
    return length;
}

/* Writes a local part, whatever the options, to out (ELIG_TEXT_MAX bytes). */
static enum elig_reason canon_local(struct elig_text local, int is_ascii, uint8_t *out, size_t *length)
{
    int has_space;
    if (is_ascii) { /* it is there already */
        *length = local.length;
        has_space = memchr(out, ' ', local.length) != NULL;
    } else {
        enum elig_reason reason = unicode_normalize(local, UNICODE_NFKC_CASEFOLD, out, length);
        if (reason != ELIG_REASON_NONE)
            return reason;
        has_space = has_white_space(out, *length);
    }
    return has_space || *length == 0 || *length > EMAIL_LOCAL_MAX ? ELIG_REASON_EMAIL_LOCAL : ELIG_REASON_NONE;
}

enum elig_reason email_canon(struct elig_text text, int is_ascii, unsigned flags, uint8_t *out, size_t *length)
{
    struct elig_text local, domain;
    size_t local_length, name_length;
    if (!split(text, is_ascii, &local, &domain))
        return ELIG_REASON_EMAIL_AT;
    /* In ASCII only the case changes and no byte moves, so the parts need not be handled separately. */
    if (is_ascii)
        unicode_lower((const uint8_t *)text.bytes, text.length, out);
    enum elig_reason reason = canon_local(local, is_ascii, out, &local_length);
    if (reason != ELIG_REASON_NONE)
        return reason;
    uint8_t *name = out + local_length + 1; /* has room: ELIG_TEXT_MAX is well above the longest address */
    if (!canon_domain(domain, is_ascii, name, &name_length))
        return ELIG_REASON_EMAIL_DOMAIN;
    local_length = apply_options(flags, out, local_length, name, &name_length);
    if (local_length == 0)
        return ELIG_REASON_EMAIL_LOCAL;
    out[local_length] = '@';
    if (out + local_length + 1 != name) /* rarely: memmove would wait for the bytes just written */
        memmove(out + local_length + 1, name, name_length);
    *length = local_length + 1 + name_length;
    return ELIG_REASON_NONE;
}
