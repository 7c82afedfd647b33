#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that no two errors have the same number: a caller tells the failures of several modules apart by it.

   tools/check_errors.py    (all headers of the project)

Collects the members of each `enum *_error` and the macros whose value is a negative number. Prints one line for
each number that is used twice, and for each member without a number of its own, and ends with 1 if there is any."""

import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*', re.S)
ENUM = re.compile(r'\benum \w+_error\s*\{(.*?)\}', re.S)
MACRO = re.compile(r'^#define (\w+) \(?(-\d+)\)?\s*$', re.M)


def main():
    names = {}
    found = 0
    listed = subprocess.run(['sh', os.path.join(ROOT, 'tools/sources.sh'), '*.h'], check=True, capture_output=True,
                            text=True, cwd=ROOT)
    for path in listed.stdout.split():
        text = COMMENT.sub('', open(os.path.join(ROOT, path), encoding='utf-8').read())
        members = [''.join(member.split()) for body in ENUM.findall(text) for member in body.split(',')]
        for name, number in [member.partition('=')[::2] for member in members if member] + MACRO.findall(text):
            if not re.fullmatch(r'-?\d+', number):
                print(f'{path}: {name} has no number of its own')
                found += 1
            elif int(number) < 0 and names.setdefault(int(number), name) != name:
                print(f'{path}: {name} and {names[int(number)]} are both {number}')
                found += 1
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
