/* What libnfc's names for readers on USB say, and nodes that can't be. The nodes of real devices: tests/vm/usb. */

#include "drivers/nfc/usb.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

static void a_driver_alone_is_known(void **state)
{
    (void)state;
    assert_true(nfc_usb_is_driver("acr122_usb"));
    assert_true(nfc_usb_is_driver("pn53x_usb"));
    assert_false(nfc_usb_is_driver("acr122_usb:001:004"));
    assert_false(nfc_usb_is_driver("pn532_uart"));
    assert_false(nfc_usb_is_driver(""));
}

static void a_device_belongs_to_its_driver_only(void **state)
{
    (void)state;
    assert_true(nfc_usb_is_of("acr122_usb:001:004", "acr122_usb"));
    assert_false(nfc_usb_is_of("acr122_usb:001:004", "pn53x_usb"));
    assert_false(nfc_usb_is_of("acr122_usbx:001:004", "acr122_usb"));
    assert_false(nfc_usb_is_of("acr122_usb", "acr122_usb"));
}

static void what_names_no_node_opens_none(void **state)
{
    (void)state;
    static const char *const names[] = {"acr122_usb",         "acr122_usb:",         "acr122_usb:001",
                                        "acr122_usb:001:",    "acr122_usb:1:4",      "acr122_usb:001:0044",
                                        "acr122_usb:001:00x", "pn532_uart:/dev/tty", "acr122_usb:../:001"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_int_equal(nfc_usb_open_node(names[i]), -ENODEV);
    }
    assert_int_equal(nfc_usb_open_node("acr122_usb:999:999"), -ENOENT);
}

static void only_what_hangs_up_is_gone(void **state)
{
    (void)state;
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    assert_false(nfc_usb_is_gone(-1));
    assert_false(nfc_usb_is_gone(fds[0]));
    (void)close(fds[1]);
    assert_true(nfc_usb_is_gone(fds[0]));
    (void)close(fds[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_driver_alone_is_known),
        cmocka_unit_test(a_device_belongs_to_its_driver_only),
        cmocka_unit_test(what_names_no_node_opens_none),
        cmocka_unit_test(only_what_hangs_up_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
