// Finds a library that one package brought along under a name of its own, and that another package misses.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "elf/library_graph.hpp"
#include "project/project.hpp"

namespace lbundle {

struct Needs {
  std::string library;            // as DT_NEEDED names it: "libgomp.so.1"
  std::vector<BundlePath> files;  // that need it and do not find it
};

// The tree in which a donor is sought. `is_there` is true for the names of libraries that every file finds.
struct DonorSearch {
  const FileSet& files;
  const elf::TreeFacts& facts;
  const Function& function;
  std::function<bool(const std::string& soname)> is_there;
};

// Returns the staged library that serves `needs` as well: "x.libs/libgomp-a34b3233.so.1.0.0". Its name is the
// same but for the hash and a longer version, the runtime can load it from any folder, and it defines every
// version and symbol that the files import from the library. Of several, the one of the highest version.
std::optional<BundlePath> donor_of(const Needs& needs, const DonorSearch& search);

}  // namespace lbundle
