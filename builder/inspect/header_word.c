/* SPDX-License-Identifier: Apache-2.0 */
/* header_word.c - words of headers in several languages, searched in the case-folded name. */
#include "builder/inspect/header_word.h"

#include <string.h>

#include "lib/elig/canon/normalize.h"
#include "lib/elig/canon/raw_text.h"

enum extent {
    ANYWHERE,
    AT_EDGE, /* no ASCII letter before it, or none after it */
    WHOLE    /* no ASCII letter beside it */
};

/* Case-folded. The first one that is found decides: a phone number is a number. */
static const struct {
    const char *text;
    enum header_word meaning;
    enum extent extent;
} words[] = {
    {"email", HEADER_WORD_EMAIL, ANYWHERE},
    {"e-mail", HEADER_WORD_EMAIL, ANYWHERE},
    {"mail", HEADER_WORD_EMAIL, WHOLE},
    {"e-posta", HEADER_WORD_EMAIL, ANYWHERE},
    {"eposta", HEADER_WORD_EMAIL, ANYWHERE},
    {"correo", HEADER_WORD_EMAIL, ANYWHERE},
    {"surel", HEADER_WORD_EMAIL, WHOLE},
    {"courriel", HEADER_WORD_EMAIL, ANYWHERE},
    {"почт", HEADER_WORD_EMAIL, ANYWHERE},
    {"메일", HEADER_WORD_EMAIL, ANYWHERE},
    {"メール", HEADER_WORD_EMAIL, ANYWHERE},
    {"邮箱", HEADER_WORD_EMAIL, ANYWHERE},
    {"邮件", HEADER_WORD_EMAIL, ANYWHERE},
    {"郵件", HEADER_WORD_EMAIL, ANYWHERE},
    {"信箱", HEADER_WORD_EMAIL, ANYWHERE},
    {"phone", HEADER_WORD_PHONE, ANYWHERE},
    {"mobil", HEADER_WORD_PHONE, ANYWHERE},
    {"handy", HEADER_WORD_PHONE, ANYWHERE},
    {"telef", HEADER_WORD_PHONE, ANYWHERE},
    {"telep", HEADER_WORD_PHONE, ANYWHERE},
    {"téléph", HEADER_WORD_PHONE, ANYWHERE},
    {"msisdn", HEADER_WORD_PHONE, ANYWHERE},
    {"whatsapp", HEADER_WORD_PHONE, ANYWHERE},
    {"cellul", HEADER_WORD_PHONE, ANYWHERE},
    {"celular", HEADER_WORD_PHONE, ANYWHERE},
    {"móvil", HEADER_WORD_PHONE, ANYWHERE},
    {"movil", HEADER_WORD_PHONE, ANYWHERE},
    {"телефон", HEADER_WORD_PHONE, ANYWHERE},
    {"thoại", HEADER_WORD_PHONE, ANYWHERE},
    {"전화", HEADER_WORD_PHONE, ANYWHERE},
    {"휴대", HEADER_WORD_PHONE, ANYWHERE},
    {"핸드폰", HEADER_WORD_PHONE, ANYWHERE},
    {"연락처", HEADER_WORD_PHONE, ANYWHERE},
    {"電話", HEADER_WORD_PHONE, ANYWHERE},
    {"电话", HEADER_WORD_PHONE, ANYWHERE},
    {"携帯", HEADER_WORD_PHONE, ANYWHERE},
    {"手机", HEADER_WORD_PHONE, ANYWHERE},
    {"手機", HEADER_WORD_PHONE, ANYWHERE},
    {"tel", HEADER_WORD_PHONE, AT_EDGE},
    {"cell", HEADER_WORD_PHONE, WHOLE},
    {"gsm", HEADER_WORD_PHONE, WHOLE},
    {"hp", HEADER_WORD_PHONE, WHOLE},
    {"cep", HEADER_WORD_PHONE, WHOLE},
    {"contact", HEADER_WORD_PHONE, WHOLE},
    {"birth", HEADER_WORD_BIRTH, ANYWHERE},
    {"geburt", HEADER_WORD_BIRTH, ANYWHERE},
    {"geboren", HEADER_WORD_BIRTH, ANYWHERE},
    {"nascita", HEADER_WORD_BIRTH, ANYWHERE},
    {"nascimento", HEADER_WORD_BIRTH, ANYWHERE},
    {"nacimiento", HEADER_WORD_BIRTH, ANYWHERE},
    {"naissance", HEADER_WORD_BIRTH, ANYWHERE},
    {"lahir", HEADER_WORD_BIRTH, ANYWHERE},
    {"doğum", HEADER_WORD_BIRTH, ANYWHERE},
    {"dogum", HEADER_WORD_BIRTH, ANYWHERE},
    {"생년", HEADER_WORD_BIRTH, ANYWHERE},
    {"생일", HEADER_WORD_BIRTH, ANYWHERE},
    {"出生", HEADER_WORD_BIRTH, ANYWHERE},
    {"生年", HEADER_WORD_BIRTH, ANYWHERE},
    {"生日", HEADER_WORD_BIRTH, ANYWHERE},
    {"誕生", HEADER_WORD_BIRTH, ANYWHERE},
    {"born", HEADER_WORD_BIRTH, WHOLE},
    {"dob", HEADER_WORD_BIRTH, WHOLE},
    {"일자", HEADER_WORD_DATE, ANYWHERE},
    {"날짜", HEADER_WORD_DATE, ANYWHERE},
    {"date", HEADER_WORD_DATE, AT_EDGE},
    {"datum", HEADER_WORD_DATE, AT_EDGE},
    {"fecha", HEADER_WORD_DATE, WHOLE},
    {"tarih", HEADER_WORD_DATE, AT_EDGE},
    {"tanggal", HEADER_WORD_DATE, WHOLE},
    {"우편", HEADER_WORD_POSTAL, ANYWHERE},
    {"郵便", HEADER_WORD_POSTAL, ANYWHERE},
    {"邮编", HEADER_WORD_POSTAL, ANYWHERE},
    {"邮政", HEADER_WORD_POSTAL, ANYWHERE},
    {"郵遞", HEADER_WORD_POSTAL, ANYWHERE},
    {"postal", HEADER_WORD_POSTAL, ANYWHERE},
    {"zip", HEADER_WORD_POSTAL, WHOLE},
    {"plz", HEADER_WORD_POSTAL, WHOLE},
    {"name", HEADER_WORD_NAME, ANYWHERE},
    {"nombre", HEADER_WORD_NAME, WHOLE},
    {"apellido", HEADER_WORD_NAME, ANYWHERE},
    {"prénom", HEADER_WORD_NAME, ANYWHERE},
    {"prenom", HEADER_WORD_NAME, ANYWHERE},
    {"nom", HEADER_WORD_NAME, WHOLE},
    {"nome", HEADER_WORD_NAME, WHOLE},
    {"cognome", HEADER_WORD_NAME, WHOLE},
    {"nama", HEADER_WORD_NAME, WHOLE},
    {"ad", HEADER_WORD_NAME, WHOLE},
    {"adı", HEADER_WORD_NAME, WHOLE},
    {"isim", HEADER_WORD_NAME, WHOLE},
    {"soyad", HEADER_WORD_NAME, ANYWHERE},
    {"imię", HEADER_WORD_NAME, WHOLE},
    {"nazwisko", HEADER_WORD_NAME, WHOLE},
    {"фио", HEADER_WORD_NAME, WHOLE},
    {"имя", HEADER_WORD_NAME, ANYWHERE},
    {"фамил", HEADER_WORD_NAME, ANYWHERE},
    {"이름", HEADER_WORD_NAME, ANYWHERE},
    {"성명", HEADER_WORD_NAME, ANYWHERE},
    {"성함", HEADER_WORD_NAME, ANYWHERE},
    {"고객명", HEADER_WORD_NAME, ANYWHERE},
    {"회원명", HEADER_WORD_NAME, ANYWHERE},
    {"氏名", HEADER_WORD_NAME, ANYWHERE},
    {"名前", HEADER_WORD_NAME, ANYWHERE},
    {"姓名", HEADER_WORD_NAME, ANYWHERE},
    {"お名前", HEADER_WORD_NAME, ANYWHERE},
    {"member", HEADER_WORD_NUMBER, ANYWHERE},
    {"number", HEADER_WORD_NUMBER, ANYWHERE},
    {"nummer", HEADER_WORD_NUMBER, ANYWHERE},
    {"numero", HEADER_WORD_NUMBER, ANYWHERE},
    {"número", HEADER_WORD_NUMBER, ANYWHERE},
    {"nomor", HEADER_WORD_NUMBER, ANYWHERE},
    {"customer", HEADER_WORD_NUMBER, ANYWHERE},
    {"account", HEADER_WORD_NUMBER, ANYWHERE},
    {"user", HEADER_WORD_NUMBER, ANYWHERE},
    {"code", HEADER_WORD_NUMBER, AT_EDGE},
    {"id", HEADER_WORD_NUMBER, WHOLE},
    {"no", HEADER_WORD_NUMBER, WHOLE},
    {"nr", HEADER_WORD_NUMBER, WHOLE},
    {"번호", HEADER_WORD_NUMBER, ANYWHERE},
    {"회원", HEADER_WORD_NUMBER, ANYWHERE},
    {"고객", HEADER_WORD_NUMBER, ANYWHERE},
    {"사번", HEADER_WORD_NUMBER, ANYWHERE},
    {"학번", HEADER_WORD_NUMBER, ANYWHERE},
    {"会員", HEADER_WORD_NUMBER, ANYWHERE},
    {"番号", HEADER_WORD_NUMBER, ANYWHERE},
    {"会员", HEADER_WORD_NUMBER, ANYWHERE},
    {"编号", HEADER_WORD_NUMBER, ANYWHERE},
    {"編號", HEADER_WORD_NUMBER, ANYWHERE},
};

