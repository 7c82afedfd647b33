#include "canary_act.h"

#include "child.h"
#include "message.h"
#include "trace.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SECONDS_MAX 300 /* no scene takes a tenth of that */
#define OUTPUT_MAX (UINT64_C(64) << 20)

/* A scene under way. */
struct playing {
    struct canary_act *act;
    const struct canary_search *search;
    struct evidence evidence;
    struct trace trace;
    struct child_result result;
    char *arguments[SCENE_ARGUMENTS_MAX + 2];
    struct timespec since; /* when it began, by the clock that files have their times from */
    int has_told_name;     /* an identifier is in the name of a file: no name is shown */
};

/* ---- Notes ---- */

/* Begins with the scene. */
static void __attribute__((format(printf, 3, 4)))
note(struct canary_act *act, enum check check, const char *format, ...)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    if (stream == NULL)
        return;
    va_list arguments;
    va_start(arguments, format);
    fprintf(stream, "%s (%s %s): ", act->scene->key, scene_program_name(act->scene->program),
            act->scene->title);
    vfprintf(stream, format, arguments);
    va_end(arguments);
    int is_whole = fclose(stream) == 0;
    struct canary_note *grown = is_whole ? realloc(act->notes, (act->note_count + 1) * sizeof *grown) : NULL;
    if (grown == NULL) {
        free(text);
        return;
    }
    act->notes = grown;
    act->notes[act->note_count++] = (struct canary_note){check, text};
}

static const char *shown(const struct playing *playing, const char *path)
{
    return playing->has_told_name ? "a file with an identifier in its name"
                                  : canary_stage_shown(playing->search->stage, path);
}

/* ---- Running ---- */

static void see_file(void *context, pid_t thread, int file)
{
    struct playing *playing = context;
    evidence_add_open_file(&playing->evidence, thread, file);
}

/* What a call hands over. A pipe without a name ends in this program, or in one that is followed. */
static int see_data(void *context, pid_t thread, const struct trace_data *data)
{
    struct playing *playing = context;
    char path[PATH_MAX], name[PATH_MAX + 64];
    ssize_t length = 0;
    enum evidence_sort sort = data->reach == TRACE_SHOWN  ? EVIDENCE_PROCESS
                              : data->reach == TRACE_SENT ? EVIDENCE_OUTPUT
                                                          : EVIDENCE_FILE;
    if (data->file >= 0) {
        snprintf(name, sizeof name, "/proc/%d/fd/%d", (int)thread, data->file);
        length = readlink(name, path, sizeof path - 1);
        if (length < 0)
            return 0; /* no such file: nothing is written */
    }
    path[length] = '\0';
    if (strncmp(path, "pipe:", strlen("pipe:")) == 0 || strcmp(path, "/dev/null") == 0)
        return 0;
    if (strncmp(path, "socket:", strlen("socket:")) == 0)
        sort = EVIDENCE_OUTPUT;
    if (data->bytes == NULL) {
        playing->evidence.missing[sort]++;
        return 0;
    }
    snprintf(name, sizeof name, length > 0 ? "%s (%s)" : "%s%s", path, data->call);
    return evidence_append(&playing->evidence, sort, name, data->bytes, data->length);
}

static void see_shared(void *context, pid_t thread)
{
    struct playing *playing = context;
    evidence_add_shared(&playing->evidence, thread);
}

/* Whoever is killed at work has what it was working on in its memory, as it must. */
static unsigned extent_of(const struct scene *scene)
{
    if ((scene->flags & SCENE_TELLS) != 0) /* its arguments are in its memory, too */
        return EVIDENCE_NO_ARGUMENTS | EVIDENCE_NO_MEMORY;
    return scene->signal != 0 ? EVIDENCE_NO_MEMORY : 0;
}

static void see_exec(void *context, pid_t process)
{
    struct playing *playing = context;
    evidence_add_begun(&playing->evidence, process, extent_of(playing->act->scene));
}

static void see_end(void *context, pid_t thread)
{
    struct playing *playing = context;
    evidence_add_process(&playing->evidence, thread, extent_of(playing->act->scene));
}

static int make_arguments(struct playing *playing)
{
    const struct scene *scene = playing->act->scene;
    playing->arguments[0] = strdup(scene_program_name(scene->program));
    int good = playing->arguments[0] != NULL;
    for (size_t i = 0; good && i < SCENE_ARGUMENTS_MAX && scene->arguments[i] != NULL; i++) {
        playing->arguments[i + 1] = canary_stage_argument(playing->search->stage, scene->arguments[i]);
        good = playing->arguments[i + 1] != NULL;
    }
    return good;
}

