#include "case.h"

int main(void) {
  char parameters[120] = {0};
  MUST(syscall(SYS_io_uring_setup, 4, parameters) < 0);
  return errno == ENOSYS ? 0 : 1;
}
