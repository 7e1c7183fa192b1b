#include "staging/tree_update.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "model/error.hpp"
#include "os/fd.hpp"
#include "os/tree.hpp"

namespace lbundle {

TreeUpdate::TreeUpdate(HostPath root, StagedIndex index) : root_(std::move(root)), index_(std::move(index)) {}

void TreeUpdate::remove(const BundlePath& path) {
  boost::system::error_code failure;
  fs::remove(root_ / path.bytes(), failure);
  if (failure) throw system_error("remove", (root_ / path.bytes()).string(), failure.value());
  index_.files.remove(path);
  index_.stamps.erase(path);
}

void TreeUpdate::put(const BundlePath& path, ByteView bytes, const Digest& digest, bool executable) {
  const auto target = root_ / path.bytes();
  boost::system::error_code failure;
  fs::create_directories(target.parent_path(), failure);
  if (failure) throw system_error("write", target.string(), failure.value());
  fs::remove(target, failure);
  const auto file = open_file(target, O_WRONLY | O_CREAT | O_EXCL, "write");
  write_all(file, bytes, target);
  fchmod(file.number(), executable ? staged_program_mode : staged_file_mode);
  adopt(path, RegularFile{{target, ByteSize(bytes.size()), digest, false}, executable});
}

void TreeUpdate::put_link(const BundlePath& path, const std::string& target) {
  const auto link = root_ / path.bytes();
  boost::system::error_code failure;
  fs::create_directories(link.parent_path(), failure);
  if (!failure) fs::create_symlink(target, link, failure);
  if (failure) throw system_error("write", link.string(), failure.value());
  adopt(path, SymbolicLink{target});
}

void TreeUpdate::adopt(const BundlePath& path, FileNode node) {
  const auto stamp = stamp_of(root_ / path.bytes());
  require(stamp.has_value(), "a staged file is there");
  index_.stamps.insert_or_assign(path, *stamp);
  changed_.put(path, node);
  index_.files.put(path, std::move(node));
}

void TreeUpdate::set_dates(std::time_t date) {
  lbundle::set_dates(root_, date);
  index_.date = date;
  for (auto& [path, stamp] : index_.stamps) stamp.modified = date * nanoseconds_per_second;
}

}  // namespace lbundle
