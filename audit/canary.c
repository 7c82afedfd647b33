/*
 * canary.c - the programs themselves under audit: every scene is played, and what was seen and found in all of
 * them becomes the findings of the chapter.
 */
#include "canary_act.h"
#include "canary_stage.h"
#include "child.h"
#include "interrupt.h"
#include "run.h"
#include "trace.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MEMORY_DEFAULT (UINT64_C(256) << 20)
#define PATTERN_MAX 256
#define HASH_BYTES 32
#define READ_BYTES 65536
#define MIB 1048576.0

/* All scenes together. */
struct canary {
    struct run *run;
    struct canary_stage stage;
    struct canary_act *acts;
    size_t count; /* played */
    int may_watch;
    char core_pattern[PATTERN_MAX];
    int can_dump; /* 1: a program without protection left a core file here, 0: it did not; -1: not tried */
    size_t control[EVIDENCE_SORT_COUNT]; /* finds of what was planted */
};

/* ---- What a crash would leave on this machine ---- */

static void read_core_pattern(struct canary *canary)
{
    FILE *stream = fopen("/proc/sys/kernel/core_pattern", "re");
    if (stream == NULL || fgets(canary->core_pattern, PATTERN_MAX, stream) == NULL)
        strcpy(canary->core_pattern, "unknown");
    if (stream != NULL)
        fclose(stream);
    canary->core_pattern[strcspn(canary->core_pattern, "\n")] = '\0';
}

/* Whether a program that does not protect itself would leave one; only where it would be in the stage's own
 * folder and goes with it. */
static void try_core(struct canary *canary)
{
    static const char *const arguments[] = {"sh", "-c", "kill -ABRT $$", NULL};
    char *folder = canary_stage_argument(&canary->stage, "@lists");
    const struct child_job job = {
        .program = "/bin/sh", .arguments = arguments, .folder = folder, .may_dump_core = 1, .seconds = 60};
    struct child_result result;
    canary->can_dump = -1;
    if (folder != NULL && strpbrk(canary->core_pattern, "|/") == NULL && child_run(&job, &result)) {
        if (result.start_error == 0 && WIFSIGNALED(result.status))
            canary->can_dump = WCOREDUMP(result.status) ? 1 : 0;
        child_result_free(&result);
    }
    free(folder);
}

/* ---- Playing ---- */

static int play_control(struct canary *canary, const struct canary_search *terms)
{
    struct canary_act act;
    int result = canary_act_play(&act, &scene_control, terms, canary->may_watch);
    memcpy(canary->control, act.found, sizeof canary->control);
    canary_act_free(&act);
    return result;
}

static int play_all(struct canary *canary)
{
    const struct audit *audit = canary->run->audit;
    const struct canary_search terms = {.stage = &canary->stage,
                                        .memory = audit->memory > 0 ? audit->memory : MEMORY_DEFAULT,
                                        .threads = audit->threads > 0 ? audit->threads : 1};
    int result = play_control(canary, &terms);
    progress_begin(canary->run->progress, RUN_CANARY, scene_count, "scenes", 1);
    while (result == EXIT_DONE && canary->count < scene_count && interrupt_number == 0) {
        result =
            canary_act_play(&canary->acts[canary->count], &scenes[canary->count], &terms, canary->may_watch);
        canary->count++;
        progress_add(canary->run->progress, 1);
    }
    return interrupt_number != 0 ? EXIT_CANNOT : result;
}

/* ---- Sums ---- */

struct sums {
    uint64_t needles, bytes[EVIDENCE_SORT_COUNT];
    size_t found[EVIDENCE_SORT_COUNT];
    unsigned missing[EVIDENCE_SORT_COUNT];
    unsigned watched, processes, no_dump, no_core, writes, elsewhere, sockets, unasked, wrong, crashes, dumped,
        escapes, blind, incomplete;
};

