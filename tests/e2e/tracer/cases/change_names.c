#include <sys/sysmacros.h>

#include "case.h"

int main(void) {
  MUST(rename("old", "new") == 0);
  MUST(link("target", "hard") == 0);
  MUST(symlink("target", "soft") == 0);
  MUST(unlink("goes") == 0);
  MUST(mkdir("made", 0755) == 0);
  MUST(rmdir("empty") == 0);
  MUST(mkfifo("fifo", 0644) == 0);
  return 0;
}
