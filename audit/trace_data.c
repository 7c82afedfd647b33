#include "trace_data.h"

#include "trace_memory.h"

#include <limits.h>
#include <linux/keyctl.h>
#include <linux/prctl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#define PIECE_BYTES 65536
#define COUNT(array) (sizeof(array) / sizeof *(array))
#define NO (-1)
#define ANY (-1)

/* Of Linux 6.13, which not all headers know; the same number everywhere. */
#ifndef SYS_setxattrat
#define SYS_setxattrat 463
#endif

enum manner {
    AS_BYTES,    /* at one argument, as many as another says */
    AS_TEXT,     /* at one argument, with its end */
    AS_VECTOR,   /* struct iovec at one argument, as many as another says */
    AS_MESSAGE,  /* struct msghdr */
    AS_MESSAGES, /* struct mmsghdr, as many as another says */
    AS_QUEUED,   /* bytes behind a long */
    AS_VALUE     /* struct xattr_args: where, and how many */
};

/* Arguments by number. One call may have several lines. */
struct handed {
    long number;
    const char *name;
    enum trace_reach reach;
    enum manner manner;
    signed char file, at, length;
    long first; /* what the first argument must be; ANY: anything */
};

static const struct handed table[] = {
    /* One name for all: what is written in pieces is searched as one. */
    {SYS_write, "write", TRACE_KEPT, AS_BYTES, 0, 1, 2, ANY},
    {SYS_pwrite64, "write", TRACE_KEPT, AS_BYTES, 0, 1, 2, ANY},
    {SYS_writev, "write", TRACE_KEPT, AS_VECTOR, 0, 1, 2, ANY},
    {SYS_pwritev, "write", TRACE_KEPT, AS_VECTOR, 0, 1, 2, ANY},
    {SYS_pwritev2, "write", TRACE_KEPT, AS_VECTOR, 0, 1, 2, ANY},
    /* Into a pipe, from which it can go anywhere without another look at it. */
    {SYS_vmsplice, "vmsplice", TRACE_SENT, AS_VECTOR, NO, 1, 2, ANY},
    {SYS_process_vm_writev, "process_vm_writev", TRACE_SENT, AS_VECTOR, NO, 1, 2, ANY},
    {SYS_sendto, "send", TRACE_SENT, AS_BYTES, 0, 1, 2, ANY},
    {SYS_sendto, "send", TRACE_SENT, AS_BYTES, 0, 4, 5, ANY},
    {SYS_sendmsg, "send", TRACE_SENT, AS_MESSAGE, 0, 1, NO, ANY},
    {SYS_sendmmsg, "send", TRACE_SENT, AS_MESSAGES, 0, 1, 2, ANY},
    {SYS_bind, "bind", TRACE_SENT, AS_BYTES, 0, 1, 2, ANY},
    {SYS_connect, "connect", TRACE_SENT, AS_BYTES, 0, 1, 2, ANY},
    {SYS_mq_timedsend, "mq_send", TRACE_SENT, AS_BYTES, 0, 1, 2, ANY},
    {SYS_msgsnd, "msgsnd", TRACE_SENT, AS_QUEUED, NO, 1, 2, ANY},
    {SYS_add_key, "add_key", TRACE_SENT, AS_TEXT, NO, 1, NO, ANY},
    {SYS_add_key, "add_key", TRACE_SENT, AS_BYTES, NO, 2, 3, ANY},
    {SYS_request_key, "request_key", TRACE_SENT, AS_TEXT, NO, 1, NO, ANY},
    {SYS_keyctl, "keyctl", TRACE_SENT, AS_TEXT, NO, 1, NO, KEYCTL_JOIN_SESSION_KEYRING},
    {SYS_keyctl, "keyctl", TRACE_SENT, AS_BYTES, NO, 2, 3, KEYCTL_UPDATE},
    {SYS_keyctl, "keyctl", TRACE_SENT, AS_BYTES, NO, 2, 3, KEYCTL_INSTANTIATE},
    {SYS_setxattr, "setxattr", TRACE_KEPT, AS_TEXT, NO, 1, NO, ANY},
    {SYS_setxattr, "setxattr", TRACE_KEPT, AS_BYTES, NO, 2, 3, ANY},
    {SYS_lsetxattr, "setxattr", TRACE_KEPT, AS_TEXT, NO, 1, NO, ANY},
    {SYS_lsetxattr, "setxattr", TRACE_KEPT, AS_BYTES, NO, 2, 3, ANY},
    {SYS_fsetxattr, "setxattr", TRACE_KEPT, AS_TEXT, NO, 1, NO, ANY},
    {SYS_fsetxattr, "setxattr", TRACE_KEPT, AS_BYTES, NO, 2, 3, ANY},
    {SYS_setxattrat, "setxattr", TRACE_KEPT, AS_TEXT, NO, 3, NO, ANY},
    {SYS_setxattrat, "setxattr", TRACE_KEPT, AS_VALUE, NO, 4, NO, ANY},
#ifdef SYS_symlink
    {SYS_symlink, "symlink", TRACE_KEPT, AS_TEXT, NO, 0, NO, ANY},
#endif
    {SYS_symlinkat, "symlink", TRACE_KEPT, AS_TEXT, NO, 0, NO, ANY},
    {SYS_prctl, "prctl", TRACE_SHOWN, AS_TEXT, NO, 1, NO, PR_SET_NAME},
    {SYS_sethostname, "sethostname", TRACE_KEPT, AS_BYTES, NO, 0, 1, ANY},
    {SYS_setdomainname, "setdomainname", TRACE_KEPT, AS_BYTES, NO, 0, 1, ANY},
};

