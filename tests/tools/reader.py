#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An independent reader of elig's files, written from docs/FORMAT.md alone, for the tests.

    reader.py INDEX --secret FILE --kind KIND [--canonical] < IDENTIFIERS
    reader.py INDEX --check
    reader.py INDEX --secret FILE --rebuild LIST [--absent LIST] [--signer FILE]

The first answers line by line, as elig-lookup --batch does. Identifiers are in canonical form already (--canonical
says so on the command line and changes nothing); the parts of a composite, each in canonical form, are separated by
a tab.

--check verifies every byte of the file that can be verified without the list.

--rebuild makes the file anew from LIST, with salt, fingerprint bits, names and types of the kinds, campaign, serial and
window taken from INDEX, signed by --signer, and compares the two byte for byte. A line of LIST is KIND, tab, canonical form (parts of a
composite separated by 0x1f), and perhaps a tab and a label. --absent is a list like it, of those who must not be
found. For some thousand identifiers.

Shares no code with elig. Exit status: 0; 2 for a wrong command line; 5 if the file, the secret or the list is wrong.
"""

import argparse
import bisect
import collections
import hashlib
import re
import struct
import sys
import time
import unicodedata

import ed25519

PAGE_BYTES = 4096
PAGE_BITS = 8 * PAGE_BYTES
MAGIC = b"\x89ELIG\r\n\x1a"
VERSION = 2
RULES = 2
KEYED, OFFLINE, BLIND = 1, 2, 3
ARGON2_MEMORY_MIN = 19 << 20
ARGON2_MEMORY_MAX = 1 << 30
ARGON2_PASSES_MAX = 32
WORK_BITS_MAX = 12
PILOT_BITS = 16

ENTRY_BYTES = 28
ENTRIES = 146  # of an inner page
SEPARATOR_BYTES = 10

IDENTIFIERS_MAX = 1 << 40
SECOND_MAX = (1 << 63) - 1
LABELS_MAX = 65535
LABEL_BYTES_MAX = 63
KINDS_MAX = 16
KIND_BYTES = 80
NAME_BYTES = 32
PARTS_MAX = 8
SEEDS_MAX = 256
LOSSES_MAX = 16  # under one seed
REFUSED_MAX = 16  # pilots of one bucket
WORD = (1 << 64) - 1

# Integers of the header: offset, bytes.
INTEGERS = {
    "version": (8, 4),
    "rules": (12, 4),
    "profile": (16, 4),
    "pages": (24, 8),
    "argon2_memory": (96, 8),
    "argon2_passes": (104, 4),
    "work_bits": (108, 4),
    "serial": (112, 8),
    "not_before": (120, 8),
    "not_after": (128, 8),
    "identifiers": (136, 8),
    "leaves": (144, 8),
    "slots": (152, 4),
    "buckets": (156, 4),
    "fingerprint_bits": (160, 1),
    "payload_bits": (161, 1),
    "pilot_bits": (162, 1),
    "levels": (163, 1),
    "labels": (164, 4),
    "dictionary_bytes": (168, 8),
    "kinds": (240, 4),
}
SALT = slice(32, 48)
KEY_CHECK = slice(48, 64)
BLIND_KEY = slice(64, 96)
DICTIONARY_HASH = slice(176, 208)
ROOT = slice(208, 236)
KINDS = slice(256, 1536)
CAMPAIGN = slice(1536, 1792)
HASHED = slice(0, 4000)
SIGNED = slice(0, 4032)
HEADER_HASH = slice(4000, 4032)
SIGNER = slice(3968, 4000)
SIGNATURE = slice(4032, 4096)
ZEROS = [slice(20, 24), slice(236, 240), slice(244, 256), slice(1792, 3968)]

# Types of parts: the highest options, whether there may be a region.
TYPES = {1: (3, False), 2: (0, True), 3: (3, False), 4: (0, False), 5: (0, False), 6: (0, False)}

CURVE = [int(number, 16) for number in """
    00000000 01516a77 02a2d4ee 03f43f66 0545a9dd 06a32f29 084b8ac5 0a4a702c 0ca355fa 0f59fcbf 127278a6
    15f13cdd 19db292f 1e359a57 23067dbd 285469a3 2e26bb01 3485badf 3b7acda7 4310b016 4b53c6f6 54528991
    5e1e131b 68caeea7 74723e8e 81337927 8f372713 9eb37e6b aff4c56a c35ede89 d794945b ebca4a2d ffffffff
