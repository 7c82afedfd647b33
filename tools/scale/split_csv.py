#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Cuts a CSV file into parts for `elig-build digest`, at ends of rows only.

    split_csv.py [--parts N] [--delimiter C] [--no-header] LIST PREFIX

writes PREFIX-0.csv ... PREFIX-(N-1).csv (mode 0600), each beginning with the first row of LIST, and says which
line of LIST a line of a part is. Bytes are copied as they are. What a row is, elig's rules decide (builder/csv.h):
a field is quoted if its first byte is a quote; quoted line ends end no row; quotes elsewhere are ordinary bytes.

LIST is a file, in an encoding that has ASCII in it (UTF-8, CP949, EUC-KR, Shift JIS, ISO 8859-1): not UTF-16.
The parts are personal data as LIST is.
"""
import argparse
import mmap
import os
import re
import sys

UTF8_MARK = b"\xef\xbb\xbf"
COPY_BYTES = 1 << 20
ROW_END = re.compile(rb"\r\n?|\n")


class Rows:
    """Finds ends of rows; positions asked for must not fall."""

    def __init__(self, text, delimiter):
        before = b"\\A(?:%s)?|[%s\\r\\n]" % (UTF8_MARK, re.escape(delimiter))
        # From what comes before a quoted field to its closing quote, or to the end of the text if it has none.
        self.quoted = re.compile(b'(?:%s)"[^"]*(?:""[^"]*)*(?:"|\\Z)' % before)
        self.text = text
        self.fields = self.quoted.finditer(text)
        self.field = next(self.fields, None)

    def end_after(self, position):
        """Where the first row ends that goes on at position or after it."""
        while True:
            end = ROW_END.search(self.text, position)
            if end is None:
                return len(self.text)
            # The byte before the opening quote may be the line end that was found: it is not in the field.
            while self.field is not None and self.field.end() <= end.start():
                self.field = next(self.fields, None)
            if self.field is None or self.text.find(b'"', self.field.start()) > end.start():
                return end.end()
            position = self.field.end()


def lines_of(text, start, stop):
    """The line ends between two positions, neither of which is within CR LF."""
    count = 0
    for at in range(start, stop, COPY_BYTES):
        piece = text[at : min(at + COPY_BYTES, stop)]
        count += piece.count(b"\n") + piece.count(b"\r") - piece.count(b"\r\n")
        if piece.endswith(b"\r") and at + COPY_BYTES < stop and text[at + COPY_BYTES] == ord("\n"):
            count -= 1
    return count


def write_part(path, text, header_end, start, stop):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as part:
        part.write(text[:header_end])
        for at in range(start, stop, COPY_BYTES):
            part.write(text[at : min(at + COPY_BYTES, stop)])
        part.flush()
        os.fsync(part.fileno())


def split(text, options):
    rows = Rows(text, options.delimiter)
    header_end = 0
    if not options.no_header:
        header_end = rows.end_after(re.match(b"(?:%s)?[\\r\\n]*" % UTF8_MARK, text).end())
        if not text[:header_end].endswith((b"\n", b"\r")):
            sys.exit(f"{options.list} has a first row and nothing else")

    header_lines = lines_of(text, 0, header_end)
    start, lines = header_end, header_lines
    for part in range(options.parts):
        target = header_end + (len(text) - header_end) * (part + 1) // options.parts
        stop = len(text)
        if part + 1 < options.parts:
            stop = rows.end_after(target) if target > start else start
        path = f"{options.prefix}-{part}.csv"
        write_part(path, text, header_end, start, stop)
        print(f"{path}: {stop - start} bytes of rows; its line L is line L + {lines - header_lines} of {options.list}")
        lines += lines_of(text, start, stop)
        start = stop


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", type=int, default=8)
    parser.add_argument("--delimiter", default=",")
    parser.add_argument("--no-header", action="store_true")
    parser.add_argument("list")
    parser.add_argument("prefix")
    options = parser.parse_args()
    options.delimiter = b"\t" if options.delimiter == "tab" else os.fsencode(options.delimiter)
    if options.parts < 1 or len(options.delimiter) != 1 or options.delimiter in b'"\r\n':
        parser.error("--parts is 1 or more, --delimiter one character or tab")
    return options


def main():
    options = read_options()
    try:
        with open(options.list, "rb") as file:
            if os.fstat(file.fileno()).st_size == 0:
                sys.exit(f"{options.list} is empty")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
                if b"\0" in text[:4]:
                    sys.exit(f"{options.list} looks like UTF-16 or UTF-32: convert it with iconv first")
                split(text, options)
    except OSError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
