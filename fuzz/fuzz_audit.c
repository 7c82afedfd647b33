/*
 * fuzz_audit.c - any file under audit: every check comes to an end, all three reports can be written, and a
 * file that readers refuse fails the audit, by a check that says why.
 *
 * The first byte of the input is as fuzz_index.c has it; the bases are golden files. To be run from the
 * project's root.
 */
#include <sodium.h>

#include "fuzz_file.h"
#include "fuzz_seal.h"
#include "run.h"

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

static void require_reports(const struct dossier *dossier)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    require(stream != NULL && dossier_is_whole(dossier));
    dossier_write_text(dossier, stream, 0, 80, 1);
    dossier_write_json(dossier, stream, 1);
    dossier_write_html(dossier, stream, 0);
    require(fclose(stream) == 0 && length > 0);
    free(text);
}

static void audit_file(const struct audit *audit)
{
    struct subject subject;
    struct dossier *dossier = dossier_new();
    require(dossier != NULL);
    int error = subject_open(&subject, path, audit->secret);
    require(error == 0 || error == ELIG_E_NOT_INDEX || error == ELIG_E_FORMAT);
    if (error == 0) {
        struct run run = {.audit = audit, .subject = &subject, .dossier = dossier};
        require(structure_check(&run) == EXIT_DONE && pages_check(&run) == EXIT_DONE &&
                readable_check(&run) == EXIT_DONE && against_check(&run) == EXIT_DONE &&
                rebuild_check(&run) == EXIT_DONE);
        require(subject.refusal == 0 || dossier_outcome(dossier, 0) == OUTCOME_FAIL);
        require_reports(dossier);
    }
    subject_close(&subject);
    dossier_free(dossier);
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
        seal(&file);
    put_file(&file);
    const struct audit audit = {.index = path,
                                .secret = secret,
                                .label_minimum = 1,
                                .tmpdir = "/tmp",
                                .memory = 1 << 20,
                                .threads = 1,
                                .is_quiet = 1};
    audit_file(&audit);
    return 0;
}
