// Which versions of LIEF and Zydis are linked in: for `lbundle --version`.
#pragma once

#include <string>

namespace lbundle::elf {

std::string library_version();

}  // namespace lbundle::elf
