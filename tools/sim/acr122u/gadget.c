#include "sim/acr122u/gadget.h"

#define LOG_MODULE "gadget"
#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/usb/raw_gadget.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PACKET = 64, NONE = -1, RETRY_NS = 1000000 };

/* The kernel's structures with room for what follows them. */
union transfer {
    struct usb_raw_ep_io head;
    uint8_t room[sizeof(struct usb_raw_ep_io) + GADGET_DATA_MAX];
};

union event {
    struct usb_raw_event head;
    uint8_t room[sizeof(struct usb_raw_event) + sizeof(struct usb_ctrlrequest)];
};

/* The process has one device. */
static struct {
    const struct descriptors *descriptors;
    int fd; /* /dev/raw-gadget */
    int talk_fd;
    pthread_t reader;
    pthread_mutex_t mutex; /* for what follows */
    pthread_cond_t changed;
    int endpoints[DESCRIPTORS_ENDPOINTS]; /* handles; NONE while it isn't configured */
    unsigned long stall_out; /* an ioctl that the reading thread is to do; 0: none */
} usb = {
    .mutex = PTHREAD_MUTEX_INITIALIZER,
    .changed = PTHREAD_COND_INITIALIZER,
    .endpoints = {NONE, NONE, NONE},
};

static void say(enum gadget_kind kind, const uint8_t *data, size_t n)
{
    uint8_t word[1 + GADGET_DATA_MAX] = {(uint8_t)kind};
    if (n > 0) {
        memcpy(word + 1, data, n);
    }
    if (send(usb.talk_fd, word, n + 1, MSG_NOSIGNAL) < 0) {
        _exit(1); /* nobody is there any more */
    }
}

/* Waits until the endpoint is another one than @before. */
static int await_endpoint(enum descriptors_endpoint which, int before)
{
    (void)pthread_mutex_lock(&usb.mutex);
    while (usb.endpoints[which] == NONE || usb.endpoints[which] == before) {
        (void)pthread_cond_wait(&usb.changed, &usb.mutex);
    }
    int endpoint = usb.endpoints[which];
    (void)pthread_mutex_unlock(&usb.mutex);
    return endpoint;
}

/* ---- the OUT endpoint ---- */

static void do_stall_out(int endpoint)
{
    (void)pthread_mutex_lock(&usb.mutex);
    if (usb.stall_out != 0 && ioctl(usb.fd, usb.stall_out, endpoint) < 0) {
        log_warn("stall: errno=%d", errno);
    }
    usb.stall_out = 0;
    (void)pthread_cond_broadcast(&usb.changed);
    (void)pthread_mutex_unlock(&usb.mutex);
}

static void *read_out(void *unused)
{
    (void)unused;
    for (;;) {
        int endpoint = await_endpoint(DESCRIPTORS_OUT, NONE);
        do_stall_out(endpoint);
        union transfer t = {.head = {.ep = (uint16_t)endpoint, .length = PACKET}};
        int n = ioctl(usb.fd, USB_RAW_IOCTL_EP_READ, &t);
        if (n >= 0) {
            say(GADGET_DATA, t.head.data, (size_t)n);
        } else if (errno != EINTR) {
            /* The bus was reset, or is about to be: the thread of the events will say. */
            (void)nanosleep(&(struct timespec){.tv_nsec = RETRY_NS}, NULL);
        }
    }
    return NULL;
}

/* A halt has to wait until nobody reads: the reading thread is interrupted, and does it itself. */
static void stall_out(unsigned long how)
{
    (void)pthread_mutex_lock(&usb.mutex);
    usb.stall_out = usb.endpoints[DESCRIPTORS_OUT] == NONE ? 0 : how;
    while (usb.stall_out != 0) {
        (void)pthread_kill(usb.reader, SIGUSR1);
        struct timespec until;
        (void)clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += RETRY_NS;
        if (until.tv_nsec >= 1000000000) {
            until.tv_sec++;
            until.tv_nsec -= 1000000000;
        }
        (void)pthread_cond_timedwait(&usb.changed, &usb.mutex, &until);
    }
    (void)pthread_mutex_unlock(&usb.mutex);
}

/* ---- the IN endpoint ---- */

static void write_in(const uint8_t *data, size_t n)
{
    (void)pthread_mutex_lock(&usb.mutex);
    int endpoint = usb.endpoints[DESCRIPTORS_IN];
    (void)pthread_mutex_unlock(&usb.mutex);
    if (endpoint == NONE) {
        return;
    }
    union transfer t = {
        .head = {.ep = (uint16_t)endpoint, .flags = USB_RAW_IO_FLAGS_ZERO, .length = (uint32_t)n},
    };
    memcpy(t.head.data, data, n);
    if (ioctl(usb.fd, USB_RAW_IOCTL_EP_WRITE, &t) < 0) {
        log_debug("answer lost: errno=%d", errno);
    }
}

