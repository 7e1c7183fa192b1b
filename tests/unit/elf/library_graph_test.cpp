#include "elf/library_graph.hpp"

#include <gmock/gmock.h>

#include "os/tree.hpp"
#include "unit/elf/compiled.hpp"

namespace lbundle::elf {
namespace {

using test::Workshop;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

// A tree of compiled libraries. The tests compare what the loader and the graph find in it.
class LibraryGraphTest : public testing::Test {
 protected:
  void link(const std::string& path, const std::string& target) {
    fs::create_directories(workshop_.path(path).parent_path());
    fs::create_symlink(target, workshop_.path(path));
  }
  void library(const std::string& path, const std::string& source, std::vector<std::string> flags = {}) {
    workshop_.library(path, source, std::move(flags));
    fs::remove(workshop_.path(path + ".c"));
  }
  std::string at(const std::string& path) const { return workshop_.path(path).string(); }

  const LibraryGraph& graph(LoaderPaths paths = {}) {
    files_ = scan_tree(workshop_.folder(), 1);
    for (const auto& [path, node] : files_) {
      if (const auto* file = std::get_if<RegularFile>(&node)) {
        if (auto facts = read_elf(read_file(file->content.path))) {
          facts_.files[path] = std::make_shared<const ElfFacts>(std::move(*facts));
        }
      }
    }
    graph_ = std::make_unique<LibraryGraph>(files_, facts_, std::move(paths));
    return *graph_;
  }
  // Returns the error of the real loader when it opens `path`; empty if it succeeds.
  std::string loader_fault(const std::string& path) {
    const TempDir folder(fs::temp_directory_path(), "loader");
    const HostPath program = folder.path() / "open";
    write_file(folder.path() / "open.c",
               std::string_view("#include <dlfcn.h>\n#include <stdio.h>\nint main(int n, char** a) "
                                "{ if (!dlopen(a[1], RTLD_NOW)) puts(dlerror()); return 0; }"));
    Workshop::output_of(
        {"g++", "-w", "-x", "c", (folder.path() / "open.c").string(), "-o", program.string(), "-ldl"});
    return Workshop::output_of({program.string(), at(path)});
  }

