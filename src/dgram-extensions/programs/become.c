/* become [OPTION]... [--] PROGRAM [ARGUMENT]...
 *
 * Becomes PROGRAM as another user, with nothing of ours but what it is to have: a program that the configuration
 * names. Started in a process group of its own, by a process that waits for its end.
 *
 *   --user NAME           the user; without it the one of --user-if-any, else who we are
 *   --user-if-any NAME    the user where there is one of that name
 *   --group NAME          the group; without it the user's
 *   --supplementary       with the supplementary groups of the user; otherwise with none but its group
 *   --umask MODE          octal
 *   --files N             soft limit of descriptors, where the hard one is not less
 *   --parent PID          SIGTERM when this process, who started us, is gone
 *   --report FD           a descriptor that is closed when PROGRAM begins; what keeps it from that is written there:
 *                         a line of words for an operator
 *
 * Descriptors above 2 are closed, signals are as the system has them. IFS, LD_PRELOAD and LD_LIBRARY_PATH are taken out of
 * the environment, as keepalived does. Exit status: 125 for a wrong option, 126 and 127 when PROGRAM cannot be started or
 * is not found, as env(1). */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { USAGE = 125, NOT_STARTED = 126, NOT_FOUND = 127, DESCRIPTORS_MAX = 65536 };

typedef struct {
  const char *user, *user_if_any, *group;
  bool supplementary;
  long mask, files, parent, report;
} wishes;

static int report = STDERR_FILENO;

static void fail(int status, const char *format, ...) {
  va_list values;
  va_start(values, format);
  (void)vdprintf(report, format, values);
  va_end(values);
  (void)dprintf(report, "\n");
  _exit(status);
}

/* A number in base, not negative. -1 for anything else. */
static long number_of(const char *text, int base) {
  char *end;
  errno = 0;
  long value = strtol(text, &end, base);
  return end == text || *end != '\0' || errno != 0 || value < 0 ? -1 : value;
}

static void close_from(unsigned int first) {
#ifdef SYS_close_range
  if (syscall(SYS_close_range, first, ~0U, 0) == 0) return;
#endif
  for (int fd = (int)first; fd < DESCRIPTORS_MAX; fd++) close(fd);
}

/* Only `report` stays above 2, until PROGRAM begins. */
static void close_others(void) {
  if (report <= STDERR_FILENO) {
    close_from(STDERR_FILENO + 1);
    return;
  }
  for (int fd = STDERR_FILENO + 1; fd < report; fd++) close(fd);
  close_from((unsigned int)report + 1);
  (void)fcntl(report, F_SETFD, FD_CLOEXEC);
}

static void default_signals(void) {
  sigset_t all;
  sigfillset(&all);
  (void)sigprocmask(SIG_UNBLOCK, &all, NULL);
  for (int number = 1; number <= SIGRTMAX; number++) {
    if (number != SIGKILL && number != SIGSTOP) (void)signal(number, SIG_DFL);
  }
}

static void limit_files(rlim_t files) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || files > limit.rlim_max) return;
  limit.rlim_cur = files;
  (void)setrlimit(RLIMIT_NOFILE, &limit);
}

/* What keeps the system from looking for a user. Other errors mean that there is none: getpwnam(3) has no common one. */
static bool is_shortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOMEM || error == EIO || error == EAGAIN || error == EINTR;
}

/* A user who cannot be looked for may exist: the program must not run as root instead. */
static const struct passwd *user_of(const wishes *wish) {
  const char *name = wish->user != NULL ? wish->user : wish->user_if_any;
  if (name == NULL) return NULL;
  errno = 0;
  const struct passwd *found = getpwnam(name);
  int error = errno;
  if (found == NULL && is_shortage(error)) {
    fail(NOT_STARTED, "the user \"%s\" cannot be looked up: %s", name, strerror(error));
  }
  if (found == NULL && wish->user != NULL) fail(NOT_STARTED, "there is no user \"%s\" on this host", name);
  return found;
}

/* What `confine --for-programs` took from root comes back with execve(2): a program that the configuration has run as root
 * is to find what it finds under keepalived. Nothing else that we have goes with it. */
