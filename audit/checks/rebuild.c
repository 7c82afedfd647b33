/* SPDX-License-Identifier: Apache-2.0 */
/* rebuild.c - makes the command line of elig-build from the header, runs it, and compares the two files page by
 * page. */
#include "audit/checks/rebuild.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/checks/build_command.h"
#include "lib/elig/bytes.h"
#include "lib/elig/digest/digest.h"
#include "lib/util/parse.h"

/* ---- The command line ---- */

static void add_time(struct build_command *command, const char *option, int64_t seconds)
{
    char text[PARSE_TIME_TEXT];
    if (seconds == 0)
        return;
    parse_time_print(seconds, text);
    build_command_add_option(command, option, "%s", text);
}

static void add_profile(struct build_command *command, const struct audit_config *config,
                        const struct profile *profile)
{
    char salt[2 * ELIG_SALT_BYTES + 1];
    build_command_add_option(command, "--profile", "%s", profile_name(profile->id));
    build_command_add_option(command, "--salt", "%s",
                             sodium_bin2hex(salt, sizeof salt, profile->salt, sizeof profile->salt));
    if (profile->id != ELIG_PROFILE_OFFLINE) {
        build_command_add_option(command, "--secret", "%s", config->secret_path);
        return;
    }
    build_command_add(command, "--accept-enumerable");
    build_command_add_option(command, "--argon2-memory", "%" PRIu64, profile->argon2_memory);
    build_command_add_option(command, "--argon2-passes", "%" PRIu32, profile->argon2_passes);
    if (profile->work_bits > 0) {
        build_command_add_option(command, "--work-bits", "%" PRIu32, profile->work_bits);
        build_command_add_option(command, "--seed", "%s", config->seed_path);
    }
}

static void make_arguments(struct build_command *command, const struct audit_context *context,
                           const char *output)
{
    const struct audit_config *config = context->config;
    const struct header *header = &context->target->header;
    build_command_add(command, "elig-build");
    build_command_add(command, "compile");
    build_command_add(command, "--quiet");
    build_command_add(command, "--skip-invalid=100%"); /* other checks judge what the list loses */
    add_profile(command, config, &header->profile);
    for (unsigned i = 0; i < header->kind_count; i++)
        build_command_add_kind(command, config, i);
    for (unsigned i = 0; i < header->kind_count; i++)
        build_command_add_option(command, "--allow-empty", "%s", header->kinds[i].name);
    for (const char *word = config->label_order; word != NULL; word = strchr(word, ',')) {
        word += *word == ',';
        build_command_add_option(command, "--allow-empty", "%.*s", (int)strcspn(word, ","), word);
    }
    build_command_add_option(command, "--fpr", "2^-%u",
                             header->leaf.fingerprint_bits - header->profile.work_bits);
    add_time(command, "--not-before", header->not_before);
    add_time(command, "--not-after", header->not_after);
    add_time(command, "--serial", (int64_t)header->serial);
    if (header->campaign[0] != '\0')
        build_command_add_option(command, "--campaign", "%s", header->campaign);
    build_command_add_option(command, "--output", "%s", output);
    build_command_add_lists(command, config);
}

/* ---- Comparing ---- */

struct difference {
    uint64_t pages, first; /* number of pages that differ; number of the first one */
    uint64_t length;       /* of the rebuilt file */
    uint8_t header[ELIG_PAGE_BYTES];
};

static void compare_pages(const struct target *target, const uint8_t *rebuilt, struct difference *difference)
{
    uint64_t shared =
        (target->length < difference->length ? target->length : difference->length) / ELIG_PAGE_BYTES;
    memcpy(difference->header, rebuilt, ELIG_PAGE_BYTES);
    /* with the signer and signature of the audited file, since the auditor has no signing key */
    uint8_t *header = difference->header;
    memcpy(header + ELIG_AT_SIGNER, target->bytes + ELIG_AT_SIGNER, ELIG_SIGNER_BYTES);
    digest_bytes(ELIG_DOMAIN_HEADER, NULL, header, ELIG_AT_HEADER_HASH, header + ELIG_AT_HEADER_HASH);
    memcpy(header + ELIG_AT_SIGNATURE, target->bytes + ELIG_AT_SIGNATURE, ELIG_SIGNATURE_BYTES);
    for (uint64_t page = 0; page < shared; page++) {
        const uint8_t *other = page == 0 ? header : rebuilt + page * ELIG_PAGE_BYTES;
        if (memcmp(target->bytes + page * ELIG_PAGE_BYTES, other, ELIG_PAGE_BYTES) == 0)
            continue;
        difference->first = difference->pages == 0 ? page : difference->first;
        difference->pages++;
    }
    if (target->length != difference->length && difference->pages++ == 0)
        difference->first = shared;
}

