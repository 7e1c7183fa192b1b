#include "zip/stream_pool.hpp"

#include <cerrno>
#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "model/error.hpp"

namespace lbundle::zip {

namespace {

Fd nameless_file(const HostPath& folder) {
  auto pattern = (folder / ".lbundle.XXXXXX").string();
  Fd file(::mkostemp(pattern.data(), O_CLOEXEC));
  if (!file.is_open()) throw system_error("write", pattern, errno);
  ::unlink(pattern.c_str());
  return file;
}

}  // namespace

StreamPool::StreamPool(HostPath folder, std::size_t most_in_memory)
    : folder_(std::move(folder)), most_in_memory_(most_in_memory) {}

StreamPool::~StreamPool() {
  for (const auto view : mapped_) ::munmap(const_cast<std::uint8_t*>(view.data()), view.size());
}

ByteView StreamPool::keep(Bytes bytes) {
  if (bytes.empty()) return {};
  const std::lock_guard lock(mutex_);
  if (bytes.size() > most_in_memory_ - in_memory_) return keep_in_file(bytes);
  in_memory_ += bytes.size();
  return kept_.emplace_back(std::move(bytes));
}

ByteView StreamPool::keep_in_file(const Bytes& bytes) {
  if (!file_.is_open()) file_ = nameless_file(folder_);
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const auto start = (file_size_ + page - 1) / page * page;
  if (::lseek(file_.number(), static_cast<off_t>(start), SEEK_SET) < 0) {
    throw system_error("write", folder_.string(), errno);
  }
  write_all(file_, bytes, folder_);
  file_size_ = start + bytes.size();
  void* at = ::mmap(nullptr, bytes.size(), PROT_READ, MAP_SHARED, file_.number(), static_cast<off_t>(start));
  if (at == MAP_FAILED) throw system_error("read", folder_.string(), errno);
  return mapped_.emplace_back(static_cast<const std::uint8_t*>(at), bytes.size());
}

}  // namespace lbundle::zip