static bool is_letter(const char *text, size_t at, size_t length)
{
    return at < length && text[at] >= 'a' && text[at] <= 'z';
}

static bool has_word(const char *text, size_t length, const char *word, enum extent extent)
{
    size_t word_length = strlen(word);
    for (size_t at = 0; at + word_length <= length; at++) {
        if (memcmp(text + at, word, word_length) != 0)
            continue;
        bool is_start = at == 0 || !is_letter(text, at - 1, length);
        bool is_end = !is_letter(text, at + word_length, length);
        if (extent == ANYWHERE || (is_start && is_end) || (extent == AT_EDGE && (is_start || is_end)))
            return true;
    }
    return false;
}

bool header_word_is_date(enum header_word word)
{
    return word == HEADER_WORD_BIRTH || word == HEADER_WORD_DATE;
}

enum header_word header_word_find(struct elig_text name)
{
    char text[ELIG_TEXT_MAX];
    size_t length;
    if (name.length == 0 || name.length > ELIG_TEXT_MAX || raw_text_check(name) != ELIG_REASON_NONE ||
        normalize_text(name, FOLD_NONE, (uint8_t *)text, &length) != ELIG_REASON_NONE)
        return HEADER_WORD_OTHER;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (has_word(text, length, words[i].text, words[i].extent))
            return words[i].meaning;
    return HEADER_WORD_OTHER;
}
