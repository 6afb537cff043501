#pragma once

/* The debug log: lines of key=value on standard error, for systemd's journal or a terminal.
 *
 * A .c file says `#define LOG_MODULE "lane"` before it includes this. What happened to members and lanes
 * belongs into journal.db, not here. No names and no whole card numbers (see text_mask_card). */

enum log_level { LOG_ERROR = 3, LOG_WARN = 4, LOG_INFO = 6, LOG_DEBUG = 7 };

/** Names the process in each line and reads STILE_LOG (error, warn, info, debug; info when unset). Under
 * systemd (JOURNAL_STREAM set) lines carry the <N> priority prefix. @program must outlive the process. */
void log_init(const char *program);

/** Lines above this level are dropped. */
void log_set_level(enum log_level level);

/** Writes one line in one write, cut at 1023 bytes, control characters as blanks; errno is kept. Use the macros. */
void log_write(enum log_level level, const char *module, const char *format, ...) __attribute__((format(printf, 3, 4)));

#define log_error(...) log_write(LOG_ERROR, LOG_MODULE, __VA_ARGS__)
#define log_warn(...)  log_write(LOG_WARN, LOG_MODULE, __VA_ARGS__)
#define log_info(...)  log_write(LOG_INFO, LOG_MODULE, __VA_ARGS__)
#define log_debug(...) log_write(LOG_DEBUG, LOG_MODULE, __VA_ARGS__)
