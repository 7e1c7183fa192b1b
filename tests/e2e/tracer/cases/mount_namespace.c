// A directory that is another one in a mount namespace of its own.
#include <sched.h>
#include <sys/mount.h>

#include "case.h"

int main(void) {
  SKIP_UNLESS(unshare(geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) == 0);
  SKIP_UNLESS(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
  SKIP_UNLESS(mount("source", "target", NULL, MS_BIND, NULL) == 0);
  read_file("target/only-in-source");
  return 0;
}
