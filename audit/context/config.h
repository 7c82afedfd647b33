/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.h - the checked options of one run of elig-audit. Read-only once made.
 */
#ifndef ELIG_AUDIT_CONTEXT_CONFIG_H
#define ELIG_AUDIT_CONTEXT_CONFIG_H

#include <stdbool.h>

#include "include/elig.h"

#include "lib/csv/schema.h"
#include "lib/util/options_file.h"

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_HTML };

#define AUDIT_OUTPUTS_MAX 8
#define AUDIT_ALLOWED_MAX 256

struct audit_output {
    const char *path; /* NULL: standard output */
    enum format format;
};

struct audit_config {
    const char *index, *other; /* paths; other: to compare with; NULL: index is audited */

    const char **lists; /* list_count names from --against and --rebuild */
    unsigned list_count;
    bool wants_search;                 /* --against: search the file for them */
    bool wants_rebuild;                /* --rebuild, or --against with a secret */
    bool is_rebuild_implied;           /* the rebuild was not asked for by --rebuild, and may be left out */
    struct options_file file;          /* of elig-build; texts below point into it */
    struct schema schema;              /* of the lists; its kinds are those of the index */
    const char *kinds[ELIG_KINDS_MAX]; /* kind_count arguments of --kind, see kind_option.h */
    unsigned kind_count;
    bool is_named[ELIG_KINDS_MAX]; /* by kind of the index: --kind names its columns; else its column has the
                                       name of the kind */
    const char *label_order;
    const char **absent;
    unsigned absent_count;
    uint64_t label_minimum;
    uint64_t drop_repeats, max_repeats;           /* as the index was made; 0: no limit */
    bool has_skip_limit;                          /* --skip-invalid was given */
    const char *skip_limit;                       /* its value; NULL: the default */
    const char *expected_rows;                    /* NULL: not stated */
    const char *allowed_empty[AUDIT_ALLOWED_MAX]; /* allowed_empty_count names of kinds and labels */
    unsigned allowed_empty_count;

    uint8_t *secret, *seed; /* in locked memory; NULL: not given */
    const char *secret_path, *seed_path;
    uint8_t *signer; /* public key; NULL: any signer */
    const char *signer_path;

    const char *simulate; /* a type such as phone/KR: simulate_type; or NULL */
    char simulate_type[64];
    uint64_t simulate_sample;  /* 0: all candidates */
    const char *simulate_list; /* a file of candidates, one a line */

    double enumerable_below; /* dollars */
    const char *programs;    /* folder of elig-build; NULL: that of this program, then $PATH */
    const char *tmpdir;
    uint64_t memory;
    unsigned threads;
    bool is_strict, is_quiet, is_controller, wants_help, wants_version;
    const char *format; /* of all reports; NULL: by their names */
    struct audit_output outputs[AUDIT_OUTPUTS_MAX];
    unsigned output_count;
};

#endif
