// Names of no file. The last one is a file, to show that the log is alive.
#include "case.h"

int main(void) {
  struct stat s;
  char name[400];
  int ends[2];
  MUST(stat("MEM:::DATAPOINTER=1,PIXELS=2", &s) < 0);
  MUST(stat("s3://bucket/key", &s) < 0);
  memset(name, 'n', 300);
  name[300] = '\0';
  MUST(stat(name, &s) < 0 && errno == ENAMETOOLONG);
  MUST(pipe(ends) == 0);
  snprintf(name, sizeof name, "/proc/self/fd/%d", ends[0]);
  MUST(stat(name, &s) == 0);
  MUST(stat("", &s) < 0);
  MUST(syscall(SYS_newfstatat, AT_FDCWD, (char*)8, &s, 0) < 0 && errno == EFAULT);
  read_file("a-file");
  return 0;
}