""".split()]

Entry = collections.namedtuple("Entry", "separator seed tag")
Kind = collections.namedtuple("Kind", "name identifiers parts")
Shape = collections.namedtuple("Shape", "slots buckets fingerprint_bits payload_bits")


class Wrong(Exception):
    """Says what is wrong with the index, the secret or the list."""


def require(condition, what):
    if not condition:
        raise Wrong(what)


def integer(raw):
    return int.from_bytes(raw, "little")


def ceiling(a, b):
    return -(-a // b)


def whole_pages(raw):
    return raw.ljust(ceiling(len(raw), PAGE_BYTES) * PAGE_BYTES, b"\0")


def is_zero(raw):
    return not any(raw)


def is_plain(raw):
    """Whether these bytes are UTF-8 without control characters."""
    try:
        return all(unicodedata.category(c) != "Cc" for c in raw.decode())
    except UnicodeDecodeError:
        return False


# ---- Hashes ----


def blake2b(size, domain, message=b"", key=b"", salt=b""):
    return hashlib.blake2b(message, digest_size=size, key=key, salt=salt, person=domain.encode().ljust(16)).digest()


def key_check(secret, salt):
    return blake2b(16, "elig key check", key=secret, salt=salt)


def keyed_digest(secret, salt, name, form):
    return blake2b(32, "elig keyed", bytes([len(name)]) + name + form, secret, salt)


def page_tag(salt, number, page):
    person = b"elig pag" + struct.pack("<Q", number)
    return hashlib.blake2b(page, digest_size=16, salt=salt, person=person).digest()


def canonical_form(parts):
    """The form of an identifier whose parts are in their forms."""
    if len(parts) == 1:
        return parts[0]
    return b"".join(struct.pack("<H", len(part)) + part for part in parts)


def chacha20_block(key, counter):
    start = [0x61707865, 0x3320646E, 0x79622D32, 0x6B206574, *struct.unpack("<8I", key), counter, 0, 0, 0]
    s = list(start)

    def step(a, b, c, turn):
        s[a] = s[a] + s[b] & 0xFFFFFFFF
        mixed = s[c] ^ s[a]
        s[c] = mixed << turn & 0xFFFFFFFF | mixed >> 32 - turn

    def quarter(a, b, c, d):
        step(a, b, d, 16)
        step(c, d, b, 12)
        step(a, b, d, 8)
        step(c, d, b, 7)

    for _ in range(10):
        for i in range(4):
            quarter(i, 4 + i, 8 + i, 12 + i)
        for i in range(4):
            quarter(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return struct.pack("<16I", *(a + b & 0xFFFFFFFF for a, b in zip(s, start)))


def chacha20(key, size):
    return b"".join(chacha20_block(key, i) for i in range(ceiling(size, 64)))[:size]


# ---- Header ----


class Header:
    """The first page. Reading it checks it."""

    def __init__(self, page):
        self.page = page
        self.check_identity()
        for name, (offset, size) in INTEGERS.items():
            setattr(self, name, integer(page[offset:offset + size]))
        self.salt = page[SALT]
        self.root = read_entry(page[ROOT])
        self.check_profile()
        self.check_ranges()
        self.check_labels()
        self.shape = Shape(self.slots, self.buckets, self.fingerprint_bits, self.payload_bits)
        self.check_tree()
        self.kind_list = self.read_kinds()

    def check_identity(self):
        require(len(self.page) == PAGE_BYTES and self.page.startswith(MAGIC), "not an index")
        require(integer(self.page[8:12]) == VERSION, "header: a format version that is not known")
        require(integer(self.page[12:16]) == RULES, "header: a rules version that is not known")
        require(self.page[HEADER_HASH] == blake2b(32, "elig header", self.page[HASHED]), "header: damaged")
        self.check_signature()

    def check_signature(self):
        signer, signature = self.page[SIGNER], self.page[SIGNATURE]
        if is_zero(signer):
            require(is_zero(signature), "header: a signature without a signer")
        else:
            require(ed25519.is_signed(self.page[SIGNED], signature, signer), "header: signature")

    def check_profile(self):
        """All but whether a blind profile's public key is an element."""
        require(KEYED <= self.profile <= BLIND, "header: a profile that is not known")
        require(self.profile == BLIND or is_zero(self.page[BLIND_KEY]), "header: a public key of no blind profile")
        require(self.profile != BLIND or is_zero(self.page[KEY_CHECK]), "header: a key check of a blind profile")
        costs = self.argon2_memory, self.argon2_passes, self.work_bits
        if self.profile != OFFLINE:
            require(not any(costs), "header: costs of no offline profile")
            return
        require(self.argon2_memory >= ARGON2_MEMORY_MIN and self.argon2_memory % 1024 == 0, "header: memory")
        require(self.argon2_passes >= 2 and self.work_bits <= WORK_BITS_MAX, "header: passes or work bits")
        require(self.work_bits > 0 or is_zero(self.page[KEY_CHECK]), "header: a key check of no seed")
        cheap = self.argon2_memory <= ARGON2_MEMORY_MAX and self.argon2_passes <= ARGON2_PASSES_MAX
        require(cheap, "header: more memory or passes than a reader takes")

    def check_ranges(self):
        for zeros in ZEROS:
            require(is_zero(self.page[zeros]), f"header: bytes {zeros.start} to {zeros.stop - 1} are not zero")
        require(self.serial <= SECOND_MAX, "header: serial out of range")
        require(self.not_before <= SECOND_MAX and self.not_after <= SECOND_MAX, "header: time out of range")
        require(self.not_after == 0 or self.not_after >= self.not_before, "header: closes before it opens")
        text = self.page[CAMPAIGN].rstrip(b"\0")
        require(len(text) < len(self.page[CAMPAIGN]) and is_plain(text), "header: campaign")

    def check_labels(self):
        count = self.labels
        require(count <= LABELS_MAX, "header: too many labels")
        least, most = 2 * count, (1 + LABEL_BYTES_MAX) * count
        require(least <= self.dictionary_bytes <= most, "header: bytes of the dictionary")
        require(count > 0 or is_zero(self.page[DICTIONARY_HASH]), "header: a hash of no dictionary")

    def check_tree(self):
        require(self.identifiers <= IDENTIFIERS_MAX, "header: too many identifiers")
        require(1 <= self.slots <= 4096 and 1 <= self.buckets <= 2048, "header: slots or buckets out of range")
        require(8 + self.work_bits <= self.fingerprint_bits <= 56, "header: fingerprint bits out of range")
        require(self.payload_bits == self.labels.bit_length(), "header: payload bits do not fit the labels")
        require(self.pilot_bits == PILOT_BITS, "header: pilot bits")
        require(gap_of(self.shape)[0] <= gap_of(self.shape)[1], "header: slots and pilots exceed the page")
        require(self.leaves == ceiling(self.identifiers, self.slots), "header: number of leaves")
        self.sizes = level_sizes(self.leaves)
        require(self.levels == len(self.sizes) - 1, "header: number of levels")
        self.tree_page = 1 + ceiling(self.dictionary_bytes, PAGE_BYTES)
        require(self.pages == self.tree_page + sum(self.sizes), "header: number of pages")
        require(self.identifiers > 0 or is_zero(self.page[ROOT]), "header: a root of no tree")
        require(self.levels == 0 or self.root.seed == 0, "header: seed of an inner root")

    def read_kinds(self):
        require(1 <= self.kinds <= KINDS_MAX, "header: number of kinds")
        records = [self.page[i:i + KIND_BYTES] for i in range(KINDS.start, KINDS.stop, KIND_BYTES)]
        require(is_zero(b"".join(records[self.kinds:])), "header: an unused kind is not zero")
        kinds = [read_kind(record) for record in records[:self.kinds]]
        require(len({kind.name for kind in kinds}) == len(kinds), "header: two kinds of one name")
        require(sum(kind.identifiers for kind in kinds) == self.identifiers, "header: identifiers of the kinds")
        return kinds

    def kind(self, name):
        for kind in self.kind_list:
            if kind.name == name:
                return kind
        raise Wrong(f"no kind named {name.decode()}")

    def page_number(self, level, i):
        """The page of the file that is page i of a level."""
        return self.tree_page + sum(self.sizes[level + 1:]) + i


