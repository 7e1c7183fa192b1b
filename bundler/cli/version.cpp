#include "cli/version.hpp"

#include <CLI/Version.hpp>

#include "cache/library_version.hpp"
#include "elf/library_version.hpp"
#include "model/text.hpp"
#include "os/library_versions.hpp"
#include "project/library_version.hpp"
#include "zip/library_versions.hpp"

#ifndef LBUNDLE_VERSION
#error "the build defines LBUNDLE_VERSION"
#endif

namespace lbundle::cli {

std::string version_text() {
  return format("lbundle {}\nwith {}, {}, {}, {}, {}, CLI11 {}", LBUNDLE_VERSION, zip::library_versions(),
                elf::library_version(), cache_library_version(), project_library_version(),
                os_library_versions(), CLI11_VERSION);
}

}  // namespace lbundle::cli
