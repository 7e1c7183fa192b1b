#include "case.h"

int main(void) {
  pid_t child = vfork();
  MUST(child >= 0);
  if (child == 0) {
    execl("program", "program", (char*)NULL);
    _exit(1);
  }
  wait_all();
  read_file("by-parent");
  return 0;
}
