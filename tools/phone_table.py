#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes lib/elig/canon/phone_table.c from the phone metadata of npm's libphonenumber-js.

    tools/phone_table.py [--modules FOLDER]            renew lib/elig/canon/phone_table.c
    tools/phone_table.py --check [--modules FOLDER]    compare it with what would be written; exit 1 if they differ

The package's version is pinned in tools/package.json. FOLDER is a node_modules folder that has it; without it, npm
installs it into a temporary folder.

lib/elig/canon/phone_table.h describes the result. Every set of digit strings (the numbers of a calling code, its
trunk prefixes, the international prefixes of a region) is compiled exactly, without sampling: regular
expression -> NFA -> one minimal acyclic automaton shared by all sets.

A range that a table once had stays: a renewal first appends to tools/phone_ranges.tsv what the table in the tree
has and the new metadata do not, and the ranges of that file belong to the new table as those of the metadata do.
"""

import argparse
import json
import re
import re._constants as ops
import re._parser as parser
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "lib/elig/canon/phone_table.c"
KEPT = ROOT / "tools/phone_ranges.tsv"
PACKAGES = ROOT / "tools/package.json"
PACKAGE = "libphonenumber-js"

DIGITS = range(10)
GENERIC_PREFIX = "00"  # read as an international prefix everywhere, whatever the region's own are
NON_GEOGRAPHIC = ""  # the name of a calling code that belongs to no region

# An edge beside its ten digits; must agree with phone_table.h.
LAST_EDGE = 1 << 10
ACCEPT = 1 << 11
TARGET_SHIFT = 12
NO_NODE = (1 << 12) - 1
EDGE_BYTES = 3

LETTERS = 26
NO_START = 255  # no row at all; must agree with phone_table.h
SHORTEST_NATIONAL = 4  # digits; must agree with phone_table.h
NATIONAL_DIGITS = 17

# A subscriber number without its area code has at most this many digits anywhere.
SUBSCRIBER_DIGITS = 8

# Calling code, digits of a national number as it was, from which digit on it has which digits, what stands there
# now, what now stands before all, whether the old number is only read after its calling code. The old numbers are
# not kept in phone_ranges.tsv. FORMAT.md says why each is here.
RENUMBERINGS = (
    (52, 11, 0, "1", "", "", True),  # Mexico, 2019: mobile numbers lost their 1 (domestically it may be +1)
    (54, 12, 2, "15", "", "9", False),  # Argentina: a mobile number as it is dialled inside the country, area 11,
    (54, 12, 3, "15", "", "9", False),  # area codes of three digits,
    (54, 12, 4, "15", "", "9", False),  # and of four
    (55, 10, 2, "6", "96", "", False),  # Brazil, 2012 to 2016: mobile numbers got a 9 after the area code
    (55, 10, 2, "8", "98", "", False),
    (55, 10, 2, "9", "99", "", False),
    (57, 8, 0, "1", "601", "", False),  # Colombia, 2021: fixed lines, by area; mobile numbers begin with 3
    (57, 8, 0, "2", "602", "", False),
    (57, 8, 0, "4", "604", "", False),
    (57, 8, 0, "5", "605", "", False),
    (57, 8, 0, "6", "606", "", False),
    (57, 8, 0, "7", "607", "", False),
    (57, 8, 0, "8", "608", "", False),
    (84, 10, 0, "120", "70", "", False),  # Vietnam, 2018: mobile numbers of ten digits
    (84, 10, 0, "121", "79", "", False),
    (84, 10, 0, "122", "77", "", False),
    (84, 10, 0, "123", "83", "", False),
    (84, 10, 0, "124", "84", "", False),
    (84, 10, 0, "125", "85", "", False),
    (84, 10, 0, "126", "76", "", False),
    (84, 10, 0, "127", "81", "", False),
    (84, 10, 0, "128", "78", "", False),
    (84, 10, 0, "129", "82", "", False),
    (84, 10, 0, "16", "3", "", False),  # 162 to 169
    (84, 10, 0, "186", "56", "", False),
    (84, 10, 0, "188", "58", "", False),
    (84, 10, 0, "199", "59", "", False),
    (229, 8, 0, "", "01", "", False),  # Benin, 2024
    (241, 8, 0, "01", "11", "", False),  # Gabon, 2019: the leading zero became another digit
    (241, 8, 0, "02", "62", "", False),
    (241, 8, 0, "04", "74", "", False),
    (241, 8, 0, "05", "65", "", False),
    (241, 8, 0, "06", "66", "", False),
    (241, 8, 0, "07", "77", "", False),
    (241, 7, 0, "1", "11", "", False),  # the same without the zero
    (241, 7, 0, "2", "62", "", False),
    (241, 7, 0, "4", "74", "", False),
    (241, 7, 0, "5", "65", "", False),
    (241, 7, 0, "6", "66", "", False),
    (241, 7, 0, "7", "77", "", False),
    (241, 9, 0, "01", "1", "", False),  # and numbers have a 0 before them inside the country, which is no trunk in
    (241, 9, 0, "06", "6", "", False),  # the metadata
    (241, 9, 0, "07", "7", "", False),
)

# Trunk prefixes that are no longer dialled, and stand in lists still. Mexico, until 2019: long distance, and calls
# to mobile numbers.
OLD_TRUNKS = {52: ["01", "04[45]"]}

# Calling codes of several countries with one plan, in which a number that is dialled whole in one may be a local
# number in another: 310-xxxx in Canada.
SHARED_PLANS = {1}


class Nfa:
    """States are numbers; edges[s] holds (set of digits, target), skips[s] targets reached for free."""

    def __init__(self):
        self.edges = []
        self.skips = []

    def state(self):
        self.edges.append([])
        self.skips.append([])
        return len(self.edges) - 1

    def add(self, pattern):
        """Adds a regular expression; returns its (start, end)."""
        start = self.state()
        return start, self._sequence(parser.parse(pattern), start)

    def _sequence(self, items, at):
        for op, argument in items:
            at = self._item(op, argument, at)
        return at

    def _item(self, op, argument, at):
        if op in (ops.LITERAL, ops.IN):
            end = self.state()
            digits = digits_of([(op, argument)] if op is ops.LITERAL else argument)
            self.edges[at].append((digits, end))
            return end
        if op is ops.SUBPATTERN:
            return self._sequence(argument[-1], at)
        if op is ops.BRANCH:
            end = self.state()
            for branch in argument[1]:
                self.skips[self._sequence(branch, at)].append(end)
            return end
        if op is ops.MAX_REPEAT:
            low, high, items = argument
            if high is ops.MAXREPEAT:
                raise ValueError("an unbounded repetition has no finite set of prefixes")
            end = self.state()
            for count in range(high):
                if count >= low:
                    self.skips[at].append(end)
                at = self._sequence(items, at)
            self.skips[at].append(end)
            return end
        raise ValueError(f"regular expression operator {op} is not known")

    def close(self, states):
        seen = set(states)
        todo = list(seen)
        while todo:
            for target in self.skips[todo.pop()]:
                if target not in seen:
                    seen.add(target)
                    todo.append(target)
        return frozenset(seen)

    def step(self, states, digit):
        return self.close(target for s in states for digits, target in self.edges[s] if digit in digits)


def digits_of(items):
    digits = set()
    for op, argument in items:
        if op is ops.LITERAL:
            digits.add(int(chr(argument)))
        elif op is ops.RANGE:
            digits.update(range(int(chr(argument[0])), int(chr(argument[1])) + 1))
        elif (op, argument) == (ops.CATEGORY, ops.CATEGORY_DIGIT):
            digits.update(DIGITS)
        else:
            raise ValueError(f"character class item {op} is not known")
    return frozenset(digits)


class Automaton:
    """Nodes are hash-consed: a node is (accepts, ((digit, node), ...)), equal nodes have one number."""

    def __init__(self):
        self.number = {}
        self.nodes = []

    def node(self, accepts, children):
        key = (accepts, tuple(children))
        if key not in self.number:
            self.number[key] = len(self.nodes)
            self.nodes.append(key)
        return self.number[key]

    def from_nfa(self, nfa, states, accepts, depth=0, memo=None):
        """The node of an NFA's set of states, or None when nothing is accepted from there."""
        memo = {} if memo is None else memo
        key = (states, depth)
        if key not in memo:
            children = []
            for digit in DIGITS:
                after = nfa.step(states, digit)
                child = self.from_nfa(nfa, after, accepts, depth + 1, memo) if after else None
                if child is not None:
                    children.append((digit, child))
            ends = accepts(states, depth)
            memo[key] = self.node(ends, children) if ends or children else None
        return memo[key]

    def language(self, patterns):
        """The node of the union of regular expressions."""
        nfa = Nfa()
        ends = [nfa.add(pattern) for pattern in patterns]
        start = nfa.close(s for s, _ in ends)
        final = {e for _, e in ends}
        return self.from_nfa(nfa, start, lambda states, depth: bool(states & final))

    def child(self, node, digit):
        return None if node is None else dict(self.nodes[node][1]).get(digit)

    def splice(self, node, other, prefixes, spelled=""):
        """node, but below each of the prefixes what other has there."""
        if spelled in prefixes:
            return other
        if not any(prefix.startswith(spelled) for prefix in prefixes):
            return node
        children = []
        for digit in DIGITS:
            child = self.splice(self.child(node, digit), self.child(other, digit), prefixes,
                                spelled + str(digit))
            if child is not None:
                children.append((digit, child))
        ends = node is not None and self.nodes[node][0]
        return self.node(ends, children) if ends or children else None

    def combine(self, one, other, decide, memo=None):
        """The strings s for which decide(one has s, other has s); decide(False, False) is False."""
        memo = {} if memo is None else memo
        if one is None and other is None:
            return None
        if (one, other) not in memo:
            children = [(digit, self.combine(self.child(one, digit), self.child(other, digit), decide, memo))
                        for digit in DIGITS]
            children = [(digit, child) for digit, child in children if child is not None]
            ends = bool(decide(one is not None and self.nodes[one][0], other is not None and self.nodes[other][0]))
            memo[one, other] = self.node(ends, children) if ends or children else None
        return memo[one, other]

    def lengths(self, node):
        """The lengths of a node's strings."""
        accepts, children = self.nodes[node]
        found = {n + 1 for child in {child for _, child in children} for n in self.lengths(child)}
        return found | {0} if accepts else found

    def pattern(self, node):
        """A regular expression of a node's strings."""
        return re.sub(r"(\\d){3,}(?!\?)", lambda run: rf"\d{{{len(run[0]) // 2}}}", self._pattern(node))

    def _pattern(self, node):
        accepts, children = self.nodes[node]
        branches = []
        for mask, child in edges_of(children):
            digits = "".join(str(digit) for digit in DIGITS if mask >> digit & 1)
            branches.append({1: digits, 10: r"\d"}.get(len(digits), f"[{digits}]") + self._pattern(child))
        text = "|".join(branches)
        if not (accepts and branches):
            return f"(?:{text})" if len(branches) > 1 else text
        is_one = len(branches) == 1 and len(re.sub(r"\\d|\[\d+\]", "d", text)) == 1
        return text + "?" if is_one else f"(?:{text})?"

    def strings(self, node, spelled=""):
        if node is None:
            return
        if self.nodes[node][0]:
            yield spelled
        for digit, child in self.nodes[node][1]:
            yield from self.strings(child, spelled + str(digit))

    def both(self, one, other):
        return self.combine(one, other, lambda a, b: a and b)

    def union(self, one, other):
        return self.combine(one, other, lambda a, b: a or b)

    def minus(self, one, other):
        return self.combine(one, other, lambda a, b: a and not b)

    def after(self, prefixes, node):
        """The strings of a node, each after each of the prefixes."""
        result = None
        for digit, child in self.nodes[prefixes][1] if prefixes is not None else []:
            tail = self.after(child, node)
            tail = self.union(tail, node) if self.nodes[child][0] else tail
            if tail is not None:
                result = self.union(result, self.node(False, [(digit, tail)]))
        return result

    def rest(self, prefixes, node):
        """What follows one of the prefixes in the strings of a node."""
        result = None
        for digit, child in self.nodes[prefixes][1] if prefixes is not None else []:
            tail = self.child(node, digit)
            if tail is not None:
                result = self.union(result, self.rest(child, tail))
                result = self.union(result, tail) if self.nodes[child][0] else result
        return result


