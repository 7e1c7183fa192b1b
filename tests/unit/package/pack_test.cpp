#include "package/pack.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "model/error.hpp"
#include "os/atomic_file.hpp"
#include "os/digest_of.hpp"
#include "os/temp_dir.hpp"
#include "os/tree.hpp"
#include "zip/reader.hpp"

namespace lbundle {
namespace {

class PackTest : public testing::Test {
 protected:
  PackTest() {
    put("handler.py", "def handler(event, context):\n    return event\n");
    put("pkg/a.py", std::string(3000, 'a'));
    put("pkg/copy of a.py", std::string(3000, 'a'));
    put("pkg/empty", "");
    fs::create_symlink("a.py", tree() / "pkg/link.py");
    fs::permissions(tree() / "handler.py", fs::perms(0700));
  }

  HostPath tree() const { return folder_.path() / "tree"; }
  HostPath zip() const { return folder_.path() / "out/a.zip"; }
  HostPath cache() const { return folder_.path() / "cache"; }
  FileSet files() const { return scan_tree(tree(), 1); }

  void put(const std::string& name, std::string_view content) const { write_file(tree() / name, content); }

  std::string message_of(const FileSet& tree_files, const HostPath& output) const {
    try {
      pack(tree_files, output, {});
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }

 private:
  TempDir folder_{fs::temp_directory_path(), "pack_test"};
};

TEST_F(PackTest, EveryByteOfTheZipHasItsPlace) {
  const auto packed = pack(files(), zip(), {});
  EXPECT_EQ(packed.path, zip());
  EXPECT_EQ(packed.files, 5u);
  EXPECT_EQ(packed.unzipped, files().unzipped());
  EXPECT_EQ(packed.zipped.bytes(), fs::file_size(zip()));
  EXPECT_EQ(packed.digest, digest_of_file(zip()));
  auto sum = packed.end_record;
  for (const auto& [path, size] : packed.entry_sizes) sum += size;
  EXPECT_EQ(sum, packed.zipped);
  EXPECT_EQ(packed.entry_sizes.at(BundlePath("pkg/empty")).bytes(), 30 + 46 + 2 * 9u);
  EXPECT_TRUE(packed.findings.empty());
}

TEST_F(PackTest, ModesAreOursAndOnlyTheExecutableBitCounts) {
  pack(files(), zip(), {});
  const zip::ZipReader reader(zip());
  for (const auto& entry : reader.entries()) {
    const auto expected = entry.line.name == "handler.py"    ? 0755u
                          : entry.line.name == "pkg/link.py" ? 0777u
                                                             : 0644u;
    EXPECT_EQ(entry.mode, expected) << entry.line.name;
  }
}

TEST_F(PackTest, StreamsComeFromTheCache) {
  const Store store(cache());
  PackOptions options;
  options.cache = &store;
  const auto first = pack(files(), zip(), options);
  const auto all = files();
  fs::remove(tree() / "pkg/a.py");
  fs::remove(tree() / "pkg/copy of a.py");
  // Without the cache, the content would have to be read.
  const auto second = pack(all, zip(), options);
  EXPECT_EQ(first.digest, second.digest);
  options.level = zip::Level::fast;
  EXPECT_THROW(pack(all, zip(), options), Error);
}

TEST_F(PackTest, ProgressEndsAtTheTotal) {
  PackOptions options;
  ByteSize last_done;
  ByteSize last_total;
  options.progress = [&](ByteSize done, ByteSize total) {
    EXPECT_GE(done, last_done);
    last_done = done;
    last_total = total;
  };
  pack(files(), zip(), options);
  EXPECT_EQ(last_done, last_total);
  EXPECT_EQ(last_total.bytes(), fs::file_size(tree() / "handler.py") + 3000);  // the copy is made once
}

TEST_F(PackTest, AFileThatChangedIsAnErrorAndTheOldZipStays) {
  pack(files(), zip(), {});
  const auto before = digest_of_file(zip());
  const auto scanned = files();
  put("handler.py", "def handler(event, context):\n    return 12345\n");
  EXPECT_EQ(message_of(scanned, zip()),
            "cannot pack '" + (tree() / "handler.py").string() + "': it changed while it was read");
  fs::remove(tree() / "handler.py");
  EXPECT_NE(message_of(scanned, zip()).find("handler.py"), std::string::npos);
  EXPECT_EQ(digest_of_file(zip()), before);
  EXPECT_EQ(std::distance(fs::directory_iterator(zip().parent_path()), fs::directory_iterator()), 1);
}

TEST_F(PackTest, OutputsThatCannotBe) {
  fs::create_directories(zip());
  EXPECT_NE(message_of(files(), zip()).find("is a folder"), std::string::npos);
  EXPECT_NE(message_of(files(), "/proc/nowhere/a.zip").find("/proc/nowhere/a.zip"), std::string::npos);
  EXPECT_NE(message_of(FileSet{}, zip()).find("no file"), std::string::npos);
  put("old.zip", "x");
  EXPECT_NE(message_of(files(), tree() / "old.zip").find("one of the files"), std::string::npos);
}

TEST_F(PackTest, AnOutputThatIsALinkIsWrittenThrough) {
  fs::create_directories(zip().parent_path());
  fs::create_symlink("real.zip", zip());
  write_file(zip().parent_path() / "real.zip", std::string("old"));
  pack(files(), zip(), {});
  EXPECT_TRUE(fs::is_symlink(zip()));
  EXPECT_EQ(zip::ZipReader(zip().parent_path() / "real.zip").entries().size(), 5u);
}

TEST_F(PackTest, NamesThatCollideAreFound) {
  put("Handler.py", "");
  const auto packed = pack(files(), zip(), {});
  ASSERT_EQ(packed.findings.size(), 1u);
  EXPECT_EQ(packed.findings.front().code, "name-collision");
  EXPECT_EQ(packed.findings.front().severity, Severity::warning);
}

}  // namespace
}  // namespace lbundle
