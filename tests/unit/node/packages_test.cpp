#include "node/packages.hpp"

#include <gtest/gtest.h>

#include "os/atomic_file.hpp"
#include "os/temp_dir.hpp"
#include "os/tree.hpp"

namespace lbundle {
namespace {

TEST(NodePackages, InnermostPackageOwnsAFile) {
  const TempDir folder(fs::temp_directory_path(), "lbundle-test");
  const auto write = [&](const char* path, std::string_view text) { write_file(folder.path() / path, text); };
  write("index.js", "");
  write("node_modules/.package-lock.json", "{}");
  write("node_modules/a/package.json", R"({"name": "a", "version": "1.2.3"})");
  write("node_modules/a/lib/x.js", "");
  write("node_modules/a/node_modules/@s/b/package.json", R"({"version": "2.0.0"})");
  write("node_modules/a/node_modules/@s/b/x.js", "");
  write("node_modules/c/package.json", "no JSON");
  write("xnode_modules/d/x.js", "");
  fs::create_directories(folder.path() / "node_modules/.bin");
  fs::create_symlink("../a/lib/x.js", folder.path() / "node_modules/.bin/a");
  const auto files = scan_tree(folder.path(), 1);
  const auto packages = read_node_packages(files);
  const auto owner = [&](const char* path) {
    const auto* found = packages.owner_of(BundlePath(path));
    return found == nullptr ? std::string("none") : found->name + " " + found->version;
  };
  EXPECT_EQ(owner("node_modules/a/lib/x.js"), "a 1.2.3");
  EXPECT_EQ(owner("node_modules/a/node_modules/@s/b/x.js"), "@s/b 2.0.0");
  EXPECT_EQ(owner("node_modules/c/package.json"), "c ");
  for (const auto* own :
       {"index.js", "xnode_modules/d/x.js", "node_modules/.bin/a", "node_modules/.package-lock.json"})
    EXPECT_EQ(owner(own), "none") << own;
  EXPECT_EQ(packages.all.size(), 3U);
}

}  // namespace
}  // namespace lbundle
