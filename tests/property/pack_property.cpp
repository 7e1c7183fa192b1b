// Properties of any tree: unpacking gives back what was packed, and the bytes depend only on the tree.
#include <cstdlib>
#include <ctime>
#include <fstream>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/stat.h>
#include <sys/time.h>

#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"
#include "os/tree.hpp"
#include "package/check.hpp"
#include "package/pack.hpp"
#include "zip/reader.hpp"

namespace lbundle {

// RapidCheck prints this for a counterexample.
void showValue(const BundlePath& path, std::ostream& out) {
  rc::show(path.bytes(), out);
}

namespace {

constexpr ByteSize most_unpacked{1ULL << 30};

struct RandomFile {
  std::string content;
  bool executable = false;
};

// A description of a tree: files by path, links by path.
struct RandomTree {
  std::map<BundlePath, RandomFile> files;
  std::map<BundlePath, std::string> links;
};

// Parts of names: plain, hidden, odd, not ASCII, not UTF-8, and with characters that cause trouble in shells
// and zips.
const std::vector<std::string> path_parts = {
    "a", "b.py",  ".hidden", "with space", "new\nline", "größe", "\xff\xfe",  "back\\x", "-rf",
    "*", "a.b.c", "...",     "ümläut",     "\x01",      "CON",   "tab\there", "quote\"", "日本語"};

rc::Gen<BundlePath> any_path() {
  return rc::gen::map(
      rc::gen::resize(
          4, rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(path_parts)))),
      [](const std::vector<std::string>& chosen) {
        BundlePath path;
        for (const auto& part : chosen) path = path / part;
        return path;
      });
}