static void give_back(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  struct __user_cap_data_struct sets[2];
  (void)prctl(PR_SET_SECUREBITS, 0, 0, 0, 0);
  (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  if (syscall(SYS_capget, &header, sets) != 0) return;
  sets[0].inheritable = sets[1].inheritable = 0;
  (void)syscall(SYS_capset, &header, sets);
}

/* Groups first: afterwards there is no right to change them. */
static void become(const wishes *wish) {
  const struct passwd *user = user_of(wish);
  if (user == NULL && wish->group == NULL) return;
  gid_t gid = user == NULL ? getgid() : user->pw_gid;
  if (wish->group != NULL) {
    const struct group *found = getgrnam(wish->group);
    if (found == NULL) fail(NOT_STARTED, "there is no group \"%s\" on this host", wish->group);
    gid = found->gr_gid;
  }
  int groups = wish->supplementary && user != NULL ? initgroups(user->pw_name, gid) : setgroups(1, &gid);
  if (groups != 0 || setresgid(gid, gid, gid) != 0) {
    fail(NOT_STARTED, "the group of the program cannot be set: %s", strerror(errno));
  }
  if (user != NULL && setresuid(user->pw_uid, user->pw_uid, user->pw_uid) != 0) {
    fail(NOT_STARTED, "it cannot become the user \"%s\": %s", user->pw_name, strerror(errno));
  }
}

/* A change of user clears the wish to be told of the parent's end, so this comes behind it. */
static void die_with(long parent) {
  if (parent < 0) return;
  (void)prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
  if (getppid() != (pid_t)parent) fail(NOT_STARTED, "the process that wanted it is gone");
}

/* Where the next argument goes; NULL for an option that takes none, or is none. */
static const char **text_option(wishes *wish, const char *option) {
  if (strcmp(option, "--user") == 0) return &wish->user;
  if (strcmp(option, "--user-if-any") == 0) return &wish->user_if_any;
  if (strcmp(option, "--group") == 0) return &wish->group;
  return NULL;
}

static long *number_option(wishes *wish, const char *option) {
  if (strcmp(option, "--umask") == 0) return &wish->mask;
  if (strcmp(option, "--files") == 0) return &wish->files;
  if (strcmp(option, "--parent") == 0) return &wish->parent;
  if (strcmp(option, "--report") == 0) return &wish->report;
  return NULL;
}

/* The place of PROGRAM. */
static int read_options(int argc, char **argv, wishes *wish) {
  int at = 1;
  for (; at < argc && strncmp(argv[at], "--", 2) == 0; at++) {
    const char *option = argv[at];
    const char **text = text_option(wish, option);
    long *number = number_option(wish, option);
    if (strcmp(option, "--") == 0) return at + 1;
    if (strcmp(option, "--supplementary") == 0) {
      wish->supplementary = true;
    } else if (text != NULL && at + 1 < argc) {
      *text = argv[++at];
    } else if (number != NULL && at + 1 < argc) {
      *number = number_of(argv[++at], number == &wish->mask ? 8 : 10);
      if (*number < 0) fail(USAGE, "become: %s %s: not a number", option, argv[at]);
    } else {
      fail(USAGE, "become: %s: not an option, or its value is missing", option);
    }
  }
  return at;
}

int main(int argc, char **argv) {
  wishes wish = {.mask = -1, .files = -1, .parent = -1, .report = -1};
  int at = read_options(argc, argv, &wish);
  if (at >= argc) fail(USAGE, "become: PROGRAM is missing");
  if (wish.report >= 0) report = (int)wish.report;
  close_others();
  default_signals();
  if (wish.mask >= 0) (void)umask((mode_t)wish.mask);
  if (wish.files >= 0) limit_files((rlim_t)wish.files);
  give_back();
  become(&wish);
  die_with(wish.parent);
  (void)unsetenv("IFS");
  (void)unsetenv("LD_PRELOAD");
  (void)unsetenv("LD_LIBRARY_PATH");
  execvp(argv[at], argv + at);
  int error = errno;
  /* The kernel says the same of a file that is missing and of one whose interpreter is. */
  bool is_interpreter = error == ENOENT && strchr(argv[at], '/') != NULL && access(argv[at], F_OK) == 0;
  fail(error == ENOENT ? NOT_FOUND : NOT_STARTED, "%s: %s", argv[at],
       is_interpreter ? "its interpreter does not exist" : strerror(error));
}
