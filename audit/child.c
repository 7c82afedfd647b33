#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define READ_BYTES 65536
#define PIPE_BYTES_MAX (1u << 20)
#define PATH_DEFAULT "/usr/local/bin:/usr/bin:/bin"
#define LOOK_MILLISECONDS 20    /* how often it is looked whether the input was read */
#define SETTLE_MILLISECONDS 300 /* from then to the signal: time to work on what was read */
#define CANNOT_START 127

struct child {
    const struct child_job *job;
    pid_t pid;
    pthread_mutex_t lock; /* for is_gone, and while a signal is sent */
    int is_gone;          /* its number may be another's soon: no more signals */
    int life[2];          /* a pipe whose second end is closed when it is gone */
    int input;            /* what it reads; -1: closed */
    int streams[2];       /* what it writes, output and errors; -1: ended */
    int start_error;      /* a pipe that an exec closes: empty, or an errno */
    pthread_t thread;     /* that feeds it */
    size_t fed;
    int is_late, is_signalled;
    double started, ended, read_at; /* read_at: when all input was read; 0: not yet */
    struct child_output kept[2];
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* ---- Finding ---- */

static char *path_in(const char *folder, size_t folder_length, const char *name)
{
    char *path;
    struct stat status;
    if (asprintf(&path, "%.*s/%s", (int)folder_length, folder, name) < 0)
        return NULL;
    int is_program = stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
    char *whole = is_program ? realpath(path, NULL) : NULL; /* it may be run in another folder */
    free(path);
    return whole;
}

static char *path_beside_this(const char *name)
{
    char *self = realpath("/proc/self/exe", NULL), *path = NULL;
    const char *slash = self != NULL ? strrchr(self, '/') : NULL;
    if (slash != NULL)
        path = path_in(self, (size_t)(slash - self), name);
    free(self);
    return path;
}

char *child_find(const char *folder, const char *name)
{
    if (folder != NULL)
        return path_in(folder, strlen(folder), name);
    char *path = path_beside_this(name);
    const char *rest = getenv("PATH");
    if (rest == NULL)
        rest = PATH_DEFAULT;
    while (path == NULL && *rest != '\0') {
        size_t length = strcspn(rest, ":");
        if (length > 0) /* an empty entry is the present folder, which is nobody's to install programs in */
            path = path_in(rest, length, name);
        rest += length + (rest[length] == ':');
    }
    if (path == NULL)
        errno = ENOENT;
    return path;
}

/* ---- The new process, between fork and exec: nothing here may allocate or lock ---- */

static void raise_core_limit(void)
{
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    if (setrlimit(RLIMIT_CORE, &limit) == 0 || getrlimit(RLIMIT_CORE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_CORE, &limit);
}

/* What this program did to its own signals is not to be inherited. */
static void reset_signals(void)
{
    sigset_t none;
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void become(const struct child_job *job, const int streams[3], int start_error, pid_t parent)
{
    reset_signals();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* it was gone before that took hold */
        _exit(CANNOT_START);
    /* Each stream is above 2 (open_above()), so none is overwritten before its turn. */
    int good = dup2(streams[0], 0) >= 0 && dup2(streams[1], 1) >= 0 && dup2(streams[2], 2) >= 0;
    /* Not all of the caller's libraries open their files so that an exec closes them. */
    close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
    if (good && job->folder != NULL)
        good = chdir(job->folder) == 0;
    if (job->may_dump_core)
        raise_core_limit();
    if (good && job->is_traced) {
        good = ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0;
        if (good)
            raise(SIGSTOP);
    }
    if (good)
        execve(job->program, (char *const *)job->arguments,
               job->environment != NULL ? (char *const *)job->environment : environ);
    int why = errno;
    (void)!write(start_error, &why, sizeof why); /* there is nobody else to tell */
    _exit(CANNOT_START);
}

/* ---- Feeding it and listening to it, in a thread of its own ---- */

static void close_end(int *file)
{
    if (*file >= 0)
        close(*file);
    *file = -1;
}

/* Keeps what came, up to the most that is kept. */
static void keep(struct child_output *kept, size_t most, const uint8_t *bytes, size_t length)
{
    size_t room = most - kept->length;
    if (length > room)
        kept->is_cut = 1;
    length = length < room ? length : room;
    uint8_t *grown = length > 0 ? realloc(kept->bytes, kept->length + length + 1) : NULL;
    if (grown == NULL) {
        kept->is_cut |= length > 0;
        return;
    }
    memcpy(grown + kept->length, bytes, length);
    kept->bytes = grown;
    kept->length += length;
    grown[kept->length] = '\0';
}

/* Reads what there is on a stream, no more at a time than a pipe holds: what never stops is killed in time. */
static void listen_to(struct child *child, unsigned stream)
{
    uint8_t bytes[READ_BYTES];
    ssize_t count = 0;
    for (size_t i = 0; i < PIPE_BYTES_MAX / sizeof bytes; i++) {
        count = read(child->streams[stream], bytes, sizeof bytes);
        if (count <= 0)
            break;
        keep(&child->kept[stream], child->job->output_max, bytes, (size_t)count);
    }
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))
        close_end(&child->streams[stream]);
}

static void feed(struct child *child)
{
    const struct child_job *job = child->job;
    while (child->fed < job->input_length) {
        ssize_t count =
            write(child->input, (const uint8_t *)job->input + child->fed, job->input_length - child->fed);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0) {
            if (errno != EAGAIN) /* it wants no more */
                close_end(&child->input);
            return;
        }
        child->fed += (size_t)count;
    }
    if (!job->is_held)
        close_end(&child->input);
}

