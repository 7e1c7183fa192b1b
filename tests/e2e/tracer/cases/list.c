#include <dirent.h>

#include "case.h"

int main(void) {
  DIR* dir = opendir("directory");
  MUST(dir != NULL);
  while (readdir(dir) != NULL) {
  }
  return 0;
}