def read_kind(record):
    name = record[:NAME_BYTES].rstrip(b"\0")
    require(re.fullmatch(rb"[a-z0-9_-]{1,31}", name), "header: name of a kind")
    require(1 <= record[40] <= PARTS_MAX, "header: parts of a kind")
    require(is_zero(record[41:48]), "header: bytes 41 to 47 of a kind are not zero")
    parts = [record[i:i + 4] for i in range(48, KIND_BYTES, 4)]
    require(is_zero(b"".join(parts[record[40]:])), "header: an unused part is not zero")
    for part in parts[:record[40]]:
        check_part(part)
    return Kind(name, integer(record[32:40]), record[40])


def check_part(part):
    require(part[0] in TYPES, "header: type of a part")
    options_max, has_region = TYPES[part[0]]
    require(part[1] <= options_max, "header: options of a part")
    require(is_zero(part[2:]) or has_region and re.fullmatch(rb"[A-Z]{2}", part[2:]), "header: region of a part")


# ---- Tree ----


def level_sizes(leaves):
    """How many pages there are on each level, leaves first."""
    sizes = [leaves]
    while sizes[-1] > 1:
        sizes.append(ceiling(sizes[-1], ENTRIES))
    return sizes


def read_entry(raw):
    return Entry(raw[:SEPARATOR_BYTES], integer(raw[10:12]), raw[12:])


