#include "morning/stage.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "bus/bus.h"
#include "core/card.h"
#include "core/zone.h"
#include "db/import.h"
#include "drivers/desfire/diversify.h"
#include "morning/chain.h"
#include "sim/lane/control.h"
#include "sim/reader/control.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { START_WAIT_MS = 20000, LOOK_EVERY_MS = 20, LIST_AGE_H = 36 };

static const uint8_t aid[3] = {0xf5, 0x85, 0x40};
#define AID_TEXT   "f58540"
#define KEY_SYSTEM "stile demo"

static const char *const reader_names[STAGE_READERS] = {
    [STAGE_ENTRANCE] = "entrance", [STAGE_WAY_OUT] = "way-out", [STAGE_POOL] = "pool"};

static int fail(struct stage *stage, int error, const char *format, ...) __attribute__((format(printf, 3, 4)));
static int fail(struct stage *stage, int error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(stage->error, sizeof(stage->error), format, args);
    va_end(args);
    return error;
}

void stage_path(const struct stage *stage, const char *name, char ret_path[STAGE_PATH_SIZE])
{
    (void)snprintf(ret_path, STAGE_PATH_SIZE, "%s/%s", stage->folder, name);
}

bool stage_programs(char *ret_folder, size_t size)
{
    ssize_t n = readlink("/proc/self/exe", ret_folder, size - 1);
    ret_folder[n > 0 ? n : 0] = '\0';
    char *slash = strrchr(ret_folder, '/');
    if (slash) {
        *slash = '\0';
    }
    return slash != NULL;
}

/* ---- the folder ---- */

static int make_folder(struct stage *stage, const char *folder)
{
    static const char *const old[] = {"list.db",        "list.db-wal", "list.db-shm",  "journal.db", "journal.db-wal",
                                      "journal.db-shm", "clock",       "gate.control", "lanes.chip", "lanes.control",
                                      "gate.log",       "lanes.log",   "screen.log",   "list.away"};
    if (strlen(folder) >= sizeof(stage->folder)) {
        return fail(stage, -ENAMETOOLONG, "%s: the path is too long for sockets in it (at most %zu bytes)", folder,
                    sizeof(stage->folder) - 1);
    }
    (void)text_copy(stage->folder, sizeof(stage->folder), folder);
    struct stat st;
    if (mkdir(folder, 0700) < 0 && errno != EEXIST) {
        return fail(stage, -errno, "%s: %s", folder, strerror(errno));
    }
    if (lstat(folder, &st) < 0 || !S_ISDIR(st.st_mode) || st.st_uid != geteuid()) {
        return fail(stage, -EPERM, "%s: not a folder of yours", folder);
    }
    for (size_t i = 0; i < ARRAY_LEN(old); i++) {
        char path[STAGE_PATH_SIZE];
        stage_path(stage, old[i], path);
        if (unlink(path) < 0 && errno != ENOENT) {
            return fail(stage, -errno, "%s: %s", path, strerror(errno));
        }
    }
    return 0;
}

static void note_bad_line(int64_t line, const char *reason, void *user)
{
    struct stage *stage = user;
    (void)fail(stage, 0, "the list's line %lld: %s", (long long)line, reason);
}

static int make_list(struct stage *stage, unsigned members)
{
    struct zone zone;
    char source[STAGE_PATH_SIZE], list[STAGE_PATH_SIZE];
    int64_t utc_us = clock_utc_us();
    if (!zone_parse(CHAIN_ZONE, &zone)) {
        return fail(stage, -EINVAL, "the zone can't be read");
    }
    stage_path(stage, "list.ndjson", source);
    stage_path(stage, "list.db", list);
    struct chain_options chain = {.today = zone_local(&zone, utc_us).day, .members = members};
    _cleanup_file_ FILE *out = fopen(source, "we");
    int r = out ? chain_write(out, &chain) : -errno;
    if (r < 0) {
        return fail(stage, r, "%s: %s", source, strerror(-r));
    }
    struct import_options options = {
        .format = IMPORT_NDJSON, .utc_us = utc_us - LIST_AGE_H * US_PER_HOUR, .bad_line = note_bad_line, .user = stage};
    struct import_result result;
    r = import_file(list, source, &options, &result);
    if (r == IMPORT_BAD_LINES) {
        return -EINVAL; /* note_bad_line has said why */
    }
    return r == 0 ? 0 : fail(stage, r < 0 ? r : -EINVAL, "%s: the import failed (%d)", list, r);
}