static void send_signal(struct child *child, int number)
{
    pthread_mutex_lock(&child->lock);
    if (!child->is_gone)
        kill(child->pid, number);
    pthread_mutex_unlock(&child->lock);
}

/* Sends what is due: the job's signal, or the one that ends what takes too long. */
static void look_at_the_time(struct child *child)
{
    const struct child_job *job = child->job;
    double time = now();
    int unread = 0;
    if (job->signal != 0 && !child->is_signalled && child->fed == job->input_length) {
        if (child->read_at == 0 &&
            (child->input < 0 || (ioctl(child->input, FIONREAD, &unread) == 0 && unread == 0)))
            child->read_at = time;
        if (child->read_at > 0 && time - child->read_at > SETTLE_MILLISECONDS / 1e3) {
            child->is_signalled = 1;
            send_signal(child, job->signal);
        }
    }
    if (job->cancel != NULL && *job->cancel != 0)
        send_signal(child, SIGKILL);
    if (job->seconds > 0 && !child->is_late && time - child->started > job->seconds) {
        child->is_late = 1;
        send_signal(child, SIGKILL);
    }
}

static void *accompany(void *argument)
{
    struct child *child = argument;
    enum { OUTPUT, ERRORS, INPUT, LIFE, COUNT };
    int has_ended = 0;
    while (!has_ended) {
        int is_feeding = child->input >= 0 && child->fed < child->job->input_length;
        struct pollfd polls[COUNT] = {[OUTPUT] = {child->streams[0], POLLIN, 0},
                                      [ERRORS] = {child->streams[1], POLLIN, 0},
                                      [INPUT] = {is_feeding ? child->input : -1, POLLOUT, 0},
                                      [LIFE] = {child->life[0], POLLIN, 0}};
        if (poll(polls, COUNT, LOOK_MILLISECONDS) < 0)
            continue;
        if (polls[INPUT].revents != 0)
            feed(child);
        has_ended = polls[LIFE].revents != 0;
        /* What it said last is in the pipes still. A process of its own that outlives it may hold them open. */
        for (unsigned stream = 0; stream < 2; stream++)
            if (child->streams[stream] >= 0 && (has_ended || polls[stream].revents != 0))
                listen_to(child, stream);
        look_at_the_time(child);
    }
    child->ended = now();
    return NULL;
}

/* Signals are for the caller's thread to handle; SIGPIPE is for nobody. */
static int start_thread(struct child *child)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&child->thread, NULL, accompany, child);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

/* ---- Starting ---- */

/* A pipe with both ends above the standard streams, closed by an exec; 1, or 0 with errno set. */
static int open_above(int ends[2])
{
    int low[2];
    if (pipe2(low, O_CLOEXEC) != 0)
        return 0;
    for (unsigned i = 0; i < 2; i++) {
        ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, 3);
        close(low[i]);
    }
    return ends[0] >= 0 && ends[1] >= 0;
}

static void close_both(int ends[2])
{
    close_end(&ends[0]);
    close_end(&ends[1]);
}

