/* The monotonic clock, its distance from the wall clock, and absolute timers on it. */
#include "dgx.h"

#include <errno.h>
#include <math.h>
#include <sys/timerfd.h>
#include <time.h>

static double clock_us(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

double dgx_monotonic_us(void) { return clock_us(CLOCK_MONOTONIC); }

/* The thread may be preempted between two readings: the narrowest bracket is the right one. Three are enough
 * on a quiet machine; on a busy one more are taken until one is narrow, or the error would look like a step. */
enum { BRACKETS_MIN = 3, BRACKETS_MAX = 32 };
static const double NARROW_US = 50;

double dgx_clock_offset_us(void) {
  double best = 0, width = INFINITY;
  for (int bracket = 0; bracket < BRACKETS_MIN || (width > NARROW_US && bracket < BRACKETS_MAX);
       bracket++) {
    double before = clock_us(CLOCK_MONOTONIC);
    double wall = clock_us(CLOCK_REALTIME);
    double after = clock_us(CLOCK_MONOTONIC);
    if (after - before < width) {
      width = after - before;
      best = (before + after) / 2 - wall;
    }
  }
  return best;
}

int dgx_timer_arm(int fd, double deadline_us) {
  /* An all-zero value would disarm the timer. */
  struct itimerspec at = {.it_value = {.tv_sec = 0, .tv_nsec = 1}};
  if (deadline_us > 0) {
    double seconds = floor(deadline_us / 1e6);
    double nanoseconds = ceil((deadline_us - seconds * 1e6) * 1e3);
    if (nanoseconds >= 1e9) {
      seconds += 1;
      nanoseconds = 0;
    }
    at.it_value.tv_sec = (time_t)seconds;
    at.it_value.tv_nsec = (long)nanoseconds;
    if (at.it_value.tv_sec == 0 && at.it_value.tv_nsec == 0) at.it_value.tv_nsec = 1;
  }
  return timerfd_settime(fd, TFD_TIMER_ABSTIME, &at, NULL) < 0 ? -errno : 0;
}

int dgx_timer_disarm(int fd) {
  struct itimerspec never = {.it_value = {.tv_sec = 0, .tv_nsec = 0}};
  return timerfd_settime(fd, 0, &never, NULL) < 0 ? -errno : 0;
}
