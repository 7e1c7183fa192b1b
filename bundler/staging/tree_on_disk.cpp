#include "staging/tree_on_disk.hpp"

#include <cerrno>
#include <set>
#include <vector>

#include <sys/stat.h>

#include "cache/store.hpp"
#include "model/error.hpp"
#include "os/atomic_file.hpp"
#include "os/interrupt.hpp"
#include "os/parallel.hpp"
#include "os/tree.hpp"
#include "zip/writer.hpp"

namespace lbundle {

namespace {

constexpr unsigned plain_mode = 0644, executable_mode = 0755;

void write_regular(const RegularFile& file, const HostPath& target) {
  const auto mode = file.executable ? executable_mode : plain_mode;
  write_file(target, read_content(file.content));
  if (chmod(target.c_str(), mode) != 0) throw system_error("write", target.string(), errno);
}

// Makes `path` and the folders above it, readable by any user whatever the umask is.
void make_folders(const BundlePath& path, const HostPath& root, std::set<BundlePath>& made) {
  if (!made.insert(path).second) return;
  if (!path.is_root()) make_folders(path.parent(), root, made);
  const auto folder = path.is_root() ? root : root / path.bytes();
  fs::create_directories(folder);
  if (chmod(folder.c_str(), executable_mode) != 0) throw system_error("write", folder.string(), errno);
}

}  // namespace

void write_tree(const FileSet& files, const HostPath& folder, unsigned jobs) {
  std::set<BundlePath> folders;
  make_folders({}, folder, folders);
  std::vector<const FileSet::Map::value_type*> regular;
  for (const auto& entry : files) {
    const auto& [path, node] = entry;
    make_folders(path.parent(), folder, folders);
    if (const auto* link = std::get_if<SymbolicLink>(&node)) {
      boost::system::error_code failure;
      const auto target = folder / path.bytes();
      fs::create_symlink(link->target, target, failure);
      if (failure) throw system_error("write", target.string(), failure.value());
    } else {
      regular.push_back(&entry);
    }
  }
  parallel_for(regular.size(), jobs, [&](std::size_t i) {
    check_interrupt();
    write_regular(std::get<RegularFile>(regular[i]->second), folder / regular[i]->first.bytes());
  });
  set_dates(folder, zip::entry_date());
}

}  // namespace lbundle
