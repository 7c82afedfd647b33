/* SPDX-License-Identifier: Apache-2.0 */
/* section_checks.c - prints the value of each header field, and adds up the lengths of all sections. */
#include "audit/checks/section_checks.h"

#include <inttypes.h>
#include <sodium.h>

#include "audit/context/context.h"
#include "lib/elig/bytes.h"
#include "lib/util/parse.h"

#define VALUE_TEXT (2 * ELIG_HASH_BYTES + 1)

/* ---- Fields ---- */

/* Prints the value of a field to text. */
static void print_field(const struct target_field *field, const uint8_t *page, char *text, size_t size)
{
    char number[VALUE_TEXT];
    int64_t seconds = 0;
    const uint8_t *bytes = page + field->at;
    switch (field->at) {
    case ELIG_AT_SERIAL:
    case ELIG_AT_NOT_BEFORE:
    case ELIG_AT_NOT_AFTER:
        seconds = (int64_t)bytes_get_le64(bytes);
        if (seconds > 0)
            parse_time_print(seconds, text);
        else
            snprintf(text, size, "none");
        return;
    case ELIG_AT_KINDS:
    case ELIG_AT_CAMPAIGN:
        snprintf(text, size, "public text");
        return;
    default:
        break;
    }
    if (field->bytes == 1 || field->bytes == sizeof(uint32_t))
        snprintf(text, size, "%" PRIu32, field->bytes == 1 ? bytes[0] : bytes_get_le32(bytes));
    else if (field->bytes == sizeof(uint64_t) && field->at != ELIG_AT_MAGIC)
        snprintf(text, size, "%" PRIu64, bytes_get_le64(bytes));
    else
        snprintf(text, size, "%s%s",
                 sodium_bin2hex(number, sizeof number, bytes,
                                field->bytes < ELIG_HASH_BYTES / 2 ? field->bytes : ELIG_HASH_BYTES / 2),
                 field->bytes > ELIG_HASH_BYTES / 2 ? "..." : "");
}

static void add_fields(struct audit_context *context)
{
    struct table *table =
        report_table(context->report, CHAPTER_STRUCTURE, "fields", "The header, field by field",
                     "Names of kinds, campaign and label words are public by design, and not repeated here.");
    TABLE_COLUMNS(table, {"field", "Field", false}, {"offset", "Offset", true}, {"bytes", "Bytes", true},
                  {"value", "Value", false}, {"reveals", "What it reveals", false});
    for (size_t i = 0; i < target_field_count; i++) {
        const struct target_field *field = &target_fields[i];
        char value[VALUE_TEXT];
        print_field(field, context->target->bytes, value, sizeof value);
        table_text(table, "%s", field->name);
        table_number(table, field->at, "%" PRIu32, field->at);
        table_number(table, field->bytes, "%" PRIu32, field->bytes);
        table_text(table, "%s", value);
        table_text(table, "%s", field->reveals);
    }
}

/* ---- Sections ---- */

static double add_section(struct table *table, const char *name, double bits, const char *purpose)
{
    table_text(table, "%s", name);
    if (bits == (double)(uint64_t)(bits / 8) * 8)
        table_number(table, bits / 8, "%.0f", bits / 8);
    else
        table_number(table, bits / 8, "%.3f", bits / 8);
    table_text(table, "%s", purpose);
    return bits;
}

/* Every byte of the file by its purpose; bytes that are left over belong to no section. */
static void add_sections(struct audit_context *context)
{
    const struct target *target = context->target;
    const struct header *header = &target->header;
    const struct tree_shape *tree = &header->tree;
    uint8_t mask[ELIG_PAGE_BYTES];
    double used = 0, entries = 0, bits = 0, inner = 0;
    target_header_mask(target->bytes, mask);
    for (size_t i = 0; i < sizeof mask; i++)
        used += mask[i];
    for (unsigned level = 1; level <= tree->levels; level++) {
        inner += (double)tree->count[level];
        entries += (double)tree->count[level - 1];
    }
    double leaves = (double)tree->count[0];
    double slots = (double)header->leaf.slots * (header->leaf.fingerprint_bits + header->leaf.payload_bits);
    double pilots = ELIG_PILOT_BITS * (double)header->leaf.buckets;
    double words = (double)header->dictionary_bytes,
           dictionary = (double)target->dictionary_pages * ELIG_PAGE_BYTES;
    struct table *table =
        report_table(context->report, CHAPTER_STRUCTURE, "sections", "The file, section by section", NULL);
    TABLE_COLUMNS(table, {"section", "Section", false}, {"bytes", "Bytes", true},
                  {"why", "What it is for", false});
    bits += add_section(table, "header, fields", 8 * used, "the table of fields");
    bits += add_section(table, "header, unused", 8 * (ELIG_PAGE_BYTES - used), "zero (structure.reserved)");
    bits += add_section(table, "label words", 8 * words, "public text");
    bits += add_section(table, "label words, rest of the page", 8 * (dictionary - words),
                        "zero (structure.reserved)");
    bits += add_section(table, "inner pages, entries", 8 * entries * ELIG_ENTRY_BYTES,
                        "per page: ten bytes of its least digest, its seed, its hash (structure.tree)");
    bits += add_section(table, "inner pages, rest", 8 * (inner * ELIG_PAGE_BYTES - entries * ELIG_ENTRY_BYTES),
                        "zero (structure.tree)");
    bits +=
        add_section(table, "leaf pages, slots", leaves * slots, "fingerprints and masked labels, or filler");
    bits += add_section(table, "leaf pages, between", leaves * (ELIG_PAGE_BITS - slots - pilots),
                        "zero (structure.tree)");
    bits += add_section(table, "leaf pages, pilots", leaves * pilots,
                        "where a digest's slot is (structure.pilots)");
    double beyond = 8 * (double)target->length - bits;
    add_section(table, "anything else", beyond > 0 ? beyond : 0, "nothing");
    struct finding *finding =
        report_finding(context->report, CHECK_SECTIONS, beyond == 0 ? OUTCOME_PASS : OUTCOME_FAIL,
                       beyond == 0  ? "all %.0f bytes belong to a section, none to two"
                       : beyond > 0 ? "%.0f bytes belong to no section"
                                    : "%.0f bytes are missing",
                       beyond == 0  ? (double)target->length
                       : beyond > 0 ? beyond / 8
                                    : -beyond / 8);
    finding_number(finding, "bytes", beyond / 8);
    finding_method(
        finding, "The sections' lengths follow from the header; their sum is compared with the file's length.");
}

int section_checks_run(struct audit_context *context)
{
    add_fields(context);
    if (context->target->has_header)
        add_sections(context);
    return 0;
}
