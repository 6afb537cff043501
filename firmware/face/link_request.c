/* What may be asked of the gate, as messages. */

#include "face/link_request.h"

#include "base/text.h"
#include "face/link.h"

#include <errno.h>

static int lane_request(struct link *l, struct message *m, const char *lane, const char *who, const char *why,
                        uint64_t *ret_id)
{
    if (!text_copy(m->lane, sizeof(m->lane), lane)) {
        return -EINVAL;
    }
    (void)text_copy(m->who, sizeof(m->who), who);
    (void)text_copy(m->why, sizeof(m->why), why);
    return link_request(l, m, ret_id);
}

int link_release(struct link *l, const char *lane, enum lane_side side, const char *who, const char *why,
                 uint64_t *ret_id)
{
    struct message m = {.kind = MESSAGE_RELEASE, .side = (uint8_t)side};
    return lane_request(l, &m, lane, who, why, ret_id);
}

int link_mode(struct link *l, const char *lane, enum lane_mode mode, const char *who, const char *why, uint64_t *ret_id)
{
    struct message m = {.kind = MESSAGE_MODE, .mode = (uint8_t)mode};
    return lane_request(l, &m, lane, who, why, ret_id);
}

int link_lockdown(struct link *l, bool on, const char *who, uint64_t *ret_id)
{
    struct message m = {.kind = MESSAGE_LOCKDOWN, .value = on};
    return lane_request(l, &m, "", who, "", ret_id);
}

int link_undo(struct link *l, int64_t seq, const char *who, const char *why, uint64_t *ret_id)
{
    struct message m = {.kind = MESSAGE_UNDO, .seq = seq};
    return lane_request(l, &m, "", who, why, ret_id);
}

int link_note(struct link *l, const char *lane, const char *who, const char *text, uint64_t *ret_id)
{
    struct message m = {.kind = MESSAGE_NOTE};
    (void)text_copy(m.text, sizeof(m.text), text);
    return lane_request(l, &m, lane, who, "", ret_id);
}
