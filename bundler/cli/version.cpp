#include "cli/version.hpp"

namespace lbundle::cli {

std::string version_text() {
  // The build defines both: bundler/CMakeLists.txt.
  return "lbundle " LBUNDLE_VERSION "\nwith " LBUNDLE_LIBRARY_VERSIONS;
}

}  // namespace lbundle::cli
