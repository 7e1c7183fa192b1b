#include "project/library_version.hpp"

#include <toml++/toml.h>

#include "model/text.hpp"

namespace lbundle {

std::string project_library_version() {
  return format("toml++ {}.{}.{}", TOML_LIB_MAJOR, TOML_LIB_MINOR, TOML_LIB_PATCH);
}

}  // namespace lbundle
