#include <linux/openat2.h>

#include "case.h"

int main(void) {
  char byte;
  int fd = (int)syscall(SYS_openat, AT_FDCWD, "by-openat", O_RDONLY, 0);
  MUST(fd >= 0 && read(fd, &byte, 1) == 1);
#ifdef SYS_open
  fd = (int)syscall(SYS_open, "by-open", O_RDONLY, 0);
#else
  fd = open("by-open", O_RDONLY);
#endif
  MUST(fd >= 0 && read(fd, &byte, 1) == 1);
  struct open_how how = {.flags = O_RDONLY};
  fd = (int)syscall(SYS_openat2, AT_FDCWD, "by-openat2", &how, sizeof how);
  MUST(fd >= 0 && read(fd, &byte, 1) == 1);
  fd = creat("by-creat", 0644);
  MUST(fd >= 0 && write(fd, "x", 1) == 1);
  return 0;
}
