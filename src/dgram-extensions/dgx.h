/* What the C files of the module share: the state of one JavaScript environment (the main thread or a
 * worker), the table of descriptors it owns, the watches that wait for them, and argument decoding.
 *
 * Conventions. A function called from JavaScript is flat and total: numbers and Uint8Arrays in, a number
 * out, negative when it is an errno. An argument of the wrong type throws a TypeError; nothing aborts.
 * Lengths come from the array itself. A descriptor that this environment did not open is EBADF, so a
 * stale or foreign number can do no harm. */
#ifndef DGX_H
#define DGX_H

#ifndef NAPI_VERSION
#define NAPI_VERSION 9
#endif
#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop.h"

typedef struct dgx_state dgx_state;
typedef struct dgx_watch dgx_watch;

/* ---- the environment and its descriptors (state.c) */

typedef enum { DGX_NONE = 0, DGX_SOCKET, DGX_TIMER, DGX_PROBER, DGX_SIGNALS, DGX_READER, DGX_LOCK } dgx_kind;

typedef struct {
  dgx_kind kind;
  dgx_watch *watch; /* NULL for a socket nobody listens on */
  int pid;          /* of a reader: its process */
} dgx_descriptor;

struct dgx_state {
  napi_env env;
  struct uv_loop_s *loop;
  napi_async_cleanup_hook_handle hook;
  dgx_descriptor *table; /* indexed by descriptor */
  size_t table_length;
  size_t handles_open; /* poll handles whose close callback has not run yet */
  bool ending;
};

dgx_state *dgx_state_create(napi_env env);
/* Takes ownership of fd: 0, or a negative errno after closing fd. */
int dgx_state_own(dgx_state *state, int fd, dgx_kind kind);
/* The entry of a descriptor of that kind, or NULL. The pointer is valid until the next dgx_state_own(). */
dgx_descriptor *dgx_state_find(dgx_state *state, int fd, dgx_kind kind);
/* Closes the watch, if any, and then the descriptor, and ends a reader's process. 0 or -EBADF. */
int dgx_state_close(dgx_state *state, int fd);
/* A poll handle is gone; frees the state when it was the last one of an ending environment. */
void dgx_state_handle_closed(dgx_state *state);

/* ---- a descriptor on the event loop (watch.c) */

struct dgx_watch {
  dgx_state *state;
  uv_poll_t *poll;
  int fd;
  bool closing;
  napi_ref callback;
  napi_async_context context;
  /* Called by the loop; status is 0 or a negative libuv error. The poll has stopped when it is negative. */
  void (*ready)(dgx_watch *watch, int status);
  /* Called once when closing begins, while Node-API may still be used; may be NULL. */
  void (*stop)(dgx_watch *watch);
  /* Frees the structure around the watch, from the close callback. */
  void (*release)(dgx_watch *watch);
};

/* Starts polling fd, which the state must own, and enters the watch in the table. On failure returns a
 * negative errno and the caller still owns the memory. */
int dgx_watch_open(dgx_state *state, dgx_watch *watch, int fd, napi_value callback, const char *name);
/* Polls again after an error stopped it. */
void dgx_watch_restart(dgx_watch *watch);
/* Idempotent. The structure lives on until the loop has run its close callbacks. */
void dgx_watch_close(dgx_watch *watch);
/* Calls the JavaScript function with numbers. An exception becomes an uncaughtException. False when the
 * watch was closed meanwhile: the caller must return without touching anything. */
bool dgx_watch_emit(dgx_watch *watch, size_t count, const double *values);
/* Hands an exception to process.on('uncaughtException'). */
void dgx_raise(napi_env env, napi_value error);

/* ---- arguments and results (args.c) */

enum { DGX_ARGUMENTS_MAX = 10 };

typedef struct {
  napi_env env;
  dgx_state *state;
  napi_value values[DGX_ARGUMENTS_MAX];
} dgx_call;

typedef struct {
  uint8_t *data;
  size_t length;
} dgx_bytes;

