/* Sockets: creation, options, addresses. Every socket is non-blocking and close-on-exec from birth and
 * belongs to the environment that opened it. */
#include "dgx.h"

#include <errno.h>
#include <linux/filter.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

/* Reads the descriptor in argument 0: 1, 0 with an exception pending, or -EBADF. */
static int socket_argument(const dgx_call *call, int *fd) {
  if (!dgx_arg_int(call, 0, fd)) return 0;
  return dgx_state_find(call->state, *fd, DGX_SOCKET) == NULL ? -EBADF : 1;
}

/* open(family, type, protocol): descriptor or negative errno. */
DGX_FUNCTION(dgx_socket_open) {
  dgx_call call;
  int family, type, protocol;
  if (!dgx_call_begin(&call, env, info) || !dgx_arg_int(&call, 0, &family) ||
      !dgx_arg_int(&call, 1, &type) || !dgx_arg_int(&call, 2, &protocol)) {
    return NULL;
  }
  int fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
  if (fd < 0) return dgx_number(env, -errno);
  int result = dgx_state_own(call.state, fd, DGX_SOCKET);
  return dgx_number(env, result < 0 ? result : fd);
}

/* close(fd): closes a socket, timer or prober of this environment. 0 or -EBADF, so twice is harmless. */
DGX_FUNCTION(dgx_close) {
  dgx_call call;
  int fd;
  if (!dgx_call_begin(&call, env, info) || !dgx_arg_int(&call, 0, &fd)) return NULL;
  return dgx_number(env, dgx_state_close(call.state, fd));
}

/* setOption(fd, level, name, number | bytes): 0 or negative errno. */
DGX_FUNCTION(dgx_set_option) {
  dgx_call call;
  int fd, level, name, word;
  dgx_bytes value;
  if (!dgx_call_begin(&call, env, info)) return NULL;
  int usable = socket_argument(&call, &fd);
  if (usable <= 0) return usable == 0 ? NULL : dgx_number(env, usable);
  if (!dgx_arg_int(&call, 1, &level) || !dgx_arg_int(&call, 2, &name)) return NULL;
  if (!dgx_bytes_of(env, call.values[3], &value)) {
    if (!dgx_arg_word(&call, 3, &word)) return NULL;
    value = (dgx_bytes){.data = (uint8_t *)&word, .length = sizeof word};
  }
  int result = setsockopt(fd, level, name, value.data, (socklen_t)value.length);
  return dgx_number(env, result < 0 ? -errno : 0);
}

/* getOption(fd, level, name, buffer): bytes written or negative errno. */
DGX_FUNCTION(dgx_get_option) {
  dgx_call call;
  int fd, level, name;
  dgx_bytes value;
  if (!dgx_call_begin(&call, env, info)) return NULL;
  int usable = socket_argument(&call, &fd);
  if (usable <= 0) return usable == 0 ? NULL : dgx_number(env, usable);
  if (!dgx_arg_int(&call, 1, &level) || !dgx_arg_int(&call, 2, &name) ||
      !dgx_arg_bytes(&call, 3, &value)) {
    return NULL;
  }
  socklen_t length = (socklen_t)value.length;
  int result = getsockopt(fd, level, name, value.data, &length);
  return dgx_number(env, result < 0 ? -errno : (double)length);
}

/* attachFilter(fd, program): the bytes of an array of struct sock_filter. It has a call of its own because
 * the kernel takes a pointer to the program, which no byte array can hold. 0 or negative errno. */
DGX_FUNCTION(dgx_attach_filter) {
  dgx_call call;
  int fd;
  dgx_bytes program;
  struct sock_filter instructions[BPF_MAXINSNS];
  if (!dgx_call_begin(&call, env, info)) return NULL;
  int usable = socket_argument(&call, &fd);
  if (usable <= 0) return usable == 0 ? NULL : dgx_number(env, usable);
  if (!dgx_arg_bytes(&call, 1, &program)) return NULL;
  if (program.length == 0 || program.length % sizeof *instructions != 0 ||
      program.length > sizeof instructions) {
    return dgx_number(env, -EINVAL);
  }
  memcpy(instructions, program.data, program.length);
  struct sock_fprog filter = {.len = (unsigned short)(program.length / sizeof *instructions),
                              .filter = instructions};
  int result = setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
  return dgx_number(env, result < 0 ? -errno : 0);
}

typedef int (*address_call)(int fd, const struct sockaddr *address, socklen_t length);

static napi_value with_address(napi_env env, napi_callback_info info, address_call function) {
  dgx_call call;
  int fd;
  dgx_bytes address;
  struct sockaddr_storage storage;
  if (!dgx_call_begin(&call, env, info)) return NULL;
  int usable = socket_argument(&call, &fd);
  if (usable <= 0) return usable == 0 ? NULL : dgx_number(env, usable);
  if (!dgx_arg_bytes(&call, 1, &address)) return NULL;
  if (address.length > sizeof storage) return dgx_number(env, -EINVAL);
  memset(&storage, 0, sizeof storage);
  if (address.length > 0) memcpy(&storage, address.data, address.length);
  int result = function(fd, (struct sockaddr *)&storage, (socklen_t)address.length);
  return dgx_number(env, result < 0 ? -errno : 0);
}

/* bind(fd, sockaddr): 0 or negative errno. */
DGX_FUNCTION(dgx_bind) { return with_address(env, info, bind); }

/* connect(fd, sockaddr): 0 or negative errno. */
DGX_FUNCTION(dgx_connect) { return with_address(env, info, connect); }

/* localAddress(fd, buffer): length of the sockaddr or negative errno. */
DGX_FUNCTION(dgx_local_address) {
  dgx_call call;
  int fd;
  dgx_bytes buffer;
  if (!dgx_call_begin(&call, env, info)) return NULL;
  int usable = socket_argument(&call, &fd);
  if (usable <= 0) return usable == 0 ? NULL : dgx_number(env, usable);
  if (!dgx_arg_bytes(&call, 1, &buffer)) return NULL;
  socklen_t length = (socklen_t)buffer.length;
  int result = getsockname(fd, (struct sockaddr *)buffer.data, &length);
  return dgx_number(env, result < 0 ? -errno : (double)length);
}

/* interfaceIndex(name): the index, or 0 when there is no such interface. */
DGX_FUNCTION(dgx_interface_index) {
  dgx_call call;
  char name[IF_NAMESIZE + 1];
  size_t length;
  if (!dgx_call_begin(&call, env, info)) return NULL;
  if (napi_get_value_string_utf8(env, call.values[0], name, sizeof name, &length) != napi_ok) {
    return dgx_throw_type(env, "an interface name is expected");
  }
  /* A name that fills the buffer is longer than any interface name, not one cut short. */
  if (length >= IF_NAMESIZE) return dgx_number(env, 0);
  return dgx_number(env, if_nametoindex(name));
}
