/* SPDX-License-Identifier: Apache-2.0 */
/* Checks that text is UTF-8 without control characters. */
#include "lib/elig/index/plain_text.h"

#include <unistr.h>

#include "include/elig.h"

bool plain_text_is_valid(const char *bytes, size_t length)
{
    if (u8_check((const uint8_t *)bytes, length) != NULL)
        return false;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        /* C0 controls and DEL; U+0080 to U+009F are C2 80 to C2 9F */
        if (c < 0x20 || c == 0x7f || (c == 0xc2 && (unsigned char)bytes[i + 1] < 0xa0))
            return false;
    }
    return true;
}
