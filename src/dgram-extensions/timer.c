/* Timers on the event loop: a timerfd of CLOCK_MONOTONIC with absolute deadlines, exact to microseconds
 * and free of drift, where the loop's own timers count whole milliseconds and may fire early. */
#include "dgx.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* The latest deadline accepted, some 285 years: time_t and a double hold it exactly. */
static const double DEADLINE_US_MAX = 9007199254740992.0;

static void timer_ready(dgx_watch *watch, int status) {
  uint64_t expirations;
  if (status < 0) dgx_watch_restart(watch);
  /* A timer disarmed or re-armed after it expired reads as EAGAIN: a stale expiry is never delivered. */
  if (read(watch->fd, &expirations, sizeof expirations) != sizeof expirations) return;
  double now = dgx_monotonic_us();
  (void)dgx_watch_emit(watch, 1, &now);
}

static void timer_release(dgx_watch *watch) { free(watch); }

/* monotonicUs() */
DGX_FUNCTION(dgx_monotonic) {
  (void)info;
  return dgx_number(env, dgx_monotonic_us());
}

/* timerOpen(callback(nowUs)): descriptor or negative errno. */
DGX_FUNCTION(dgx_timer_open) {
  dgx_call call;
  if (!dgx_call_begin(&call, env, info) || !dgx_arg_function(&call, 0)) return NULL;
  int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (fd < 0) return dgx_number(env, -errno);
  int result = dgx_state_own(call.state, fd, DGX_TIMER);
  if (result < 0) return dgx_number(env, result);
  dgx_watch *watch = calloc(1, sizeof *watch);
  result = -ENOMEM;
  if (watch != NULL) {
    watch->ready = timer_ready;
    watch->release = timer_release;
    result = dgx_watch_open(call.state, watch, fd, call.values[0], "dgram-extensions.Timer");
    if (result == 0) return dgx_number(env, fd);
    free(watch);
  }
  dgx_state_close(call.state, fd);
  return dgx_number(env, result);
}

/* timerArm(fd, deadlineUs): 0 or negative errno. */
DGX_FUNCTION(dgx_timer_arm_at) {
  dgx_call call;
  int fd;
  double deadline_us;
  if (!dgx_call_begin(&call, env, info) || !dgx_arg_int(&call, 0, &fd) ||
      !dgx_arg_double(&call, 1, &deadline_us)) {
    return NULL;
  }
  if (dgx_state_find(call.state, fd, DGX_TIMER) == NULL) return dgx_number(env, -EBADF);
  return dgx_number(env, dgx_timer_arm(fd, fmin(deadline_us, DEADLINE_US_MAX)));
}

/* timerStop(fd): 0 or negative errno. */
DGX_FUNCTION(dgx_timer_stop) {
  dgx_call call;
  int fd;
  if (!dgx_call_begin(&call, env, info) || !dgx_arg_int(&call, 0, &fd)) return NULL;
  if (dgx_state_find(call.state, fd, DGX_TIMER) == NULL) return dgx_number(env, -EBADF);
  return dgx_number(env, dgx_timer_disarm(fd));
}
