#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs elig's programs with synthetic people, and searches for these people and for the secret keys in everything that
the programs hand to the kernel and in the memory they have when they end. docs/AUDITING.md says what this shows.

    leak.py [BUILD]

strace decodes the system calls of each program, its threads and its children. A call fails the test if it is not in
the lists below, or if strace does not show its data: it "cannot be seen". A seccomp filter suspends each process as it
ends, until its memory was read, and suppresses prctl(PR_SET_DUMPABLE), which would hide buffers from strace.

The test first tests itself: planted.c leaks in one way at a time, and each must be found, in the right place only.
"""

import base64
import ctypes
import fcntl
import glob
import itertools
import os
import platform
import pty
import random
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "..", "tools"))
import oracle  # noqa: E402
import search  # noqa: E402

BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("BUILD", "build"))
PROGRAMS = {"build": "elig-build", "lookup": "elig-lookup", "audit": "elig-audit", "planted": "tests/leak/planted",
            "key-service": "tests/tools/key_service"}
SECONDS = 120  # a program that takes longer is killed
STRING_MAX = 8 << 20  # bytes of one string of a call that strace shows
CHUNK, PAGE = 1 << 20, 4096

# ---- System calls ----

# strace shows all data that these carry from the program to the kernel.
SHOWN = set("""write pwrite64 writev pwritev pwritev2 sendto sendmsg sendmmsg execve execveat open openat creat chdir mkdir
    mkdirat rmdir mknod mknodat unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat truncate chmod
    fchmodat chown lchown fchownat setxattr lsetxattr fsetxattr memfd_create bind connect setsockopt prctl""".split())
# These carry a file name, and the address of a buffer that the kernel fills.
NAMING = set("access faccessat faccessat2 stat lstat newfstatat statx statfs readlink readlinkat getxattr".split())
# These carry nothing but numbers and addresses; strings that strace shows are the kernel's.
QUIET = set("""read pread64 readv preadv preadv2 recvfrom recvmsg recvmmsg getrandom getcwd getdents64 uname sysinfo
    arch_prctl brk mmap munmap mremap mprotect madvise mlock mlock2 munlock close close_range dup dup2 dup3 fcntl lseek
    fstat fstatfs ftruncate fallocate fadvise64 fsync fdatasync fchmod fchown flock umask ioctl pipe pipe2 eventfd2
    socket socketpair listen accept4 shutdown getsockname getpeername getsockopt poll ppoll select pselect6 epoll_create1
    epoll_ctl epoll_wait epoll_pwait futex set_robust_list get_robust_list rseq set_tid_address membarrier clone clone3
    fork vfork wait4 waitid kill tgkill exit exit_group getpid getppid gettid getpgrp setpgid setsid getuid geteuid
    getgid getegid getgroups prlimit64 getrlimit getrusage sched_yield sched_getaffinity sched_getparam
    sched_getscheduler clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times alarm setitimer
    restart_syscall rt_sigaction rt_sigprocmask rt_sigreturn rt_sigsuspend rt_sigtimedwait sigaltstack""".split())
# Only these arguments of them.
ALLOWED = {"ioctl": r"\S+, (TCGETS|TCSETS[WF]?|TIOCGWINSZ|FIONREAD|FIONBIO)\b",
           "mmap": r"(?!.*PROT_WRITE.*MAP_SHARED)",  # no call shows what is then written to the file
           "clone": r"(?!.*CLONE_UNTRACED)", "clone3": r"(?!.*CLONE_UNTRACED)",
           "prctl": r"PR_(SET_NAME|SET_DUMPABLE|SET_PDEATHSIG|GET_DUMPABLE|SET_NO_NEW_PRIVS|CAPBSET_READ)\b"}
STREAM = re.compile("p?write|send")  # calls whose data are searched together, by file
STRING = re.compile(r'"([^"]*)"(\.\.\.)?')
ADDRESS = re.compile(r"\b0x[0-9a-f]+")


def quoted(text):
    return '"' + "".join(f"\\x{byte:02x}" for byte in os.fsencode(text)) + '"'


def unquoted(text):
    return bytes.fromhex(text.replace("\\x", "")) if text.startswith("\\x") else text.encode()


def read_trace(path, start, streams, unseen):
    """Reads one thread's trace. streams: adds data by (path, call, file). unseen: adds calls that cannot be seen.
    start: how the line of our own execve() begins, which is not searched."""
    with open(path, encoding="utf-8", errors="surrogateescape") as lines:
        for line in lines:
            name, _, arguments = line.partition("(")
            if line.startswith("+++ killed"):
                unseen.add("memory")
            if line.startswith(("---", "+++", start)):
                continue
            if name not in SHOWN | NAMING | QUIET or not re.match(ALLOWED.get(name, ""), arguments):
                unseen.add(name)
            if name in QUIET:
                continue
            strings = STRING.findall(arguments)
            rest = re.sub("<[^>]*>", "", STRING.sub("", arguments))
            if any(cut for _, cut in strings) or (ADDRESS.search(rest) if name in SHOWN else not strings):
                unseen.add(name)
            file = arguments.split(", ")[0] if STREAM.match(name) else ""
            data = (b"" if file else b"\0").join(unquoted(text) for text, _ in strings)
            streams.setdefault((path, name, file), bytearray()).extend(data)


# ---- Memory ----

AUDIT_ARCH, EXIT_GROUP, EXIT, PRCTL, SECCOMP = {  # the architecture, then numbers of system calls
    "x86_64": (0xC000003E, 231, 60, 157, 317), "aarch64": (0xC00000B7, 94, 93, 167, 277)}.get(platform.machine(), [0] * 5)
PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 4, 38
RECEIVE, SEND = 0xC0502100, 0xC0182101  # SECCOMP_IOCTL_NOTIF_RECV and _SEND
libc = ctypes.CDLL(None, use_errno=True)


def install_filter(to):
    """Called in the new process. Sends the file that tells of each exit_group() and exit() to a socket."""
    allow, notify, succeed = 0x7FFF0000, 0x7FC00000, 0x00050000  # SECCOMP_RET_ALLOW, _USER_NOTIF, _ERRNO with 0
    load, equal, give = 0x20, 0x15, 0x06  # BPF_LD | BPF_W | BPF_ABS, BPF_JMP | BPF_JEQ | BPF_K, BPF_RET | BPF_K
    code = [(load, 0, 0, 4), (equal, 0, 6, AUDIT_ARCH), (load, 0, 0, 0), (equal, 5, 0, EXIT_GROUP), (equal, 4, 0, EXIT),
            (equal, 0, 2, PRCTL), (load, 0, 0, 16), (equal, 2, 0, PR_SET_DUMPABLE), (give, 0, 0, allow),
            (give, 0, 0, notify), (give, 0, 0, succeed)]
    packed = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *line) for line in code))
    program = struct.pack("@HP", len(code), ctypes.addressof(packed))
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    file = libc.syscall(SECCOMP, 1, 8, program)  # SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER
    socket.send_fds(to, [b"f"], [file] if file >= 0 else [])


def read_memory(pid, ours):
    """Yields (name, bytes) of all memory that a process can have written to; pages of zeros are left out. ours: the
    arguments and environment that it was started with, which are left out, too."""
    with open(f"/proc/{pid}/maps", encoding="utf-8", errors="surrogateescape") as file:
        maps = [line.split(maxsplit=5) for line in file]
    program, zeros = os.path.basename(os.readlink(f"/proc/{pid}/exe")), bytes(PAGE)
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for extent, permissions, _, _, inode, *name in maps:
            if name and name[0].startswith("[v") or inode != "0" and "w" not in permissions:
                continue
            at, end = (int(side, 16) for side in extent.split("-"))
            data = bytearray()
            while at < end:
                chunk = os.pread(memory.fileno(), min(CHUNK, end - at), at)
                at += len(chunk)
                pages = (chunk[i:i + PAGE] for i in range(0, len(chunk), PAGE))
                data += b"".join(page for page in pages if page != zeros)
            yield f"{program}'s {name[0].strip() if name else extent}", bytes(data).replace(ours, b"")


# ---- Running ----

class Run:
    """A program, run to its end: code, what it printed, streams and memory to be searched, calls that are unseen."""

    def __init__(self, folder, arguments, typed, is_terminal=False):
        self.streams, self.memory, self.unseen = {}, [], set()
        environment = {"HOME": folder, "TMPDIR": f"{folder}/tmp", "LC_ALL": "C.UTF-8"}
        ours = arguments + [f"{name}={value}" for name, value in environment.items()]
        source, sink = reversed(pty.openpty()) if is_terminal else os.pipe()
        os.write(sink, typed)
        if not is_terminal:  # of a terminal that is closed nothing could be read
            os.close(sink)
        here, there = socket.socketpair()
        with tempfile.TemporaryDirectory() as traces, open(f"{traces}/printed", "wb+") as printed:
            strace = [shutil.which("strace"), "-ff", "-v", "-xx", "-y", "-s", str(STRING_MAX), "-o", f"{traces}/of", "--"]
            with subprocess.Popen(strace + arguments, stdin=source, stdout=printed, stderr=printed, cwd=folder,
                                  env=environment, start_new_session=True,
                                  preexec_fn=lambda: install_filter(there)) as tracer:
                os.close(source)
                files = socket.recv_fds(here, 1, 1)[1]
                if files:
                    self.follow(tracer, files[0], b"".join(os.fsencode(text) + b"\0" for text in ours))
            self.code = tracer.returncode
            printed.seek(0)
            self.printed = printed.read().decode(errors="replace")
            start = "execve(%s, [%s], [" % (quoted(arguments[0]), ", ".join(map(quoted, arguments)))
            for name in glob.glob(f"{traces}/of.*"):
                read_trace(name, start, self.streams, self.unseen)
            if not files or not self.streams:
                sys.exit(f"leak.py: cannot run here: {'strace' if files else 'seccomp'} is not permitted to follow a "
                         f"program: {self.printed}")

    def follow(self, tracer, listener, ours):
        end = os.pidfd_open(tracer.pid)
        while end not in (ready := select.select([listener, end], [], [], SECONDS)[0]):
            if not ready:
                os.killpg(tracer.pid, signal.SIGKILL)
                break
            self.answer(tracer, listener, ours)
        os.close(end)
        os.close(listener)

    def answer(self, tracer, listener, ours):
        """Reads the memory of the process that waits, and lets it end."""
        notice = bytearray(80)
        try:
            fcntl.ioctl(listener, RECEIVE, notice)
        except FileNotFoundError:  # all processes have ended, or this one was killed
            return
        number, pid, _, call = struct.unpack_from("=QIIi", notice)
        try:
            if pid != tracer.pid and (call == EXIT_GROUP or len(os.listdir(f"/proc/{pid}/task")) == 1):
                self.memory += read_memory(pid, ours)
        except OSError:
            self.unseen.add("memory")
        try:
            fcntl.ioctl(listener, SEND, bytearray(struct.pack("=QqiI", number, 0, 0, 1)))  # it continues
        except FileNotFoundError:  # it was killed meanwhile
            return

    def found(self, wanted, secrets, keys):
        """Where something was found, and what. Secrets may be written to files in the folder keys."""
        both = {**wanted, **secrets}
        places = {f"unseen:{name}": "" for name in self.unseen}
        if not self.memory:
            places["unseen:memory"] = ""
        for (_, name, file), data in self.streams.items():
            for at, whose in search.find(data, wanted if quoted(keys)[1:-1] in file else both)[:1]:
                places[name] = f"byte {at} of the data for {file.split('<')[0] or 'the call'}, of {whose}"
        for name, data in self.memory:
            for at, whose in search.find(data, both)[:1]:
                places["memory"] = f"byte {at} of {name}, of {whose}"
        return places


# ---- People and their lists ----

LISTED, STRANGERS, MALFORMED, SHORT, MANY = 60, 20, 8, 4, 60000
HEADER = "email,phone,name,birth,customer,status\n"
KINDS = ("--kind email=email:email --kind phone=phone:phone/KR --kind person=name:text/compact+birth:date "
         "--kind customer=customer:exact")
chance = random.Random(1)


def letters(count):
    return "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=count))


def hangul(count):
    return "".join(chr(0xAC00 + chance.randrange(11172)) for _ in range(count))


def person(number):
    domain = hangul(9) if number % 4 == 3 else letters(12)
    return [f"{letters(12)}@{domain}.example", f"010-{2000 + number // 10000}-{number * 7919 % 10000:04}",
            hangul(6),
            f"19{chance.randrange(10, 80)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}",
            "".join(chance.choices("0123456789", k=16)), ["gold", "blue"][number % 2]]


def malformed(number):
    email, _, name, _, customer, label = person(number)
    return [email.replace("@", [" x@", ""][number % 2]), "010-" + letters(12), name + "\1", "31 Dec " + letters(12),
            customer + "x", label]


def respelled(row):
    return [row[0].upper(), "+82 " + row[1][1:], row[2][0] + " " + row[2][1:], *row[3:]]


def rows_of(people):
    return HEADER + "".join(",".join(row) + "\n" for row in people)


def write_lists(folder):
    """Writes the lists, and returns the people on them who are searched for."""
    people = [person(i) for i in range(LISTED + STRANGERS)]
    broken = [malformed(i) for i in range(MALFORMED)]
    many = [person(LISTED + STRANGERS + i) for i in range(MANY)]
    listed = people[:LISTED] + [respelled(row) for row in people[:LISTED:3]]
    wanted = people + broken + many[::MANY // 40]
    for name, text in {
            "list": rows_of(listed), "cp949": rows_of(listed), "absent": rows_of(people[LISTED:]), "many": rows_of(many),
            "malformed": rows_of(people[:LISTED] + broken), "short": rows_of(people[:SHORT]), "wanted": rows_of(wanted),
            "conflict": rows_of(people[:LISTED] + [people[0][:-1] + ["blue"]]), "headless": rows_of(listed)[len(HEADER):],
            "guesses": "".join(row[0] + "\n" for row in people)}.items():
        with open(f"{folder}/{name}.csv", "w", encoding="cp949" if name == "cp949" else "utf-8") as file:
            file.write(text)
    return wanted


def forms_of_people(folder, people):
    """What is searched for, as search.py keeps it. Some bytes of a long cell are enough."""
    wanted = search.all_forms(f"{folder}/wanted.csv", [oracle.Kind(kind) for kind in KINDS.split() if "=" in kind])
    for row in people:
        for text, encoding in itertools.product((row[0], row[2], row[4]), ("utf-8", "utf-16-le")):
            raw = text.encode(encoding).replace(b"\0", b"")
            search.add_forms(wanted, [raw[at:at + 10] for at in range(0, len(raw) - 9, 4)], row[0])
    return wanted


def forms_of_secrets(folder):
    wanted = {}
    for name in {"secret", "other", "seed", "signer"} & set(os.listdir(folder)):
        with open(f"{folder}/{name}", encoding="ascii") as file:
            key = bytes.fromhex(file.read().split()[-1])
        for raw in (key, key[:len(key) // 2], key[len(key) // 2:]):
            search.add_forms(wanted, search.byte_forms(raw), name)
    return wanted


# ---- What is run ----

ENCODINGS = {
    "as it is": str.encode, "in hexadecimal": lambda text: text.encode().hex().encode(),
    "in base64": lambda text: base64.b64encode(b"x" + text.encode()), "reversed": lambda text: text[::-1].encode(),
    "in UTF-16": lambda text: text.encode("utf-16-le"),
    "in UTF-32": lambda text: text.encode("utf-32-le"), "in CP949": lambda text: text.encode("cp949"),
    "in capitals": lambda text: text.upper().encode()}
# Where planted.c leaves its text, and where that must be found.
PLANTED = {
    "nowhere": "", "stdout": "write", "stderr": "write", "two-writes": "write", "deleted-file": "write",
    "vector": "pwritev", "memory-file": "write", "socket": "sendmsg", "undumpable": "write", "thread": "write",
    "thread-name": "prctl", "file-name": "openat", "attribute": "setxattr", "argument": "execve memory",
    "environment": "execve memory", "heap": "memory", "freed-heap": "memory", "stack": "memory", "static-data": "memory",
    "title": "memory", "protected-page": "memory", "child": "memory", "shared-mapping": "unseen:mmap",
    "io-uring": "unseen:io_uring_setup", "splice": "unseen:vmsplice vmsplice", "copy": "unseen:sendfile",
    "terminal-input": "unseen:ioctl", "unreadable-buffer": "unseen:write", "untraced-child": "unseen:clone"}

SECRET = "--secret keys/secret"
WORK = "--tmpdir spill --memory 64MiB --threads 2"
COMPILE = f"build compile {SECRET} {KINDS} {WORK}"
OFFLINE = "--profile offline --argon2-memory 19MiB --argon2-passes 2 --work-bits 1 --seed keys/seed --accept-enumerable"
COLUMNS = "--kind person=name+birth --label status --label-minimum 1"
SALT = "--salt 9d41c7b2e80f5a63d1e7b94a2c8f60be"
SIXTEEN = " ".join("--kind " + kind for kind in """a=email:email b=email:email/plus c=email:email/gmail d=email:text
    e=email:text/compact f=email:exact g=phone:phone/KR h=phone:text i=phone:digits j=phone:exact
    k=name:text/compact+birth:date l=name:text+birth:exact m=name:exact n=customer:digits o=customer:text
    p=customer:exact""".split())
# Exit code, standard input (see typed_lines()), command line; % is somebody's address.
CASES = [line.split(maxsplit=2) for line in f"""
    0 - build keygen secret keys/secret
    0 - build keygen secret keys/other
    0 - build keygen seed keys/seed
    0 - build keygen signer keys/signer
    5 - build keygen secret keys/secret
    0 - {COMPILE} {SALT} --label status --absent absent.csv --report out/1.json -o out/index list.csv
    0 - {COMPILE} --label status --signer keys/signer --serial 2026-12-01T09:00:00Z -o out/signed list.csv
    0 list {COMPILE} --label status --quiet -o out/stdin
    1 - {COMPILE} --report out/2.json -o out/refused malformed.csv
    0 - {COMPILE} --skip-invalid=100000 --report out/3.json -o out/skipped malformed.csv
    1 - {COMPILE} --label status --report out/4.json -o out/refused conflict.csv
    1 - {COMPILE} --absent list.csv --report out/5.json -o out/refused list.csv
    0 - {COMPILE} --label status --encoding CP949 --report out/6.json -o out/cp949 cp949.csv
    1 - {COMPILE} --report out/7.json -o out/refused cp949.csv
    1 - {COMPILE} -o out/refused headless.csv
    5 - {COMPILE} -o nowhere/index list.csv
    0 - build compile {SECRET} {SIXTEEN} {WORK} --label status --report out/8.json -o out/many many.csv
    0 - build digest {SECRET} {SALT} {KINDS} --label status {WORK} --report out/9.json -o out/set list.csv
    1 - build digest {SECRET} {SALT} {KINDS} --label status {WORK} -o out/refused malformed.csv
    0 - build digest {SECRET} {SALT} {KINDS} --label status {WORK} -o out/removed short.csv
    0 - build assemble {WORK} --remove out/removed --report out/10.json -o out/assembled out/set
    1 - build assemble {WORK} -o out/refused list.csv
    5 - build compile --secret list.csv {KINDS} -o out/refused list.csv
    0 - build compile {OFFLINE} {KINDS} {WORK} --label status --label-minimum 1 -o out/offline short.csv
    0 - build compile --profile blind {SECRET} {KINDS} {WORK} --label status --label-minimum 1 -o out/blind short.csv
    0 - build inspect list.csv
    1 - build inspect --write-config out/malformed.conf malformed.csv
    1 - build inspect --write-config out/cp949.conf cp949.csv
    0 - build inspect --write-config out/headless.conf headless.csv
    2 - build compile --config list.csv -o out/refused list.csv
    0 email lookup {SECRET} out/index email
    0 terminal lookup {SECRET} out/index email
    0 phone lookup {SECRET} out/index phone
    0 person lookup {SECRET} out/index person
    0 customer lookup {SECRET} --json out/index customer
    1 stranger lookup {SECRET} out/index email
    3 malformed lookup {SECRET} out/index email
    3 malformed lookup {SECRET} --json out/index person
    0 batch lookup {SECRET} --batch out/index email
    0 batch lookup {SECRET} --batch --populate --json out/index email
    3 bad-batch lookup {SECRET} --batch out/index email
    0 email lookup {SECRET} --signer keys/signer.pub out/signed email
    0 person lookup {SECRET} out/cp949 person
    0 email lookup out/offline email
    3 malformed lookup out/offline phone
    0 email lookup {SECRET} out/blind email
    3 malformed lookup {SECRET} out/blind email
    0 email lookup --key-service unix:service out/blind email
    0 batch lookup --key-service unix:service --batch out/blind email
    5 email lookup --key-service unix:missing out/blind email
    0 - lookup --info out/index
    5 email lookup --secret keys/other out/index email
    5 email lookup out/index email
    5 email lookup {SECRET} nowhere/index email
    5 email lookup {SECRET} list.csv email
    5 email lookup --secret list.csv out/index email
    5 email lookup {SECRET} --signer list.csv out/index email
    0 - audit out/index
    0 - audit {SECRET} --against list.csv {COLUMNS} --absent absent.csv -o out/1.html -o out/11.json out/index
    0 - audit {SECRET} --rebuild list.csv {COLUMNS} --absent absent.csv out/index
    1 - audit {SECRET} --rebuild malformed.csv {COLUMNS} out/index
    1 - audit {SECRET} --against conflict.csv {COLUMNS} out/index
    0 - audit --seed keys/seed --against short.csv {COLUMNS} out/offline
    0 - audit {SECRET} --against short.csv {COLUMNS} out/blind
    0 - audit {SECRET} --simulate-list guesses.csv --i-am-the-controller out/index
    1 - audit {SECRET} out/index out/assembled
    5 - audit list.csv
    5 - audit {SECRET} out/index list.csv
    5 - audit --secret list.csv out/index
    2 - lookup {SECRET} out/index email %
    2 - lookup {SECRET} out/index %
    2 - lookup {SECRET} --email=% out/index email
    2 - build %
    2 - build compile --email=%
    2 - build compile {SECRET} {KINDS} --label-minimum % -o out/refused list.csv
    2 - build compile {SECRET} --kind email=email:% -o out/refused list.csv
    2 - audit --email=% out/index
    2 - audit --label-minimum % --against list.csv out/index
