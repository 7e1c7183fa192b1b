// A file system that exists only for this process covers a folder of the tree.
#include <sched.h>
#include <sys/mount.h>

#include "case.h"

int main(void) {
  read_file("before");
  SKIP_UNLESS(unshare(geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) == 0);
  SKIP_UNLESS(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
  SKIP_UNLESS(mount("none", "place", "tmpfs", 0, NULL) == 0);
  int fd = open("place/own", O_CREAT | O_RDWR, 0644);
  MUST(fd >= 0 && write(fd, "x", 1) == 1 && close(fd) == 0);
  read_file("place/own");
  return 0;
}
