/**
 * Lets User-mode Linux run on processors whose register state is larger than it knows.
 *
 * User-mode Linux 6.1 saves and restores 2,696 bytes of extended state of its processes. Since Linux 5.15 the host takes
 * PTRACE_SETREGSET of NT_X86_XSTATE only as a whole: with AMX (Sapphire Rapids and later) that is 11,008 bytes, the shorter set is
 * refused with EFAULT, and the guest panics at boot ("ptrace set fp regs failed, errno = 14"). linux.uml is linked dynamically, so
 * this library, preloaded, widens the call on its way:
 *
 *   cc -O2 -shared -fPIC -o uml-xstate.so uml-xstate.c
 *   LD_PRELOAD=$PWD/uml-xstate.so linux.uml ...
 *
 * What User-mode Linux does not know stays in its initial state, which is right: the guest was never offered it. Where the host's
 * state is not larger, every call goes through unchanged.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
  /** The register set, from elf.h. */
  XSTATE_SET = 0x202,
  /** Where XSTATE_BV stands: behind the legacy area (Intel SDM volume 1, section 13.4.2). */
  COMPONENTS_OFFSET = 512,
  STATE_SIZE_MAX = 1 << 16,
};

/** Components 17 and 18 of XSTATE_BV: tile configuration and tile data. */
static const unsigned long AMX_COMPONENTS = 3UL << 17;

/** User-mode Linux has one thread that traces, so one buffer serves. */
static char whole[STATE_SIZE_MAX] __attribute__((aligned(64)));
/** Bytes of the host's state; 0 until the first get, which User-mode Linux does before any set. */
static size_t whole_length;

static void learn_length(long pid) {
  struct iovec probe = {whole, sizeof whole};
  if (syscall(SYS_ptrace, (long)PTRACE_GETREGSET, pid, (long)XSTATE_SET, &probe) == 0) whole_length = probe.iov_len;
}

static long set_whole(long pid, const struct iovec *part) {
  struct iovec all = {whole, whole_length};
  unsigned long components;
  memcpy(whole, part->iov_base, part->iov_len);
  memset(whole + part->iov_len, 0, whole_length - part->iov_len);
  memcpy(&components, whole + COMPONENTS_OFFSET, sizeof components);
  components &= ~AMX_COMPONENTS;
  memcpy(whole + COMPONENTS_OFFSET, &components, sizeof components);
  return syscall(SYS_ptrace, (long)PTRACE_SETREGSET, pid, (long)XSTATE_SET, &all);
}

/** As glibc's, but for the one case above. */
long ptrace(enum __ptrace_request request, ...) {
  va_list arguments;
  long pid;
  void *address;
  void *data;
  va_start(arguments, request);
  pid = va_arg(arguments, long);
  address = va_arg(arguments, void *);
  data = va_arg(arguments, void *);
  va_end(arguments);
  if (request == PTRACE_PEEKTEXT || request == PTRACE_PEEKDATA || request == PTRACE_PEEKUSER) {
    /* The system call stores the word where `data` points; the function returns it. */
    long word;
    long result = syscall(SYS_ptrace, (long)request, pid, address, &word);
    return result < 0 ? result : word;
  }
  if ((long)address == XSTATE_SET) {
    const struct iovec *part = data;
    if (request == PTRACE_GETREGSET && whole_length == 0) learn_length(pid);
    if (request == PTRACE_SETREGSET && part->iov_len < whole_length && part->iov_len >= COMPONENTS_OFFSET + sizeof(long))
      return set_whole(pid, part);
  }
  return syscall(SYS_ptrace, (long)request, pid, address, data);
}
