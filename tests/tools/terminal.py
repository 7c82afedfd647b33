#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a command at a terminal and types lines into it, each when the command prompts for it.

    terminal.py TYPED COMMAND...

TYPED is a file. A prompt is output that ends with ": ". What appears on the terminal goes to standard output; the
exit code is the command's.
"""

import os
import pty
import sys


def main():
    with open(sys.argv[1], "rb") as file:
        lines = file.read().splitlines(keepends=True)
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(sys.argv[2], sys.argv[2:])
    shown = b""
    while True:
        try:
            got = os.read(terminal, 4096)
        except OSError:  # the command has ended
            got = b""
        if not got:
            break
        shown += got
        if shown.endswith(b": ") and lines:
            os.write(terminal, lines.pop(0))
    sys.stdout.buffer.write(shown)
    sys.stdout.flush()
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


main()
