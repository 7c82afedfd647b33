/* SPDX-License-Identifier: Apache-2.0 */
/* rebuild.c - the list built again with the header's own parameters, and what is left that nothing explains. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/checks/interrupt.h"
#include "audit/checks/subprocess.h"
#include "audit/context.h"
#include "lib/elig/bytes.h"
#include "lib/elig/canon/canon.h"
#include "lib/elig/digest/digest.h"
#include "lib/util/parse.h"

#define MESSAGE_BYTES 65536
#define BUILD_MEMORY_MIN (UINT64_C(64) << 20)

/* ---- The command line ---- */

/* Arguments, each allocated; is_short: memory ran out. */
struct arguments {
    char **list;
    size_t count, room;
    int is_short;
};

static void add(struct arguments *arguments, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(struct arguments *arguments, const char *format, ...)
{
    va_list values;
    char *text = NULL;
    if (arguments->count + 1 >= arguments->room) {
        size_t room = arguments->room == 0 ? 64 : 2 * arguments->room;
        char **list = realloc(arguments->list, room * sizeof *list);
        if (list == NULL) {
            arguments->is_short = 1;
            return;
        }
        arguments->list = list;
        arguments->room = room;
    }
    va_start(values, format);
    if (vasprintf(&text, format, values) < 0)
        arguments->is_short = 1;
    else
        arguments->list[arguments->count++] = text;
    va_end(values);
    arguments->list[arguments->count] = NULL;
}

static void free_arguments(struct arguments *arguments)
{
    for (size_t i = 0; i < arguments->count; i++)
        free(arguments->list[i]);
    free(arguments->list);
}

/* --kind NAME=COLUMN:TYPE+...: the types are the header's. */
static void add_kind(struct arguments *arguments, const struct audit_config *audit,
                     const struct elig_kind *kind, unsigned number)
{
    char text[ELIG_PARTS_MAX * 1024] = "", type[CANON_TYPE_TEXT_MAX];
    size_t length = 0;
    for (unsigned i = 0; i < kind->part_count && length < sizeof text; i++) {
        canon_part_print(&kind->parts[i], type);
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%s:%s", i > 0 ? "+" : "",
                                   audit->schema.columns[number][i], type);
    }
    add(arguments, "--kind");
    add(arguments, "%s=%s", kind->name, text);
}

static void add_time(struct arguments *arguments, const char *option, int64_t seconds)
{
    char text[PARSE_TIME_TEXT];
    if (seconds == 0)
        return;
    parse_time_print(seconds, text);
    add(arguments, "--%s", option);
    add(arguments, "%s", text);
}

static void add_profile(struct arguments *arguments, const struct audit_config *audit,
                        const struct profile *profile)
{
    char salt[2 * ELIG_SALT_BYTES + 1];
    add(arguments, "--profile");
    add(arguments, "%s", profile_name(profile->id));
    add(arguments, "--salt");
    add(arguments, "%s", sodium_bin2hex(salt, sizeof salt, profile->salt, sizeof profile->salt));
    if (profile->id != ELIG_PROFILE_OFFLINE) {
        add(arguments, "--secret");
        add(arguments, "%s", audit->secret_path);
        return;
    }
    add(arguments, "--accept-enumerable");
    add(arguments, "--argon2-memory");
    add(arguments, "%" PRIu64, profile->argon2_memory);
    add(arguments, "--argon2-passes");
    add(arguments, "%" PRIu32, profile->argon2_passes);
    if (profile->work_bits > 0) {
        add(arguments, "--work-bits");
        add(arguments, "%" PRIu32, profile->work_bits);
        add(arguments, "--seed");
        add(arguments, "%s", audit->seed_path);
    }
}

