/* Bulk connect probes: many non-blocking TCP connections behind one epoll descriptor on the event loop,
 * optionally a request and its reply, one call into JavaScript for each result.
 *
 * Time limits share one timerfd in the same epoll set. It is armed for the earliest limit, rounded up to a
 * grid so that neighbours expire together, and looked at only after the connections that are ready: a
 * process that was stopped does not take its own delay for the server's. */
#include "dgx.h"

#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum {
  SLOTS_MAX = 65536,
  /* Connections served in one turn of the loop. */
  EVENTS_PER_TURN = 64,
  REQUEST_BYTES_MAX = 65536,
  REPLY_BYTES_FIRST = 4096,
};

enum { FLAG_RESET = 1, FLAG_KEEP = 2, FLAG_READ_ALL = 4, FLAG_READ_FIRST = 8 };
enum { FLAGS_READ = FLAG_READ_ALL | FLAG_READ_FIRST };

typedef enum { PHASE_CONNECT = 0, PHASE_SEND, PHASE_RECEIVE } probe_phase;

static const double GRID_US = 10000;
static const uint64_t TICK = UINT64_MAX;

typedef struct {
  int fd; /* -1 when free */
  int next_free;
  uint32_t generation; /* tells a slot's present connection from its former ones */
  int flags;
  probe_phase phase;
  double id;
  double started_us;
  double deadline_us;
  uint8_t *request;
  size_t request_length;
  size_t request_sent;
  uint8_t *reply;
  size_t reply_length;
  size_t reply_capacity;
} connection;

typedef struct {
  dgx_watch watch; /* first: the watch is the prober */
  napi_ref arena;  /* where a reply is shown to JavaScript; its length is the limit of a reply */
  size_t reply_bytes_max;
  int timer;
  double armed_us;
  int slots;
  int first_free;
  connection *connections;
} prober;

static void arm(prober *self, double deadline_us) {
  double at = ceil(deadline_us / GRID_US) * GRID_US;
  if (at >= self->armed_us) return;
  self->armed_us = at;
  (void)dgx_timer_arm(self->timer, at);
}

/* Frees the slot and returns the descriptor, which the caller closes or hands on. */
static int detach(prober *self, connection *slot) {
  int fd = slot->fd;
  free(slot->request);
  free(slot->reply);
  slot->request = slot->reply = NULL;
  slot->fd = -1;
  slot->generation++;
  slot->next_free = self->first_free;
  self->first_free = (int)(slot - self->connections);
  return fd;
}

/* Ends a probe and reports it. False when the prober was closed meanwhile. */
static bool finish(prober *self, connection *slot, int error, bool truncated) {
  double elapsed_us = dgx_monotonic_us() - slot->started_us;
  bool keep = error == 0 && (slot->flags & FLAG_KEEP) != 0;
  double id = slot->id;
  probe_phase phase = slot->phase;
  dgx_bytes arena = {.data = NULL, .length = 0};
  size_t length = slot->reply_length;
  if (length > 0) {
    if (!dgx_bytes_of_reference(self->watch.state->env, self->arena, &arena)) arena.length = 0;
    if (length > arena.length) length = arena.length;
    if (length > 0) memcpy(arena.data, slot->reply, length);
  }
  int fd = detach(self, slot);
  if (keep) {
    epoll_ctl(self->watch.fd, EPOLL_CTL_DEL, fd, NULL);
  } else {
    close(fd);
  }
  double result[] = {id, -error, (double)length, truncated, keep ? fd : -1, elapsed_us, phase};
  return dgx_watch_emit(&self->watch, sizeof result / sizeof *result, result);
}

static void listen_for(prober *self, connection *slot, uint32_t events) {
  uint64_t index = (uint64_t)(slot - self->connections);
  struct epoll_event event = {.events = events,
                              .data.u64 = (uint64_t)slot->generation << 32 | index};
  epoll_ctl(self->watch.fd, EPOLL_CTL_MOD, slot->fd, &event);
}

/* Room for more of the reply, up to the limit. False when memory is short. */
static bool grow(prober *self, connection *slot) {
  if (slot->reply_length < slot->reply_capacity) return true;
  size_t capacity = slot->reply_capacity == 0 ? REPLY_BYTES_FIRST : slot->reply_capacity * 2;
  if (capacity > self->reply_bytes_max) capacity = self->reply_bytes_max;
  uint8_t *reply = realloc(slot->reply, capacity);
  if (reply == NULL) return false;
  slot->reply = reply;
  slot->reply_capacity = capacity;
  return true;
}

