/*
 * Counts what programs ask of IPVS by netlink, reads too: preloaded into them. TANDEM_BENCH_COUNT names a file of 32 numbers, which all of them
 * share: how many messages of each command (linux/ip_vs.h) were sent to any family of generic netlink but the controller.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { COMMANDS = 32, SIZE = COMMANDS * sizeof(uint64_t), GENL_CONTROLLER = 16 };

static uint64_t *counts;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("TANDEM_BENCH_COUNT");
    int file = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
    if (file < 0)
        return;
    void *mapped = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED)
        counts = mapped;
    close(file);
}

static int is_generic(int fd) {
    int domain = 0, protocol = 0;
    socklen_t length = sizeof domain;
    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) != 0 || domain != AF_NETLINK)
        return 0;
    length = sizeof protocol;
    return getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &length) == 0 && protocol == NETLINK_GENERIC;
}

static void count(int fd, const void *data, size_t left) {
    if (counts == NULL || !is_generic(fd))
        return;
    const struct nlmsghdr *message = data;
    for (; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
        const uint8_t *command = NLMSG_DATA(message);
        if (message->nlmsg_type > GENL_CONTROLLER)
            __atomic_add_fetch(&counts[*command % COMMANDS], 1, __ATOMIC_RELAXED);
    }
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    static ssize_t (*real)(int, const struct msghdr *, int);
    if (real == NULL)
        real = dlsym(RTLD_NEXT, "sendmsg");
    if (message->msg_iovlen == 1)
        count(fd, message->msg_iov->iov_base, message->msg_iov->iov_len);
    return real(fd, message, flags);
}

ssize_t sendto(int fd, const void *data, size_t length, int flags, const struct sockaddr *to, socklen_t size) {
    static ssize_t (*real)(int, const void *, size_t, int, const struct sockaddr *, socklen_t);
    if (real == NULL)
        real = dlsym(RTLD_NEXT, "sendto");
    count(fd, data, length);
    return real(fd, data, length, flags, to, size);
}
