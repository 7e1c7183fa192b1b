// A script whose interpreter is a script: the kernel opens all of them itself.
#include "case.h"

int main(void) {
  if (fork() == 0) {
    char* arguments[] = {"outer", NULL};
    execv("outer", arguments);
    _exit(1);
  }
  wait_all();
  return 0;
}
