/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/util/argument.h"

#include <ctype.h>
#include <stddef.h>

#include "lib/util/message.h"

int argument_explain(const struct option *options)
{
    for (const struct option *option = options; option->name != NULL && optopt > 0; option++)
        if (option->val == optopt)
            return option->has_arg == required_argument ? message_usage("--%s lacks its value", option->name)
                                                        : message_usage("--%s takes no value", option->name);
    if (optopt > 0 && isprint(optopt))
        return message_usage("-%c is no option, or lacks its value", optopt);
    return message_usage("an option is unknown or ambiguous");
}
