#include "trace.h"

#include "trace_calls.h"
#include "trace_memory.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define OPTIONS                                                                               \
    (PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | \
     PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL)
#define STOP_OF_A_CALL (SIGTRAP | 0x80)
#define PROC_PATH 64

/* What PTRACE_GET_SYSCALL_INFO fills in, as ptrace(2) has it. C libraries give it different names. */
struct stop {
    uint8_t op;
    uint8_t reserved[3];
    uint32_t arch;
    uint64_t instruction, stack;
    union {
        struct {
            uint64_t number, arguments[6];
        } entry;
        struct {
            int64_t value;
            uint8_t is_error;
        } exit;
    };
};

/* A thread that is followed. */
struct task {
    pid_t thread, process;
    struct trace_event event; /* of the call that it is in; call is NULL if none is to be recorded */
    enum trace_shape shape;
    int is_held_back;
    int filled;    /* an open file that the call fills from elsewhere; TRACE_NO_ARGUMENT: none */
    int is_ending; /* it is about to end */
    int is_new;    /* stopped because it is followed, which is not its own affair */
};

struct follower {
    const struct trace_watch *watch;
    struct trace *trace;
    struct task *tasks;
    size_t count;
    struct child *child;
    pid_t main;
    int has_begun;         /* until then it is a copy of this program, with all that is in its memory */
    int has_ended, status; /* of the program itself */
    int may_share;         /* memory that may be a file's was asked for, by any of them */
};

/* ---- The machine ---- */

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#define ARCHITECTURE 0 /* none is understood: trace_is_allowed() says no */
#endif

/* Whether a call is numbered by another table than the architecture's own: x86-64 has a second one, x32. */
static int is_other_table(const struct stop *stop)
{
#if defined(__x86_64__)
    return (stop->entry.number >> 30) == 1;
#else
    (void)stop;
    return 0;
#endif
}

/* At its entry: the call becomes none at all. */
static void skip_call(pid_t thread)
{
#if defined(__x86_64__)
    ptrace(PTRACE_POKEUSER, thread, offsetof(struct user, regs.orig_rax), -1L);
#elif defined(__aarch64__)
    int none = -1;
    struct iovec number = {&none, sizeof none};
    ptrace(PTRACE_SETREGSET, thread, NT_ARM_SYSTEM_CALL, &number);
#else
    (void)thread;
#endif
}

/* At its exit: the call returns 0. */
static void return_zero(pid_t thread)
{
#if defined(__x86_64__)
    ptrace(PTRACE_POKEUSER, thread, offsetof(struct user, regs.rax), 0L);
#elif defined(__aarch64__)
    struct user_regs_struct registers;
    struct iovec all = {&registers, sizeof registers};
    if (ptrace(PTRACE_GETREGSET, thread, NT_PRSTATUS, &all) == 0) {
        registers.regs[0] = 0;
        ptrace(PTRACE_SETREGSET, thread, NT_PRSTATUS, &all);
    }
#else
    (void)thread;
#endif
}

/* ---- What /proc and the memory of a stopped thread say ---- */

static pid_t process_of(pid_t thread)
{
    char path[PROC_PATH], line[256];
    int process = thread;
    snprintf(path, sizeof path, "/proc/%d/status", (int)thread);
    FILE *stream = fopen(path, "re");
    while (stream != NULL && fgets(line, sizeof line, stream) != NULL)
        if (strncmp(line, "Tgid:", 5) == 0)
            process = (int)strtol(line + 5, NULL, 10);
    if (stream != NULL)
        fclose(stream);
    return process;
}

/* Where a link in the thread's /proc folder leads: to text (PATH_MAX), "" if that cannot be said. */
static void read_link(pid_t thread, const char *what, long number, char *text)
{
    char path[PROC_PATH];
    if (number >= 0)
        snprintf(path, sizeof path, "/proc/%d/%s/%ld", (int)thread, what, number);
    else
        snprintf(path, sizeof path, "/proc/%d/%s", (int)thread, what);
    ssize_t length = readlink(path, text, PATH_MAX - 1);
    text[length > 0 ? length : 0] = '\0';
}

int trace_is_written(pid_t thread, int file)
{
    char path[PROC_PATH], line[256];
    struct stat status;
    int is_open_for_writing = 0;
    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)thread, file);
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return 0;
    snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", (int)thread, file);
    FILE *stream = fopen(path, "re");
    while (stream != NULL && fgets(line, sizeof line, stream) != NULL)
        if (strncmp(line, "flags:", 6) == 0)
            is_open_for_writing = (strtoul(line + 6, NULL, 8) & O_ACCMODE) != O_RDONLY;
    if (stream != NULL)
        fclose(stream);
    return is_open_for_writing;
}