static void add_lists(struct arguments *arguments, const struct audit_config *audit)
{
    if (audit->schema.label_column != NULL) {
        add(arguments, "--label");
        add(arguments, "%s", audit->schema.label_column);
        add(arguments, "--label-minimum"); /* what is too few is structure.labels' to say */
        add(arguments, "1");
    }
    if (audit->label_order != NULL) {
        add(arguments, "--label-order");
        add(arguments, "%s", audit->label_order);
    }
    for (unsigned i = 0; i < audit->absent_count; i++) {
        add(arguments, "--absent");
        add(arguments, "%s", audit->absent[i]);
    }
    add(arguments, "--delimiter");
    add(arguments, audit->schema.delimiter == '\t' ? "tab" : "%c", audit->schema.delimiter);
    if (audit->schema.encoding != NULL) {
        add(arguments, "--encoding");
        add(arguments, "%s", audit->schema.encoding);
    }
    if (!audit->schema.has_header)
        add(arguments, "--no-header");
    add(arguments, "--");
    for (unsigned i = 0; i < audit->list_count; i++)
        add(arguments, "%s", audit->lists[i]);
}

static void make_arguments(struct arguments *arguments, const struct audit_context *run, const char *output)
{
    const struct audit_config *audit = run->audit;
    const struct header *header = &run->target->header;
    add(arguments, "elig-build");
    add(arguments, "compile");
    add(arguments, "--quiet");
    add(arguments, "--skip-invalid");
    add_profile(arguments, audit, &header->profile);
    for (unsigned i = 0; i < header->kind_count; i++)
        add_kind(arguments, audit, &header->kinds[i], i);
    add(arguments, "--fpr");
    add(arguments, "2^-%u", header->leaf.fingerprint_bits - header->profile.work_bits);
    add_time(arguments, "not-before", header->not_before);
    add_time(arguments, "not-after", header->not_after);
    add_time(arguments, "serial", (int64_t)header->serial);
    if (header->campaign[0] != '\0') {
        add(arguments, "--campaign");
        add(arguments, "%s", header->campaign);
    }
    add(arguments, "--memory");
    add(arguments, "%" PRIu64, audit->memory < BUILD_MEMORY_MIN ? BUILD_MEMORY_MIN : audit->memory);
    add(arguments, "--threads");
    add(arguments, "%u", audit->threads);
    add(arguments, "--tmpdir");
    add(arguments, "%s", audit->tmpdir);
    add(arguments, "--output");
    add(arguments, "%s", output);
    add_lists(arguments, audit);
}

/* ---- Comparing ---- */

/* The rebuilt file under the signature of the one under audit: the auditor has no signer's key. */
static void sign_alike(const struct target *target, uint8_t page[ELIG_PAGE_BYTES])
{
    static const uint8_t no_salt[ELIG_SALT_BYTES];
    memcpy(page + ELIG_AT_SIGNER, target->bytes + ELIG_AT_SIGNER, ELIG_SIGNER_BYTES);
    digest_bytes(ELIG_DOMAIN_HEADER, no_salt, page, ELIG_AT_HEADER_HASH, page + ELIG_AT_HEADER_HASH);
    memcpy(page + ELIG_AT_SIGNATURE, target->bytes + ELIG_AT_SIGNATURE, ELIG_SIGNATURE_BYTES);
}

struct difference {
    uint64_t pages, first; /* that differ; the first one's number */
    uint64_t length;       /* of the rebuilt file */
    uint8_t header[ELIG_PAGE_BYTES];
};

static void compare(const struct target *target, const uint8_t *rebuilt, struct difference *difference)
{
    uint64_t shared =
        (target->length < difference->length ? target->length : difference->length) / ELIG_PAGE_BYTES;
    memcpy(difference->header, rebuilt, ELIG_PAGE_BYTES);
    sign_alike(target, difference->header);
    for (uint64_t page = 0; page < shared; page++) {
        const uint8_t *other = page == 0 ? difference->header : rebuilt + page * ELIG_PAGE_BYTES;
        if (memcmp(target->bytes + page * ELIG_PAGE_BYTES, other, ELIG_PAGE_BYTES) == 0)
            continue;
        difference->first = difference->pages == 0 ? page : difference->first;
        difference->pages++;
    }
    if (target->length != difference->length && difference->pages++ == 0)
        difference->first = shared;
}

/* Maps the rebuilt file and compares: 1, or 0 with errno set. */
static int compare_file(const struct target *target, const char *path, struct difference *difference)
{
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC), good = 0;
    if (file >= 0 && fstat(file, &status) == 0 && status.st_size >= ELIG_PAGE_BYTES) {
        difference->length = (uint64_t)status.st_size;
        void *bytes = mmap(NULL, (size_t)difference->length, PROT_READ, MAP_SHARED, file, 0);
        good = bytes != MAP_FAILED;
        if (good) {
            compare(target, bytes, difference);
            munmap(bytes, (size_t)difference->length);
        }
    }
    if (file >= 0)
        close(file);
    return good;
}

