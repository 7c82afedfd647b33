/* SPDX-License-Identifier: Apache-2.0 */
/* Looks identifiers up: canonical forms, digests, then elig_find(), a group at a time. */
#include "lib/elig/index/lookup.h"

#include <sodium.h>

#include "lib/elig/canon/canon.h"
#include "lib/elig/index/index.h"
#include "lib/elig/index/lookup_argon2.h"

/* Identifiers digested before they are looked up together. */
#define GROUP LOOKUP_ARGON2_GROUP

/* Room for a group's canonical forms; longer ones make it digest in several steps. */
#define FORM_BYTES_USUAL 64

static int first_error(const struct elig_answer *answers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (answers[i].error != 0)
            return answers[i].error;
    return 0;
}

/* Canonical forms of a group, one behind the other. */
struct encodings {
    struct digest_input inputs[GROUP];
    size_t count;
    size_t used;
    uint8_t bytes[GROUP * FORM_BYTES_USUAL + CANON_MAX];
};

int lookup_canonicalize(const struct elig *index, unsigned kind, const struct elig_text *parts,
                        uint8_t *canonical, size_t *length, enum elig_reason *reason)
{
    *reason = canon_identifier(&index->header.kinds[kind], parts, canonical, length);
    if (*reason == ELIG_REASON_MEMORY) {
        *reason = ELIG_REASON_NONE;
        return ELIG_E_MEMORY;
    }
    return *reason == ELIG_REASON_NONE ? 0 : ELIG_E_IDENTIFIER;
}

/* Adds an identifier's form; there is room for one of any length while forms_have_room(). Returns 0,
 * ELIG_E_IDENTIFIER with *reason set, or another error. */
static int add_form(struct encodings *forms, const struct elig *index, unsigned kind,
                    const struct elig_text *parts, enum elig_reason *reason)
{
    uint8_t *canonical = forms->bytes + forms->used;
    size_t length = 0;
    *reason = ELIG_REASON_NONE;
    if (index->digester == NULL)
        return ELIG_E_NO_SECRET;
    int result = lookup_canonicalize(index, kind, parts, canonical, &length, reason);
    if (result != 0)
        return result;
    forms->inputs[forms->count++] = (struct digest_input){index->header.kinds[kind].name, canonical, length};
    forms->used += length;
    return 0;
}

static int forms_have_room(const struct encodings *forms)
{
    return forms->count < GROUP && sizeof forms->bytes - forms->used >= CANON_MAX;
}

static void wipe_forms(struct encodings *forms)
{
    sodium_memzero(forms->bytes, forms->used);
    forms->count = forms->used = 0;
}

int elig_digest(const struct elig *index, unsigned kind, const struct elig_text *parts,
                uint8_t digest[ELIG_DIGEST_BYTES], enum elig_reason *reason)
{
    struct encodings forms;
    *reason = ELIG_REASON_NONE;
    if (kind >= index->header.kind_count || parts == NULL || index->header.profile.work_bits > 0)
        return ELIG_E_ARGUMENT;
    forms.count = forms.used = 0;
    int result = add_form(&forms, index, kind, parts, reason);
    if (result == 0)
        result = digester_run(index->digester, forms.inputs, 1, (uint8_t(*)[ELIG_DIGEST_BYTES])digest);
    wipe_forms(&forms);
    return result;
}

/* Looks all forms up and wipes them. */
static void find_forms(struct encodings *forms, const struct elig *index, struct elig_answer *found)
{
    uint8_t digests[GROUP][ELIG_DIGEST_BYTES];
    size_t count = forms->count;
    if (count == 0)
        return;
    if (index->header.profile.id == ELIG_PROFILE_OFFLINE) {
        lookup_argon2_find(index, forms->inputs, count, found);
    } else {
        int error = digester_run(index->digester, forms->inputs, count, digests);
        if (error == 0)
            (void)elig_find(index, (const uint8_t(*)[ELIG_DIGEST_BYTES])digests, count, found);
        for (size_t i = 0; error != 0 && i < count; i++)
            found[i] = index_error(error);
        sodium_memzero(digests, count * sizeof *digests);
    }
    wipe_forms(forms);
}

/* A group of identifiers: the valid ones' forms are packed together, looked up, and their answers put back in
 * place. */
static void lookup_group(const struct elig *index, unsigned kind, const struct elig_text *parts, size_t count,
                         struct elig_answer *answers)
{
    struct elig_answer found[GROUP];
    struct encodings forms;
    size_t place[GROUP], valid = 0, looked_up = 0;
    unsigned part_count = index->header.kinds[kind].part_count;
    forms.count = forms.used = 0;
    for (size_t i = 0; i < count; i++) {
        enum elig_reason reason;
        int error = add_form(&forms, index, kind, parts + i * part_count, &reason);
        answers[i] = index_error(error);
        if (error == ELIG_E_IDENTIFIER)
            answers[i] = (struct elig_answer){.verdict = ELIG_INVALID, .reason = (uint16_t)reason};
        if (error == 0)
            place[valid++] = i;
        if (!forms_have_room(&forms) || i + 1 == count) {
            find_forms(&forms, index, found + looked_up);
            looked_up = valid;
        }
    }
    for (size_t i = 0; i < valid; i++)
        answers[place[i]] = found[i];
}

enum elig_verdict elig_window(const struct elig *index, int64_t now)
{
    const struct header *header = &index->header;
    if (header->not_before != 0 && now < header->not_before)
        return ELIG_NOT_OPEN;
    if (header->not_after != 0 && now > header->not_after)
        return ELIG_CLOSED;
    return ELIG_ELIGIBLE;
}

int elig_lookup_batch(const struct elig *index, unsigned kind, const struct elig_text *parts, size_t count,
                      int64_t now, struct elig_answer *answers)
{
    if (kind >= index->header.kind_count || (parts == NULL && count > 0)) {
        for (size_t i = 0; i < count; i++)
            answers[i] = index_error(ELIG_E_ARGUMENT);
        return ELIG_E_ARGUMENT;
    }
    enum elig_verdict open = elig_window(index, now);
    int error = 0;
    for (size_t done = 0; done < count; done += GROUP) {
        size_t some = count - done < GROUP ? count - done : GROUP;
        if (open == ELIG_ELIGIBLE)
            lookup_group(index, kind, parts + done * index->header.kinds[kind].part_count, some,
                         answers + done);
        else
            for (size_t i = 0; i < some; i++)
                answers[done + i] = index_verdict(open);
        if (error == 0)
            error = first_error(answers + done, some);
    }
    return error;
}

int elig_lookup(const struct elig *index, unsigned kind, const struct elig_text *parts, int64_t now,
                struct elig_answer *answer)
{
    return elig_lookup_batch(index, kind, parts, 1, now, answer);
}
