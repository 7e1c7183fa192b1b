// In a new root an absolute path, an absolute link and ".." at the top mean other files.
#include <sched.h>

#include "case.h"

int main(void) {
  SKIP_UNLESS(geteuid() == 0 || unshare(CLONE_NEWUSER) == 0);
  SKIP_UNLESS(chroot("jail") == 0);
  MUST(chdir("/") == 0);
  read_file("/absolute-link");
  read_file("/../at-the-top");
  MUST(chdir("/inner") == 0);
  read_file("relative");
  return 0;
}
