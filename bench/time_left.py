#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the remaining time that a program displays with the actual one.

    time_left.py COMMAND ARGUMENT...

Runs the command on a pseudo-terminal, records each "M:SS left in all" with the moment it was displayed, and compares
it with the end of the command. Prints one line for each tenth of the run, and the largest error after the first
tenth. Ends with 1 if that error is more than a fifth of the actual remaining time (and more than two seconds, since the
program displays whole seconds).
"""

import os
import pty
import re
import sys
import time

SHARE_ALLOWED = 0.2
SECONDS_ALLOWED = 2.0
SHOWN = re.compile(rb"(\d+):(\d\d) left in all")


def watch(command):
    """Returns the displayed times as (moment, seconds left), the moment of the end, and the exit code."""
    shown, started = [], time.monotonic()
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(command[0], command)
    while True:
        try:
            output = os.read(terminal, 65536)
        except OSError:  # the other side is closed
            break
        moment = time.monotonic() - started
        for minutes, seconds in SHOWN.findall(output):
            shown.append((moment, 60 * int(minutes) + int(seconds)))
    _, status = os.waitpid(child, 0)
    return shown, time.monotonic() - started, os.waitstatus_to_exitcode(status)


def is_near(error, left):
    return error <= max(SHARE_ALLOWED * left, SECONDS_ALLOWED)


def main():
    shown, took, code = watch(sys.argv[1:])
    if code != 0 or not shown:
        sys.exit(f"the command ended with {code}, and showed the time left {len(shown)} times")
    late = [(moment, left) for moment, left in shown if moment >= took / 10]
    errors = [(abs(left - (took - moment)), took - moment) for moment, left in late]
    print(f"{took:.1f} s; the time left was shown {len(shown)} times, {len(late)} of them after the first tenth")
    print(f"{'at':>8} {'left, shown':>14} {'left':>8} {'error':>8}")
    for tenth in range(1, 10):
        moment, left = min(late, key=lambda sample: abs(sample[0] - tenth * took / 10))
        truth = took - moment
        print(f"{moment:6.1f} s {left:12d} s {truth:6.1f} s {100 * (left - truth) / truth:6.0f} %")
    far = [error for error in errors if not is_near(*error)]
    worst = max(errors, key=lambda error: error[0] / max(error[1], SECONDS_ALLOWED / SHARE_ALLOWED))
    print(f"worst: {worst[0]:.1f} s off with {worst[1]:.1f} s left; {len(far)} of {len(late)} off by more than a fifth")
    sys.exit(1 if far else 0)


main()