static struct sums sum_up(const struct canary *canary)
{
    struct sums sums = {0};
    for (size_t i = 0; i < canary->count; i++) {
        const struct canary_act *act = &canary->acts[i];
        sums.needles = act->needles > sums.needles ? act->needles : sums.needles;
        for (unsigned sort = 0; sort < EVIDENCE_SORT_COUNT; sort++) {
            sums.bytes[sort] += act->bytes[sort];
            sums.found[sort] += act->found[sort];
            sums.missing[sort] += act->missing[sort];
        }
        sums.watched += act->is_watched != 0;
        sums.processes += act->processes;
        sums.no_dump += act->no_dump;
        sums.no_core += act->no_core;
        sums.writes += act->writes;
        sums.elsewhere += act->writes_elsewhere;
        sums.sockets += act->sockets;
        sums.unasked += act->sockets_unasked;
        sums.wrong += act->is_wrong != 0;
        sums.crashes += (act->scene->flags & SCENE_IS_CRASH) != 0;
        sums.dumped += act->is_core_dumped != 0;
        sums.escapes += act->escapes;
        sums.blind += act->is_blind != 0;
        sums.incomplete += !act->is_complete;
    }
    return sums;
}

static void add_notes(const struct canary *canary, enum check check, struct finding *finding)
{
    for (size_t i = 0; i < canary->count; i++)
        for (size_t j = 0; j < canary->acts[i].note_count; j++)
            if (canary->acts[i].notes[j].check == check)
                finding_detail(finding, "%s", canary->acts[i].notes[j].text);
}

/* ---- Findings ---- */

static const char search_method[] = "People who do not exist, with identifiers that are nowhere by chance, "
                                    "were listed, asked for and mistyped. "
                                    "Each was searched for as text, in its canonical form and in its parts, in "
                                    "UTF-8, UTF-16 and legacy encodings, "
                                    "as MD5, SHA-1, SHA-256 and BLAKE2b, all of these raw, in hexadecimal and "
                                    "in base64, forwards and backwards; "
                                    "and so were the secrets. Needles of fewer than 10 bytes do not count.";

static const char watch_method[] =
    "Every system call of every thread was followed with ptrace(2). The programs' own request that others may "
    "not "
    "look into them, prctl(PR_SET_DUMPABLE, 0), was held back for that: they were told that it worked. "
    "What they handed to the system was read when they did.";

/* Findings that a search makes. what: where it was done, in words. */
static struct finding *find_searched(const struct canary *canary, const struct sums *sums, enum check check,
                                     enum evidence_sort sort, enum outcome when_found, const char *what)
{
    int is_sure = canary->control[sort] > 0;
    int is_whole = sums->missing[sort] == 0 && sums->incomplete == 0 && is_sure;
    enum outcome outcome = sums->found[sort] > 0 ? when_found : is_whole ? OUTCOME_PASS : OUTCOME_WARN;
    if ((sort == EVIDENCE_OUTPUT && sums->wrong > 0) || (sort == EVIDENCE_PROCESS && sums->escapes > 0))
        outcome = OUTCOME_FAIL;
    struct finding *finding =
        dossier_find(canary->run->dossier, check, outcome,
                     "%zu places where one of up to %llu needles is, in %.1f MiB of %s", sums->found[sort],
                     (unsigned long long)sums->needles, (double)sums->bytes[sort] / MIB, what);
    finding_method(finding, "%s", search_method);
    finding_number(finding, "found", (double)sums->found[sort]);
    finding_number(finding, "needles", (double)sums->needles);
    finding_number(finding, "bytes", (double)sums->bytes[sort]);
    finding_number(finding, "scenes", (double)canary->count);
    finding_number(finding, "not_read", (double)sums->missing[sort]);
    add_notes(canary, check, finding);
    if (canary->control[sort] > 0)
        finding_detail(finding, "control: an identifier that a shell was told to leave there was found");
    else if (sums->watched > 0)
        finding_detail(finding,
                       "control: an identifier that a shell was told to leave there was not found: this "
                       "search proves nothing");
    if (sums->missing[sort] > 0)
        finding_detail(finding, "%u things could not be read, or not to their ends", sums->missing[sort]);
    if (sums->incomplete > 0)
        finding_detail(finding, "in %u scenes there was too little memory to compare all suspects",
                       sums->incomplete);
    return finding;
}

/* What only a watched process shows. */
static int find_unwatched(const struct canary *canary, const struct sums *sums, enum check check)
{
    if (sums->watched > 0)
        return 0;
    struct finding *finding = dossier_find(canary->run->dossier, check, OUTCOME_WARN,
                                           "it could not be observed: no program may be followed here");
    finding_method(finding,
                   "ptrace(2) is not permitted, or this machine is not one of those whose system calls are "
                   "known. Allow it (in a container: SYS_PTRACE) and audit again.");
    return 1;
}