/* Returns 1, or 0 with errno set. */
static int run(struct playing *playing)
{
    const struct scene *scene = playing->act->scene;
    const struct canary_stage *stage = playing->search->stage;
    char *folder = canary_stage_argument(stage, "@here");
    if (folder == NULL || !make_arguments(playing)) {
        free(folder);
        return 0;
    }
    const struct child_job job = {.program = stage->programs[scene->program],
                                  .arguments = (const char *const *)playing->arguments,
                                  .environment = (const char *const *)stage->environment,
                                  .folder = folder,
                                  .input = stage->inputs[scene->input],
                                  .input_length = stage->input_lengths[scene->input],
                                  .is_held = (scene->flags & SCENE_IS_HELD) != 0,
                                  .signal = scene->signal,
                                  .may_dump_core = (scene->flags & SCENE_IS_CRASH) != 0,
                                  .seconds = SECONDS_MAX,
                                  .output_max = OUTPUT_MAX};
    const struct trace_watch watch = {.context = playing,
                                      .file = see_file,
                                      .data = see_data,
                                      .shared = see_shared,
                                      .exec = see_exec,
                                      .end = see_end};
    int good = playing->act->is_watched ? trace_run(&job, &watch, &playing->trace, &playing->result)
                                        : child_run(&job, &playing->result);
    int why = good ? playing->result.start_error : errno;
    free(folder);
    errno = why;
    return why == 0;
}

/* ---- What it said and where it wrote ---- */

static void judge_result(struct playing *playing)
{
    struct canary_act *act = playing->act;
    const struct scene *scene = act->scene;
    const struct child_result *result = &playing->result;
    size_t length = result->output.length;
    act->code = child_code(result->status);
    act->is_core_dumped = WIFSIGNALED(result->status) && WCOREDUMP(result->status);
    if (act->code != scene->code || result->is_late) {
        note(act, CHECK_CANARY_OUTPUT, "%s exit code %d, and the manual promises %d",
             result->is_late ? "it did not end;" : "it ended with", act->code, scene->code);
        act->is_wrong = 1;
    } else if (scene->answer != NULL &&
               (length != strlen(scene->answer) ||
                (length > 0 && memcmp(result->output.bytes, scene->answer, length) != 0))) {
        note(act, CHECK_CANARY_OUTPUT, "it says something else on standard output than the manual promises");
        act->is_wrong = 1;
    }
    evidence_add(&playing->evidence, EVIDENCE_OUTPUT, "standard output", result->output.bytes, length);
    evidence_add(&playing->evidence, EVIDENCE_OUTPUT, "standard error", result->errors.bytes,
                 result->errors.length);
    playing->evidence.missing[EVIDENCE_OUTPUT] += (unsigned)(result->output.is_cut + result->errors.is_cut);
}

static int is_asked_for(const struct playing *playing, const struct trace_event *event)
{
    const struct canary_stage *stage = playing->search->stage;
    return event->sort != TRACE_SHARES &&
           (canary_stage_holds(stage, "out", event->path) || canary_stage_holds(stage, "spill", event->path) ||
            ((playing->act->scene->flags & SCENE_MAKES_KEYS) != 0 &&
             canary_stage_holds(stage, "keys", event->path)) ||
            strcmp(event->path, "/dev/null") == 0 || strcmp(event->path, "/dev/tty") == 0);
}

static void judge_write(struct playing *playing, const struct trace_event *event)
{
    struct canary_act *act = playing->act;
    act->writes += event->sort == TRACE_WRITES;
    if (is_asked_for(playing, event))
        return;
    act->writes_elsewhere++;
    note(act, CHECK_CANARY_WRITES, "%s of %s", event->call, shown(playing, event->path));
}

static void judge_socket(struct canary_act *act, const struct trace_event *event)
{
    act->sockets++;
    if ((act->scene->flags & SCENE_REACHES) != 0)
        return;
    act->sockets_unasked++;
    note(act, CHECK_CANARY_SOCKETS, "%s%s", event->call,
         event->domain == AF_UNIX    ? ", within this machine"
         : event->domain == AF_INET  ? ", Internet"
         : event->domain == AF_INET6 ? ", Internet (IPv6)"
                                     : "");
}

/* Whatever it did there, nobody saw. */
static void judge_escape(struct canary_act *act, const struct trace_event *event)
{
    act->escapes++;
    act->is_blind = 1;
    note(act, CHECK_CANARY_PROCESS, "%s: done so that it cannot be followed", event->call);
}

static void judge_events(struct playing *playing)
{
    struct canary_act *act = playing->act;
    const struct trace *trace = &playing->trace;
    act->processes = trace->processes;
    act->is_blind = trace->is_blind;
    for (size_t i = 0; i < trace->count; i++) {
        const struct trace_event *event = &trace->events[i];
        act->no_dump += event->sort == TRACE_NO_DUMP;
        act->no_core += event->sort == TRACE_NO_CORE;
        if (event->sort == TRACE_SOCKET)
            judge_socket(act, event);
        else if (event->result >= 0 && event->sort == TRACE_ESCAPES)
            judge_escape(act, event);
        else if (event->result >= 0 && event->sort <= TRACE_SHARES)
            judge_write(playing, event);
    }
    if (trace->left > 0) {
        act->is_wrong = 1;
        note(act, CHECK_CANARY_OUTPUT, "it left %u processes running", trace->left);
    }
}

/* ---- What is left ---- */

