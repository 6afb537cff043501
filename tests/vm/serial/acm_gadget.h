#pragma once

/* A USB serial adapter of the kernel's own, on dummy_hcd, made through configfs: Linux, Documentation/usb/gadget_configfs.rst.
 * udev must run. The host's end is /dev/ttyACM<n>, found by its name below /dev/serial/by-id; the wire's end is ACM_GADGET_WIRE.
 * Everything that fails fails the test. */

#define ACM_GADGET_WIRE "/dev/ttyGS0"
/* What udev calls a gadget with serial number "door1". */
#define ACM_GADGET_LINK "/dev/serial/by-id/usb-Stile_Reader_door1-if00"

enum { ACM_GADGET_NODE_SIZE = 64 };

/** Makes the adapter; it isn't plugged in. One at a time. */
void acm_gadget_make(void);
/** Unplugs it and takes it away. Nobody has the wire open any more. Twice is once. */
void acm_gadget_remove(void);
/** Plugs it in; udev has named it when this returns. */
void acm_gadget_plug(void);
/** The node that its name leads to. */
void acm_gadget_node(char ret_node[ACM_GADGET_NODE_SIZE]);
/** Unplugs it, whoever uses it; its name is gone when this returns. */
void acm_gadget_unplug(void);
