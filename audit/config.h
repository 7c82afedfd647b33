/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit.h - what one run of elig-audit is asked to do: its options, checked. Read-only once made.
 */
#ifndef ELIG_AUDIT_CONFIG_H
#define ELIG_AUDIT_CONFIG_H

#include <stdbool.h>

#include "include/elig.h"

#include "lib/csv/schema.h"

/* Which job: an index; two indexes beside each other. */
enum job { JOB_INDEX, JOB_COMPARE };

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_HTML };

#define AUDIT_OUTPUTS_MAX 8

struct audit_output {
    const char *path; /* NULL: standard output */
    enum format format;
};

struct audit_config {
    enum job job;
    const char *index, *other; /* paths; other: JOB_LINK */

    const char **lists; /* list_count names from --against and --rebuild */
    unsigned list_count;
    bool is_search;                    /* --against: search the file for them */
    bool is_rebuild;                   /* --rebuild, or --against with a secret */
    bool is_implied;                   /* that was not asked for by name, and may be left out */
    struct schema schema;              /* its kinds are the index's */
    const char *kinds[ELIG_KINDS_MAX]; /* kind_count arguments of --kind, NAME=COLUMN[+COLUMN...] */
    unsigned kind_count;
    bool is_named[ELIG_KINDS_MAX]; /* by kind of the index: --kind says its columns; else its name does */
    const char *label_order;
    const char **absent;
    unsigned absent_count;
    uint64_t label_minimum;

    uint8_t *secret, *seed; /* in locked memory; NULL: not given */
    const char *secret_path, *seed_path;
    uint8_t *signer; /* public; NULL: anybody's */

    const char *simulate;      /* a type such as phone/KR */
    uint64_t simulate_sample;  /* 0: all there are */
    const char *simulate_list; /* a file of candidates, one a line */

    double enumerable_below; /* dollars */
    const char *programs;    /* folder of elig-build; NULL: this program's, then $PATH */
    const char *tmpdir;
    uint64_t memory;
    unsigned threads;
    bool is_strict, is_quiet;
    struct audit_output outputs[AUDIT_OUTPUTS_MAX];
    unsigned output_count;
};

#endif
