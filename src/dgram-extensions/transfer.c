/* Sending, one message or a batch, and reading one message at once. Results are counts or negative
 * errnos: a full buffer or a link that is down is normal life, and dropping is the caller's decision. */
#include "dgx.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

enum {
  /* Messages in one sendmmsg: enough to make the system call cheap, few enough for the stack. */
  BATCH_MAX = 64,
};

static const int SEND_FLAGS = MSG_DONTWAIT | MSG_NOSIGNAL;

/* send(fd, data, sockaddr?, control?, flags): bytes sent or negative errno. */
DGX_FUNCTION(dgx_send) {
  dgx_call call;
  int fd, flags;
  dgx_bytes data, address, control;
  if (!dgx_call_begin(&call, env, info) || !dgx_arg_int(&call, 0, &fd) ||
      !dgx_arg_bytes(&call, 1, &data) || !dgx_arg_bytes_optional(&call, 2, &address) ||
      !dgx_arg_bytes_optional(&call, 3, &control) || !dgx_arg_int(&call, 4, &flags)) {
    return NULL;
  }
  if (dgx_state_find(call.state, fd, DGX_SOCKET) == NULL) return dgx_number(env, -EBADF);
  struct iovec vector = {.iov_base = data.data, .iov_len = data.length};
  struct msghdr message = {
      .msg_name = address.data,
      .msg_namelen = (socklen_t)address.length,
      .msg_iov = &vector,
      .msg_iovlen = 1,
      .msg_control = control.data,
  };
  message.msg_controllen = (__typeof__(message.msg_controllen))control.length;
  ssize_t sent;
  do {
    sent = sendmsg(fd, &message, flags | SEND_FLAGS);
  } while (sent < 0 && errno == EINTR);
  return dgx_number(env, sent < 0 ? -errno : (double)sent);
}

/* Fills one message from element i of both arrays; false when an element has the wrong type. */
static bool batch_message(napi_env env, napi_value data, napi_value addresses, uint32_t i,
                          struct mmsghdr *message, struct iovec *vector) {
  napi_value value;
  dgx_bytes bytes, address = {.data = NULL, .length = 0};
  if (napi_get_element(env, data, i, &value) != napi_ok || !dgx_bytes_of(env, value, &bytes)) {
    return false;
  }
  if (napi_get_element(env, addresses, i, &value) != napi_ok) return false;
  if (!dgx_is_nullish(env, value) && !dgx_bytes_of(env, value, &address)) return false;
  *vector = (struct iovec){.iov_base = bytes.data, .iov_len = bytes.length};
  memset(message, 0, sizeof *message);
  message->msg_hdr.msg_name = address.data;
  message->msg_hdr.msg_namelen = (socklen_t)address.length;
  message->msg_hdr.msg_iov = vector;
  message->msg_hdr.msg_iovlen = 1;
  return true;
}

/* sendBatch(fd, data[], sockaddr[]): messages sent, or the negative errno of the first one. Stops at the
 * first message that the kernel does not take. */
DGX_FUNCTION(dgx_send_batch) {
  dgx_call call;
  int fd;
  uint32_t total, sent = 0;
  struct mmsghdr messages[BATCH_MAX];
  struct iovec vectors[BATCH_MAX];
  if (!dgx_call_begin(&call, env, info) || !dgx_arg_int(&call, 0, &fd)) return NULL;
  if (napi_get_array_length(env, call.values[1], &total) != napi_ok) {
    return dgx_throw_type(env, "an array is expected");
  }
  if (dgx_state_find(call.state, fd, DGX_SOCKET) == NULL) return dgx_number(env, -EBADF);
  while (sent < total) {
    unsigned count = total - sent < BATCH_MAX ? total - sent : BATCH_MAX;
    for (unsigned i = 0; i < count; i++) {
      if (!batch_message(env, call.values[1], call.values[2], sent + i, &messages[i], &vectors[i])) {
        return dgx_throw_type(env, "arrays of Uint8Array are expected");
      }
    }
    int result = sendmmsg(fd, messages, count, SEND_FLAGS);
    if (result < 0 && errno == EINTR) continue;
    if (result < 0) return dgx_number(env, sent > 0 ? (double)sent : -errno);
    sent += (uint32_t)result;
    if ((unsigned)result < count) break;
  }
  return dgx_number(env, sent);
}

/* receiveNow(fd, buffer, source?): length of the next queued message, larger than the buffer when it was
 * cut, or negative errno (-EAGAIN when nothing is queued). The sender's sockaddr goes to `source`. */
DGX_FUNCTION(dgx_receive_now) {
  dgx_call call;
  int fd;
  dgx_bytes buffer, source;
  if (!dgx_call_begin(&call, env, info) || !dgx_arg_int(&call, 0, &fd) ||
      !dgx_arg_bytes(&call, 1, &buffer) || !dgx_arg_bytes_optional(&call, 2, &source)) {
    return NULL;
  }
  if (dgx_state_find(call.state, fd, DGX_SOCKET) == NULL) return dgx_number(env, -EBADF);
  struct iovec vector = {.iov_base = buffer.data, .iov_len = buffer.length};
  struct msghdr message = {
      .msg_name = source.data,
      .msg_namelen = (socklen_t)source.length,
      .msg_iov = &vector,
      .msg_iovlen = 1,
  };
  ssize_t length;
  do {
    length = recvmsg(fd, &message, MSG_DONTWAIT | MSG_TRUNC);
  } while (length < 0 && errno == EINTR);
  return dgx_number(env, length < 0 ? -errno : (double)length);
}
