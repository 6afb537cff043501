#include "drivers/gpio/sim_wire.h"

#include "base/pack.h"

#include <errno.h>
#include <string.h>

enum { TAG_KIND = 1, TAG_RESULT, TAG_BAD_LINE, TAG_LINE };
enum { TAG_NAME = 1, TAG_OUTPUT, TAG_ACTIVE_LOW, TAG_BIAS, TAG_DEBOUNCE_US, TAG_PLACE, TAG_HIGH, TAG_BOOT_US };

static void encode_line(struct pack *p, enum sim_wire_kind kind, const struct sim_wire_line *line)
{
    size_t mark = pack_open(p, TAG_LINE);
    if (kind == SIM_WIRE_CLAIM) {
        pack_text(p, TAG_NAME, line->name);
        pack_int(p, TAG_OUTPUT, line->output);
        pack_int(p, TAG_ACTIVE_LOW, line->active_low);
        pack_int(p, TAG_BIAS, line->bias);
        pack_int(p, TAG_DEBOUNCE_US, line->debounce_us);
    } else {
        pack_int(p, TAG_PLACE, line->line);
        pack_int(p, TAG_HIGH, line->high);
    }
    if (kind == SIM_WIRE_EDGES) {
        pack_int(p, TAG_BOOT_US, line->boot_us);
    }
    pack_close(p, mark);
}

int sim_wire_encode(const struct sim_wire *wire, uint8_t *ret_bytes, size_t size)
{
    struct pack p;
    pack_init(&p, ret_bytes, size);
    pack_int(&p, TAG_KIND, wire->kind);
    if (wire->kind == SIM_WIRE_CLAIMED) {
        pack_int(&p, TAG_RESULT, wire->result);
        pack_int(&p, TAG_BAD_LINE, wire->bad_line);
    }
    for (size_t i = 0; i < wire->n_lines && i < GPIO_LINES_MAX; i++) {
        encode_line(&p, wire->kind, &wire->lines[i]);
    }
    return p.overflow ? -EMSGSIZE : (int)p.len;
}

static bool decode_line(const struct pack_field *record, struct sim_wire_line *ret_line)
{
    *ret_line = (struct sim_wire_line){0};
    struct unpack u;
    unpack_init(&u, record->data, record->len);
    struct pack_field f;
    while (unpack_next(&u, &f)) {
        switch (f.tag) {
        case TAG_NAME:
            unpack_text(&u, &f, ret_line->name, sizeof(ret_line->name));
            break;
        case TAG_OUTPUT:
            ret_line->output = unpack_int(&u, &f, 0, 1);
            break;
        case TAG_ACTIVE_LOW:
            ret_line->active_low = unpack_int(&u, &f, 0, 1);
            break;
        case TAG_BIAS:
            ret_line->bias = (enum gpio_bias)unpack_int(&u, &f, GPIO_BIAS_AS_IS, GPIO_BIAS_PULL_DOWN);
            break;
        case TAG_DEBOUNCE_US:
            ret_line->debounce_us = (uint32_t)unpack_int(&u, &f, 0, UINT32_MAX);
            break;
        case TAG_PLACE:
            ret_line->line = (unsigned)unpack_int(&u, &f, 0, GPIO_LINES_MAX - 1);
            break;
        case TAG_HIGH:
            ret_line->high = unpack_int(&u, &f, 0, 1);
            break;
        case TAG_BOOT_US:
            ret_line->boot_us = unpack_int(&u, &f, 0, INT64_MAX);
            break;
        default:
            break; /* of a newer peer */
        }
    }
    return !u.bad;
}

/* Every kind needs lines, but for a claim that was refused. */
static bool is_whole(const struct sim_wire *wire)
{
    if (wire->kind == 0) {
        return false;
    }
    if (wire->kind == SIM_WIRE_CLAIMED && wire->result != 0) {
        return true;
    }
    for (size_t i = 0; wire->kind == SIM_WIRE_CLAIM && i < wire->n_lines; i++) {
        if (wire->lines[i].name[0] == '\0') {
            return false;
        }
    }
    return wire->n_lines > 0;
}

int sim_wire_decode(const uint8_t *bytes, size_t n, struct sim_wire *ret_wire)
{
    memset(ret_wire, 0, sizeof(*ret_wire));
    struct unpack u;
    unpack_init(&u, bytes, n);
    struct pack_field f;
    while (unpack_next(&u, &f)) {
        switch (f.tag) {
        case TAG_KIND:
            ret_wire->kind = (enum sim_wire_kind)unpack_int(&u, &f, SIM_WIRE_CLAIM, SIM_WIRE_EDGES);
            break;
        case TAG_RESULT:
            ret_wire->result = (unsigned)unpack_int(&u, &f, 0, GPIO_LINE_TAKEN);
            break;
        case TAG_BAD_LINE:
            ret_wire->bad_line = (unsigned)unpack_int(&u, &f, 0, GPIO_LINES_MAX - 1);
            break;
        case TAG_LINE:
            if (!f.is_bytes || ret_wire->n_lines == GPIO_LINES_MAX ||
                !decode_line(&f, &ret_wire->lines[ret_wire->n_lines])) {
                return -EBADMSG;
            }
            ret_wire->n_lines++;
            break;
        default:
            break; /* of a newer peer */
        }
    }
    return u.bad || !is_whole(ret_wire) ? -EBADMSG : 0;
}
