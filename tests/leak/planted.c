/* SPDX-License-Identifier: Apache-2.0 */
/*
 * planted.c - a program that leaks on purpose: it reads a text from standard input and leaves it in one place,
 * which its argument names. leak.py must find it there and nowhere else.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#define TEXT_MAX 4096
#define DEEP 65536 /* bytes of stack; the rest of the program does not reach the lowest of them */

static char text[TEXT_MAX], kept[TEXT_MAX]; /* text: what was read, a string */
static size_t length;
static const char *place;
static char *volatile kept_elsewhere;

static int is(const char *name)
{
    return strcmp(place, name) == 0;
}

static int must(long result)
{
    if (result < 0)
        _exit(EXIT_FAILURE);
    return (int)result;
}

static int make_file(void)
{
    return must(open("planted", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
}

static void put(int file)
{
    must(write(file, text, length));
}

static void *put_in_thread(void *unused)
{
    put(STDOUT_FILENO);
    return unused;
}

static char *put_in_page(int file, int flags)
{
    char *page = mmap(NULL, TEXT_MAX, PROT_READ | PROT_WRITE, flags, file, 0);
    must(page == MAP_FAILED ? -1 : 0);
    return memcpy(page, text, length);
}

static void wait_for(long child)
{
    explicit_bzero(text, sizeof text);
    must(waitpid((pid_t)must(child), NULL, __WALL));
}

static void start_program(const char *argument, char *environment)
{
    pid_t child = vfork();
    if (child == 0)
        _exit(
            execle("/bin/true", "true", argument != NULL ? argument : "", NULL, (char *[]){environment, NULL}));
    wait_for(child);
}

/* Hands text to the kernel. Returns 0 if it does not know the place, as the next two functions do. */
static int send_text(void)
{
    int ends[2], file;
    pthread_t thread;
    struct iovec parts[2] = {{text, length / 2}, {text + length / 2, length - length / 2}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    if (is("stdout")) {
        put(STDOUT_FILENO);
    } else if (is("stderr")) {
        put(STDERR_FILENO);
    } else if (is("two-writes")) {
        must(write(STDOUT_FILENO, text, length / 2));
        must(write(STDOUT_FILENO, text + length / 2, length - length / 2));
    } else if (is("deleted-file")) {
        file = make_file();
        must(unlink("planted"));
        put(file);
    } else if (is("vector")) {
        must(pwritev(make_file(), parts, 2, 100));
    } else if (is("memory-file")) {
        put(must(memfd_create("memory", MFD_CLOEXEC)));
    } else if (is("socket")) {
        must(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends));
        must(sendmsg(ends[0], &message, 0));
    } else if (is("undumpable")) {
        must(prctl(PR_SET_DUMPABLE, 0));
        put(STDOUT_FILENO);
    } else if (is("thread")) {
        must(-pthread_create(&thread, NULL, put_in_thread, NULL));
        must(-pthread_join(thread, NULL));
    } else if (is("thread-name")) {
        must(prctl(PR_SET_NAME, text));
    } else if (is("file-name")) {
        must(open(text, O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    } else if (is("attribute")) {
        setxattr(".", "user.planted", text, length, 0); /* some file systems have none */
    } else if (is("argument")) {
        start_program(text, NULL);
    } else if (is("environment")) {
        start_program(NULL, text);
    } else {
        return 0;
    }
    return 1;
}

/* Leaves text in memory. */
static int keep_text(char *title)
{
    volatile char deep[DEEP];
    deep[0] = 0;
    if (is("heap")) {
        kept_elsewhere = strdup(text);
    } else if (is("freed-heap")) {
        kept_elsewhere = strdup(text);
        free(kept_elsewhere);
    } else if (is("stack")) {
        for (size_t i = 0; i < length; i++)
            deep[i] = text[i];
    } else if (is("static-data")) {
        memcpy(kept, text, length);
    } else if (is("title")) {
        memcpy(title, text, length); /* and what comes behind it, as setproctitle() does elsewhere */
    } else if (is("protected-page")) {
        char *page = put_in_page(-1, MAP_PRIVATE | MAP_ANONYMOUS);
        must(madvise(page, TEXT_MAX, MADV_DONTDUMP));
        must(mprotect(page, TEXT_MAX, PROT_NONE));
    } else if (is("child")) {
        pid_t child = fork();
        if (child == 0)
            _exit(EXIT_SUCCESS);
        wait_for(child);
    } else {
        return 0;
    }
    return deep[0] >= 0;
}

/* Makes a system call whose data strace does not show. */
static int hide_text(void)
{
    int ends[2];
    char parameters[256] = {0};
    struct iovec part = {text, length};
    if (is("shared-mapping")) {
        int file = make_file();
        must(ftruncate(file, TEXT_MAX));
        munmap(put_in_page(file, MAP_SHARED), TEXT_MAX);
    } else if (is("io-uring")) {
        syscall(SYS_io_uring_setup, 1, parameters); /* a system may forbid it */
    } else if (is("splice")) {
        must(pipe(ends));
        must(vmsplice(ends[1], &part, 1, 0));
    } else if (is("copy")) {
        must(sendfile(make_file(), make_file(), NULL, TEXT_MAX));
    } else if (is("terminal-input")) {
        ioctl(STDIN_FILENO, TIOCSTI, text); /* it is no terminal */
    } else if (is("unreadable-buffer")) {
        syscall(SYS_write, STDOUT_FILENO, 1, 5); /* at address 1, where no memory is */
    } else if (is("untraced-child")) {
        long child = syscall(SYS_clone, CLONE_UNTRACED | SIGCHLD, NULL, NULL, NULL, NULL);
        if (child == 0) {
            put(STDOUT_FILENO);
            explicit_bzero(text, sizeof text);
            _exit(EXIT_SUCCESS);
        }
        wait_for(child);
    } else {
        return 0;
    }
    return 1;
}

int main(int argc, char **argv)
{
    ssize_t count = 0;
    place = argc == 2 ? argv[1] : "";
    while (length < TEXT_MAX - 1 && (count = read(STDIN_FILENO, text + length, TEXT_MAX - 1 - length)) > 0)
        length += (size_t)count;
    int is_known = send_text() || keep_text(argv[0]) || hide_text() || is("nowhere");
    explicit_bzero(text, sizeof text);
    return is_known ? EXIT_SUCCESS : EXIT_FAILURE;
}
