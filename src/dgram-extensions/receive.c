/* Reception: recvmmsg into an arena shared with JavaScript, one call into JavaScript for each batch.
 *
 * A pending socket error (ENOBUFS on netlink after an overrun, ENETDOWN on a packet socket whose link
 * went down) is normal life. libuv reports it as EBADF and stops polling; here it is fetched with
 * SO_ERROR, reported by its own number, and polling goes on. */
#include "receive.h"

#include "dgx.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  SLOTS_MAX = 1024,
  /* Batches read in one turn of the loop, so that a flood on one socket does not starve the others. */
  ROUNDS_PER_TURN = 8,
  /* drain() promises all that is queued, and a flood must not hold it: where messages have no time, this ends it. */
  ROUNDS_PER_DRAIN = 256,
  ERRORS_PER_TURN = 4,
  /* Entries dropped from the error queue (IP_RECVERR) in one turn. */
  ERROR_QUEUE_ROUNDS = 16,
};

/* A wall clock set between two batches shows as a jump of the offset. Preemption between readings makes
 * smaller ones. */
static const double CLOCK_STEP_US = 500;

typedef struct {
  dgx_watch watch; /* first: the watch is the receiver */
  napi_ref arena;
  napi_ref meta;
  size_t size_bytes;
  size_t control_bytes;
  unsigned slots;
  bool delivering;
  bool has_error_queue;
  /* The wall clock was set while messages may have been queued: their timestamps are from before. */
  bool distrusts_time;
  double clock_offset_us;
  struct mmsghdr *messages;
  struct iovec *vectors;
} receiver;

static size_t stride_of(const receiver *self) {
  return SLOT_HEADER_BYTES + self->control_bytes + self->size_bytes;
}

/* Points the headers at the arena. False when JavaScript has taken the memory away. */
static bool prepare(receiver *self, dgx_bytes *arena, dgx_bytes *meta) {
  napi_env env = self->watch.state->env;
  size_t stride = stride_of(self);
  if (!dgx_bytes_of_reference(env, self->arena, arena) || arena->length < stride * self->slots ||
      !dgx_bytes_of_reference(env, self->meta, meta) ||
      meta->length < self->slots * META_FIELDS * sizeof(double)) {
    return false;
  }
  for (unsigned i = 0; i < self->slots; i++) {
    uint8_t *slot = arena->data + stride * i;
    uint8_t *control = slot + SLOT_HEADER_BYTES;
    self->vectors[i] = (struct iovec){.iov_base = control + self->control_bytes,
                                      .iov_len = self->size_bytes};
    struct msghdr *header = &self->messages[i].msg_hdr;
    memset(header, 0, sizeof *header);
    header->msg_name = slot;
    header->msg_namelen = SOURCE_BYTES;
    header->msg_iov = &self->vectors[i];
    header->msg_iovlen = 1;
    header->msg_control = self->control_bytes > 0 ? control : NULL;
    header->msg_controllen = (__typeof__(header->msg_controllen))self->control_bytes;
  }
  return true;
}

/* The offset for a batch that has been read, or NaN when the wall clock was set since the last one. Timestamps
 * of the wall clock may then be from either side of the step, and so may those of all that waits behind this
 * batch: trust returns with a batch that found no further step and took all that was queued. */
static double trusted_offset(receiver *self, bool took_all) {
  double before = self->clock_offset_us;
  self->clock_offset_us = dgx_clock_offset_us();
  bool stepped = fabs(self->clock_offset_us - before) > CLOCK_STEP_US;
  bool trusted = !stepped && !self->distrusts_time;
  if (stepped) {
    self->distrusts_time = true;
  } else if (took_all) {
    self->distrusts_time = false;
  }
  return trusted ? self->clock_offset_us : NAN;
}

