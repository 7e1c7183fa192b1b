// Reads the parts of a shared library's name.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "model/file_set.hpp"

namespace lbundle::elf {

struct LibraryName {
  std::string stem;  // "libgeos_c": without hash, vendor and version
  std::string hash;  // "3a1b2c3d" if a repair tool put one in; it belongs to the content, not to the library
  std::string version;  // all after ".so.": "1.17.4"; empty if there is none
  std::string major;    // its first part: "1"

  bool operator==(const LibraryName&) const = default;
};

// Reads a SONAME or a file's name. Wheels are repaired by auditwheel. It copies a library to the name
// STEM-HASH.so.VERSION and sets the SONAME to the same. HASH is the first 8 hexadecimal digits of the
// library's SHA-256. Some builds put their package's name before the hash
// (libgeos-rasterio-8da2fcfa.so.3.11.1). `vendors` are the names that are removed as such; a stem that is
// only a vendor's name keeps it. A name that is not a library's has an empty stem.
LibraryName parse_library_name(std::string_view name, const std::set<std::string>& vendors = {});

// A glob that matches the file at `path`, and the same library in another build. If the name has a hash, the
// hash may be any other and the version too: "x.libs/libfoo-????????.so*". Other names are matched exactly.
std::string lasting_glob(const BundlePath& path);

// The packages X whose libraries auditwheel put into folders "X.libs" of the tree. The names of these
// libraries may contain X.
std::set<std::string> vendors_of(const FileSet& files);

}  // namespace lbundle::elf
