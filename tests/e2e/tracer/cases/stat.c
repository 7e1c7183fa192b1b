#include <sys/vfs.h>
#include <sys/xattr.h>

#include "case.h"

int main(void) {
  struct stat s;
  struct statx x;
  struct statfs f;
  char value[8];
#ifdef SYS_stat
  MUST(syscall(SYS_stat, "by-stat", &s) == 0);
  MUST(syscall(SYS_lstat, "by-lstat", &s) == 0);
  MUST(syscall(SYS_access, "by-access", R_OK) == 0);
#else
  MUST(stat("by-stat", &s) == 0 && lstat("by-lstat", &s) == 0 && access("by-access", R_OK) == 0);
#endif
  MUST(fstatat(AT_FDCWD, "by-fstatat", &s, AT_SYMLINK_NOFOLLOW) == 0);
  MUST(statx(AT_FDCWD, "by-statx", 0, STATX_BASIC_STATS, &x) == 0);
  MUST(faccessat(AT_FDCWD, "by-faccessat", R_OK, 0) == 0);
  MUST(syscall(SYS_faccessat2, AT_FDCWD, "by-faccessat2", R_OK, AT_EACCESS) == 0);
  MUST(statfs("by-statfs", &f) == 0);
  getxattr("by-getxattr", "user.none", value, sizeof value);
  return 0;
}
