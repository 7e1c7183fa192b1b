#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>

#include "case.h"

int main(void) {
  struct clone_args arguments = {.exit_signal = SIGCHLD};
  long child = syscall(SYS_clone3, &arguments, sizeof arguments);
  SKIP_UNLESS(child >= 0);
  if (child == 0) {
    read_file("by-clone3");
    _exit(0);
  }
  wait_all();
  return 0;
}
