// execveat by a directory's descriptor, and of an open file.
#include "case.h"

extern char** environ;

int main(void) {
  char* arguments[] = {"program", NULL};
  if (fork() == 0) {
    int dir = open("directory", O_PATH | O_DIRECTORY);
    syscall(SYS_execveat, dir, "program", arguments, environ, 0);
    _exit(1);
  }
  wait_all();
  if (fork() == 0) {
    int fd = open("opened-program", O_PATH | O_CLOEXEC);
    syscall(SYS_execveat, fd, "", arguments, environ, AT_EMPTY_PATH);
    _exit(1);
  }
  wait_all();
  return 0;
}