def write_entry(entry):
    return entry.separator + struct.pack("<H", entry.seed) + entry.tag


def children(header, level, i):
    """Which pages of the level below page i of a level leads to."""
    return range(ENTRIES * i, min(ENTRIES * (i + 1), header.sizes[level - 1]))


def read_entries(page, count):
    return [read_entry(page[j:j + ENTRY_BYTES]) for j in range(0, count * ENTRY_BYTES, ENTRY_BYTES)]


def separators_rise(entries):
    return all(a.separator < b.separator for a, b in zip(entries, entries[1:]))


# ---- Leaf ----


def gap_of(shape):
    """The bits of a leaf between slots and pilots: the first, and the one after the last."""
    slots, buckets, fingerprint_bits, payload_bits = shape
    return slots * (fingerprint_bits + payload_bits), PAGE_BITS - PILOT_BITS * buckets


def leaf_hash(digest, seed):
    h = integer(digest[8:16]) + seed * 0x9E3779B97F4A7C15 & WORD
    h = (h ^ h >> 32) * 0xD6E8FEB86659FD93 & WORD
    h = (h ^ h >> 32) * 0xD6E8FEB86659FD93 & WORD
    return h ^ h >> 32


def bucket_of(h, buckets):
    x = h >> 32
    i = x >> 27
    y = CURVE[i] + ((CURVE[i + 1] - CURVE[i]) * (x & (1 << 27) - 1) >> 27)
    return y * buckets >> 32


def slot_base(h, q, slots):
    """The slot before the displacement is added."""
    x = h >> 32
    step = (x << 16 | x >> 16) & 0xFFFFFFFF
    return ((h + q * step & 0xFFFFFFFF) >> 16) * slots >> 16


