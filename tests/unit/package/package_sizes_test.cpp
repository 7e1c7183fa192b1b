#include "package/package_sizes.hpp"

#include <gtest/gtest.h>

namespace lbundle {
namespace {

// Returns the package that `path` belongs to in a tree of these files.
std::string owner(const std::map<std::string, std::string>& tree, const std::string& path) {
  std::vector<BundlePath> paths;
  for (const auto& [name, text] : tree) paths.emplace_back(name);
  const auto owners = owners_of(paths, [&](const BundlePath& wanted) -> std::optional<std::string> {
    const auto found = tree.find(wanted.bytes());
    if (found == tree.end()) return std::nullopt;
    return found->second;
  });
  const auto* found = owners.owner_of(BundlePath(path));
  return found == nullptr ? "" : found->name + '@' + found->version;
}

const std::map<std::string, std::string> python_tree = {
    {"Pillow_x-11.3.dist-info/RECORD",
     "PIL/Image.py,sha256=x,1\n\"PIL/odd, \"\"name\"\".txt\",,\nshared/p.py,,\n"},
    {"PIL/Image.pyc", ""},
    {"PIL/odd, \"name\".txt", ""},
    {"PIL/made_later.json", ""},
    {"six-1.0.dist-info/RECORD", "six.py,,\nshared/s.py,,\n"},
    {"six.pyc", ""},
    {"shared/p.py", ""},
    {"shared/s.py", ""},
    {"shared/other.py", ""},
    {"handler.py", ""},
    {"no_record/a.py", ""},
    {"numpy.libs/libz.so", ""},
};

TEST(PackageSizes, BelongToThePackageOfTheRecord) {
  EXPECT_EQ(owner(python_tree, "shared/p.py"), "pillow-x@11.3");
  EXPECT_EQ(owner(python_tree, "shared/s.py"), "six@1.0");
  EXPECT_EQ(owner(python_tree, "PIL/odd, \"name\".txt"), "pillow-x@11.3");
  EXPECT_EQ(owner(python_tree, "six-1.0.dist-info/RECORD"), "six@1.0");
}

TEST(PackageSizes, BytecodeBelongsToItsSource) {
  EXPECT_EQ(owner(python_tree, "PIL/Image.pyc"), "pillow-x@11.3");
  EXPECT_EQ(owner(python_tree, "six.pyc"), "six@1.0");
}

TEST(PackageSizes, AnUnrecordedFileBelongsToTheOnlyPackageOfItsFolder) {
  EXPECT_EQ(owner(python_tree, "PIL/made_later.json"), "pillow-x@11.3");
  EXPECT_EQ(owner(python_tree, "shared/other.py"), "");
}

TEST(PackageSizes, WithoutARecordTheFolderIsThePackage) {
  EXPECT_EQ(owner(python_tree, "no_record/a.py"), "no-record@");
  EXPECT_EQ(owner(python_tree, "numpy.libs/libz.so"), "numpy@");
  EXPECT_EQ(owner(python_tree, "handler.py"), "");
}

TEST(PackageSizes, NodePackagesAreTheInnermost) {
  const std::map<std::string, std::string> tree = {
      {"node_modules/@aws/sdk/package.json", R"({"version": "3.1"})"},
      {"node_modules/@aws/sdk/a.js", ""},
      {"node_modules/@aws/sdk/node_modules/left-pad/package.json", "damaged"},
      {"node_modules/@aws/sdk/node_modules/left-pad/b.js", ""},
      {"index.js", ""},
  };
  EXPECT_EQ(owner(tree, "node_modules/@aws/sdk/a.js"), "@aws/sdk@3.1");
  EXPECT_EQ(owner(tree, "node_modules/@aws/sdk/node_modules/left-pad/b.js"), "left-pad@");
  EXPECT_EQ(owner(tree, "index.js"), "");
}

TEST(PackageSizes, SumsAreTheLargestFirst) {
  Distributions owners;
  owners.all = {{"six", "1.0"}};
  owners.owner = {{BundlePath("six.py"), 0}};
  const auto sizes = sizes_by_package({{BundlePath("six.py"), ByteSize(5), ByteSize(9)},
                                       {BundlePath("a"), ByteSize(3), ByteSize(4)},
                                       {BundlePath("b"), ByteSize(4), ByteSize(4)}},
                                      owners);
  ASSERT_EQ(sizes.size(), 2u);
  EXPECT_EQ(sizes[0].package.name, "");
  EXPECT_EQ(sizes[0].zipped.bytes(), 7u);
  EXPECT_EQ(sizes[0].files, 2u);
  EXPECT_EQ(sizes[1].unzipped.bytes(), 9u);
}

}  // namespace
}  // namespace lbundle
