#include "canary_stage.h"

#include "child.h"
#include "keys.h"
#include "message.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LISTED 60 /* each label has enough of them */
#define STRANGERS 20
#define SHORT 4 /* people, of whom a digest is dear */
#define MALFORMED 8
#define CROWD 90000 /* with sixteen records each of 40 bytes, more than fits 64 MiB */
#define WALK_FILES 16

static const char *const folders[] = {"lists", "keys", "out", "spill", "here", "tmp"};

/* ---- Files ---- */

static char *path_of(const struct canary_stage *stage, const char *name)
{
    char *path;
    return asprintf(&path, "%s/%s", stage->folder, name) < 0 ? NULL : path;
}

static int write_file(const struct canary_stage *stage, const char *name, const char *bytes, size_t length)
{
    char *path = path_of(stage, name);
    int file = path != NULL ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
    FILE *stream = file >= 0 ? fdopen(file, "w") : NULL;
    int good = stream != NULL && fwrite(bytes, 1, length, stream) == length;
    if (stream != NULL)
        good = fclose(stream) == 0 && good;
    else if (file >= 0)
        close(file);
    free(path);
    return good;
}

static int write_list(const struct canary_stage *stage, const char *name, const struct canary_people *people,
                      const struct canary_list *list)
{
    size_t length;
    char *bytes = canary_list_make(people, list, &length);
    int good = bytes != NULL && write_file(stage, name, bytes, length);
    free(bytes);
    return good;
}

static int write_lists(const struct canary_stage *stage)
{
    static const struct {
        const char *name;
        struct canary_list list;
    } lists[] = {
        {"lists/list.csv", {.count = LISTED, .has_duplicates = 1}},
        {"lists/absent.csv", {.from = LISTED, .count = STRANGERS}},
        {"lists/malformed.csv", {.count = LISTED, .has_malformed = 1}},
        {"lists/conflict.csv", {.count = LISTED, .has_conflict = 1}},
        {"lists/cp949.csv", {.count = LISTED, .has_duplicates = 1, .encoding = "CP949"}},
        {"lists/short.csv", {.count = SHORT}},
    };
    const struct canary_list all = {.count = CROWD};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (!write_list(stage, lists[i].name, &stage->people, &lists[i].list))
            return 0;
    /* A list whose first row is somebody, where a header should be. */
    const char *list = stage->inputs[SCENE_LIST], *second = strchr(list, '\n') + 1;
    return write_file(stage, "lists/headless.csv", second, strlen(second)) &&
           write_list(stage, "lists/crowd.csv", &stage->crowd, &all);
}

/* ---- What is on standard input ---- */

static int make_inputs(struct canary_stage *stage)
{
    static const struct {
        enum scene_input input;
        enum canary_kind kind;
        size_t persons[5]; /* numbers */
        unsigned count;
    } questions[] = {
        {SCENE_EMAIL, CANARY_EMAIL, {0}, 1},
        {SCENE_PHONE, CANARY_PHONE, {0}, 1},
        {SCENE_PERSON, CANARY_PERSON, {0}, 1},
        {SCENE_CUSTOMER, CANARY_CUSTOMER, {0}, 1},
        {SCENE_STRANGER, CANARY_EMAIL, {LISTED}, 1},
        {SCENE_MALFORMED, CANARY_EMAIL, {LISTED + STRANGERS}, 1},
        {SCENE_BATCH, CANARY_EMAIL, {0, 1, 2, 3, LISTED}, 5},
        {SCENE_BATCH_MALFORMED, CANARY_EMAIL, {0, LISTED + STRANGERS, 2}, 3},
        {SCENE_HALF, CANARY_EMAIL, {0}, 1},
    };
    const struct canary_list list = {.count = LISTED, .has_duplicates = 1};
    stage->inputs[SCENE_LIST] = canary_list_make(&stage->people, &list, &stage->input_lengths[SCENE_LIST]);
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        char *text = calloc(questions[i].count, CANARY_LINE), line[CANARY_LINE];
        if (text == NULL)
            return 0;
        for (unsigned j = 0; j < questions[i].count; j++) {
            canary_question(&stage->people.persons[questions[i].persons[j]], questions[i].kind, line);
            strcat(text, line);
        }
        stage->inputs[questions[i].input] = text;
        stage->input_lengths[questions[i].input] = strlen(text) - (questions[i].input == SCENE_HALF);
    }
    return stage->inputs[SCENE_LIST] != NULL;
}

/* ---- The folder ---- */

static int make_folder(struct canary_stage *stage, const char *parent)
{
    char *template, *path;
    if (asprintf(&template, "%s/elig-canary-XXXXXX", parent) < 0)
        return 0;
    if (mkdtemp(template) != NULL) {
        stage->folder = realpath(template, NULL);
        if (stage->folder == NULL)
            rmdir(template);
    }
    free(template);
    int good = stage->folder != NULL;
    for (size_t i = 0; good && i < sizeof folders / sizeof *folders; i++) {
        path = path_of(stage, folders[i]);
        good = path != NULL && mkdir(path, 0700) == 0;
        free(path);
    }
    return good;
}

