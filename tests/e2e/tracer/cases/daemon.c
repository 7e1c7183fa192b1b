// A grandchild that outlives its parent, in a session of its own; the first process waits for it on a pipe.
#include "case.h"

int main(void) {
  int ends[2];
  char byte;
  MUST(pipe(ends) == 0);
  if (fork() == 0) {
    if (fork() == 0) {
      setsid();
      while (getppid() != 1 && access("parent-is-gone", F_OK) != 0) usleep(1000);
      read_file("by-daemon");
      MUST(write(ends[1], "x", 1) == 1);
      _exit(0);
    }
    _exit(0);
  }
  wait_all();
  close(creat("parent-is-gone", 0644));
  MUST(read(ends[0], &byte, 1) == 1);
  return 0;
}
