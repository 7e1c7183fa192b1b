#include "os/tree_content.hpp"

#include <cerrno>
#include <map>
#include <mutex>
#include <set>

#include <sys/stat.h>

#include "model/error.hpp"
#include "model/text.hpp"
#include "os/digest_of.hpp"
#include "os/tree.hpp"

namespace lbundle {

namespace {

// A digest of paths, modes, sizes and mtimes. Unlike tree_stamp it leaves out ctime, which changes with each
// new hard link to a file.
Digest stamp_of(const HostPath& folder) {
  std::set<std::string> entries;
  boost::system::error_code failure;
  fs::recursive_directory_iterator at(folder, failure);
  for (const fs::recursive_directory_iterator end; !failure && at != end; at.increment(failure)) {
    struct stat status {};
    if (lstat(at->path().c_str(), &status) != 0) throw system_error("read", at->path().string(), errno);
    entries.insert(format("{} {} {} {}.{}", at->path().string(), status.st_mode, status.st_size,
                          status.st_mtim.tv_sec, status.st_mtim.tv_nsec));
  }
  if (failure) throw system_error("read", folder.string(), failure.value());
  KeyBuilder key;
  for (const auto& entry : entries) key.add(entry);
  return key.key();
}

}  // namespace

Digest digest_of(const FileSet& files) {
  KeyBuilder key;
  for (const auto& [path, node] : files) {
    key.add(path.bytes());
    if (const auto* link = std::get_if<SymbolicLink>(&node)) {
      key.add("link").add(link->target);
    } else {
      const auto& file = std::get<RegularFile>(node);
      key.add(file.executable ? "executable" : "file").add(file.content.digest);
    }
  }
  return key.key();
}

Digest content_of(const HostPath& folder) {
  static std::mutex guard;
  static std::map<Digest, Digest> known;
  const auto stamp = stamp_of(folder);
  // A second thread waits for the first, because events that run in parallel ask for the same folder
  // at the same time.
  const std::lock_guard lock(guard);
  if (const auto found = known.find(stamp); found != known.end()) return found->second;
  return known.emplace(stamp, digest_of(scan_tree(folder, 1))).first->second;
}

}  // namespace lbundle