class Region:
    """What the metadata say of a region; the order of the fields is that of libphonenumber-js, source/metadata.js."""

    def __init__(self, name, fields):
        def field(index):
            return (fields[index] if index < len(fields) else None) or None

        self.name = name
        self.prefix = field(1)
        self.pattern = field(2)
        self.lengths = field(3)
        self.formats = field(4) or []
        self.trunk = field(5)
        self.trunk_rule = field(6)
        self.trunk_pattern = field(7)
        self.transform = field(8)
        self.kinds = [kind for kind in field(11) or [] if kind]
        fixed = (field(11) or [None])[0]
        self.fixed_lengths = (fixed[1] if len(fixed) > 1 else self.lengths) if fixed else []


class Metadata:
    """version, and the regions of each calling code, the one whose formats hold for all of them first."""

    def __init__(self, modules):
        version = json.loads(PACKAGES.read_text())["dependencies"][PACKAGE]
        folder = Path(modules, PACKAGE)
        if json.loads((folder / "package.json").read_text())["version"] != version:
            sys.exit(f"phone_table.py: {modules} does not have {PACKAGE} {version}")
        data = json.loads((folder / "metadata.max.json").read_text())
        if data["version"] != 4:
            sys.exit(f"phone_table.py: metadata of version {data['version']}")
        self.version = version
        self.regions = {int(code): [Region(name, data["countries"][name]) for name in names]
                        for code, names in data["country_calling_codes"].items()}
        for code, fields in data["nonGeographic"].items():
            self.regions[int(code)] = [Region(NON_GEOGRAPHIC, fields)]


