#include "case.h"

int main(void) {
  char name[64];
  char byte;
  int dir = open("directory", O_PATH | O_DIRECTORY);
  int fd = openat(dir, "relative", O_RDONLY);
  MUST(fd >= 0 && read(fd, &byte, 1) == 1);
  int path = open("reopened", O_PATH);
  snprintf(name, sizeof name, "/proc/self/fd/%d", path);
  read_file(name);
  snprintf(name, sizeof name, "/proc/self/fd/%d/through", dir);
  read_file(name);
  return 0;
}