/* ---- Reporting ---- */

static const char method[] =
    "elig-build compiles the list again with the header's profile, salt, kinds, rate, window, serial and "
    "campaign; "
    "every byte is compared. The signature, which only its holder can make, is taken over, and checked by "
    "structure.signature.";

/* Bits that some other content could have been put in without any check here seeing it. */
static double capacity(const struct target *target, struct finding *finding, int is_tried)
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

static void report_capacity(struct audit_context *run, int is_explained, int is_tried)
{
    const struct header *header = &run->target->header;
    struct finding *finding;
    double bits = capacity(run->target, NULL, is_tried);
    if (!run->target->has_header)
        return;
    if (is_explained)
        finding =
            report_find(run->report, CHECK_CAPACITY, OUTCOME_PASS,
                        "0 bits: list, secret, public fields and the salt of 128 bits determine every byte");
    else
        finding = report_find(run->report, CHECK_CAPACITY, is_tried ? OUTCOME_FAIL : OUTCOME_INFO,
                              "%.0f bits, %.2f for each identifier: all that only list and secret explain",
                              bits, header->identifiers > 0 ? bits / (double)header->identifiers : 0.0);
    finding_number(finding, "bits", is_explained ? 0 : bits);
    if (!is_explained)
        (void)capacity(run->target, finding, is_tried);
    finding_method(
        finding,
        "Every bit of the file less those that follow from others by a rule of docs/FORMAT.md (hashes, "
        "zeros, lengths) and those of public fields. The salt is what its publisher drew, and public text what "
        "its publisher wrote: read both.");
}

static void report_equal(struct audit_context *run, double seconds)
{
    struct finding *finding = report_find(
        run->report, CHECK_REBUILD, OUTCOME_PASS,
        "all %" PRIu64 " bytes are the same: beside public fields and salt the file holds this list, "
        "and nothing else",
        run->target->length);
    finding_number(finding, "seconds", seconds);
    finding_method(finding, "%s", method);
    report_capacity(run, 1, 1);
}

