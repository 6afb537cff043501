#pragma once

/* The process: what main runs. Starts everything in an order in which outputs are safe before anything else is
 * claimed, joins the parts through one event loop, and stops in the opposite order. */

/* What the process answers to its parent. From sysexits.h where it has a word for it. */
enum app_exit {
    APP_DONE = 0,
    APP_FAILED = 1, /* memory or the event loop */
    APP_USAGE = 64, /* the command line */
    APP_LINES = 69, /* a line could not be claimed for good */
    APP_JOURNAL = 74, /* journal.db cannot be opened */
    APP_RIGHTS = 77, /* run as root over real lines, or a key file that others may read */
    APP_CONFIG = 78 /* the configuration */
};

/** Runs until it is told to stop. One line on standard error says why it didn't start. */
enum app_exit app_run(const char *config_path);
/** Reads the configuration and the files that it names, touches nothing, and says what it found on standard output. */
enum app_exit app_check(const char *config_path);
