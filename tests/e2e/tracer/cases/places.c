// A static program, so that it runs in a container that holds nothing else: opens, misses, lists, follows a link, and runs
// itself once more. Its argument is the tree, which lies at the same path everywhere.
#include <dirent.h>

#include "case.h"

int main(int argc, char** argv) {
  MUST(argc > 1);
  if (argc > 2) {
    read_file("by-child");
    return 0;
  }
  struct stat s;
  MUST(chdir(argv[1]) == 0);
  read_file("link");
  MUST(stat("file", &s) == 0 && stat("nothing", &s) < 0 && access("no-directory/below", F_OK) < 0);
  DIR* listing = opendir("directory");
  MUST(listing != NULL);
  while (readdir(listing) != NULL) continue;
  closedir(listing);
  const pid_t child = fork();
  MUST(child >= 0);
  if (child == 0) {
    execl("./places", "places", argv[1], "child", (char*)NULL);
    _exit(1);
  }
  wait_all();
  return 0;
}
