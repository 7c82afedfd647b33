/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_registry.h - all checks: the id of each, whose meaning never changes, its question, its chapter of the
 * report, and the rules that it refers to. docs/AUDITING.md explains each.
 */
#ifndef ELIG_CHECK_REGISTRY_H
#define ELIG_CHECK_REGISTRY_H

#include "lib/util/x_macro.h"

/* Laws, guidelines and standards that checks refer to. X(name, short name, title) */
#define RULES(X)                                                                                              \
    X(RULE_FORMAT, "FORMAT", "elig, docs/FORMAT.md")                                                          \
    X(RULE_EDPS, "EDPS-AEPD 2019",                                                                            \
      "EDPS and AEPD, Introduction to the hash function as a personal data pseudonymisation technique, 2019") \
    X(RULE_EDPB, "EDPB 01/2025", "EDPB, Guidelines 01/2025 on pseudonymisation")                              \
    X(RULE_ICO, "ICO", "ICO, Anonymisation and pseudonymisation guidance, 2025")                              \
    X(RULE_ENISA, "ENISA 2019", "ENISA, Pseudonymisation techniques and best practices, 2019")                \
    X(RULE_NIST, "NIST SI-19(4)",                                                                             \
      "NIST SP 800-53 rev. 5, SI-19(4): removal, masking, encryption, hashing, or replacement of direct "     \
      "identifiers")                                                                                          \
    X(RULE_PIPA, "PIPA 28-2 ff.",                                                                             \
      "Republic of Korea, Personal Information Protection Act, articles 28-2 to 28-7")                        \
    X(RULE_RFC9106, "RFC 9106", "RFC 9106, Argon2 memory-hard function")                                      \
    X(RULE_RFC9497, "RFC 9497", "RFC 9497, oblivious pseudorandom functions using prime-order groups")        \
    X(RULE_RFC8032, "RFC 8032", "RFC 8032, Edwards-curve digital signature algorithm")                        \
    X(RULE_GDPR, "GDPR 5(1)(d)", "Regulation (EU) 2016/679, article 5(1)(d): accuracy of personal data")

#define RULE_NUMBER(name, text, title) name##_NUMBER,
#define RULE_BIT(name, text, title) name = 1 << name##_NUMBER,
enum rule_number { RULES(RULE_NUMBER) RULE_COUNT };
enum rule { RULES(RULE_BIT) };

/* Chapters of the report, in order. X(name, key, title) */
#define CHAPTERS(X)                                                  \
    X(CHAPTER_STRUCTURE, "structure", "What is in the file")         \
    X(CHAPTER_PLAINTEXT, "plaintext", "Nothing in the clear")        \
    X(CHAPTER_ATTACKER, "attacker", "What an attacker learns")       \
    X(CHAPTER_PROOF, "proof", "The file is what its publisher says") \
    X(CHAPTER_LIST, "list", "The list is whole")                     \
    X(CHAPTER_LINK, "link", "What two files reveal together")        \
    X(CHAPTER_SIMULATION, "simulation", "An attack, carried out")

enum chapter { CHAPTERS(X_NAME) CHAPTER_COUNT };

