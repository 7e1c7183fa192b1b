// What the name of a shared library says.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "model/file_set.hpp"

namespace lbundle::elf {

struct LibraryName {
  std::string stem;     // "libgeos_c": without hash, vendor and version
  std::string hash;     // "3a1b2c3d" where a repair tool put one in; it is part of the content's name, not of
                        // the library's
  std::string version;  // all behind ".so.": "1.17.4"; empty where there is none
  std::string major;    // its first part: "1"

  bool operator==(const LibraryName&) const = default;
};

// Reads a SONAME or a file's name. Wheels are repaired by auditwheel, which copies a library under
// STEM-HASH.so.VERSION with the first 8 hexadecimal digits of its SHA-256, and sets the SONAME so; some
// builds put their package's name before the hash (libgeos-rasterio-8da2fcfa.so.3.11.1). `vendors` are the
// names that count as such; a stem that consists of one alone keeps it. A name that is no library's has an
// empty stem.
LibraryName parse_library_name(std::string_view name, const std::set<std::string>& vendors = {});

// The packages whose libraries auditwheel put into "X.libs" folders of the tree: X may stand in their names.
std::set<std::string> vendors_of(const FileSet& files);

}  // namespace lbundle::elf
