#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "os/atomic_file.hpp"
#include "os/base64.hpp"
#include "os/digest_of.hpp"
#include "os/mapped_file.hpp"
#include "support/expect_error.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

TEST(ReadFile, GivesAllBytes) {
  const Scratch scratch;
  const std::string text("a\0b\xff\n", 5);
  EXPECT_EQ(read_text_file(scratch.put("f", text)), text);
  EXPECT_EQ(read_text_file(scratch.put("empty", "")), "");
  EXPECT_FALSE(read_text_file("/proc/self/status").empty()) << "its size is said to be 0";
  const std::string large(3'000'000, 'x');
  EXPECT_EQ(as_text(read_file(scratch.put("large", large))), large);
}

TEST(ReadFile, NamesWhatItCannotRead) {
  const Scratch scratch;
  const auto gone = error_of([&] { read_file(scratch / "gone"); });
  ASSERT_TRUE(gone);
  EXPECT_EQ(gone->what(), "cannot read '" + (scratch / "gone").string() + "': No such file or directory");
  const auto folder = error_of([&] { read_file(scratch.path()); });
  ASSERT_TRUE(folder);
  EXPECT_EQ(folder->what(), "cannot read '" + scratch.path().string() + "': is a folder");
}

TEST(MappedFile, IsTheFile) {
  const Scratch scratch;
  EXPECT_EQ(as_text(MappedFile(scratch.put("f", "abc")).bytes()), "abc");
  EXPECT_TRUE(MappedFile(scratch.put("empty", "")).bytes().empty());
  MappedFile first(scratch / "f");
  const MappedFile second(std::move(first));
  EXPECT_EQ(as_text(second.bytes()), "abc");
  EXPECT_TRUE(error_of([&] { MappedFile(scratch / "gone"); }));
}

TEST(AtomicFile, IsThereOnlyAfterTheCommit) {
  const Scratch scratch;
  const auto target = scratch / "new/folder/f";
  {
    AtomicFile file(target, 0755);
    file.write("half");
    EXPECT_FALSE(fs::exists(target));
    file.write(" and whole");
    file.commit();
  }
  EXPECT_EQ(read_text_file(target), "half and whole");
  EXPECT_EQ(fs::status(target).permissions(), fs::perms(0755));
  EXPECT_EQ(names_in(target.parent_path()), std::set<std::string>{"f"});
}

TEST(AtomicFile, LeavesNothingWithoutACommit) {
  const Scratch scratch;
  const auto target = scratch.put("f", "earlier");
  EXPECT_THROW(
      {
        AtomicFile file(target);
        file.write("half");
        throw std::runtime_error("meanwhile");
      },
      std::runtime_error);
  EXPECT_EQ(read_text_file(target), "earlier");
  EXPECT_EQ(names_in(scratch.path()), std::set<std::string>{"f"});
}

TEST(AtomicFile, MovesAFileFromItsPlace) {
  const Scratch scratch;
  const auto target = scratch.put("f", "earlier");
  const auto made = scratch.put("made", "whole");
  fs::permissions(made, fs::perms(0600));
  {
    AtomicFile file(target);
    file.take(made);
    EXPECT_EQ(read_text_file(target), "earlier");
    file.commit();
  }
  EXPECT_EQ(read_text_file(target), "whole");
  EXPECT_EQ(fs::status(target).permissions(), fs::perms(0644));
  EXPECT_EQ(names_in(scratch.path()), std::set<std::string>{"f"});
}

TEST(AtomicFile, MovesAFileFromAnotherFilesystem) {
  if (getuid() != 0) {
    LBUNDLE_SKIP("only root may mount a filesystem");
  }
  const Scratch scratch;
  fs::create_directory(scratch / "other");
  ASSERT_EQ(mount("tmpfs", (scratch / "other").c_str(), "tmpfs", 0, "size=64k"), 0);
  const auto made = scratch.put("other/made", "whole");
  {
    AtomicFile file(scratch / "f");
    file.take(made);
    file.commit();
  }
  umount((scratch / "other").c_str());
  EXPECT_EQ(read_text_file(scratch / "f"), "whole");
}

TEST(AtomicFile, HasTheModeThatWasAskedForUnderAnyUmask) {
  const Scratch scratch;
  const auto before = umask(077);
  write_file(scratch / "f", "x");
  umask(before);
  EXPECT_EQ(fs::status(scratch / "f").permissions(), fs::perms(0644));
}

TEST(AtomicFile, WritesThroughALink) {
  const Scratch scratch;
  scratch.put("real/f", "old");
  fs::create_symlink("real/f", scratch / "l");
  fs::create_symlink("l", scratch / "m");
  write_file(scratch / "m", "new");
  EXPECT_EQ(read_text_file(scratch / "real/f"), "new");
  EXPECT_TRUE(fs::is_symlink(scratch / "m"));
  EXPECT_TRUE(fs::is_symlink(scratch / "l"));
}

TEST(AtomicFile, WritesThroughALinkToAMissingFile) {
  const Scratch scratch;
  fs::create_symlink("later", scratch / "l");
  write_file(scratch / "l", "new");
  EXPECT_TRUE(fs::is_symlink(scratch / "l"));
  EXPECT_EQ(read_text_file(scratch / "later"), "new");
}

