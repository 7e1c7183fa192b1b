#include "case.h"

int main(void) {
  MUST(chdir("one") == 0);
  read_file("a");
  int dir = open("../two", O_RDONLY | O_DIRECTORY);
  MUST(dir >= 0 && fchdir(dir) == 0);
  read_file("b");
  read_file("../c");
  return 0;
}