static void find_searches(const struct canary *canary, const struct sums *sums)
{
    char what[128];
    struct finding *finding;
    snprintf(what, sizeof what, "what %zu runs wrote, reported and said", canary->count);
    finding = find_searched(canary, sums, CHECK_CANARY_OUTPUT, EVIDENCE_OUTPUT, OUTCOME_FAIL, what);
    finding_number(finding, "not_as_documented", sums->wrong);
    finding = find_searched(canary, sums, CHECK_CANARY_FILES, EVIDENCE_FILE, OUTCOME_FAIL,
                            sums->watched > 0
                                ? "what was written, files that were open for writing, names of files and "
                                  "what was left"
                                : "names of files and what was left");
    if (sums->watched == 0)
        finding_detail(finding,
                       "files that were closed or removed before a program's end could not be observed");
    if (!find_unwatched(canary, sums, CHECK_CANARY_PROCESS)) {
        snprintf(what, sizeof what, "command lines, environments, names, mappings and status of %u processes",
                 sums->processes);
        finding = find_searched(canary, sums, CHECK_CANARY_PROCESS, EVIDENCE_PROCESS, OUTCOME_FAIL, what);
        finding_number(finding, "not_followed", sums->escapes);
        if (sums->escapes > 0)
            finding_detail(finding,
                           "%u times a process was begun, or work handed on, so that it cannot be followed",
                           sums->escapes);
    }
    if (!find_unwatched(canary, sums, CHECK_CANARY_MEMORY)) {
        finding = find_searched(canary, sums, CHECK_CANARY_MEMORY, EVIDENCE_MEMORY, OUTCOME_WARN,
                                "writable memory, as it was when the programs ended");
        finding_method(
            finding,
            "%s %s All private memory that a process could write to was read when it was about to end, "
            "but for those that were killed at work.",
            search_method, watch_method);
    }
}

static void find_core(const struct canary *canary, const struct sums *sums)
{
    int asked = sums->watched > 0 && sums->no_dump >= sums->watched && sums->no_core >= sums->watched;
    enum outcome outcome = sums->dumped > 0                 ? OUTCOME_FAIL
                           : sums->watched > 0 && !asked    ? OUTCOME_FAIL
                           : asked || canary->can_dump == 1 ? OUTCOME_PASS
                                                            : OUTCOME_WARN;
    struct finding *finding = dossier_find(canary->run->dossier, CHECK_CANARY_CORE, outcome,
                                           "%u core dumps of %u crashes; core_pattern is '%s'", sums->dumped,
                                           sums->crashes, canary->core_pattern);
    finding_method(finding,
                   "SIGABRT was sent while the programs had identifiers at work, with the limit for core files "
                   "as high as this user may have it, and nobody following them.");
    finding_number(finding, "crashes", sums->crashes);
    finding_number(finding, "core_dumps", sums->dumped);
    if (sums->watched > 0)
        finding_detail(finding,
                       "of %u programs that were followed, %u asked that they are not dumped and %u set the "
                       "limit for core files to 0",
                       sums->watched, sums->no_dump, sums->no_core);
    finding_detail(finding, "%s",
                   canary->can_dump == 1 ? "a program without such protection did leave a core dump here"
                   : canary->can_dump == 0
                       ? "a program without such protection left no core dump here either: the "
                         "limit for core files is 0 for this user"
                       : "it was not tried whether a program without such protection would leave "
                         "one: it would be outside this audit's own folder");
}

static void find_calls(const struct canary *canary, const struct sums *sums)
{
    struct finding *finding;
    if (!find_unwatched(canary, sums, CHECK_CANARY_WRITES)) {
        finding =
            dossier_find(canary->run->dossier, CHECK_CANARY_WRITES,
                         sums->elsewhere > 0 ? OUTCOME_FAIL
                         : sums->blind > 0   ? OUTCOME_WARN
                                             : OUTCOME_PASS,
                         "%u files were opened for writing by %u processes; %u things were written, or left, "
                         "where nobody asked for it",
                         sums->writes, sums->processes, sums->elsewhere);
        finding_method(finding, "%s", watch_method);
        finding_number(finding, "files", sums->writes);
        finding_number(finding, "elsewhere", sums->elsewhere);
        finding_number(finding, "processes", sums->processes);
        add_notes(canary, CHECK_CANARY_WRITES, finding);
    }
    if (!find_unwatched(canary, sums, CHECK_CANARY_SOCKETS)) {
        finding =
            dossier_find(canary->run->dossier, CHECK_CANARY_SOCKETS,
                         sums->unasked > 0 ? OUTCOME_FAIL
                         : sums->blind > 0 ? OUTCOME_WARN
                                           : OUTCOME_PASS,
                         "%u calls for a socket by %u processes, %u of them where no key service was asked for",
                         sums->sockets, sums->processes, sums->unasked);
        finding_method(finding, "%s", watch_method);
        finding_number(finding, "calls", sums->sockets);
        finding_number(finding, "unasked", sums->unasked);
        add_notes(canary, CHECK_CANARY_SOCKETS, finding);
    }
}

