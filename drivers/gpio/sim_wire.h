#pragma once

/* What passes between the simulated chip's two ends: a driver of this folder and tools/sim/lane. One message per
 * packet of a Unix SOCK_SEQPACKET socket, tagged fields as in base/pack. Levels here are those of the wire (high or
 * low): the driver applies active-low, as the kernel would. Bounded both ways; a packet that breaks a bound is refused
 * whole. Pure.
 *
 *     driver    -> chip      CLAIM   every line: name, direction, polarity, bias, debounce
 *     chip      -> driver    CLAIMED result; when it is 0 the level of every line, in the same order
 *     driver    -> chip      SET     outputs and their new levels, all at once
 *     chip      -> driver    EDGES   inputs, their new levels and when (CLOCK_BOOTTIME)
 *
 * A line is named once, in the claim; from then on it is its place in the claim. A claim holds until the
 * connection ends, and then every output falls to its wiring's rest. */

#include "drivers/gpio/gpio.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SIM_WIRE_MAX = 8192 };

enum sim_wire_kind { SIM_WIRE_CLAIM = 1, SIM_WIRE_CLAIMED, SIM_WIRE_SET, SIM_WIRE_EDGES };

struct sim_wire_line {
    char name[GPIO_NAME_SIZE]; /* CLAIM */
    bool output; /* CLAIM */
    bool active_low; /* CLAIM */
    enum gpio_bias bias; /* CLAIM */
    uint32_t debounce_us; /* CLAIM */
    unsigned line; /* SET, EDGES: place in the claim */
    bool high; /* CLAIMED, SET, EDGES */
    int64_t boot_us; /* EDGES */
};

/* Plain value; about 7 KiB. */
struct sim_wire {
    enum sim_wire_kind kind;
    unsigned result; /* CLAIMED: 0, or GPIO_NO_LINE or GPIO_LINE_TAKEN */
    unsigned bad_line; /* CLAIMED, result not 0: place in the claim */
    size_t n_lines;
    struct sim_wire_line lines[GPIO_LINES_MAX];
};

/** Writes @wire into @ret_bytes. @return the packet's length, or -EMSGSIZE when it doesn't fit. */
int sim_wire_encode(const struct sim_wire *wire, uint8_t *ret_bytes, size_t size);
/** Reads one packet. @return 0, or -EBADMSG, *ret_wire then being undefined, when it isn't a well-formed message. */
int sim_wire_decode(const uint8_t *bytes, size_t n, struct sim_wire *ret_wire);
