#include "path_walk.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lbundle::tracer {
namespace {

namespace fs = std::filesystem;

// A tree in a temporary folder, walked as this process sees it.
class PathWalk : public testing::Test {
 protected:
  PathWalk() {
    std::string name = (fs::temp_directory_path() / "lbundle-path-walk-XXXXXX").string();
    tree_ = fs::canonical(::mkdtemp(name.data()));
    root_ = UniqueFd(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    base_ = UniqueFd(::open(tree_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    view_ = {::getpid(), ::getpid(), root_.get(), "/"};
  }
  ~PathWalk() override { fs::remove_all(tree_); }

  void file(const std::string& name) {
    fs::create_directories((tree_ / name).parent_path());
    std::ofstream(tree_ / name) << "x";
  }
  void link(const std::string& name, const std::string& target) { fs::create_symlink(target, tree_ / name); }
  Walk walk(const std::string& path, WalkOptions options = {}) {
    return walk_path(view_, {base_.get(), tree_.string()}, path, options);
  }
  std::string at(const std::string& name) { return (tree_ / name).string(); }

  fs::path tree_;
  UniqueFd root_;
  UniqueFd base_;
  View view_;
};

using State = Walk::State;

TEST_F(PathWalk, FindsRelativeAndAbsolute) {
  file("a/b");
  for (const std::string& path : {std::string("a/b"), std::string("./a//./b"), at("a/b"), at("a/../a/b")}) {
    const Walk found = walk(path);
    EXPECT_EQ(found.state, State::found) << path;
    EXPECT_EQ(found.path, at("a/b")) << path;
    EXPECT_TRUE(found.links.empty()) << path;
  }
}

TEST_F(PathWalk, NotesEachHop) {
  file("real/file");
  link("one", "two");
  link("two", tree_.string() + "/dir/../dir/file");
  link("dir", "real");
  const Walk found = walk("one");
  EXPECT_EQ(found.path, at("real/file"));
  ASSERT_EQ(found.links.size(), 4U);
  EXPECT_EQ(found.links[0].path, at("one"));
  EXPECT_EQ(found.links[0].target, "two");
  EXPECT_EQ(found.links[1].path, at("two"));
  EXPECT_EQ(found.links[2].path, at("dir"));
  EXPECT_EQ(found.links[2].target, "real");
}

TEST_F(PathWalk, GoesUpFromWhereALinkLeads) {
  file("far/away/x");
  file("far/sibling");
  file("sibling");
  link("link", "far/away");
  EXPECT_EQ(walk("link/../sibling").path, at("far/sibling"));
}

TEST_F(PathWalk, LeavesTheLastLinkIfAsked) {
  file("file");
  fs::create_directories(tree_ / "directory");
  link("link", "file");
  link("to-directory", "directory");
  WalkOptions options;
  options.follow_last = false;
  EXPECT_EQ(walk("link", options).path, at("link"));
  EXPECT_TRUE(walk("link", options).links.empty());
  EXPECT_EQ(walk("to-directory/", options).path, at("directory"));  // the slash asks for the directory
}

TEST_F(PathWalk, ReturnsTheDeepestDirectoryOfAMissingName) {
  fs::create_directories(tree_ / "real");
  file("file");
  link("link", "real");
  link("dangling", "nowhere/below");
  EXPECT_EQ(walk("link/none/../x").state, State::missing);
  EXPECT_EQ(walk("link/none").path, at("real/none"));
  EXPECT_EQ(walk("link/none/deeper").path, at("real/none/deeper"));
  EXPECT_EQ(walk("dangling").path, at("nowhere/below"));
  EXPECT_EQ(walk("file/below").state, State::missing);
  EXPECT_EQ(walk("file/").state, State::missing);
  link("link-to-file", "file");
  EXPECT_EQ(walk("link-to-file/").state, State::missing);
  EXPECT_EQ(walk("link/").state, State::found);
}

TEST_F(PathWalk, SaysWhatCanBeCreated) {
  fs::create_directories(tree_ / "real");
  link("link", "real/new");
  WalkOptions options;
  options.need_parent = true;
  EXPECT_EQ(walk("real/new", options).state, State::creatable);
  EXPECT_EQ(walk("link", options).state, State::creatable);
  EXPECT_EQ(walk("link", options).path, at("real/new"));
  EXPECT_EQ(walk("none/new", options).state, State::missing);
}

TEST_F(PathWalk, EndsInALoop) {
  link("loop", "pool");
  link("pool", "loop");
  EXPECT_EQ(walk("loop").state, State::missing);
  EXPECT_EQ(walk("loop").links.size(), 40U);
}

TEST_F(PathWalk, StaysInTheRoot) {
  file("jail/target");
  file("target");
  link("jail/absolute", "/target");
  link("jail/up", "../../../target");
  const UniqueFd jail(::open(at("jail").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  view_.root = jail.get();
  view_.root_prefix = at("jail");
  for (const char* path : {"/absolute", "/up", "/../target", "/target"}) {
    EXPECT_EQ(walk(path).state, State::found) << path;
    EXPECT_EQ(walk(path).path, "/target") << path;
  }
  std::string name;
  const UniqueFd inside(::open(at("jail/target").c_str(), O_PATH | O_CLOEXEC));
  EXPECT_TRUE(path_of_fd(view_, inside.get(), name));
  EXPECT_EQ(name, "/target");
}

TEST_F(PathWalk, FollowsTheLinksOfProc) {
  file("file");
  const UniqueFd fd(::open(at("file").c_str(), O_PATH | O_CLOEXEC));
  const std::string number = std::to_string(fd.get());
  EXPECT_EQ(walk("/proc/self/fd/" + number).path, at("file"));
  EXPECT_EQ(walk("/dev/fd/" + number).path, at("file"));
  EXPECT_EQ(walk("/proc/thread-self/fd/" + number).path, at("file"));
  EXPECT_EQ(walk("/proc/self/cwd").path, fs::current_path().string());
  EXPECT_EQ(walk("/proc/self/status").path, "/proc/" + std::to_string(::getpid()) + "/status");
  EXPECT_EQ(walk("/proc/mounts").path, "/proc/" + std::to_string(::getpid()) + "/mounts");
}

TEST_F(PathWalk, KnowsPathsThatAreNotFiles) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const UniqueFd out(ends[0]);
  const UniqueFd in(ends[1]);
  std::string name;
  EXPECT_FALSE(path_of_fd(view_, out.get(), name));
  EXPECT_EQ(walk("/proc/self/fd/" + std::to_string(in.get())).state, State::pseudo);
  EXPECT_EQ(walk(std::string(256, 'n')).state, State::pseudo);
  EXPECT_EQ(walk(std::string(255, 'n')).state, State::missing);
  EXPECT_EQ(walk("").state, State::pseudo);
}

TEST_F(PathWalk, NamesADeletedFileAsItWas) {
  file("gone");
  file("still (deleted)");
  std::string name;
  const UniqueFd gone(::open(at("gone").c_str(), O_PATH | O_CLOEXEC));
  const UniqueFd still(::open(at("still (deleted)").c_str(), O_PATH | O_CLOEXEC));
  fs::remove(tree_ / "gone");
  EXPECT_TRUE(path_of_fd(view_, gone.get(), name));
  EXPECT_EQ(name, at("gone"));
  EXPECT_TRUE(path_of_fd(view_, still.get(), name));
  EXPECT_EQ(name, at("still (deleted)"));
}

TEST_F(PathWalk, NamesADirectoryDeeperThanAPage) {
  const std::string name(200, 'd');
  std::string expected = tree_.string();
  UniqueFd here(::fcntl(base_.get(), F_DUPFD_CLOEXEC, 0));
  for (int i = 0; i < 25; ++i) {
    ASSERT_EQ(::mkdirat(here.get(), name.c_str(), 0700), 0);
    here = UniqueFd(::openat(here.get(), name.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    expected += '/' + name;
  }
  std::string found;
  EXPECT_TRUE(path_of_fd(view_, here.get(), found));
  EXPECT_EQ(found, expected);
}

TEST(CleanPath, LeavesOnlyNames) {
  EXPECT_EQ(clean_path("//a/./b//c/"), "/a/b/c");
  EXPECT_EQ(clean_path("/"), "/");
  EXPECT_EQ(clean_path("/../../a"), "/a");
  EXPECT_EQ(clean_path("/a/../b"), "/a/../b");
}

TEST(PseudoName, IsAUrlOrADriversPrefix) {
  for (const char* name : {"MEM:::DATAPOINTER=1", "s3://bucket/key", "HDF5:\"file\"://x", "GPKG:/a/b"}) {
    EXPECT_TRUE(is_pseudo_name(name)) << name;
  }
  for (const char* name : {"a", "/a:/b", "file:name", "a/b://c", "c:/x", "name:", "", ":::"}) {
    EXPECT_FALSE(is_pseudo_name(name)) << name;
  }
}

}  // namespace
}  // namespace lbundle::tracer
