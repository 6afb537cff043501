/* bench-bare-loop: the least that can be done with a card reader and a line, as the reference for a tap: libnfc selects,
 * and any UID sets the line until the card has gone. No list, no decision, no journal, no other process. It looks for
 * cards with the same spacing as stile-reader, so that both wait alike. */

#include "base/clock.h"
#include "drivers/gpio/gpio.h"
#include "drivers/nfc/nfc.h"
#include "reader/loop.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static int set(struct gpio *gpio, bool active)
{
    const unsigned line = 0;
    return gpio_set(gpio, &line, &active, 1);
}

static void rest(int64_t began_us, int64_t period_us)
{
    int64_t us = period_us - (clock_boot_us() - began_us);
    us = us > READER_GAP_US ? us : READER_GAP_US;
    const struct timespec t = {.tv_nsec = (long)us * 1000};
    (void)nanosleep(&t, NULL);
}

/* @return 0 until the reader or the chip is gone. */
static int step(struct nfc *nfc, struct gpio *gpio, struct nfc_target *target, bool *has_card)
{
    int64_t began_us = clock_boot_us();
    int64_t period_us = *has_card ? READER_WATCH_US : READER_PERIOD_US;
    int r;
    if (*has_card) {
        r = nfc_present(nfc, target);
        if (r == NFC_NO_CARD) {
            *has_card = false;
            r = set(gpio, false);
        }
    } else {
        r = nfc_select(nfc, target);
        if (r == 0) {
            *has_card = true;
            r = set(gpio, true);
        }
    }
    rest(began_us, period_us);
    return r < 0 ? r : 0;
}

int main(int argc, char **argv)
{
    struct nfc *nfc = NULL;
    struct gpio *gpio = NULL;
    struct nfc_target target;
    size_t bad = 0;
    bool has_card = false;
    struct gpio_line_config line = {.output = true};
    if (argc != 4) {
        (void)fprintf(stderr, "usage: bench-bare-loop DEVICE CHIP LINE\n");
        return 2;
    }
    (void)snprintf(line.name, sizeof(line.name), "%s", argv[3]);
    if (gpio_open(argv[2], &line, 1, &gpio, &bad) != 0 || nfc_prepare() < 0 || nfc_open_reader(argv[1], &nfc) != 0) {
        (void)fprintf(stderr, "bench-bare-loop: no line or no reader\n");
        return 1;
    }
    (void)puts("ready");
    (void)fflush(stdout);
    int r = 0;
    while (r == 0) {
        r = step(nfc, gpio, &target, &has_card);
    }
    (void)fprintf(stderr, "bench-bare-loop: %s\n", strerror(-r));
    return 1;
}
