#pragma once

/* How the gate is, as a screen knows it: the body of a `status` message (firmware/bus/README.md). Plain value; what the
 * gate left out is zero, empty, or as said here. Pure. */

#include "core/lane.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    STATUS_LANES_MAX = 8,
    STATUS_READERS_MAX = 16,
    STATUS_ZONES_MAX = 16,
    STATUS_NAME_SIZE = 32,
    STATUS_ZONE_NAME_SIZE = 64,
    STATUS_PATH_SIZE = 108,
    STATUS_TEXT_SIZE = 160
};

enum status_list_state {
    STATUS_LIST_UNKNOWN, /* not told, or of a later version */
    STATUS_LIST_OK,
    STATUS_LIST_MISSING,
    STATUS_LIST_CORRUPT,
    STATUS_LIST_QUARANTINED,
    STATUS_LIST_TOO_NEW,
    STATUS_LIST_TOO_OLD,
    STATUS_LIST_EMPTY,
    STATUS_LIST_ERROR
};

enum status_mode { STATUS_MODE_UNKNOWN, STATUS_MODE_NORMAL, STATUS_MODE_FREE, STATUS_MODE_LOCKED };

struct status_lane {
    char name[STATUS_NAME_SIZE];
    enum lane_state state; /* LANE_STATES: not told, or of a later version */
    enum status_mode mode;
    bool release_in, release_out, has_grant, fault;
    char alarm[STATUS_NAME_SIZE]; /* the alarm's stable name; "": none */
};

struct status_reader {
    char name[STATUS_NAME_SIZE], point[STATUS_NAME_SIZE], lane[STATUS_NAME_SIZE];
    bool out; /* the side that it releases */
    char device[STATUS_PATH_SIZE];
    bool working;
    int64_t pid; /* 0: no process */
    int64_t restarts;
    int64_t heard_ms; /* since its last message; -1: none yet */
    int64_t lag_us; /* that message's way */
    int64_t answer_us; /* last authentication */
    char chip[STATUS_TEXT_SIZE], fault[STATUS_TEXT_SIZE];
    bool no_new_privs, landlock, seccomp;
    int64_t memory_kb;
};

struct status_zone {
    int64_t id;
    char name[STATUS_ZONE_NAME_SIZE];
    int64_t people;
    int64_t limit; /* 0: none */
};

struct gate_status {
    char unit[STATUS_NAME_SIZE], version[STATUS_NAME_SIZE], configuration[STATUS_ZONE_NAME_SIZE];
    int64_t utc_us, boot_us;
    struct {
        int64_t pid, up_s, cpu_us, memory_kb;
    } process;
    struct {
        bool trusted, synchronised;
        int64_t floor_utc_us;
    } clock;
    struct {
        char chip[STATUS_PATH_SIZE];
        bool working;
        char fault[STATUS_TEXT_SIZE];
    } lines;
    struct {
        enum status_list_state state;
        char path[STATUS_PATH_SIZE];
        int64_t version; /* 0: there is no list */
        int64_t epoch, synced_utc_us;
        int64_t age_s; /* -1: not known */
    } list;
    struct {
        char path[STATUS_PATH_SIZE];
        int64_t epoch, seq, queued, written, dropped, erased;
        char error[STATUS_TEXT_SIZE]; /* why it can't be written; "": it can */
    } journal;
    bool fire, lockdown;
    bool keys; /* a master key is loaded */
    int64_t emergency_cards, clients;
    struct status_lane lanes[STATUS_LANES_MAX];
    struct status_reader readers[STATUS_READERS_MAX];
    struct status_zone zones[STATUS_ZONES_MAX];
    size_t n_lanes, n_readers, n_zones; /* what is more than fits is left out */
};

/** Decodes the body of the answer to status_ask, @n bytes; unknown fields are ignored, texts that are too long are cut
 * at a character's start. @return 0; or -EBADMSG (*ret_status untouched) when it is no object, lacks the unit or the
 * times, a lane, reader or zone lacks its name or id, or a value has the wrong type. */
int status_decode(const char *json, size_t n, struct gate_status *ret_status);
