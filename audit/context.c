/* SPDX-License-Identifier: Apache-2.0 */
/* context.c - how a check explains why it could not be carried out. */
#include "audit/context.h"

int context_fail(const char *attempt, int error)
{
    message("%s: %s", attempt, elig_text(error));
    return error;
}
