#include "os/mapped_file.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "model/error.hpp"
#include "os/fd.hpp"

namespace lbundle {

MappedFile::MappedFile(const HostPath& path) {
  const auto fd = open_file(path, O_RDONLY, "read");
  struct stat status {};
  if (fstat(fd.number(), &status) != 0) throw system_error("read", path.string(), errno);
  // mmap refuses a length of 0.
  if (status.st_size == 0) return;
  const auto size = static_cast<std::size_t>(status.st_size);
  void* address = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.number(), 0);
  if (address == MAP_FAILED) throw system_error("read", path.string(), errno);
  bytes_ = {static_cast<const std::uint8_t*>(address), size};
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, ByteView{})) {}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) munmap(const_cast<std::uint8_t*>(bytes_.data()), bytes_.size());
}

}  // namespace lbundle