rc::Gen<std::string> any_content() {
  return rc::gen::oneOf(rc::gen::just(std::string()), rc::gen::arbitrary<std::string>(),
                        rc::gen::map(rc::gen::inRange<std::size_t>(1, 200'000),
                                     [](std::size_t size) { return std::string(size, 'r'); }),
                        rc::gen::container<std::string>(rc::gen::arbitrary<char>()));
}

bool is_taken(const RandomTree& tree, const BundlePath& path) {
  const auto clashes = [&](const BundlePath& other) {
    return other.is_within(path) || path.is_within(other);
  };
  for (const auto& [other, file] : tree.files) {
    if (clashes(other)) return true;
  }
  for (const auto& [other, target] : tree.links) {
    if (clashes(other)) return true;
  }
  return false;
}

RandomTree any_tree() {
  RandomTree tree;
  const auto count = *rc::gen::inRange(1, 12);
  for (int i = 0; i < count; ++i) {
    const auto path = *any_path();
    if (is_taken(tree, path)) continue;
    tree.files[path] = {*any_content(), *rc::gen::arbitrary<bool>()};
  }
  const auto links = *rc::gen::inRange(0, 5);
  for (int i = 0; i < links; ++i) {
    const auto path = *any_path();
    if (is_taken(tree, path)) continue;
    // The link may lead to a file, a folder, another link, or nothing. Packing keeps its text; other code
    // judges it.
    const auto target = *rc::gen::oneOf(
        rc::gen::map(rc::gen::elementOf(tree.files), [](const auto& f) { return f.first; }), any_path());
    if (target != path) tree.links[path] = relative_link_target(path, target);
  }
  // There is at least one file, so that there is something to pack.
  return tree;
}

// Writes the tree to disk, in the given order and with the given age of its files.
void lay_out(const RandomTree& tree, const HostPath& root, bool backwards, time_t age) {
  std::vector<std::pair<BundlePath, const RandomFile*>> order;
  for (const auto& [path, file] : tree.files) order.emplace_back(path, &file);
  if (backwards) std::ranges::reverse(order);
  for (const auto& [path, file] : order) {
    const auto target = root / path.bytes();
    fs::create_directories(target.parent_path());
    std::ofstream(target.string(), std::ios::binary) << file->content;  // without the fsync of write_file
    ::chmod(target.c_str(), file->executable ? 0700 : 0600);
    const timeval times[2] = {{age, 0}, {age, 0}};
    ::utimes(target.c_str(), times);
  }
  for (const auto& [path, text] : tree.links) {
    const auto target = root / path.bytes();
    fs::create_directories(target.parent_path());
    fs::create_symlink(text, target);
  }
}

std::string described(const FileSet& files) {
  std::string text;
  for (const auto& [path, node] : files) {
    if (const auto* link = std::get_if<SymbolicLink>(&node)) {
      text += format("{} -> {}\n", path.bytes(), link->target);
    } else {
      const auto& file = std::get<RegularFile>(node);
      text += format("{} {} {} {}\n", path.bytes(), file.content.size.bytes(), to_hex(file.content.digest),
                     file.executable);
    }
  }
  return text;
}

RC_GTEST_PROP(Pack, UnpackingGivesBackWhatWasPacked, ()) {
  const auto tree = any_tree();
  const TempDir folder(fs::temp_directory_path(), "pack_property");
  lay_out(tree, folder.path() / "tree", false, 1'000'000'000);
  const auto files = scan_tree(folder.path() / "tree", 1);
  PackOptions options;
  options.level = *rc::gen::element(zip::Level::fast, zip::Level::best);
  const auto packed = pack(files, folder.path() / "a.zip", options);
  auto sum = packed.end_record;
  for (const auto& [path, size] : packed.entry_sizes) sum += size;
  RC_ASSERT(sum == packed.zipped);
  // For safety, lbundle does not unpack links that lead nowhere or outside.
  const auto checked = check(folder.path() / "a.zip", {});
  // And these trees have no code that Lambda would start.
  for (const auto& finding : checked.findings) {
    RC_ASSERT(finding.code.starts_with("link-") || finding.code.starts_with("name-") ||
              finding.code == "no-code" || finding.code == "nested");
  }
  zip::extract(folder.path() / "a.zip", folder.path() / "back", most_unpacked, 1 + *rc::gen::inRange(0U, 2U));
  RC_ASSERT(described(scan_tree(folder.path() / "back", 1)) == described(files));
}

RC_GTEST_PROP(Pack, BytesDependOnTheTreeAlone, ()) {
  const auto tree = any_tree();
  const TempDir folder(fs::temp_directory_path(), "pack_property");
  lay_out(tree, folder.path() / "one", false, 1'000'000'000);
  const auto one = pack(scan_tree(folder.path() / "one", 1), folder.path() / "one.zip", {.jobs = 1});

  const auto umask_before = ::umask(0077);
  ::setenv("TZ", "Asia/Kathmandu", 1);
  ::setenv("LC_ALL", "tr_TR.UTF-8", 1);
  ::tzset();
  const HostPath elsewhere = folder.path() / "another folder" / "deeper";
  lay_out(tree, elsewhere, true, 1'700'000'000);
  const auto other = pack(scan_tree(elsewhere, 2), folder.path() / "x" / "other.zip", {.jobs = 3});
  ::umask(umask_before);
  ::unsetenv("TZ");
  ::unsetenv("LC_ALL");
  ::tzset();
  RC_ASSERT(one.digest == other.digest);
}

RC_GTEST_PROP(Pack, PackingWhatWasUnpackedGivesTheSameZip, ()) {
  const auto tree = any_tree();
  const TempDir folder(fs::temp_directory_path(), "pack_property");
  lay_out(tree, folder.path() / "tree", false, 1'000'000'000);
  const auto first = pack(scan_tree(folder.path() / "tree", 1), folder.path() / "1.zip", {});
  zip::extract(folder.path() / "1.zip", folder.path() / "back", most_unpacked, 1);
  RC_ASSERT(pack(scan_tree(folder.path() / "back", 1), folder.path() / "2.zip", {}).digest == first.digest);
}

TEST(PackLarge, SeventyThousandEntriesComeBack) {
  const TempDir folder(fs::temp_directory_path(), "pack_property");
  const auto tree = folder.path() / "tree";
  for (int i = 0; i < 70; ++i) {
    const auto inner = tree / format("d{}", i);
    fs::create_directories(inner);
    for (int j = 0; j < 1000; ++j) fs::create_symlink(format("f{}", j + 1), inner / format("f{}", j));
    write_file(inner / "f1000", format("{}", i));
  }
  const auto files = scan_tree(tree, 2);
  const auto packed = pack(files, folder.path() / "a.zip", {});
  EXPECT_EQ(packed.files, 70'070u);
  const zip::ZipReader reader(folder.path() / "a.zip");
  EXPECT_TRUE(reader.is_zip64());
  EXPECT_EQ(described(zip::tree_of(reader)).size(), described(files).size());
  zip::extract(folder.path() / "a.zip", folder.path() / "back", most_unpacked, 2);
  EXPECT_EQ(described(scan_tree(folder.path() / "back", 2)), described(files));
}

}  // namespace
}  // namespace lbundle
