// openat2 with RESOLVE_IN_ROOT: an absolute link is resolved below the descriptor.
#include <linux/openat2.h>

#include "case.h"

int main(void) {
  char byte;
  int dir = open("jail", O_PATH | O_DIRECTORY);
  struct open_how how = {.flags = O_RDONLY, .resolve = RESOLVE_IN_ROOT};
  int fd = (int)syscall(SYS_openat2, dir, "/link", &how, sizeof how);
  MUST(fd >= 0 && read(fd, &byte, 1) == 1);
  return 0;
}