static int make_key(struct stage *stage)
{
    char path[STAGE_PATH_SIZE];
    char text[2 * sizeof(stage->master) + 2];
    if (getrandom(stage->master, sizeof(stage->master), 0) != (ssize_t)sizeof(stage->master)) {
        return fail(stage, -EIO, "no random numbers");
    }
    text_to_hex(stage->master, sizeof(stage->master), text, sizeof(text));
    text[2 * sizeof(stage->master)] = '\n';
    stage_path(stage, "master.key", path);
    int r = file_replace(path, text, 2 * sizeof(stage->master) + 1, 0600);
    return r < 0 ? fail(stage, r, "%s: %s", path, strerror(-r)) : 0;
}

static int make_config(struct stage *stage)
{
    char path[STAGE_PATH_SIZE];
    const char *f = stage->folder;
    stage_path(stage, "gate.ini", path);
    _cleanup_file_ FILE *out = fopen(path, "we");
    if (!out) {
        return fail(stage, -errno, "%s: %s", path, strerror(errno));
    }
    (void)fprintf(
        out,
        "; The demonstration's unit: two lanes, three readers.\n"
        "[gate]\nunit = demo\nlist_path = %s/list.db\njournal_path = %s/journal.db\nkey_path = %s/master.key\n"
        "control_path = %s/gate.control\nclock_path = %s/clock\nreader_program = %s/stile-reader\n"
        "chip = sim:%s/lanes.chip\naid = " AID_TEXT "\nkey_number = 0\nkey_system = " KEY_SYSTEM "\n"
        "second_tap_ms = 300\n\n",
        f, f, f, f, f, stage->programs, f);
    int open_ms = stage->unhurried ? 5000 : 2000;
    (void)fprintf(out,
                  "[lane main]\nkind = turnstile\npassage_timeout_ms = %d\nunlock_ms = %d\nrelock_delay_ms = 800\n"
                  "release_in = main-release-in\nrelease_out = main-release-out\ncontact_a = main-contact-a\n"
                  "contact_b = main-contact-b\nrequest_to_exit = main-button\nfire = fire\nlockdown = lockdown\n"
                  "tamper = main-tamper\n\n"
                  "[lane pool]\nkind = door\npassage_timeout_ms = %d\nunlock_ms = %d\n"
                  "release_in = pool-release-in\ndoor_contact = pool-door\n\n",
                  open_ms, open_ms, open_ms, open_ms);
    for (unsigned i = 0; i < STAGE_READERS; i++) {
        static const char *const points[] = {CHAIN_ENTRANCE, CHAIN_WAY_OUT, CHAIN_POOL};
        (void)fprintf(out, "[reader %s]\ndevice = pn532_uart:%s/%s.tty\npoint = %s\nlane = %s\nside = %s\n\n",
                      reader_names[i], f, reader_names[i], points[i], i == STAGE_POOL ? "pool" : "main",
                      i == STAGE_WAY_OUT ? "out" : "in");
    }
    return fflush(out) == 0 && !ferror(out) ? 0 : fail(stage, -EIO, "%s: cannot write", path);
}

static int make_screen_config(struct stage *stage)
{
    char path[STAGE_PATH_SIZE];
    const char *f = stage->folder;
    stage_path(stage, "ui.ini", path);
    _cleanup_file_ FILE *out = fopen(path, "we");
    if (!out) {
        return fail(stage, -errno, "%s: %s", path, strerror(errno));
    }
    (void)fprintf(out,
                  "; The screen at the main entrance.\n"
                  "[ui]\ncontrol_path = %s/gate.control\nlist_path = %s/list.db\njournal_path = %s/journal.db\n"
                  "point = " CHAIN_ENTRANCE "\n\n"
                  "[face entrance]\nkind = entrance\nlanes = main\nphones = yes\n",
                  f, f, f);
    return fflush(out) == 0 && !ferror(out) ? 0 : fail(stage, -EIO, "%s: cannot write", path);
}

/* ---- processes ---- */