def numbers_node(automaton, regions, patterns_of):
    """National numbers of some regions: their patterns, cut to the lengths each region has."""
    nfa = Nfa()
    starts, ends = set(), {}
    for region in regions:
        for pattern in patterns_of(region):
            start, end = nfa.add(pattern)
            starts.add(start)
            ends[end] = region.lengths
    return automaton.from_nfa(nfa, nfa.close(starts),
                              lambda states, depth: any(depth in ends[s] for s in states if s in ends))


def trunk_patterns(region):
    """A prefix that must be replaced by something else (a transform rule) is not one that can be dropped."""
    if region.trunk_pattern and not region.transform:
        return [region.trunk_pattern]
    return [region.trunk] if region.trunk else []


def shortest_bare(regions):
    """How many digits a national number without trunk prefix needs so that it is no subscriber number."""
    if not any(region.trunk for region in regions):
        return 0
    fixed = [n for region in regions for n in region.fixed_lengths]
    return min(SUBSCRIBER_DIGITS + 1, max(fixed, default=SUBSCRIBER_DIGITS + 1))


def whole_node(automaton, code, region, numbers, bare):
    """The numbers of fewer than bare digits that the published formats write without trunk prefix: the first format
    whose digits and first digits a number has."""
    rest = rf"\d{{0,{NATIONAL_DIGITS}}}"
    todo, whole = numbers, None
    for pattern, _, *more in region.formats if bare > 0 and code not in SHARED_PLANS else []:
        first_digits = (more[0] or [""])[-1] if more else ""
        formatted = automaton.both(automaton.language([pattern]),
                                      automaton.language([f"(?:{first_digits}){rest}"]))
        own = automaton.both(todo, formatted)
        todo = automaton.minus(todo, formatted)
        if not (len(more) > 1 and more[1]) and not region.trunk_rule:
            whole = automaton.union(whole, own)
    short = automaton.language([rf"\d{{0,{bare - 1}}}"]) if bare > 0 else None
    return automaton.both(whole, short)


