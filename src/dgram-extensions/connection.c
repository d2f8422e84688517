/* A probe under way: connecting, sending its request, reading the reply, and its end. */
#include "prober.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REPLY_BYTES_FIRST = 4096 };

uint64_t dgx_connection_tag(const prober *self, const connection *slot) {
  return (uint64_t)slot->generation << 32 | (uint64_t)(slot - self->connections);
}

int dgx_connection_detach(prober *self, connection *slot) {
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

bool dgx_connection_finish(prober *self, connection *slot, int error, bool truncated) {
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
  int fd = dgx_connection_detach(self, slot);
  if (keep) {
    epoll_ctl(self->watch.fd, EPOLL_CTL_DEL, fd, NULL);
  } else {
    close(fd);
  }
  double result[] = {id, -error, (double)length, truncated, keep ? fd : -1, elapsed_us, phase};
  return dgx_watch_emit(&self->watch, sizeof result / sizeof *result, result);
}

static void listen_for(prober *self, connection *slot, uint32_t events) {
  struct epoll_event event = {.events = events, .data.u64 = dgx_connection_tag(self, slot)};
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
    if (!full && !grow(self, slot)) return dgx_connection_finish(self, slot, ENOMEM, false);
    /* A full buffer is a cut reply only if there is more to come. */
    ssize_t length = full ? recv(slot->fd, &extra, sizeof extra, MSG_DONTWAIT | MSG_PEEK)
                          : recv(slot->fd, slot->reply + slot->reply_length,
                                 slot->reply_capacity - slot->reply_length, MSG_DONTWAIT);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == EAGAIN) {
      bool enough = (slot->flags & FLAG_READ_FIRST) != 0 && slot->reply_length > 0;
      return enough ? dgx_connection_finish(self, slot, 0, false) : true;
    }
    if (length < 0) return dgx_connection_finish(self, slot, errno, false);
    if (length == 0) return dgx_connection_finish(self, slot, 0, false);
    if (full) return dgx_connection_finish(self, slot, 0, true);
    slot->reply_length += (size_t)length;
  }
}

static bool send_request(prober *self, connection *slot) {
  while (slot->request_sent < slot->request_length) {
    ssize_t length = send(slot->fd, slot->request + slot->request_sent,
                          slot->request_length - slot->request_sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == EAGAIN) return true;
    if (length < 0) return dgx_connection_finish(self, slot, errno, false);
    slot->request_sent += (size_t)length;
  }
  if ((slot->flags & FLAGS_READ) == 0) return dgx_connection_finish(self, slot, 0, false);
  slot->phase = PHASE_RECEIVE;
  listen_for(self, slot, EPOLLIN);
  return true;
}

bool dgx_connection_advance(prober *self, connection *slot) {
  if (slot->phase == PHASE_CONNECT) {
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(slot->fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0) error = errno;
    bool more = slot->request_length > 0 || (slot->flags & FLAGS_READ) != 0;
    if (error != 0 || !more) return dgx_connection_finish(self, slot, error, false);
    slot->phase = PHASE_SEND;
  }
  return slot->phase == PHASE_SEND ? send_request(self, slot) : read_reply(self, slot);
}

