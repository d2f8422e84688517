/* Reading files in a process of its own. A file may lie on a file system that does not answer: whoever opens
 * it then sleeps in the kernel, and a thread that sleeps there keeps its whole process from ending. So a
 * child, forked without starting a program, opens and reads; we talk to it over a socket with a time limit.
 * When the limit passes the child is killed and not waited for.
 *
 * A request is an apart_request and the path. The answer is an apart_head and, for a regular file, chunks:
 * a length (int32_t) with so many bytes, the last one with 0 or a negative errno in its place. */
#include "dgx.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef struct {
  uint32_t bytes_max, path_length;
} apart_request;

typedef struct {
  int32_t error;
  uint32_t mode; /* st_mode; without a file type for what must not be read */
} apart_head;

enum { CHUNK_BYTES = 65536, SERVED = 0, FIRST_OTHER = 1, DESCRIPTORS_MAX = 65536 };

/* The child has one thread, so these may be static; malloc() may be locked by a thread that is not there. */
static char request_path[PATH_MAX];
static uint8_t chunk[sizeof(int32_t) + CHUNK_BYTES];

static void put(const void *data, size_t length) {
  for (const uint8_t *at = data; length > 0;) {
    ssize_t count = write(SERVED, at, length);
    if (count <= 0) _exit(0);
    at += count;
    length -= (size_t)count;
  }
}

static void take(void *data, size_t length) {
  for (uint8_t *at = data; length > 0;) {
    ssize_t count = read(SERVED, at, length);
    if (count <= 0) _exit(0);
    at += count;
    length -= (size_t)count;
  }
}

/* Files that the kernel makes up can block for ever (kmsg, trace_pipe), and reading them can have effects. */
static bool is_made_up(int fd) {
  struct statfs system;
  if (fstatfs(fd, &system) < 0) return false;
  switch ((uint32_t)system.f_type) {
  case 0x9fa0:     /* proc */
  case 0x62656572: /* sysfs */
  case 0x64626720: /* debugfs */
  case 0x74726163: /* tracefs */
  case 0x63677270: /* cgroup2 */
    return true;
  default:
    return false;
  }
}

/* Looks without opening: opening a device can have effects, and opening a pipe waits for the other end. */
static int look(const char *path, struct stat *found, bool *readable) {
  int fd = open(path, O_PATH | O_CLOEXEC);
  if (fd < 0) return -errno;
  int result = fstat(fd, found) < 0 ? -errno : 0;
  bool regular = result == 0 && S_ISREG(found->st_mode);
  *readable = regular && !is_made_up(fd);
  if (regular && !*readable) found->st_mode &= ~(mode_t)S_IFMT;
  close(fd);
  return result;
}

static bool is_same(const struct stat *a, const struct stat *b) {
  return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
         a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Sends the file's bytes; 0, -EAGAIN when it changed meanwhile, or another negative errno. */
static int32_t send_content(int fd, size_t left) {
  struct stat before, after;
  if (fstat(fd, &before) < 0) return -errno;
  if (!S_ISREG(before.st_mode)) return -EINVAL; /* somebody replaced it since we looked */
  while (left > 0) {
    ssize_t count = read(fd, chunk + sizeof(int32_t), left < CHUNK_BYTES ? left : CHUNK_BYTES);
    if (count < 0) return -errno;
    if (count == 0) break;
    int32_t length = (int32_t)count;
    memcpy(chunk, &length, sizeof length);
    put(chunk, sizeof length + (size_t)count);
    left -= (size_t)count;
  }
  if (fstat(fd, &after) < 0) return -errno;
  return is_same(&before, &after) ? 0 : -EAGAIN;
}

static void answer(const char *path, size_t bytes_max) {
  struct stat found;
  bool readable = false;
  apart_head head = {.error = look(path, &found, &readable), .mode = 0};
  /* The null device stands for an empty file: masking a file with a link to it is common. */
  bool null = head.error == 0 && S_ISCHR(found.st_mode) && found.st_rdev == makedev(1, 3);
  int fd = -1;
  if (readable && bytes_max > 0) {
    fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) head.error = -errno;
  }
  if (head.error == 0) head.mode = null ? S_IFREG | 0444 : found.st_mode;
  put(&head, sizeof head);
  if (head.error == 0 && S_ISREG(head.mode)) {
    int32_t end = fd < 0 ? 0 : send_content(fd, bytes_max);
    put(&end, sizeof end);
  }
  if (fd >= 0) close(fd);
}

/* Nothing of ours stays open in a child that may outlive us: no pipe, socket or lock. */
static void close_others(void) {
#ifdef SYS_close_range
  if (syscall(SYS_close_range, FIRST_OTHER, ~0U, 0) == 0) return;
#endif
  for (int fd = FIRST_OTHER; fd < DESCRIPTORS_MAX; fd++) close(fd);
}

static _Noreturn void serve(int fd, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NAME, "tandem-files");
  if (getppid() != parent || dup2(fd, SERVED) < 0) _exit(0);
  close_others();
  for (;;) {
    apart_request request;
    take(&request, sizeof request);
    if (request.path_length >= sizeof request_path) _exit(0);
    take(request_path, request.path_length);
    request_path[request.path_length] = '\0';
    answer(request_path, request.bytes_max);
  }
}

/* The handlers of our signals belong to the parent's loop: the child keeps all signals blocked. */
static pid_t fork_server(int fd) {
  sigset_t all, before;
  pid_t parent = getpid();
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t child = fork();
  if (child == 0) serve(fd, parent);
  int error = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return child < 0 ? -error : child;
}

void dgx_apart_end(int pid) {
  enum { TRIES = 50 };
  static const struct timespec PAUSE = {.tv_nsec = 2000000};
  if (pid <= 0) return;
  kill(pid, SIGKILL);
  for (int i = 0; i < TRIES && waitpid(pid, NULL, WNOHANG) == 0; i++) nanosleep(&PAUSE, NULL);
}

/* apartOpen(timeoutUs): starts the reader. The descriptor of a stream socket on which every read and write
 * gives up after the time, with EAGAIN; or negative errno. Closing it ends the reader. */
DGX_FUNCTION(dgx_apart_open) {
  dgx_call call;
  double timeout_us;
  int ends[2];
  if (!dgx_call_begin(&call, env, info) || !dgx_arg_double(&call, 0, &timeout_us)) return NULL;
  if (timeout_us < 1 || timeout_us > 1e12) return dgx_number(env, -EINVAL);
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) return dgx_number(env, -errno);
  struct timeval limit = {.tv_sec = (time_t)(timeout_us / 1e6),
                          .tv_usec = (suseconds_t)((int64_t)timeout_us % 1000000)};
  setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  int child = fork_server(ends[1]);
  close(ends[1]);
  if (child < 0) {
    close(ends[0]);
    return dgx_number(env, child);
  }
  int result = dgx_state_own(call.state, ends[0], DGX_READER);
  if (result < 0) {
    dgx_apart_end(child);
    return dgx_number(env, result);
  }
  dgx_state_find(call.state, ends[0], DGX_READER)->pid = child;
  return dgx_number(env, ends[0]);
}