/* The path that a call names, absolute; the folder it is in without links, if it is there. */
static char *absolute(pid_t thread, const struct trace_call *call, const uint64_t *arguments)
{
    char path[PATH_MAX], folder[PATH_MAX] = "", *joined, *whole = NULL;
    if (call->path == TRACE_NO_ARGUMENT)
        return NULL;
    trace_memory_text(thread, arguments[call->path], path, sizeof path);
    if (*path != '/') {
        int from = call->folder == TRACE_NO_ARGUMENT ? AT_FDCWD : (int)arguments[call->folder];
        read_link(thread, from == AT_FDCWD ? "cwd" : "fd", from == AT_FDCWD ? -1 : from, folder);
    }
    if (asprintf(&joined, "%s%s%s", folder, *folder != '\0' ? "/" : "", path) < 0)
        return NULL;
    char *name = strrchr(joined, '/');
    char *real = NULL;
    if (name != NULL && name != joined) {
        *name = '\0';
        real = realpath(joined, NULL);
        *name = '/';
    }
    if (real == NULL || asprintf(&whole, "%s%s", strcmp(real, "/") == 0 ? "" : real, name) < 0)
        whole = NULL;
    free(real);
    if (whole == NULL)
        return joined;
    free(joined);
    return whole;
}

/* ---- The record ---- */

/* Takes the event's path. */
static void record(struct trace *trace, struct trace_event event)
{
    struct trace_event *grown = realloc(trace->events, (trace->count + 1) * sizeof *grown);
    if (event.path == NULL)
        event.path = strdup("");
    if (grown != NULL)
        trace->events = grown;
    if (grown == NULL || event.path == NULL) {
        trace->is_blind = 1;
        free(event.path);
        return;
    }
    trace->events[trace->count++] = event;
}

static void begin_event(struct task *task, enum trace_sort sort, const char *call, char *path)
{
    free(task->event.path);
    task->event =
        (struct trace_event){.sort = sort, .process = task->process, .call = call, .path = path, .domain = -1};
}

/* What a process asks for its own protection. */
static void note_protection(struct task *task, const struct stop *stop)
{
    const uint64_t *arguments = stop->entry.arguments;
    struct rlimit64 limit;
    uint64_t number = stop->entry.number, at = 0;
    if (number == SYS_prctl && arguments[0] == PR_SET_DUMPABLE && arguments[1] == 0) {
        begin_event(task, TRACE_NO_DUMP, "prctl", NULL);
        task->shape = SHAPE_OTHER;
        task->is_held_back = 1;
        skip_call(task->thread);
    }
    if (number == SYS_prlimit64 && arguments[0] == 0 && arguments[1] == RLIMIT_CORE)
        at = arguments[2];
#ifdef SYS_setrlimit
    if (number == SYS_setrlimit && arguments[0] == RLIMIT_CORE)
        at = arguments[1];
#endif
    if (at != 0 && trace_memory_read(task->thread, at, &limit, sizeof limit) == sizeof limit &&
        limit.rlim_cur == 0) {
        begin_event(task, TRACE_NO_CORE, "setrlimit", NULL);
        task->shape = SHAPE_OTHER;
    }
}

/* A thread that is begun so that nobody may follow it. The flags are what is asked for; whether it is followed
 * is known once that is announced, and then this is dropped. result is what holds if the caller does not live
 * to see the end of the call. */
static void note_beginning(struct task *task, const struct stop *stop)
{
    uint64_t flags = 0;
    if (stop->entry.number == SYS_clone)
        flags = stop->entry.arguments[0];
    else if (stop->entry.number != SYS_clone3)
        return;
    else if (trace_memory_read(task->thread, stop->entry.arguments[0], &flags, sizeof flags) != sizeof flags)
        flags = 0; /* the call will fail */
    begin_event(task, TRACE_ESCAPES, stop->entry.number == SYS_clone ? "clone" : "clone3", NULL);
    task->shape = SHAPE_OTHER;
    task->event.result = (flags & CLONE_UNTRACED) != 0 ? 0 : -EINTR;
}

/* Whether an opening may write. */
static int counts(const struct task *task, const struct trace_call *call, const uint64_t *arguments)
{
    uint64_t flags = 0;
    if (call->flags == TRACE_NO_ARGUMENT)
        return 1;
    if (call->shape == SHAPE_OPEN)
        flags = arguments[call->flags];
    else if (trace_memory_read(task->thread, arguments[call->flags], &flags, sizeof flags) != sizeof flags)
        return 1; /* the call will fail; if it does not, better one file too many */
    return trace_flags_write(flags);
}

