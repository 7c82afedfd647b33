#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plants faults in an index, as somebody would who wants them not to be found: every hash is made anew.

    plant.py INDEX OUT FAULT [ARGUMENT] [--secret FILE --list LIST] < BYTES

FAULT is one of

    reserved, salt      BYTES go into unused bytes of the header, or over the salt
    label NUMBER        BYTES become that label's word (rank from 1; it must stay in its rank)
    filler              BYTES go over empty slots, byte by byte; needs the secret and the list
    slots               the same, fingerprint by fingerprint, labels between them left as they are
    payloads            the same, label by label
    whole               the same, bit by bit from the seventh of them on, whatever byte that is in
    end                 BYTES go behind the end
    edit PAGE           a byte of a page is changed, and no hash is made anew
    bias                the lowest bit of three in four fingerprints is cleared, in use or not
    pilot               the first pilot of the first leaf becomes one that names no hash function
    memory SIZE         Argon2id takes that many bytes

LIST is that of reader.py --rebuild. A page's salt is in all hashes, so after `salt` the tree is made anew, too.
"""

import argparse
import struct
import sys

import reader

PAGE = reader.PAGE_BYTES


def retag(raw, header):
    """All tags and hashes, from the leaves up."""
    salt = bytes(raw[reader.SALT])
    for level in range(header.levels + 1):
        for i in range(header.sizes[level]):
            number = header.page_number(level, i)
            tag = reader.page_tag(salt, number, bytes(raw[number * PAGE:(number + 1) * PAGE]))
            if level == header.levels:
                at = reader.ROOT.start
            else:
                parent = header.page_number(level + 1, i // reader.ENTRIES)
                at = parent * PAGE + i % reader.ENTRIES * reader.ENTRY_BYTES
            raw[at + 12:at + 28] = tag
    if header.labels:
        pages = bytes(raw[PAGE:header.tree_page * PAGE])
        raw[reader.DICTIONARY_HASH] = reader.blake2b(32, "elig dictionary", pages, salt=salt)
    raw[reader.HEADER_HASH] = reader.blake2b(32, "elig header", bytes(raw[reader.HASHED]))


def leaf_entries(raw, header):
    """The entry of each leaf."""
    if header.levels == 0:
        return [header.root]
    first = header.page_number(1, 0) * PAGE
    return [
        reader.read_entry(bytes(raw[at:at + reader.ENTRY_BYTES]))
        for i in range(header.leaves)
        for at in [first + i // reader.ENTRIES * PAGE + i % reader.ENTRIES * reader.ENTRY_BYTES]
    ]


def empty_slots(raw, header, arguments):
    """The first leaf's number, and its empty slots."""
    secret = reader.read_key(arguments.secret, b"elig-secret-1")
    entry = leaf_entries(raw, header)[0]
    others = leaf_entries(raw, header)[1:2]
    number = header.page_number(0, 0)
    page = bytes(raw[number * PAGE:(number + 1) * PAGE])
    taken = set()
    for kind, form in reader.read_list(arguments.list, header):
        digest = reader.keyed_digest(secret, header.salt, kind, form)
        if others and digest[:10] >= others[0].separator:
            continue
        h = reader.leaf_hash(digest, entry.seed)
        at = PAGE - 2 * (header.buckets - reader.bucket_of(h, header.buckets))
        taken.add(reader.slot_of(h, reader.integer(page[at:at + 2]), header.slots))
    return number, [slot for slot in range(header.slots) if slot not in taken]


def put_bits(raw, page, at, bits, value):
    whole = reader.integer(bytes(raw[page * PAGE:(page + 1) * PAGE]))
    mask = (1 << bits) - 1 << at
    raw[page * PAGE:(page + 1) * PAGE] = (whole & ~mask | value << at).to_bytes(PAGE, "little")


def run_of(slots, count):
    """That number of neighbours among slots."""
    for i in range(len(slots) - count + 1):
        if slots[i + count - 1] - slots[i] == count - 1:
            return slots[i]
    sys.exit("plant.py: not enough empty slots side by side")


def plant_filler(raw, header, content, arguments):
    width = header.fingerprint_bits + header.payload_bits
    number, slots = empty_slots(raw, header, arguments)
    first = run_of(slots, -(-8 * len(content) // width) + 1) * width
    at = number * PAGE + -(-first // 8)
    raw[at:at + len(content)] = content


def plant_slots(raw, header, content, arguments, at, bits):
    """Writes into that number of bits of each slot, from bit at of it on."""
    number, slots = empty_slots(raw, header, arguments)
    stream, count = int.from_bytes(content, "little"), -(-8 * len(content) // bits)
    first = run_of(slots, count + 1) + 1  # not the first, so that it begins at no byte
    for i in range(count):
        value = stream >> i * bits & (1 << bits) - 1
        put_bits(raw, number, (first + i) * (header.fingerprint_bits + header.payload_bits) + at, bits, value)


def plant_label(raw, header, rank, word):
    labels = reader.split_labels(bytes(raw[PAGE:PAGE + header.dictionary_bytes]))
    labels[rank - 1] = word
    words = b"".join(bytes([len(label)]) + label for label in labels)
    raw[PAGE:header.tree_page * PAGE] = words.ljust((header.tree_page - 1) * PAGE, b"\0")
    raw[168:176] = struct.pack("<Q", len(words))


def plant_bias(raw, header):
    width, mask = header.fingerprint_bits + header.payload_bits, 0
    for slot in range(header.slots):
        mask |= (slot % 4 != 0) << slot * width
    for i in range(header.leaves):
        at = header.page_number(0, i) * PAGE
        whole = reader.integer(bytes(raw[at:at + PAGE])) & ~mask
        raw[at:at + PAGE] = whole.to_bytes(PAGE, "little")


def plant(raw, header, content, arguments):
    fault, number = arguments.fault, int(arguments.argument or 0)
    if fault == "reserved":
        raw[2000:2000 + len(content)] = content
    elif fault == "salt":
        raw[reader.SALT] = content[:16].ljust(16, b"\0")
    elif fault == "label":
        plant_label(raw, header, number, content)
    elif fault == "filler":
        plant_filler(raw, header, content, arguments)
    elif fault == "slots":
        plant_slots(raw, header, content, arguments, 0, header.fingerprint_bits)
    elif fault == "payloads":
        plant_slots(raw, header, content, arguments, header.fingerprint_bits, header.payload_bits)
    elif fault == "whole":
        plant_slots(raw, header, content, arguments, 0, header.fingerprint_bits + header.payload_bits)
    elif fault == "end":
        raw.extend(content)
    elif fault == "bias":
        plant_bias(raw, header)
    elif fault == "pilot":
        at = header.page_number(0, 0) * PAGE + PAGE - 2 * header.buckets
        raw[at:at + 2] = b"\xff\xff"
    elif fault == "memory":
        raw[96:104] = struct.pack("<Q", number)
    else:
        sys.exit("plant.py: no such fault")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("index")
    parser.add_argument("out")
    parser.add_argument("fault")
    parser.add_argument("argument", nargs="?")
    parser.add_argument("--secret")
    parser.add_argument("--list")
    arguments = parser.parse_args()
    with open(arguments.index, "rb") as file:
        raw = bytearray(file.read())
    header = reader.Header(bytes(raw[:PAGE]))
    if arguments.fault == "edit":
        raw[int(arguments.argument) * PAGE + 100] ^= 1
    else:
        plant(raw, header, sys.stdin.buffer.read(), arguments)
        retag(raw, header)
    with open(arguments.out, "wb") as file:
        file.write(raw)


if __name__ == "__main__":
    main()
