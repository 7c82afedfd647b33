#include "audit_options.h"
#include "harden.h"
#include "lists.h"
#include "parse.h"
#include "publish.h"
#include "run.h"
#include "words.h"

#include <errno.h>
#include <fcntl.h>
#include <gsl/gsl_errno.h>
#include <inttypes.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char help[] =
    "Usage: elig-audit [OPTION...] INDEX          what is in it, and what whoever has it could learn\n"
    "       elig-audit [OPTION...] INDEX OTHER    what two indexes reveal together\n"
    "\n"
    "What you hold\n"
    "  --against LIST.csv ...  search the file for everybody on the list, in every encoding; with the secret "
    "also\n"
    "                          compile the list again and compare the bytes\n"
    "  --rebuild LIST.csv ...  compile the list again and compare, without the search\n"
    "  --secret FILE, --seed FILE   of a keyed or blind index; of an offline one's work bits\n"
    "  --signer FILE.pub       who should have signed it\n"
    "\n"
    "How the list is written\n"
    "  --kind NAME=COLUMN[+COLUMN...]   where a kind is, repeatable (default: the column of its name)\n"
    "  --label COLUMN, --label-order A,B,C, --absent FILE.csv   as the index was made\n"
    "  --label-minimum N       how many holders a label must have (default 10)\n"
    "  --delimiter C, --encoding NAME, --no-header   as for elig-build\n"
    "\n"
    "An attack, carried out\n"
    "  --simulate TYPE[:SAMPLE]   guess all there are, or so many: phone/KR:10000000\n"
    "  --simulate-list FILE    guess what is in a file, one a line\n"
    "  --i-am-the-controller   without this neither is done\n"
    "\n"
    "The report\n"
    "  --format text|json|html   (default: by the output's ending, else text)\n"
    "  -o, --output REPORT     instead of standard output, repeatable\n"
    "  --strict                a warning is a failure\n"
    "  --enumerable-below DOLLARS   what counts as ENUMERABLE (default 100000)\n"
    "\n"
    "How the work is done\n"
    "  --programs FOLDER       where elig-build is (default: beside this program, then $PATH)\n"
    "  --memory SIZE, --threads N, --tmpdir DIR, --quiet\n"
    "  --help, --version\n"
    "\n"
    "Exit status: 0 nothing failed; 1 something failed; 2 usage; 5 cannot read, write or allocate.\n";

/* A file that is cut short while it is mapped. */
static void explain_signal(int signal)
{
    static const char text[] = "elig-audit: read the index: it was cut short meanwhile\n";
    ssize_t put = write(STDERR_FILENO, text, sizeof text - 1);
    (void)signal, (void)put;
    _exit(EXIT_CANNOT);
}

/* ---- Facts ---- */

static void add_time(struct dossier *dossier)
{
    char text[PARSE_TIME_TEXT];
    parse_time_print((int64_t)time(NULL), text);
    dossier_fact(dossier, "program", "Program", "elig-audit " ELIG_VERSION);
    dossier_fact(dossier, "audited-at", "Audited at", "%s", text);
}

static void add_file(struct dossier *dossier, const struct subject *subject, const char *key, const char *title)
{
    char hash_key[64], hash[2 * crypto_generichash_BYTES + 1];
    uint8_t bytes[crypto_generichash_BYTES];
    const char *name = strrchr(subject->path, '/');
    crypto_generichash(bytes, sizeof bytes, subject->bytes, subject->length, NULL, 0);
    dossier_fact(dossier, key, title, "%s, %" PRIu64 " bytes", name != NULL ? name + 1 : subject->path,
                 subject->length);
    snprintf(hash_key, sizeof hash_key, "%s-blake2b", key);
    dossier_fact(dossier, hash_key, "BLAKE2b-256 of it", "%s",
                 sodium_bin2hex(hash, sizeof hash, bytes, sizeof bytes));
    if (subject->refusal != 0)
        dossier_fact(dossier, "refusal", "Readers refuse it", "%s", elig_error_text(subject->refusal));
}

/* The lists, by name and length. Not by a hash: of a short list it would be one more hash of somebody. */
static void add_lists(struct dossier *dossier, const struct audit *audit)
{
    char key[32], title[32];
    for (unsigned i = 0; i < audit->list_count; i++) {
        struct stat status = {0};
        const char *name = strrchr(audit->lists[i], '/');
        snprintf(key, sizeof key, "list-%u", i + 1);
        snprintf(title, sizeof title, "List %u", i + 1);
        (void)stat(audit->lists[i], &status);
        dossier_fact(dossier, key, title, "%s, %" PRIu64 " bytes", name != NULL ? name + 1 : audit->lists[i],
                     (uint64_t)status.st_size);
    }
}

