#include <sys/stat.h>
#include <unistd.h>

#include "cli/run.hpp"

int main(int argc, char** argv) {
  // Where root calls, events run as another user, who must be able to read the trees.
  if (geteuid() == 0) umask(022);
  return lbundle::cli::run(argc, argv);
}
