#include "os/atomic_file.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/error.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

// The file that `target` leads to after all links are followed. It goes hop by hop, because the last link's
// target need not exist yet.
HostPath after_links(const HostPath& target) {
  static constexpr int most_hops = 40;  // the kernel's limit, path_resolution(7)
  auto real = target;
  boost::system::error_code failure;
  for (int hops = 0; fs::symlink_status(real, failure).type() == fs::symlink_file; ++hops) {
    if (hops == most_hops) throw system_error("write", target.string(), ELOOP);
    const auto next = fs::read_symlink(real, failure);
    if (failure) throw system_error("write", target.string(), failure.value());
    real = fs::absolute(next, fs::absolute(real).parent_path());
  }
  return real;
}

}  // namespace

AtomicFile::AtomicFile(HostPath target, unsigned mode) : target_(after_links(target)), mode_(mode) {
  boost::system::error_code failure;
  const auto folder = target_.has_parent_path() ? target_.parent_path() : HostPath(".");
  // Boost 1.74 reports the creation of "." as an invalid argument.
  if (!fs::is_directory(folder, failure)) fs::create_directories(folder, failure);
  if (failure) throw system_error("write", target_.string(), failure.value());
  if (fs::is_directory(target_, failure))
    throw Error("write", target_.string(), "is a folder", "name a file");
  std::string pattern = (folder / ("." + target_.filename().string() + ".XXXXXX")).string();
  const int number = mkostemp(pattern.data(), O_CLOEXEC);
  if (number < 0) throw system_error("write", target_.string(), errno);
  fd_ = Fd(number);
  temporary_ = pattern;
  // lbundle sets the mode, not the umask of the user who runs the build.
  fchmod(number, mode);
}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::take(const HostPath& file) {
  if (::rename(file.c_str(), temporary_.c_str()) != 0) {
    if (errno != EXDEV) throw system_error("write", target_.string(), errno);
    write(read_file(file));
    return;
  }
  fd_ = open_file(temporary_, O_WRONLY, "write");
  fchmod(fd_.number(), mode_);
}

void AtomicFile::commit() {
  // Some filesystems report a full disk only when the bytes go to the disk. fsync makes them go
  // there before the rename.
  const int number = fd_.number();
  if (fsync(number) != 0 && errno != EINVAL && errno != EROFS)
    throw system_error("write", target_.string(), errno);
  commit_replaceable();
}

void AtomicFile::commit_replaceable() {
  fd_.reset();
  if (::rename(temporary_.c_str(), target_.c_str()) != 0)
    throw system_error("write", target_.string(), errno);
  temporary_.clear();
}

void write_file(const HostPath& target, ByteView bytes) {
  AtomicFile file(target);
  file.write(bytes);
  file.commit();
}

void write_file(const HostPath& target, std::string_view text) {
  write_file(target, as_bytes(text));
}

}  // namespace lbundle
