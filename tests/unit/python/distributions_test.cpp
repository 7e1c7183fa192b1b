#include "python/distributions.hpp"

#include <gtest/gtest.h>

#include "os/atomic_file.hpp"
#include "os/temp_dir.hpp"
#include "os/tree.hpp"

namespace lbundle {
namespace {

class ReadDistributions : public testing::Test {
 protected:
  void write(const std::string& path, const std::string& text = "") {
    write_file(folder_.path() / path, text);
  }
  Distributions read() const { return read_distributions(scan_tree(folder_.path(), 1)); }
  std::string owner(const Distributions& distributions, const std::string& path) const {
    const auto* found = distributions.owner_of(BundlePath(path));
    return found == nullptr ? "" : found->name + " " + found->version;
  }

  TempDir folder_{fs::temp_directory_path(), "lbundle-test"};
};

TEST_F(ReadDistributions, FollowsTheRecord) {
  write("Foo_Bar-1.2.dist-info/METADATA",
        "Metadata-Version: 2.1\nName: Foo_Bar\nVersion: 1.2\n\nName: body\n");
  write("Foo_Bar-1.2.dist-info/RECORD",
        "foo/__init__.py,sha256=x,3\r\n\"foo/a, "
        "\"\"b\"\".txt\",,\nfoo/absent.py,,\n../../bin/foo,,\n../../etc/passwd,,\n");
  write("Foo_Bar-1.2.dist-info/LICENSE");
  write("foo/__init__.py");
  write("foo/a, \"b\".txt");
  write("foo/unlisted.txt");
  write("bin/foo");
  write("handler.py");
  const auto found = read();
  ASSERT_EQ(found.all.size(), 1U);
  EXPECT_EQ(found.all[0], (Distribution{"foo-bar", "1.2"}));
  for (const auto* path : {"foo/__init__.py", "foo/a, \"b\".txt", "bin/foo", "Foo_Bar-1.2.dist-info/LICENSE",
                           "Foo_Bar-1.2.dist-info/RECORD"}) {
    EXPECT_EQ(owner(found, path), "foo-bar 1.2") << path;
  }
  EXPECT_EQ(owner(found, "handler.py"), "");
  EXPECT_EQ(owner(found, "foo/unlisted.txt"), "");
  EXPECT_FALSE(found.owner.contains(BundlePath("foo/absent.py")));
}

TEST_F(ReadDistributions, GivesBytecodeToTheOwnerOfItsSource) {
  write("a-1.dist-info/RECORD", "a.py,,\n");
  write("a.py");
  write("b.py");
  write("__pycache__/a.cpython-311.pyc");
  write("__pycache__/b.cpython-311.pyc");
  const auto found = read();
  EXPECT_EQ(owner(found, "__pycache__/a.cpython-311.pyc"), "a 1");
  EXPECT_EQ(owner(found, "__pycache__/b.cpython-311.pyc"), "");
}

TEST_F(ReadDistributions, NeedsNeitherRecordNorMetadata) {
  write("a-1.dist-info/INSTALLER", "pip\n");
  write("a-1.dist-info-old/x", "pip\n");
  const auto found = read();
  ASSERT_EQ(found.all.size(), 1U);
  EXPECT_EQ(owner(found, "a-1.dist-info/INSTALLER"), "a 1");
  EXPECT_EQ(owner(found, "a-1.dist-info-old/x"), "");
}

TEST(NormalisedName, IsThatOfPep503) {
  EXPECT_EQ(normalised_name("Foo__Bar.-baz"), "foo-bar-baz");
  EXPECT_EQ(normalised_name("numpy"), "numpy");
}

}  // namespace
}  // namespace lbundle