/* Each returns false with a JavaScript exception pending when the argument is not what it should be. */
bool dgx_call_begin(dgx_call *call, napi_env env, napi_callback_info info);
bool dgx_arg_int(const dgx_call *call, size_t index, int *out);
/* Accepts -2^31 to 2^32 - 1: marks and bit sets are unsigned in the kernel. */
bool dgx_arg_word(const dgx_call *call, size_t index, int *out);
/* Any number, infinities included, but not NaN. */
bool dgx_arg_double(const dgx_call *call, size_t index, double *out);
bool dgx_arg_bool(const dgx_call *call, size_t index, bool *out);
bool dgx_arg_bytes(const dgx_call *call, size_t index, dgx_bytes *out);
/* undefined and null give NULL and 0. */
bool dgx_arg_bytes_optional(const dgx_call *call, size_t index, dgx_bytes *out);
bool dgx_arg_function(const dgx_call *call, size_t index);
bool dgx_is_nullish(napi_env env, napi_value value);
/* Bytes of a Uint8Array; false, without an exception, for anything else. */
bool dgx_bytes_of(napi_env env, napi_value value, dgx_bytes *out);
/* Bytes behind a reference to a Uint8Array, looked up anew because JavaScript may have detached them. */
bool dgx_bytes_of_reference(napi_env env, napi_ref reference, dgx_bytes *out);
napi_value dgx_number(napi_env env, double value);
napi_value dgx_throw_type(napi_env env, const char *message);

/* ---- clocks (clock.c) */

/* CLOCK_MONOTONIC in microseconds, with the nanoseconds as a fraction. */
double dgx_monotonic_us(void);
/* CLOCK_MONOTONIC minus CLOCK_REALTIME, in microseconds. Both clocks are slewed together, so this changes
 * only when somebody sets the wall clock. */
double dgx_clock_offset_us(void);
/* Arms a timerfd at an absolute time of CLOCK_MONOTONIC, rounded up so that it never fires early; a time
 * in the past fires at once. 0 or a negative errno. */
int dgx_timer_arm(int fd, double deadline_us);
int dgx_timer_disarm(int fd);

/* ---- reading apart (apart.c) */

/* Kills a reader's process and waits for its end, 0.1 s at most: one that sleeps in the kernel ends later. */
void dgx_apart_end(int pid);

/* ---- functions exported to JavaScript, by file */

typedef struct {
  const char *name;
  napi_callback function;
} dgx_export;

#define DGX_FUNCTION(name) napi_value name(napi_env env, napi_callback_info info)

/* socket.c */
DGX_FUNCTION(dgx_socket_open);
DGX_FUNCTION(dgx_close);
DGX_FUNCTION(dgx_set_option);
DGX_FUNCTION(dgx_get_option);
DGX_FUNCTION(dgx_attach_filter);
DGX_FUNCTION(dgx_bind);
DGX_FUNCTION(dgx_connect);
DGX_FUNCTION(dgx_local_address);
DGX_FUNCTION(dgx_interface_index);
/* transfer.c */
DGX_FUNCTION(dgx_send);
DGX_FUNCTION(dgx_send_batch);
DGX_FUNCTION(dgx_receive_now);
/* receive.c */
DGX_FUNCTION(dgx_receive_start);
DGX_FUNCTION(dgx_drain);
/* timer.c */
DGX_FUNCTION(dgx_monotonic);
DGX_FUNCTION(dgx_timer_open);
DGX_FUNCTION(dgx_timer_arm_at);
DGX_FUNCTION(dgx_timer_stop);
/* watch.c */
DGX_FUNCTION(dgx_reference);
DGX_FUNCTION(dgx_raise_exception);
/* prober.c */
DGX_FUNCTION(dgx_prober_open);
DGX_FUNCTION(dgx_probe_cancel);
/* launch.c */
DGX_FUNCTION(dgx_probe);
/* apart.c */
DGX_FUNCTION(dgx_apart_open);
/* schedule.c */
DGX_FUNCTION(dgx_set_scheduler);
DGX_FUNCTION(dgx_set_affinity);
DGX_FUNCTION(dgx_set_resource_limit);
DGX_FUNCTION(dgx_set_nice);
/* namespace.c */
DGX_FUNCTION(dgx_enter_network_namespace);

/* lock.c */
DGX_FUNCTION(dgx_lock_open);
/* signals.c */
DGX_FUNCTION(dgx_signals_ignore);
DGX_FUNCTION(dgx_signals_open);

#endif
