#include "case.h"

int main(void) {
  read_file("new\nline");
  read_file("not-\xff-utf8");
  read_file("quote\"back\\slash\ttab");
  return 0;
}