class Code:
    """The sets of a calling code."""

    def __init__(self, automaton, code, regions, prefixes, kept):
        self.code = code
        general = numbers_node(automaton, regions, lambda r: [r.pattern])
        special = numbers_node(automaton, regions, lambda r: [kind[0] for kind in r.kinds])
        self.trunks = automaton.language([p for r in regions for p in trunk_patterns(r)] + OLD_TRUNKS.get(code, []))
        abroad = {p for prefix in prefixes for p in automaton.strings(prefix)}
        numbers = automaton.splice(general, special, abroad)
        numbers = automaton.union(numbers, automaton.language(kept))
        twofold = automaton.both(numbers, automaton.after(self.trunks, numbers))
        numbers = automaton.minus(numbers, automaton.minus(twofold, special))
        numbers = automaton.minus(numbers, automaton.minus(automaton.rest(self.trunks, twofold), special))
        if automaton.both(numbers, automaton.after(self.trunks, numbers)) is not None:
            raise ValueError(f"+{code} has numbers that are others after a trunk prefix")
        self.numbers = numbers
        self.bare = shortest_bare(regions)
        self.whole = whole_node(automaton, code, regions[0], self.numbers, self.bare)
        self.lengths = sorted({n for r in regions for n in r.lengths} | automaton.lengths(self.numbers))


