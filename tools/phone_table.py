#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes lib/elig/canon/phone_table.c from the phone metadata of Debian's python3-phonenumbers.

    tools/phone_table.py            write lib/elig/canon/phone_table.c
    tools/phone_table.py --check    compare it with what would be written; exit 1 if they differ
    tools/phone_table.py --doubt    list the calling codes that have numbers with two readings after '+'

lib/elig/canon/phone_table.h describes the result. Every set of digit strings (the numbers of a calling code, its
trunk prefixes, the international prefixes of a region) is compiled exactly, without sampling: regular
expression -> NFA -> one minimal acyclic automaton shared by all sets.
"""

import re._constants as ops
import re._parser as parser
import sys
from pathlib import Path

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE as REGIONS_OF_CODE
from phonenumbers.phonemetadata import PhoneMetadata

TARGET = Path(__file__).resolve().parent.parent / "lib/elig/canon/phone_table.c"

DIGITS = range(10)
GENERIC_PREFIX = "00"  # read as an international prefix everywhere, whatever the region's own are
NON_GEOGRAPHIC = "001"  # how the metadata names a calling code that belongs to no region

# An edge beside its ten digits; must agree with phone_table.h.
LAST_EDGE = 1 << 10
ACCEPT = 1 << 11
TARGET_SHIFT = 12
NO_NODE = (1 << 12) - 1
EDGE_BYTES = 3

LETTERS = 26
NO_START = 255  # no row at all; must agree with phone_table.h

# A subscriber number without its area code has at most this many digits anywhere.
SUBSCRIBER_DIGITS = 8

# The kinds of number the metadata describes one by one, beside the general description.
KINDS = ("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip",
         "pager", "uan", "voicemail", "no_international_dialling")


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

    def strings(self, node, spelled=""):
        if self.nodes[node][0]:
            yield spelled
        for digit, child in self.nodes[node][1]:
            yield from self.strings(child, spelled + str(digit))

    def common(self, one, other, memo):
        """How many digit strings two nodes both accept."""
        if one is None or other is None:
            return 0
        if (one, other) not in memo:
            both = int(self.nodes[one][0] and self.nodes[other][0])
            memo[one, other] = both + sum(self.common(child, self.child(other, digit), memo)
                                          for digit, child in self.nodes[one][1])
        return memo[one, other]


def metadata_of(code):
    names = REGIONS_OF_CODE[code]
    if names == (NON_GEOGRAPHIC,):
        return [PhoneMetadata.metadata_for_nongeo_region(code)]
    return [PhoneMetadata.metadata_for_region(name) for name in names]


def numbers_node(automaton, regions, patterns_of):
    """National numbers of some regions: their patterns, cut to the lengths each region has."""
    nfa = Nfa()
    starts, ends = set(), {}
    for region in regions:
        for pattern in patterns_of(region):
            start, end = nfa.add(pattern)
            starts.add(start)
            ends[end] = region.general_desc.possible_length
    return automaton.from_nfa(nfa, nfa.close(starts),
                              lambda states, depth: any(depth in ends[s] for s in states if s in ends))


def kind_patterns(region):
    descriptions = (getattr(region, kind) for kind in KINDS)
    return [d.national_number_pattern for d in descriptions if d and d.national_number_pattern]


def trunk_patterns(region):
    """A prefix that must be replaced by something else (a transform rule) is not one that can be dropped."""
    if region.national_prefix_for_parsing and not region.national_prefix_transform_rule:
        return [region.national_prefix_for_parsing]
    return [region.national_prefix] if region.national_prefix else []


def shortest_bare(regions, has_trunks):
    """How many digits a national number without trunk prefix needs so that it is no subscriber number."""
    if not has_trunks:
        return 0
    fixed = [n for r in regions if r.fixed_line for n in r.fixed_line.possible_length or r.general_desc.possible_length]
    return min(SUBSCRIBER_DIGITS + 1, max(fixed, default=SUBSCRIBER_DIGITS + 1))


def build():
    automaton = Automaton()
    codes, regions = [], []
    prefixes = {}
    for code in sorted(REGIONS_OF_CODE):
        members = metadata_of(code)
        for region in members:
            own = [region.international_prefix] if region.international_prefix else []
            prefixes[region.id, code] = automaton.language(own + [GENERIC_PREFIX])
        general = numbers_node(automaton, members, lambda r: [r.general_desc.national_number_pattern])
        special = numbers_node(automaton, members, kind_patterns)
        abroad = {p for r in members for p in automaton.strings(prefixes[r.id, code])}
        trunks = automaton.language([p for r in members for p in trunk_patterns(r)])
        lengths = sum(1 << n for n in {n for r in members for n in r.general_desc.possible_length})
        codes.append((code, automaton.splice(general, special, abroad), trunks,
                      shortest_bare(members, trunks is not None), lengths))
        regions += [(r.id, len(codes) - 1, prefixes[r.id, code]) for r in members if r.id != NON_GEOGRAPHIC]
    generic = automaton.language([GENERIC_PREFIX])
    return automaton, codes, sorted(regions), generic


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
 * Source:     metadata of Google's libphonenumber as packaged in python-phonenumbers {version}
 *             (Debian package python3-phonenumbers), (c) The Libphonenumber Authors, David Drysdale
 * Licence:    Apache-2.0
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
    numbers = [str(code) for code, *_ in codes]
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


def render():
    automaton, codes, regions, generic = build()
    empty = automaton.node(False, ())
    codes = [(code, numbers, empty if trunks is None else trunks, bare, lengths)
             for code, numbers, trunks, bare, lengths in codes]
    roots = {node for _, numbers, trunks, _, _ in codes for node in (numbers, trunks)}
    roots |= {prefixes for _, _, prefixes in regions} | {generic}
    table, position = table_of(automaton, roots)
    if len(table) >= NO_NODE:
        raise ValueError("the automaton has outgrown 12-bit numbers")
    code_rows = [f"{{{code}, {position[numbers]}, {position[trunks]}, {bare}, {hex(lengths)}}}"
                 for code, numbers, trunks, bare, lengths in codes]
    region_rows = [f"{{'{name[1]}', {index}, {position[p]}}}" for name, index, p in regions]
    region_rows.insert(0, f"{{0, PHONE_TABLE_NO_CODE, {position[generic]}}}")
    starts = region_starts([""] + [name for name, _, _ in regions])
    return "\n".join([
        HEAD.format(version=phonenumbers.__version__),
        "/* clang-format off */",
        f"const size_t phone_table_code_count = {len(code_rows)};",
        "const struct phone_table_code phone_table_codes[] = {", rows(code_rows), "};",
        "const uint8_t phone_table_code_starts[] = {", rows(code_starts(codes)), "};", "",
        f"const size_t phone_table_region_count = {len(region_rows)};",
        "const struct phone_table_region phone_table_regions[] = {", rows(region_rows), "};",
        "const uint8_t phone_table_region_starts[] = {", rows(starts), "};", "",
        f"const size_t phone_table_edge_count = {len(table)};",
        "const uint8_t phone_table_edges[] = {",
        rows([str(byte) for edge in table for byte in edge.to_bytes(EDGE_BYTES, "little")] + ["0"]), "};",
        "/* clang-format on */", ""])


def print_doubt():
    automaton, codes, _, _ = build()
    for code, numbers, trunks, _, _ in codes:
        for trunk in automaton.strings(trunks) if trunks is not None else ():
            below = numbers
            for digit in trunk:
                below = automaton.child(below, int(digit))
            shared = automaton.common(below, numbers, {}) if trunk else 0
            if shared:
                print(f"+{code}: {shared} numbers are plausible with and without the trunk prefix {trunk}")


def main():
    arguments = sys.argv[1:]
    if arguments == ["--doubt"]:
        print_doubt()
    elif arguments == ["--check"]:
        if TARGET.read_text() != render():
            sys.exit(f"phone_table.py: {TARGET.name} is not what the installed metadata makes")
    elif not arguments:
        TARGET.write_text(render())
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
