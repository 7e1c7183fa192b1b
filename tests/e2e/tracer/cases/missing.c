#include "case.h"

int main(void) {
  struct stat s;
  MUST(open("nothing", O_RDONLY) < 0 && errno == ENOENT);
  MUST(stat("no-directory/below/it", &s) < 0 && errno == ENOENT);
  MUST(stat("file/below", &s) < 0 && errno == ENOTDIR);
  MUST(access("link-to-directory/nothing", F_OK) < 0 && errno == ENOENT);
  MUST(access("dangling", F_OK) < 0 && errno == ENOENT);
  return 0;
}
