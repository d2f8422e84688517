/* Bulk connect probes: many non-blocking TCP connections behind one epoll descriptor on the event loop,
 * optionally a request and its reply, one call into JavaScript for each result.
 *
 * Time limits share one timerfd in the same epoll set. It is armed for the earliest limit, rounded up to a
 * grid so that neighbours expire together, and looked at only after the connections that are ready: a
 * process that was stopped does not take its own delay for the server's. */
#include "prober.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum {
  SLOTS_MAX = 65536,
  /* Connections served in one turn of the loop. */
  EVENTS_PER_TURN = 64,
};

static const double GRID_US = 10000;
/* What epoll gives back for the timer: no slot has that tag. */
static const uint64_t TICK = UINT64_MAX;

void dgx_prober_arm(prober *self, double deadline_us) {
  double at = ceil(deadline_us / GRID_US) * GRID_US;
  if (at >= self->armed_us) return;
  self->armed_us = at;
  (void)dgx_timer_arm(self->timer, at);
}

static void expire(prober *self) {
  uint64_t expirations;
  double now = dgx_monotonic_us(), next = INFINITY;
  if (read(self->timer, &expirations, sizeof expirations) < 0 && errno != EAGAIN) return;
  self->armed_us = INFINITY;
  for (int i = 0; i < self->slots; i++) {
    connection *slot = &self->connections[i];
    if (slot->fd >= 0 && slot->deadline_us <= now && !dgx_connection_finish(self, slot, ETIMEDOUT, false)) return;
  }
  /* In a second pass, because a handler may have started probes in slots already seen. */
  for (int i = 0; i < self->slots; i++) {
    const connection *slot = &self->connections[i];
    if (slot->fd >= 0 && slot->deadline_us < next) next = slot->deadline_us;
  }
  if (isfinite(next)) dgx_prober_arm(self, next);
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
    if (!dgx_connection_advance(self, slot)) return;
  }
  /* With a full batch more connections may be ready: the timer stays readable for the next turn. */
  if (due && count < EVENTS_PER_TURN) expire(self);
}

static void prober_stop(dgx_watch *watch) {
  prober *self = (prober *)watch;
  for (int i = 0; i < self->slots; i++) {
    if (self->connections[i].fd >= 0) close(dgx_connection_detach(self, &self->connections[i]));
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
    close(dgx_connection_detach(self, slot));
    cancelled++;
  }
  return dgx_number(env, cancelled);
}
