#include "elf/library_version.hpp"

#include <LIEF/version.h>
#include <Zydis/Zydis.h>

#include "model/text.hpp"

namespace lbundle::elf {

std::string library_version() {
  // LIEF ends its version with a dash where it was built from a release.
  std::string version = LIEF_VERSION;
  while (version.ends_with('-')) version.pop_back();
  const std::uint64_t zydis = ZydisGetVersion();
  return format("LIEF {}, Zydis {}.{}.{}", version, ZYDIS_VERSION_MAJOR(zydis), ZYDIS_VERSION_MINOR(zydis),
                ZYDIS_VERSION_PATCH(zydis));
}

}  // namespace lbundle::elf
