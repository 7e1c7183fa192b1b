#include "project/project.hpp"

namespace lbundle {

const char* to_text(Architecture architecture) {
  return architecture == Architecture::arm64 ? "arm64" : "x86_64";
}

std::optional<Architecture> architecture_named(const std::string& name) {
  for (const auto architecture : {Architecture::x86_64, Architecture::arm64}) {
    if (name == to_text(architecture)) return architecture;
  }
  return std::nullopt;
}

}  // namespace lbundle
