/* Preloaded into keepalived where the kernel has no IPVS: commands to the kernel's table succeed without
 * being sent, so that its checkers run and their cost can be measured. Replaces functions of libnl-3: no
 * message leaves, and each is acknowledged at once through the callbacks the program has set. */
#include <stddef.h>

struct nl_sock;
struct nl_msg;
typedef int (*message_callback)(struct nl_msg *message, void *argument);

/* enum nl_cb_type of netlink/handlers.h */
enum { CALLBACK_FINISH = 1, CALLBACK_ACK = 4, CALLBACK_TYPES = 16 };

static message_callback callbacks[CALLBACK_TYPES];
static void *arguments[CALLBACK_TYPES];

int genl_ctrl_resolve(struct nl_sock *socket, const char *name) {
  (void)socket;
  (void)name;
  return 99;
}

int nl_socket_modify_cb(struct nl_sock *socket, int type, int kind, message_callback callback,
                        void *argument) {
  (void)socket;
  (void)kind;
  if (type >= 0 && type < CALLBACK_TYPES) {
    callbacks[type] = callback;
    arguments[type] = argument;
  }
  return 0;
}

int nl_send_auto(struct nl_sock *socket, struct nl_msg *message) {
  (void)socket;
  (void)message;
  return 1;
}

int nl_recvmsgs_default(struct nl_sock *socket) {
  (void)socket;
  if (callbacks[CALLBACK_FINISH] != NULL) callbacks[CALLBACK_FINISH](NULL, arguments[CALLBACK_FINISH]);
  if (callbacks[CALLBACK_ACK] != NULL) callbacks[CALLBACK_ACK](NULL, arguments[CALLBACK_ACK]);
  return 0;
}
