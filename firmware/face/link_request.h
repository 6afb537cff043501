#pragma once

/* Between link.c and link_request.c. */

#include "bus/message.h"

#include <stdint.h>

struct link;

/** Queues a request, copied. @return 0 with its id; -ENOBUFS when 16 are under way or not taken; -EINVAL when it
 * breaks a bound of its kind. */
int link_request(struct link *link, const struct message *message, uint64_t *ret_id);
