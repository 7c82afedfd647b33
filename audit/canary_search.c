#include "canary_search.h"

#include "haystack.h"
#include "keys.h"

#include <stdio.h>
#include <string.h>

/* ---- Needles ---- */

static void add_secrets(const struct canary_stage *stage, struct needles *needles)
{
    uint8_t *secrets[STAGE_SECRETS_MAX];
    unsigned count = canary_stage_secrets(stage, secrets);
    for (unsigned i = 0; i < count; i++) {
        needles_add(needles, secrets[i], KEYS_BYTES, FORM_SECRET, i);
        keys_free(secrets[i]);
    }
}

static int add_needles(const struct canary_search *search, struct haystack *haystack)
{
    struct needles *needles = needles_new(haystack);
    if (needles == NULL)
        return 0;
    add_secrets(search->stage, needles);
    int good = canary_people_add(&search->stage->people, needles) &&
               (!search->has_crowd || canary_people_add(&search->stage->crowd, needles));
    needles_close(needles);
    return good;
}

/* Needles that are one of a kind, of all forms. */
static uint64_t needles_searched(const struct haystack *haystack)
{
    uint64_t sum = 0;
    for (unsigned form = 0; form < FORM_COUNT; form++)
        for (size_t length = CANARY_NEEDLE_MIN; length <= HAYSTACK_NEEDLE_MAX; length++)
            sum += haystack_searched(haystack, form, length);
    return sum;
}

/* ---- Finds ---- */

static int belongs_there(const struct canary_search *search, const struct evidence_item *item,
                         const struct haystack_match *match)
{
    return match->length < CANARY_NEEDLE_MIN ||
           (match->form == FORM_SECRET && canary_stage_holds(search->stage, "keys", item->name));
}

static void count_find(struct canary_finds *finds, const struct evidence_item *item,
                       const struct haystack_match *match)
{
    finds->found[item->sort]++;
    for (size_t i = 0; i < finds->group_count; i++) {
        struct canary_group *group = &finds->groups[i];
        if (group->item->sort == item->sort && group->form == match->form &&
            strcmp(group->view, match->view) == 0 && strcmp(group->item->name, item->name) == 0) {
            group->count++;
            return;
        }
    }
    if (finds->group_count == CANARY_GROUPS_MAX)
        return;
    struct canary_group *group = &finds->groups[finds->group_count++];
    *group = (struct canary_group){.item = item, .form = match->form, .count = 1};
    snprintf(group->view, sizeof group->view, "%s", match->view);
}

static int look(const struct canary_search *search, const struct evidence *evidence, struct haystack *haystack,
                struct canary_finds *finds)
{
    for (size_t i = 0; i < evidence->count; i++)
        if (!haystack_add(haystack, evidence->items[i].bytes, evidence->items[i].length, (unsigned)i))
            return 0;
    if (!haystack_finish(haystack, search->threads) || !add_needles(search, haystack))
        return 0;
    size_t count;
    const struct haystack_match *matches =
        haystack_matches(haystack, search->threads, &count, &finds->is_complete);
    finds->needles = needles_searched(haystack);
    finds->bytes = haystack_bytes(haystack);
    for (size_t i = 0; i < count; i++) {
        const struct evidence_item *item = &evidence->items[matches[i].source];
        if (!belongs_there(search, item, &matches[i]))
            count_find(finds, item, &matches[i]);
    }
    return 1;
}

int canary_search(const struct canary_search *search, const struct evidence *evidence,
                  struct canary_finds *finds)
{
    *finds = (struct canary_finds){0};
    struct haystack *haystack = haystack_new(search->memory);
    int good = haystack != NULL && look(search, evidence, haystack, finds);
    haystack_free(haystack);
    return good;
}