/* Memory that is a file's changes without a call, and goes with this one: the caller's, or, where a file is cut
 * short, anybody's. */
static void look_at_shared(struct follower *follower, const struct task *task, const struct stop *stop)
{
    const struct trace_watch *watch = follower->watch;
    uint64_t number = stop->entry.number;
    if (follower->may_share && watch->shared != NULL &&
        (trace_data_is_written(number) || trace_call_unmaps(number, stop->entry.arguments)))
        for (size_t i = 0; i < follower->count; i++)
            if (&follower->tasks[i] == task ||
                (follower->tasks[i].thread == follower->tasks[i].process &&
                 follower->tasks[i].process != task->process && !follower->tasks[i].is_ending))
                watch->shared(watch->context, follower->tasks[i].thread);
    follower->may_share |= trace_call_shares(number, stop->entry.arguments);
}

/* What will be gone, or out of sight, after the call. */
static void look_before(struct follower *follower, struct task *task, const struct stop *stop)
{
    const uint64_t *arguments = stop->entry.arguments;
    const struct trace_watch *watch = follower->watch;
    int lost = trace_call_loses(stop->entry.number);
    if (!follower->has_begun)
        return;
    if (lost != TRACE_NO_ARGUMENT && watch->file != NULL &&
        trace_is_written(task->thread, (int)arguments[lost]))
        watch->file(watch->context, task->thread, (int)arguments[lost]);
    if (watch->data != NULL)
        trace_data_read(task->thread, stop->entry.number, arguments, watch->data, watch->context);
    look_at_shared(follower, task, stop);
}

/* The path or name that a call is about, to be freed; NULL if it is about none. */
static char *subject(const struct task *task, const struct trace_call *call, const uint64_t *arguments)
{
    char text[PATH_MAX];
    switch (call->shape) {
    case SHAPE_OPEN:
    case SHAPE_OPEN2:
    case SHAPE_PATH:
        return absolute(task->thread, call, arguments);
    case SHAPE_NAME:
        trace_memory_text(task->thread, arguments[call->path], text, sizeof text);
        break;
    case SHAPE_FILE:
        read_link(task->thread, "fd", (int)arguments[call->path], text);
        break;
    case SHAPE_SOCKET:
    case SHAPE_OTHER:
        return NULL;
    }
    return strdup(text);
}

static void enter(struct follower *follower, struct task *task, const struct stop *stop)
{
    const uint64_t *arguments = stop->entry.arguments;
    const struct trace_call *call = trace_call_find(stop->entry.number);
    task->event.call = NULL;
    look_before(follower, task, stop);
    task->filled = trace_call_fills(stop->entry.number, arguments);
    note_protection(task, stop);
    note_beginning(task, stop);
    if (call == NULL ||
        ((call->shape == SHAPE_OPEN || call->shape == SHAPE_OPEN2) && !counts(task, call, arguments)))
        return;
    begin_event(task, call->sort, call->name, subject(task, call, arguments));
    task->shape = call->shape;
    if (call->shape == SHAPE_SOCKET)
        task->event.domain = (int)arguments[call->path];
}

static void leave(struct follower *follower, struct task *task, const struct stop *stop)
{
    const struct trace_watch *watch = follower->watch;
    char path[PATH_MAX];
    if (task->filled != TRACE_NO_ARGUMENT && watch->file != NULL &&
        trace_is_written(task->thread, task->filled))
        watch->file(watch->context, task->thread, task->filled);
    task->filled = TRACE_NO_ARGUMENT;
    if (task->event.call == NULL)
        return;
    task->event.result = (long)stop->exit.value;
    if (task->is_held_back) {
        return_zero(task->thread);
        task->is_held_back = 0;
        task->event.result = 0;
    }
    /* What was opened is asked of the system: between entry and exit another thread may change the text. */
    if (task->event.result >= 0 && (task->shape == SHAPE_OPEN || task->shape == SHAPE_OPEN2)) {
        read_link(task->thread, "fd", task->event.result, path);
        free(task->event.path);
        task->event.path = strdup(path);
    }
    record(follower->trace, task->event);
    task->event = (struct trace_event){.call = NULL};
}

/* ---- Threads ---- */