def build(metadata, kept):
    automaton = Automaton()
    codes, rows = [], []
    for code, regions in sorted(metadata.regions.items()):
        prefixes = [automaton.language([p for p in (region.prefix, GENERIC_PREFIX) if p]) for region in regions]
        codes.append(Code(automaton, code, regions, prefixes, [p for c, p, _ in kept if c == code]))
        rows += [(region.name, len(codes) - 1, prefix) for region, prefix in zip(regions, prefixes)
                 if region.name != NON_GEOGRAPHIC]
    return automaton, codes, sorted(rows)


# ---- Ranges that stay ----

def read_kept():
    """[(calling code, pattern, the release that had it last)]"""
    lines = KEPT.read_text().splitlines() if KEPT.exists() else []
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(int(code), pattern, release) for code, pattern, release in rows]


def committed_numbers(automaton, text):
    """{calling code: node of its numbers} of the table in the tree."""
    data = [int(byte) for byte in re.findall(r"\d+", re.search(r"edges\[\] = \{(.*?)\}", text, re.DOTALL)[1])]
    edges = [int.from_bytes(data[i:i + EDGE_BYTES], "little") for i in range(0, len(data) - 1, EDGE_BYTES)]
    memo = {}

    def node(first):
        if first not in memo:
            children, at = [], first
            while True:
                children += [(digit, edges[at] >> TARGET_SHIFT) for digit in DIGITS if edges[at] >> digit & 1]
                if edges[at] & LAST_EDGE:
                    break
                at += 1
            memo[first] = automaton.node(bool(edges[first] & ACCEPT),
                                         [(digit, node(target)) for digit, target in sorted(children)])
        return memo[first]

    codes = re.search(r"struct phone_table_code \w+\[\] = \{(.*?)\};", text, re.DOTALL)[1]
    return {int(code): node(int(numbers)) for code, numbers in re.findall(r"\{(\d+), (\d+),", codes)}


def renumbered(code):
    """A pattern of the old numbers of a calling code."""
    rows = [row for row in RENUMBERINGS if row[0] == code]
    return [rf"\d{{{at}}}{old}\d{{{digits - at - len(old)}}}" for _, digits, at, old, *_ in rows]