/* A call whose memory is being read. */
struct giving {
    pid_t thread;
    struct trace_data data;
    trace_data_take *take;
    void *context;
    int is_enough; /* no more is wanted, or can be read */
};

static void give(struct giving *giving, const void *bytes, size_t length)
{
    giving->data.bytes = bytes;
    giving->data.length = length;
    if (length > 0 && !giving->take(giving->context, giving->thread, &giving->data))
        giving->is_enough = 1;
}

/* What cannot be read ends it: nor does the system read on there. */
static void give_bytes(struct giving *giving, uint64_t at, uint64_t length)
{
    uint8_t piece[PIECE_BYTES];
    while (length > 0 && !giving->is_enough) {
        size_t wanted = length < sizeof piece ? (size_t)length : sizeof piece;
        size_t count = trace_memory_read(giving->thread, at, piece, wanted);
        give(giving, piece, count);
        if (count < wanted) {
            give(giving, NULL, wanted - count);
            giving->is_enough = 1;
        }
        at += count;
        length -= count;
    }
}

static void give_text(struct giving *giving, uint64_t at)
{
    char text[PATH_MAX];
    trace_memory_text(giving->thread, at, text, sizeof text);
    give(giving, text, strlen(text));
}

/* One structure of an array in the thread's memory. */
static int read_one(struct giving *giving, uint64_t at, void *structure, size_t size)
{
    if (trace_memory_read(giving->thread, at, structure, size) == size)
        return 1;
    give(giving, NULL, size);
    giving->is_enough = 1;
    return 0;
}

static void give_vector(struct giving *giving, uint64_t at, uint64_t count)
{
    struct iovec part;
    for (uint64_t i = 0; i < count && i < IOV_MAX && !giving->is_enough; i++)
        if (read_one(giving, at + i * sizeof part, &part, sizeof part))
            give_bytes(giving, (uintptr_t)part.iov_base, part.iov_len);
}

/* The name that it goes to and what accompanies it carry something, too. */
static void give_message(struct giving *giving, uint64_t at)
{
    struct msghdr message;
    if (!read_one(giving, at, &message, sizeof message))
        return;
    give_vector(giving, (uintptr_t)message.msg_iov, message.msg_iovlen);
    give_bytes(giving, (uintptr_t)message.msg_name, message.msg_namelen);
    give_bytes(giving, (uintptr_t)message.msg_control, message.msg_controllen);
}

/* As linux/xattr.h has it, where it has it. */
static void give_value(struct giving *giving, uint64_t at)
{
    struct {
        uint64_t value;
        uint32_t size, flags;
    } arguments;
    if (read_one(giving, at, &arguments, sizeof arguments))
        give_bytes(giving, arguments.value, arguments.size);
}

static void give_line(struct giving *giving, const struct handed *line, const uint64_t *arguments)
{
    uint64_t at = arguments[line->at];
    uint64_t length = line->length != NO ? arguments[line->length] : 0;
    if (at == 0)
        return;
    switch (line->manner) {
    case AS_BYTES:
        give_bytes(giving, at, length);
        break;
    case AS_TEXT:
        give_text(giving, at);
        break;
    case AS_VECTOR:
        give_vector(giving, at, length);
        break;
    case AS_MESSAGE:
        give_message(giving, at);
        break;
    case AS_MESSAGES:
        for (uint64_t i = 0; i < length && i < IOV_MAX && !giving->is_enough; i++)
            give_message(giving, at + i * sizeof(struct mmsghdr));
        break;
    case AS_QUEUED:
        give_bytes(giving, at + sizeof(long), length);
        break;
    case AS_VALUE:
        give_value(giving, at);
        break;
    }
}

void trace_data_read(pid_t thread, uint64_t number, const uint64_t *arguments, trace_data_take *take,
                     void *context)
{
    for (size_t i = 0; i < COUNT(table); i++) {
        const struct handed *line = &table[i];
        if ((uint64_t)line->number != number || (line->first != ANY && arguments[0] != (uint64_t)line->first))
            continue;
        struct giving giving = {.thread = thread, .take = take, .context = context};
        giving.data = (struct trace_data){.call = line->name,
                                          .reach = line->reach,
                                          .file = line->file != NO ? (int)arguments[line->file] : -1};
        give_line(&giving, line, arguments);
    }
}

int trace_data_is_written(uint64_t number)
{
    for (size_t i = 0; i < COUNT(table); i++)
        if ((uint64_t)table[i].number == number)
            return table[i].reach == TRACE_KEPT && table[i].file != NO;
    return 0;
}
