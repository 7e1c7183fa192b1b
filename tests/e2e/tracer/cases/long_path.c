// Down 25 directories of 200 letters each, then a file: 5,000 bytes and more, which no single call can name.
#include "case.h"

int main(void) {
  char name[201];
  memset(name, 'd', 200);
  name[200] = '\0';
  for (int i = 0; i < 25; ++i) {
    MUST(mkdir(name, 0755) == 0);
    MUST(chdir(name) == 0);
  }
  close(creat("bottom", 0644));
  int fd = open("bottom", O_RDONLY);
  MUST(fd >= 0);
  return 0;
}
