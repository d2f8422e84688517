/* Scheduling of a thread and limits of the process. System calls are made directly where the
 * C library differs: musl's sched_setscheduler() does nothing but fail. */
#include "dgx.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* setScheduler(thread, policy, priority): 0 or negative errno. Thread 0 is the calling one, the number of a process
 * its main thread. */
DGX_FUNCTION(dgx_set_scheduler) {
  dgx_call call;
  int thread, policy;
  struct sched_param parameters;
  memset(&parameters, 0, sizeof parameters);
  if (!dgx_call_begin(&call, env, info) || !dgx_arg_int(&call, 0, &thread) ||
      !dgx_arg_int(&call, 1, &policy) || !dgx_arg_int(&call, 2, &parameters.sched_priority)) {
    return NULL;
  }
  long result = syscall(SYS_sched_setscheduler, thread, policy, &parameters);
  return dgx_number(env, result < 0 ? -errno : 0);
}

/* setAffinity(thread, cpus): the bytes of an array of 32-bit processor numbers. 0 or negative errno. Threads as above. */
DGX_FUNCTION(dgx_set_affinity) {
  dgx_call call;
  int thread;
  dgx_bytes cpus;
  cpu_set_t set;
  if (!dgx_call_begin(&call, env, info) || !dgx_arg_int(&call, 0, &thread) ||
      !dgx_arg_bytes(&call, 1, &cpus)) {
    return NULL;
  }
  CPU_ZERO(&set);
  for (size_t at = 0; at + sizeof(uint32_t) <= cpus.length; at += sizeof(uint32_t)) {
    uint32_t cpu;
    memcpy(&cpu, cpus.data + at, sizeof cpu);
    if (cpu >= CPU_SETSIZE) return dgx_number(env, -EINVAL);
    CPU_SET(cpu, &set);
  }
  long result = syscall(SYS_sched_setaffinity, thread, sizeof set, &set);
  return dgx_number(env, result < 0 ? -errno : 0);
}

/* Beyond 2^53 a double is not exact; no resource has so much. */
static const double LIMIT_MAX = 9007199254740992.0;

static rlim_t limit_of(double value) {
  return value > LIMIT_MAX ? RLIM_INFINITY : (rlim_t)value;
}

/* setResourceLimit(process, resource, soft, hard): process 0 is this one, Infinity is "unlimited". 0 or negative errno. */
DGX_FUNCTION(dgx_set_resource_limit) {
  dgx_call call;
  int process, resource;
  double soft, hard;
  if (!dgx_call_begin(&call, env, info) || !dgx_arg_int(&call, 0, &process) ||
      !dgx_arg_int(&call, 1, &resource) || !dgx_arg_double(&call, 2, &soft) ||
      !dgx_arg_double(&call, 3, &hard)) {
    return NULL;
  }
  if (soft < 0 || hard < 0) return dgx_number(env, -EINVAL);
  struct rlimit limit = {.rlim_cur = limit_of(soft), .rlim_max = limit_of(hard)};
  int result = prlimit(process, (__typeof__(RLIMIT_NOFILE))resource, &limit, NULL);
  return dgx_number(env, result < 0 ? -errno : 0);
}

/* setNice(value): nice value of the calling thread. 0 or negative errno. */
DGX_FUNCTION(dgx_set_nice) {
  dgx_call call;
  int nice_value;
  if (!dgx_call_begin(&call, env, info) || !dgx_arg_int(&call, 0, &nice_value)) return NULL;
  return dgx_number(env, setpriority(PRIO_PROCESS, 0, nice_value) < 0 ? -errno : 0);
}