/* X(name, id, chapter, question, rules) */
#define CHECKS(X)                                                                                              \
    /* audit/checks/header_checks.c, section_checks.c, page_checks.c, rebuild.c, coverage.c */                 \
    X(CHECK_LENGTH, "structure.length", CHAPTER_STRUCTURE, "Is the file as long as its header says?",          \
      RULE_FORMAT)                                                                                             \
    X(CHECK_VERSIONS, "structure.versions", CHAPTER_STRUCTURE,                                                 \
      "Are format and rules of versions that are fixed in writing?", RULE_FORMAT)                              \
    X(CHECK_HEADER_HASH, "structure.header-hash", CHAPTER_STRUCTURE, "Is the header whole?", RULE_FORMAT)      \
    X(CHECK_FIELDS, "structure.fields", CHAPTER_STRUCTURE, "Is every field of the header in its range?",       \
      RULE_FORMAT)                                                                                             \
    X(CHECK_SIGNATURE, "structure.signature", CHAPTER_STRUCTURE, "Who vouches for the file?",                  \
      RULE_RFC8032 | RULE_EDPB)                                                                                \
    X(CHECK_RESERVED, "structure.reserved", CHAPTER_STRUCTURE, "Is every unused byte zero?", RULE_FORMAT)      \
    X(CHECK_TREE, "structure.tree", CHAPTER_STRUCTURE, "Is every page the one that the header vouches for?",   \
      RULE_FORMAT)                                                                                             \
    X(CHECK_DICTIONARY, "structure.dictionary", CHAPTER_STRUCTURE, "Is the label dictionary whole?",           \
      RULE_FORMAT)                                                                                             \
    X(CHECK_PILOTS, "structure.pilots", CHAPTER_STRUCTURE, "Are pilots and seeds ones that a builder writes?", \
      RULE_FORMAT)                                                                                             \
    X(CHECK_SECTIONS, "structure.sections", CHAPTER_STRUCTURE, "Does every byte belong to a named section?",   \
      RULE_FORMAT | RULE_EDPB)                                                                                 \
    X(CHECK_CAPACITY, "structure.capacity", CHAPTER_STRUCTURE, "How many bits could carry undeclared data?",   \
      RULE_EDPB)                                                                                               \
    X(CHECK_ORIGIN, "structure.origin", CHAPTER_STRUCTURE,                                                     \
      "Is there a host, user, path or time beyond what was declared?", RULE_EDPB | RULE_NIST)                  \
    X(CHECK_ARGON2, "structure.argon2", CHAPTER_STRUCTURE, "Is a digest as dear as it should be?",             \
      RULE_RFC9106 | RULE_EDPS)                                                                                \
    X(CHECK_BLIND_KEY, "structure.blind-key", CHAPTER_STRUCTURE,                                               \
      "Is the public key one that a key service can prove its work with?", RULE_RFC9497)                       \
    X(CHECK_KEY, "structure.key", CHAPTER_STRUCTURE, "Is this the secret of this file?",                       \
      RULE_FORMAT | RULE_EDPB)                                                                                 \
    X(CHECK_LABELS, "structure.labels", CHAPTER_STRUCTURE,                                                     \
      "Is every label held by enough identifiers to be no personal data itself?", RULE_EDPB | RULE_ICO)        \
    /* audit/checks/strings.c, header_checks.c, list_search.c, page_checks.c, coverage.c */                    \
    X(CHECK_READABLE, "plaintext.readable", CHAPTER_PLAINTEXT,                                                 \
      "Is there more readable text than in random bytes of the same number?", RULE_EDPS | RULE_NIST)           \
    X(CHECK_WORDS, "plaintext.words", CHAPTER_PLAINTEXT,                                                       \
      "Do labels, kinds or campaign look like a person's identifier?", RULE_NIST | RULE_ICO)                   \
    X(CHECK_LISTED, "plaintext.listed", CHAPTER_PLAINTEXT,                                                     \
      "Is any identifier of the list in the file, in any encoding?", RULE_EDPS | RULE_NIST | RULE_PIPA)        \
    X(CHECK_PARTS, "plaintext.parts", CHAPTER_PLAINTEXT,                                                       \
      "Is a part of any identifier in the file, in any encoding?", RULE_EDPS | RULE_NIST | RULE_PIPA)          \
    X(CHECK_HASHES, "plaintext.hashes", CHAPTER_PLAINTEXT,                                                     \
      "Is an unkeyed hash of any identifier in the file?", RULE_EDPS | RULE_ENISA)                             \
    X(CHECK_SECRET, "plaintext.secret", CHAPTER_PLAINTEXT, "Is the secret in the file?",                       \
      RULE_EDPB | RULE_PIPA)                                                                                   \
    X(CHECK_FINGERPRINTS, "plaintext.fingerprints", CHAPTER_PLAINTEXT, "Are fingerprints uniform?",            \
      RULE_EDPS | RULE_ENISA)                                                                                  \
    X(CHECK_PAYLOADS, "plaintext.payloads", CHAPTER_PLAINTEXT, "Are masked labels uniform?", RULE_EDPS)        \
    X(CHECK_FILLER, "plaintext.filler", CHAPTER_PLAINTEXT, "Are filler slots like those of identifiers?",      \
      RULE_EDPS)                                                                                               \
    X(CHECK_PILOT_VALUES, "plaintext.pilots", CHAPTER_PLAINTEXT, "Are pilots uniform?", RULE_EDPS)             \
    /* audit/attack/attack_cost.c, audit/checks/fpr_test.c */                                                  \
    X(CHECK_COUNTS, "attacker.counts", CHAPTER_ATTACKER, "What can anyone read in it?", RULE_EDPB | RULE_ICO)  \
    X(CHECK_ENUMERATION, "attacker.enumeration", CHAPTER_ATTACKER,                                             \
      "What does it cost to try all candidates, with the file alone?", RULE_EDPS | RULE_ENISA | RULE_PIPA)     \
    X(CHECK_INSIDER, "attacker.insider", CHAPTER_ATTACKER, "What does it cost with the secret, too?",          \
      RULE_EDPB | RULE_PIPA)                                                                                   \
    X(CHECK_CERTAINTY, "attacker.certainty", CHAPTER_ATTACKER,                                                 \
      "How sure can an attacker be that a found candidate is listed?", RULE_EDPS | RULE_ICO)                   \
    X(CHECK_RATE, "attacker.rate", CHAPTER_ATTACKER, "Are false positives as rare as stated?", RULE_FORMAT)    \
    /* audit/checks/coverage.c, rebuild.c */                                                                   \
    X(CHECK_MEMBERS, "proof.members", CHAPTER_PROOF,                                                           \
      "Is every identifier of the list found, and is no other in the file?", RULE_FORMAT | RULE_EDPB)          \
    X(CHECK_REBUILD, "proof.rebuild", CHAPTER_PROOF, "Does the list make exactly this file, byte for byte?",   \
      RULE_EDPB | RULE_PIPA)                                                                                   \
    /* audit/checks/list_checks.c */                                                                           \
    X(CHECK_LIST_ROWS, "list.rows", CHAPTER_LIST, "How was the list read?", RULE_GDPR)                         \
    X(CHECK_LIST_BUILD, "list.build", CHAPTER_LIST, "Does elig-build take the list, and without a warning?",   \
      RULE_GDPR)                                                                                               \
    /* audit/checks/compare.c */                                                                               \
    X(CHECK_LINK_SALT, "link.salt", CHAPTER_LINK, "Has each file a salt of its own?", RULE_EDPB | RULE_EDPS)   \
    X(CHECK_LINK_SECRET, "link.secret", CHAPTER_LINK, "Has each file a secret of its own?",                    \
      RULE_EDPB | RULE_PIPA)                                                                                   \
    X(CHECK_LINK_CONTENT, "link.content", CHAPTER_LINK, "How much of one file does the other show?",           \
      RULE_EDPB)                                                                                               \
    X(CHECK_LINK_COUNTS, "link.counts", CHAPTER_LINK, "What do their counts say together?",                    \
      RULE_EDPB | RULE_ICO)                                                                                    \
    /* audit/attack/attack.c */                                                                                \
    X(CHECK_SIMULATION, "simulation.rate", CHAPTER_SIMULATION,                                                 \
      "How quickly are all candidates tried here, with what the auditor holds?", RULE_EDPS | RULE_PIPA)        \
    X(CHECK_SIMULATION_PRECISION, "simulation.precision", CHAPTER_SIMULATION,                                  \
      "Are as many false positives found as the formula predicts?", RULE_EDPS)

enum check { CHECKS(X_NAME) CHECK_COUNT };

#endif
