#include "os/tree.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "os/digest_of.hpp"
#include "support/expect_error.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

TEST(ScanTree, GivesFilesAndLinks) {
  const Scratch scratch;
  scratch.put("a/run", "#!/bin/sh\n", fs::perms(0755));
  scratch.put("a-b", "x", fs::perms(0600));
  scratch.put("na\xefve", "x");
  fs::create_directory(scratch / "empty");
  fs::create_symlink("a", scratch / "link");
  fs::create_symlink("gone", scratch / "a/dangling");
  const auto files = scan_tree(scratch.path(), 2);

  std::vector<std::string> paths;
  for (const auto& [path, node] : files) paths.push_back(path.bytes());
  EXPECT_EQ(paths, (std::vector<std::string>{"a-b", "a/dangling", "a/run", "link", "na\xefve"}));
  const auto* script = files.find_file(BundlePath("a/run"));
  ASSERT_NE(script, nullptr);
  EXPECT_TRUE(script->executable);
  EXPECT_EQ(script->content.size, ByteSize(10));
  EXPECT_EQ(script->content.digest, digest_of("#!/bin/sh\n"));
  EXPECT_EQ(script->content.path, scratch / "a/run");
  EXPECT_FALSE(files.find_file(BundlePath("a-b"))->executable);
  EXPECT_EQ(std::get<SymbolicLink>(*files.find(BundlePath("link"))).target, "a");
}

TEST(ScanTree, AcceptsAnySpellingOfTheRoot) {
  const Scratch scratch;
  scratch.put("t/a/f", "x");
  fs::create_symlink("t", scratch / "l");
  for (const auto& root :
       {scratch / "t", scratch / "t/", scratch / "t/.", scratch / "t/../t", scratch / "l", scratch / "l/"}) {
    const auto files = scan_tree(root, 1);
    EXPECT_EQ(files.size(), 1U) << root;
    EXPECT_TRUE(files.contains(BundlePath("a/f"))) << root;
  }
  EXPECT_EQ(status_in_child([&] {
              fs::current_path(scratch / "t");
              return scan_tree(".", 1).contains(BundlePath("a/f")) ? 0 : 1;
            }),
            0);
}

TEST(ScanTree, RefusesFilesThatAZipMustNotHave) {
  const Scratch scratch;
  scratch.put("f", "x");
  ASSERT_EQ(mkfifo((scratch / "pipe").c_str(), 0600), 0);
  auto refused = error_of([&] { scan_tree(scratch.path(), 2); });
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->what(), "cannot read '" + (scratch / "pipe").string() +
                                 "': is neither a file, a folder nor a symbolic link");
  EXPECT_NE(refused->hint(), "");
  fs::remove(scratch / "pipe");

  const int socket_number = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  (scratch / "socket").string().copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
  ASSERT_EQ(bind(socket_number, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  close(socket_number);
  EXPECT_TRUE(error_of([&] { scan_tree(scratch.path(), 2); }));
}

TEST(ScanTree, NamesWhatItCannotRead) {
  const Scratch scratch;
  EXPECT_TRUE(error_of([&] { scan_tree(scratch / "gone", 1); }));
  scratch.put("closed/f", "x");
  scratch.put("open/secret", "x", fs::perms(0000));
  EXPECT_EQ(status_without_privileges([&] {
              const auto failure = error_of([&] { scan_tree(scratch.path(), 1); });
              return failure && std::string(failure->what()).find("open/secret") != std::string::npos ? 0 : 1;
            }),
            0);
  fs::permissions(scratch / "closed", fs::perms(0000));
  EXPECT_EQ(
      status_without_privileges([&] { return error_of([&] { scan_tree(scratch.path(), 1); }) ? 0 : 1; }), 0);
}

TEST(SetDates, DatesFilesFoldersAndLinksButNotWhatLinksLeadTo) {
  const Scratch scratch, other;
  other.put("outside", "x");
  scratch.put("a/file", "x");
  fs::create_symlink(other / "outside", scratch / "a/link");
  fs::create_directory(scratch / "empty");
  constexpr std::time_t date = 315532800;
  set_dates(scratch.path(), date);
  const auto date_of = [](const HostPath& path) {
    struct stat status {};
    EXPECT_EQ(lstat(path.c_str(), &status), 0);
    return status.st_mtim.tv_sec;
  };
  for (const auto& path :
       {scratch.path(), scratch / "a", scratch / "a/file", scratch / "a/link", scratch / "empty"})
    EXPECT_EQ(date_of(path), date) << path;
  EXPECT_GT(date_of(other / "outside"), date);
  EXPECT_TRUE(error_of([&] { set_dates(scratch / "none", date); }));
}

TEST(TreeStamp, ChangesWithTheTree) {
  const Scratch scratch;
  scratch.put("a/f", "one");
  const auto first = tree_stamp(scratch.path());
  EXPECT_EQ(tree_stamp(scratch.path()), first);
  scratch.put("a/f", "two");
  const auto rewritten = tree_stamp(scratch.path());
  EXPECT_NE(rewritten, first);
  fs::permissions(scratch / "a/f", fs::perms(0755));
  const auto other_mode = tree_stamp(scratch.path());
  EXPECT_NE(other_mode, rewritten);
  fs::rename(scratch / "a/f", scratch / "a/g");
  EXPECT_NE(tree_stamp(scratch.path()), other_mode);
}

}  // namespace
}  // namespace lbundle
