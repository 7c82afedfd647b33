/* SPDX-License-Identifier: Apache-2.0 */
/* Looks identifiers up in groups: canonical forms, digests, then elig_find(). */
#include "lib/elig/index/lookup.h"

#include <sodium.h>

#include "lib/elig/canon/canon.h"
#include "lib/elig/index/index.h"
#include "lib/elig/index/lookup_argon2.h"

#define GROUP_MAX LOOKUP_ARGON2_GROUP

/* Space for one canonical form of a group on average; if they are longer, the group is looked up in steps. */
#define CANONICAL_BYTES_USUAL 64

/* Identifiers that are looked up together. */
struct group {
    struct digest_input inputs[GROUP_MAX];
    size_t count;
    size_t used;                                                  /* bytes */
    uint8_t bytes[GROUP_MAX * CANONICAL_BYTES_USUAL + CANON_MAX]; /* the canonical forms */
};

bool lookup_kind_is_valid(const struct elig *index, unsigned kind, size_t part_count)
{
    return kind < index->header.kind_count && part_count == index->header.kinds[kind].part_count;
}

int lookup_canonicalize(const struct elig *index, unsigned kind, const struct elig_text *parts,
                        uint8_t *canonical, size_t *length, enum elig_reason *reason)
{
    *reason = canon_identifier(&index->header.kinds[kind], parts, canonical, length);
    return *reason == ELIG_REASON_NONE ? 0 : ELIG_E_IDENTIFIER;
}

/* Adds an identifier to a group that is not full. Returns 0, ELIG_E_IDENTIFIER with *reason set, or another
 * error. */
static int group_add(struct group *group, const struct elig *index, unsigned kind,
                     const struct elig_text *parts, enum elig_reason *reason)
{
    uint8_t *canonical = group->bytes + group->used;
    size_t length = 0;
    *reason = ELIG_REASON_NONE;
    if (index->digester == NULL)
        return ELIG_E_NO_SECRET;
    int result = lookup_canonicalize(index, kind, parts, canonical, &length, reason);
    if (result != 0)
        return result;
    group->inputs[group->count++] = (struct digest_input){index->header.kinds[kind].name, canonical, length};
    group->used += length;
    return 0;
}

static bool group_is_full(const struct group *group)
{
    return group->count == GROUP_MAX || sizeof group->bytes - group->used < CANON_MAX;
}

static void group_wipe(struct group *group)
{
    sodium_memzero(group->bytes, group->used);
    group->count = group->used = 0;
}

int elig_digest(const struct elig *index, unsigned kind, const struct elig_text *parts, size_t part_count,
                uint8_t digest[ELIG_DIGEST_BYTES], enum elig_reason *reason)
{
    struct group group;
    *reason = ELIG_REASON_NONE;
    if (!lookup_kind_is_valid(index, kind, part_count) || parts == NULL || index->header.profile.work_bits > 0)
        return ELIG_E_ARGUMENT;
    group.count = group.used = 0;
    int result = group_add(&group, index, kind, parts, reason);
    if (result == 0)
        result = digester_run(index->digester, group.inputs, 1, (uint8_t(*)[ELIG_DIGEST_BYTES])digest);
    group_wipe(&group);
    return result;
}

/* Looks the identifiers of a group up and wipes it. */
static void group_find(struct group *group, const struct elig *index, struct elig_answer *found)
{
    uint8_t digests[GROUP_MAX][ELIG_DIGEST_BYTES];
    size_t count = group->count;
    if (count == 0)
        return;
    if (index->header.profile.id == ELIG_PROFILE_OFFLINE) {
        lookup_argon2_find(index, group->inputs, count, found);
    } else {
        int error = digester_run(index->digester, group->inputs, count, digests);
        if (error == 0)
            (void)elig_find(index, (const uint8_t(*)[ELIG_DIGEST_BYTES])digests, count, found);
        for (size_t i = 0; error != 0 && i < count; i++)
            found[i] = index_error(error);
        sodium_memzero(digests, count * sizeof *digests);
    }
    group_wipe(group);
}

/* Looks up to GROUP_MAX identifiers up: collects the valid ones, and moves their answers to where they belong.
 */
static void lookup_some(const struct elig *index, unsigned kind, const struct elig_text *parts,
                        size_t part_count, size_t count, struct elig_answer *answers)
{
    struct elig_answer found[GROUP_MAX];
    struct group group;
    size_t positions[GROUP_MAX], valid = 0, looked_up = 0;
    group.count = group.used = 0;
    for (size_t i = 0; i < count; i++) {
        enum elig_reason reason;
        int error = group_add(&group, index, kind, parts + i * part_count, &reason);
        answers[i] = index_error(error);
        if (error == ELIG_E_IDENTIFIER)
            answers[i] = (struct elig_answer){
                .verdict = ELIG_INVALID,
                .reason = (uint8_t)reason,
                .part = canon_malformed_part(&index->header.kinds[kind], parts + i * part_count, reason)};
        if (error == 0)
            positions[valid++] = i;
        if (group_is_full(&group) || i + 1 == count) {
            group_find(&group, index, found + looked_up);
            looked_up = valid;
        }
    }
    for (size_t i = 0; i < valid; i++)
        answers[positions[i]] = found[i];
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

int elig_lookup_batch(const struct elig *index, unsigned kind, const struct elig_text *parts, size_t part_count,
                      size_t count, int64_t now, struct elig_answer *answers)
{
    if (!lookup_kind_is_valid(index, kind, part_count) || (parts == NULL && count > 0)) {
        for (size_t i = 0; i < count; i++)
            answers[i] = index_error(ELIG_E_ARGUMENT);
        return ELIG_E_ARGUMENT;
    }
    enum elig_verdict window = elig_window(index, now);
    if (window != ELIG_ELIGIBLE) {
        for (size_t i = 0; i < count; i++)
            answers[i] = index_verdict(window);
        return 0;
    }
    int error = 0;
    for (size_t done = 0; done < count; done += GROUP_MAX) {
        size_t some = count - done < GROUP_MAX ? count - done : GROUP_MAX;
        lookup_some(index, kind, parts + done * part_count, part_count, some, answers + done);
        for (size_t i = done; i < done + some && error == 0; i++)
            error = answers[i].error;
    }
    return error;
}

int elig_lookup(const struct elig *index, unsigned kind, const struct elig_text *parts, size_t part_count,
                int64_t now, struct elig_answer *answer)
{
    return elig_lookup_batch(index, kind, parts, part_count, 1, now, answer);
}
