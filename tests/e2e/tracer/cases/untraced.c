// A parent that asks that no tracer follows its children. They must work all the same.
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>

#include "case.h"

#ifndef CLONE_UNTRACED
#define CLONE_UNTRACED 0x00800000
#endif

int main(void) {
  long child = syscall(SYS_clone, (long)(CLONE_UNTRACED | SIGCHLD), 0L, 0L, 0L, 0L);
  MUST(child >= 0);
  if (child == 0) {
    read_file("by-clone");
    _exit(0);
  }
  wait_all();
  struct clone_args arguments = {.flags = CLONE_UNTRACED, .exit_signal = SIGCHLD};
  child = syscall(SYS_clone3, &arguments, sizeof arguments);
  SKIP_UNLESS(child >= 0);
  if (child == 0) {
    read_file("by-clone3");
    _exit(0);
  }
  wait_all();
  return 0;
}
