/* Starting a probe: the socket with its options and source, and the free slot it goes into. */
#include "prober.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUEST_BYTES_MAX = 65536 };

typedef struct {
  dgx_bytes destination, source, device, request;
  int mark, traffic_class, flags; /* mark 0 and traffic class -1: leave alone */
  double id, timeout_us;
} probe_order;

/* A sockaddr given as bytes, copied to where its fields are aligned. 0 or -EINVAL. */
static int copy_address(const dgx_bytes *bytes, struct sockaddr_storage *out) {
  if (bytes->length < sizeof(sa_family_t) || bytes->length > sizeof *out) return -EINVAL;
  memcpy(out, bytes->data, bytes->length);
  return 0;
}

static int bind_source(int fd, const dgx_bytes *source) {
  int one = 1;
  struct sockaddr_storage address;
  if (source->length == 0) return 0;
  if (copy_address(source, &address) < 0) return -EINVAL;
  /* The port is chosen at connect, with the destination known: without this every probe searches for a
   * port that is free for all destinations, slow once thousands are in TIME_WAIT. Kernels before 4.2 lack
   * the option; there the probe is slower, not wrong. */
  (void)setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  return bind(fd, (struct sockaddr *)&address, (socklen_t)source->length) < 0 ? -errno : 0;
}

static int set_traffic_class(int fd, int family, int value) {
  bool six = family == AF_INET6;
  return setsockopt(fd, six ? IPPROTO_IPV6 : IPPROTO_IP, six ? IPV6_TCLASS : IP_TOS, &value,
                    sizeof value);
}

static int prepare_socket(int fd, int family, const probe_order *order) {
  struct linger reset = {.l_onoff = 1, .l_linger = 0};
  if ((order->flags & FLAG_RESET) != 0 &&
      setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) < 0) {
    return -errno;
  }
  if (order->mark != 0 &&
      setsockopt(fd, SOL_SOCKET, SO_MARK, &order->mark, sizeof order->mark) < 0) {
    return -errno;
  }
  if (order->device.length > 0 && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, order->device.data,
                                             (socklen_t)order->device.length) < 0) {
    return -errno;
  }
  if (order->traffic_class >= 0 && set_traffic_class(fd, family, order->traffic_class) < 0) {
    return -errno;
  }
  return bind_source(fd, &order->source);
}

/* Enters a connecting socket in a free slot. 0 or negative errno; on failure the socket is the caller's. */
static int admit(prober *self, int fd, const probe_order *order) {
  connection *slot = &self->connections[self->first_free];
  uint8_t *request = NULL;
  if (order->request.length > 0) {
    request = malloc(order->request.length);
    if (request == NULL) return -ENOMEM;
    memcpy(request, order->request.data, order->request.length);
  }
  struct epoll_event event = {.events = EPOLLOUT, .data.u64 = dgx_connection_tag(self, slot)};
  if (epoll_ctl(self->watch.fd, EPOLL_CTL_ADD, fd, &event) < 0) {
    int error = errno;
    free(request);
    return -error;
  }
  self->first_free = slot->next_free;
  slot->fd = fd;
  slot->flags = order->flags;
  slot->phase = PHASE_CONNECT;
  slot->id = order->id;
  slot->started_us = dgx_monotonic_us();
  slot->deadline_us = slot->started_us + order->timeout_us;
  slot->request = request;
  slot->request_length = order->request.length;
  slot->request_sent = 0;
  slot->reply_length = slot->reply_capacity = 0;
  dgx_prober_arm(self, slot->deadline_us);
  return 0;
}

static int launch(prober *self, const probe_order *order) {
  struct sockaddr_storage destination;
  if (copy_address(&order->destination, &destination) < 0) return -EINVAL;
  if (order->request.length > REQUEST_BYTES_MAX) return -EMSGSIZE;
  if (self->first_free < 0) return -ENOBUFS;
  int fd = socket(destination.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  int result = prepare_socket(fd, destination.ss_family, order);
  if (result == 0 &&
      connect(fd, (struct sockaddr *)&destination, (socklen_t)order->destination.length) < 0 &&
      errno != EINPROGRESS) {
    result = -errno;
  }
  if (result == 0) result = admit(self, fd, order);
  if (result < 0) close(fd);
  return result;
}

/* probe(fd, id, destination, timeoutUs, flags, source?, device?, mark, trafficClass, request?): 0, or the
 * negative errno of a probe that did not start and gives no result. */
DGX_FUNCTION(dgx_probe) {
  dgx_call call;
  int fd;
  probe_order order;
  if (!dgx_call_begin(&call, env, info) || !dgx_arg_int(&call, 0, &fd) ||
      !dgx_arg_double(&call, 1, &order.id) || !dgx_arg_bytes(&call, 2, &order.destination) ||
      !dgx_arg_double(&call, 3, &order.timeout_us) || !dgx_arg_int(&call, 4, &order.flags) ||
      !dgx_arg_bytes_optional(&call, 5, &order.source) ||
      !dgx_arg_bytes_optional(&call, 6, &order.device) || !dgx_arg_word(&call, 7, &order.mark) ||
      !dgx_arg_int(&call, 8, &order.traffic_class) ||
      !dgx_arg_bytes_optional(&call, 9, &order.request)) {
    return NULL;
  }
  dgx_descriptor *entry = dgx_state_find(call.state, fd, DGX_PROBER);
  if (entry == NULL) return dgx_number(env, -EBADF);
  return dgx_number(env, launch((prober *)entry->watch, &order));
}
