#include "python/system_root.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/atomic_file.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"

namespace lbundle {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

TEST(PathInside, IsThatBelowTheRoot) {
  EXPECT_EQ(path_inside("/cache/root", "/cache/root/usr/bin/python3.13"), "/usr/bin/python3.13");
  EXPECT_EQ(path_inside("/cache/root", "/cache/rooted/x"), "/cache/rooted/x");
  EXPECT_EQ(path_inside("/cache/root", "/home/user/handler.py"), "/home/user/handler.py");
  EXPECT_EQ(path_inside("", "/usr/bin/python3.11"), "/usr/bin/python3.11");
}

class FileInRoot : public testing::Test {
 protected:
  FileInRoot() : folder_(temporary_folder(), "lbundle-test"), root_(folder_.path() / "system") {
    prepare_root(root_);
    write_file(root_ / "usr/lib/libz.so.1.3", std::string_view("z"));
  }

  TempDir folder_;
  HostPath root_;
};

TEST_F(FileInRoot, FollowsLinksOfAMergedSystem) {
  EXPECT_EQ(file_in_root(root_, "/lib/libz.so.1.3"), root_ / "usr/lib/libz.so.1.3");
}

TEST_F(FileInRoot, ResolvesAnAbsoluteLinkInsideTheRoot) {
  // Outside the root, this path would be a file of this machine.
  fs::create_symlink("/lib/libz.so.1.3", root_ / "usr/lib/libz.so.1");
  EXPECT_EQ(file_in_root(root_, "/usr/lib/libz.so.1"), root_ / "usr/lib/libz.so.1.3");
}

TEST_F(FileInRoot, DoesNotLeaveTheRootByParents) {
  fs::create_symlink("../../../../../../../../etc/passwd", root_ / "usr/lib/escape");
  EXPECT_EQ(file_in_root(root_, "/usr/lib/escape"), root_ / "etc/passwd");
}

TEST_F(FileInRoot, EndsIfALinkLeadsToItself) {
  fs::create_symlink("loop", root_ / "usr/lib/loop");
  EXPECT_EQ(file_in_root(root_, "/usr/lib/loop").parent_path(), root_ / "usr/lib");
}

TEST_F(FileInRoot, TheRootIsTheSystemOfWhatRunsInIt) {
  // The root's /usr is mounted at /usr, and is read-only.
  const auto words = root_mounts(root_, RootAccess::read_only);
  EXPECT_THAT(words, Contains((root_ / "usr").string()));
  for (std::size_t i = 0; i + 2 < words.size(); ++i) {
    if (words[i].starts_with("--ro-bind") && words[i + 2] == "/usr") {
      EXPECT_EQ(words[i + 1], (root_ / "usr").string());
    }
    EXPECT_FALSE(words[i].starts_with("--bind")) << words[i + 1];
  }
  EXPECT_THAT(words, Not(Contains("/proc")));
  EXPECT_THAT(root_mounts(root_, RootAccess::writable), Contains("--bind-try"));
}

TEST(PythonCommand, IsTheProgramItselfOnThisMachine) {
  Interpreter interpreter;
  interpreter.program = "/usr/bin/python3.11";
  EXPECT_THAT(system_command(interpreter), IsEmpty());
  EXPECT_THAT(python_command(interpreter, {"-I"}), ElementsAre("/usr/bin/python3.11", "-I"));
}

TEST(PythonCommand, RunsInTheRootUnderItsPathThere) {
  const TempDir folder(temporary_folder(), "lbundle-test");
  Interpreter interpreter;
  interpreter.root = folder.path();
  interpreter.program = folder.path() / "usr/bin/python3.13";
  const auto words = python_command(interpreter, {"-I"});
  EXPECT_EQ(HostPath(words.front()).filename(), "bwrap");
  EXPECT_EQ(words[words.size() - 2], "/usr/bin/python3.13");
  EXPECT_EQ(words.back(), "-I");
}

}  // namespace
}  // namespace lbundle
