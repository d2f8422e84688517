/* The few libuv v1 symbols the module uses, declared here so that only node_api.h is needed to build.
 * libuv v1 keeps its ABI, node exports these symbols, and uv_handle_size() exists so that nobody has
 * to know the layout of a handle. Source: libuv's documentation of uv_handle_t and uv_poll_t. */
#ifndef DGX_LOOP_H
#define DGX_LOOP_H

#include <stddef.h>

typedef struct uv_handle_s uv_handle_t;
typedef struct uv_poll_s uv_poll_t;
/* node_api.h names the same structure in napi_get_uv_event_loop(). */
struct uv_loop_s;

enum { UV_POLL = 8 };
enum { UV_READABLE = 1 };

typedef void (*uv_poll_cb)(uv_poll_t *handle, int status, int events);
typedef void (*uv_close_cb)(uv_handle_t *handle);

extern size_t uv_handle_size(int type);
extern int uv_poll_init(struct uv_loop_s *loop, uv_poll_t *handle, int fd);
extern int uv_poll_start(uv_poll_t *handle, int events, uv_poll_cb callback);
extern void uv_close(uv_handle_t *handle, uv_close_cb callback);
extern void uv_ref(uv_handle_t *handle);
extern void uv_unref(uv_handle_t *handle);
extern void uv_handle_set_data(uv_handle_t *handle, void *data);
extern void *uv_handle_get_data(const uv_handle_t *handle);

#endif
