#include "package/diff.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "model/error.hpp"
#include "os/atomic_file.hpp"
#include "os/temp_dir.hpp"
#include "os/tree.hpp"
#include "package/pack.hpp"

namespace lbundle {
namespace {

// Returns a tree of the invented project: a package with a library, another package that may be absent, and
// the function itself.
class DiffTest : public testing::Test {
 protected:
  void put(const std::string& side, const std::string& name, std::string_view content) const {
    write_file(folder_.path() / side / name, content);
  }
  void put_package(const std::string& side, const std::string& name, const std::string& version,
                   const std::map<std::string, std::string>& files) const {
    const auto info = name + "-" + version + ".dist-info";
    std::string record;
    for (const auto& [path, content] : files) {
      put(side, path, content);
      record += path + ",,\n";
    }
    put(side, info + "/RECORD", record + info + "/RECORD,,\n");
  }
  HostPath zip(const std::string& side) const {
    const auto path = folder_.path() / (side + ".zip");
    pack(scan_tree(folder_.path() / side, 1), path, {});
    return path;
  }
  SizeDiff zips() const {
    const auto result =
        diff(list_sizes(zip("old"), ContentNames::crc, 1), list_sizes(zip("new"), ContentNames::crc, 1));
    expect_sums(result);
    return result;
  }
  HostPath folder(const std::string& side) const { return folder_.path() / side; }

  static void expect_sums(const SizeDiff& result) {
    ASSERT_TRUE(result.zipped);
    std::int64_t zipped = result.rest.change();
    std::int64_t unzipped = 0;
    for (const auto& package : result.packages) {
      zipped += package.zipped.change();
      unzipped += package.unzipped.change();
    }
    EXPECT_EQ(zipped, result.zipped->change());
    EXPECT_EQ(unzipped, result.unzipped.change());
    zipped = result.rest.change();
    for (const auto& file : result.files) zipped += file.zipped.change();
    EXPECT_EQ(zipped, result.zipped->change());
  }

  static const PackageChange& package(const SizeDiff& result, const std::string& name) {
    const auto found = std::ranges::find(result.packages, name, &PackageChange::name);
    if (found == result.packages.end()) throw std::out_of_range(name);
    return *found;
  }
  static const FileChange& file(const SizeDiff& result, const std::string& path) {
    const auto found = std::ranges::find(result.files, BundlePath(path), &FileChange::path);
    if (found == result.files.end()) throw std::out_of_range(path);
    return *found;
  }

 private:
  TempDir folder_{fs::temp_directory_path(), "diff_test"};
};

TEST_F(DiffTest, ABumpIsOnePackageWithBothVersions) {
  put_package("old", "numpy", "1.26.4", {{"numpy/__init__.py", "one"}, {"numpy/core.py", "two"}});
  put_package("new", "numpy", "2.2.6",
              {{"numpy/__init__.py", "one"}, {"numpy/core.py", std::string(900, 'z')}});
  const auto result = zips();
  ASSERT_EQ(result.packages.size(), 1u);
  EXPECT_EQ(result.packages[0].old_version, "1.26.4");
  EXPECT_EQ(result.packages[0].new_version, "2.2.6");
  EXPECT_GT(result.packages[0].unzipped.change(), 890);
  EXPECT_EQ(file(result, "numpy/core.py").kind, ChangeKind::changed);
}

TEST_F(DiffTest, PackagesComeAndGo) {
  put_package("old", "six", "1.0", {{"six.py", "six"}});
  put_package("new", "attrs", "26.1.0", {{"attr/__init__.py", "attr"}, {"attrs/__init__.py", "attrs"}});
  put("old", "handler.py", "1");
  put("new", "handler.py", "1");
  const auto result = zips();
  EXPECT_FALSE(package(result, "attrs").old_version);
  EXPECT_FALSE(package(result, "six").new_version);
  EXPECT_EQ(package(result, "six").zipped.after.bytes(), 0u);
  EXPECT_EQ(result.packages.size(), 2u);  // the function's own files did not change
}

TEST_F(DiffTest, AMovedFileDidNotGrow) {
  put("old", "a/module.py", "some content that is kept");
  put("new", "b/module.py", "some content that is kept");
  const auto result = zips();
  ASSERT_EQ(result.files.size(), 1u);
  EXPECT_EQ(result.files[0].kind, ChangeKind::moved);
  EXPECT_EQ(result.files[0].old_path, BundlePath("a/module.py"));
  EXPECT_EQ(result.files[0].zipped.change(), 0);
}

TEST_F(DiffTest, ALibraryWithAnotherHashIsTheSameFile) {
  put("old", "shapely.libs/libgeos-8da2fcfa.so.3.11.1", std::string(100, 'a'));
  put("new", "shapely.libs/libgeos-3ac4b2c9.so.3.13.0", std::string(300, 'b'));
  const auto result = zips();
  ASSERT_EQ(result.files.size(), 1u);
  EXPECT_EQ(result.files[0].kind, ChangeKind::changed);
  EXPECT_EQ(result.files[0].old_path, BundlePath("shapely.libs/libgeos-8da2fcfa.so.3.11.1"));
  EXPECT_EQ(result.files[0].unzipped.change(), 200);
}

TEST_F(DiffTest, NothingChangedIsEmpty) {
  put("old", "a", "1");
  put("new", "a", "1");
  const auto result = zips();
  EXPECT_TRUE(result.files.empty());
  EXPECT_TRUE(result.packages.empty());
  EXPECT_EQ(result.zipped->change(), 0);
}

TEST_F(DiffTest, BytesOfNoFileAreReportedSeparately) {
  put("old", "a", "1");
  put("new", "a", "1");
  const auto before = list_sizes(zip("old"), ContentNames::crc, 1);
  // A comment of five bytes, which an end record may have.
  auto bytes = read_file(zip("new"));
  bytes.at(bytes.size() - 2) = 5;
  for (const auto c : as_bytes("hello")) bytes.push_back(c);
  write_file(folder("new.zip"), bytes);
  const auto result = diff(before, list_sizes(folder("new.zip"), ContentNames::crc, 1));
  expect_sums(result);
  EXPECT_EQ(result.rest.change(), 5);
  EXPECT_TRUE(result.files.empty());
}

TEST_F(DiffTest, AFolderHasNoZippedSizes) {
  put("old", "a", "1");
  put("new", "a", "12");
  const auto result =
      diff(list_sizes(folder("old"), ContentNames::crc, 1), list_sizes(zip("new"), ContentNames::crc, 1));
  EXPECT_FALSE(result.zipped);
  ASSERT_EQ(result.files.size(), 1u);
  EXPECT_EQ(result.files[0].zipped.change(), 0);
  EXPECT_EQ(result.files[0].unzipped.change(), 1);
}

TEST_F(DiffTest, AFolderAndItsZipAreTheSame) {
  put_package("old", "six", "1.0", {{"six.py", "six"}});
  for (const auto names : {ContentNames::crc, ContentNames::digest}) {
    EXPECT_TRUE(diff(list_sizes(folder("old"), names, 1), list_sizes(zip("old"), names, 1)).files.empty());
  }
}

TEST_F(DiffTest, OtherFilesAreAnError) {
  put("old", "a.json", "{}");
  put("old", "a.txt", "text");
  EXPECT_THROW(list_sizes(folder("old") / "a.json", ContentNames::digest, 1), Error);
  EXPECT_THROW(list_sizes(folder("old") / "a.txt", ContentNames::crc, 1), Error);
  EXPECT_THROW(list_sizes(folder("old") / "absent", ContentNames::crc, 1), Error);
}

}  // namespace
}  // namespace lbundle
