#include "canon.h"
#include "digest.h"
#include "elig.h"
#include "index.h"

#include <sodium.h>

/* Lookups in flight at once: enough to cover the memory's latency, few enough for the first-level cache. */
#define GROUP 32

/* Room for a group's canonical forms; longer ones make it digest in several steps. */
#define FORM_BYTES_USUAL 64

static struct elig_answer answer_of(int verdict)
{
    return (struct elig_answer){.verdict = verdict, .reason = ELIG_REASON_NONE, .label = NULL};
}

static struct elig_answer find_by_walk(const struct elig *index, const uint8_t *digest)
{
    uint8_t page[ELIG_PAGE_BYTES];
    uint16_t seed;
    uint64_t payload;
    int got = index_walk(index, digest, page, &seed);
    if (got < 0)
        return answer_of(got);
    if (got == 0)
        return answer_of(ELIG_NOT_LISTED);
    int found = leaf_probe(&index->header.leaf, page, seed, digest, &payload);
    return index_answer(index, found, payload);
}

static int route_is_after(const struct index_route *route, struct tree_key key)
{
    return tree_key_is_less(key, (struct tree_key){route->high, route->low});
}

/* The leaf a digest would be in if digests were spread perfectly evenly. They nearly are: the true leaf is
 * about sqrt(n) / (2 S) away, three leaves at 34 million identifiers. */
static uint64_t guess_leaf(const struct elig *index, const uint8_t *digest)
{
    return (uint64_t)((unsigned __int128)bytes_get_be64(digest) * index->header.tree.count[0] >> 64);
}

/*
 * The leaf whose separator is the last one not after key, or -1 if all are: from the guess outward in doubling
 * steps, then between the last two by halves. Bounded whatever the separators say, and right since
 * elig_open() has seen them rise.
 */
static int64_t route_leaf(const struct elig *index, struct tree_key key, uint64_t guess)
{
    const struct index_route *routes = index->routes;
    int64_t low = (int64_t)guess, high = (int64_t)guess + 1; /* the answer is in low .. high - 1 */
    int64_t count = (int64_t)index->header.tree.count[0];
    for (int64_t step = 1; low >= 0 && route_is_after(&routes[low], key); step *= 2) {
        high = low;
        low = low - step > -1 ? low - step : -1;
    }
    for (int64_t step = 1; high < count && !route_is_after(&routes[high], key); step *= 2) {
        low = high;
        high = high + step < count ? high + step : count;
    }
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (route_is_after(&routes[middle], key))
            high = middle;
        else
            low = middle;
    }
    return low;
}

static int leaf_needs_check(const struct elig *index, int64_t leaf)
{
    return index->leaf_is_good != NULL &&
           !atomic_load_explicit(&index->leaf_is_good[leaf], memory_order_relaxed);
}

/* One lookup under way in a group. */
struct flight {
    uint64_t hash;
    const uint8_t *page; /* NULL: answered already */
    uint32_t at;         /* where the next read is: bucket's pilot, then slot */
};

/*
 * Up to GROUP lookups in step, each step asking the memory for what the next one reads: the guessed route,
 * the pilot, the slot.
 */
static void find_group(const struct elig *index, const uint8_t (*digests)[ELIG_DIGEST_BYTES], size_t count,
                       struct elig_answer *answers)
{
    const struct leaf_shape *shape = &index->header.leaf;
    struct flight flights[GROUP];
    for (size_t i = 0; i < count; i++)
        __builtin_prefetch(&index->routes[guess_leaf(index, digests[i])]);
    for (size_t i = 0; i < count; i++) {
        struct flight *flight = &flights[i];
        int64_t leaf = route_leaf(index, tree_key_of(digests[i]), guess_leaf(index, digests[i]));
        answers[i] = answer_of(ELIG_NOT_LISTED);
        flight->page = NULL;
        if (leaf < 0)
            continue;
        if (leaf_needs_check(index, leaf) && index_check_leaf(index, (uint64_t)leaf) != 0) {
            answers[i] = answer_of(ELIG_E_DAMAGED);
            continue;
        }
        flight->page = index_leaf(index, (uint64_t)leaf);
        flight->hash = leaf_hash(digests[i], index->routes[leaf].seed);
        flight->at = leaf_pilot_at(shape, leaf_bucket(shape, flight->hash));
        __builtin_prefetch(flight->page + flight->at);
    }
    for (size_t i = 0; i < count; i++) {
        struct flight *flight = &flights[i];
        if (flight->page == NULL)
            continue;
        flight->at = leaf_slot(shape, flight->hash, bytes_get_le16(flight->page + flight->at));
        __builtin_prefetch(flight->page + leaf_slot_at(shape, flight->at) / 8);
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t payload;
        if (flights[i].page == NULL)
            continue;
        int found = leaf_match(shape, flights[i].page, flights[i].at, digests[i], &payload);
        answers[i] = index_answer(index, found, payload);
    }
}

static void find_some(const struct elig *index, const uint8_t (*digests)[ELIG_DIGEST_BYTES], size_t count,
                      struct elig_answer *answers)
{
    if (index->routes != NULL) {
        find_group(index, digests, count, answers);
        return;
    }
    for (size_t i = 0; i < count; i++)
        answers[i] = find_by_walk(index, digests[i]);
}

