#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Audits clean indexes of random sizes, profiles, fingerprints and labels, for false alarms.

    clean_indexes.py BUILD FOLDER COUNT [SEED]

Prints one line for each index in which a check failed, or warned without a cause that the index was given: not being
signed, cheap Argon2id, people who can be tried out. Ends with 1 if there was one. The same SEED makes the same
indexes, salts and secrets included.
"""

import json
import os
import random
import subprocess
import sys

CAUSES = {"structure.signature", "structure.argon2", "attacker.enumeration"}
SYLLABLES = "김이박최정강조윤장임한오서신권황안송류홍가나다라마바사아자차카타파하"


def write_secret(path, kind, chance):
    with open(path, "w", encoding="ascii") as file:
        file.write(f"elig-{kind}-1 {chance.randbytes(32).hex()}\n")
    os.chmod(path, 0o600)


def person(chance, labels):
    name = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(3, 20)))
    host = chance.choice(["example.com", "example.org", "mail.example.co.kr", "xn--9n2bp8q.example"])
    return ",".join([
        f"{name}{chance.randrange(10**6)}@{host}",
        f"010-{chance.randrange(2000, 9999)}-{chance.randrange(10**4):04}",
        "".join(chance.choices(SYLLABLES, k=chance.randint(2, 5))),
        f"{chance.randint(1930, 2010)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
        f"C{chance.randrange(10**9):09}",
        labels[chance.randrange(len(labels))] if labels else "",
    ])


def choose(chance, folder):
    """The rows, and the options that builder and auditor are given."""
    profile = chance.choices(["keyed", "offline", "blind"], [8, 1, 1])[0]
    size = int(10 ** chance.uniform(0, 3.7)) if profile == "keyed" else chance.randint(1, 30)
    size = chance.choice([0, 1, 2, size, size, size, size, size, size, size])
    labels = [f"label-{i}" for i in range(min(chance.choice([0, 0, 1, 3, 40]), size // 12))]
    rows = [person(chance, labels) for _ in range(size)]
    if labels:  # with enough holders each that no label is rare
        rows = [row.rsplit(",", 1)[0] + "," + labels[i % len(labels)] for i, row in enumerate(rows)]
    kinds = chance.sample(
        [("email", "email", "email"), ("phone", "phone", "phone/KR"), ("member", "id", "exact"),
         ("person", "name+birth", None)], chance.randint(1, 4))
    build, audit = ["--salt", chance.randbytes(16).hex()], []
    for name, columns, kind in kinds:
        build += ["--kind", f"{name}={columns}:{kind}" if kind else "person=name:text+birth:date"]
        audit += ["--kind", f"{name}={columns}"]
    if labels:
        # two people may share a number, as they do
        wins = ["--label", "status", "--label-order", ",".join(labels)]
        build += wins
        audit += wins
    bits = chance.randint(8, 56)
    build += ["--profile", profile]
    if profile == "offline":
        work_bits = chance.choice([0, 0, 1, 3])
        bits = min(bits, 50)
        build += ["--accept-enumerable", "--argon2-memory", "19MiB", "--argon2-passes", "2", "--work-bits", str(work_bits)]
        if work_bits:
            write_secret(f"{folder}/seed", "seed", chance)
            build += ["--seed", f"{folder}/seed"]
            audit += ["--seed", f"{folder}/seed"]
    else:
        write_secret(f"{folder}/secret", "secret", chance)
        build += ["--secret", f"{folder}/secret"]
        audit += ["--secret", f"{folder}/secret"]
    build += ["--fpr", f"2^-{bits}"]
    if chance.random() < 0.5:
        build += ["--campaign", "Incident of 2026-11, see https://example.com/incident", "--serial", "2026-12-01T00:00:00Z"]
    if chance.random() < 0.3:
        build += ["--not-before", "2026-12-01T09:00:00+09:00", "--not-after", "2027-01-31T23:59:59+09:00"]
    return rows, build, audit, profile


def audit_one(programs, folder, number, chance):
    """What is wrong with the audit of one index, in words; empty if nothing is."""
    rows, build, audit, profile = choose(chance, folder)
    with open(f"{folder}/list.csv", "w", encoding="utf-8") as file:
        file.write("email,phone,name,birth,id,status\n" + "".join(row + "\n" for row in rows))
    index = f"{folder}/{number}.elig"
    kinds = [value.partition("=")[0] for option, value in zip(build, build[1:]) if option == "--kind"]
    allowed = [argument for kind in kinds for argument in ("--allow-empty", kind)]
    made = subprocess.run([f"{programs}/elig-build", "compile", "--quiet", "--skip-invalid=100%", *allowed, *build, "-o", index,
                           f"{folder}/list.csv"], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        return f"not built: {made.stderr.strip()}"
    means = [] if number % 4 == 0 else ["--rebuild" if profile == "offline" else "--against", f"{folder}/list.csv", *allowed,
                                          "--skip-invalid=100%", *audit]
    done = subprocess.run([f"{programs}/elig-audit", "--format", "json", *means, index], capture_output=True, text=True,
                          check=False)
    os.unlink(index)
    if done.returncode not in (0, 1):
        return f"exit code {done.returncode}: {done.stderr.strip()}"
    checks = json.loads(done.stdout)["checks"]
    alarms = [f"{check['outcome']} {check['id']}: {check['figure']} {check['details'][:1]}" for check in checks
              if check["outcome"] == "fail" or check["outcome"] == "warn" and check["id"] not in CAUSES]
    if not alarms and done.returncode != 0:
        return "exit code 1 without a failure"
    return "; ".join(alarms)


def main():
    programs, folder, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    alarms = 0
    for number in range(count):
        alarm = audit_one(programs, folder, number, random.Random(seed * 1000003 + number))
        if alarm:
            alarms += 1
            print(f"index {number}: {alarm}")
    print(f"{count} indexes, {alarms} with an alarm")
    sys.exit(1 if alarms else 0)


if __name__ == "__main__":
    main()