  Workshop workshop_;
  FileSet files_;
  TreeFacts facts_;
  std::unique_ptr<LibraryGraph> graph_;
};

const std::vector<std::string> old_rpath = {"-Wl,--disable-new-dtags"};

std::vector<std::string> with(std::vector<std::string> flags, std::initializer_list<std::string> more) {
  flags.insert(flags.end(), more);
  return flags;
}

TEST_F(LibraryGraphTest, FollowsRpathAlongTheChainOfLoaders) {
  library("x.libs/libleaf.so.1", "int leaf(void) { return 1; }");
  library("x.libs/libmiddle.so.1", "int leaf(void); int middle(void) { return leaf(); }",
          {at("x.libs/libleaf.so.1")});
  library("x/module.so", "int middle(void); int use(void) { return middle(); }",
          with(old_rpath, {at("x.libs/libmiddle.so.1"), "-Wl,-rpath,$ORIGIN/../x.libs"}));
  EXPECT_EQ(loader_fault("x/module.so"), "");
  EXPECT_THAT(graph().needed_by(BundlePath("x/module.so")),
              ElementsAre(BundlePath("x.libs/libleaf.so.1"), BundlePath("x.libs/libmiddle.so.1")));
}

TEST_F(LibraryGraphTest, DoesNotInheritRunpath) {
  library("x.libs/libleaf.so.1", "int leaf(void) { return 1; }");
  library("x.libs/libmiddle.so.1", "int leaf(void); int middle(void) { return leaf(); }",
          {at("x.libs/libleaf.so.1")});
  library("x/module.so", "int middle(void); int use(void) { return middle(); }",
          {at("x.libs/libmiddle.so.1"), "-Wl,-rpath,$ORIGIN/../x.libs", "-Wl,--enable-new-dtags",
           "-Wl,-rpath-link," + at("x.libs")});
  EXPECT_NE(loader_fault("x/module.so"), "");
  const auto scope = graph().scope(BundlePath("x/module.so"));
  const auto leaf =
      std::find_if(scope.begin(), scope.end(), [](const auto& o) { return o.name == "libleaf.so.1"; });
  ASSERT_NE(leaf, scope.end());
  EXPECT_EQ(leaf->how, Found::by_soname);
}

// Sharing relies on this: $ORIGIN is the folder of the link, not of its target.
TEST_F(LibraryGraphTest, TakesOriginFromTheLinkAndNotFromItsTarget) {
  library("real/libleaf.so.1", "int leaf(void) { return 1; }");
  library("real/libmiddle.so.1", "int leaf(void); int middle(void) { return leaf(); }",
          {at("real/libleaf.so.1"), "-Wl,-rpath,$ORIGIN"});
  link("links/libmiddle.so.1", "../real/libmiddle.so.1");
  library("x/module.so", "int middle(void); int use(void) { return middle(); }",
          {at("real/libmiddle.so.1"), "-Wl,-rpath,$ORIGIN/../links", "-Wl,-rpath-link," + at("real")});
  EXPECT_NE(loader_fault("x/module.so"), "");
  EXPECT_EQ(graph().resolve(BundlePath("links/libmiddle.so.1"), "libleaf.so.1").how, Found::by_soname);

  link("links/libleaf.so.1", "../real/libleaf.so.1");
  EXPECT_EQ(loader_fault("x/module.so"), "");
  EXPECT_THAT(graph().needed_by(BundlePath("x/module.so")),
              ElementsAre(BundlePath("links/libleaf.so.1"), BundlePath("links/libmiddle.so.1"),
                          BundlePath("real/libleaf.so.1"), BundlePath("real/libmiddle.so.1")));
}

TEST_F(LibraryGraphTest, SearchesLibraryPathBeforeRunpathAndAfterRpath) {
  library("a/libleaf.so.1", "int leaf(void) { return 1; }");
  library("b/libleaf.so.1", "int leaf(void) { return 2; }");
  library("new.so", "int leaf(void); int use(void) { return leaf(); }",
          {at("a/libleaf.so.1"), "-Wl,-rpath,$ORIGIN/a", "-Wl,--enable-new-dtags"});
  library("old.so", "int leaf(void); int use(void) { return leaf(); }",
          with(old_rpath, {at("a/libleaf.so.1"), "-Wl,-rpath,$ORIGIN/a"}));
  const LoaderPaths paths{"/var/task", folders_below("/var/task", {"/opt/lib", "/var/task", "/var/task/b"})};
  EXPECT_THAT(paths.library_path, ElementsAre(BundlePath(), BundlePath("b")));
  EXPECT_EQ(graph(paths).resolve(BundlePath("new.so"), "libleaf.so.1").file, BundlePath("b/libleaf.so.1"));
  EXPECT_EQ(graph(paths).resolve(BundlePath("old.so"), "libleaf.so.1").file, BundlePath("a/libleaf.so.1"));
}

TEST_F(LibraryGraphTest, TakesOneFileUnderTwoNamesForOneLibrary) {
  library("libone.so.1", "int one(void) { return 1; }");
  link("libalias.so.1", "libone.so.1");
  library("libuser.so", "int one(void); int use(void) { return one(); }",
          {at("libone.so.1"), "-Wl,-rpath,$ORIGIN"});
  const auto scope = graph().scope(BundlePath("libuser.so"));
  EXPECT_EQ(std::count_if(scope.begin(), scope.end(),
                          [](const auto& o) { return o.file == BundlePath("libone.so.1"); }),
            1);
}

TEST_F(LibraryGraphTest, KnowsNothingOutsideTheTree) {
  library("libm_user.so", "double sqrt(double); double use(double x) { return sqrt(x); }",
          {"-Wl,--no-as-needed", "-lm"});
  EXPECT_THAT(graph().needed_by(BundlePath("libm_user.so")), IsEmpty());
  EXPECT_EQ(graph().resolve(BundlePath("libm_user.so"), "libm.so.6").how, Found::outside);
  EXPECT_THAT(graph().scope(BundlePath("none.so")), IsEmpty());
}

}  // namespace
}  // namespace lbundle::elf
