#include "report/untried.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lbundle {
namespace {

using testing::HasSubstr;
using testing::Not;

class Untried : public testing::Test {
 protected:
  ManifestFile& file(const char* path, const char* package, std::uint64_t zipped, const char* reason,
                     const char* via = "", const char* rule = "") {
    auto& file = manifest_.files[BundlePath(path)];
    file.package = package;
    file.decision.verdict = Verdict::keep;
    file.decision.reason = {"prune", reason, rule};
    file.decision.after = ByteSize(zipped * 3);
    file.zipped = ByteSize(zipped);
    if (*via != '\0') file.needed_by = {BundlePath(via)};
    return file;
  }
  void used(const char* path, const char* package) {
    file(path, package, 1, "opened by event a").evidence[AccessKind::opened]["a"] = {1};
  }

  Manifest manifest_;
};

TEST_F(Untried, AllBehindOneDoorIsOneRow) {
  used("p/__init__.py", "p");
  file("p/late.py", "p", 10, "imported in f() by p/__init__.py:3", "p/__init__.py");
  file("p/__pycache__/late.cpython-311.pyc", "p", 20, "bytecode of p/late.py", "p/late.py");
  file("p/deep.py", "p", 50, "imported by p/late.py:1", "p/late.py");
  const auto rows = untried_rows(manifest_);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].door, "imported in f() by p/__init__.py:3");
  EXPECT_EQ(rows[0].files, 2U) << "a module and its bytecode are one";
  EXPECT_EQ(rows[0].zipped, ByteSize(80));
  EXPECT_EQ(rows[0].example, "p/deep.py");
}

TEST_F(Untried, TheFunctionsOwnDoorsComeFirstThenTheLargest) {
  used("p/__init__.py", "p");
  file("handler.py", "", 5, "the function's own file");
  file("p/big.so", "p", 500, "named in p/__init__.py", "p/__init__.py");
  file("p/small.py", "p", 10, "imported in g() by handler.py:9", "handler.py");
  file("p/plugin1.py", "p", 60, "plugins", "", "p.toml:4");
  file("p/plugin2.py", "p", 70, "plugins", "", "p.toml:4");
  const auto rows = untried_rows(manifest_);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_TRUE(rows[0].own);
  EXPECT_EQ(rows[0].door, "imported in g() by handler.py:9");
  EXPECT_EQ(rows[1].example, "p/big.so");
  EXPECT_EQ(rows[2].rule, "p.toml:4");
  EXPECT_EQ(rows[2].files, 2U);
  EXPECT_THAT(untried_text(rows, {80, false, true}), HasSubstr("p/small.py"));
  EXPECT_EQ(untried_json(rows).at(2).at("zipped"), 130);
  EXPECT_THAT(untried_html(rows), HasSubstr("plugins (p.toml:4)"));
}

TEST_F(Untried, NothingIfEveryFileWasUsedOrDropped) {
  used("p/__pycache__/a.cpython-311.pyc", "p");
  file("p/a.py", "p", 10, "source of p/__pycache__/a.cpython-311.pyc", "p/__pycache__/a.cpython-311.pyc");
  file("p/b.py", "p", 10, "no event used it").decision.verdict = Verdict::drop;
  EXPECT_TRUE(untried_rows(manifest_).empty());
  EXPECT_EQ(untried_text({}, {}), "");
  EXPECT_EQ(untried_html({}), "");
}

}  // namespace
}  // namespace lbundle