static void stall_in(void)
{
    (void)pthread_mutex_lock(&usb.mutex);
    int endpoint = usb.endpoints[DESCRIPTORS_IN];
    if (endpoint != NONE && ioctl(usb.fd, USB_RAW_IOCTL_EP_SET_HALT, endpoint) < 0) {
        log_warn("stall: errno=%d", errno);
    }
    (void)pthread_mutex_unlock(&usb.mutex);
}

static void *obey(void *unused)
{
    (void)unused;
    for (;;) {
        uint8_t word[1 + GADGET_DATA_MAX];
        ssize_t n = recv(usb.talk_fd, word, sizeof(word), 0);
        if (n <= 0) {
            _exit(0);
        }
        switch (word[0]) {
        case GADGET_DATA:
            write_in(word + 1, (size_t)n - 1);
            break;
        case GADGET_STALL_IN:
            stall_in();
            break;
        default:
            stall_out(word[0] == GADGET_WEDGE_OUT ? USB_RAW_IOCTL_EP_SET_WEDGE : USB_RAW_IOCTL_EP_SET_HALT);
            break;
        }
    }
    return NULL;
}

/* ---- endpoint 0 ---- */

/* The bus was reset: what is queued on the endpoints ends by itself, then they can go. */
static void give_up_endpoints(void)
{
    for (unsigned i = 0; i < DESCRIPTORS_ENDPOINTS; i++) {
        (void)pthread_mutex_lock(&usb.mutex);
        int endpoint = usb.endpoints[i];
        usb.endpoints[i] = NONE;
        usb.stall_out = 0;
        (void)pthread_cond_broadcast(&usb.changed);
        (void)pthread_mutex_unlock(&usb.mutex);
        while (endpoint != NONE && ioctl(usb.fd, USB_RAW_IOCTL_EP_DISABLE, endpoint) < 0) {
            (void)nanosleep(&(struct timespec){.tv_nsec = RETRY_NS}, NULL);
        }
    }
}

static void configure(void)
{
    (void)pthread_mutex_lock(&usb.mutex);
    for (unsigned i = 0; i < DESCRIPTORS_ENDPOINTS; i++) {
        if (usb.endpoints[i] == NONE) {
            usb.endpoints[i] = ioctl(usb.fd, USB_RAW_IOCTL_EP_ENABLE, &usb.descriptors->endpoints[i]);
        }
        if (usb.endpoints[i] < 0) {
            log_error("endpoint %u: errno=%d", i, errno);
            _exit(1);
        }
    }
    (void)ioctl(usb.fd, USB_RAW_IOCTL_VBUS_DRAW, usb.descriptors->configuration[8]);
    (void)ioctl(usb.fd, USB_RAW_IOCTL_CONFIGURE, 0);
    (void)pthread_cond_broadcast(&usb.changed);
    (void)pthread_mutex_unlock(&usb.mutex);
    say(GADGET_CONFIGURED, NULL, 0);
}

/* @return the length of what is asked for, or NONE. */
static int describe(const struct usb_ctrlrequest *request, uint8_t ret_data[GADGET_DATA_MAX])
{
    const struct descriptors *d = usb.descriptors;
    size_t n = 0;
    switch (le16toh(request->wValue) >> 8) {
    case USB_DT_DEVICE:
        n = d->device_n;
        memcpy(ret_data, &d->device, n);
        break;
    case USB_DT_CONFIG:
        n = d->configuration_n;
        memcpy(ret_data, d->configuration, n);
        break;
    case USB_DT_STRING:
        n = descriptors_string(le16toh(request->wValue) & 0xff, ret_data);
        break;
    default:
        break;
    }
    return n > 0 ? (int)n : NONE;
}

static int answer(const struct usb_ctrlrequest *request, uint8_t ret_data[GADGET_DATA_MAX])
{
    switch (request->bRequestType << 8 | request->bRequest) {
    case USB_DIR_IN << 8 | USB_REQ_GET_DESCRIPTOR:
        return describe(request, ret_data);
    case USB_DIR_OUT << 8 | USB_REQ_SET_CONFIGURATION:
        configure();
        return 0;
    case (USB_DIR_OUT | USB_RECIP_INTERFACE) << 8 | USB_REQ_SET_INTERFACE:
        return 0;
    default:
        return NONE;
    }
}

static void serve_control(const struct usb_ctrlrequest *request)
{
    union transfer t = {.head = {.ep = 0}};
    int n = answer(request, t.head.data);
    if (n < 0) {
        (void)ioctl(usb.fd, USB_RAW_IOCTL_EP0_STALL, 0);
        return;
    }
    int wanted = le16toh(request->wLength);
    t.head.length = (uint32_t)(n < wanted ? n : wanted);
    t.head.flags = n < wanted ? USB_RAW_IO_FLAGS_ZERO : 0;
    bool in = (request->bRequestType & USB_DIR_IN) != 0;
    if (ioctl(usb.fd, in ? USB_RAW_IOCTL_EP0_WRITE : USB_RAW_IOCTL_EP0_READ, &t) < 0) {
        log_debug("control: errno=%d", errno);
    }
}

