// Files in memory, through which a program gets and gives what is too large for arguments.
#pragma once

#include <string>
#include <string_view>

#include "os/fd.hpp"

namespace lbundle {

// A file with `content`, at its beginning. `name` is what /proc shows. Throws Error.
Fd memory_file(const char* name, std::string_view content);

// What is in the file now.
std::string read_back(const Fd& fd);

}  // namespace lbundle
