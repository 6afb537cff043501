/* A reader that misbehaves as it is told: by the name that it is given. Speaks the real messages over descriptor 3. */

#include "base/clock.h"
#include "bus/bus.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { GATE = 3, ALIVE_MS = 100 };

static const char *name = "";

static void say(struct message m)
{
    m.boot_us = clock_boot_us();
    int r = bus_send(GATE, &m);
    if (r < 0 && r != -EAGAIN) {
        exit(9);
    }
}

static void write_raw(const void *bytes, size_t n)
{
    if (write(GATE, bytes, n) < 0) {
        exit(9);
    }
}

static bool is(const char *what)
{
    return strncmp(name, what, strlen(what)) == 0;
}

/* The run after a fault is a good one: a file that is there tells it from the first. */
static bool first_run(void)
{
    char path[200];
    (void)snprintf(path, sizeof(path), "%s/%s.ran", getenv("FAKE_FOLDER"), name);
    if (access(path, F_OK) == 0) {
        return false;
    }
    FILE *f = fopen(path, "w");
    if (f) {
        (void)fclose(f);
    }
    return true;
}

static void misbehave(void)
{
    static const uint8_t large[MESSAGE_MAX * 2];
    struct card_number card;
    (void)card_parse("04a1b2c3", &card);
    if (is("mute")) {
        for (;;) {
            (void)pause(); /* no hello */
        }
    } else if (is("early")) {
        say((struct message){.kind = MESSAGE_CARD_SEEN, .card = card});
        (void)pause();
    }
    say((struct message){.kind = MESSAGE_READER_HELLO, .text = "fake", .value = 7});
    if (is("silent")) {
        (void)pause();
    } else if (is("garbage")) {
        write_raw("garbage", 7);
        (void)pause();
    } else if (is("oversized")) {
        write_raw(large, sizeof(large));
        (void)pause();
    } else if (is("foreign")) {
        say((struct message){.kind = MESSAGE_RELEASE, .lane = "a", .who = "reader", .why = "nothing"});
        (void)pause();
    } else if (is("exits")) {
        exit(5);
    } else if (is("crashes")) {
        abort();
    } else if (is("closes")) {
        (void)close(GATE);
        (void)pause();
    } else if (is("floods")) {
        for (;;) {
            say((struct message){.kind = MESSAGE_CARD_SEEN, .card = card});
        }
    } else if (is("faults")) {
        say((struct message){.kind = MESSAGE_READER_FAULT, .text = "the chip is gone"});
        exit(5);
    }
}

/* Tells which descriptors it was given: none but the first four may be open. */
static void tell_descriptors(void)
{
    struct message m = {.kind = MESSAGE_READER_FAULT, .text = "clean"};
    for (int fd = 4; fd < 256; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) {
            (void)snprintf(m.text, sizeof(m.text), "descriptor %d is open", fd);
        }
    }
    if (getenv("NOTIFY_SOCKET")) {
        (void)snprintf(m.text, sizeof(m.text), "NOTIFY_SOCKET is set");
    }
    say(m);
    exit(5);
}

static void serve(void)
{
    struct card_number card;
    (void)card_parse("04a1b2c3", &card);
    say((struct message){.kind = MESSAGE_READER_HELLO, .text = "fake", .value = 7});
    say((struct message){.kind = MESSAGE_CARD_SEEN,
                         .card = card,
                         .can_desfire = true,
                         /* "liar": a UID known in a year's time */
                         .field_us = clock_boot_us(),
                         .uid_us = clock_boot_us() + (is("liar") ? 365 * US_PER_DAY : 0)});
    for (;;) {
        static uint8_t buffer[MESSAGE_MAX];
        struct message m;
        struct pollfd p = {.fd = GATE, .events = POLLIN};
        (void)poll(&p, 1, ALIVE_MS);
        int r = bus_receive(GATE, buffer, &m);
        if (r == -EPIPE || (r == 0 && m.kind == MESSAGE_READER_QUIT && !is("stays"))) {
            exit(0);
        }
        if (r == 0 && m.kind == MESSAGE_AUTHENTICATE) {
            struct message proof = {.kind = MESSAGE_CARD_PROOF, .proof = MESSAGE_PROOF_GENUINE};
            (void)card_parse("0a0b0c0d", &proof.card);
            say(proof); /* of a card that nobody asked about: to be ignored */
            proof.card = m.card;
            proof.proof = m.key[0] == 0x2a ? MESSAGE_PROOF_GENUINE : MESSAGE_PROOF_FAILED;
            say(proof);
            say((struct message){.kind = MESSAGE_CARD_GONE, .card = m.card});
        }
        say((struct message){.kind = MESSAGE_READER_ALIVE});
    }
}

int main(int argc, char **argv)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        name = strcmp(argv[i], "--name") == 0 ? argv[i + 1] : name;
    }
    if (is("descriptors")) {
        tell_descriptors();
    }
    if (first_run()) {
        misbehave();
    }
    serve();
    return 0;
}
