#include "package/size_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lbundle {
namespace {

using testing::HasSubstr;

// Describes a tree: each file with its size in the zip, its unpacked size, and its package.
struct Tree {
  std::vector<SizedFile> files;
  Distributions owners;

  void add(const std::string& path, const std::string& package, std::uint64_t zipped,
           std::uint64_t unzipped) {
    files.push_back({BundlePath(path), ByteSize(zipped), ByteSize(unzipped)});
    if (package.empty()) return;
    std::size_t number = 0;
    while (number < owners.all.size() && owners.all[number].name != package) ++number;
    if (number == owners.all.size()) owners.all.push_back({package, "1.0"});
    owners.owner.emplace(path, number);
  }
};

Tree tree() {
  Tree made;
  made.add("handler.py", "", 50, 100);
  made.add("numpy/core.so", "numpy", 5'000, 20'000);
  made.add("numpy/a.py", "numpy", 300, 1'000);
  made.add("numpy/__pycache__/a.cpython-311.pyc", "numpy", 200, 600);
  made.add("numpy/tests/test_a.py", "numpy", 400, 9'000);
  made.add("numpy/tests/data.pyi", "numpy", 10, 20);
  made.add("pandas/tests/t.py", "pandas", 700, 3'000);
  made.add("six.py", "six", 90, 300);
  return made;
}

TEST(SizePlan, GoesFromSafeToBoldAndEachLineIsASetting) {
  const auto made = tree();
  const auto plan = size_plan(made.files, made.owners, true);
  ASSERT_EQ(plan.size(), 7u);
  EXPECT_EQ(plan[0].path, "numpy");
  EXPECT_THAT(plan[0].message, HasSubstr("saves 300 B zipped, 1.0 kB unzipped"));
  EXPECT_EQ(plan[0].hint, "[shrink] bytecode = \"sourceless\"");
  EXPECT_EQ(plan[1].hint, "[prune] drop = [\"numpy/**/*.pyi\"]");
  EXPECT_EQ(plan[2].hint, "[prune] drop = [\"pandas/**/tests/**\"]");  // the larger gain in the zip
  EXPECT_EQ(plan[3].hint, "[prune] drop = [\"numpy/**/tests/**\"]");
  EXPECT_THAT(plan[3].message,
              HasSubstr("saves 400 B zipped"));  // without the stub, which an earlier step counted
  for (std::size_t i = 4; i < plan.size(); ++i)
    EXPECT_THAT(plan[i].hint, HasSubstr("take it out of the function's requirements"))
        << "its modules may be in use";
  for (const auto& step : plan) EXPECT_EQ(step.severity, Severity::note);
}

TEST(SizePlan, CountsTheExcess) {
  const auto made = tree();
  EXPECT_EQ(size_plan(made.files, made.owners, false)[2].path, "numpy");
}

TEST(SizePlan, APackageOfNpmIsItsOwnFolder) {
  Tree made;
  made.add("node_modules/a/tests/t.js", "a", 5, 5);
  made.add("node_modules/@s/b/docs/d.md", "@s/b", 4, 4);
  made.add("node_modules/a/node_modules/c/test/t.js", "c", 3, 3);
  std::vector<std::string> hints;
  for (const auto& step : size_plan(made.files, made.owners, true)) hints.push_back(step.hint);
  EXPECT_THAT(hints,
              testing::IsSupersetOf({"[prune] drop = [\"node_modules/a/**/tests/**\"]",
                                     "[prune] drop = [\"node_modules/@s/b/**/docs/**\"]",
                                     "[prune] drop = [\"node_modules/a/node_modules/c/**/test/**\"]"}));
  for (const auto& hint : hints) EXPECT_THAT(hint, testing::Not(HasSubstr("\"node_modules/**")));
}

TEST(SizePlan, ANameThatLooksLikeAGlobIsOnlyAName) {
  Tree made;
  made.add("od[d*/tests/t.py", "odd", 5, 5);
  const auto plan = size_plan(made.files, made.owners, true);
  ASSERT_EQ(plan.size(), 2u);
  EXPECT_EQ(plan[0].hint, "[prune] drop = [\"od\\[d\\*/**/tests/**\"]");
}

}  // namespace
}  // namespace lbundle