static void serve(void)
{
    for (;;) {
        union event event = {.head = {.length = sizeof(struct usb_ctrlrequest)}};
        if (ioctl(usb.fd, USB_RAW_IOCTL_EVENT_FETCH, &event) < 0) {
            if (errno == EINTR) {
                continue;
            }
            log_error("event: errno=%d", errno);
            return;
        }
        if (event.head.type == USB_RAW_EVENT_CONTROL) {
            struct usb_ctrlrequest request;
            memcpy(&request, event.head.data, sizeof(request));
            serve_control(&request);
        } else if (event.head.type == USB_RAW_EVENT_RESET || event.head.type == USB_RAW_EVENT_DISCONNECT) {
            give_up_endpoints();
            say(GADGET_RESET, NULL, 0);
        }
    }
}

static void wake(int number)
{
    (void)number;
}

/* @return 0 or a negative errno. */
static int bind_device(void)
{
    struct usb_raw_init init = {.speed = USB_SPEED_FULL};
    (void)text_copy((char *)init.driver_name, sizeof(init.driver_name), "dummy_udc");
    (void)text_copy((char *)init.device_name, sizeof(init.device_name), "dummy_udc.0");
    usb.fd = open("/dev/raw-gadget", O_RDWR | O_CLOEXEC);
    if (usb.fd < 0 || ioctl(usb.fd, USB_RAW_IOCTL_INIT, &init) < 0 || ioctl(usb.fd, USB_RAW_IOCTL_RUN, 0) < 0) {
        return -errno;
    }
    return 0;
}

/* The process. Its first word is how the plugging-in went. */
static void play(const struct descriptors *descriptors, int talk_fd)
{
    pthread_t writer;
    sigset_t all;
    struct sigaction action = {.sa_handler = wake};
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_BLOCK, &all, NULL);
    (void)sigaction(SIGUSR1, &action, NULL);
    usb.descriptors = descriptors;
    usb.talk_fd = talk_fd;
    int r = bind_device();
    uint8_t result[sizeof(r)];
    memcpy(result, &r, sizeof(r));
    say(GADGET_RESET, result, sizeof(result));
    if (r < 0 || pthread_create(&writer, NULL, obey, NULL) != 0) {
        return;
    }
    sigset_t one;
    (void)sigemptyset(&one);
    (void)sigaddset(&one, SIGUSR1);
    (void)pthread_sigmask(SIG_UNBLOCK, &one, NULL);
    r = pthread_create(&usb.reader, NULL, read_out, NULL);
    (void)pthread_sigmask(SIG_BLOCK, &one, NULL);
    if (r == 0) {
        serve();
    }
}

/* ---- our side ---- */

static int await_start(const struct gadget *gadget)
{
    uint8_t word[1 + GADGET_DATA_MAX];
    int result = -EPIPE;
    ssize_t n = recv(gadget->fd, word, sizeof(word), 0);
    if (n == (ssize_t)(1 + sizeof(result))) {
        memcpy(&result, word + 1, sizeof(result));
    }
    if (result == 0 && fcntl(gadget->fd, F_SETFL, O_NONBLOCK) < 0) {
        result = -errno;
    }
    return result;
}

int gadget_plug(const struct descriptors *descriptors, struct gadget *ret_gadget)
{
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0) {
        return -errno;
    }
    struct gadget gadget = {.fd = fds[0], .pid = fork()};
    if (gadget.pid == 0) {
        (void)close(fds[0]);
        play(descriptors, fds[1]);
        _exit(1);
    }
    int r = gadget.pid < 0 ? -errno : 0;
    (void)close(fds[1]);
    r = r == 0 ? await_start(&gadget) : r;
    if (r < 0) {
        gadget_unplug(&gadget);
        return r;
    }
    *ret_gadget = gadget;
    return 0;
}

void gadget_unplug(struct gadget *gadget)
{
    if (gadget->pid > 0) {
        (void)kill(gadget->pid, SIGKILL);
        while (waitpid(gadget->pid, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    if (gadget->pid != 0) {
        (void)close(gadget->fd);
    }
    *gadget = (struct gadget){.fd = -1};
}

int gadget_tell(const struct gadget *gadget, enum gadget_kind kind, const uint8_t *data, size_t n)
{
    uint8_t word[1 + GADGET_DATA_MAX] = {(uint8_t)kind};
    if (gadget->pid == 0) {
        return -EPIPE;
    }
    if (n > GADGET_DATA_MAX) {
        return -EMSGSIZE;
    }
    if (n > 0) {
        memcpy(word + 1, data, n);
    }
    return send(gadget->fd, word, n + 1, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

ssize_t gadget_hear(const struct gadget *gadget, enum gadget_kind *ret_kind, uint8_t ret_data[GADGET_DATA_MAX])
{
    uint8_t word[1 + GADGET_DATA_MAX];
    ssize_t n = recv(gadget->fd, word, sizeof(word), 0);
    if (n <= 0) {
        return n < 0 ? -errno : -EPIPE;
    }
    *ret_kind = (enum gadget_kind)word[0];
    memcpy(ret_data, word + 1, (size_t)n - 1);
    return n - 1;
}
