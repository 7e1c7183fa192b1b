// After pivot_root, every absolute path begins in a folder of the tree, and one folder is another one.
#include <sched.h>
#include <sys/mount.h>

#include "case.h"

int main(void) {
  SKIP_UNLESS(unshare(geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) == 0);
  SKIP_UNLESS(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
  SKIP_UNLESS(mount("jail", "jail", NULL, MS_BIND, NULL) == 0);
  SKIP_UNLESS(mount("shared", "jail/mounted", NULL, MS_BIND, NULL) == 0);
  MUST(chdir("jail") == 0);
  SKIP_UNLESS(syscall(SYS_pivot_root, ".", ".") == 0);
  MUST(umount2(".", MNT_DETACH) == 0);
  MUST(chdir("/") == 0);
  read_file("/inner/file");
  read_file("/mounted/of-both");
  return 0;
}