TEST(AtomicFile, RefusesPathsThatAreNotFiles) {
  const Scratch scratch;
  const auto folder = error_of([&] { write_file(scratch.path(), "x"); });
  ASSERT_TRUE(folder);
  EXPECT_EQ(folder->what(), "cannot write '" + scratch.path().string() + "': is a folder");
  EXPECT_EQ(folder->hint(), "name a file");
  scratch.put("f", "x");
  EXPECT_TRUE(error_of([&] { write_file(scratch / "f/below", "x"); }));
  fs::create_symlink("loop", scratch / "loop");
  EXPECT_TRUE(error_of([&] { write_file(scratch / "loop", "x"); }));
}

TEST(AtomicFile, AFullDiskLeavesTheEarlierFile) {
  if (getuid() != 0) {
    LBUNDLE_SKIP("only root may mount a small filesystem");
  }
  const Scratch scratch;
  fs::create_directory(scratch / "small");
  ASSERT_EQ(mount("tmpfs", (scratch / "small").c_str(), "tmpfs", 0, "size=64k"), 0);
  const auto target = scratch.put("small/f", "earlier");
  const auto failure = error_of([&] { write_file(target, std::string(1'000'000, 'x')); });
  EXPECT_EQ(read_text_file(target), "earlier");
  EXPECT_EQ(names_in(scratch / "small"), std::set<std::string>{"f"});
  umount((scratch / "small").c_str());
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->what(), "cannot write '" + target.string() + "': No space left on device");
  EXPECT_EQ(failure->hint(), "make room on that filesystem");
}

TEST(TempDir, IsRemovedWithItsOwner) {
  const Scratch scratch;
  HostPath path;
  {
    const TempDir folder(scratch / "parent", "name");
    path = folder.path();
    write_file(path / "a/b", "x");
    EXPECT_EQ(fs::status(path).permissions(), fs::perms(0755));
  }
  EXPECT_FALSE(fs::exists(path));
  EXPECT_TRUE(fs::exists(scratch / "parent"));
}

TEST(TempDir, StaysIfPublished) {
  const Scratch scratch;
  {
    TempDir folder(scratch.path(), "name");
    write_file(folder.path() / "f", "x");
    folder.publish(scratch / "kept");
  }
  EXPECT_EQ(names_in(scratch.path()), std::set<std::string>{"kept"});
  TempDir second(scratch.path(), "name");
  EXPECT_TRUE(error_of([&] { second.publish(scratch / "kept"); })) << "it must not be there";
}

TEST(TempDir, RemovesFoldersThatForbidWriting) {
  const int status = status_without_privileges([] {
    HostPath path;
    {
      const TempDir folder(fs::temp_directory_path(), "lbundle-test");
      path = folder.path();
      write_file(path / "a/b/f", "x");
      fs::create_symlink("b", path / "a/l");
      fs::permissions(path / "a/b", fs::perms(0500));
      fs::permissions(path / "a", fs::perms(0000));
    }
    return fs::exists(path) ? 1 : 0;
  });
  EXPECT_EQ(status, 0);
}

TEST(RemoveTree, LeavesWhatALinkLeadsTo) {
  const Scratch scratch;
  scratch.put("kept/f", "x");
  scratch.put("tree/g", "x");
  fs::create_symlink("../kept", scratch / "tree/l");
  remove_tree(scratch / "tree");
  remove_tree(scratch / "tree");
  EXPECT_EQ(names_in(scratch.path()), std::set<std::string>{"kept"});
  EXPECT_EQ(names_in(scratch / "kept"), std::set<std::string>{"f"});
}

TEST(Digest, IsSha256) {
  // FIPS 180-4's example.
  EXPECT_EQ(to_hex(digest_of("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const Scratch scratch;
  EXPECT_EQ(digest_of_file(scratch.put("f", "abc")), digest_of("abc"));
  EXPECT_EQ(digest_of_file(scratch.put("empty", "")), digest_of(""));
}

RC_GTEST_PROP(KeyBuilderProperty, PartsAreSeparate,
              (const std::vector<std::string>& a, const std::vector<std::string>& b)) {
  const auto key_of = [](const std::vector<std::string>& parts) {
    KeyBuilder key;
    for (const auto& part : parts) key.add(part);
    return key.key();
  };
  RC_ASSERT((key_of(a) == key_of(b)) == (a == b));
}

TEST(KeyBuilder, BoundariesCount) {
  EXPECT_NE(KeyBuilder().add("ab").add("c").key(), KeyBuilder().add("a").add("bc").key());
  EXPECT_NE(KeyBuilder().add("").key(), KeyBuilder().key());
}

TEST(Base64, ExamplesOfTheStandard) {
  // RFC 4648, section 10.
  const std::pair<const char*, const char*> examples[] = {{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : examples) {
    EXPECT_EQ(encode_base64(as_bytes(plain)), encoded);
    ASSERT_TRUE(decode_base64(encoded)) << encoded;
    EXPECT_EQ(as_text(*decode_base64(encoded)), plain);
  }
}

TEST(Base64, RefusesInvalidText) {
  for (const auto* text : {"Z", "Zg", "Zg=", "Zg==Zg==", "Z===", "====", "Zm9v\n", " Zm9v", "Zm9*", "Zg=v"}) {
    EXPECT_FALSE(decode_base64(text)) << text;
  }
}

RC_GTEST_PROP(Base64Property, ThereAndBack, (const Bytes& bytes)) {
  RC_ASSERT(decode_base64(encode_base64(bytes)) == bytes);
}

}  // namespace
}  // namespace lbundle
