#include "sim/harness/config.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stdio.h>

static const char *further(const char *lines)
{
    return lines ? lines : "";
}

static void write_lane(FILE *f, const struct harness *h, unsigned n)
{
    bool door = n >= h->options.n_lanes;
    (void)fprintf(f, "\n[lane lane%u]\nkind = %s\nrelease_in = lane%u-release-in\n", n + 1, door ? "door" : "turnstile",
                  n + 1);
    if (door) {
        (void)fprintf(f, "door_contact = lane%u-door\n", n + 1);
    } else {
        (void)fprintf(f,
                      "release_out = lane%u-release-out\ncontact_a = lane%u-contact-a\ncontact_b = lane%u-contact-b\n",
                      n + 1, n + 1, n + 1);
    }
    (void)fprintf(f, "request_to_exit = lane%u-button\ntamper = lane%u-tamper\n%s", n + 1, n + 1,
                  further(h->options.lane_lines));
    if (n == 0) {
        (void)fputs("fire = fire\nlockdown = lockdown\n", f);
    }
}

int harness_write_config(const struct harness *h)
{
    const struct harness_options *o = &h->options;
    _cleanup_file_ FILE *f = fopen(h->config_path, "we");
    if (!f) {
        return -errno;
    }
    (void)fprintf(f,
                  "[gate]\nunit = simulated\nlist_path = %s\njournal_path = %s\nclock_path = %s\ncontrol_path = %s\n"
                  "reader_program = %s/stile-reader\nchip = %s%s\n%s",
                  h->list_path, h->journal_path, h->clock_path, h->control_path, o->programs,
                  o->gpio_chip ? "" : "sim:", o->gpio_chip ? o->gpio_chip : h->chip_path, further(o->gate_lines));
    for (unsigned i = 0; i < o->n_lanes + o->n_doors; i++) {
        write_lane(f, h, i);
    }
    for (unsigned i = 0; i < o->n_readers; i++) {
        const struct harness_reader *r = &o->readers[i];
        (void)fprintf(f, "\n[reader reader%u]\npoint = %s\nlane = lane%u\nside = %s\n", i + 1, r->point, r->lane + 1,
                      r->out ? "out" : "in");
        if (r->device) {
            (void)fprintf(f, "device = %s\n", r->device);
        } else {
            (void)fprintf(f, "device = pn532_uart:%s/reader%u\n", h->folder, i + 1);
        }
    }
    return ferror(f) || fflush(f) != 0 ? -EIO : 0;
}