/* When the last message of the batch arrived, monotonic microseconds; NaN when that is not known. */
static double describe_batch(receiver *self, unsigned count, const dgx_bytes *arena,
                             const dgx_bytes *meta) {
  double offset = trusted_offset(self, count < self->slots);
  double now = dgx_monotonic_us();
  double last = NAN;
  double *fields = (double *)(void *)meta->data;
  for (unsigned i = 0; i < count; i++, fields += META_FIELDS) {
    uint8_t *destination = arena->data + stride_of(self) * i + SOURCE_BYTES;
    dgx_describe(&self->messages[i], offset, destination, fields);
    if (fields[META_RECEIVED_US] > now) fields[META_RECEIVED_US] = now;
    last = fields[META_RECEIVED_US];
  }
  return last;
}

/* Reads and delivers up to `rounds` batches, none behind one that ends with a message from after `until_us`;
 * returns the number of messages. Must not touch `self` after an emit that returned false, except `closing`:
 * the memory lives until the loop's next turn. */
static unsigned receive(receiver *self, unsigned rounds, double until_us) {
  unsigned total = 0, errors = 0;
  double last_us = NAN;
  for (unsigned round = 0; round < rounds && !self->watch.closing; round++) {
    dgx_bytes arena, meta;
    double value = -EFAULT;
    int count = -1;
    if (prepare(self, &arena, &meta)) {
      count = recvmmsg(self->watch.fd, self->messages, self->slots, MSG_DONTWAIT | MSG_TRUNC, NULL);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno == EAGAIN) break;
      value = count < 0 ? -errno : count;
    }
    if (count > 0) {
      last_us = describe_batch(self, (unsigned)count, &arena, &meta);
      total += (unsigned)count;
    }
    self->delivering = true;
    (void)dgx_watch_emit(&self->watch, 1, &value);
    self->delivering = false;
    /* Behind a pending error messages may still be queued. */
    if (count < 0 ? ++errors > ERRORS_PER_TURN : count < (int)self->slots) break;
    /* All that was queued by then has been delivered. False where no time is known. */
    if (last_us > until_us) break;
  }
  return total;
}

/* Drops what IP_RECVERR queued: while anything is there, the poll reports an error in every turn. Only for
 * IP sockets: netlink takes no notice of the flag and would hand out, and so lose, a message. */
static void clear_error_queue(int fd) {
  uint8_t byte;
  for (int round = 0; round < ERROR_QUEUE_ROUNDS; round++) {
    if (recv(fd, &byte, sizeof byte, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) break;
  }
}

static void receiver_ready(dgx_watch *watch, int status) {
  receiver *self = (receiver *)watch;
  if (status < 0) {
    int pending = 0;
    socklen_t length = sizeof pending;
    (void)getsockopt(watch->fd, SOL_SOCKET, SO_ERROR, &pending, &length);
    if (self->has_error_queue) clear_error_queue(watch->fd);
    dgx_watch_restart(watch);
    double error = -pending;
    if (pending != 0 && !dgx_watch_emit(watch, 1, &error)) return;
  }
  (void)receive(self, ROUNDS_PER_TURN, INFINITY);
}

static void receiver_stop(dgx_watch *watch) {
  receiver *self = (receiver *)watch;
  napi_delete_reference(watch->state->env, self->arena);
  napi_delete_reference(watch->state->env, self->meta);
}

static void receiver_release(dgx_watch *watch) {
  receiver *self = (receiver *)watch;
  free(self->messages);
  free(self->vectors);
  free(self);
}

/* 0, or why this memory and this socket can't be used. */
static int check_use(int fd, receiver *self, const dgx_bytes *arena, const dgx_bytes *meta) {
  int type, family;
  socklen_t length = sizeof type;
  if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) < 0) return -errno;
  if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &length) < 0) return -errno;
  self->has_error_queue = family == AF_INET || family == AF_INET6;
  /* A stream has no messages, and its end would be readable forever. */
  if (type != SOCK_DGRAM && type != SOCK_RAW) return -ESOCKTNOSUPPORT;
  if (self->slots == 0 || self->slots > SLOTS_MAX) return -EINVAL;
  if (arena->length != stride_of(self) * self->slots) return -EINVAL;
  if (self->size_bytes % sizeof(double) != 0 || self->control_bytes % sizeof(double) != 0 ||
      (uintptr_t)arena->data % sizeof(double) != 0 || (uintptr_t)meta->data % sizeof(double) != 0) {
    return -EINVAL;
  }
  return 0;
}

