/* Preloaded into a program: adds STEP_US of its environment to what it reads from the wall clock. Seen from
 * inside, that is a wall clock that somebody sets; nobody outside notices. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *now) {
  long result = syscall(SYS_clock_gettime, clock, now);
  const char *step = getenv("STEP_US");
  if (result == 0 && clock == CLOCK_REALTIME && step != NULL) now->tv_sec += atol(step) / 1000000;
  return (int)result;
}
