#include "case.h"

int main(void) {
  char byte;
  MUST(read(0, &byte, 1) == 1);
  return 0;
}
