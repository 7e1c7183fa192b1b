#include "model/file_set.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace lbundle {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

FileNode file(std::uint64_t size = 1) {
  return RegularFile{{{}, ByteSize(size), {}, false}, false};
}
FileNode link(const std::string& target) {
  return SymbolicLink{target};
}

FileSet tree(std::initializer_list<std::pair<const char*, FileNode>> nodes) {
  FileSet files;
  for (const auto& [path, node] : nodes) files.put(BundlePath(path), node);
  return files;
}

std::string followed(const FileSet& files, const char* path) {
  const auto found = files.follow(BundlePath(path));
  return found ? found->bytes() : "nothing";
}

TEST(FileSet, FindsItsFiles) {
  const auto files = tree({{"a/b", file(7)}, {"a/l", link("b")}});
  EXPECT_TRUE(files.contains(BundlePath("a/b")));
  EXPECT_FALSE(files.contains(BundlePath("a")));
  EXPECT_EQ(files.find_file(BundlePath("a/b"))->content.size, ByteSize(7));
  EXPECT_EQ(files.find_file(BundlePath("a/l")), nullptr) << "a link is no regular file";
  EXPECT_EQ(files.unzipped(), ByteSize(8)) << "a link takes its target's text";
}

TEST(FileSet, KnowsFoldersAmongNeighbours) {
  // '-' and '.' sort before '/', so these neighbours are sorted between a folder's name and the files in it.
  const auto files =
      tree({{"a", file()}, {"b-c", file()}, {"b.txt", file()}, {"b/x", file()}, {"d-e/f", file()}});
  EXPECT_TRUE(files.has_folder(BundlePath("b")));
  EXPECT_TRUE(files.has_folder(BundlePath("d-e")));
  EXPECT_FALSE(files.has_folder(BundlePath("a")));
  EXPECT_FALSE(files.has_folder(BundlePath("d")));
  EXPECT_FALSE(files.has_folder(BundlePath("b/x")));
  EXPECT_FALSE(files.has_folder(BundlePath("z")));
  EXPECT_TRUE(files.has_folder(BundlePath()));
  EXPECT_TRUE(tree({{"n/\x01", file()}}).has_folder(BundlePath("n")))
      << "the first name that a folder may hold";
}

std::vector<std::string> names_of(const auto& range) {
  std::vector<std::string> names;
  for (const auto& [path, node] : range) names.push_back(path.bytes());
  return names;
}

TEST(FileSet, BelowAFolderIsEverythingInIt) {
  const auto files = tree({{"a", file()},
                           {"b", file()},
                           {"b-old/x", file()},
                           {"b.json", file()},
                           {"b/c/y", file()},
                           {"b/x", file()},
                           {"b0", file()}});
  EXPECT_THAT(names_of(files.below(BundlePath("b"))), ElementsAre("b/c/y", "b/x"));
  EXPECT_THAT(names_of(files.below(BundlePath("b/c"))), ElementsAre("b/c/y"));
  EXPECT_THAT(names_of(files.below(BundlePath("a"))), IsEmpty()) << "a file holds nothing";
  EXPECT_THAT(names_of(files.below(BundlePath("z"))), IsEmpty());
  EXPECT_EQ(names_of(files.below(BundlePath())).size(), files.size()) << "the root holds everything";
}

TEST(FileSet, BeginningWithATextIsNotBoundToFolders) {
  const auto files =
      tree({{"a/m.cpython-311.so", file()}, {"a/m.py", file()}, {"a/mm.py", file()}, {"b", file()}});
  EXPECT_THAT(names_of(files.beginning_with(BundlePath("a/m."))),
              ElementsAre("a/m.cpython-311.so", "a/m.py"));
  EXPECT_THAT(names_of(files.beginning_with(BundlePath("c"))), IsEmpty());
}

TEST(FileSet, FollowsLinksHopByHop) {
  const auto files = tree({{"lib/libx.so.1.2", file()},
                           {"lib/libx.so.1", link("libx.so.1.2")},
                           {"lib/libx.so", link("libx.so.1")},
                           {"current", link("lib")},
                           {"deep/up", link("../current/libx.so")}});
  EXPECT_EQ(followed(files, "lib/libx.so"), "lib/libx.so.1.2");
  EXPECT_EQ(followed(files, "current"), "lib");
  EXPECT_EQ(followed(files, "current/libx.so.1"), "lib/libx.so.1.2");
  EXPECT_EQ(followed(files, "lib/libx.so.1.2"), "lib/libx.so.1.2");
  std::set<BundlePath> crossed;
  EXPECT_EQ(files.follow(BundlePath("deep/up"), &crossed), BundlePath("lib/libx.so.1.2"));
  EXPECT_EQ(crossed, (std::set<BundlePath>{BundlePath("deep/up"), BundlePath("current"),
                                           BundlePath("lib/libx.so"), BundlePath("lib/libx.so.1")}));
}

TEST(FileSet, ParentOfALinkedFolderIsItsOwn) {
  const auto files =
      tree({{"a/b/c", file()}, {"a/x", file()}, {"l", link("a/b")}, {"m", link("l/../x")}, {"x", file()}});
  EXPECT_EQ(followed(files, "m"), "a/x") << "as the kernel resolves it, and not by name";
}

TEST(FileSet, LeadsNowhere) {
  const auto files = tree({{"dangling", link("gone")},
                           {"loop", link("pool")},
                           {"pool", link("loop")},
                           {"self", link("self/x")},
                           {"out", link("../x")},
                           {"absolute", link("/x")},
                           {"f", file()},
                           {"below", link("f/x")},
                           {"x", file()}});
  for (const auto* path : {"dangling", "loop", "self", "out", "absolute", "gone", "f/x", "below"}) {
    EXPECT_EQ(followed(files, path), "nothing") << path;
  }
}

TEST(FileSet, AFileHasNoParentBehindIt) {
  const auto files = tree({{"f", file()}, {"x", file()}, {"l", link("f/../x")}, {"g", link("gone/../x")}});
  EXPECT_EQ(followed(files, "l"), "nothing") << "ENOTDIR";
  EXPECT_EQ(followed(files, "g"), "nothing") << "ENOENT";
}

RC_GTEST_PROP(FileSetProperty, FollowingEndsAtNoLink, ()) {
  const auto name = rc::gen::element<std::string>("a", "b", "c", "d/a", "d/b", "e/f/a");
  const auto target =
      rc::gen::element<std::string>("a", "b", "../a", "../c", "d", "d/a", "../d/b", "e/f", "..", ".");
  FileSet files;
  for (const auto& path : *rc::gen::container<std::vector<std::string>>(name)) {
    files.put(BundlePath(path), *rc::gen::arbitrary<bool>() ? file() : link(*target));
  }
  for (const auto& [path, node] : files) {
    const auto end = files.follow(path);
    if (!end) continue;
    RC_ASSERT(files.find_file(*end) != nullptr || files.has_folder(*end));
    RC_ASSERT(files.follow(*end) == end);
  }
}

}  // namespace
}  // namespace lbundle
