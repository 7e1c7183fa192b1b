// Tests the writer and the reader against each other, and the writer against other readers.
#include <cstdlib>
#include <ctime>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "model/error.hpp"
#include "os/digest_of.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"
#include "support/scratch.hpp"
#include "zip/reader.hpp"
#include "zip/writer.hpp"

namespace lbundle::zip {
namespace {

// Debian's Python. One that is found by PATH may be a script that looks for the interpreter, and starts ten
// times slower.
std::string python() {
  return fs::exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
}

// Entries and their bytes. The bytes live as long as this object.
class Entries {
 public:
  Entries& add(const std::string& name, EntryKind kind, std::string_view content) {
    streams_.push_back(std::make_unique<Stream>(compress(as_bytes(content), Level::best)));
    const auto& stream = *streams_.back();
    entries_.push_back({BundlePath(name), kind, stream.method, stream.crc32, stream.size, stream.bytes});
    return *this;
  }
  void write(const HostPath& path) const {
    AtomicFile file(path);
    write_zip(file, entries_);
    file.commit();
  }

 private:
  std::vector<std::unique_ptr<Stream>> streams_;
  std::vector<Entry> entries_;
};

class ZipTest : public testing::Test {
 protected:
  const HostPath& folder() const { return folder_.path(); }
  HostPath zip() const { return folder() / "a.zip"; }

  // Has three kinds of entries, a name that is not ASCII, one that some locales sort differently, and an
  // empty file.
  static Entries sample() {
    Entries entries;
    entries.add("pkg/mod.py", EntryKind::file, "print('hello')\n")
        .add("bin/tool", EntryKind::executable, std::string(5000, 'x'))
        .add("pkg/lib.so", EntryKind::link, "../bin/tool")
        .add("Ab", EntryKind::file, "")
        .add("aB", EntryKind::file, "2")
        .add("größe/ß.txt", EntryKind::file, "3");
    return entries;
  }

 private:
  TempDir folder_{fs::temp_directory_path(), "zip_test"};
};

const ZipEntry& entry_of(const ZipReader& zip, const std::string& name) {
  for (const auto& entry : zip.entries()) {
    if (entry.line.name == name) return entry;
  }
  throw std::out_of_range(name);
}

TEST_F(ZipTest, ReadsBackWhatWasWritten) {
  sample().write(zip());
  const ZipReader reader(zip());
  EXPECT_EQ(reader.entries().size(), 6u);
  EXPECT_EQ(reader.uncounted().bytes(), 0u);
  EXPECT_FALSE(reader.is_zip64());
  const auto& tool = entry_of(reader, "bin/tool");
  EXPECT_EQ(tool.mode, 0755u);
  EXPECT_EQ(tool.line.method, 8);
  EXPECT_EQ(entry_of(reader, "pkg/mod.py").mode, 0644u);
  EXPECT_EQ(entry_of(reader, "pkg/lib.so").type, EntryType::link);
  EXPECT_EQ(entry_of(reader, "größe/ß.txt").line.flags, 1 << 11);
  for (const auto& entry : reader.entries()) EXPECT_FALSE(entry.line.differs || entry.line.overlaps);
}

TEST_F(ZipTest, SortsByBytesAndAccountsForEveryByte) {
  sample().write(zip());
  const ZipReader reader(zip());
  auto sum = reader.rest();
  std::string last;
  for (const auto& entry : reader.entries()) {
    EXPECT_LT(last, entry.line.name);
    last = entry.line.name;
    sum += entry.line.takes;
    // There are no extra fields: an entry takes two headers, its name twice, and its bytes.
    EXPECT_EQ(entry.line.takes.bytes(), 30 + 46 + 2 * last.size() + entry.line.zipped.bytes());
  }
  EXPECT_EQ(reader.rest().bytes(), 22u);
  EXPECT_EQ(sum, reader.file_size());
}

TEST_F(ZipTest, BytesDoNotDependOnZoneUmaskOrOrder) {
  sample().write(zip());
  const auto before = digest_of_file(zip());
  const auto umask_before = ::umask(0077);
  for (const char* zone : {"Asia/Tehran", "America/Sao_Paulo", "Pacific/Kiritimati", "UTC-14", "right/UTC"}) {
    ::setenv("TZ", zone, 1);
    ::tzset();
    Entries reversed;
    reversed.add("größe/ß.txt", EntryKind::file, "3")
        .add("aB", EntryKind::file, "2")
        .add("Ab", EntryKind::file, "")
        .add("pkg/lib.so", EntryKind::link, "../bin/tool")
        .add("bin/tool", EntryKind::executable, std::string(5000, 'x'))
        .add("pkg/mod.py", EntryKind::file, "print('hello')\n");
    reversed.write(zip());
    EXPECT_EQ(digest_of_file(zip()), before) << zone;
    EXPECT_STREQ(std::getenv("TZ"), zone);
  }
  ::umask(umask_before);
  ::unsetenv("TZ");
  ::tzset();
}

TEST_F(ZipTest, SourceDateEpochIsClampedUtc) {
  const auto time_at = [](const char* epoch) {
    ::setenv("SOURCE_DATE_EPOCH", epoch, 1);
    const auto time = entry_time();
    ::unsetenv("SOURCE_DATE_EPOCH");
    return std::pair(time.date, time.time);
  };
  const auto date = [](int year, int month, int day) { return (year - 1980) << 9 | month << 5 | day; };
  EXPECT_EQ(time_at("0"), std::pair(static_cast<std::uint16_t>(date(1980, 1, 1)), std::uint16_t{0}));
  // 2024-02-29 12:34:56
  EXPECT_EQ(time_at("1709210096"), std::pair(static_cast<std::uint16_t>(date(2024, 2, 29)),
                                             static_cast<std::uint16_t>(12 << 11 | 34 << 5 | 28)));
  EXPECT_EQ(time_at("99999999999").first, date(2107, 12, 31));
  EXPECT_THROW(time_at("yesterday"), Error);
  ::unsetenv("SOURCE_DATE_EPOCH");
}

TEST_F(ZipTest, NothingToWriteIsAnErrorAndLeavesTheOldZip) {
  sample().write(zip());
  const auto before = digest_of_file(zip());
  EXPECT_THROW(Entries().write(zip()), Error);
  EXPECT_EQ(digest_of_file(zip()), before);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder()), fs::directory_iterator()), 1);
}