/* Maps the rebuilt file and compares. Returns 0, or ELIG_E_READ with errno set. */
static int compare_file(const struct target *target, const char *path, struct difference *difference)
{
    struct stat status = {0};
    int file = open(path, O_RDONLY | O_CLOEXEC), error = ELIG_E_READ;
    if (file >= 0 && fstat(file, &status) == 0 && status.st_size >= ELIG_PAGE_BYTES) {
        difference->length = (uint64_t)status.st_size;
        void *bytes = mmap(NULL, (size_t)difference->length, PROT_READ, MAP_SHARED, file, 0);
        if (bytes != MAP_FAILED) {
            compare_pages(target, bytes, difference);
            munmap(bytes, (size_t)difference->length);
            error = 0;
        }
    }
    if (file >= 0)
        close(file);
    return error;
}

/* ---- Reporting ---- */

static const char method[] = "elig-build compiles the list again with the header's profile, salt, kinds, rate, "
                             "window, serial and campaign; every byte is compared. The signature, which only "
                             "its holder can make, is taken over, and checked by structure.signature.";

/* Bits that other content could be hidden in without being found by any check. */
static double capacity(const struct target *target, struct finding *finding, bool is_tried)
{
    const struct header *header = &target->header;
    const struct leaf_shape *leaf = &header->leaf;
    double leaves = (double)header->tree.count[0];
    double slots = leaves * leaf->slots * (leaf->fingerprint_bits + leaf->payload_bits);
    double pilots = leaves * leaf->buckets * ELIG_PILOT_BITS;
    double routes = leaves * 8 * (ELIG_SEPARATOR_BYTES + sizeof(uint16_t));
    double keys = 8.0 * ELIG_SALT_BYTES + (target->has_secret ? 0 : 8.0 * ELIG_KEY_CHECK_BYTES);
    if (finding != NULL) {
        finding_detail(
            finding, "%.0f in slots, %.0f in pilots, %.0f in separators and seeds, %.0f in salt and key check",
            slots, pilots, routes, keys);
        if (!is_tried)
            finding_detail(finding,
                           "to bring it to 0, give the list and, of a keyed or blind index, the secret");
    }
    return slots + pilots + routes + keys;
}

static void report_capacity(struct audit_context *context, bool is_explained, bool is_tried)
{
    const struct header *header = &context->target->header;
    struct finding *finding;
    double bits = capacity(context->target, NULL, is_tried);
    if (!context->target->has_header)
        return;
    if (is_explained)
        finding =
            report_finding(context->report, CHECK_CAPACITY, OUTCOME_PASS,
                           "0 bits: list, secret, public fields and the salt of 128 bits determine every byte");
    else
        finding = report_finding(context->report, CHECK_CAPACITY, is_tried ? OUTCOME_FAIL : OUTCOME_INFO,
                                 "%.0f bits, %.2f for each identifier: what only list and secret explain", bits,
                                 header->identifiers > 0 ? bits / (double)header->identifiers : 0.0);
    finding_number(finding, "bits", is_explained ? 0 : bits);
    if (!is_explained)
        (void)capacity(context->target, finding, is_tried);
    finding_method(
        finding,
        "Every bit of the file less those that follow from others by a rule of docs/FORMAT.md (hashes, zeros, "
        "lengths) and those of public fields. Salt and public text are the publisher's choice: read both.");
}

