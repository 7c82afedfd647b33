/* SPDX-License-Identifier: Apache-2.0 */
/*
 * info.h - `elig-lookup --info`: what the header of an index says.
 */
#ifndef ELIG_INFO_H
#define ELIG_INFO_H

#include <stdbool.h>

#include "include/elig.h"

void info_print(const struct elig *index, bool is_json);

#endif
