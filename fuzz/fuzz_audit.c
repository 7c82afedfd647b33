/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_audit.c - audits arbitrary files: every check terminates, all three reports can be written, and the
 * audit of a file that readers refuse has the outcome FAIL.
 *
 * The input is that of fuzz_index.c; the bases are golden files. It runs in the project's root.
 */
#include <sodium.h>

#include "audit/checks/header_checks.h"
#include "audit/checks/list_search.h"
#include "audit/checks/page_checks.h"
#include "audit/checks/rebuild.h"
#include "audit/checks/section_checks.h"
#include "audit/checks/strings.h"
#include "audit/context/context.h"
#include "fuzz/fuzz_file.h"
#include "tests/support/forge.h"

static const char *const golden[BASES] = {"tests/golden/none.elig", "tests/golden/labels.elig",
                                          "tests/golden/offline.elig"};

static void start(void)
{
    require(sodium_init() >= 0);
    open_descriptor("index");
    for (unsigned base = 0; base < BASES; base++) {
        FILE *file = fopen(golden[base], "rb");
        require(file != NULL);
        static struct file content;
        content.length = fread(content.bytes, 1, FILE_MAX, file);
        require(fclose(file) == 0);
        put_file(&content);
        keep_base(base);
    }
}

static void require_reports(const struct report *report)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    require(stream != NULL && report_is_complete(report));
    report_write_text(report, stream, 0, 80, 1);
    report_write_json(report, stream, 1);
    report_write_html(report, stream, 0);
    require(fclose(stream) == 0 && length > 0);
    free(text);
}

static void audit_file(const struct audit_config *config)
{
    struct target target;
    struct report *report = report_new();
    require(report != NULL);
    int error = target_open(&target, path, config->secret);
    require(error == 0 || error == ELIG_E_NOT_INDEX || error == ELIG_E_FORMAT);
    if (error == 0) {
        struct audit_context context = {.config = config, .target = &target, .report = report};
        require(header_checks_run(&context) == 0 && section_checks_run(&context) == 0 &&
                page_checks_run(&context) == 0 && strings_check(&context) == 0 &&
                list_search_check(&context) == 0 && rebuild_check(&context) == 0);
        require(target.refusal == 0 || report_outcome(report, false) == OUTCOME_FAIL);
        require_reports(report);
    }
    target_close(&target);
    report_free(report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t secret[ELIG_SECRET_BYTES];
    static struct file file;
    if (descriptor < 0)
        start();
    if (size == 0)
        return 0;
    change_file(&file, *data, data + 1, size - 1);
    if (*data & FLAG_SEAL)
        forge_hashes(file.bytes, file.length);
    put_file(&file);
    const struct audit_config audit = {.index = path,
                                       .secret = secret,
                                       .label_minimum = 1,
                                       .tmpdir = "/tmp",
                                       .memory = 1 << 20,
                                       .threads = 1,
                                       .is_quiet = true};
    audit_file(&audit);
    return 0;
}