static int start(const dgx_call *call, receiver *self, int fd) {
  napi_env env = call->env;
  self->messages = calloc(self->slots, sizeof *self->messages);
  self->vectors = calloc(self->slots, sizeof *self->vectors);
  if (self->messages == NULL || self->vectors == NULL) return -ENOMEM;
  if (napi_create_reference(env, call->values[3], 1, &self->arena) != napi_ok) return -ENOMEM;
  int result = -ENOMEM;
  if (napi_create_reference(env, call->values[4], 1, &self->meta) == napi_ok) {
    self->clock_offset_us = dgx_clock_offset_us();
    self->watch.ready = receiver_ready;
    self->watch.stop = receiver_stop;
    self->watch.release = receiver_release;
    result = dgx_watch_open(call->state, &self->watch, fd, call->values[5], "dgram-extensions.Socket");
    if (result == 0) return 0;
    napi_delete_reference(env, self->meta);
  }
  napi_delete_reference(env, self->arena);
  return result;
}

/* receiveStart(fd, sizeBytes, controlBytes, arena, meta, callback(count | -errno)): 0 or negative errno.
 * The number of slots follows from the length of `meta`. */
DGX_FUNCTION(dgx_receive_start) {
  dgx_call call;
  int fd, size_bytes, control_bytes;
  dgx_bytes arena, meta;
  if (!dgx_call_begin(&call, env, info) || !dgx_arg_int(&call, 0, &fd) ||
      !dgx_arg_int(&call, 1, &size_bytes) || !dgx_arg_int(&call, 2, &control_bytes) ||
      !dgx_arg_bytes(&call, 3, &arena) || !dgx_arg_bytes(&call, 4, &meta) ||
      !dgx_arg_function(&call, 5)) {
    return NULL;
  }
  dgx_descriptor *entry = dgx_state_find(call.state, fd, DGX_SOCKET);
  if (entry == NULL) return dgx_number(env, -EBADF);
  if (entry->watch != NULL) return dgx_number(env, -EALREADY);
  size_t slots = meta.length / (META_FIELDS * sizeof(double));
  if (size_bytes < 0 || control_bytes < 0 || slots > SLOTS_MAX) return dgx_number(env, -EINVAL);
  receiver *self = calloc(1, sizeof *self);
  if (self == NULL) return dgx_number(env, -ENOMEM);
  self->size_bytes = (size_t)size_bytes;
  self->control_bytes = (size_t)control_bytes;
  self->slots = (unsigned)slots;
  int result = check_use(fd, self, &arena, &meta);
  if (result == 0) result = start(&call, self, fd);
  if (result < 0) receiver_release(&self->watch);
  return dgx_number(env, result);
}

/* drain(fd): reads and delivers what is queued now; messages delivered, or negative errno. After a stall
 * a timer may be due while the messages that would move it wait in the socket: drain first, then decide. */
DGX_FUNCTION(dgx_drain) {
  dgx_call call;
  int fd;
  if (!dgx_call_begin(&call, env, info) || !dgx_arg_int(&call, 0, &fd)) return NULL;
  dgx_descriptor *entry = dgx_state_find(call.state, fd, DGX_SOCKET);
  if (entry == NULL) return dgx_number(env, -EBADF);
  receiver *self = (receiver *)entry->watch;
  /* From inside a handler the arena is in use: the rest follows when the handler returns. */
  if (self == NULL || self->delivering) return dgx_number(env, 0);
  return dgx_number(env, receive(self, ROUNDS_PER_DRAIN, dgx_monotonic_us()));
}
