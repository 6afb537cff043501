#pragma once

/* Whether a display is plugged in, as the kernel's display drivers tell it in files (/sys/class/drm). SDL on
 * KMSDRM never notices that a display goes away. */

#include <stdbool.h>

enum { CONNECTOR_NAME_SIZE = 64 };

/** The name, such as "card0-HDMI-A-1", of the connected connector of @card that comes @index-th by the kernel's
 * numbers, which is how SDL counts displays. @return 0; -ENOENT when there is none; another negative errno. */
int connector_find(const char *root, int card, int index, char ret_name[CONNECTOR_NAME_SIZE]);
/** False when it is unplugged, or has vanished altogether; true when it is plugged in or the kernel doesn't know. */
bool connector_connected(const char *root, const char *name);
