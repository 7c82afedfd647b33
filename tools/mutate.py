#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the tests: changes the core in one place at a time, and counts how many changes some test finds.

   tools/mutate.py [--count N] [--seed N] [--jobs N] [--files PATH ...] [--no-scenarios]

Mutants are chosen at random, the same ones for the same seed and the same source. Each is compiled in a copy of the
tree; the unit tests that are linked with the changed file run, the fastest first, until one fails or exceeds its time
limit; then a few scenarios. A mutant that compiles to the same object file, or that tools/mutants_equivalent lists, is
replaced by another. Prints what became of each, the survivors with their lines, and the score; ends with 1 only if the
tests fail without any change."""

import argparse
import concurrent.futures
import os
import queue
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CORE = ['lib/elig', 'lib/csv', 'lib/util/atomic_file.c', 'builder/index', 'builder/records']
LEFT_OUT = {'lib/elig/canon/phone_table.c', 'lib/elig/canon/unicode_table.c'}  # generated
# What a scenario alone may find; they run only for what all unit tests let pass.
SCENARIOS = ['04-verdicts.sh', '14-format.sh', '17-parts.sh']
# Without debugging information, so that equal code makes equal object files.
FLAGS = ['CFLAGS=-O1', 'BUILD=build']
ENVIRONMENT = dict(os.environ, TEST_STRIDE='32', WERROR='')

# Operators that stand between spaces, as the formatter writes binary ones.
SWAPS = {'<': ['<='], '<=': ['<'], '>': ['>='], '>=': ['>'], '==': ['!='], '!=': ['=='], '&&': ['||'], '||': ['&&'],
         '+': ['-'], '-': ['+'], '*': ['+'], '/': ['*'], '%': ['+'], '<<': ['>>'], '>>': ['<<'], '&': ['|'], '|': ['&'],
         '+=': ['-='], '-=': ['+='], '^': ['|']}
OPERATOR = re.compile(r'(?<= )(?:<<|>>|<=|>=|==|!=|&&|\|\||\+=|-=|[-+*/%<>&|^])(?= )')
NUMBER = re.compile(r'(?<![\w.])\d+(?![\w.])')
STATEMENT = re.compile(r'^\s+(?!return\b|break\b|continue\b|goto\b|case\b|default\b|else\b)[\w*(>.\[\]-]+.*\S;$')
DECLARATION = re.compile(r'^\s+(?:static |const |struct |enum |unsigned |(?:u?int\d*_t|size_t|int|char|bool|long|double) )')
CONDITION = re.compile(r'\b(if|while) \((.*)\)( \{)?$')
RETURN = re.compile(r'^(\s+return) (.+);$')
TEXT = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|//.*|/\*.*?\*/')


def source_files(paths):
    for path in paths:
        if path.endswith('.c') or path.endswith('.h'):
            yield path
        for folder, _, names in os.walk(os.path.join(ROOT, path)):
            for name in sorted(names):
                full = os.path.relpath(os.path.join(folder, name), ROOT)
                if name.endswith('.c') and full not in LEFT_OUT:
                    yield full


def blanked(line):
    """The line with strings, characters and comments replaced by spaces."""
    return TEXT.sub(lambda match: ' ' * len(match[0]), line)


def mutations_of(line):
    """Other lines for a line of code."""
    code = blanked(line)
    for match in OPERATOR.finditer(code):
        for other in SWAPS[match[0]]:
            yield line[:match.start()] + other + line[match.end():]
    for match in NUMBER.finditer(code):
        value = int(match[0])
        for other in ([1] if value == 0 else [0, 2] if value == 1 else [value + 1, value - 1]):
            yield line[:match.start()] + str(other) + line[match.end():]
    match = CONDITION.search(code.rstrip())
    if match:
        start, end = match.start(2), match.end(2)
        yield line[:start] + '!(' + line[start:end] + ')' + line[end:]
    match = RETURN.match(code)
    if match and match[2] not in ('0', 'false', 'NULL'):
        yield line[:match.end(1)] + ' 0;'
    if STATEMENT.match(code) and not DECLARATION.match(code) and code.count('(') == code.count(')') and '{' not in code:
        yield line[:len(line) - len(line.lstrip())] + ';'


def candidates(paths):
    for path in paths:
        in_comment = in_macro = False
        for number, line in enumerate(open(os.path.join(ROOT, path), encoding='utf-8').read().split('\n')):
            is_code = not in_comment and not in_macro and not line.startswith('#') and line.startswith('    ')
            in_macro = (in_macro or line.startswith('#')) and line.endswith('\\')
            code = blanked(line)
            if '/*' in code:
                in_comment, is_code = True, False
            if '*/' in line and in_comment:
                in_comment = False
            if is_code:
                for other in mutations_of(line):
                    yield path, number, line, other


def equivalents():
    listed = set()
    path = os.path.join(ROOT, 'tools/mutants_equivalent')
    if os.path.exists(path):
        lines = [line.rstrip('\n') for line in open(path, encoding='utf-8')]
        file = old = None
        for line in lines:
            if line.startswith('file '):
                file = line[5:]
            elif line.startswith('- '):
                old = line[2:].strip()
            elif line.startswith('+ '):
                listed.add((file, old, line[2:].strip()))
    return listed


def run(command, folder, limit=None, environment=None):
    """The exit code, None if it exceeded the limit; and the output."""
    process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, env=environment or ENVIRONMENT, start_new_session=True)
    try:
        output = process.communicate(timeout=limit)[0]
        return process.returncode, output.decode(errors='replace')
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.communicate()
        return None, ''


class Tests:
    """The test programs of a build, with what they are linked with and how long they take."""

    def __init__(self, folder):
        self.folder = folder
        self.symbols, self.seconds = {}, {}
        unit = os.path.join(folder, 'build/tests/unit')
        for where, _, names in sorted(os.walk(unit)):
            for name in sorted(names):
                if name.startswith('test_') and '.' not in name:
                    self.symbols[os.path.relpath(os.path.join(where, name), folder)] = None
        with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
            for program, (failed, seconds) in zip(self.symbols, pool.map(self.measure, self.symbols)):
                if failed:
                    sys.exit(f'{program} fails without any change')
                self.seconds[program] = seconds
                listing = run(['nm', '--defined-only', program], folder)[1]
                self.symbols[program] = {line.split()[-1] for line in listing.split('\n') if line}

    def measure(self, program):
        start = time.monotonic()
        code, _ = run([program], self.folder, 600)
        return code != 0, time.monotonic() - start

    def linked_with(self, source):
        listing = run(['nm', '-g', '--defined-only', f'build/{source[:-2]}.o'], self.folder)[1]
        own = {line.split()[-1] for line in listing.split('\n') if line}
        name = 'test_' + os.path.basename(source)[:-2]
        linked = [program for program, symbols in self.symbols.items() if own & symbols]
        return sorted(linked, key=lambda program: (os.path.basename(program) != name, self.seconds[program]))


def build(folder, *targets):
    return run(['make', '-s', '-j2', *FLAGS, *targets], folder, 600)


def try_mutant(folder, tests, mutant, with_scenarios):
    """('killed', by what), ('survived', ''), or ('left out', why)."""
    path, number, old, new = mutant
    full = os.path.join(folder, path)
    original = open(full, encoding='utf-8').read()
    lines = original.split('\n')
    lines[number] = new
    target = f'build/{path[:-2]}.o'
    object_before = open(os.path.join(folder, target), 'rb').read()
    try:
        open(full, 'w', encoding='utf-8').write('\n'.join(lines))
        if build(folder, target)[0] != 0:
            return 'left out', 'does not compile'
        if open(os.path.join(folder, target), 'rb').read() == object_before:
            return 'left out', 'same code'
        programs = tests.linked_with(path)
        if not programs:
            return 'survived', 'no unit test is linked with it'
        # the first tests that are likely to find it alone, then all others
        for some in (programs[:3], programs[3:]):
            if not some:
                continue
            code, output = build(folder, *some)
            if code != 0:
                return 'killed', 'does not link'
            for program in some:
                code, _ = run([program], folder, 10 + 4 * tests.seconds[program])
                if code != 0:
                    return 'killed', os.path.basename(program) + (' (time limit)' if code is None else '')
        if with_scenarios:
            code, _ = build(folder, 'all', 'build/tests/tools/people')
            if code != 0:
                return 'killed', 'does not link'
            for scenario in SCENARIOS:
                code, _ = run(['sh', f'tests/cli/{scenario}'], folder, 300)
                if code != 0:
                    return 'killed', scenario
        return 'survived', ''
    finally:
        open(full, 'w', encoding='utf-8').write(original)


def main():
    global JOBS
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--count', type=int, default=40)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--jobs', type=int, default=os.cpu_count())
    parser.add_argument('--files', nargs='+', default=CORE)
    parser.add_argument('--no-scenarios', action='store_true')
    options = parser.parse_args()
    JOBS = options.jobs
    known = equivalents()
    chosen = [m for m in candidates(source_files(options.files)) if (m[0], m[2].strip(), m[3].strip()) not in known]
    print(f'{len(chosen)} mutants of {len({m[0] for m in chosen})} files; {options.count} of them, seed {options.seed}')
    random.Random(options.seed).shuffle(chosen)

    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix='elig-mutate-') as work:
        first = os.path.join(work, '0')
        shutil.copytree(ROOT, first, symlinks=True, ignore=shutil.ignore_patterns('.git', 'build', '__pycache__'))
        code, output = build(first, 'check-programs')
        if code != 0:
            sys.exit(output)
        tests = Tests(first)
        folders = queue.Queue()
        folders.put(first)
        for job in range(1, options.jobs):
            shutil.copytree(first, os.path.join(work, str(job)), symlinks=True)
            folders.put(os.path.join(work, str(job)))
        print(f'built and measured in {time.monotonic() - started:.0f} s', flush=True)

        def work_on(mutant):
            folder = folders.get()
            try:
                return mutant, try_mutant(folder, tests, mutant, not options.no_scenarios)
            finally:
                folders.put(folder)

        done = []
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            pending, remaining = set(), iter(chosen)
            while len(done) < options.count:
                while len(pending) < options.jobs and len(done) + len(pending) < options.count:
                    mutant = next(remaining, None)
                    if mutant is None:
                        break
                    pending.add(pool.submit(work_on, mutant))
                if not pending:
                    break
                finished, pending = concurrent.futures.wait(pending, return_when=concurrent.futures.FIRST_COMPLETED)
                for future in finished:
                    (path, number, old, new), (outcome, detail) = future.result()
                    if outcome == 'left out':
                        continue
                    done.append(outcome)
                    print(f'{outcome:8} {path}:{number + 1} {detail}', flush=True)
                    if outcome == 'survived':
                        print(f'    - {old.strip()}\n    + {new.strip()}', flush=True)
    killed = done.count('killed')
    print(f'{killed} of {len(done)} mutants killed, {100 * killed // max(len(done), 1)} %, '
          f'in {time.monotonic() - started:.0f} s')
    return 0


if __name__ == '__main__':
    sys.exit(main())