def keep_dropped(metadata):
    """Appends the ranges to phone_ranges.tsv that the table in the tree has and the new one would not have."""
    kept = read_kept()
    automaton, codes, _ = build(metadata, kept)
    text = TARGET.read_text()
    release = re.search(r"packaged in (\S+ [\d.]+)", text)[1]
    committed = committed_numbers(automaton, text)
    lines = []
    for code in codes:
        old = committed.pop(code.code, None)
        dropped = automaton.minus(old, code.numbers)
        dropped = automaton.minus(dropped, automaton.language(renumbered(code.code)))
        dropped = automaton.minus(dropped, automaton.after(code.trunks, old))  # never accepted
        dropped = automaton.minus(dropped, automaton.rest(code.trunks, old))
        if dropped is not None:
            lines.append(f"{code.code}\t{automaton.pattern(dropped)}\t{release}\n")
    if committed:
        sys.exit(f"phone_table.py: no metadata of the calling codes {sorted(committed)}, which the table has")
    with KEPT.open("a") as file:
        file.writelines(lines)


def reachable(automaton, roots):
    todo, seen = list(roots), set(roots)
    while todo:
        for _, child in automaton.nodes[todo.pop()][1]:
            if child not in seen:
                seen.add(child)
                todo.append(child)
    return sorted(seen)


def edges_of(children):
    """[(mask of digits, node)], digits that lead to one node joined."""
    masks = {}
    for digit, child in children:
        masks[child] = masks.get(child, 0) | 1 << digit
    return sorted((mask, child) for child, mask in masks.items())


def table_of(automaton, roots):
    """The automaton as the edges of phone_table.h, and the number of each node's first one."""
    used = reachable(automaton, roots)
    position, size = {}, 0
    for node in used:
        position[node] = size
        size += max(1, len(edges_of(automaton.nodes[node][1])))
    table = []
    for node in used:
        accepts, children = automaton.nodes[node]
        edges = edges_of(children)
        flag = ACCEPT if accepts else 0
        if not edges:
            table.append(LAST_EDGE | flag)
        for i, (mask, child) in enumerate(edges):
            last = LAST_EDGE if i == len(edges) - 1 else 0
            table.append(mask | last | (flag if i == 0 else 0) | position[child] << TARGET_SHIFT)
    return table, position


HEAD = """/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phone_table.c - phone numbering plans of the world. Generated, do not edit; layout in phone_table.h.
 *
 * Source:     metadata of Google's libphonenumber, (c) The Libphonenumber Authors, as packaged in {package} {version}
 *             (npm, (c) catamphetamine), and tools/phone_ranges.tsv
 * Licence:    of the metadata: Apache-2.0; of the package: MIT
 * Made by:    tools/phone_table.py
 * Checked by: tools/phone_table.py --check
 */
#include "lib/elig/canon/phone_table.h"
"""


def rows(texts, width=108):
    lines, line = [], ""
    for text in texts:
        if len(line) + len(text) + 2 > width:
            lines.append("    " + line.rstrip())
            line = ""
        line += text + ", "
    return "\n".join(lines + ["    " + line.rstrip()])


def code_starts(codes):
    """For each two digits: the row of the first code that begins with them, or that they begin with."""
    numbers = [str(code.code) for code in codes]
    if len(numbers) >= NO_START:
        raise ValueError("the calling codes have outgrown 8-bit positions")
    starts = []
    for pair in (f"{first}{second}" for first in DIGITS for second in DIGITS):
        found = [i for i, number in enumerate(numbers) if number.startswith(pair) or pair.startswith(number)]
        starts.append(str(min(found, default=NO_START)))
    return starts


def region_starts(names):
    """For each letter and what follows the last one: how many names begin with one before it."""
    letters = [chr(ord("A") + i) for i in range(LETTERS + 1)]
    return [str(sum(name < letter for name in names)) for letter in letters]


