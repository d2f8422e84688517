/* early.so: preloaded into Node by confine. Node gives signals 1 to 31 that it finds ignored their default
 * action back when it starts: SIGHUP, SIGUSR1 and SIGUSR2 would end the process until its program has taken
 * them, 40 ms later on an idle machine. Handlers it leaves alone, so those that are ignored get one that does
 * nothing. The real-time signals simply stay ignored. LD_PRELOAD is left as it was before confine. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static const int SIGNALS[] = {SIGHUP, SIGUSR1, SIGUSR2};

static void nothing(int number) { (void)number; }

static void hold_if_ignored(int number) {
  struct sigaction found;
  struct sigaction action = {.sa_handler = nothing, .sa_flags = SA_RESTART};
  if (sigaction(number, NULL, &found) == 0 && found.sa_handler == SIG_IGN) sigaction(number, &action, NULL);
}

static void leave_environment(void) {
  char *list = getenv("LD_PRELOAD");
  char *last = list == NULL ? NULL : strrchr(list, ':');
  if (last == NULL) unsetenv("LD_PRELOAD");
  else *last = '\0';
}

__attribute__((constructor)) static void early(void) {
  for (size_t i = 0; i < sizeof SIGNALS / sizeof *SIGNALS; i++) hold_if_ignored(SIGNALS[i]);
  leave_environment();
}
