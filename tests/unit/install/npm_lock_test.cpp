#include "install/npm_lock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lbundle {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(NpmLock, PackagesThatOnlyPreinstalledOnesNeedAreTheRuntimes) {
  const auto packages = Json::parse(R"({
    "": {"dependencies": {"@aws-sdk/client-s3": "3", "mine": "1"}, "devDependencies": {"tool": "1"}},
    "node_modules/@aws-sdk/client-s3": {"dependencies": {"@smithy/core": "1", "tslib": "2", "mine": "1"}},
    "node_modules/@smithy/core": {"dependencies": {"tslib": "2"}},
    "node_modules/mine": {"dependencies": {"tslib": "1"}, "optionalDependencies": {"absent": "1"}},
    "node_modules/mine/node_modules/tslib": {},
    "node_modules/tool": {"dev": true},
    "node_modules/tslib": {}})");
  const auto parts = part_packages(packages, {{"@aws-sdk", "3"}});
  EXPECT_THAT(parts.of_function, ElementsAre("node_modules/mine", "node_modules/mine/node_modules/tslib"));
  EXPECT_THAT(parts.of_runtime,
              ElementsAre("node_modules/@aws-sdk/client-s3", "node_modules/@smithy/core", "node_modules/mine",
                          "node_modules/mine/node_modules/tslib", "node_modules/tslib"));
}

TEST(NpmLock, APackageOfTheFunctionsMayAskForAPreinstalledOne) {
  const auto packages = Json::parse(R"({
    "": {"dependencies": {"mine": "1"}},
    "node_modules/mine": {"dependencies": {"@aws-sdk/x": "3"}},
    "node_modules/@aws-sdk/x": {}})");
  const auto parts = part_packages(packages, {{"@aws-sdk", "3"}});
  EXPECT_THAT(parts.of_function, ElementsAre("node_modules/mine"));
  EXPECT_THAT(parts.of_runtime, ElementsAre("node_modules/@aws-sdk/x"));
}

TEST(NpmLock, ALockWithoutARoot) {
  EXPECT_THAT(part_packages(Json::object(), {{"@aws-sdk", "3"}}).of_function, IsEmpty());
}

}  // namespace
}  // namespace lbundle
