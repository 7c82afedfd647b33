/* SPDX-License-Identifier: Apache-2.0 */
/* Checks that text is UTF-8 without control characters. */
#include "lib/elig/index/plain_text.h"

#include "include/elig.h"

#include "lib/elig/canon/code_point.h"

bool plain_text_is_valid(const char *bytes, size_t length)
{
    uint32_t code_point;
    for (size_t at = 0; at < length;) {
        size_t size = code_point_read((const uint8_t *)bytes + at, length - at, &code_point);
        if (size == 0 || code_point_is_control(code_point))
            return false;
        at += size;
    }
    return true;
}
