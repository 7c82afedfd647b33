#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks what neither the formatter nor clang-tidy checks of the project's C files.

   tools/check_style.py [--fix] [FILE ...]    (default: all C files)

- A .c file begins with the SPDX line and a comment that says what the file is; a header with the SPDX line and a
  comment.
- The comment that opens a header names the file ("name.h - ..."), and so does the one of a .c file if it names one.
- A header's guard is ELIG_NAME_H; folders of its path may stand between ELIG_ and NAME.
- A scalar that is passed or kept by value is not `const`: --fix takes the word out.

Prints one line for each finding, and ends with 1 if there is any."""

import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SPDX = '/* SPDX-License-Identifier: Apache-2.0 */'
SCALAR = (r'(?:(?:unsigned|signed|long|short|int|char|bool|float|double|size_t|ssize_t|off_t|time_t|mode_t|pid_t|'
          r'u?int(?:8|16|32|64)_t|uintptr_t|enum \w+)\s+)+')
# In a function's body, in a for, or among parameters; not a pointer, not an array, not a static table.
CONST_SCALAR = re.compile(r'(?P<before>^ {4,}|\bfor \(|[(,] ?)const (?P<rest>' + SCALAR + r'\w+(?: = | ?;|,|\)))')


def name_findings(path, text):
    """Whether the comment and the guard of a file are those of its path."""
    name = os.path.basename(path)
    named = re.search(r'/\*\s*(?:\* )?(\w+\.[ch]) - ', text[:400])
    if (named[1] if named else name if path.endswith('.c') else None) != name:
        yield path, 2, f'the first comment does not begin with "{name} - "'
    guard = re.search(r'^#ifndef (\w+)\n#define \1$', text, re.M)
    words = re.sub(r'\W', '_', path).upper().split('_')
    stem = re.sub(r'\W', '_', name).upper()
    allowed = {'ELIG_' + '_'.join(words[start:]) for start in range(len(words))} | {stem}
    if path.endswith('.h') and (not guard or guard[1] not in allowed or not guard[1].endswith(stem)):
        yield path, 1, f'the include guard is not ELIG_{stem}'


def findings_of(path, is_fixing):
    full = os.path.join(ROOT, path)
    lines = open(full, encoding='utf-8').read().split('\n')
    if lines[0] != SPDX:
        yield path, 1, 'no SPDX line'
    elif len(lines) < 2 or not lines[1].startswith('/*'):
        yield path, 2, 'no comment that says what the file is'
    yield from name_findings(path, '\n'.join(lines))
    is_changed = False
    for number, line in enumerate(lines):
        match = CONST_SCALAR.search(line)
        # A declaration that goes on with pointers or arrays is looked at by people.
        if not match or '[' in line[match.end('before'):].split('=')[0].split(';')[0] and match['before'].isspace():
            continue
        if is_fixing:
            lines[number] = CONST_SCALAR.sub(r'\g<before>\g<rest>', line)
            is_changed = True
        else:
            yield path, number + 1, '`const` on a scalar that is kept or passed by value'
    if is_changed:
        open(full, 'w', encoding='utf-8').write('\n'.join(lines))


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != '--fix']
    listed = subprocess.run(['sh', os.path.join(ROOT, 'tools/sources.sh')], check=True, capture_output=True, text=True)
    found = 0
    for path in arguments or listed.stdout.split():
        for where, number, text in findings_of(path, '--fix' in sys.argv):
            print(f'{where}:{number}: {text}')
            found += 1
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
