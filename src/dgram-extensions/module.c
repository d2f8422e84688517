/* Entry of the module: one state for each JavaScript environment that loads it, and the table of exported
 * functions. The functions get the state as their data pointer, so workers share nothing. */
#include "dgx.h"

static const dgx_export EXPORTS[] = {
    {"open", dgx_socket_open},
    {"close", dgx_close},
    {"setOption", dgx_set_option},
    {"getOption", dgx_get_option},
    {"attachFilter", dgx_attach_filter},
    {"bind", dgx_bind},
    {"connect", dgx_connect},
    {"localAddress", dgx_local_address},
    {"interfaceIndex", dgx_interface_index},
    {"send", dgx_send},
    {"sendBatch", dgx_send_batch},
    {"receiveNow", dgx_receive_now},
    {"receiveStart", dgx_receive_start},
    {"drain", dgx_drain},
    {"monotonicUs", dgx_monotonic},
    {"timerOpen", dgx_timer_open},
    {"timerArm", dgx_timer_arm_at},
    {"timerStop", dgx_timer_stop},
    {"reference", dgx_reference},
    {"raise", dgx_raise_exception},
    {"proberOpen", dgx_prober_open},
    {"probe", dgx_probe},
    {"probeCancel", dgx_probe_cancel},
    {"apartOpen", dgx_apart_open},
    {"setScheduler", dgx_set_scheduler},
    {"setAffinity", dgx_set_affinity},
    {"setResourceLimit", dgx_set_resource_limit},
    {"setNice", dgx_set_nice},
    {"enterNetworkNamespace", dgx_enter_network_namespace},
    {"lockOpen", dgx_lock_open},
    {"signalsIgnore", dgx_signals_ignore},
    {"signalsOpen", dgx_signals_open},
};

NAPI_MODULE_INIT() {
  dgx_state *state = dgx_state_create(env);
  if (state == NULL) {
    napi_throw_error(env, NULL, "dgram-extensions: cannot set up the environment");
    return NULL;
  }
  for (size_t i = 0; i < sizeof EXPORTS / sizeof *EXPORTS; i++) {
    napi_value function;
    if (napi_create_function(env, EXPORTS[i].name, NAPI_AUTO_LENGTH, EXPORTS[i].function, state,
                             &function) != napi_ok ||
        napi_set_named_property(env, exports, EXPORTS[i].name, function) != napi_ok) {
      napi_throw_error(env, NULL, "dgram-extensions: cannot export a function");
      return NULL;
    }
  }
  return exports;
}
