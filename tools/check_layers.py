#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks each #include "..." of the project against tools/layers.

   tools/check_layers.py [FILE ...]    (default: all C files)

Prints one line for each include that is not allowed, or that is not written from the project's root; with all
files, also for each folder that a line of the table allows without need. Ends with 1 if there is any."""

import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
INCLUDE = re.compile(r'\s*#\s*include\s+"([^"]+)"')


def read_layers():
    layers = {}
    for line in open(os.path.join(ROOT, 'tools/layers'), encoding='utf-8'):
        line = line.split('#')[0].strip()
        if line:
            folder, _, allowed = line.partition(':')
            layers[folder] = allowed.split()
    return layers


def is_within(path, folder):
    return path == folder or path.startswith(folder + '/')


def layer_of(path, layers):
    """The longest folder of the table that the path is in."""
    return max((folder for folder in layers if is_within(path, folder)), key=len, default=None)


def faults_of(path, layers, used):
    folder = layer_of(path, layers)
    if folder is None:
        yield f'{path}: no line of tools/layers covers this file'
        return
    for number, line in enumerate(open(os.path.join(ROOT, path), encoding='utf-8'), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        target = match[1]
        if folder == 'include':
            target = 'include/' + target  # installed headers include each other as their users do
        if not os.path.exists(os.path.join(ROOT, target)):
            yield f'{path}:{number}: "{match[1]}" is no file below the project\'s root'
        elif not any(is_within(target, allowed) for allowed in [folder] + layers[folder]):
            yield f'{path}:{number}: {folder} may not include {target}'
        used.update((folder, allowed) for allowed in layers[folder] if is_within(target, allowed))


def main():
    layers = read_layers()
    listed = subprocess.run(['sh', os.path.join(ROOT, 'tools/sources.sh')], check=True, capture_output=True, text=True)
    used = set()
    faults = [fault for path in sys.argv[1:] or listed.stdout.split() for fault in faults_of(path, layers, used)]
    if len(sys.argv) == 1:
        faults += [f'tools/layers: no file of {folder} includes {allowed}: leave it out'
                   for folder, line in layers.items() for allowed in line if (folder, allowed) not in used]
    print('\n'.join(faults))
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
