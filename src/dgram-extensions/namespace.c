/* Network namespaces: network_namespaces(7). */
#include "dgx.h"

#include <errno.h>
#include <sched.h>

/* enterNetworkNamespace(fd): takes the calling thread, and what it starts from now on, into the namespace that an open
 * file of /run/netns or /proc/PID/ns/net stands for. 0 or negative errno. */
DGX_FUNCTION(dgx_enter_network_namespace) {
  dgx_call call;
  int fd;
  if (!dgx_call_begin(&call, env, info) || !dgx_arg_int(&call, 0, &fd)) return NULL;
  return dgx_number(env, setns(fd, CLONE_NEWNET) != 0 ? -errno : 0);
}
