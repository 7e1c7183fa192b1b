#include "cli/run.hpp"

int main(int argc, char** argv) {
  return lbundle::cli::run(argc, argv);
}
