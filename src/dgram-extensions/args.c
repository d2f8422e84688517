/* Decoding of JavaScript arguments. Misuse throws a TypeError here, before any system call is made. */
#include "dgx.h"

#include <math.h>

bool dgx_call_begin(dgx_call *call, napi_env env, napi_callback_info info) {
  size_t count = DGX_ARGUMENTS_MAX;
  void *data = NULL;
  call->env = env;
  /* Missing arguments are filled in with undefined. */
  if (napi_get_cb_info(env, info, &count, call->values, NULL, &data) != napi_ok) {
    dgx_throw_type(env, "cannot read the arguments");
    return false;
  }
  call->state = data;
  return true;
}

static bool out_of_range(const dgx_call *call) {
  (void)napi_throw_range_error(call->env, "ERR_OUT_OF_RANGE", "the number is out of range");
  return false;
}

static bool number_in(const dgx_call *call, size_t index, double least, double most, double *out) {
  if (napi_get_value_double(call->env, call->values[index], out) != napi_ok || isnan(*out)) {
    dgx_throw_type(call->env, "a number is expected");
    return false;
  }
  if (*out >= least && *out <= most) return true;
  return out_of_range(call);
}

static bool integer_in(const dgx_call *call, size_t index, double least, double most, double *out) {
  if (!number_in(call, index, least, most, out)) return false;
  return *out == floor(*out) || out_of_range(call);
}

bool dgx_arg_int(const dgx_call *call, size_t index, int *out) {
  double value;
  if (!integer_in(call, index, INT32_MIN, INT32_MAX, &value)) return false;
  *out = (int)value;
  return true;
}

bool dgx_arg_word(const dgx_call *call, size_t index, int *out) {
  double value;
  if (!integer_in(call, index, INT32_MIN, UINT32_MAX, &value)) return false;
  *out = (int)(uint32_t)(int64_t)value;
  return true;
}

bool dgx_arg_double(const dgx_call *call, size_t index, double *out) {
  return number_in(call, index, -INFINITY, INFINITY, out);
}

bool dgx_arg_bool(const dgx_call *call, size_t index, bool *out) {
  if (napi_get_value_bool(call->env, call->values[index], out) == napi_ok) return true;
  dgx_throw_type(call->env, "a boolean is expected");
  return false;
}

bool dgx_is_nullish(napi_env env, napi_value value) {
  napi_valuetype type;
  if (napi_typeof(env, value, &type) != napi_ok) return false;
  return type == napi_undefined || type == napi_null;
}

bool dgx_bytes_of(napi_env env, napi_value value, dgx_bytes *out) {
  bool typed = false;
  napi_typedarray_type type;
  void *data = NULL;
  if (napi_is_typedarray(env, value, &typed) != napi_ok || !typed) return false;
  if (napi_get_typedarray_info(env, value, &type, &out->length, &data, NULL, NULL) != napi_ok) {
    return false;
  }
  out->data = data;
  return type == napi_uint8_array;
}

bool dgx_bytes_of_reference(napi_env env, napi_ref reference, dgx_bytes *out) {
  napi_value value;
  return napi_get_reference_value(env, reference, &value) == napi_ok && value != NULL &&
         dgx_bytes_of(env, value, out);
}

bool dgx_arg_bytes(const dgx_call *call, size_t index, dgx_bytes *out) {
  if (dgx_bytes_of(call->env, call->values[index], out)) return true;
  dgx_throw_type(call->env, "a Uint8Array is expected");
  return false;
}

bool dgx_arg_bytes_optional(const dgx_call *call, size_t index, dgx_bytes *out) {
  *out = (dgx_bytes){.data = NULL, .length = 0};
  if (dgx_is_nullish(call->env, call->values[index])) return true;
  return dgx_arg_bytes(call, index, out);
}

bool dgx_arg_function(const dgx_call *call, size_t index) {
  napi_valuetype type;
  if (napi_typeof(call->env, call->values[index], &type) == napi_ok && type == napi_function) {
    return true;
  }
  dgx_throw_type(call->env, "a function is expected");
  return false;
}

napi_value dgx_number(napi_env env, double value) {
  napi_value result = NULL;
  (void)napi_create_double(env, value, &result);
  return result;
}

napi_value dgx_throw_type(napi_env env, const char *message) {
  (void)napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", message);
  return NULL;
}
