#include "case.h"

int main(void) {
  MUST(truncate("truncated", 0) == 0);
  MUST(chmod("moded", 0600) == 0);
  MUST(utimensat(AT_FDCWD, "timed", NULL, 0) == 0);
  int fd = open("appended", O_WRONLY | O_APPEND);
  MUST(fd >= 0 && write(fd, "x", 1) == 1);
  fd = open("made", O_RDWR | O_CREAT, 0644);
  MUST(fd >= 0 && write(fd, "x", 1) == 1);
  fd = open("dangling", O_WRONLY | O_CREAT, 0644);  // dangling -> made-by-link
  MUST(fd >= 0 && write(fd, "x", 1) == 1);
  MUST(open("no-directory/made", O_WRONLY | O_CREAT, 0644) < 0);
  return 0;
}