static int first_error(const struct elig_answer *answers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (answers[i].verdict < 0)
            return answers[i].verdict;
    return 0;
}

int elig_find(const struct elig *index, const uint8_t (*digests)[ELIG_DIGEST_BYTES], size_t count,
              struct elig_answer *answers)
{
    int error = 0;
    for (size_t done = 0; done < count; done += GROUP) {
        size_t some = count - done < GROUP ? count - done : GROUP;
        find_some(index, digests + done, some, answers + done);
        if (error == 0)
            error = first_error(answers + done, some);
    }
    return error;
}

/* Canonical forms of a group, one behind the other. */
struct forms {
    struct digest_input inputs[GROUP];
    size_t count;
    size_t used;
    uint8_t bytes[GROUP * FORM_BYTES_USUAL + CANON_MAX];
};

/* Adds an identifier's form; there is room for one of any length while forms_have_room(). Returns 0,
 * ELIG_INVALID with *reason set, or an error. */
static int add_form(struct forms *forms, const struct elig *index, unsigned kind, const struct elig_text *parts,
                    enum elig_reason *reason)
{
    const struct elig_kind *description = &index->header.kinds[kind];
    uint8_t *canonical = forms->bytes + forms->used;
    size_t length = 0;
    *reason = ELIG_REASON_NONE;
    if (index->key == NULL)
        return ELIG_E_NO_SECRET;
    *reason = canon_identifier(description, parts, canonical, &length);
    if (*reason == ELIG_REASON_MEMORY) {
        *reason = ELIG_REASON_NONE;
        return ELIG_E_MEMORY;
    }
    if (*reason != ELIG_REASON_NONE)
        return ELIG_INVALID;
    forms->inputs[forms->count++] = (struct digest_input){description->name, canonical, length};
    forms->used += length;
    return 0;
}

static int forms_have_room(const struct forms *forms)
{
    return forms->count < GROUP && sizeof forms->bytes - forms->used >= CANON_MAX;
}

/* Digests all forms and wipes them. */
static void digest_forms(struct forms *forms, const struct elig *index, uint8_t (*digests)[ELIG_DIGEST_BYTES])
{
    if (forms->count > 0)
        digest_keyed_many(index->key, forms->inputs, forms->count, digests);
    sodium_memzero(forms->bytes, forms->used);
    forms->count = forms->used = 0;
}

int elig_digest(const struct elig *index, unsigned kind, const struct elig_text *parts,
                uint8_t digest[ELIG_DIGEST_BYTES], enum elig_reason *reason)
{
    struct forms forms;
    *reason = ELIG_REASON_NONE;
    if (kind >= index->header.kind_count || parts == NULL)
        return ELIG_E_ARGUMENT;
    forms.count = forms.used = 0;
    int result = add_form(&forms, index, kind, parts, reason);
    digest_forms(&forms, index, (uint8_t(*)[ELIG_DIGEST_BYTES])digest);
    return result;
}

/* A group of identifiers: the valid ones' digests are packed together, looked up, and their answers put back
 * in place. */
static void lookup_group(const struct elig *index, unsigned kind, const struct elig_text *parts, size_t count,
                         struct elig_answer *answers)
{
    uint8_t digests[GROUP][ELIG_DIGEST_BYTES];
    struct elig_answer found[GROUP];
    struct forms forms;
    size_t place[GROUP], valid = 0, digested = 0;
    unsigned part_count = index->header.kinds[kind].part_count;
    forms.count = forms.used = 0;
    for (size_t i = 0; i < count; i++) {
        enum elig_reason reason;
        answers[i] = answer_of(add_form(&forms, index, kind, parts + i * part_count, &reason));
        answers[i].reason = (int)reason;
        if (answers[i].verdict == 0)
            place[valid++] = i;
        if (!forms_have_room(&forms) || i + 1 == count) {
            digest_forms(&forms, index, digests + digested);
            digested = valid;
        }
    }
    find_some(index, (const uint8_t(*)[ELIG_DIGEST_BYTES])digests, valid, found);
    for (size_t i = 0; i < valid; i++)
        answers[place[i]] = found[i];
    sodium_memzero(digests, valid * sizeof *digests);
}

int elig_window(const struct elig *index, int64_t now)
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
            answers[i] = answer_of(ELIG_E_ARGUMENT);
        return ELIG_E_ARGUMENT;
    }
    int open = elig_window(index, now);
    int error = 0;
    for (size_t done = 0; done < count; done += GROUP) {
        size_t some = count - done < GROUP ? count - done : GROUP;
        if (open == ELIG_ELIGIBLE)
            lookup_group(index, kind, parts + done * index->header.kinds[kind].part_count, some,
                         answers + done);
        else
            for (size_t i = 0; i < some; i++)
                answers[done + i] = answer_of(open);
        if (error == 0)
            error = first_error(answers + done, some);
    }
    return error;
}

int elig_lookup(const struct elig *index, unsigned kind, const struct elig_text *parts, int64_t now,
                struct elig_answer *answer)
{
    (void)elig_lookup_batch(index, kind, parts, 1, now, answer);
    return answer->verdict;
}
