// AT_EMPTY_PATH beside a name that is not empty: the flag then means nothing.
#include "case.h"

int main(void) {
  struct stat s;
  struct statx x;
  int here = open(".", O_RDONLY | O_DIRECTORY);
  MUST(here >= 0 && fstatat(here, "by-fstatat", &s, AT_EMPTY_PATH) == 0);
  MUST(statx(here, "by-statx", AT_EMPTY_PATH, STATX_BASIC_STATS, &x) == 0);
  MUST(fstat(here, &s) == 0);
  return 0;
}
