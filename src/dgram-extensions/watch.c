/* A watch: one descriptor on the event loop and the JavaScript function that hears about it. The watch
 * holds a strong reference to the function until it is closed, so garbage collection never ends reception. */
#include "dgx.h"

#include <errno.h>
#include <stdlib.h>

static void on_poll(uv_poll_t *handle, int status, int events);
static void on_closed(uv_handle_t *handle);

int dgx_watch_open(dgx_state *state, dgx_watch *watch, int fd, napi_value callback,
                   const char *name) {
  napi_env env = state->env;
  napi_value label, resource;
  watch->state = state;
  watch->fd = fd;
  watch->poll = calloc(1, uv_handle_size(UV_POLL));
  if (watch->poll == NULL) return -ENOMEM;
  if (napi_create_string_utf8(env, name, NAPI_AUTO_LENGTH, &label) != napi_ok ||
      napi_create_object(env, &resource) != napi_ok ||
      napi_async_init(env, resource, label, &watch->context) != napi_ok) {
    free(watch->poll);
    return -ENOMEM;
  }
  int result = -ENOMEM;
  if (napi_create_reference(env, callback, 1, &watch->callback) == napi_ok) {
    result = uv_poll_init(state->loop, watch->poll, fd);
    if (result == 0) {
      uv_handle_set_data((uv_handle_t *)watch->poll, watch);
      state->handles_open++;
      state->table[fd].watch = watch;
      dgx_watch_restart(watch);
      return 0;
    }
    napi_delete_reference(env, watch->callback);
  }
  napi_async_destroy(env, watch->context);
  free(watch->poll);
  return result;
}

void dgx_watch_restart(dgx_watch *watch) {
  if (!watch->closing) uv_poll_start(watch->poll, UV_READABLE, on_poll);
}

void dgx_watch_close(dgx_watch *watch) {
  if (watch->closing) return;
  watch->closing = true;
  if (watch->stop != NULL) watch->stop(watch);
  napi_delete_reference(watch->state->env, watch->callback);
  napi_async_destroy(watch->state->env, watch->context);
  /* Takes the descriptor off the loop at once; only the memory lives on. */
  uv_close((uv_handle_t *)watch->poll, on_closed);
}

static void on_poll(uv_poll_t *handle, int status, int events) {
  dgx_watch *watch = uv_handle_get_data((uv_handle_t *)handle);
  napi_handle_scope scope;
  (void)events;
  if (napi_open_handle_scope(watch->state->env, &scope) != napi_ok) return;
  napi_env env = watch->state->env;
  watch->ready(watch, status);
  napi_close_handle_scope(env, scope);
}

static void on_closed(uv_handle_t *handle) {
  dgx_watch *watch = uv_handle_get_data(handle);
  dgx_state *state = watch->state;
  free(handle);
  watch->release(watch);
  dgx_state_handle_closed(state);
}

bool dgx_watch_emit(dgx_watch *watch, size_t count, const double *values) {
  napi_env env = watch->state->env;
  napi_handle_scope scope;
  napi_value global, function, arguments[DGX_ARGUMENTS_MAX];
  if (watch->closing || count > DGX_ARGUMENTS_MAX) return false;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return false;
  bool complete = napi_get_global(env, &global) == napi_ok &&
                  napi_get_reference_value(env, watch->callback, &function) == napi_ok;
  for (size_t i = 0; complete && i < count; i++) {
    complete = napi_create_double(env, values[i], &arguments[i]) == napi_ok;
  }
  if (complete && napi_make_callback(env, watch->context, global, function, count, arguments,
                                     NULL) != napi_ok) {
    bool pending = false;
    napi_value error;
    /* Nothing is pending when the environment is being terminated. */
    if (napi_is_exception_pending(env, &pending) == napi_ok && pending &&
        napi_get_and_clear_last_exception(env, &error) == napi_ok) {
      dgx_raise(env, error);
    }
  }
  napi_close_handle_scope(env, scope);
  return complete && !watch->closing;
}

void dgx_raise(napi_env env, napi_value error) { (void)napi_fatal_exception(env, error); }

/* raise(error): delivers an exception of one handler without giving up the messages behind it. */
DGX_FUNCTION(dgx_raise_exception) {
  dgx_call call;
  if (!dgx_call_begin(&call, env, info)) return NULL;
  dgx_raise(env, call.values[0]);
  return NULL;
}

/* reference(fd, keep): whether the watch keeps the event loop alive. 0 or -EBADF. */
DGX_FUNCTION(dgx_reference) {
  dgx_call call;
  int fd;
  bool keep;
  if (!dgx_call_begin(&call, env, info) || !dgx_arg_int(&call, 0, &fd) ||
      !dgx_arg_bool(&call, 1, &keep)) {
    return NULL;
  }
  if (fd < 0 || (size_t)fd >= call.state->table_length || call.state->table[fd].watch == NULL) {
    return dgx_number(env, -EBADF);
  }
  uv_handle_t *handle = (uv_handle_t *)call.state->table[fd].watch->poll;
  if (keep) {
    uv_ref(handle);
  } else {
    uv_unref(handle);
  }
  return dgx_number(env, 0);
}