TEST_F(ZipTest, AFullDiskIsAnErrorWithTheWayOut) {
  const auto disk = folder() / "disk";
  fs::create_directory(disk);
  const auto mounted = run({.arguments = {"mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk.string()}});
  if (!mounted.succeeded()) {
    LBUNDLE_SKIP("no tmpfs can be mounted here: " + mounted.error_output);
  }
  std::string noise(300'000, '\0');
  unsigned state = 1;
  for (auto& c : noise) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  Entries entries;
  entries.add("noise", EntryKind::file, noise);
  std::string message;
  try {
    entries.write(disk / "a.zip");
  } catch (const Error& error) {
    message = error.what() + ("\n" + error.hint());
  }
  EXPECT_NE(message.find("No space left on device"), std::string::npos) << message;
  EXPECT_NE(message.find("make room"), std::string::npos) << message;
  EXPECT_TRUE(fs::is_empty(disk));
  run({.arguments = {"umount", disk.string()}});
}

TEST_F(ZipTest, OtherReadersReadTheSame) {
  sample().write(zip());
  const auto ours = folder() / "ours";
  extract(zip(), ours, ByteSize(1 << 20), 2);
  const auto theirs = folder() / "theirs";
  fs::create_directory(theirs);
  const std::vector<std::vector<std::string>> readers = {
      {"unzip", "-q", zip().string(), "-d", theirs.string()},
      {"bsdtar", "-xf", zip().string(), "-C", theirs.string()},
      {"7z", "x", "-snl", "-snld20", "-y", zip().string(), "-o" + theirs.string()},
  };
  for (const auto& reader : readers) {
    if (find_program(reader[0]).empty()) continue;
    remove_tree(theirs);
    fs::create_directory(theirs);
    const auto unpacked = run({.arguments = reader,
                               .environment = std::map<std::string, std::string>{
                                   {"PATH", std::getenv("PATH")}, {"LC_ALL", "C.UTF-8"}}});
    EXPECT_TRUE(unpacked.succeeded()) << reader[0] << unpacked.error_output;
    const auto compared =
        run({.arguments = {"diff", "-r", "--no-dereference", ours.string(), theirs.string()}});
    EXPECT_TRUE(compared.succeeded()) << reader[0] << compared.output;
  }
  const auto listed =
      run({.arguments = {python(), "-c",
                         "import sys, zipfile\n"
                         "z = zipfile.ZipFile(sys.argv[1])\n"
                         "assert z.testzip() is None\n"
                         "for i in z.infolist(): print(i.filename, oct(i.external_attr >> 16))\n",
                         zip().string()}});
  EXPECT_EQ(listed.output,
            "Ab 0o100644\naB 0o100644\nbin/tool 0o100755\ngröße/ß.txt 0o100644\npkg/lib.so 0o120777\n"
            "pkg/mod.py 0o100644\n");
}

TEST_F(ZipTest, ExtractsModesAndLinksWhateverTheUmask) {
  sample().write(zip());
  const auto before = ::umask(0077);
  extract(zip(), folder() / "x", ByteSize(1 << 20), 1);
  ::umask(before);
  const auto mode_of = [&](const char* name) {
    struct stat status {};
    EXPECT_EQ(::lstat((folder() / "x" / name).c_str(), &status), 0) << name;
    return status.st_mode;
  };
  EXPECT_EQ(mode_of("bin/tool"), S_IFREG | 0755u);
  EXPECT_EQ(mode_of("pkg/mod.py"), S_IFREG | 0644u);
  EXPECT_EQ(mode_of("pkg"), S_IFDIR | 0755u);
  EXPECT_EQ(fs::read_symlink(folder() / "x/pkg/lib.so"), HostPath("../bin/tool"));
}

TEST_F(ZipTest, ExtractsNothingBeyondTheLimitOrIntoAFullFolder) {
  sample().write(zip());
  EXPECT_THROW(extract(zip(), folder() / "small", ByteSize(5000), 1), Error);
  EXPECT_FALSE(fs::exists(folder() / "small"));
  EXPECT_THROW(extract(zip(), folder(), ByteSize(1 << 20), 1), Error);
}

// Zips that lbundle does not make. Python's zipfile writes any name without a check.
class HostileZipTest : public ZipTest {
 protected:
  void make(const std::string& statements) {
    const std::string prelude =
        "import sys, zipfile, stat\n"
        "z = zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED)\n"
        "def link(name, target):\n"
        "  i = zipfile.ZipInfo(name); i.create_system = 3\n"
        "  i.external_attr = (stat.S_IFLNK | 0o777) << 16\n"
        "  z.writestr(i, target)\n";
    const auto made = run({.arguments = {python(), "-W", "ignore", "-c", prelude + statements + "\nz.close()",
                                         zip().string()}});
    ASSERT_TRUE(made.succeeded()) << made.error_output;
  }

  void expect_refused() {
    EXPECT_THROW(extract(zip(), folder() / "in/x", ByteSize(1 << 20), 1), Error);
    EXPECT_FALSE(fs::exists(folder() / "evil"));
    EXPECT_FALSE(fs::exists(folder() / "in/evil"));
  }
};

TEST_F(HostileZipTest, NamesThatLeaveAreRefused) {
  make("z.writestr('../evil', 'x')");
  expect_refused();
}

TEST_F(HostileZipTest, AbsoluteNamesAreRefused) {
  make("z.writestr('" + (folder() / "evil").string() + "', 'x')");
  expect_refused();
}

TEST_F(HostileZipTest, NothingIsWrittenThroughALink) {
  make("link('d', '..')\nz.writestr('d/evil', 'x')");
  expect_refused();
}

TEST_F(HostileZipTest, ALinkOverALinkDoesNotLeave) {
  // By their names both stay inside: deep/down/.. is deep, one/.. is the root.
  make("z.writestr('deep/down/f', 'x')\nlink('up', 'deep/down/../..')\nlink('out', 'up/../evil')");
  expect_refused();
}

TEST_F(HostileZipTest, ADuplicateNameIsRefused) {
  make("z.writestr('a', '1')\nz.writestr('a', '2')");
  expect_refused();
}

TEST_F(HostileZipTest, DamageIsRefused) {
  make("z.writestr('a', ' '.join(map(str, range(1000))))");
  auto bytes = read_file(zip());
  bytes.at(50) ^= 0x55;
  write_file(zip(), bytes);
  expect_refused();
}

TEST_F(HostileZipTest, AFileThatIsNotAZipIsAnError) {
  write_file(zip(), "PK\x05\x06 but short");
  EXPECT_THROW(ZipReader{zip()}, Error);
  write_file(zip(), std::string(100'000, 'x'));
  EXPECT_THROW(ZipReader{zip()}, Error);
  EXPECT_THROW(ZipReader{folder()}, Error);
  EXPECT_THROW(ZipReader{folder() / "absent"}, Error);
}

TEST_F(HostileZipTest, AZipCutAnywhereIsAnErrorAndNotACrash) {
  make("z.writestr('a', 'x' * 1000)\nz.writestr('b/c', 'y')\nlink('d', 'a')");
  for (auto size = fs::file_size(zip()); size-- > 0;) {
    fs::resize_file(zip(), size);
    EXPECT_THROW(ZipReader{zip()}, Error) << size;
  }
}

}  // namespace
}  // namespace lbundle::zip
