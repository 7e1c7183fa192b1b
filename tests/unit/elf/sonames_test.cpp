#include "elf/sonames.hpp"

#include <gtest/gtest.h>

namespace lbundle::elf {
namespace {

TEST(LibraryName, IsReadThroughHashesVendorsAndVersions) {
  EXPECT_EQ(parse_library_name("libgeos-3a1b2c3d.so.3.11.1"),
            (LibraryName{"libgeos", "3a1b2c3d", "3.11.1", "3"}));
  EXPECT_EQ(parse_library_name("libgeos_c-rasterio-167ab3e5.so.1.17.1", {"rasterio"}),
            (LibraryName{"libgeos_c", "167ab3e5", "1.17.1", "1"}));
  EXPECT_EQ(parse_library_name("libgeos_c-rasterio-167ab3e5.so.1.17.1").stem, "libgeos_c-rasterio");
  EXPECT_EQ(parse_library_name("libz.so.1"), (LibraryName{"libz", "", "1", "1"}));
  EXPECT_EQ(parse_library_name("libfoo.so"), (LibraryName{"libfoo", "", "", ""}));
  EXPECT_EQ(parse_library_name("libopenblas64_p-r0-0cf96a72.3.23.dev.so"),
            (LibraryName{"libopenblas64_p-r0", "0cf96a72", "3.23.dev", "3"}));
  EXPECT_EQ(parse_library_name("libLLVM-14.so.1").stem, "libLLVM-14");
}

TEST(LibraryName, IsEmptyForOtherFiles) {
  EXPECT_EQ(parse_library_name("module.py").stem, "");
  EXPECT_EQ(parse_library_name("thing.socket").stem, "");
  EXPECT_EQ(parse_library_name(".so").stem, "");
  EXPECT_EQ(parse_library_name("").stem, "");
}

TEST(LastingGlob, HasNoHash) {
  EXPECT_EQ(lasting_glob(BundlePath("x.libs/libfoo-1a2b3c4d.so")), "x.libs/libfoo-????????.so*");
  EXPECT_EQ(lasting_glob(BundlePath("x.libs/libfoo-1a2b3c4d.so.5.1")), "x.libs/libfoo-????????.so*");
  EXPECT_EQ(lasting_glob(BundlePath("x.libs/libopenblas64_p-r0-0cf96a72.3.23.dev.so")),
            "x.libs/libopenblas64_p-r0-????????*.so*");
  EXPECT_EQ(lasting_glob(BundlePath("x/_a[b].cpython-311-x86_64-linux-gnu.so")),
            "x/_a\\[b].cpython-311-x86_64-linux-gnu.so");
  EXPECT_EQ(lasting_glob(BundlePath("x/data-1a2b3c4d.txt")), "x/data-1a2b3c4d.txt");
}

}  // namespace
}  // namespace lbundle::elf