/* Starts a program with its words in @argv; what it says goes into LOG in the folder. It ends when we do. */
static int start(struct stage *stage, const char *program, char *const argv[], const char *log, pid_t *ret_pid)
{
    char path[sizeof(stage->programs) + 64], log_path[STAGE_PATH_SIZE];
    (void)snprintf(path, sizeof(path), "%s/%s", stage->programs, program);
    stage_path(stage, log, log_path);
    if (access(path, X_OK) < 0) {
        return fail(stage, -errno, "%s: %s", path, strerror(errno));
    }
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid < 0) {
        return fail(stage, -errno, "%s: %s", program, strerror(errno));
    }
    if (pid == 0) {
        sigset_t none; /* who starts it may wait for signals in a way of its own */
        (void)sigemptyset(&none);
        (void)sigprocmask(SIG_SETMASK, &none, NULL);
        int fd = open(log_path, O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0 ||
            prctl(PR_SET_PDEATHSIG, SIGTERM) < 0 || getppid() != parent) {
            _exit(126);
        }
        execv(path, argv);
        _exit(127);
    }
    *ret_pid = pid;
    return 0;
}

static void end(pid_t *pid, int signal)
{
    if (*pid > 0) {
        (void)kill(*pid, signal);
        (void)waitpid(*pid, NULL, 0);
        *pid = 0;
    }
}

static bool ended(struct stage *stage, pid_t *pid, const char *name)
{
    if (*pid > 0 && waitpid(*pid, NULL, WNOHANG) != *pid) {
        return false;
    }
    *pid = 0;
    (void)fail(stage, -ECHILD, "%s ended at once; see %s/%s.log", name, stage->folder, name);
    return true;
}

static int start_lanes(struct stage *stage)
{
    char socket[STAGE_PATH_SIZE], control[STAGE_PATH_SIZE];
    stage_path(stage, "lanes.chip", socket);
    stage_path(stage, "lanes.control", control);
    char *argv[] = {(char[]){"stile-sim-lane"},
                    (char[]){"--socket"},
                    socket,
                    (char[]){"--control"},
                    control,
                    (char[]){"--lane"},
                    (char[]){"main:turnstile:2"},
                    (char[]){"--lane"},
                    (char[]){"pool:door"},
                    NULL};
    int r = start(stage, "stile-sim-lane", argv, "lanes.log", &stage->lanes);
    for (int left = START_WAIT_MS; r == 0; left -= LOOK_EVERY_MS) {
        char answer[STAGE_ANSWER_SIZE];
        if (sim_lane_command(control, "status", answer, sizeof(answer)) == 0) {
            return 0;
        }
        if (ended(stage, &stage->lanes, "lanes")) {
            return -ECHILD;
        }
        if (left <= 0) {
            return fail(stage, -ETIMEDOUT, "the simulated lanes don't answer");
        }
        (void)poll(NULL, 0, LOOK_EVERY_MS);
    }
    return r;
}

static int start_reader(struct stage *stage, enum stage_reader reader)
{
    char name[64], link[STAGE_PATH_SIZE], control[STAGE_PATH_SIZE], log[64];
    (void)snprintf(name, sizeof(name), "%s.tty", reader_names[reader]);
    stage_path(stage, name, link);
    (void)snprintf(name, sizeof(name), "%s.control", reader_names[reader]);
    stage_path(stage, name, control);
    (void)snprintf(log, sizeof(log), "%s.log", reader_names[reader]);
    char *argv[] = {(char[]){"stile-sim-pn532"},
                    (char[]){"--link"},
                    link,
                    (char[]){"--control"},
                    control,
                    stage->model ? (char[]){"--model"} : NULL,
                    NULL};
    int r = start(stage, "stile-sim-pn532", argv, log, &stage->readers[reader]);
    for (int left = START_WAIT_MS; r == 0; left -= LOOK_EVERY_MS) {
        char answer[STAGE_ANSWER_SIZE];
        if (sim_reader_command(control, "status", answer, sizeof(answer)) == 0) {
            return 0;
        }
        if (ended(stage, &stage->readers[reader], reader_names[reader])) {
            return -ECHILD;
        }
        if (left <= 0) {
            return fail(stage, -ETIMEDOUT, "the simulated reader %s doesn't answer", reader_names[reader]);
        }
        (void)poll(NULL, 0, LOOK_EVERY_MS);
    }
    return r;
}

static bool all_readers_work(const char *status)
{
    cJSON *json = cJSON_Parse(status);
    const cJSON *reader;
    bool all = json && cJSON_GetArraySize(cJSON_GetObjectItem(json, "readers")) == STAGE_READERS;
    cJSON_ArrayForEach(reader, cJSON_GetObjectItem(json, "readers"))
    {
        all = all && cJSON_IsTrue(cJSON_GetObjectItem(reader, "working"));
    }
    cJSON_Delete(json);
    return all;
}

