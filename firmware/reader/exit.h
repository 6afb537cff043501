#pragma once

/* How stile-reader ends. The values are part of the contract with whoever started it. A reader that a card or a chip
 * brought down ends by a signal instead: SIGABRT and SIGSEGV (libnfc), SIGSYS (the sandbox). */

enum reader_exit {
    READER_EXIT_QUIT = 0, /* the gate asked for it, or went away */
    READER_EXIT_USAGE = 2, /* wrong arguments: starting it again doesn't help */
    READER_EXIT_NO_DEVICE = 3, /* no such device, or no reader answers on it */
    READER_EXIT_TAKEN = 4, /* another process has this device */
    READER_EXIT_LOST = 5, /* the device went away */
    READER_EXIT_FAULTY = 6, /* the device stays silent or talks nonsense */
    READER_EXIT_HANGS = 7, /* a call into libnfc went beyond its time */
    READER_EXIT_SANDBOX = 8, /* the process could not shut itself in */
    READER_EXIT_BROKEN = 9, /* anything else: memory, the gate's socket */
};
