// Which version of LIEF is linked in: for `lbundle --version`.
#pragma once

#include <string>

namespace lbundle::elf {

std::string library_version();

}  // namespace lbundle::elf