""".strip().split("\n")]


def typed_lines(people):
    """What is on standard input, by name."""
    emails = [row[0] for row in people]
    broken = emails[LISTED + STRANGERS]
    lines = {"-": [], "email": emails[:1], "terminal": emails[:1], "phone": [people[0][1]],
             "person": ["\t".join(people[0][2:4])], "customer": [people[0][4]], "stranger": [emails[LISTED]],
             "malformed": [broken], "batch": emails[:5] + [emails[LISTED]], "bad-batch": [emails[0], broken, emails[1]],
             "list": rows_of(people[:LISTED]).splitlines()}
    return {name: "".join(line + "\n" for line in kept).encode() for name, kept in lines.items()}


def start_service(folder):
    """A key service that answers one request at the socket unix:service."""
    if os.path.lexists(f"{folder}/service"):
        os.unlink(f"{folder}/service")
    service = subprocess.Popen([f"{BUILD}/{PROGRAMS['key-service']}", "keys/secret", "unix:service", "right", "1"],
                               cwd=folder, stdout=subprocess.PIPE)
    service.stdout.readline()  # it listens
    return service


def report(name, run, code, places, expected):
    """Prints how a run came out; returns whether it failed."""
    if run.code == code and set(places) == expected:
        print(f"ok {name}", flush=True)
        return False
    print(f"not ok {name}\n    exit code {run.code}, expected {code}; expected in: {' '.join(sorted(expected)) or '-'}")
    for place, what in sorted(places.items()):
        print(f"    found in: {place} {what}")
    if run.code != code:
        print(f"    it printed: {run.printed.strip()}", flush=True)
    return True


def run_planted(folder, wanted, row):
    controls = [(place, row[1] if place == "thread-name" else row[0], "as it is", found) for place, found in PLANTED.items()]
    controls += [("stdout", row[2] if encoding == "in CP949" else row[0], encoding, "write") for encoding in ENCODINGS]
    for place, text, encoding, found in controls:
        run = Run(folder, [f"{BUILD}/{PROGRAMS['planted']}", place], ENCODINGS[encoding](text))
        yield report(f"planted: {place}, {encoding}", run, 0, run.found(wanted, {}, "-"), set(found.split()))


def run_case(folder, wanted, typed, program, case):
    code, source, line = case
    service = start_service(folder) if "unix:service" in line else None
    run = Run(folder, [program, *line.split()[1:]], typed[source], source == "terminal")
    places = run.found(wanted, forms_of_secrets(f"{folder}/keys"), f"{folder}/keys/")
    if service:
        service.terminate()
        service.wait()
    return run, int(code), places


def run_cases(folder, wanted, people):
    typed = typed_lines(people)
    for code, source, line in CASES:
        program = f"{BUILD}/{PROGRAMS[line.split()[0]]}"
        name = line.replace(KINDS, "KINDS").replace(SIXTEEN, "SIXTEEN")
        name = name if source == "-" else f"{name} < {source}"
        case = code, source, line.replace("%", people[0][0])
        yield report(name, *run_case(folder, wanted, typed, program, case), set())
        # The C library reads the name of the program by vectors, and what follows it with them: how much does depends
        # on where the name ends.
        for length in range(0, 64, 8) if "%" in line else ():
            link = f"{folder}/tmp/{'x' * length}x"
            os.symlink(program, link)
            yield report(f"{name}, by a name of {length} characters more",
                         *run_case(folder, wanted, typed, link, case), set())
            os.unlink(link)


def main():
    for name in PROGRAMS.values():
        with open(f"{BUILD}/{name}", "rb") as file:
            if re.search(b"__[atm]san_init|__ubsan_", file.read()):
                print(f"ok skipped: {name} is built with a sanitizer, which keeps copies of data in memory")
                return 0
    if not shutil.which("strace"):
        sys.exit("leak.py: cannot run here: strace is not installed")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("keys", "out", "spill", "tmp"):
            os.mkdir(f"{folder}/{name}")
        people = write_lists(folder)
        wanted = forms_of_people(folder, people)
        failed = [*run_planted(folder, wanted, people[0]), *run_cases(folder, wanted, people)]
    return 1 if any(failed) else 0


if __name__ == "__main__":
    sys.exit(main())