static bool read_reply(prober *self, connection *slot) {
  for (;;) {
    uint8_t extra;
    bool full = slot->reply_length == self->reply_bytes_max;
    if (!full && !grow(self, slot)) return finish(self, slot, ENOMEM, false);
    /* A full buffer is a cut reply only if there is more to come. */
    ssize_t length = full ? recv(slot->fd, &extra, sizeof extra, MSG_DONTWAIT | MSG_PEEK)
                          : recv(slot->fd, slot->reply + slot->reply_length,
                                 slot->reply_capacity - slot->reply_length, MSG_DONTWAIT);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == EAGAIN) {
      bool enough = (slot->flags & FLAG_READ_FIRST) != 0 && slot->reply_length > 0;
      return enough ? finish(self, slot, 0, false) : true;
    }
    if (length < 0) return finish(self, slot, errno, false);
    if (length == 0) return finish(self, slot, 0, false);
    if (full) return finish(self, slot, 0, true);
    slot->reply_length += (size_t)length;
  }
}

static bool send_request(prober *self, connection *slot) {
  while (slot->request_sent < slot->request_length) {
    ssize_t length = send(slot->fd, slot->request + slot->request_sent,
                          slot->request_length - slot->request_sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == EAGAIN) return true;
    if (length < 0) return finish(self, slot, errno, false);
    slot->request_sent += (size_t)length;
  }
  if ((slot->flags & FLAGS_READ) == 0) return finish(self, slot, 0, false);
  slot->phase = PHASE_RECEIVE;
  listen_for(self, slot, EPOLLIN);
  return true;
}

/* Moves a ready connection on. False when the prober was closed meanwhile. */
static bool advance(prober *self, connection *slot) {
  if (slot->phase == PHASE_CONNECT) {
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(slot->fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0) error = errno;
    bool more = slot->request_length > 0 || (slot->flags & FLAGS_READ) != 0;
    if (error != 0 || !more) return finish(self, slot, error, false);
    slot->phase = PHASE_SEND;
  }
  return slot->phase == PHASE_SEND ? send_request(self, slot) : read_reply(self, slot);
}

static void expire(prober *self) {
  uint64_t expirations;
  double now = dgx_monotonic_us(), next = INFINITY;
  if (read(self->timer, &expirations, sizeof expirations) < 0 && errno != EAGAIN) return;
  self->armed_us = INFINITY;
  for (int i = 0; i < self->slots; i++) {
    connection *slot = &self->connections[i];
    if (slot->fd >= 0 && slot->deadline_us <= now && !finish(self, slot, ETIMEDOUT, false)) return;
  }
  /* In a second pass, because a handler may have started probes in slots already seen. */
  for (int i = 0; i < self->slots; i++) {
    const connection *slot = &self->connections[i];
    if (slot->fd >= 0 && slot->deadline_us < next) next = slot->deadline_us;
  }
  if (isfinite(next)) arm(self, next);
}

static void prober_ready(dgx_watch *watch, int status) {
  prober *self = (prober *)watch;
  struct epoll_event events[EVENTS_PER_TURN];
  bool due = false;
  if (status < 0) dgx_watch_restart(watch);
  int count = epoll_wait(watch->fd, events, EVENTS_PER_TURN, 0);
  for (int i = 0; i < count; i++) {
    uint64_t data = events[i].data.u64;
    if (data == TICK) {
      due = true;
      continue;
    }
    connection *slot = &self->connections[data & UINT32_MAX];
    /* A handler that ran for an earlier event may have cancelled this one. */
    if (slot->fd < 0 || slot->generation != (uint32_t)(data >> 32)) continue;
    if (!advance(self, slot)) return;
  }
  /* With a full batch more connections may be ready: the timer stays readable for the next turn. */
  if (due && count < EVENTS_PER_TURN) expire(self);
}

static void prober_stop(dgx_watch *watch) {
  prober *self = (prober *)watch;
  for (int i = 0; i < self->slots; i++) {
    if (self->connections[i].fd >= 0) close(detach(self, &self->connections[i]));
  }
  close(self->timer);
  napi_delete_reference(watch->state->env, self->arena);
}

static void prober_release(dgx_watch *watch) {
  prober *self = (prober *)watch;
  free(self->connections);
  free(self);
}

/* Fills in everything but the watch. 0 or negative errno; prober_release() and the timer are the caller's. */
static int prober_prepare(prober *self, int epoll, int slots) {
  self->slots = slots;
  self->armed_us = INFINITY;
  self->watch.ready = prober_ready;
  self->watch.stop = prober_stop;
  self->watch.release = prober_release;
  self->connections = calloc((size_t)slots, sizeof *self->connections);
  if (self->connections == NULL) return -ENOMEM;
  for (int i = 0; i < slots; i++) {
    self->connections[i].fd = -1;
    self->connections[i].next_free = i + 1 < slots ? i + 1 : -1;
  }
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = TICK};
  return epoll_ctl(epoll, EPOLL_CTL_ADD, self->timer, &event) < 0 ? -errno : 0;
}

