#include "package/check.hpp"

#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/error.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"

namespace lbundle {
namespace {

// Debian's Python. One that is found by PATH may be a script that looks for the interpreter, and starts ten
// times slower.
std::string python() {
  return fs::exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
}

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> codes(const CheckResult& result) {
  std::vector<std::string> codes;
  for (const auto& finding : result.findings) codes.push_back(finding.code);
  return codes;
}

class CheckTest : public testing::Test {
 protected:
  HostPath zip() const { return folder_.path() / "a.zip"; }

  // Makes the zip with Python's zipfile, which writes any entry without a check. `put` writes an entry with a
  // Unix mode.
  CheckResult checked(const std::string& statements, const LimitSettings& limits = {}) {
    const std::string prelude =
        "import sys, zipfile, stat\n"
        "z = zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED)\n"
        "def put(name, content='x', mode=stat.S_IFREG | 0o644, **fields):\n"
        "  i = zipfile.ZipInfo(name); i.create_system = 3; i.compress_type = zipfile.ZIP_DEFLATED\n"
        "  i.external_attr = mode << 16\n"
        "  for key, value in fields.items(): setattr(i, key, value)\n"
        "  z.writestr(i, content)\n"
        "def link(name, target): put(name, target, stat.S_IFLNK | 0o777)\n";
    const auto made = run({.arguments = {python(), "-W", "ignore", "-c", prelude + statements + "\nz.close()",
                                         zip().string()}});
    EXPECT_TRUE(made.succeeded()) << made.error_output;
    return check(zip(), limits);
  }

 private:
  TempDir folder_{fs::temp_directory_path(), "check_test"};
};

TEST_F(CheckTest, AGoodZipHasNoFindings) {
  const auto result = checked(
      "put('handler.py', 'print(1)')\nput('bin/tool', 'x', stat.S_IFREG | 0o755)\n"
      "put('lib/', '', stat.S_IFDIR | 0o755)\nlink('lib/tool', '../bin/tool')\nlink('lib2', 'lib')");
  EXPECT_THAT(codes(result), IsEmpty());
  EXPECT_EQ(result.entries, 5u);
  EXPECT_EQ(result.unzipped.bytes(), 8 + 1 + 0 + std::strlen("../bin/tool") + std::strlen("lib"));
  EXPECT_EQ(result.zipped.bytes(), fs::file_size(zip()));
}

TEST_F(CheckTest, FormsThatLambdaRefuses) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"put('a', 'x', stat.S_IFREG | 0o600)", "mode-unreadable"},
      {"put('a', 'x', stat.S_IFREG | 0o640)", "mode-unreadable"},
      {"put('d/', '', stat.S_IFDIR | 0o750)", "mode-unreadable"},
      {"put('a', 'x', stat.S_IFIFO | 0o644)", "special-file"},
      {"put('a', 'x', stat.S_IFSOCK | 0o644)", "special-file"},
      {"link('a', '/etc/passwd')", "link-absolute"},
      {"link('a', '../x')", "link-leaves"},
      {"put('deep/down/f')\nlink('up', 'deep/down/../..')\nlink('out', 'up/../up')", "link-leaves"},
      {"link('a', 'b')", "link-dangles"},
      {"put('f')\nlink('a', 'f/g')", "link-dangles"},
      {"link('a', 'b')\nlink('b', 'a')", "link-loops"},
      {"put('/a')", "name-absolute"},
      {"put('../a')", "name-leaves"},
      {"put('a\\\\b')", "name-backslash"},
      {"put('n' * 256)", "name-too-long"},
      {"put('/'.join(['nnnnnnnnn'] * 450))", "name-too-long"},
      {"put('a')\nput('a')", "name-twice"},
      {"put('a')\nput('a/b')", "name-below-file"},
      {"put('a', compress_type=zipfile.ZIP_BZIP2)", "method-unknown"},
      {"put('a', compress_type=zipfile.ZIP_LZMA)", "method-unknown"},
  };
  for (const auto& [statements, code] : cases) {
    const auto result = checked(statements);
    EXPECT_THAT(codes(result), Contains(code)) << statements;
    EXPECT_TRUE(has_error(result.findings)) << statements;
    for (const auto& finding : result.findings) EXPECT_FALSE(finding.hint.empty()) << finding.code;
  }
}