/* Names may hold identifiers as well as contents do. */
static void add_names(struct playing *playing)
{
    for (size_t i = 0; i < playing->trace.count; i++)
        evidence_add(&playing->evidence, EVIDENCE_FILE, "names of files", playing->trace.events[i].path,
                     strlen(playing->trace.events[i].path));
}

/* Whether a file was there before, as it is: then an earlier scene was searched for it. */
static int is_older(const struct playing *playing, const char *path)
{
    const struct timespec *since = &playing->since;
    struct stat status;
    return lstat(path, &status) == 0 &&
           (status.st_ctim.tv_sec < since->tv_sec ||
            (status.st_ctim.tv_sec == since->tv_sec && status.st_ctim.tv_nsec < since->tv_nsec));
}

/* All files in a folder that are new. How many there are. */
static unsigned add_folder(struct playing *playing, const char *name, enum evidence_sort sort)
{
    char *folder = canary_stage_argument(playing->search->stage, name), *path;
    DIR *stream = folder != NULL ? opendir(folder) : NULL;
    unsigned count = 0;
    if (stream == NULL)
        playing->evidence.missing[sort]++;
    for (struct dirent *entry; stream != NULL && (entry = readdir(stream)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            asprintf(&path, "%s/%s", folder, entry->d_name) < 0)
            continue;
        if (!is_older(playing, path)) {
            count++;
            evidence_add(&playing->evidence, EVIDENCE_FILE, "names of files", entry->d_name,
                         strlen(entry->d_name));
            evidence_add_file(&playing->evidence, sort, path, path);
        }
        free(path);
    }
    if (stream != NULL)
        closedir(stream);
    free(folder);
    return count;
}

static void add_left(struct playing *playing)
{
    static const struct {
        const char *folder, *what;
    } empty[] = {{"@spill", "the folder for temporary files"},
                 {"@here", "the folder that it ran in"},
                 {"@tmp", "$TMPDIR"}};
    struct canary_act *act = playing->act;
    add_folder(playing, "@out", EVIDENCE_OUTPUT);
    add_folder(playing, "@keys", EVIDENCE_OUTPUT);
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        unsigned count = add_folder(playing, empty[i].folder, EVIDENCE_FILE);
        if (count > 0) {
            act->writes_elsewhere += count;
            note(act, CHECK_CANARY_WRITES, "%u files are left in %s", count, empty[i].what);
        }
    }
}

/* ---- The search ---- */

static const enum check check_of[EVIDENCE_SORT_COUNT] = {CHECK_CANARY_OUTPUT, CHECK_CANARY_FILES,
                                                         CHECK_CANARY_PROCESS, CHECK_CANARY_MEMORY};

static int search(struct playing *playing)
{
    struct canary_act *act = playing->act;
    struct canary_search what = *playing->search;
    struct canary_finds finds;
    what.has_crowd = (act->scene->flags & SCENE_IS_CROWD) != 0;
    if (!canary_search(&what, &playing->evidence, &finds))
        return 0;
    act->needles = finds.needles;
    act->is_complete = finds.is_complete;
    memcpy(act->found, finds.found, sizeof act->found);
    memcpy(act->bytes, playing->evidence.bytes, sizeof act->bytes);
    memcpy(act->missing, playing->evidence.missing, sizeof act->missing);
    for (size_t i = 0; i < finds.group_count; i++)
        playing->has_told_name |= strcmp(finds.groups[i].item->name, "names of files") == 0;
    for (size_t i = 0; i < finds.group_count; i++) {
        const struct canary_group *group = &finds.groups[i];
        note(act, check_of[group->item->sort], "%zu in %s: %s%s%s", group->count,
             shown(playing, group->item->name), forms_text(group->form), *group->view != '\0' ? ", as " : "",
             group->view);
    }
    return 1;
}

int canary_act_play(struct canary_act *act, const struct scene *scene, const struct canary_search *search_terms,
                    int is_watched)
{
    *act =
        (struct canary_act){.scene = scene, .is_watched = is_watched && (scene->flags & SCENE_IS_CRASH) == 0};
    struct playing playing = {.act = act, .search = search_terms};
    clock_gettime(CLOCK_REALTIME_COARSE, &playing.since);
    int good = run(&playing);
    if (good) {
        add_names(&playing);
        add_left(&playing);
        judge_result(&playing);
        good = search(&playing);
        judge_events(&playing); /* after the search: names are shown only if nobody is in them */
        errno = ENOMEM;         /* all that a search fails for */
    }
    if (!good)
        message("play the scene %s: %s", scene->key, strerror(errno));
    for (size_t i = 0; i < SCENE_ARGUMENTS_MAX + 2; i++)
        free(playing.arguments[i]);
    child_result_free(&playing.result);
    trace_free(&playing.trace);
    evidence_free(&playing.evidence);
    return good ? EXIT_DONE : EXIT_CANNOT;
}

void canary_act_free(struct canary_act *act)
{
    for (size_t i = 0; i < act->note_count; i++)
        free(act->notes[i].text);
    free(act->notes);
    *act = (struct canary_act){0};
}
