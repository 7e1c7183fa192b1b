#include "elf/library_version.hpp"

#include <LIEF/version.h>

namespace lbundle::elf {

std::string library_version() {
  // LIEF ends its version with a dash where it was built from a release.
  std::string version = LIEF_VERSION;
  while (version.ends_with('-')) version.pop_back();
  return "LIEF " + version;
}

}  // namespace lbundle::elf