static int prober_create(const dgx_call *call, int epoll, int slots, size_t reply_bytes_max) {
  napi_env env = call->env;
  prober *self = calloc(1, sizeof *self);
  if (self == NULL) return -ENOMEM;
  self->reply_bytes_max = reply_bytes_max;
  self->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  int result = self->timer < 0 ? -errno : prober_prepare(self, epoll, slots);
  if (result == 0 && napi_create_reference(env, call->values[1], 1, &self->arena) != napi_ok) {
    result = -ENOMEM;
  }
  if (result == 0) {
    result = dgx_watch_open(call->state, &self->watch, epoll, call->values[2],
                            "dgram-extensions.ConnectProber");
    if (result == 0) return 0;
    napi_delete_reference(env, self->arena);
  }
  if (self->timer >= 0) close(self->timer);
  prober_release(&self->watch);
  return result;
}

/* proberOpen(slots, arena, callback(id, -errno, replyLength, truncated, fd, elapsedUs, phase)):
 * descriptor or negative errno. A reply is cut at the length of `arena`. */
DGX_FUNCTION(dgx_prober_open) {
  dgx_call call;
  int slots;
  dgx_bytes arena;
  if (!dgx_call_begin(&call, env, info) || !dgx_arg_int(&call, 0, &slots) ||
      !dgx_arg_bytes(&call, 1, &arena) || !dgx_arg_function(&call, 2)) {
    return NULL;
  }
  if (slots < 1 || slots > SLOTS_MAX) return dgx_number(env, -EINVAL);
  int fd = epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) return dgx_number(env, -errno);
  int result = dgx_state_own(call.state, fd, DGX_PROBER);
  if (result < 0) return dgx_number(env, result);
  result = prober_create(&call, fd, slots, arena.length);
  if (result == 0) return dgx_number(env, fd);
  dgx_state_close(call.state, fd);
  return dgx_number(env, result);
}

typedef struct {
  dgx_bytes destination, source, device, request;
  int mark, traffic_class, flags; /* mark 0 and traffic class -1: leave alone */
  double id, timeout_us;
} probe_order;

static int prepare_socket(int fd, const probe_order *order) {
  int one = 1, family = ((struct sockaddr *)(void *)order->destination.data)->sa_family;
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
  if (order->traffic_class >= 0 &&
      setsockopt(fd, family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP,
                 family == AF_INET6 ? IPV6_TCLASS : IP_TOS, &order->traffic_class,
                 sizeof order->traffic_class) < 0) {
    return -errno;
  }
  if (order->source.length == 0) return 0;
  /* The port is chosen at connect, with the destination known: without this every probe searches for a
   * port that is free for all destinations, slow once thousands are in TIME_WAIT. Kernels before 4.2 lack
   * the option; there the probe is slower, not wrong. */
  (void)setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  return bind(fd, (struct sockaddr *)(void *)order->source.data, (socklen_t)order->source.length) < 0
             ? -errno
             : 0;
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
  uint64_t index = (uint64_t)self->first_free;
  struct epoll_event event = {.events = EPOLLOUT,
                              .data.u64 = (uint64_t)slot->generation << 32 | index};
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
  arm(self, slot->deadline_us);
  return 0;
}

static int launch(prober *self, const probe_order *order) {
  struct sockaddr *destination = (struct sockaddr *)(void *)order->destination.data;
  if (order->destination.length < sizeof(sa_family_t) ||
      order->destination.length > sizeof(struct sockaddr_storage)) {
    return -EINVAL;
  }
  if (order->request.length > REQUEST_BYTES_MAX) return -EMSGSIZE;
  if (self->first_free < 0) return -ENOBUFS;
  int fd = socket(destination->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  int result = prepare_socket(fd, order);
  if (result == 0 && connect(fd, destination, (socklen_t)order->destination.length) < 0 &&
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

/* probeCancel(fd, id): how many probes of that id were ended; they give no result. */
DGX_FUNCTION(dgx_probe_cancel) {
  dgx_call call;
  int fd, cancelled = 0;
  double id;
  if (!dgx_call_begin(&call, env, info) || !dgx_arg_int(&call, 0, &fd) ||
      !dgx_arg_double(&call, 1, &id)) {
    return NULL;
  }
  dgx_descriptor *entry = dgx_state_find(call.state, fd, DGX_PROBER);
  if (entry == NULL) return dgx_number(env, -EBADF);
  prober *self = (prober *)entry->watch;
  for (int i = 0; i < self->slots; i++) {
    connection *slot = &self->connections[i];
    if (slot->fd < 0 || slot->id != id) continue;
    close(detach(self, slot));
    cancelled++;
  }
  return dgx_number(env, cancelled);
}
