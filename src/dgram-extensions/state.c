/* The state of one JavaScript environment: which descriptors it owns, and how everything is closed when
 * the environment ends. Ending a worker with a live poll handle aborts Node, so an async cleanup hook
 * closes every watch and holds the environment until libuv has called all close callbacks. */
#include "dgx.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void state_end(napi_async_cleanup_hook_handle hook, void *data);

dgx_state *dgx_state_create(napi_env env) {
  dgx_state *state = calloc(1, sizeof *state);
  if (state == NULL) return NULL;
  state->env = env;
  if (napi_get_uv_event_loop(env, &state->loop) != napi_ok ||
      napi_add_async_cleanup_hook(env, state_end, state, &state->hook) != napi_ok) {
    free(state);
    return NULL;
  }
  return state;
}

int dgx_state_own(dgx_state *state, int fd, dgx_kind kind) {
  size_t index = (size_t)fd;
  if (index >= state->table_length) {
    size_t length = state->table_length == 0 ? 64 : state->table_length;
    while (length <= index) length *= 2;
    dgx_descriptor *table = realloc(state->table, length * sizeof *table);
    if (table == NULL) {
      close(fd);
      return -ENOMEM;
    }
    memset(table + state->table_length, 0, (length - state->table_length) * sizeof *table);
    state->table = table;
    state->table_length = length;
  }
  /* Left over when somebody else closed our descriptor and the kernel gave the number out again. */
  dgx_watch *stale = state->table[index].watch;
  if (stale != NULL) dgx_watch_close(stale);
  state->table[index] = (dgx_descriptor){.kind = kind, .watch = NULL, .pid = 0};
  return 0;
}

dgx_descriptor *dgx_state_find(dgx_state *state, int fd, dgx_kind kind) {
  if (fd < 0 || (size_t)fd >= state->table_length) return NULL;
  dgx_descriptor *entry = &state->table[fd];
  return entry->kind == kind ? entry : NULL;
}

int dgx_state_close(dgx_state *state, int fd) {
  if (fd < 0 || (size_t)fd >= state->table_length) return -EBADF;
  dgx_descriptor entry = state->table[fd];
  if (entry.kind == DGX_NONE) return -EBADF;
  state->table[fd] = (dgx_descriptor){.kind = DGX_NONE, .watch = NULL, .pid = 0};
  /* The poll leaves the loop's epoll set before the number can be given to another descriptor. */
  if (entry.watch != NULL) dgx_watch_close(entry.watch);
  close(fd);
  if (entry.kind == DGX_READER) dgx_apart_end(entry.pid);
  return 0;
}

static void state_free_if_done(dgx_state *state) {
  if (!state->ending || state->handles_open > 0) return;
  napi_remove_async_cleanup_hook(state->hook);
  free(state->table);
  free(state);
}

void dgx_state_handle_closed(dgx_state *state) {
  state->handles_open--;
  state_free_if_done(state);
}

static void state_end(napi_async_cleanup_hook_handle hook, void *data) {
  dgx_state *state = data;
  (void)hook;
  for (size_t fd = 0; fd < state->table_length; fd++) dgx_state_close(state, (int)fd);
  state->ending = true;
  state_free_if_done(state);
}
