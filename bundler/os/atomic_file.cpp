#include "os/atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "model/error.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

HostPath behind_links(const HostPath& target) {
  boost::system::error_code failure;
  if (fs::symlink_status(target, failure).type() != fs::symlink_file) return target;
  auto real = fs::weakly_canonical(target, failure);
  if (failure) throw system_error("write", target.string(), failure.value());
  return real;
}

}  // namespace

AtomicFile::AtomicFile(HostPath target, unsigned mode) : target_(behind_links(target)) {
  boost::system::error_code failure;
  const auto folder = target_.has_parent_path() ? target_.parent_path() : HostPath(".");
  // Boost 1.74 calls the creation of "." an invalid argument.
  if (!fs::is_directory(folder, failure)) fs::create_directories(folder, failure);
  if (failure) throw system_error("write", target_.string(), failure.value());
  if (fs::is_directory(target_, failure)) throw Error("write", target_.string(), "is a folder", "name a file");
  std::string pattern = (folder / ("." + target_.filename().string() + ".XXXXXX")).string();
  const int number = mkostemp(pattern.data(), O_CLOEXEC);
  if (number < 0) throw system_error("write", target_.string(), errno);
  fd_ = Fd(number);
  temporary_ = pattern;
  // Chosen by us and not by the umask of whoever runs the build.
  fchmod(number, mode);
}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::commit() {
  // Some filesystems report a full disk only when the file is closed.
  const int number = fd_.number();
  if (fsync(number) != 0 && errno != EINVAL && errno != EROFS) throw system_error("write", target_.string(), errno);
  fd_.reset();
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) throw system_error("write", target_.string(), errno);
  temporary_.clear();
}

void write_file(const HostPath& target, ByteView bytes) {
  AtomicFile file(target);
  file.write(bytes);
  file.commit();
}

void write_file(const HostPath& target, std::string_view text) { write_file(target, as_bytes(text)); }

}  // namespace lbundle
