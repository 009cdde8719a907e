/*
 * Preloaded into user-mode Linux (uml.ts). It keeps the vector registers of its processes in 2696 bytes, and gives
 * them back with PTRACE_SETREGSET; the host takes nothing but its whole XSAVE area, which is larger on a processor
 * with AMX: each process would die of EFAULT. So the rest is added here, in its initial state: nobody uses it.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* Intel SDM volume 1, 13.4.2: XSTATE_BV, which components are not in their initial state. Bits 0-9 end before 2696. */
#define XSTATE_BV 512
#define OLD_COMPONENTS 0x3ffUL

long ptrace(enum __ptrace_request request, ...) {
  static char area[65536] __attribute__((aligned(64)));
  static size_t whole;
  struct iovec vector = {area, sizeof area};
  va_list rest;
  va_start(rest, request);
  long pid = va_arg(rest, long), address = va_arg(rest, long), data = va_arg(rest, long);
  va_end(rest);
  if (request == PTRACE_SETREGSET && address == NT_X86_XSTATE) {
    struct iovec *given = (struct iovec *)data;
    if (whole == 0) {
      if (syscall(SYS_ptrace, PTRACE_GETREGSET, pid, NT_X86_XSTATE, &vector) < 0) return -1;
      whole = vector.iov_len;
      memset(area, 0, whole);
    }
    if (given->iov_len < whole) {
      unsigned long components;
      memcpy(area, given->iov_base, given->iov_len);
      memcpy(&components, area + XSTATE_BV, sizeof components);
      components &= OLD_COMPONENTS;
      memcpy(area + XSTATE_BV, &components, sizeof components);
      vector.iov_len = whole;
      data = (long)&vector;
    }
  }
  /* PEEK requests return through a pointer below glibc's wrapper. */
  if (request == PTRACE_PEEKTEXT || request == PTRACE_PEEKDATA || request == PTRACE_PEEKUSER) {
    long word;
    return syscall(SYS_ptrace, request, pid, address, &word) < 0 ? -1 : word;
  }
  return syscall(SYS_ptrace, request, pid, address, data);
}
