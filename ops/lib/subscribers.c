/* The client of ops/bench websocket, the same for every server.
 *
 *     subscribers PORT PID COUNT EVENTS
 *
 * Subscribes COUNT times at ws://127.0.0.1:PORT/ from several source addresses, publishes at /publish
 * and prints, on one line: p50 and p99 of the delivery in microseconds, from before the write of the
 * publisher to after the read of each subscriber, and how much the memory of the server PID grew by an
 * idle subscriber, in bytes. The first ten events warm both sides and are not counted. An event that
 * does not reach everybody within five seconds, or any other frame, ends it with a message. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { PAYLOAD = 120, SOURCES = 8, WARM = 10, SETTLE_SECONDS = 1 };

static void die(const char *what) {
    fprintf(stderr, "subscribers: %s: %s\n", what, strerror(errno));
    exit(1);
}

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static long resident(int pid) {
    char path[64], line[256];
    long kilobytes = -1;
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *file = fopen(path, "r");
    if (!file) die("the server's memory cannot be read");
    while (fgets(line, sizeof line, file)) sscanf(line, "VmRSS: %ld", &kilobytes);
    fclose(file);
    return kilobytes * 1024;
}

static void opens(int port, int number, const char *path, int *opened) {
    static const char form[] =
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    struct sockaddr_in source = {.sin_family = AF_INET}, target = {.sin_family = AF_INET};
    struct timeval patience = {.tv_sec = 10};
    char bytes[1024];
    int on = 1, socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket_ < 0) die("socket");
    source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + (uint32_t)(number % SOURCES));
    target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    target.sin_port = htons((uint16_t)port);
    setsockopt(socket_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (bind(socket_, (struct sockaddr *)&source, sizeof source)) die("bind");
    if (connect(socket_, (struct sockaddr *)&target, sizeof target)) die("connect");
    int length = snprintf(bytes, sizeof bytes, form, path, port);
    if (write(socket_, bytes, (size_t)length) != length) die("write of the handshake");
    size_t count = 0;
    do {
        if (count == sizeof bytes - 1) die("a handshake's answer without end");
        ssize_t taken = read(socket_, bytes + count, 1);
        if (taken != 1) die("read of the handshake");
        bytes[++count] = 0;
    } while (!strstr(bytes, "\r\n\r\n"));
    if (strncmp(bytes, "HTTP/1.1 101", 12)) die("the server did not become a WebSocket");
    if (fcntl(socket_, F_SETFL, O_NONBLOCK)) die("fcntl");
    *opened = socket_;
}

/* One masked text frame whose payload begins with the instant at which it is written. */
static void publish(int publisher) {
    unsigned char frame[6 + PAYLOAD] = {0x81, 0x80 | PAYLOAD, 0, 0, 0, 0};
    memset(frame + 6, '.', PAYLOAD);
    char instant[17];
    snprintf(instant, sizeof instant, "%016llx", (unsigned long long)now());
    memcpy(frame + 6, instant, 16);
    if (write(publisher, frame, sizeof frame) != sizeof frame) die("publish");
}

/* Reads one event of one subscriber; its delay in nanoseconds, or 0 if there is nothing to read. */
static uint64_t delay(int subscriber) {
    unsigned char frame[2 + PAYLOAD + 1];
    ssize_t taken = read(subscriber, frame, sizeof frame);
    if (taken < 0 && errno == EAGAIN) return 0;
    if (taken != 2 + PAYLOAD || frame[0] != 0x81 || frame[1] != PAYLOAD) die("another frame");
    uint64_t read_at = now();
    frame[2 + 16] = 0;
    return read_at - strtoull((char *)frame + 2, NULL, 16);
}

static int ascending(const void *left, const void *right) {
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

int main(int argc, char **argv) {
    if (argc != 5) return fprintf(stderr, "usage: subscribers PORT PID COUNT EVENTS\n"), 2;
    int port = atoi(argv[1]), pid = atoi(argv[2]), count = atoi(argv[3]), events = atoi(argv[4]);
    if (count < 1 || count > 15000 || events < 1) return 2;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);

    int poll = epoll_create1(EPOLL_CLOEXEC), publisher, *sockets = calloc((size_t)count, sizeof(int));
    uint64_t *delays = calloc((size_t)count * (size_t)events, sizeof(uint64_t));
    if (poll < 0 || !sockets || !delays) die("memory");
    opens(port, 0, "/publish", &publisher);
    sleep(SETTLE_SECONDS);
    long before = resident(pid);
    for (int each = 0; each < count; each++) {
        opens(port, each, "/", &sockets[each]);
        struct epoll_event wanted = {.events = EPOLLIN, .data.fd = sockets[each]};
        if (epoll_ctl(poll, EPOLL_CTL_ADD, sockets[each], &wanted)) die("epoll_ctl");
    }
    sleep(SETTLE_SECONDS);
    long grown = resident(pid) - before;

    size_t kept = 0;
    for (int event = 0; event < events + WARM; event++) {
        int left = count;
        publish(publisher);
        while (left > 0) {
            struct epoll_event ready[256];
            int found = epoll_wait(poll, ready, 256, 5000);
            if (found <= 0) die("an event did not reach everybody");
            for (int each = 0; each < found; each++) {
                uint64_t taken = delay(ready[each].data.fd);
                if (taken == 0) continue;
                left--;
                if (event >= WARM) delays[kept++] = taken;
            }
        }
        usleep(20000);
    }
    qsort(delays, kept, sizeof *delays, ascending);
    printf("%.0f %.0f %ld\n", (double)delays[kept / 2] / 1000,
        (double)delays[kept - 1 - kept / 100] / 1000, grown / count);
    return 0;
}
