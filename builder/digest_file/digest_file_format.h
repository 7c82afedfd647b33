/* SPDX-License-Identifier: Apache-2.0 */
/* digest_file_format.h - the bytes of a digest file, which docs/FORMAT.md, section 10, defines. */
#ifndef ELIG_DIGEST_FILE_FORMAT_H
#define ELIG_DIGEST_FILE_FORMAT_H

#include "include/elig_format.h"

#include "builder/records/spill.h"

#define DIGEST_FILE_MAGIC \
    "\x89"                \
    "ELIGS\r\n"
#define DIGEST_FILE_VERSION 1

/* A record in the file: the digest, the label's code (u16), the kind (u8). */
#define DIGEST_FILE_RECORD_BYTES 35
#define DIGEST_FILE_AT_LABEL ELIG_DIGEST_BYTES
#define DIGEST_FILE_AT_KIND (ELIG_DIGEST_BYTES + 2)

/* The header page. Fields that an index has too are where an index has them. */
#define DIGEST_FILE_AT_ROWS ELIG_AT_SERIAL /* u64, rows that were read */
#define DIGEST_FILE_AT_SHARDS 120          /* u32, shards of the list; 0: the file is of the whole list */
#define DIGEST_FILE_AT_SHARD 124           /* u32, which of them this is, from 0 */
#define DIGEST_FILE_AT_LIST_CHECK 128      /* u64, of all rows of the list; 0 where there are no shards */
#define DIGEST_FILE_AT_RECORDS ELIG_AT_IDENTIFIERS  /* u64 */
#define DIGEST_FILE_AT_PARTITIONS_HASH ELIG_AT_ROOT /* ELIG_HASH_BYTES, of the partition table */

/* The partition table: for each of SPILL_PARTITIONS partitions the number of its records (u64) and their hash.
 */
#define DIGEST_FILE_PARTITION_BYTES (8 + ELIG_HASH_BYTES)
#define DIGEST_FILE_PARTITIONS_BYTES (SPILL_PARTITIONS * DIGEST_FILE_PARTITION_BYTES)

#define DIGEST_FILE_DOMAIN_HEADER "elig set header "
#define DIGEST_FILE_DOMAIN_PARTITIONS "elig set parts  "
#define DIGEST_FILE_DOMAIN_PARTITION "elig set part   "

#endif