int stage_launch_gate(struct stage *stage)
{
    char config[STAGE_PATH_SIZE];
    stage_path(stage, "gate.ini", config);
    char *argv[] = {(char[]){"stile-gate"}, (char[]){"--config"}, config, NULL};
    return start(stage, "stile-gate", argv, "gate.log", &stage->gate);
}

int stage_start_gate(struct stage *stage)
{
    char status[STAGE_ANSWER_SIZE];
    int r = stage_launch_gate(stage);
    for (int left = START_WAIT_MS; r == 0; left -= LOOK_EVERY_MS) {
        if (stage_status(stage, status) == 0 && all_readers_work(status)) {
            return 0;
        }
        if (ended(stage, &stage->gate, "gate")) {
            return -ECHILD;
        }
        if (left <= 0) {
            return fail(stage, -ETIMEDOUT, "the gate or a reader doesn't come up; see %s/gate.log", stage->folder);
        }
        (void)poll(NULL, 0, LOOK_EVERY_MS);
    }
    return r;
}

void stage_kill_gate(struct stage *stage)
{
    end(&stage->gate, SIGKILL);
}

bool stage_gate_ended(struct stage *stage)
{
    return stage->gate > 0 && ended(stage, &stage->gate, "gate");
}

int stage_start_screen(struct stage *stage, const char *geometry, const char *language)
{
    char config[STAGE_PATH_SIZE], window[32], code[8];
    stage_path(stage, "ui.ini", config);
    (void)text_copy(window, sizeof(window), geometry);
    (void)text_copy(code, sizeof(code), language ? language : "en");
    char *argv[] = {(char[]){"stile-ui"},
                    (char[]){"--config"},
                    config,
                    (char[]){"--face"},
                    (char[]){"entrance"},
                    (char[]){"--window"},
                    window,
                    (char[]){"--language"},
                    code,
                    NULL};
    return start(stage, "stile-ui", argv, "screen.log", &stage->screen);
}

void stage_kill_screen(struct stage *stage)
{
    end(&stage->screen, SIGKILL);
}

bool stage_screen_ended(struct stage *stage, int *ret_status)
{
    int status;
    if (stage->screen <= 0 || waitpid(stage->screen, &status, WNOHANG) != stage->screen) {
        return false;
    }
    stage->screen = 0;
    *ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return true;
}

int stage_open(struct stage *stage, const struct stage_options *options)
{
    *stage = (struct stage){.model = options->keep_model, .unhurried = options->unhurried};
    if (!text_copy(stage->programs, sizeof(stage->programs), options->programs)) {
        return fail(stage, -ENAMETOOLONG, "%s: the path is too long", options->programs);
    }
    int r = make_folder(stage, options->folder);
    if (r == 0) {
        r = make_list(stage, options->members);
    }
    if (r == 0) {
        r = make_key(stage);
    }
    if (r == 0) {
        r = make_config(stage);
    }
    if (r == 0) {
        r = make_screen_config(stage);
    }
    if (r == 0) {
        r = start_lanes(stage);
    }
    for (unsigned i = 0; r == 0 && i < STAGE_READERS; i++) {
        r = start_reader(stage, (enum stage_reader)i);
    }
    return r == 0 ? stage_start_gate(stage) : r;
}

void stage_close(struct stage *stage)
{
    end(&stage->screen, SIGTERM);
    end(&stage->gate, SIGTERM);
    for (unsigned i = 0; i < STAGE_READERS; i++) {
        end(&stage->readers[i], SIGTERM);
    }
    end(&stage->lanes, SIGTERM);
    explicit_bzero(stage->master, sizeof(stage->master));
}

/* ---- talking to them ---- */

int stage_tell_reader(struct stage *stage, enum stage_reader reader, const char *command, char *ret_answer)
{
    char name[64], control[STAGE_PATH_SIZE], answer[STAGE_ANSWER_SIZE];
    (void)snprintf(name, sizeof(name), "%s.control", reader_names[reader]);
    stage_path(stage, name, control);
    int r = sim_reader_command(control, command, answer, sizeof(answer));
    if (r != 0) {
        return fail(stage, r < 0 ? r : -EINVAL, "reader %s: %s: %s", reader_names[reader], command,
                    r < 0 ? strerror(-r) : answer);
    }
    if (ret_answer) {
        (void)text_copy(ret_answer, STAGE_ANSWER_SIZE, answer);
    }
    return 0;
}