static void add_columns(struct dossier *dossier, const struct audit *audit)
{
    char text[4096] = "";
    size_t length = 0;
    const struct layout *layout = &audit->layout;
    for (unsigned kind = 0; audit->list_count > 0 && kind < layout->kind_count; kind++)
        for (unsigned part = 0; part < layout->kinds[kind].part_count && length < sizeof text; part++)
            length += (size_t)snprintf(text + length, sizeof text - length, "%s%s%s%s",
                                       part > 0   ? "+"
                                       : kind > 0 ? ", "
                                                  : "",
                                       part > 0 ? "" : words_kind(&layout->kinds[kind]), part > 0 ? "" : "=",
                                       layout->columns[kind][part]);
    if (length > 0)
        dossier_fact(dossier, "columns", "Its columns", "%s", text);
}

static void add_means(struct dossier *dossier, const struct audit *audit)
{
    dossier_fact(dossier, "means", "The auditor held", "the file%s%s%s%s",
                 audit->list_count > 0 ? ", the list" : "", audit->secret != NULL ? ", the secret" : "",
                 audit->seed != NULL ? ", the seed" : "",
                 audit->signer != NULL ? ", the signer's public key" : "");
}

/* ---- Jobs ---- */

typedef int check(struct run *run);

static check *const checks_of_index[] = {
    structure_check, words_check,   pages_check,   readable_check, attacker_check,
    rate_check,      against_check, rebuild_check, simulate_check, NULL,
};
static check *const checks_of_link[] = {link_check, NULL};

static int run_checks(struct run *run, check *const *checks)
{
    int result = EXIT_DONE;
    for (; *checks != NULL && result == EXIT_DONE; checks++)
        result = (*checks)(run);
    return result;
}

/* What is to come, as far as it is known: weights are of this audit's phases only. */
static struct progress *start_progress(const struct audit *audit, uint64_t file_bytes)
{
    double file = (double)file_bytes, lists = (double)lists_bytes(audit);
    struct progress_phase phases[] = {
#define RUN_PHASE_ENTRY(name, text, of_file, of_lists) {text, (of_file)*file + (of_lists)*lists},
        RUN_PHASES(RUN_PHASE_ENTRY)
#undef RUN_PHASE_ENTRY
    };
    if (audit->secret != NULL)
        phases[RUN_KEYS].weight = 0;
    else if (audit->list_count == 0)
        phases[RUN_INDEX].weight = phases[RUN_SUSPECTS].weight = 0;
    if (!audit->is_search)
        phases[RUN_LISTS].weight = 0;
    if (!audit->is_rebuild)
        phases[RUN_REBUILD].weight = 0;
    return progress_new(audit->is_quiet, phases, RUN_PHASE_COUNT);
}

static int open_subject(struct subject *subject, const char *path, const struct audit *audit)
{
    int error = subject_open(subject, path, audit->secret);
    int why = errno;
    if (error == ELIG_E_READ)
        message("open %s: %s: %s", path, elig_error_text(error), strerror(why));
    else if (error != 0)
        message("open %s: %s", path, elig_error_text(error));
    return error == 0 ? EXIT_DONE : EXIT_CANNOT;
}

static int audit_index(struct run *run, struct audit *audit)
{
    struct subject subject;
    int result = open_subject(&subject, audit->index, audit);
    if (result != EXIT_DONE)
        return result;
    run->subject = &subject;
    result = audit_options_resolve(audit, subject.has_header ? &subject.header : NULL);
    add_file(run->dossier, &subject, "file", "File");
    add_means(run->dossier, audit);
    add_lists(run->dossier, audit);
    add_columns(run->dossier, audit);
    run->progress = start_progress(audit, subject.length);
    if (result == EXIT_DONE)
        result = run_checks(run, checks_of_index);
    subject_close(&subject);
    return result;
}

static int audit_link(struct run *run, const struct audit *audit)
{
    struct subject subject = {0}, other = {0};
    int result = open_subject(&subject, audit->index, audit);
    if (result == EXIT_DONE)
        result = open_subject(&other, audit->other, audit);
    if (result == EXIT_DONE) {
        run->subject = &subject;
        run->other = &other;
        run->progress = start_progress(audit, 0);
        add_file(run->dossier, &subject, "file", "File");
        add_file(run->dossier, &other, "other", "Other file");
        add_means(run->dossier, audit);
        result = run_checks(run, checks_of_link);
    }
    subject_close(&other);
    subject_close(&subject);
    return result;
}

static int run_job(struct run *run, struct audit *audit)
{
    add_time(run->dossier);
    return audit->job == JOB_LINK ? audit_link(run, audit) : audit_index(run, audit);
}

/* ---- Reports ---- */

static void write_format(const struct dossier *dossier, FILE *stream, enum format format, int is_strict)
{
    struct winsize window;
    int is_terminal = isatty(fileno(stream));
    unsigned width = is_terminal && ioctl(fileno(stream), TIOCGWINSZ, &window) == 0 ? window.ws_col : 0;
    switch (format) {
    case FORMAT_TEXT:
        dossier_write_text(dossier, stream, is_strict, width, is_terminal && getenv("NO_COLOR") == NULL);
        break;
    case FORMAT_JSON:
        dossier_write_json(dossier, stream, is_strict);
        break;
    case FORMAT_HTML:
        dossier_write_html(dossier, stream, is_strict);
        break;
    }
}