/* The child's ends of all pipes, once it has them, and this program's when it could not be started. */
struct pipes {
    int input[2], output[2], errors[2], start_error[2];
};

static int open_pipes(struct pipes *pipes)
{
    return open_above(pipes->input) && open_above(pipes->output) && open_above(pipes->errors) &&
           open_above(pipes->start_error);
}

static void close_pipes(struct pipes *pipes)
{
    close_both(pipes->input);
    close_both(pipes->output);
    close_both(pipes->errors);
    close_both(pipes->start_error);
}

static int take(int *end)
{
    int file = *end;
    *end = -1;
    return file;
}

static int unblocked(int file)
{
    fcntl(file, F_SETFL, fcntl(file, F_GETFL) | O_NONBLOCK);
    return file;
}

/* After a failure: the process is there, and nobody accompanies it. */
static void give_up(struct child *child)
{
    if (child->pid > 0) {
        kill(child->pid, SIGKILL); /* not waited for yet, so the number is still its own */
        while (waitpid(child->pid, NULL, __WALL) < 0 && errno == EINTR)
            ;
    }
    close_both(child->life);
    close_end(&child->input);
    close_both(child->streams);
    close_end(&child->start_error);
    pthread_mutex_destroy(&child->lock);
    free(child);
}

/* Forks, and takes the parent's ends of the pipes; 1, or 0 with errno set. */
static int split(struct child *child, struct pipes *pipes)
{
    const struct child_job *job = child->job;
    const int streams[3] = {job->input_file > 0 ? job->input_file : pipes->input[0], pipes->output[1],
                            pipes->errors[1]};
    pid_t parent = getpid();
    child->started = now();
    child->pid = fork();
    if (child->pid == 0)
        become(job, streams, pipes->start_error[1], parent);
    if (child->pid < 0)
        return 0;
    child->input = unblocked(take(&pipes->input[1]));
    child->streams[0] = unblocked(take(&pipes->output[0]));
    child->streams[1] = unblocked(take(&pipes->errors[0]));
    child->start_error = take(&pipes->start_error[0]);
    if (!job->is_held && job->input_length == 0)
        close_end(&child->input);
    return 1;
}

struct child *child_start(const struct child_job *job)
{
    struct pipes pipes = {{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}};
    struct child *child = calloc(1, sizeof *child);
    if (child == NULL)
        return NULL;
    child->job = job;
    child->life[0] = child->life[1] = child->input = child->streams[0] = child->streams[1] = -1;
    child->start_error = -1;
    pthread_mutex_init(&child->lock, NULL);
    int good = open_above(child->life) && open_pipes(&pipes) && split(child, &pipes);
    int why = errno;
    close_pipes(&pipes);
    if (good && (why = start_thread(child)) != 0)
        good = 0;
    if (good)
        return child;
    give_up(child);
    errno = why;
    return NULL;
}

pid_t child_pid(const struct child *child)
{
    return child->pid;
}

/* ---- The end ---- */

void child_gone(struct child *child)
{
    pthread_mutex_lock(&child->lock);
    child->is_gone = 1;
    close_end(&child->life[1]);
    pthread_mutex_unlock(&child->lock);
}

int child_wait(struct child *child)
{
    int status = 0;
    siginfo_t end;
    while (waitid(P_PID, (id_t)child->pid, &end, WEXITED | WNOWAIT) != 0 && errno == EINTR)
        ;
    child_gone(child);
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

void child_finish(struct child *child, int status, struct child_result *result)
{
    *result = (struct child_result){.status = status};
    child_gone(child);
    pthread_join(child->thread, NULL);
    int error;
    if (read(child->start_error, &error, sizeof error) == sizeof error)
        result->start_error = error;
    result->is_late = child->is_late;
    result->seconds = child->ended - child->started;
    result->output = child->kept[0];
    result->errors = child->kept[1];
    child->pid = 0;
    give_up(child);
}

int child_run(const struct child_job *job, struct child_result *result)
{
    *result = (struct child_result){0};
    struct child *child = child_start(job);
    if (child == NULL)
        return 0;
    child_finish(child, child_wait(child), result);
    return 1;
}

int child_code(int status)
{
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

void child_result_free(struct child_result *result)
{
    free(result->output.bytes);
    free(result->errors.bytes);
    *result = (struct child_result){0};
}
