/* A directory that one process at a time may hold: flock(2), which ends with the process however it ends. */
#include "dgx.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <unistd.h>

/* lockOpen(path): opens a directory, not through a symbolic link, and locks it. Descriptor or negative errno;
 * EWOULDBLOCK when somebody else holds it. */
DGX_FUNCTION(dgx_lock_open) {
  dgx_call call;
  char path[PATH_MAX + 1];
  size_t length;
  if (!dgx_call_begin(&call, env, info)) return NULL;
  if (napi_get_value_string_utf8(env, call.values[0], path, sizeof path, &length) != napi_ok) {
    return dgx_throw_type(env, "a path is expected");
  }
  if (length >= PATH_MAX) return dgx_number(env, -ENAMETOOLONG);
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return dgx_number(env, -errno);
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    int error = errno;
    close(fd);
    return dgx_number(env, -error);
  }
  int result = dgx_state_own(call.state, fd, DGX_LOCK);
  return dgx_number(env, result < 0 ? result : fd);
}