/* Little, so that it is the same for everybody; the loader's path for programs that are installed aside. */
static int make_environment(struct canary_stage *stage)
{
    const char *path = getenv("PATH"), *libraries = getenv("LD_LIBRARY_PATH");
    char **at = stage->environment;
    int good = asprintf(at++, "PATH=%s", path != NULL ? path : "/usr/bin:/bin") >= 0 &&
               asprintf(at++, "HOME=%s/here", stage->folder) >= 0 &&
               asprintf(at++, "TMPDIR=%s/tmp", stage->folder) >= 0 &&
               (*at++ = strdup("LC_ALL=C.UTF-8")) != NULL &&
               (*at++ = strdup("ASAN_OPTIONS=detect_leaks=0")) != NULL; /* which needs ptrace for itself */
    if (good && libraries != NULL)
        good = asprintf(at, "LD_LIBRARY_PATH=%s", libraries) >= 0;
    return good;
}

static int find_programs(struct canary_stage *stage, const char *folder)
{
    for (unsigned i = 0; i < SCENE_PROGRAM_COUNT; i++) {
        const char *name = scene_program_name(i), *where = i == SCENE_SHELL ? "/bin" : folder;
        stage->programs[i] = child_find(where, name);
        if (stage->programs[i] == NULL) {
            message("find %s: it is not %s%s", name,
                    where != NULL ? "in " : "beside this program, nor in $PATH", where != NULL ? where : "");
            return 0;
        }
    }
    return 1;
}

int canary_stage_make(struct canary_stage *stage, const struct audit *audit)
{
    const char *parent = audit->tmpdir != NULL ? audit->tmpdir : getenv("TMPDIR");
    if (parent == NULL || *parent == '\0')
        parent = "/tmp";
    *stage = (struct canary_stage){0};
    if (!find_programs(stage, audit->programs))
        return EXIT_CANNOT;
    if (!canary_people_make(&stage->people, LISTED + STRANGERS, MALFORMED) ||
        !canary_people_make(&stage->crowd, CROWD, 0) || !make_inputs(stage)) {
        message("make people who do not exist: %s", strerror(ENOMEM));
        return EXIT_CANNOT;
    }
    if (!make_folder(stage, parent) || !make_environment(stage) || !write_lists(stage)) {
        message("make a folder in %s: %s", parent, strerror(errno));
        return EXIT_CANNOT;
    }
    return EXIT_DONE;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    (void)!remove(path); /* whatever can be, even where something else cannot */
    return 0;
}

void canary_stage_clear(struct canary_stage *stage)
{
    if (stage->folder != NULL) {
        nftw(stage->folder, remove_entry, WALK_FILES, FTW_DEPTH | FTW_PHYS);
        if (access(stage->folder, F_OK) == 0)
            message("remove %s: not all of it could be removed; it holds nobody's data", stage->folder);
    }
    canary_people_free(&stage->people);
    canary_people_free(&stage->crowd);
    for (size_t i = 0; i < SCENE_INPUT_COUNT; i++)
        free(stage->inputs[i]);
    for (size_t i = 0; i < STAGE_ENVIRONMENT_MAX; i++)
        free(stage->environment[i]);
    for (unsigned i = 0; i < SCENE_PROGRAM_COUNT; i++)
        free(stage->programs[i]);
    free(stage->folder);
    *stage = (struct canary_stage){0};
}

/* ---- Names ---- */

char *canary_stage_argument(const struct canary_stage *stage, const char *argument)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    if (stream == NULL)
        return NULL;
    for (; *argument != '\0'; argument++)
        if (*argument == '@')
            fprintf(stream, "%s/", stage->folder);
        else if (*argument == '%')
            fputs(stage->people.persons[0].email, stream);
        else
            fputc(*argument, stream);
    if (fclose(stream) == 0)
        return text;
    free(text);
    return NULL;
}

const char *canary_stage_shown(const struct canary_stage *stage, const char *path)
{
    size_t length = strlen(stage->folder);
    return strncmp(path, stage->folder, length) == 0 && path[length] == '/' ? path + length + 1 : path;
}

int canary_stage_holds(const struct canary_stage *stage, const char *folder, const char *path)
{
    const char *within = canary_stage_shown(stage, path);
    size_t length = strlen(folder);
    return within != path && strncmp(within, folder, length) == 0 &&
           (within[length] == '/' || within[length] == '\0') && strstr(within, "/../") == NULL;
}

unsigned canary_stage_secrets(const struct canary_stage *stage, uint8_t *secrets[STAGE_SECRETS_MAX])
{
    static const struct {
        const char *name;
        enum key_sort sort;
    } keys[STAGE_SECRETS_MAX] = {{"keys/secret", KEY_SECRET},
                                 {"keys/other", KEY_SECRET},
                                 {"keys/seed", KEY_SEED},
                                 {"keys/signer", KEY_SIGNER}};
    unsigned count = 0;
    for (unsigned i = 0; i < STAGE_SECRETS_MAX; i++) {
        char *path = path_of(stage, keys[i].name);
        if (path != NULL && access(path, R_OK) == 0 && (secrets[count] = keys_read(keys[i].sort, path)) != NULL)
            count++;
        free(path);
    }
    return count;
}