static struct task *task_of(struct follower *follower, pid_t thread)
{
    for (size_t i = 0; i < follower->count; i++)
        if (follower->tasks[i].thread == thread)
            return &follower->tasks[i];
    struct task *grown = realloc(follower->tasks, (follower->count + 1) * sizeof *grown);
    if (grown == NULL)
        return NULL;
    follower->tasks = grown;
    grown[follower->count] = (struct task){
        .thread = thread, .process = process_of(thread), .filled = TRACE_NO_ARGUMENT, .is_new = 1};
    return &grown[follower->count++];
}

static void forget(struct follower *follower, pid_t thread)
{
    for (size_t i = 0; i < follower->count; i++)
        if (follower->tasks[i].thread == thread) {
            follower->trace->processes += follower->tasks[i].process == thread;
            if (follower->tasks[i].event.call != NULL) /* it was killed in the call, which may have been done */
                record(follower->trace, follower->tasks[i].event);
            else
                free(follower->tasks[i].event.path);
            follower->tasks[i] = follower->tasks[--follower->count];
            return;
        }
}

/* The program itself has ended; nothing of it may stay behind. */
static void end_the_rest(struct follower *follower)
{
    for (size_t i = 0; i < follower->count; i++)
        if (follower->tasks[i].thread == follower->tasks[i].process) {
            follower->trace->left++;
            kill(follower->tasks[i].process, SIGKILL);
        }
}

/* ---- Following ---- */

static void at_a_call(struct follower *follower, struct task *task)
{
    struct stop stop = {0};
    if (ptrace(PTRACE_GET_SYSCALL_INFO, task->thread, sizeof stop, &stop) <= 0)
        return; /* it was killed meanwhile */
    if (stop.arch != ARCHITECTURE || (stop.op == PTRACE_SYSCALL_INFO_ENTRY && is_other_table(&stop)))
        follower->trace->is_blind = 1;
    else if (stop.op == PTRACE_SYSCALL_INFO_ENTRY)
        enter(follower, task, &stop);
    else if (stop.op == PTRACE_SYSCALL_INFO_EXIT)
        leave(follower, task, &stop);
}

static int is_known_to_end(const struct follower *follower, pid_t thread)
{
    for (size_t i = 0; i < follower->count; i++)
        if (follower->tasks[i].thread == thread)
            return follower->tasks[i].is_ending;
    return 0;
}

/* Whether no other thread of its process will be there when it has ended. The system knows of those, too, that
 * have been begun and are not known here yet. */
static int is_last(const struct follower *follower, const struct task *task)
{
    char path[PROC_PATH];
    int is_last = 1;
    snprintf(path, sizeof path, "/proc/%d/task", (int)task->thread);
    DIR *threads = opendir(path);
    for (struct dirent *entry; threads != NULL && (entry = readdir(threads)) != NULL;)
        if (entry->d_name[0] != '.' && !is_known_to_end(follower, (pid_t)strtol(entry->d_name, NULL, 10)))
            is_last = 0;
    if (threads != NULL)
        closedir(threads);
    return is_last;
}

static void at_an_end(struct follower *follower, struct task *task)
{
    const struct trace_watch *watch = follower->watch;
    task->is_ending = 1;
    if (follower->has_begun && watch->end != NULL && is_last(follower, task))
        watch->end(watch->context, task->thread);
}

static void at_an_exec(struct follower *follower, const struct task *task)
{
    const struct trace_watch *watch = follower->watch;
    unsigned long former;
    follower->has_begun = 1;
    if (watch->exec != NULL)
        watch->exec(watch->context, task->thread);
    /* The thread that execs takes the number of the process, and its own is gone without further notice. */
    if (ptrace(PTRACE_GETEVENTMSG, task->thread, NULL, &former) == 0 && (pid_t)former != task->thread)
        forget(follower, (pid_t)former);
}

static void at_an_event(struct follower *follower, struct task *task, int event)
{
    switch (event) {
    case PTRACE_EVENT_CLONE:
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK: /* it is followed */
        if (task->event.sort == TRACE_ESCAPES)
            task->event.call = NULL;
        break;
    case PTRACE_EVENT_EXEC:
        task->is_ending = 0; /* the number may have been that of a thread that was ended for this */
        at_an_exec(follower, task);
        break;
    case PTRACE_EVENT_EXIT:
        at_an_end(follower, task);
        break;
    default:
        break;
    }
}

/* The signal to be handed on at a stop that is neither a call nor an event: none if it is due to our following,
 * or to a stop of the whole process, which has no signal of its own. */
