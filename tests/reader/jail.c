/* A program for test_sandbox: enters the same sandbox as stile-reader, on the terminal PATH, and tries to get out.
 *
 *     jail PATH WHAT
 *
 * Exits with 0 when WHAT worked, with 42 when it was refused, with 1 when the sandbox can't be entered; or the kernel ends it
 * with SIGSYS. */

#include "bus/bus.h"
#include "reader/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <termios.h>
#include <unistd.h>

enum { REFUSED = 42 };

struct jail {
    const char *path;
    int device_fd; /* opened inside, before the seal */
    int gate_fd;
    int other_fd; /* another socket, that the process has by accident */
};

static int result(int r)
{
    if (r >= 0) {
        return 0;
    }
    return errno == EACCES || errno == EPERM || errno == ENOSYS ? REFUSED : 3;
}

static int try_nothing(const struct jail *j)
{
    (void)j;
    return 0;
}

static int try_device(const struct jail *j)
{
    struct termios settings;
    int waiting;
    return result(tcgetattr(j->device_fd, &settings) | tcsetattr(j->device_fd, TCSANOW, &settings) |
                  tcflush(j->device_fd, TCIFLUSH) | ioctl(j->device_fd, FIONREAD, &waiting) |
                  (write(j->device_fd, "x", 1) == 1 ? 0 : -1));
}

static int try_gate(const struct jail *j)
{
    const struct message message = {.kind = MESSAGE_READER_ALIVE};
    return bus_send(j->gate_fd, &message) == 0 ? 0 : 3;
}

static int try_open(const struct jail *j)
{
    (void)j;
    return result(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
}

static int try_open_device(const struct jail *j)
{
    return result(open(j->path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
}

static int try_create(const struct jail *j)
{
    (void)j;
    return result(open("/tmp/stile-jail-was-here", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

static int try_unlink(const struct jail *j)
{
    return result(unlink(j->path));
}

static int try_socket(const struct jail *j)
{
    (void)j;
    return result(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

static int try_other_socket(const struct jail *j)
{
    return result((int)send(j->other_fd, "x", 1, MSG_NOSIGNAL));
}

static int try_fork(const struct jail *j)
{
    (void)j;
    pid_t pid = fork();
    if (pid == 0) {
        _exit(0);
    }
    return result(pid);
}

static int try_exec(const struct jail *j)
{
    (void)j;
    char program[] = "/bin/true";
    char *const args[] = {program, NULL};
    return result(execv(program, args));
}

static int try_kill(const struct jail *j)
{
    (void)j;
    return result(kill(getpid(), 0));
}

static int try_trace(const struct jail *j)
{
    (void)j;
    return result((int)ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int try_typing(const struct jail *j)
{
    return result(ioctl(j->device_fd, TIOCSTI, "x"));
}

static int try_code(const struct jail *j)
{
    (void)j;
    void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return result(p == MAP_FAILED ? -1 : 0);
}

static int try_profiling(const struct jail *j)
{
    (void)j;
    const struct itimerval timer = {.it_value = {.tv_sec = 1000}};
    return result(setitimer(ITIMER_PROF, &timer, NULL));
}

/* Without the C library's help, which might do something else instead. */
static int call(long number)
{
    return result((int)syscall(number, 0, 0, 0, 0, 0, 0));
}

static int try_ring(const struct jail *j)
{
    (void)j;
    return call(SYS_io_uring_setup);
}

static int try_memory_file(const struct jail *j)
{
    (void)j;
    return call(SYS_memfd_create);
}

static int try_others_memory(const struct jail *j)
{
    (void)j;
    return call(SYS_process_vm_readv);
}

static int try_thread(const struct jail *j)
{
    (void)j;
    return call(SYS_clone3);
}

static int try_program_for_the_kernel(const struct jail *j)
{
    (void)j;
    return call(SYS_bpf);
}

static int try_namespace(const struct jail *j)
{
    (void)j;
    return call(SYS_unshare);
}

static int try_settings(const struct jail *j)
{
    (void)j;
    return call(SYS_prctl);
}

static int try_pass_descriptor(const struct jail *j)
{
    struct msghdr message = {0};
    return result((int)sendmsg(j->gate_fd, &message, MSG_NOSIGNAL));
}

static int try_made_executable(const struct jail *j)
{
    (void)j;
    void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? 3 : result(mprotect(p, 4096, PROT_READ | PROT_EXEC));
}

static const struct {
    const char *name;
    int (*attempt)(const struct jail *j);
    bool sealed;
} attempts[] = {
    {"nothing", try_nothing, true},
    {"device", try_device, true},
    {"gate", try_gate, true},
    {"open", try_open, true},
    {"open-device", try_open_device, true},
    {"create", try_create, true},
    {"unlink", try_unlink, true},
    {"socket", try_socket, true},
    {"other-socket", try_other_socket, true},
    {"fork", try_fork, true},
    {"exec", try_exec, true},
    {"kill", try_kill, true},
    {"trace", try_trace, true},
    {"typing", try_typing, true},
    {"code", try_code, true},
    {"profiling", try_profiling, true},
    {"ring", try_ring, true},
    {"memory-file", try_memory_file, true},
    {"others-memory", try_others_memory, true},
    {"thread", try_thread, true},
    {"program-for-the-kernel", try_program_for_the_kernel, true},
    {"namespace", try_namespace, true},
    {"settings", try_settings, true},
    {"pass-descriptor", try_pass_descriptor, true},
    {"made-executable", try_made_executable, true},
    {"early-open", try_open, false},
    {"early-create", try_create, false},
    {"early-device", try_open_device, false},
    {"early-fork", try_fork, false},
    {"early-socket", try_socket, false},
    {"early-ring", try_ring, false},
    {"early-made-executable", try_made_executable, false},
};

int main(int argc, char **argv)
{
    int fds[2];
    int others[2];
    struct device device = {.bus = DEVICE_TTY};
    unsigned sandbox;
    if (argc != 3 || bus_pair(fds) < 0 || bus_pair(others) < 0 || strlen(argv[1]) >= sizeof(device.path)) {
        return 1;
    }
    (void)snprintf(device.path, sizeof(device.path), "%s", argv[1]);
    struct jail jail = {.path = argv[1], .device_fd = -1, .gate_fd = fds[0], .other_fd = others[0]};
    for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
        if (strcmp(attempts[i].name, argv[2]) != 0) {
            continue;
        }
        if (sandbox_enter(&device, jail.gate_fd, &sandbox) < 0) {
            _exit(1);
        }
        jail.device_fd = open(device.path, O_RDWR | O_NOCTTY | O_NONBLOCK);
        if (jail.device_fd < 0 || (attempts[i].sealed && sandbox_seal(&device, jail.gate_fd) < 0)) {
            _exit(1);
        }
        _exit(attempts[i].attempt(&jail));
    }
    return 1;
}
