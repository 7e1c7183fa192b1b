#include <algorithm>
#include <atomic>
#include <cerrno>
#include <numeric>
#include <set>

#include <fcntl.h>
#include <linux/limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/error.hpp"
#include "model/text.hpp"
#include "os/fd.hpp"
#include "os/interrupt.hpp"
#include "os/parallel.hpp"
#include "zip/link_fate.hpp"
#include "zip/name_limits.hpp"
#include "zip/reader.hpp"

namespace lbundle::zip {

namespace {

// Only these bits of a mode are set. The zip may be from a stranger, so set-user-ID and the
// like are left out.
constexpr unsigned permission_bits = 0777;

Error refuse(const std::string& name, const char* why) {
  return {"unpack", name, why};
}

BundlePath path_of(const ZipEntry& entry) {
  auto path = BundlePath::parse(entry.line.name);
  if (!path) throw refuse(entry.line.name, "the name leads out of the folder");
  if (path->is_root() && entry.type != EntryType::folder) throw refuse(entry.line.name, "the name is empty");
  return std::move(*path);
}

void require_empty(const HostPath& folder) {
  boost::system::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) throw system_error("make", folder.string(), failure.value());
  if (!fs::is_empty(folder, failure) || failure) {
    throw Error("unpack to", folder.string(), "the folder is not empty", "name a new one");
  }
}

void require_size(const ZipReader& zip, ByteSize at_most) {
  ByteSize sum;
  for (const auto& entry : zip.entries()) {
    // Checked after each addition, so that a sum of huge sizes cannot overflow unnoticed.
    if (entry.line.size > at_most || (sum += entry.line.size) > at_most) {
      throw Error("unpack", zip.path().string(), format("it holds more than {}", to_text(at_most)));
    }
  }
}

// A zip of a few kilobytes can have names with thousands of folders, or thousands of entries that share the
// same bytes, so this is checked first.
void require_bounded_work(const ZipReader& zip) {
  if (zip.has_too_many_folders())
    throw Error("unpack", zip.path().string(), "its names have too many folders", "make the zip again");
  for (const auto& entry : zip.entries()) {
    if (const auto* fault = length_fault(entry.line.name)) throw refuse(shown_name(entry.line.name), fault);
    if (entry.line.overlaps) throw refuse(entry.line.name, "its bytes overlap those of the next entry");
  }
}

// This is checked before anything is written. A link that leads out is harmless by itself, but another entry
// could be written through it.
void require_links_inside(const FileSet& tree) {
  std::uint64_t work = 0;
  for (const auto& [path, node] : tree) {
    if (!std::holds_alternative<SymbolicLink>(node)) continue;
    const auto fate = fate_of(tree, path, &work);
    if (work > most_link_work) throw refuse(path.bytes(), "the links are too many to follow");
    if (fate == LinkFate::absolute || fate == LinkFate::leaves) {
      throw refuse(path.bytes(), "the link leads out of the folder");
    }
  }
}

void write_content(const ZipReader& zip, std::size_t index, const HostPath& target) {
  const auto& entry = zip.entries()[index];
  const auto fd = open_file(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, "write", 0600);
  zip.read(index, [&](ByteView part) { write_all(fd, part, target); });
  if (::fchmod(fd.number(), entry.mode.value_or(0644) & permission_bits) != 0) {
    throw system_error("write", target.string(), errno);
  }
}

std::vector<std::size_t> largest_first(const ZipReader& zip) {
  std::vector<std::size_t> order(zip.entries().size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return zip.entries()[i].line.size; });
  return order;
}

// A handle of libzip works for one thread only, so each worker opens the zip itself.
void write_files(const ZipReader& zip, const HostPath& folder, unsigned jobs) {
  const auto order = largest_first(zip);
  std::atomic<std::size_t> next = 0;
  parallel_for(std::max(jobs, 1U), jobs, [&](std::size_t) {
    const ZipReader own(zip.path());
    for (auto turn = next++; turn < order.size(); turn = next++) {
      check_interrupt();
      const auto& entry = zip.entries()[order[turn]];
      if (entry.type == EntryType::file) write_content(own, order[turn], folder / path_of(entry).bytes());
    }
  });
}

// Makes the folders with mode 0755, whatever the umask is.
void make_folders(const ZipReader& zip, const HostPath& folder) {
  std::set<BundlePath> folders;
  for (const auto& entry : zip.entries()) {
    const auto path = path_of(entry);
    if (entry.type == EntryType::special)
      throw refuse(entry.line.name, "it is neither file, folder nor link");
    auto needed = entry.type == EntryType::folder ? path : path.parent();
    for (; !needed.is_root() && folders.insert(needed).second; needed = needed.parent()) continue;
  }
  // Folders are sorted, so a parent comes before the folders in it.
  for (const auto& path : folders) {
    const auto target = folder / path.bytes();
    if (::mkdir(target.c_str(), 0755) != 0 || ::chmod(target.c_str(), 0755) != 0) {
      throw system_error("make", target.string(), errno);
    }
  }
}

void make_links(const FileSet& tree, const HostPath& folder) {
  for (const auto& [path, node] : tree) {
    const auto* link = std::get_if<SymbolicLink>(&node);
    if (link == nullptr) continue;
    const auto target = folder / path.bytes();
    if (::symlink(link->target.c_str(), target.c_str()) != 0)
      throw system_error("make", target.string(), errno);
  }
}

// Called last, and for inner folders first, because a folder's mode may forbid writing into it.
void set_folder_modes(const ZipReader& zip, const HostPath& folder) {
  for (auto entry = zip.entries().rbegin(); entry != zip.entries().rend(); ++entry) {
    if (entry->type != EntryType::folder || !entry->mode) continue;
    const auto target = folder / path_of(*entry).bytes();
    if (::chmod(target.c_str(), *entry->mode & permission_bits) != 0) {
      throw system_error("write", target.string(), errno);
    }
  }
}

}  // namespace

void extract(const HostPath& zip, const HostPath& folder, ByteSize at_most, unsigned jobs) {
  const ZipReader reader(zip);
  require_bounded_work(reader);
  require_size(reader, at_most);
  for (const auto& entry : reader.entries()) {
    if (entry.type == EntryType::link && entry.line.size.bytes() >= PATH_MAX) {
      throw refuse(entry.line.name, "the link's text is longer than a path can be");
    }
  }
  const auto tree = tree_of(reader);
  require_links_inside(tree);
  require_empty(folder);
  make_folders(reader, folder);
  write_files(reader, folder, jobs);
  make_links(tree, folder);
  set_folder_modes(reader, folder);
}

}  // namespace lbundle::zip
