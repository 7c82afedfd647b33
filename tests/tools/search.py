#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Searches files for anybody on a list.

    search.py --kind NAME=COLUMN:TYPE[+COLUMN:TYPE...] ... LIST.csv FILE_OR_FOLDER ...
    search.py --plant FORM LIST.csv

Looks for every cell that is part of an identifier, as it stands in the list and in its canonical form (from
oracle.py), as bytes of UTF-8 and UTF-16, as hexadecimal digits and as base64 at each alignment. Prints where
something was found, by line number, and ends with 1; ends with 0 if nothing was.

--plant writes one identifier of the list in FORM (raw, hex, HEX, base64, utf-16) among other bytes, to prove that
the search would find it.

Words shorter than LENGTH_MIN bytes are left out: they occur anywhere by chance.
"""

import argparse
import base64
import binascii
import os
import sys

import oracle

LENGTH_MIN = 6


def forms(text):
    """Yields the bytes that would give text away."""
    raw = text.encode("utf-8", "surrogateescape")
    if len(raw) < LENGTH_MIN:
        return
    yield raw
    if not any("\udc80" <= c <= "\udcff" for c in text):
        yield text.encode("utf-16-le")
        yield text.encode("utf-16-be")
    yield binascii.hexlify(raw)
    yield binascii.hexlify(raw).upper()
    for before in range(3):
        # The first and the last characters also hold bits of what comes before and after.
        coded = base64.b64encode(bytes(before) + raw)
        first = (0, 2, 3)[before]
        whole = (before + len(raw)) * 8 // 6
        yield coded[first:whole]
        yield base64.b64encode(bytes(before) + raw, b"-_")[first:whole]


def read_list(name):
    with open(name, encoding="utf-8", errors="surrogateescape", newline="") as file:
        rows = oracle.read_rows(file.read(), ",")
    header = next(rows)[1]
    for line, fields in rows:
        if len(fields) == len(header):
            yield line, dict(zip(header, fields))


def texts(row, kinds):
    """Yields each part of each identifier of a row, as it stands there and in its canonical form."""
    for kind in kinds:
        for column, canonical, options in kind.parts:
            text = row[column]
            yield text
            yield text.strip(oracle.WHITE_SPACE)
            try:
                yield canonical(oracle.check(text), options)
            except oracle.Rejected:
                pass


def all_forms(name, kinds):
    """Everything to look for, by its first LENGTH_MIN bytes: a dictionary of lists of (bytes, line)."""
    seen, wanted = set(), {}
    for line, row in read_list(name):
        for text in texts(row, kinds):
            if text in seen:
                continue
            seen.add(text)
            for form in forms(text):
                if len(form) >= LENGTH_MIN:
                    wanted.setdefault(form[:LENGTH_MIN], []).append((form, line))
    return wanted


def files_below(names):
    for name in names:
        if not os.path.isdir(name):
            yield name
        for folder, _, files in os.walk(name):
            yield from (os.path.join(folder, file) for file in files)


def search(name, wanted):
    """Returns the number of places in a file where something was found."""
    with open(name, "rb") as file:
        text = file.read()
    found = 0
    for at in range(len(text) - LENGTH_MIN + 1):
        for form, line in wanted.get(text[at:at + LENGTH_MIN], ()):
            if text.startswith(form, at):
                found += 1
                print(f"{name}: at byte {at}: from line {line} of the list")
    return found


def plant(form, name):
    address = next(row["email"] for _, row in read_list(name) if "@example." in row["email"])
    raw = address.encode()
    planted = {"raw": raw, "hex": binascii.hexlify(raw), "HEX": binascii.hexlify(raw).upper(),
               "base64": base64.b64encode(b"1" + raw + b"2"), "utf-16": address.encode("utf-16-le")}[form]
    sys.stdout.buffer.write(os.urandom(5000) + planted + os.urandom(5000))


def main():
    parser = argparse.ArgumentParser(description="Searches files for anybody on a list.")
    parser.add_argument("--kind", action="append", default=[], metavar="NAME=COLUMN:TYPE[+COLUMN:TYPE]")
    parser.add_argument("--plant", metavar="FORM")
    parser.add_argument("list", metavar="LIST.csv")
    parser.add_argument("files", nargs="*", metavar="FILE_OR_FOLDER")
    arguments = parser.parse_args()
    if arguments.plant:
        plant(arguments.plant, arguments.list)
        return 0
    wanted = all_forms(arguments.list, [oracle.Kind(kind) for kind in arguments.kind])
    return 1 if sum(search(name, wanted) for name in files_below(arguments.files)) else 0


if __name__ == "__main__":
    sys.exit(main())
