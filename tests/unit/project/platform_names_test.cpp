#include "project/platform_names.hpp"

#include <gtest/gtest.h>

namespace lbundle {
namespace {

std::string neutral(const std::string& path) {
  return platform_name(path, Architecture::x86_64).neutral;
}

bool is_of_another(const std::string& path, Architecture architecture = Architecture::x86_64) {
  return platform_name(path, architecture).is_of_another;
}

TEST(PlatformNames, BuildsOfOneLibraryHaveTheSameNeutralPath) {
  EXPECT_EQ(neutral("bcrypt/prebuilds/linux-x64/bcrypt.glibc.node"), "bcrypt/prebuilds/bcrypt.node");
  EXPECT_EQ(neutral("bcrypt/prebuilds/darwin-x64+arm64/bcrypt.node"), "bcrypt/prebuilds/bcrypt.node");
  EXPECT_EQ(neutral("@img/sharp-linuxmusl-arm64/lib/sharp-linuxmusl-arm64.node"),
            "@img/sharp/lib/sharp.node");
  EXPECT_EQ(neutral("@img/sharp-win32-x64/lib/sharp-win32-x64.node"), "@img/sharp/lib/sharp.node");
  EXPECT_EQ(neutral("ort/bin/napi-v3/win32/x64/binding.node"), "ort/bin/napi-v3/binding.node");
  EXPECT_EQ(neutral("_a.cpython-311-x86_64-linux-gnu.so"), "_a.cpython-311.so");
}

TEST(PlatformNames, WordsCountOnlyAsAWhole) {
  EXPECT_EQ(neutral("darwinian/linuxes/x64s.node"), "darwinian/linuxes/x64s.node");
  EXPECT_EQ(neutral(".hidden/-a--b.so"), ".hidden/-a--b.so");
}

TEST(PlatformNames, AnotherSystemProcessorOrCLibraryIsAnother) {
  for (const auto* fits : {"a.node", "linux-x64/a.node", "linux-x86_64/a.node", "a.linux-x64-gnu.node",
                           "amd64/a.so", "linux-x64+arm64/a.node", "linux-universal/a.node"})
    EXPECT_FALSE(is_of_another(fits)) << fits;
  for (const auto* other :
       {"darwin-x64/a.node", "linux-arm64/a.node", "linux-x64/a.musl.node", "win32-x64/a.node",
        "freebsd-x64/a.node", "linux-ia32/a.node", "macosx_11_0_arm64/a.so"})
    EXPECT_TRUE(is_of_another(other)) << other;
  EXPECT_FALSE(is_of_another("linux-arm64/a.armv8.node", Architecture::arm64));
  EXPECT_TRUE(is_of_another("linux-x64/a.node", Architecture::arm64));
}

}  // namespace
}  // namespace lbundle
