#include "case.h"

int main(void) {
  read_file("deleted-later");
  MUST(unlink("deleted-later") == 0);
  read_file("renamed-later");
  MUST(rename("renamed-later", "renamed") == 0);
  return 0;
}