static void report_difference(struct audit_context *run, const struct difference *difference)
{
    const struct target *target = run->target;
    uint64_t pages = target->length / ELIG_PAGE_BYTES;
    struct finding *finding = report_find(run->report, CHECK_REBUILD, OUTCOME_FAIL,
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
    if (target->header.label_count > 0 && run->audit->schema.label_column == NULL)
        finding_detail(finding, "the file has labels: say which column has them with --label COLUMN");
    finding_detail(finding, "was it made with --absent, --label-order or another list? Give the same ones");
    finding_method(finding, "%s", method);
    report_capacity(run, 0, 1);
}

static void report_refusal(struct audit_context *run, const struct subprocess_result *result)
{
    struct finding *finding =
        report_find(run->report, CHECK_REBUILD, OUTCOME_FAIL, "elig-build refused the list (exit code %d)",
                    subprocess_code(result->status));
    char *rest = NULL, *text = result->errors;
    for (char *line = text != NULL ? strtok_r(text, "\n", &rest) : NULL; line != NULL;
         line = strtok_r(NULL, "\n", &rest))
        finding_detail(finding, "%s", line);
    finding_method(finding, "%s", method);
    report_capacity(run, 0, 1);
}

/* elig-build cannot work like this: it says why, of files and columns, never of what is in them. */
static void repeat_messages(const struct subprocess_result *result)
{
    char *rest = NULL, *text = result->errors;
    for (char *line = text != NULL ? strtok_r(text, "\n", &rest) : NULL; line != NULL;
         line = strtok_r(NULL, "\n", &rest))
        message("rebuild: %s", line);
}

/* Why it cannot be tried at all; NULL if it can. */
static const char *obstacle(const struct audit_context *run)
{
    const struct audit_config *audit = run->audit;
    const struct target *target = run->target;
    const struct profile *profile = &target->header.profile;
    if (!target->has_header)
        return "the header is no guide";
    if (profile->id != ELIG_PROFILE_OFFLINE && audit->secret == NULL)
        return "it takes the secret: --secret FILE";
    if (profile->id != ELIG_PROFILE_OFFLINE && target->key_error != 0)
        return "the secret is not this file's";
    if (profile->id == ELIG_PROFILE_OFFLINE && profile->work_bits > 0 && audit->seed == NULL)
        return "it takes the seed of its work bits: --seed FILE";
    for (unsigned kind = 0; kind < target->header.kind_count; kind++)
        if (target->header.kinds[kind].part_count > 1 && !audit->is_named[kind])
            return "a composite's columns have no names of their own: say --kind NAME=COLUMN+COLUMN";
    return NULL;
}

/* ---- The check ---- */

static int explain(const char *what, const char *path)
{
    message("rebuild: %s %s: %s", what, path, strerror(errno));
    return EXIT_CANNOT;
}

static int build_and_compare(struct audit_context *run, const char *program, const char *output)
{
    struct arguments arguments = {0};
    struct subprocess_result child = {0};
    struct difference *difference = calloc(1, sizeof *difference);
    int result = EXIT_CANNOT;
    make_arguments(&arguments, run, output);
    if (difference == NULL || arguments.is_short)
        message("rebuild: %s", elig_error_text(ELIG_E_MEMORY));
    else if (!subprocess_run(program, (const char *const *)arguments.list, MESSAGE_BYTES, &child) ||
             child.start_error != 0)
        result = explain("start", program);
    else if (subprocess_code(child.status) == EXIT_REFUSED) {
        report_refusal(run, &child);
        result = EXIT_DONE;
    } else if (subprocess_code(child.status) != EXIT_DONE)
        repeat_messages(&child);
    else if (!compare_file(run->target, output, difference))
        result = explain("read", output);
    else {
        if (difference->pages == 0)
            report_equal(run, child.seconds);
        else
            report_difference(run, difference);
        result = EXIT_DONE;
    }
    subprocess_result_free(&child);
    free_arguments(&arguments);
    free(difference);
    return result;
}

static int rebuild(struct audit_context *run)
{
    char *folder = NULL, *output = NULL;
    char *program = subprocess_find(run->audit->programs, "elig-build");
    int result = EXIT_CANNOT;
    struct interrupt interrupt;
    interrupt_catch(&interrupt);
    progress_begin(run->progress, RUN_REBUILD, 0, "files", 1);
    if (program == NULL)
        result = explain("find", "elig-build");
    else if (asprintf(&folder, "%s/elig-audit-XXXXXX", run->audit->tmpdir) < 0 || mkdtemp(folder) == NULL)
        result = explain("write to", run->audit->tmpdir);
    else if (asprintf(&output, "%s/rebuilt.elig", folder) < 0)
        result = explain("write to", folder);
    else
        result = build_and_compare(run, program, output);
    if (output != NULL)
        unlink(output);
    if (folder != NULL)
        rmdir(folder);
    free(output);
    free(folder);
    free(program);
    interrupt_release(&interrupt);
    return result;
}

/* An offline index takes no secret, but an Argon2id for each identifier: up to so many bytes moved it is done
 * unasked, which is a minute or so. */
#define UNASKED_MAX (UINT64_C(1) << 38)

static int is_wanted(const struct audit_context *run)
{
    const struct header *header = &run->target->header;
    if (run->audit->is_rebuild)
        return 1;
    return run->audit->is_search && run->target->has_header && header->profile.id == ELIG_PROFILE_OFFLINE &&
           (double)header->identifiers * (double)header->profile.argon2_memory * header->profile.argon2_passes <
               (double)UNASKED_MAX;
}

int rebuild_check(struct audit_context *run)
{
    int is_rebuilt = is_wanted(run);
    const char *why = is_rebuilt ? obstacle(run) : NULL;
    if (is_rebuilt && why == NULL)
        return rebuild(run);
    if (why != NULL && !run->audit->is_implied && run->target->has_header) {
        message("rebuild %s: %s", run->target->path, why);
        return EXIT_CANNOT;
    }
    if (why != NULL) {
        struct finding *finding = report_find(run->report, CHECK_REBUILD, OUTCOME_WARN, "not tried: %s", why);
        finding_method(finding, "%s", method);
    }
    report_capacity(run, 0, 0);
    return EXIT_DONE;
}