TEST_F(CheckTest, RiskyFormsThatLambdaAccepts) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"put('a.py')\nput('A.py')", "name-collision"},
      {"put('dir/a')\nput('Dir/b')", "name-collision"},
      {"put('caf\\u00e9')\nput('cafe\\u0301')", "name-collision"},
      {"put('stra\\u00dfe')\nput('STRASSE')", "name-collision"},
      {"put('bootstrap')", "bootstrap-not-executable"},
      {"link('a', '/opt/nodejs/node_modules')", "link-to-mount"},
      {"link('a', 'b')\nlink('b', '/tmp')", "link-to-mount"},
      {"put('a', create_system=0)", "no-modes"},
      {"zipfile.ZIP64_LIMIT = 10\nput('a', 'x' * 100)", "zip64"},
      {"for i in range(65536): put(str(i))", "too-many-entries"},
  };
  for (const auto& [statements, code] : cases) {
    const auto result = checked(statements);
    EXPECT_THAT(codes(result), Contains(code)) << statements;
    EXPECT_FALSE(has_error(result.findings)) << statements;
  }
}

TEST_F(CheckTest, OneFaultInManyFilesIsTenFindingsAndASum) {
  const auto result = checked("for i in range(500): put(str(i), 'x', stat.S_IFREG | 0o600)");
  ASSERT_EQ(result.findings.size(), 11u);
  EXPECT_THAT(result.findings.back().message, HasSubstr("490 more"));
}

TEST_F(CheckTest, DamageAndContradictionsAreFound) {
  checked("put('a', ' '.join(map(str, range(1000))))\nput('b')");
  const auto good = read_file(zip());
  const auto with = [&](std::size_t at, std::uint8_t flip) {
    auto bytes = good;
    bytes.at(at) ^= flip;
    write_file(zip(), bytes);
    return codes(check(zip(), {}));
  };
  EXPECT_THAT(with(100, 0x55), Contains("entry-damaged"));
  EXPECT_THAT(with(30, 0x01), Contains("headers-differ"));  // the name in the local header
  // The uncompressed size in the central directory. The wrong size is below the limit.
  const auto directory = std::search(good.begin(), good.end(), "PK\x01\x02", "PK\x01\x02" + 4) - good.begin();
  EXPECT_THAT(with(static_cast<std::size_t>(directory) + 24, 0x01), Contains("entry-damaged"));
  // The compressed size there. The entry now reaches into the next one.
  EXPECT_THAT(with(static_cast<std::size_t>(directory) + 21, 0x10), Contains("entries-overlap"));
  // The flag for encryption.
  EXPECT_THAT(with(static_cast<std::size_t>(directory) + 8, 0x01), Contains("encrypted"));
}

// Makes a zip of exactly `size` bytes, with one stored entry named "a".
void make_zip_of(const HostPath& path, std::uint64_t size) {
  const auto content = size - (30 + 46 + 2 + 22);
  const auto made = run({.arguments = {python(), "-c",
                                       "import sys, zipfile\n"
                                       "i = zipfile.ZipInfo('a'); i.create_system = 3\n"
                                       "i.external_attr = 0o100644 << 16\n"
                                       "z = zipfile.ZipFile(sys.argv[1], 'w')\n"
                                       "z.writestr(i, bytes(int(sys.argv[2])))\n"
                                       "z.close()\n",
                                       path.string(), std::to_string(content)}});
  ASSERT_TRUE(made.succeeded()) << made.error_output;
  ASSERT_EQ(fs::file_size(path), size);
}

