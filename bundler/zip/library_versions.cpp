#include "zip/library_versions.hpp"

#include <libdeflate.h>
#include <zip.h>

namespace lbundle::zip {

std::string library_versions() {
  return std::string("libzip ") + zip_libzip_version() + ", libdeflate " + LIBDEFLATE_VERSION_STRING;
}

}  // namespace lbundle::zip
