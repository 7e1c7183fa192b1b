#include "case.h"

int main(void) {
  char text[64];
  read_file("first");             // first -> second -> directory/../directory/file
  read_file("to-directory/file");  // a link on the way
  read_file("absolute");          // an absolute link
  MUST(readlink("only-read", text, sizeof text) > 0);
  return 0;
}