static struct finding *report_difference(struct audit_context *context, const struct difference *difference)
{
    const struct target *target = context->target;
    uint64_t pages = target->length / ELIG_PAGE_BYTES;
    struct finding *finding =
        report_finding(context->report, CHECK_REBUILD, OUTCOME_FAIL,
                       "%" PRIu64 " of %" PRIu64 " pages differ, the first is page %" PRIu64
                       ": the file is not what this list makes",
                       difference->pages, pages, difference->first);
    finding_number(finding, "pages", (double)difference->pages);
    for (size_t i = 0; i < target_field_count && difference->first == 0; i++) {
        const struct target_field *field = &target_fields[i];
        if (memcmp(difference->header + field->at, target->bytes + field->at, field->bytes) != 0)
            finding_detail(finding, "not the same in the header: %s", field->name);
    }
    uint64_t n = bytes_get_le64(difference->header + ELIG_AT_IDENTIFIERS), had = target->header.identifiers;
    if (n != had)
        finding_detail(finding, "the list makes %" PRIu64 " identifiers, the file has %" PRIu64, n, had);
    if (target->header.label_count > 0 && context->config->schema.label_column == NULL)
        finding_detail(finding, "the file has labels: say which column has them with --label COLUMN");
    finding_detail(
        finding,
        "was it made with --absent, --label-order, --drop-repeats or another list? Give the same ones");
    return finding;
}

/* Hands each line of elig-build's messages, which name files and columns but never their content, to the
 * finding, or to standard error if that is NULL. */
static void repeat_messages(const struct subprocess_result *result, struct finding *finding)
{
    char *rest = NULL;
    for (char *line = result->errors != NULL ? strtok_r(result->errors, "\n", &rest) : NULL; line != NULL;
         line = strtok_r(NULL, "\n", &rest))
        if (finding != NULL)
            finding_detail(finding, "%s", line);
        else
            message("rebuild: %s", line);
}

/* The reason for which rebuilding cannot be tried; NULL if it can. */
static const char *obstacle(const struct audit_context *context)
{
    const struct audit_config *config = context->config;
    const struct target *target = context->target;
    const struct profile *profile = &target->header.profile;
    if (!target->has_header)
        return "the header cannot be relied on";
    if (profile->id != ELIG_PROFILE_OFFLINE && config->secret == NULL)
        return "the secret is needed: --secret FILE";
    if (profile->id != ELIG_PROFILE_OFFLINE && target->key_error != 0)
        return "the secret is not this file's";
    if (profile->id == ELIG_PROFILE_OFFLINE && profile->work_bits > 0 && config->seed == NULL)
        return "the seed of its work bits is needed: --seed FILE";
    for (unsigned kind = 0; kind < target->header.kind_count; kind++)
        if (target->header.kinds[kind].part_count > 1 && !config->is_named[kind])
            return "a composite's columns have no names of their own: say --kind NAME=COLUMN+COLUMN";
    return NULL;
}

/* ---- The check ---- */

static int explain_errno(const char *attempt)
{
    message("rebuild: %s: %s", attempt, strerror(errno));
    return MESSAGE_E_PRINTED;
}

static int build_and_compare(struct audit_context *context, const char *output)
{
    struct build_command command = {.arguments = NULL};
    struct subprocess_result build;
    struct difference *difference = calloc(1, sizeof *difference);
    struct finding *finding = NULL;
    const char *failed;
    make_arguments(&command, context, output);
    int error = build_command_run(&command, context->config->programs, &build, &failed);
    if (error == ELIG_E_MEMORY || difference == NULL)
        error = context_fail("rebuild", ELIG_E_MEMORY);
    else if (error != 0)
        error = explain_errno(failed);
    else if (subprocess_code(build.status) == EXIT_REFUSED) {
        finding = report_finding(context->report, CHECK_REBUILD, OUTCOME_FAIL,
                                 "elig-build refused the list (exit code %d)", EXIT_REFUSED);
        repeat_messages(&build, finding);
    } else if (subprocess_code(build.status) != EXIT_DONE) {
        repeat_messages(&build, NULL);
        error = MESSAGE_E_PRINTED;
    } else if (compare_file(context->target, output, difference) != 0)
        error = explain_errno("read the rebuilt file");
    else if (difference->pages > 0)
        finding = report_difference(context, difference);
    else {
        finding = report_finding(
            context->report, CHECK_REBUILD, OUTCOME_PASS,
            "all %" PRIu64
            " bytes are the same: apart from public fields and salt the file holds this list, and nothing else",
            context->target->length);
        finding_number(finding, "seconds", build.seconds);
    }
    if (finding != NULL) {
        finding_method(finding, "%s", method);
        report_capacity(context, difference->length > 0 && difference->pages == 0, true);
    }
    subprocess_result_free(&build);
    build_command_free(&command);
    free(difference);
    return error;
}

