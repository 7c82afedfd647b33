/* SPDX-License-Identifier: Apache-2.0 */
/* info.c - the header of an index as text and as JSON. */
#include "lookup/info.h"

#include <math.h>
#include <sodium.h>
#include <stdio.h>

#include "lib/elig/canon/canon.h"
#include "lib/elig/digest/profile.h"
#include "lib/util/json.h"
#include "lib/util/parse.h"

static double bits_per_identifier(const struct elig_info *info)
{
    return info->identifiers > 0 ? (double)info->file_bytes * 8 / (double)info->identifiers : 0;
}

#define HEX_TEXT (2 * ELIG_SIGNER_BYTES + 1) /* the longest bytes: a public key */

/* A time of the header, or NULL for none. */
static const char *time_or_null(int64_t seconds, char out[PARSE_TIME_TEXT])
{
    if (seconds == 0)
        return NULL;
    parse_time_print(seconds, out);
    return out;
}

static void print_as_json(const struct elig_info *info)
{
    char hex[HEX_TEXT], time[PARSE_TIME_TEXT];
    struct json json = json_start(stdout, false);
    json_open(&json, NULL, '{');
    json_number(&json, "format_version", info->format_version);
    json_number(&json, "rules_version", info->rules_version);
    json_string(&json, "profile", profile_name(info->profile));
    if (info->profile == ELIG_PROFILE_OFFLINE) {
        json_number(&json, "argon2_memory", info->argon2_memory);
        json_number(&json, "argon2_passes", info->argon2_passes);
        json_number(&json, "work_bits", info->work_bits);
    }
    if (info->blind_key != NULL)
        json_string(&json, "blind_key", sodium_bin2hex(hex, HEX_TEXT, info->blind_key, ELIG_ELEMENT_BYTES));
    json_bool(&json, "signed", info->signer != NULL);
    json_string(&json, "signer",
                info->signer != NULL ? sodium_bin2hex(hex, HEX_TEXT, info->signer, ELIG_SIGNER_BYTES) : NULL);
    json_string(&json, "serial", time_or_null((int64_t)info->serial, time));
    json_string(&json, "salt", sodium_bin2hex(hex, HEX_TEXT, info->salt, ELIG_SALT_BYTES));
    json_string(&json, "campaign", info->campaign);
    json_string(&json, "not_before", time_or_null(info->not_before, time));
    json_string(&json, "not_after", time_or_null(info->not_after, time));
    json_number(&json, "identifiers", info->identifiers);
    json_open(&json, "kinds", '[');
    for (unsigned i = 0; i < info->kind_count; i++) {
        json_open(&json, NULL, '{');
        json_string(&json, "name", info->kinds[i].name);
        json_open(&json, "parts", '[');
        for (unsigned j = 0; j < info->kinds[i].part_count; j++) {
            char type[CANON_TYPE_TEXT_MAX];
            canon_part_print(&info->kinds[i].parts[j], type);
            json_string(&json, NULL, type);
        }
        json_close(&json, ']');
        json_number(&json, "identifiers", info->kinds[i].identifiers);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_number(&json, "labels", info->label_count);
    json_number(&json, "fingerprint_bits", info->fingerprint_bits);
    json_double(&json, "false_positive_rate", ldexp(1, -(int)info->rate_bits));
    json_number(&json, "bytes", info->file_bytes);
    json_double(&json, "bits_per_identifier", bits_per_identifier(info));
    json_number(&json, "leaf_pages", info->leaf_pages);
    json_number(&json, "tree_levels", info->tree_levels);
    json_close(&json, '}');
}

static void print_as_text(const struct elig_info *info)
{
    char hex[HEX_TEXT], serial[PARSE_TIME_TEXT], from[PARSE_TIME_TEXT], to[PARSE_TIME_TEXT];
    const char *not_before = time_or_null(info->not_before, from),
               *not_after = time_or_null(info->not_after, to);
    printf("format           %u, rules %u\n", info->format_version, info->rules_version);
    printf("profile          %s\n", profile_name(info->profile));
    if (info->profile == ELIG_PROFILE_OFFLINE)
        printf("  a lookup       %u digests of %llu KiB and %u passes\n", 1u << info->work_bits,
               (unsigned long long)info->argon2_memory >> 10, info->argon2_passes);
    if (info->blind_key != NULL)
        printf("  public key     %s\n", sodium_bin2hex(hex, HEX_TEXT, info->blind_key, ELIG_ELEMENT_BYTES));
    printf("signed           %s%s\n", info->signer != NULL ? "by " : "no",
           info->signer != NULL ? sodium_bin2hex(hex, HEX_TEXT, info->signer, ELIG_SIGNER_BYTES) : "");
    printf("serial           %s\n", info->serial != 0 ? time_or_null((int64_t)info->serial, serial) : "-");
    printf("salt             %s\n", sodium_bin2hex(hex, HEX_TEXT, info->salt, ELIG_SALT_BYTES));
    printf("campaign         %s\n", *info->campaign != '\0' ? info->campaign : "-");
    printf("open             %s to %s\n", not_before != NULL ? not_before : "always",
           not_after != NULL ? not_after : "always");
    printf("identifiers      %llu\n", (unsigned long long)info->identifiers);
    for (unsigned i = 0; i < info->kind_count; i++) {
        printf("  kind           %s, %llu:", info->kinds[i].name,
               (unsigned long long)info->kinds[i].identifiers);
        for (unsigned j = 0; j < info->kinds[i].part_count; j++) {
            char type[CANON_TYPE_TEXT_MAX];
            canon_part_print(&info->kinds[i].parts[j], type);
            printf("%s %s", j > 0 ? " +" : "", type);
        }
        putchar('\n');
    }
    printf("labels           %u\n", info->label_count);
    printf("false positives  2^-%u\n", info->rate_bits);
    printf("size             %llu bytes, %.2f bits per identifier\n", (unsigned long long)info->file_bytes,
           bits_per_identifier(info));
    printf("pages            %llu leaves under %u levels\n", (unsigned long long)info->leaf_pages,
           info->tree_levels);
}

/* Cold: runs once, so small rather than fast; elig-lookup has 64 KiB. */
__attribute__((cold)) void info_print(const struct elig *index, bool is_json)
{
    struct elig_info info = {.size = sizeof info};
    elig_info(index, &info);
    if (is_json)
        print_as_json(&info);
    else
        print_as_text(&info);
}