/* Writes to a file that appears only when it is complete. Returns 1, or 0 with errno set. */
static int write_file(const struct dossier *dossier, struct publish *publish, enum format format, int is_strict)
{
    const mode_t mode = 0644;
    mode_t mask = umask(0);
    umask(mask);
    int copy = fcntl(publish_file(publish), F_DUPFD_CLOEXEC, 0);
    FILE *stream = copy >= 0 ? fdopen(copy, "w") : NULL;
    int good = stream != NULL;
    if (good) {
        write_format(dossier, stream, format, is_strict);
        good = !ferror(stream);
        good = fclose(stream) == 0 && good;
    } else if (copy >= 0) {
        close(copy);
    }
    if (good)
        return publish_commit(publish, mode & ~mask);
    int why = errno;
    publish_abandon(publish);
    errno = why;
    return 0;
}

/* The places of all reports, found before the work is done. */
static int open_outputs(const struct audit *audit, struct publish **files)
{
    for (unsigned i = 0; i < audit->output_count; i++)
        if (audit->outputs[i].path != NULL && (files[i] = publish_open(audit->outputs[i].path)) == NULL) {
            message("write %s: %s", audit->outputs[i].path, strerror(errno));
            return EXIT_CANNOT;
        }
    return EXIT_DONE;
}

static int write_outputs(const struct audit *audit, struct publish **files, const struct dossier *dossier)
{
    int result = EXIT_DONE;
    for (unsigned i = 0; i < audit->output_count; i++) {
        const struct audit_output *output = &audit->outputs[i];
        if (output->path == NULL) {
            write_format(dossier, stdout, output->format, audit->is_strict);
        } else if (!write_file(dossier, files[i], output->format, audit->is_strict)) {
            message("write %s: %s", output->path, strerror(errno));
            result = EXIT_CANNOT;
        }
        files[i] = NULL;
    }
    return result;
}

/* Who sent the report to files is told how it came out. */
static void say_outcome(const struct audit *audit, const struct dossier *dossier)
{
    static const char *const words[] = {
#define OUTCOME_WORD(name, word, key) word,
        OUTCOMES(OUTCOME_WORD)
#undef OUTCOME_WORD
    };
    for (unsigned i = 0; i < audit->output_count; i++)
        if (audit->outputs[i].path == NULL)
            return;
    if (!audit->is_quiet)
        message("%s: see %s", words[dossier_outcome(dossier, audit->is_strict)], audit->outputs[0].path);
}

static int audit_all(struct audit *audit)
{
    struct publish *files[AUDIT_OUTPUTS_MAX] = {NULL};
    struct run run = {.audit = audit, .dossier = dossier_new()};
    int result = run.dossier != NULL ? open_outputs(audit, files) : EXIT_CANNOT;
    if (result == EXIT_DONE) {
        result = run_job(&run, audit);
        progress_free(run.progress);
    }
    if (run.dossier == NULL || (result == EXIT_DONE && !dossier_is_whole(run.dossier))) {
        message("audit: %s", elig_error_text(ELIG_E_MEMORY));
        result = EXIT_CANNOT;
    }
    if (result == EXIT_DONE)
        result = write_outputs(audit, files, run.dossier);
    if (result == EXIT_DONE)
        say_outcome(audit, run.dossier);
    if (result == EXIT_DONE && dossier_outcome(run.dossier, audit->is_strict) == OUTCOME_FAIL)
        result = EXIT_REFUSED;
    for (unsigned i = 0; i < AUDIT_OUTPUTS_MAX; i++)
        publish_abandon(files[i]);
    dossier_free(run.dossier);
    return result;
}

int main(int argc, char **argv)
{
    struct audit audit;
    message_program("elig-audit");
    harden_process();
    signal(SIGBUS, explain_signal);
    gsl_set_error_handler_off(); /* what is out of its range comes back as a number, and is judged as one */
    if (sodium_init() < 0) {
        message("start: libsodium cannot be initialised");
        return EXIT_CANNOT;
    }
    int result = audit_options_read(&audit, argc, argv);
    if (result == AUDIT_OPTIONS_HELP || result == AUDIT_OPTIONS_VERSION) {
        fputs(result == AUDIT_OPTIONS_HELP ? help : "elig-audit " ELIG_VERSION "\n", stdout);
        result = EXIT_DONE;
    } else if (result == EXIT_DONE) {
        result = audit_all(&audit);
    }
    audit_options_free(&audit);
    if (fflush(stdout) != 0) {
        message("write standard output: it failed");
        return EXIT_CANNOT;
    }
    return result;
}