def slot_of(h, pilot, slots):
    return (slot_base(h, pilot // slots, slots) + pilot % slots) % slots


def fingerprint(digest, bits):
    return integer(digest[16:24]) & (1 << bits) - 1


def payload_mask(digest, bits):
    return integer(digest[24:32]) & (1 << bits) - 1


def search_leaf(page, seed, digest, shape):
    """The code of the digest's label, or None if it is not there."""
    h = leaf_hash(digest, seed)
    at = PAGE_BYTES - 2 * (shape.buckets - bucket_of(h, shape.buckets))
    slot = slot_of(h, integer(page[at:at + 2]), shape.slots)
    found = integer(page) >> slot * (shape.fingerprint_bits + shape.payload_bits)
    if found & (1 << shape.fingerprint_bits) - 1 != fingerprint(digest, shape.fingerprint_bits):
        return None
    payload = found >> shape.fingerprint_bits & (1 << shape.payload_bits) - 1
    return payload ^ payload_mask(digest, shape.payload_bits)


# ---- Index ----


class Index:
    """A whole file in memory."""

    def __init__(self, raw):
        self.raw = raw
        self.header = Header(raw[:PAGE_BYTES])
        require(len(raw) == self.header.pages * PAGE_BYTES, "not as long as its header says")
        self.labels = self.read_dictionary()

    def page(self, number, tag):
        page = self.raw[number * PAGE_BYTES:(number + 1) * PAGE_BYTES]
        require(page_tag(self.header.salt, number, page) == tag, f"page {number}: damaged")
        return page

    def read_dictionary(self):
        header = self.header
        if header.labels == 0:
            return []
        raw = self.raw[PAGE_BYTES:header.tree_page * PAGE_BYTES]
        hashed = blake2b(32, "elig dictionary", raw, salt=header.salt)
        require(hashed == header.page[DICTIONARY_HASH], "dictionary: damaged")
        require(is_zero(raw[header.dictionary_bytes:]), "dictionary: bytes behind it are not zero")
        labels = split_labels(raw[:header.dictionary_bytes])
        require(len(labels) == header.labels, "dictionary: number of labels")
        require(all(a < b for a, b in zip(labels, labels[1:])), "dictionary: labels out of order")
        return labels

    def read_inner(self, level, i, entry):
        """The entries of page i of a level, that entry describes."""
        number = self.header.page_number(level, i)
        page = self.page(number, entry.tag)
        count = len(children(self.header, level, i))
        found = read_entries(page, count)
        require(is_zero(page[count * ENTRY_BYTES:]), f"page {number}: bytes behind the entries are not zero")
        require(found[0].separator == entry.separator, f"page {number}: first separator is not its own")
        require(separators_rise(found), f"page {number}: separators do not rise")
        require(level == 1 or all(e.seed == 0 for e in found), f"page {number}: seed of an inner page")
        return found

    def find(self, digest):
        """The digest's label, empty if it has none, or None if it is not listed."""
        header = self.header
        entry, i = header.root, 0
        if header.leaves == 0 or digest[:SEPARATOR_BYTES] < entry.separator:
            return None
        for level in range(header.levels, 0, -1):
            choices = zip(self.read_inner(level, i, entry), children(header, level, i))
            entry, i = [c for c in choices if c[0].separator <= digest[:SEPARATOR_BYTES]][-1]
        page = self.page(header.page_number(0, i), entry.tag)
        code = search_leaf(page, entry.seed, digest, header.shape)
        if code is None or code > header.labels:
            return None
        return self.labels[code - 1] if code else b""

    def check(self):
        """Verifies what reading the header and the dictionary has not."""
        entries = [self.header.root] * self.header.sizes[-1]
        for level in range(self.header.levels, 0, -1):
            entries = self.check_level(level, entries)
        for i, entry in enumerate(entries):
            self.check_leaf(i, entry)

    def check_level(self, level, entries):
        """Checks the pages of a level against their entries; returns the entries of the level below."""
        below = [found for i, entry in enumerate(entries) for found in self.read_inner(level, i, entry)]
        require(separators_rise(below), f"level {level - 1}: separators do not rise")
        return below

    def check_leaf(self, i, entry):
        number = self.header.page_number(0, i)
        page = self.page(number, entry.tag)
        first, end = gap_of(self.header.shape)
        gap = integer(page) >> first & (1 << end - first) - 1
        require(gap == 0, f"page {number}: bits between slots and pilots are not zero")


def split_labels(raw):
    labels = []
    while raw:
        label = raw[1:1 + raw[0]]
        require(1 <= raw[0] <= LABEL_BYTES_MAX and len(label) == raw[0], "dictionary: length of a label")
        require(is_plain(label), "dictionary: a label that is not plain text")
        labels.append(label)
        raw = raw[1 + raw[0]:]
    return labels


# ---- Writer ----


def usual_shape(fingerprint_bits, payload_bits):
    slot_bits = fingerprint_bits + payload_bits
    slots = PAGE_BITS // slot_bits - 1
    while slots * slot_bits + PILOT_BITS * ceiling(1000 * slots, 8500) > PAGE_BITS:
        slots -= 1
    buckets = (PAGE_BITS - slots * slot_bits) // PILOT_BITS
    return Shape(slots, buckets, fingerprint_bits, payload_bits)


def filler_stream(salt, digests, shape):
    together = bytes(32)
    for digest in digests:
        together = bytes(a ^ b for a, b in zip(together, digest))
    key = blake2b(32, "elig filler", together, salt=salt)
    return chacha20(key, 4 * shape.buckets + 16 * shape.slots)


def ones(bits):
    """Which bits of a number are set, in rising order."""
    while bits:
        yield (bits & -bits).bit_length() - 1
        bits &= bits - 1


class Placement:
    """Where the identifiers of a leaf are sent while pilots are found under one seed."""

    def __init__(self, seed, shape, listed, absent, numbers):
        self.seed = seed
        self.shape = shape
        self.listed, self.absent = self.buckets(listed), self.buckets(absent)
        self.functions = (1 << PILOT_BITS) // shape.slots
        self.begin = [divmod(n * self.functions * shape.slots >> 32, shape.slots) for n in numbers]
        self.pilots = {}
        self.losses = [0] * shape.buckets
        self.all = (1 << shape.slots) - 1  # a bit for each slot, and for each displacement
        self.free = self.all
        self.taken = {}  # slot: digest
        self.bucket = {}  # slot: bucket
        self.held = set()  # (slot, fingerprint) of those
        self.met = set()  # the same of absent ones, where they lead

    def buckets(self, digests):
        found = [[] for _ in range(self.shape.buckets)]
        for digest in digests:
            found[bucket_of(leaf_hash(digest, self.seed), self.shape.buckets)].append(digest)
        return found

    def meetings(self, digests, pilot):
        return {(slot_of(leaf_hash(digest, self.seed), pilot, self.shape.slots),
                 fingerprint(digest, self.shape.fingerprint_bits)) for digest in digests}

    def suits(self, b, pilot):
        """Whether a pilot lets no absent identifier match the fingerprint of a listed one."""
        if not self.met and not self.absent[b]:
            return True
        held, met = self.meetings(self.listed[b], pilot), self.meetings(self.absent[b], pilot)
        return not (held & self.met or held & met or self.held & met)

    def attempts(self, b):
        """For each hash function that a bucket tries and that keeps its identifiers apart: for each identifier,
        the free slots, turned so that bit i is for the pilot i further on; and the pilots."""
        slots = self.shape.slots
        hashes = [leaf_hash(digest, self.seed) for digest in self.listed[b]]
        first_q, first_d = self.begin[b]
        for i in range(self.functions):
            q = (first_q + i) % self.functions
            bases = {slot_base(h, q, slots) for h in hashes}
            if len(bases) == len(hashes):
                turns = [(base + first_d) % slots for base in bases]
                free = [(self.free >> turn | self.free << slots - turn) & self.all for turn in turns]
                yield free, [q * slots + (first_d + d) % slots for d in range(slots)]

    def first_pilot(self, b):
        """The first pilot tried that sends the listed ones to free slots, all different; or None."""
        for free, pilots in self.attempts(b):
            fits = self.all
            for bits in free:
                fits &= bits
            for i in ones(fits):
                if self.suits(b, pilots[i]):
                    return pilots[i]
        return None

    def swaps(self, b):
        """The pilots tried that need one slot of another bucket; with that bucket and its price."""
        for free, pilots in self.attempts(b):
            most, everything = self.all, self.all
            for bits in free:
                most, everything = most & bits | everything, everything & bits
            for i in ones(most & ~everything):
                slots = {slot for slot, _ in self.meetings(self.listed[b], pilots[i])}
                loser = next(self.bucket[slot] for slot in slots if slot in self.bucket)
                yield pilots[i], loser, len(self.listed[loser]) + self.losses[loser]

    def best_swap(self, b):
        """The pilot with the least price, and the bucket that loses its place; or None."""
        best, best_price, refused = None, 1 << 32, 0
        if not self.listed[b]:
            return None
        for pilot, loser, price in self.swaps(b):
            if price >= best_price:
                continue
            if self.suits_without(b, pilot, loser):
                best, best_price = (pilot, loser), price
            else:
                refused += 1
            if best_price <= len(self.listed[b]) or refused == REFUSED_MAX:
                break
        return best

    def suits_without(self, b, pilot, loser):
        if not any(self.absent):
            return True
        old = self.pilots[loser]
        self.remove(loser)
        suits = self.suits(b, pilot)
        self.place(loser, old)
        return suits

    def place(self, b, pilot):
        for digest in self.listed[b]:
            slot = slot_of(leaf_hash(digest, self.seed), pilot, self.shape.slots)
            self.taken[slot], self.bucket[slot] = digest, b
            self.free ^= 1 << slot
        self.pilots[b] = pilot
        self.held |= self.meetings(self.listed[b], pilot)
        self.met |= self.meetings(self.absent[b], pilot)

    def remove(self, b):
        for slot in [slot for slot, holder in self.bucket.items() if holder == b]:
            del self.taken[slot], self.bucket[slot]
            self.free ^= 1 << slot
        del self.pilots[b]
        self.held = set().union(*(self.meetings(self.listed[c], pilot) for c, pilot in self.pilots.items()))
        self.met = set().union(*(self.meetings(self.absent[c], pilot) for c, pilot in self.pilots.items()))

    def find_pilots(self):
        """Whether all buckets found a pilot."""
        for b in sorted(range(self.shape.buckets), key=lambda b: (-len(self.listed[b]), b)):
            while (pilot := self.first_pilot(b)) is None:
                swap = self.best_swap(b) if sum(self.losses) < LOSSES_MAX else None
                if swap is None:
                    return False
                pilot, loser = swap
                self.remove(loser)
                self.place(b, pilot)
                self.losses[loser] += 1
                b = loser
            self.place(b, pilot)
        return True

    def can_be_filled(self):
        """Whether each empty slot has a fingerprint left that no absent identifier has."""
        met = collections.Counter(slot for slot, _ in self.met if slot not in self.taken)
        return all(count < 1 << self.shape.fingerprint_bits for count in met.values())


def search_seeds(listed, absent, numbers, shape):
    for seed in range(SEEDS_MAX):
        placement = Placement(seed, shape, listed, absent, numbers)
        if placement.find_pilots() and placement.can_be_filled():
            return placement
    raise Wrong("no seed solves a leaf")


def fill_slots(placement, codes, stream):
    """The contents of all slots: fingerprint and, above it, payload."""
    slots, _, fingerprint_bits, payload_bits = placement.shape
    contents = []
    numbers = struct.iter_unpack("<QQ", stream)
    for slot in range(slots):
        digest = placement.taken.get(slot)
        if digest:
            low, high = fingerprint(digest, fingerprint_bits), codes[digest] ^ payload_mask(digest, payload_bits)
        else:
            low, high = (number & (1 << bits) - 1 for number, bits in zip(next(numbers), placement.shape[2:]))
            while (slot, low) in placement.met:
                low = low + 1 & (1 << fingerprint_bits) - 1
        contents.append(low | high << fingerprint_bits)
    return contents


def write_leaf(salt, listed, absent, codes, shape):
    """The page of these digests, and its seed."""
    stream = filler_stream(salt, listed, shape)
    numbers = struct.unpack(f"<{shape.buckets}I", stream[:4 * shape.buckets])
    placement = search_seeds(listed, absent, numbers, shape)
    slot_bits = shape.fingerprint_bits + shape.payload_bits
    contents = fill_slots(placement, codes, stream[4 * shape.buckets:])
    bits = sum(content << i * slot_bits for i, content in enumerate(contents))
    pilots = struct.pack(f"<{shape.buckets}H", *(placement.pilots[b] for b in range(shape.buckets)))
    return bits.to_bytes(PAGE_BYTES - len(pilots), "little") + pilots, placement.seed


def write_levels(salt, leaves, separators, seeds, header_pages):
    """The pages of the tree, highest level first, and the root's entry."""
    sizes = level_sizes(len(leaves))
    levels = [leaves]
    for level, size in enumerate(sizes):
        first = header_pages + sum(sizes[level + 1:])
        tags = [page_tag(salt, first + i, page) for i, page in enumerate(levels[-1])]
        entries = [write_entry(Entry(*entry)) for entry in zip(separators, seeds, tags)]
        if size <= 1:
            break
        levels.append([whole_pages(b"".join(entries[i:i + ENTRIES])) for i in range(0, size, ENTRIES)])
        separators, seeds = separators[::ENTRIES], [0] * size
    return [page for pages in reversed(levels) for page in pages], b"".join(entries)


def share_out(absent, separators):
    """The absent digests that lead to each leaf."""
    shares = [[] for _ in separators]
    for digest in absent:
        leaf = bisect.bisect_right(separators, digest[:SEPARATOR_BYTES]) - 1
        if leaf >= 0:
            shares[leaf].append(digest)
    return shares


def write_tree(salt, codes, absent, shape, header_pages):
    digests = sorted(codes)
    count = ceiling(len(digests), shape.slots)
    bounds = [j * len(digests) // count for j in range(count + 1)] if count else []
    groups = [digests[a:b] for a, b in zip(bounds, bounds[1:])]
    separators = [group[0][:SEPARATOR_BYTES] for group in groups]
    shares = share_out(absent, separators)
    written = [write_leaf(salt, *both, codes, shape) for both in zip(groups, shares)]
    return write_levels(salt, [page for page, _ in written], separators, [seed for _, seed in written], header_pages)


def write_header(model, integers, parts, kind_counts, seed):
    """A header like another one, except for what is given."""
    page = bytearray(PAGE_BYTES)
    page[:len(MAGIC)] = MAGIC
    for part in (SALT, KINDS, CAMPAIGN):
        page[part] = model.page[part]
    for part, raw in parts:
        page[part] = raw
    for name, value in integers.items():
        offset, size = INTEGERS[name]
        page[offset:offset + size] = value.to_bytes(size, "little")
    for i, kind in enumerate(model.kind_list):
        at = KINDS.start + i * KIND_BYTES + NAME_BYTES
        page[at:at + 8] = struct.pack("<Q", kind_counts[kind.name])
    if seed:
        page[SIGNER] = ed25519.public_key_of(seed)
    page[HEADER_HASH] = blake2b(32, "elig header", bytes(page[HASHED]))
    if seed:
        page[SIGNATURE] = ed25519.sign(bytes(page[SIGNED]), seed)
    return bytes(page)


def write_dictionary(labels):
    return b"".join(bytes([len(label)]) + label for label in labels)


def rebuild(model, secret, listed, absent, seed):
    """The whole file of {(kind, form): label}, with the header's parameters taken from another."""
    labels = sorted(set(listed.values()) - {b""})
    code = {b"": 0, **{label: i + 1 for i, label in enumerate(labels)}}
    codes = {keyed_digest(secret, model.salt, *identifier): code[label] for identifier, label in listed.items()}
    absent = {keyed_digest(secret, model.salt, *identifier) for identifier in absent}
    shape = usual_shape(model.fingerprint_bits, len(labels).bit_length())
    dictionary = write_dictionary(labels)
    pages = whole_pages(dictionary)
    tree, root = write_tree(model.salt, codes, absent, shape, 1 + len(pages) // PAGE_BYTES)
    sizes = level_sizes(ceiling(len(codes), shape.slots))
    integers = {
        "version": VERSION, "rules": RULES, "profile": KEYED, "pages": 1 + len(pages) // PAGE_BYTES + sum(sizes),
        "serial": model.serial, "not_before": model.not_before, "not_after": model.not_after, "identifiers": len(codes), "leaves": sizes[0],
        "pilot_bits": PILOT_BITS, "levels": len(sizes) - 1, "labels": len(labels),
        "dictionary_bytes": len(dictionary), "kinds": model.kinds, **shape._asdict()}
    parts = [(KEY_CHECK, key_check(secret, model.salt)), (ROOT, root.ljust(ENTRY_BYTES, b"\0"))]
    if labels:
        parts.append((DICTIONARY_HASH, blake2b(32, "elig dictionary", pages, salt=model.salt)))
    kind_counts = collections.Counter(name for name, _ in listed)
    return write_header(model, integers, parts, kind_counts, seed) + pages + b"".join(tree)


# ---- Command line ----


def read_key(name, label):
    with open(name, "rb") as file:
        found = re.search(rb"^%s ([0-9a-fA-F]{64})\r?$" % label, file.read(), re.MULTILINE)
    require(found, "not such a key")
    return bytes.fromhex(found[1].decode())


def read_list(name, header):
    listed = {}
    with open(name, "rb") as file:
        for line in file.read().splitlines():
            kind, form, label = (line + b"\t").split(b"\t")[:3]
            parts = form.split(b"\x1f")
            require(len(parts) == header.kind(kind).parts, "list: wrong number of parts")
            listed[kind, canonical_form(parts)] = label
    return listed


def verdict(index, secret, kind, line):
    """What elig-lookup says of an identifier."""
    parts = line.split(b"\t") if kind.parts > 1 else [line]
    require(len(parts) == kind.parts, "wrong number of parts")
    label = index.find(keyed_digest(secret, index.header.salt, kind.name, canonical_form(parts)))
    if label is None:
        return b"not listed"
    return b"eligible\t" + label if label else b"eligible"


def why_shut(header):
    """What is answered outside the window, or None within."""
    now = int(time.time())
    if header.not_before and now < header.not_before:
        return b"not open"
    if header.not_after and now > header.not_after:
        return b"closed"
    return None


def answer(index, secret, name):
    kind, shut = index.header.kind(name), why_shut(index.header)
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write((shut or verdict(index, secret, kind, line.rstrip(b"\n"))) + b"\n")
    return 0


def compare(index, secret, arguments):
    listed = read_list(arguments.rebuild, index.header)
    absent = read_list(arguments.absent, index.header) if arguments.absent else {}
    seed = read_key(arguments.signer, b"elig-signer-1") if arguments.signer else None
    made = rebuild(index.header, secret, listed, absent, seed)
    for i, (a, b) in enumerate(zip(made, index.raw)):
        require(a == b, f"byte {i} (page {i // PAGE_BYTES}, byte {i % PAGE_BYTES}) is {b:02x}, ought to be {a:02x}")
    require(len(made) == len(index.raw), "not as long as it ought to be")
    return 0


def read_arguments():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("index")
    parser.add_argument("--secret")
    parser.add_argument("--canonical", action="store_true")
    parser.add_argument("--absent", metavar="LIST")
    parser.add_argument("--signer")
    work = parser.add_mutually_exclusive_group(required=True)
    work.add_argument("--kind")
    work.add_argument("--check", action="store_true")
    work.add_argument("--rebuild", metavar="LIST")
    arguments = parser.parse_args()
    if not arguments.check and not arguments.secret:
        parser.error("--secret is needed")
    return arguments


def run(arguments):
    with open(arguments.index, "rb") as file:
        index = Index(file.read())
    if arguments.check:
        index.check()
        return 0
    require(index.header.profile == KEYED, "digests of this profile are more than this reader can make")
    secret = read_key(arguments.secret, b"elig-secret-1")
    require(key_check(secret, index.header.salt) == index.header.page[KEY_CHECK], "another secret's index")
    if arguments.rebuild:
        return compare(index, secret, arguments)
    return answer(index, secret, arguments.kind.encode())


def main():
    try:
        return run(read_arguments())
    except (Wrong, OSError) as error:
        print(f"reader.py: {error}", file=sys.stderr)
        return 5


if __name__ == "__main__":
    sys.exit(main())
