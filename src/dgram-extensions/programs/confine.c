/* confine [OPTION]... [--] PROGRAM [ARGUMENT]...
 *
 * Takes rights and signals away from the process and becomes PROGRAM. Capabilities belong to threads
 * (capabilities(7)), and a runtime such as Node has threads before its program's first statement: only what
 * is done before execve(2) holds for every thread.
 *
 *   --keep LIST           numbers of the capabilities that stay, with commas between; all others leave the
 *                         permitted, effective, inheritable, ambient and bounding set. "" keeps none.
 *   --for-programs        with --keep: the bounding set stays, and a set-user-ID file or root alone gives nothing
 *                         (SECBIT_NOROOT), until `become` takes that back for a program that it starts
 *   --no-new-privileges   PR_SET_NO_NEW_PRIVS
 *   --close-from N        closes all descriptors from this number on
 *   --hold-hangups        SIGHUP ends PROGRAM no more; with --preload, also while PROGRAM starts
 *   --preload FILE        early.so, which holds signals until PROGRAM takes them
 *
 * SIGUSR1, SIGUSR2 and the real-time signals are held always. A right that is missing already is no error.
 * Exit status: 125 for a wrong option, 126 and 127 when PROGRAM cannot be started or is not found, as
 * env(1). */
#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { USAGE = 125, NOT_STARTED = 126, NOT_FOUND = 127, CAPABILITIES_MAX = 64, DESCRIPTORS_MAX = 65536 };

static void say(const char *what, const char *why) {
  fprintf(stderr, "confine: %s: %s\n", what, why);
}

/* "12,13": bit 12 and bit 13. False for anything else. */
static bool read_list(const char *text, uint64_t *set) {
  *set = 0;
  while (*text != '\0') {
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    if (end == text || number >= CAPABILITIES_MAX || (*end != ',' && *end != '\0')) return false;
    *set |= UINT64_C(1) << number;
    text = *end == ',' ? end + 1 : end;
  }
  return true;
}

/* A descriptor's number. False for anything else. */
static bool read_number(const char *text, unsigned int *number) {
  char *end;
  unsigned long value = strtoul(text, &end, 10);
  *number = (unsigned int)value;
  return end != text && *end == '\0' && value < DESCRIPTORS_MAX;
}

/* What our caller left open is nothing that PROGRAM should reach. */
static void close_from(unsigned int first) {
#ifdef SYS_close_range
  if (syscall(SYS_close_range, first, ~0U, 0) == 0) return;
#endif
  for (int fd = (int)first; fd < DESCRIPTORS_MAX; fd++) close(fd);
}

/* The bounding set first: dropping from it needs CAP_SETPCAP. Without that right the set stays, and
 * PR_SET_NO_NEW_PRIVS keeps execve(2) from giving more than is permitted. For programs it has to stay; where
 * execve(2) cannot be kept from giving it to root, everything stays. */
static void keep_capabilities(uint64_t keep, bool for_programs) {
  if (for_programs && prctl(PR_SET_SECUREBITS, SECBIT_NOROOT, 0, 0, 0) != 0) return;
  for (unsigned long number = 0; !for_programs && number < CAPABILITIES_MAX; number++) {
    if ((keep >> number & 1) == 0) (void)prctl(PR_CAPBSET_DROP, number, 0, 0, 0);
  }
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  struct __user_cap_data_struct sets[2];
  if (syscall(SYS_capget, &header, sets) != 0) {
    say("capget", strerror(errno));
    return;
  }
  (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  bool is_root = geteuid() == 0 && !for_programs;
  for (int half = 0; half < 2; half++) {
    uint32_t kept = sets[half].permitted & (uint32_t)(keep >> (32 * half));
    sets[half].permitted = sets[half].effective = kept;
    /* execve(2) gives root what is permitted; any other user, and root without its privilege, only what is ambient. */
    sets[half].inheritable = is_root ? 0 : kept;
  }
  if (syscall(SYS_capset, &header, sets) != 0) say("capset", strerror(errno));
  for (unsigned long number = 0; !is_root && number < CAPABILITIES_MAX; number++) {
    if ((sets[number / 32].permitted >> (number % 32) & 1) != 0) {
      (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0);
    }
  }
}

static void hold_signals(void) {
  signal(SIGUSR1, SIG_IGN);
  signal(SIGUSR2, SIG_IGN);
  for (int number = SIGRTMIN; number <= SIGRTMAX; number++) signal(number, SIG_IGN);
}

/* Adds the file at the end of LD_PRELOAD; early.so takes it away again. A name with a separator cannot be
 * written there: the program then starts without. False without memory. */
static bool preload(const char *file) {
  if (strpbrk(file, ": ") != NULL || access(file, R_OK) != 0) return true;
  const char *before = getenv("LD_PRELOAD");
  char *list = NULL;
  bool has_before = before != NULL && *before != '\0';
  int length = asprintf(&list, "%s%s%s", has_before ? before : "", has_before ? ":" : "", file);
  return length >= 0 && setenv("LD_PRELOAD", list, 1) == 0;
}

int main(int argc, char **argv) {
  bool no_new_privileges = false, limits = false, for_programs = false;
  const char *early = NULL;
  uint64_t keep = 0;
  unsigned int first_closed;
  hold_signals();
  int at = 1;
  for (; at < argc && strncmp(argv[at], "--", 2) == 0; at++) {
    const char *option = argv[at];
    if (strcmp(option, "--") == 0) {
      at++;
      break;
    }
    if (strcmp(option, "--no-new-privileges") == 0) {
      no_new_privileges = true;
    } else if (strcmp(option, "--for-programs") == 0) {
      for_programs = true;
    } else if (strcmp(option, "--hold-hangups") == 0) {
      signal(SIGHUP, SIG_IGN);
    } else if (strcmp(option, "--close-from") == 0 && at + 1 < argc &&
               read_number(argv[at + 1], &first_closed)) {
      close_from(first_closed);
      at++;
    } else if (strcmp(option, "--preload") == 0 && at + 1 < argc) {
      early = argv[++at];
    } else if (strcmp(option, "--keep") == 0 && at + 1 < argc && read_list(argv[at + 1], &keep)) {
      limits = true;
      at++;
    } else {
      say(option, "not an option, or its value is missing or wrong");
      return USAGE;
    }
  }
  if (at >= argc) {
    say("PROGRAM", "is missing");
    return USAGE;
  }
  if (early != NULL && !preload(early)) {
    say("LD_PRELOAD", strerror(ENOMEM));
    return NOT_STARTED;
  }
  if (limits) keep_capabilities(keep, for_programs);
  if (no_new_privileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) say("no_new_privs", strerror(errno));
  execvp(argv[at], argv + at);
  say(argv[at], strerror(errno));
  return errno == ENOENT ? NOT_FOUND : NOT_STARTED;
}
