#include "os/temp_dir.hpp"

#include <cerrno>
#include <cstdlib>

#include <sys/stat.h>
#include <unistd.h>

#include "model/error.hpp"
#include "os/log.hpp"

namespace lbundle {

TempDir::TempDir(const HostPath& parent, const std::string& name) {
  boost::system::error_code failure;
  fs::create_directories(parent, failure);
  if (failure) throw system_error("make", parent.string(), failure.value());
  std::string pattern = (parent / (name + ".XXXXXX")).string();
  if (mkdtemp(pattern.data()) == nullptr) throw system_error("make", pattern, errno);
  path_ = pattern;
  // mkdtemp sets 0700, but users and sandboxes of another user must be able to read these trees.
  chmod(path_.c_str(), 0755);
}

TempDir::TempDir(TempDir&& other) noexcept : path_(std::move(other.path_)) {
  other.path_.clear();
}

TempDir::~TempDir() {
  if (path_.empty()) return;
  try {
    remove_tree(path_);
  } catch (const Error& error) {
    log_warning(error.what());
  }
}

void TempDir::publish(const HostPath& target) {
  if (::rename(path_.c_str(), target.c_str()) != 0) throw system_error("make", target.string(), errno);
  path_.clear();
}

void TempDir::publish_unless_there(const HostPath& target) {
  if (::rename(path_.c_str(), target.c_str()) == 0) {
    path_.clear();
  } else if (errno != EEXIST && errno != ENOTEMPTY) {
    throw system_error("make", target.string(), errno);
  }
}

HostPath temporary_folder() {
  boost::system::error_code failure;
  auto folder = fs::temp_directory_path(failure);
  if (!failure) return folder;
  const char* const named = std::getenv("TMPDIR");
  throw Error("use", named == nullptr ? "/tmp" : named, "it is not a folder, but temporary files go there",
              "set TMPDIR to a writable folder");
}

void remove_tree(const HostPath& path) {
  boost::system::error_code failure;
  fs::remove_all(path, failure);
  if (!failure) return;
  // A handler may write folders that forbid writing. Make them writable, then try once more.
  boost::system::error_code ignored;
  fs::permissions(path, fs::owner_all | fs::add_perms, ignored);
  for (fs::recursive_directory_iterator at(path, ignored), end; at != end; at.increment(ignored)) {
    if (fs::symlink_status(at->path(), ignored).type() == fs::directory_file) {
      fs::permissions(at->path(), fs::owner_all | fs::add_perms, ignored);
    }
  }
  fs::remove_all(path, failure);
  if (failure) throw system_error("remove", path.string(), failure.value());
}

}  // namespace lbundle