TEST_F(CheckTest, TheZippedLimitIsThatOfTheRequest) {
  const auto at = [&](std::uint64_t size, bool direct) {
    make_zip_of(zip(), size);
    return check(zip(), {direct, {}}, {.read_contents = false});
  };
  const auto fits = at(52'428'030, true);
  EXPECT_THAT(codes(fits), IsEmpty());
  EXPECT_EQ(fits.zipped_headroom, 0);
  EXPECT_EQ(codes(at(52'428'031, true)), std::vector<std::string>{"zip-nearly-too-large"});
  EXPECT_FALSE(has_error(at(52'428'789, true).findings));
  EXPECT_TRUE(has_error(at(52'428'790, true).findings));
  const auto too_large = at(52'428'800, true);
  EXPECT_EQ(codes(too_large), std::vector<std::string>{"zip-too-large"});
  EXPECT_EQ(too_large.zipped_headroom, -770);
  EXPECT_THAT(too_large.findings.front().hint, HasSubstr("S3"));
  EXPECT_FALSE(has_error(at(52'428'800, false).findings));
}

TEST_F(CheckTest, TheUnzippedLimitMustNotBeReached) {
  const auto of = [](std::uint64_t size) { return format("put('a', bytes({}))", size); };
  const auto below = checked(of(262'143'999));
  EXPECT_THAT(codes(below), IsEmpty());
  EXPECT_EQ(below.unzipped_headroom, 0);
  const auto reached = checked(of(262'144'000));
  EXPECT_EQ(codes(reached), std::vector<std::string>{"unzipped-too-large"});
  EXPECT_EQ(reached.unzipped_headroom, -1);
  EXPECT_THAT(codes(check(zip(), {true, ByteSize(1)})), Contains("unzipped-too-large"));
  EXPECT_THAT(codes(checked(of(1000), {true, ByteSize(262'143'000)})), Contains("unzipped-too-large"));
  EXPECT_THAT(codes(checked(of(1000), {true, ByteSize(262'142'999)})), IsEmpty());
}

TEST_F(CheckTest, AnExceededLimitNamesTheLargestPackages) {
  const auto result = checked(
      "put('big-1.2.dist-info/RECORD', 'big/__init__.py,,\\nbig/lib.so,,\\nbig-1.2.dist-info/RECORD,,\\n')\n"
      "put('big/lib.so', bytes(262144000))\nput('big.libs/libz.so', bytes(1000))\nput('handler.py')");
  ASSERT_EQ(codes(result), (std::vector<std::string>{"unzipped-too-large", "plan", "contents-not-checked"}));
  EXPECT_THAT(result.findings.front().hint, HasSubstr("big 1.2 262.1 MB"));
  EXPECT_EQ(result.findings.at(1).path, "big");
  EXPECT_THAT(result.findings.at(1).hint, HasSubstr("requirements"));
  EXPECT_FALSE(result.can_be_unpacked) << "zeros that deflate to a thousandth";
  ByteSize sum(22);
  for (const auto& part : result.packages) sum += part.zipped;
  EXPECT_EQ(sum, result.zipped);
}

TEST_F(CheckTest, ATooLargeZipOfUsualContentIsReadAsAWhole) {
  const auto result = checked(
      "import random\nput('noise', random.Random(1).randbytes(40 << 20))\n"
      "put('zeros', bytes(230 << 20))");
  EXPECT_THAT(codes(result), Contains("unzipped-too-large"));
  EXPECT_THAT(codes(result), testing::Not(Contains("contents-not-checked")));
  EXPECT_TRUE(result.can_be_unpacked);
}

TEST_F(CheckTest, NothingIsUnpackedIfANameIsTooLong) {
  const auto result = checked("put('n' * 70 + '/x' * 20000)\nput('n' * 256)");
  EXPECT_FALSE(result.can_be_unpacked);
  ASSERT_EQ(codes(result),
            (std::vector<std::string>{"name-too-long", "name-too-long", "contents-not-checked"}));
  EXPECT_LT(result.findings.front().path.size(), 200U) << "it is shown with its middle left out";
}

TEST_F(CheckTest, FoldersWithoutEndAreAnErrorOfTheirOwn) {
  const auto result = checked("for i in range(120): put('%03d/' % i + 'd/' * 1900 + 'x')");
  EXPECT_THAT(codes(result), Contains("too-many-folders"));
  EXPECT_FALSE(result.can_be_unpacked);
}

TEST_F(CheckTest, AFileThatIsNotAZipIsAnError) {
  write_file(zip(), std::string("no zip"));
  EXPECT_THROW(check(zip(), {}), Error);
}

}  // namespace
}  // namespace lbundle
