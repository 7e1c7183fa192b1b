// A program that ptraces its own child, as debuggers and crash handlers do.
#include <sys/ptrace.h>

#include "case.h"

int main(void) {
  pid_t child = fork();
  if (child == 0) {
    SKIP_UNLESS(ptrace(PTRACE_TRACEME, 0, 0, 0) == 0);
    read_file("by-ptraced");
    _exit(0);
  }
  int status;
  MUST(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
