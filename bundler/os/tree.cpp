#include "os/tree.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/error.hpp"
#include "model/text.hpp"
#include "os/digest_of.hpp"
#include "os/parallel.hpp"

namespace lbundle {

namespace {

struct FoundFile {
  BundlePath path;
  HostPath host;
  struct stat status {};
};

std::vector<FoundFile> list_entries(const HostPath& root) {
  std::vector<FoundFile> found;
  boost::system::error_code failure;
  fs::recursive_directory_iterator at(root, failure);
  if (failure) throw system_error("read", root.string(), failure.value());
  for (const fs::recursive_directory_iterator end; at != end; at.increment(failure)) {
    FoundFile file{BundlePath(at->path().lexically_relative(root).string()), at->path(), {}};
    if (lstat(file.host.c_str(), &file.status) != 0) throw system_error("read", file.host.string(), errno);
    if (!S_ISDIR(file.status.st_mode)) found.push_back(std::move(file));
  }
  if (failure) throw system_error("read", root.string(), failure.value());
  std::ranges::sort(found, {}, &FoundFile::path);
  return found;
}

std::string read_link(const HostPath& path) {
  boost::system::error_code failure;
  auto target = fs::read_symlink(path, failure);
  if (failure) throw system_error("read", path.string(), failure.value());
  return target.string();
}

FileNode node_of(const FoundFile& file) {
  if (S_ISLNK(file.status.st_mode)) return SymbolicLink{read_link(file.host)};
  if (!S_ISREG(file.status.st_mode)) {
    throw Error("read", file.host.string(), "is neither a file, a folder nor a symbolic link",
                "remove it, or leave it out of `source`");
  }
  const Content content{file.host, ByteSize(static_cast<std::uint64_t>(file.status.st_size)),
                        digest_of_file(file.host), false};
  return RegularFile{content, (file.status.st_mode & S_IXUSR) != 0};
}

void set_date(const HostPath& path, std::time_t date) {
  const std::array<timespec, 2> times{timespec{0, UTIME_OMIT}, timespec{date, 0}};
  if (utimensat(AT_FDCWD, path.c_str(), times.data(), AT_SYMLINK_NOFOLLOW) != 0)
    throw system_error("set the date of", path.string(), errno);
}

}  // namespace

FileSet scan_tree(const HostPath& root, unsigned jobs) {
  const auto found = list_entries(root);
  std::vector<FileNode> nodes(found.size());
  parallel_for(found.size(), jobs, [&](std::size_t i) { nodes[i] = node_of(found[i]); });
  FileSet files;
  for (std::size_t i = 0; i < found.size(); ++i) files.put(found[i].path, std::move(nodes[i]));
  return files;
}

Digest tree_stamp(const HostPath& root) {
  KeyBuilder key;
  for (const auto& file : list_entries(root)) {
    const auto& s = file.status;
    key.add(file.path.bytes())
        .add(format("{} {} {} {}.{} {}.{}", s.st_mode, s.st_size, s.st_ino, s.st_mtim.tv_sec,
                    s.st_mtim.tv_nsec, s.st_ctim.tv_sec, s.st_ctim.tv_nsec));
  }
  return key.key();
}

void set_dates(const HostPath& root, std::time_t date) {
  boost::system::error_code failure;
  fs::recursive_directory_iterator at(root, failure);
  for (const fs::recursive_directory_iterator end; !failure && at != end; at.increment(failure))
    set_date(at->path(), date);
  if (failure) throw system_error("read", root.string(), failure.value());
  set_date(root, date);
}

}  // namespace lbundle