static int signal_to_hand_on(const struct task *task, int number)
{
    siginfo_t why;
    if ((task->is_new && number == SIGSTOP) || ptrace(PTRACE_GETSIGINFO, task->thread, NULL, &why) != 0)
        return 0;
    return number;
}

static void at_a_stop(struct follower *follower, pid_t thread, int status)
{
    struct task *task = task_of(follower, thread);
    int number = WSTOPSIG(status), event = status >> 16, hand_on = 0;
    /* begun by the program just before it ended, and not seen by end_the_rest() */
    if (follower->has_ended && task != NULL && task->is_new && task->thread == task->process)
        follower->trace->left++;
    if (task == NULL) {
        follower->trace->is_blind = 1;
    } else {
        if (number == STOP_OF_A_CALL)
            at_a_call(follower, task);
        else if (event != 0)
            at_an_event(follower, task, event);
        else
            hand_on = signal_to_hand_on(task, number);
        if ((task = task_of(follower, thread)) != NULL)
            task->is_new = 0;
    }
    if (follower->has_ended)
        kill(thread, SIGKILL);
    ptrace(PTRACE_SYSCALL, thread, NULL, (long)hand_on);
}

/* The next thread that stopped or ended, and how; -1 if none is left. */
static pid_t wait_for_any(struct follower *follower, int *status)
{
    siginfo_t what;
    pid_t thread;
    while (waitid(P_ALL, 0, &what, WEXITED | WSTOPPED | WNOWAIT | __WALL | __WNOTHREAD) != 0)
        if (errno != EINTR)
            return -1;
    if (what.si_pid == follower->main &&
        (what.si_code == CLD_EXITED || what.si_code == CLD_KILLED || what.si_code == CLD_DUMPED))
        child_gone(follower->child);
    while ((thread = waitpid(what.si_pid, status, __WALL | __WNOTHREAD)) < 0 && errno == EINTR)
        ;
    return thread;
}

/* Until no thread is left. Returns the program's status. */
static int follow(struct follower *follower)
{
    for (;;) {
        int status;
        pid_t thread = wait_for_any(follower, &status);
        if (thread < 0)
            return follower->status;
        if (WIFSTOPPED(status)) {
            at_a_stop(follower, thread, status);
            continue;
        }
        forget(follower, thread);
        if (thread == follower->main) {
            follower->has_ended = 1;
            follower->status = status;
            end_the_rest(follower);
        }
    }
}

int trace_run(const struct child_job *job, const struct trace_watch *watch, struct trace *trace,
              struct child_result *result)
{
    struct child_job traced = *job;
    traced.is_traced = 1;
    *trace = (struct trace){0};
    *result = (struct child_result){0};
    struct child *child = child_start(&traced);
    if (child == NULL)
        return 0;
    struct follower follower = {.watch = watch, .trace = trace, .child = child, .main = child_pid(child)};
    int status;
    while (waitpid(follower.main, &status, __WALL) < 0 && errno == EINTR)
        ;
    if (WIFSTOPPED(status)) {
        ptrace(PTRACE_SETOPTIONS, follower.main, NULL, (long)OPTIONS);
        at_a_stop(&follower, follower.main, status);
        status = follow(&follower);
    }
    child_finish(child, status, result);
    while (follower.count > 0)
        forget(&follower, follower.tasks[0].thread);
    free(follower.tasks);
    return 1;
}

void trace_free(struct trace *trace)
{
    for (size_t i = 0; i < trace->count; i++)
        free(trace->events[i].path);
    free(trace->events);
    *trace = (struct trace){0};
}

/* ---- Whether it can be done here ---- */

static int try_a_call(pid_t pid)
{
    int status;
    struct stop stop = {0};
    if (waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status))
        return 0;
    if (ptrace(PTRACE_SETOPTIONS, pid, NULL, (long)OPTIONS) != 0 ||
        ptrace(PTRACE_SYSCALL, pid, NULL, 0L) != 0 || waitpid(pid, &status, __WALL) != pid ||
        !WIFSTOPPED(status))
        return 0;
    return ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof stop, &stop) > 0 && stop.arch == ARCHITECTURE;
}

int trace_is_allowed(void)
{
    pid_t pid = fork();
    if (pid < 0)
        return 0;
    if (pid == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0)
            raise(SIGSTOP);
        _exit(0);
    }
    int is_allowed = try_a_call(pid);
    int status;
    kill(pid, SIGKILL);
    while (waitpid(pid, &status, __WALL) > 0 && WIFSTOPPED(status))
        ptrace(PTRACE_CONT, pid, NULL, 0L);
    if (!is_allowed)
        errno = EPERM;
    return is_allowed;
}