def code_row(code, position):
    if code.lengths[0] < SHORTEST_NATIONAL or code.lengths[-1] > NATIONAL_DIGITS:
        raise ValueError(f"+{code.code}: numbers of {code.lengths} digits do not fit into a row")
    lengths = sum(1 << (n - SHORTEST_NATIONAL) for n in code.lengths)
    bare = code.bare - (SHORTEST_NATIONAL - 1) if code.bare > 0 else 0
    nodes = ", ".join(str(position[node]) for node in (code.numbers, code.trunks, code.whole))
    is_renumbered = int(any(row[0] == code.code for row in RENUMBERINGS))
    return f"{{{code.code}, {nodes}, {bare}, {hex(lengths)}, {is_renumbered}}}"


def packed(digits):
    """Digits plus one as hexadecimal digits, the first one lowest."""
    return hex(sum(int(digit) + 1 << 4 * at for at, digit in enumerate(digits)))


def renumbering_row(row):
    code, digits, at, old, new, front, after_code = row
    number = f"{len(old)}, {int(old or 0)}"
    return f"{{{code}, {digits}, {at}, {int(after_code)}, {number}, {packed(new)}, {packed(front)}}}"


def render(metadata):
    automaton, codes, regions = build(metadata, read_kept())
    generic = automaton.language([GENERIC_PREFIX])
    empty = automaton.node(False, ())
    for code in codes:
        code.trunks = empty if code.trunks is None else code.trunks
        code.whole = empty if code.whole is None else code.whole
    roots = {node for code in codes for node in (code.numbers, code.trunks, code.whole)}
    roots |= {prefixes for _, _, prefixes in regions} | {generic}
    table, position = table_of(automaton, roots)
    if len(table) >= NO_NODE:
        raise ValueError("the automaton has outgrown 12-bit numbers")
    region_rows = [f"{{'{name[1]}', {index}, {position[p]}}}" for name, index, p in regions]
    region_rows.insert(0, f"{{0, PHONE_TABLE_NO_CODE, {position[generic]}}}")
    starts = region_starts([""] + [name for name, _, _ in regions])
    return "\n".join([
        HEAD.format(package=PACKAGE, version=metadata.version),
        "/* clang-format off */",
        "static const struct phone_table_code codes[] = {", rows(code_row(code, position) for code in codes), "};",
        "static const uint8_t code_starts[] = {", rows(code_starts(codes)), "};", "",
        "static const struct phone_table_region regions[] = {", rows(region_rows), "};",
        "static const uint8_t region_starts[] = {", rows(starts), "};", "",
        "static const struct phone_table_renumbering renumberings[] = {",
        rows(renumbering_row(row) for row in RENUMBERINGS), "};", "",
        "static const uint8_t edges[] = {",
        rows([str(byte) for edge in table for byte in edge.to_bytes(EDGE_BYTES, "little")] + ["0"]), "};", "",
        "const struct phone_table phone_table = {",
        "    codes, code_starts, regions, region_starts, renumberings, edges,",
        f"    {len(codes)}, {len(region_rows)}, {len(RENUMBERINGS)}, {len(table)},", "};",
        "/* clang-format on */", ""])


def with_modules(folder, use):
    """Calls use with a node_modules folder that has the package."""
    if folder is not None:
        return use(folder)
    with tempfile.TemporaryDirectory() as temporary:
        Path(temporary, "package.json").write_bytes(PACKAGES.read_bytes())
        subprocess.run(["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"], cwd=temporary,
                       check=True)
        return use(Path(temporary, "node_modules"))


def main():
    arguments = argparse.ArgumentParser(usage=__doc__)
    arguments.add_argument("--modules")
    arguments.add_argument("--check", action="store_true")
    options = arguments.parse_args()
    metadata = with_modules(options.modules, Metadata)
    if options.check:
        if TARGET.read_text() != render(metadata):
            sys.exit(f"phone_table.py: {TARGET.name} is not what {PACKAGE} {metadata.version} makes")
    else:
        keep_dropped(metadata)
        TARGET.write_text(render(metadata))


if __name__ == "__main__":
    main()
