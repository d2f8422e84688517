/* Signals that Node's own process.on() does not know: the real-time ones, whose default action ends the
 * process. Dispositions belong to the process, so one watch serves it, in the main thread. */
#include "dgx.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static volatile sig_atomic_t pending[NSIG];
/* Where the handler wakes the loop; -1 = nobody watches. */
static volatile sig_atomic_t wake_fd = -1;

static void on_signal(int number) {
  int saved = errno;
  uint64_t one = 1;
  pending[number] = 1;
  /* A full counter means that the loop is to wake anyway. */
  if (wake_fd >= 0) {
    ssize_t written = write(wake_fd, &one, sizeof one);
    (void)written;
  }
  errno = saved;
}

static void signals_ready(dgx_watch *watch, int status) {
  uint64_t count;
  if (status < 0) dgx_watch_restart(watch);
  if (read(watch->fd, &count, sizeof count) != sizeof count) return;
  for (int number = 1; number < NSIG; number++) {
    if (pending[number] == 0) continue;
    pending[number] = 0;
    double value = number;
    if (!dgx_watch_emit(watch, 1, &value)) return;
  }
}

/* Signals that come from here on are ignored again. */
static void signals_stop(dgx_watch *watch) {
  (void)watch;
  wake_fd = -1;
}

static void signals_release(dgx_watch *watch) { free(watch); }

/* signalsIgnore(): ignores the real-time signals that would end the process. 0. */
DGX_FUNCTION(dgx_signals_ignore) {
  (void)info;
  for (int number = SIGRTMIN; number <= SIGRTMAX; number++) {
    struct sigaction found;
    if (sigaction(number, NULL, &found) == 0 && found.sa_handler == SIG_DFL) signal(number, SIG_IGN);
  }
  return dgx_number(env, 0);
}

/* signalsOpen(numbers, callback(number)): the bytes of an array of 32-bit signal numbers, each a real-time
 * signal. Descriptor or negative errno; EBUSY when they are watched already. */
DGX_FUNCTION(dgx_signals_open) {
  dgx_call call;
  dgx_bytes numbers;
  if (!dgx_call_begin(&call, env, info) || !dgx_arg_bytes(&call, 0, &numbers) ||
      !dgx_arg_function(&call, 1)) {
    return NULL;
  }
  if (wake_fd >= 0) return dgx_number(env, -EBUSY);
  int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (fd < 0) return dgx_number(env, -errno);
  int result = dgx_state_own(call.state, fd, DGX_SIGNALS);
  if (result < 0) return dgx_number(env, result);
  dgx_watch *watch = calloc(1, sizeof *watch);
  result = -ENOMEM;
  if (watch != NULL) {
    watch->ready = signals_ready;
    watch->stop = signals_stop;
    watch->release = signals_release;
    result = dgx_watch_open(call.state, watch, fd, call.values[1], "dgram-extensions.SignalWatch");
    if (result < 0) free(watch);
  }
  if (result < 0) {
    dgx_state_close(call.state, fd);
    return dgx_number(env, result);
  }
  wake_fd = fd;
  for (size_t at = 0; at + sizeof(uint32_t) <= numbers.length; at += sizeof(uint32_t)) {
    uint32_t number;
    memcpy(&number, numbers.data + at, sizeof number);
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    if ((int)number >= SIGRTMIN && (int)number <= SIGRTMAX) sigaction((int)number, &action, NULL);
  }
  return dgx_number(env, fd);
}