static void add_code(struct table *table, int code)
{
    if (code >= 0)
        table_text(table, "%d", code);
    else
        table_text(table, "SIG%s", sigabbrev_np(-code));
}

static void add_table(const struct canary *canary)
{
    struct table *table =
        dossier_table(canary->run->dossier, CHAPTER_CANARY, "canary_scenes", "Scenes",
                      "What the programs were made to do, one after another; the exit code that "
                      "the manual promises, and the one seen; how many files were opened for writing and calls "
                      "for a socket made; what was searched.");
    table_column(table, "scene", "Scene", 0);
    table_column(table, "program", "Program", 0);
    table_column(table, "expected", "Promised", 0);
    table_column(table, "seen", "Exit", 0);
    table_column(table, "files", "Files", 1);
    table_column(table, "sockets", "Sockets", 1);
    table_column(table, "bytes", "MiB", 1);
    table_column(table, "found", "Found", 1);
    for (size_t i = 0; i < canary->count; i++) {
        const struct canary_act *act = &canary->acts[i];
        uint64_t bytes = 0;
        size_t found = 0;
        for (unsigned sort = 0; sort < EVIDENCE_SORT_COUNT; sort++) {
            bytes += act->bytes[sort];
            found += act->found[sort];
        }
        table_text(table, "%s", act->scene->key);
        table_text(table, "%s", scene_program_name(act->scene->program));
        add_code(table, act->scene->code);
        add_code(table, act->code);
        table_number(table, act->writes, "%u", act->writes);
        table_number(table, act->sockets, "%u", act->sockets);
        table_number(table, (double)bytes, "%.1f", (double)bytes / MIB);
        table_number(table, (double)found, "%zu", found);
    }
}

/* Which programs these were: a finding about a program is worth nothing without its name. */
static void add_fact(const struct canary *canary, enum scene_program program, const char *key)
{
    uint8_t hash[HASH_BYTES], bytes[READ_BYTES];
    char digits[2 * HASH_BYTES + 1];
    crypto_generichash_state state;
    const char *path = canary->stage.programs[program];
    FILE *stream = fopen(path, "re");
    size_t count;
    if (stream == NULL)
        return;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    while ((count = fread(bytes, 1, sizeof bytes, stream)) > 0)
        crypto_generichash_update(&state, bytes, count);
    crypto_generichash_final(&state, hash, sizeof hash);
    fclose(stream);
    sodium_bin2hex(digits, sizeof digits, hash, sizeof hash);
    dossier_fact(canary->run->dossier, key, scene_program_name(program), "%s, BLAKE2b-256 %s", path, digits);
}

static void report(const struct canary *canary)
{
    const struct sums sums = sum_up(canary);
    add_fact(canary, SCENE_BUILD, "elig_build");
    add_fact(canary, SCENE_LOOKUP, "elig_lookup");
    find_searches(canary, &sums);
    find_core(canary, &sums);
    find_calls(canary, &sums);
    add_table(canary);
}

int canary_check(struct run *run)
{
    struct canary canary = {.run = run, .may_watch = trace_is_allowed()};
    struct interrupt interrupt;
    interrupt_catch(&interrupt);
    int result = canary_stage_make(&canary.stage, run->audit);
    canary.acts = calloc(scene_count, sizeof *canary.acts);
    if (result == EXIT_DONE && canary.acts == NULL) {
        message("play scenes: %s", strerror(ENOMEM));
        result = EXIT_CANNOT;
    }
    if (result == EXIT_DONE) {
        read_core_pattern(&canary);
        try_core(&canary);
        result = play_all(&canary);
    }
    if (result == EXIT_DONE)
        report(&canary);
    canary_stage_clear(&canary.stage);
    for (size_t i = 0; i < canary.count; i++)
        canary_act_free(&canary.acts[i]);
    free(canary.acts);
    interrupt_release(&interrupt);
    return result;
}
