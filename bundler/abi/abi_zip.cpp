// The native code of a zip. Unpacking the whole zip would refuse all of it for one link to /opt or one entry
// of an odd kind, and would write everything to the disk that is not native. So the first bytes of each entry
// are read, and only native files are unpacked.
#include <algorithm>
#include <atomic>
#include <set>
#include <variant>

#include <fcntl.h>

#include "abi/abi_tree.hpp"
#include "abi/package_systems.hpp"
#include "elf/abi_facts.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "native/native_facts.hpp"
#include "os/digest_of.hpp"
#include "os/fd.hpp"
#include "os/interrupt.hpp"
#include "os/parallel.hpp"
#include "os/temp_dir.hpp"
#include "package/package_files.hpp"
#include "zip/reader.hpp"

namespace lbundle {

namespace {

// Four times what Lambda accepts: enough to judge a zip that still has to be made smaller.
constexpr ByteSize most_native{1ULL << 30};
constexpr ByteSize most_description{1ULL << 20};  // of a package.json

Finding not_judged(const std::string& path, const std::string& why) {
  return {Severity::note, "abi-not-judged", path, "its native code was not checked: " + why, ""};
}

// A file of a zip that is unpacked, and its index there.
struct NativeEntry {
  std::size_t index = 0;
  BundlePath path;
  ByteSize size;
  bool is_native = true;  // false for the package.json of a package with native files
};

// The tree of a zip, in which only the native files have contents.
struct NativeTree {
  FileSet files, native;
  Findings findings;  // about files that could not be unpacked
};

std::vector<NativeEntry> native_entries(const zip::ZipReader& zip, const FileSet& files) {
  std::vector<NativeEntry> native;
  for (std::size_t i = 0; i < zip.entries().size(); ++i) {
    check_interrupt();
    const auto& entry = zip.entries()[i];
    const auto path = BundlePath::parse(entry.line.name);
    if (!path || entry.type != zip::EntryType::file || files.find_file(*path) == nullptr) continue;
    if (path->extension() == ".py" || path->extension() == ".pyc") continue;
    if (elf::begins_as_native(zip.beginning(i, 4))) native.push_back({i, *path, entry.line.size});
  }
  return native;
}

// Adds the package.json of each npm package that has native files.
void add_descriptions(const zip::ZipReader& zip, std::vector<NativeEntry>& entries) {
  std::set<std::string> wanted;
  for (const auto& entry : entries) {
    if (const auto path = package_json_of(entry.path)) wanted.insert(path->bytes());
  }
  for (std::size_t i = 0; i < zip.entries().size(); ++i) {
    const auto& line = zip.entries()[i].line;
    if (line.size <= most_description && wanted.contains(line.name))
      entries.push_back({i, BundlePath(line.name), line.size, false});
  }
}

// True for an entry that claims to be large native code and is not: code deflates to a half or a fifth, and
// zeros to a thousandth.
bool is_hollow(const zip::DirectoryLine& line) {
  constexpr ByteSize large{32ULL << 20};
  return line.size > large && line.size.bytes() / 100 > line.zipped.bytes();
}

bool is_too_large(const std::vector<NativeEntry>& entries) {
  ByteSize sum;
  return std::ranges::any_of(entries, [&](const NativeEntry& entry) {
    // Checked after each addition, so that a sum of huge sizes cannot overflow.
    return entry.size > most_native || (sum += entry.size) > most_native;
  });
}

// Unpacks one file and returns its content, or why it cannot be unpacked.
std::variant<Content, std::string> unpack(const zip::ZipReader& zip, const NativeEntry& entry,
                                          const HostPath& folder) {
  try {
    const auto target = folder / std::to_string(entry.index);
    const auto fd = open_file(target, O_WRONLY | O_CREAT | O_EXCL, "write", 0600);
    DigestStream digest;
    zip.read(entry.index, [&](ByteView part) {
      write_all(fd, part, target);
      digest.add(part);
    });
    return Content{target, entry.size, digest.digest(), false};
  } catch (const Error& error) {
    return std::string(error.what());
  }
}

NativeTree native_tree(const zip::ZipReader& zip, const HostPath& folder, unsigned jobs) {
  NativeTree tree{files_of(zip).files, {}, {}};
  auto entries = native_entries(zip, tree.files);
  std::erase_if(entries, [&](const NativeEntry& entry) {
    const bool hollow = is_hollow(zip.entries()[entry.index].line);
    if (hollow)
      tree.findings.push_back(
          not_judged(entry.path.bytes(), "it deflates to less than a hundredth, as native code does not"));
    return hollow;
  });
  add_descriptions(zip, entries);
  if (is_too_large(entries)) {
    tree.findings.push_back(not_judged("", format("it unpacks to more than {}", to_text(most_native))));
    return tree;
  }
  std::vector<std::variant<Content, std::string>> unpacked(entries.size());
  std::atomic<std::size_t> next = 0;
  parallel_for(std::max(jobs, 1U), jobs, [&](std::size_t) {
    const zip::ZipReader own(zip.path());  // A handle of libzip works for one thread only.
    for (auto turn = next++; turn < entries.size(); turn = next++) {
      check_interrupt();
      unpacked[turn] = unpack(own, entries[turn], folder);
    }
  });
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto& path = entries[i].path;
    if (const auto* why = std::get_if<std::string>(&unpacked[i])) {
      tree.findings.push_back(not_judged(path.bytes(), *why));
      continue;
    }
    const auto* listed = tree.files.find_file(path);
    if (listed == nullptr) continue;
    auto file = *listed;
    file.content = std::get<Content>(unpacked[i]);
    if (entries[i].is_native) tree.native.put(path, file);
    tree.files.put(path, file);
  }
  return tree;
}

}  // namespace

Findings judge_abi_of_zip(const HostPath& zip, const AbiTarget& target, const Store& store, unsigned jobs,
                          const FaultIsIdle& is_idle) {
  const TempDir folder(fs::temp_directory_path(), "lbundle-check");
  const zip::ZipReader reader(zip);
  auto tree = native_tree(reader, folder.path(), jobs);
  const auto facts = read_native_facts(tree.native, store, jobs);
  const auto owners = owners_in(reader);
  auto findings = judge_abi(tree.files, facts, owners, target, is_idle);
  append(findings, tree.findings);
  return findings;
}

}  // namespace lbundle
