// ".." after a link goes up from where the link leads, not from where it lies.
#include "case.h"

int main(void) {
  read_file("link/../sibling");
  read_file(".//directory/./deep/../file");
  return 0;
}