int stage_tell_lanes(struct stage *stage, const char *command, char *ret_answer)
{
    char control[STAGE_PATH_SIZE], answer[STAGE_ANSWER_SIZE];
    stage_path(stage, "lanes.control", control);
    int r = sim_lane_command(control, command, answer, sizeof(answer));
    if (r != 0) {
        return fail(stage, r < 0 ? r : -EINVAL, "lanes: %s: %s", command, r < 0 ? strerror(-r) : answer);
    }
    if (ret_answer) {
        (void)text_copy(ret_answer, STAGE_ANSWER_SIZE, answer);
    }
    return 0;
}

static int ask_gate(struct stage *stage, const struct message *wish, enum message_kind wanted,
                    uint8_t buffer[MESSAGE_MAX], struct message *ret_answer)
{
    char path[STAGE_PATH_SIZE];
    stage_path(stage, "gate.control", path);
    _cleanup_close_ int fd = bus_connect(path);
    int r = fd < 0 ? fd : bus_send(fd, wish);
    while (r == 0) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int n = poll(&p, 1, START_WAIT_MS);
        if (n <= 0) {
            r = n == 0 ? -ETIMEDOUT : -errno;
            break;
        }
        r = bus_receive(fd, buffer, ret_answer);
        if (r == 0 && ret_answer->kind == wanted) {
            return 0;
        }
    }
    return fail(stage, r, "the gate doesn't answer: %s", strerror(-r));
}

static int wish(struct stage *stage, struct message *message)
{
    uint8_t buffer[MESSAGE_MAX];
    struct message answer = {0};
    (void)text_copy(message->who, sizeof(message->who), "Nora");
    (void)text_copy(message->why, sizeof(message->why), "demonstration");
    int r = ask_gate(stage, message, MESSAGE_DONE, buffer, &answer);
    if (r == 0 && answer.value != 0) {
        return fail(stage, -EPERM, "the gate refuses: %s", answer.text);
    }
    return r;
}

int stage_lockdown(struct stage *stage, bool on)
{
    struct message message = {.kind = MESSAGE_LOCKDOWN, .value = on};
    return wish(stage, &message);
}

int stage_release(struct stage *stage, const char *lane)
{
    struct message message = {.kind = MESSAGE_RELEASE};
    (void)text_copy(message.lane, sizeof(message.lane), lane);
    return wish(stage, &message);
}

int stage_undo(struct stage *stage, int64_t seq)
{
    struct message message = {.kind = MESSAGE_UNDO, .seq = seq};
    return wish(stage, &message);
}

int stage_status(struct stage *stage, char *ret_json)
{
    uint8_t buffer[MESSAGE_MAX];
    struct message answer, question = {.kind = MESSAGE_STATUS_ASK};
    int r = ask_gate(stage, &question, MESSAGE_STATUS, buffer, &answer);
    if (r == 0) {
        memcpy(ret_json, answer.body, answer.body_len);
        ret_json[answer.body_len] = '\0';
    }
    return r;
}

void stage_describe(const struct stage *stage, const struct person *person, char *ret_what, size_t size)
{
    if (person->trait == PERSON_SECURE) {
        char key[33];
        stage_card_key(stage, person->card, key);
        (void)snprintf(ret_what, size, "desfire uid=%s aid=" AID_TEXT " key=%s keyno=0", person->card, key);
    } else {
        /* Four bytes: a Classic card; seven: an NTAG. */
        (void)snprintf(ret_what, size, "%s uid=%s", strlen(person->card) > 8 ? "ntag213" : "classic", person->card);
    }
}

void stage_card_key(const struct stage *stage, const char *uid, char ret_key[33])
{
    struct card_number card = {0};
    uint8_t input[DIVERSIFY_INPUT_MAX], key[DIVERSIFY_KEY_SIZE] = {0};
    if (card_parse(uid, &card)) {
        size_t n = diversify_input(card.bytes, card.len, aid, KEY_SYSTEM, input);
        (void)diversify_aes128(stage->master, input, n, key);
    }
    text_to_hex(key, sizeof(key), ret_key, 33);
}
