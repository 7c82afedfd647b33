#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Looks in comments, messages and documents for turns of phrase that a reader from elsewhere stumbles over.

   tools/check_prose.py [FILE ...]    (default: all files that git tracks)
   tools/check_prose.py --list        prints what is looked for, and what to write in its place

Prints one line for each, and ends with 1 if there is any."""

import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CHECKED = ('.c', '.h', '.md', '.1', '.3', '.sh', '.py', '.mk', 'Makefile', '.ci/run')
PHRASES = {
    r'\bso (many|much)\b': 'state the number or the bound',
    r'as many (as there|of)\b': 'state the number',
    r'is (?-i:none)\b': '"there is no ..."',
    r'are none\b': '"there are no ..."',
    r'(?<!that )(?<!who )\bhas it\b(?!,? too)': '"says" or "defines"',
    r'\bwanting\b': '"missing"',
    r'\blest\b': '"so that ... not"',
    r'to no harm\b': '"harmless"',
    r'taken? apart\b': '"split" or "parse"',
    r'put in order\b': '"sort"',
    r'at hand\b': '"available"',
    r'\bwho(ever|soever|mever)\b': 'name the person or the program',
    r'\bnobody\b': '"no one", or name what is missing',
    r'\bof before\b': '"previous"',
    r'in vain\b': '"without result"',
    r'sees? to it\b': '"ensures"',
    r'for ever\b': '"permanently"',
    r'\bthereof|hitherto|thereby|herein\b': 'plain words',
    r'\bbe it\b': 'plain words',
    r'of no use\b': '"unusable"',
    r'\bbut for (the|its|their|what|a|identifiers|memory)\b': '"except"',
    r'goes? wrong\b': 'say what fails',
}
PATTERN = re.compile('|'.join(f'(?P<p{i}>{phrase})' for i, phrase in enumerate(PHRASES)), re.IGNORECASE)
ADVICE = list(PHRASES.values())


def main():
    if sys.argv[1:] == ['--list']:
        for phrase, advice in PHRASES.items():
            print(f'{phrase:40} {advice}')
        return 0
    listed = subprocess.run(['git', '-C', ROOT, 'ls-files'], check=True, capture_output=True, text=True).stdout
    own = os.path.relpath(os.path.abspath(__file__), ROOT)
    paths = sys.argv[1:] or [p for p in listed.splitlines() if p.endswith(CHECKED) and p != own]
    found = 0
    for path in paths:
        full = os.path.join(ROOT, path)
        if not os.path.isfile(full):
            continue
        for number, line in enumerate(open(full, encoding='utf-8', errors='replace'), 1):
            for match in PATTERN.finditer(line):
                advice = ADVICE[int(match.lastgroup[1:])]
                print(f'{path}:{number}: "{match[0]}": {advice}')
                found += 1
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