/* SIGINT, SIGTERM and SIGHUP are only recorded while the temporary file exists, which must be removed first. */
static const int held_signals[] = {SIGINT, SIGTERM, SIGHUP};
#define HELD_SIGNALS (sizeof held_signals / sizeof *held_signals)
static volatile sig_atomic_t signal_held;

static void hold_signal(int number)
{
    signal_held = number;
}

static void hold_signals(struct sigaction before[HELD_SIGNALS])
{
    const struct sigaction action = {.sa_handler = hold_signal, .sa_flags = SA_RESTART};
    signal_held = 0;
    for (size_t i = 0; i < HELD_SIGNALS; i++) {
        sigaction(held_signals[i], NULL, &before[i]);
        if (before[i].sa_handler != SIG_IGN) /* as under nohup */
            sigaction(held_signals[i], &action, NULL);
    }
}

/* Restores the former handlers, and raises the signal that came meanwhile, if any. */
static void release_signals(const struct sigaction before[HELD_SIGNALS])
{
    for (size_t i = 0; i < HELD_SIGNALS; i++)
        sigaction(held_signals[i], &before[i], NULL);
    if (signal_held != 0)
        raise(signal_held);
}

static int rebuild(struct audit_context *context)
{
    char folder[PATH_MAX], output[PATH_MAX + sizeof "/rebuilt.elig"];
    const char *tmpdir = context->config->tmpdir;
    bool fits = (size_t)snprintf(folder, sizeof folder, "%s/elig-audit-XXXXXX", tmpdir) < sizeof folder;
    struct sigaction before[HELD_SIGNALS];
    hold_signals(before);
    progress_begin(context->progress, AUDIT_PHASE_REBUILD, 0, "files", 1);
    int error;
    if (!fits || mkdtemp(folder) == NULL) {
        errno = fits ? errno : ENAMETOOLONG;
        message("rebuild: write to %s: %s", tmpdir, strerror(errno));
        error = MESSAGE_E_PRINTED;
    } else {
        snprintf(output, sizeof output, "%s/rebuilt.elig", folder);
        error = build_and_compare(context, output);
        unlink(output);
        rmdir(folder);
    }
    release_signals(before);
    return error;
}

/* Rebuilding an offline index needs no secret, but an Argon2id hash for each identifier. With --against it is
 * done without being asked for if it moves at most this number of bytes, which takes about a minute. */
#define UNASKED_MAX (UINT64_C(1) << 38)

int rebuild_check(struct audit_context *context)
{
    const struct header *header = &context->target->header;
    double moved =
        (double)header->identifiers * (double)header->profile.argon2_memory * header->profile.argon2_passes;
    bool is_rebuilt = context->config->wants_rebuild ||
                      (context->config->wants_search && context->target->has_header &&
                       header->profile.id == ELIG_PROFILE_OFFLINE && moved < (double)UNASKED_MAX);
    const char *reason = is_rebuilt ? obstacle(context) : NULL;
    if (is_rebuilt && reason == NULL)
        return rebuild(context);
    if (reason != NULL && !context->config->is_rebuild_implied && context->target->has_header) {
        message("rebuild %s: %s", context->target->path, reason);
        return MESSAGE_E_PRINTED;
    }
    if (reason != NULL) {
        struct finding *finding =
            report_finding(context->report, CHECK_REBUILD, OUTCOME_WARN, "not tried: %s", reason);
        finding_method(finding, "%s", method);
    }
    report_capacity(context, false, false);
    return 0;
}
