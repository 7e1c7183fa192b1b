#include "package/layer_form.hpp"

#include <gtest/gtest.h>

#include "model/error.hpp"
#include "os/tree.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

std::vector<std::string> names(const FileSet& files) {
  std::vector<std::string> all;
  for (const auto& [path, node] : files) all.push_back(path.bytes());
  return all;
}

class LayerForm : public testing::Test {
 protected:
  void put(const std::string& name, const std::string& text = "x") const {
    write_file(scratch_ / name, text);
  }
  void link(const std::string& name, const std::string& target) const {
    fs::create_directories((scratch_ / name).parent_path());
    fs::create_symlink(target, scratch_ / name);
  }
  void put_package() const {
    put("pkg/__init__.py");
    put("pkg-1.0.dist-info/RECORD", "pkg/__init__.py,,\npkg-1.0.dist-info/RECORD,,\n");
  }
  FileSet files() const { return scan_tree(scratch_.path(), 1); }

 private:
  Scratch scratch_;
};

TEST_F(LayerForm, PutsEachWhereItsRuntimeLooks) {
  put("pkg/a.py");
  put("lib/libx.so");
  put("bin/run");
  put("node_modules/left-pad/index.js");
  EXPECT_EQ(names(as_layer(files())),
            (std::vector<std::string>{"bin/run", "lib/libx.so", "nodejs/node_modules/left-pad/index.js",
                                      "python/pkg/a.py"}));
}

TEST_F(LayerForm, LinksKeepTheirTargets) {
  put("lib/libx.so");
  link("pkg.libs/libx.so", "../lib/libx.so");
  link("pkg.libs/again.so", "libx.so");
  const auto layer = as_layer(files());
  EXPECT_EQ(layer.follow(BundlePath("python/pkg.libs/libx.so")), BundlePath("lib/libx.so"));
  EXPECT_EQ(layer.follow(BundlePath("python/pkg.libs/again.so")), BundlePath("lib/libx.so"));
}

TEST_F(LayerForm, SplittingLeavesTheFunctionItsOwn) {
  put("handler.py");
  put("own/module.py");
  put_package();
  const auto parts = split_off_layer(files());
  EXPECT_EQ(names(parts.function), (std::vector<std::string>{"handler.py", "own/module.py"}));
  EXPECT_EQ(names(parts.layer),
            (std::vector<std::string>{"python/pkg-1.0.dist-info/RECORD", "python/pkg/__init__.py"}));
}

TEST_F(LayerForm, AnImpossibleSplitIsAnError) {
  put("handler.py");
  EXPECT_THROW(split_off_layer(files()), Error);  // no record says what is a dependency
  put_package();
  link("shortcut", "pkg/__init__.py");
  EXPECT_THROW(split_off_layer(files()), Error);  // it would dangle
}

TEST_F(LayerForm, DependenciesAloneAreNotAFunction) {
  put_package();
  EXPECT_THROW(split_off_layer(files()), Error);
}

}  // namespace
}  // namespace lbundle
