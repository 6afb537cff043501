#pragma once

/* The gate's configuration: an INI file read through libinih. Every key with its unit, bounds and default stands in
 * firmware/gate/README.md and board/generic/gate.ini; a file that breaks one is refused with its line and the reason. */

#include "core/lane.h"
#include "drivers/gpio/gpio.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GATE_LANES_MAX = 8, GATE_READERS_MAX = 16, GATE_NAME_SIZE = 32, GATE_PATH_SIZE = 108, GATE_ERROR_SIZE = 256 };

/* What a lane's input lines mean. */
enum gate_input {
    GATE_CONTACT_A, /* passage contact; the first to close when walking in */
    GATE_CONTACT_B, /* the second, where there are two */
    GATE_DOOR_CONTACT, /* active: closed */
    GATE_REQUEST_TO_EXIT, /* button */
    GATE_FIRE, /* normally closed: active = circuit whole, inactive = fire. Frees every lane */
    GATE_LOCKDOWN, /* active: lock-down of the whole unit */
    GATE_TAMPER, /* active: the housing is open */
    GATE_INPUTS
};

struct gate_lane {
    char name[GATE_NAME_SIZE];
    struct lane_config lane;
    bool has_input[GATE_INPUTS];
    struct gpio_line_config inputs[GATE_INPUTS];
    bool has_release_out; /* one output may release one way only */
    struct gpio_line_config release_in, release_out;
    char interlock[GATE_NAME_SIZE]; /* another lane that is never open at the same time; "" none */
    bool exit_free; /* request to exit and a broken list: the way out opens without a card */
};

struct gate_reader {
    char name[GATE_NAME_SIZE];
    char device[GATE_PATH_SIZE]; /* libnfc's connection string */
    char point[GATE_NAME_SIZE]; /* access point in the list */
    unsigned lane; /* index */
    enum lane_side side; /* the way it releases */
};

struct gate_config {
    char unit[GATE_NAME_SIZE];
    char list_path[GATE_PATH_SIZE], journal_path[GATE_PATH_SIZE];
    char emergency_path[GATE_PATH_SIZE]; /* staff cards for a missing list: one card number a line; "" none */
    char key_path[GATE_PATH_SIZE]; /* master key, mode 0600; "" none: secure cards can't be proved */
    char control_path[GATE_PATH_SIZE]; /* socket for stile and the screen */
    char reader_program[GATE_PATH_SIZE];
    char clock_path[GATE_PATH_SIZE]; /* last known wall time, the floor after a restart */
    char chip[GATE_PATH_SIZE]; /* see gpio_open */
    uint32_t retention_days; /* of personal data in the journal */
    uint32_t debounce_us; /* of contacts */
    uint32_t second_tap_us; /* the same card at the same reader counts once within this */
    uint32_t heartbeat_us; /* 1.5 s */
    uint8_t aid[3]; /* DESFire application */
    uint8_t key_number;
    char key_system[20]; /* system identifier in the diversification input */
    struct gate_lane lanes[GATE_LANES_MAX];
    size_t n_lanes;
    struct gate_reader readers[GATE_READERS_MAX];
    size_t n_readers;
};

/** Parses @text. @return 0, or -EINVAL with "line 12: ..." in ret_error. *ret_config untouched on failure. Large: the
 * caller keeps it in static or heap memory. */
int gate_config_parse(const char *text, struct gate_config *ret_config, char ret_error[GATE_ERROR_SIZE]);
/** Reads and parses a file. @return 0, -EINVAL with the reason, or another negative errno with its text. */
int gate_config_load(const char *path, struct gate_config *ret_config, char ret_error[GATE_ERROR_SIZE]);
