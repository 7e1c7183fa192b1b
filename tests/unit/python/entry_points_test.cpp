#include "python/entry_points.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lbundle {

bool operator==(const EntryPoint& one, const EntryPoint& other) {
  return one.group == other.group && one.module == other.module;
}

namespace {

TEST(EntryPoints, AreModulesByGroup) {
  EXPECT_THAT(entry_points_in("[xarray.backends]\n"
                              "zarr = xarray.backends.zarr:Backend.open\n"
                              "plain=package.module\n"
                              "\n"
                              "[fsspec.specs]\r\n"
                              "s3=s3fs:S3FileSystem [extra]\r\n"),
              testing::ElementsAre(EntryPoint{"xarray.backends", "xarray.backends.zarr"},
                                   EntryPoint{"xarray.backends", "package.module"},
                                   EntryPoint{"fsspec.specs", "s3fs"}));
}

TEST(EntryPoints, LeaveOutScriptsAndInvalidLines) {
  EXPECT_THAT(
      entry_points_in("before = any.group\n[console_scripts]\nrun = a:main\n[gui_scripts]\nshow = a:show\n"
                      "[kept]\n# old = gone:it\n; older = gone:too\nno assignment\nlast = b:c"),
      testing::ElementsAre(EntryPoint{"", "any.group"}, EntryPoint{"kept", "b"}));
  EXPECT_THAT(entry_points_in(""), testing::IsEmpty());
  EXPECT_THAT(entry_points_in("[unfinished\nx ="), testing::ElementsAre(EntryPoint{"unfinished", ""}));
}

}  // namespace
}  // namespace lbundle
