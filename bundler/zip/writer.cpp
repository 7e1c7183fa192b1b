#include "zip/writer.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <exception>
#include <memory>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include "model/error.hpp"
#include "model/text.hpp"
#include "os/interrupt.hpp"
#include "zip/utc_clock.hpp"

namespace lbundle::zip {

namespace {

std::uint32_t mode_of(EntryKind kind) {
  switch (kind) {
    case EntryKind::file:
      return S_IFREG | 0644;
    case EntryKind::executable:
      return S_IFREG | 0755;
    case EntryKind::link:
      return S_IFLNK | 0777;
  }
  return 0;
}

// The file that libzip writes to. Without it libzip would write a second temporary file beside the given one,
// with a mode made from the umask, and would report a full disk by an error code of its own. With these
// callbacks the bytes go straight to the descriptor, and the errno is kept.
class Sink {
 public:
  explicit Sink(int fd) : fd_(fd) { zip_error_init(&error_); }
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  ~Sink() { zip_error_fini(&error_); }

  static zip_int64_t call(void* self, void* argument, zip_uint64_t size, zip_source_cmd_t command) {
    return static_cast<Sink*>(self)->answer(argument, size, command);
  }

  // The errno of the write that failed, 0 if none did.
  int failure() const { return failure_; }

 private:
  zip_int64_t answer(void* argument, zip_uint64_t size, zip_source_cmd_t command) {
    switch (command) {
      case ZIP_SOURCE_SUPPORTS:
        return ZIP_SOURCE_SUPPORTS_WRITABLE;
      case ZIP_SOURCE_STAT:
        return stat_absent();
      case ZIP_SOURCE_BEGIN_WRITE:
      case ZIP_SOURCE_ROLLBACK_WRITE:
      case ZIP_SOURCE_FREE:
        return 0;
      case ZIP_SOURCE_COMMIT_WRITE:
        return flush();
      case ZIP_SOURCE_WRITE:
        return write(static_cast<const std::uint8_t*>(argument), size);
      case ZIP_SOURCE_SEEK_WRITE:
        return seek(argument, size);
      case ZIP_SOURCE_TELL_WRITE:
        return static_cast<zip_int64_t>(position_);
      case ZIP_SOURCE_ERROR:
        return zip_error_to_data(&error_, argument, size);
      default:
        zip_error_set(&error_, ZIP_ER_OPNOTSUPP, 0);
        return -1;
    }
  }

  // Says that the zip does not exist yet. Otherwise libzip would read it.
  zip_int64_t stat_absent() {
    zip_error_set(&error_, ZIP_ER_READ, ENOENT);
    return -1;
  }

  // libzip goes back once for each entry to write its header again. If the header is still in the buffer,
  // it is changed there.
  zip_int64_t write(const std::uint8_t* bytes, zip_uint64_t size) {
    const auto offset = static_cast<std::size_t>(position_ - buffer_start_);
    buffer_.resize(std::max<std::size_t>(buffer_.size(), offset + size));
    std::copy_n(bytes, size, buffer_.begin() + static_cast<std::ptrdiff_t>(offset));
    position_ += size;
    if (buffer_.size() >= most_buffered && flush() != 0) return -1;
    return static_cast<zip_int64_t>(size);
  }

  zip_int64_t flush() {
    for (std::size_t done = 0; done < buffer_.size();) {
      const auto wrote = ::pwrite(fd_, buffer_.data() + done, buffer_.size() - done,
                                  static_cast<off_t>(buffer_start_ + done));
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) return fail(ZIP_ER_WRITE, errno);
      done += static_cast<std::size_t>(wrote);
    }
    end_ = std::max(end_, buffer_start_ + buffer_.size());
    buffer_.clear();
    buffer_start_ = position_;
    return 0;
  }

  zip_int64_t seek(void* argument, zip_uint64_t size) {
    const auto end = std::max(end_, buffer_start_ + buffer_.size());
    const auto target = zip_source_seek_compute_offset(position_, end, argument, size, &error_);
    if (target < 0) return -1;
    const auto place = static_cast<std::uint64_t>(target);
    if (place >= buffer_start_ && place <= buffer_start_ + buffer_.size()) {
      position_ = place;
      return 0;
    }
    if (flush() != 0) return -1;
    position_ = buffer_start_ = place;
    return 0;
  }

  zip_int64_t fail(int zip_error, int error_number) {
    failure_ = error_number;
    zip_error_set(&error_, zip_error, error_number);
    return -1;
  }

  static constexpr std::size_t most_buffered = 1 << 20;

  int fd_;
  std::uint64_t position_ = 0;
  std::uint64_t end_ = 0;
  Bytes buffer_;
  std::uint64_t buffer_start_ = 0;
  int failure_ = 0;
  zip_error_t error_{};
};

// An entry as a source for libzip. Its stat names the compression method of the bytes, so that
// libzip copies them unchanged.
class Feed {
 public:
  explicit Feed(const Entry& entry) : entry_(&entry) {}

  static zip_int64_t call(void* self, void* argument, zip_uint64_t size, zip_source_cmd_t command) {
    return static_cast<Feed*>(self)->answer(argument, size, command);
  }

 private:
  zip_int64_t answer(void* argument, zip_uint64_t size, zip_source_cmd_t command) {
    switch (command) {
      case ZIP_SOURCE_SUPPORTS:
        return ZIP_SOURCE_SUPPORTS_READABLE;
      case ZIP_SOURCE_OPEN:
        position_ = 0;
        return 0;
      case ZIP_SOURCE_READ:
        return read(static_cast<std::uint8_t*>(argument), size);
      case ZIP_SOURCE_STAT:
        return stat(argument);
      case ZIP_SOURCE_CLOSE:
      case ZIP_SOURCE_FREE:
        return 0;
      default:
        return -1;
    }
  }

  zip_int64_t read(std::uint8_t* to, zip_uint64_t size) {
    const auto part =
        entry_->bytes.subspan(position_, std::min<std::size_t>(size, entry_->bytes.size() - position_));
    if (!part.empty()) std::memcpy(to, part.data(), part.size());
    position_ += part.size();
    return static_cast<zip_int64_t>(part.size());
  }

  zip_int64_t stat(void* argument) const {
    auto* stat = static_cast<zip_stat_t*>(argument);
    zip_stat_init(stat);
    stat->size = entry_->size.bytes();
    stat->comp_size = entry_->bytes.size();
    stat->comp_method = static_cast<zip_uint16_t>(entry_->method);
    stat->crc = entry_->crc32;
    stat->valid |= ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_CRC;
    return sizeof *stat;
  }

  const Entry* entry_;
  std::size_t position_ = 0;
};

struct DiscardWriter {
  void operator()(zip_t* zip) const { zip_discard(zip); }
};
using WrittenZip = std::unique_ptr<zip_t, DiscardWriter>;

[[noreturn]] void throw_error(const HostPath& target, const zip_error_t& error, const Sink& sink) {
  const int number = sink.failure();
  if (number == ENOSPC || number == EDQUOT || number == EFBIG) {
    throw system_error("write", target.string(), number, "make room on that disk, or give another output");
  }
  if (number != 0) throw system_error("write", target.string(), number);
  zip_error_t copy = error;
  throw Error("write", target.string(), zip_error_strerror(&copy));
}

void add(zip_t* zip, const Entry& entry, Feed& feed, DosTime time) {
  zip_source_t* source = zip_source_function(zip, &Feed::call, &feed);
  if (source == nullptr) throw std::bad_alloc{};
  const auto index = zip_file_add(zip, entry.name.bytes().c_str(), source, ZIP_FL_ENC_GUESS);
  if (index < 0) {
    zip_source_free(source);
    throw Error("write", entry.name.bytes(), zip_strerror(zip));
  }
  const auto at = static_cast<zip_uint64_t>(index);
  // With the default method libzip copies a deflated source. A stored one it would try to compress.
  const bool stored = entry.method == Method::stored;
  const bool set =
      (!stored || zip_set_file_compression(zip, at, ZIP_CM_STORE, 0) == 0) &&
      zip_file_set_dostime(zip, at, time.time, time.date, 0) == 0 &&
      zip_file_set_external_attributes(zip, at, 0, ZIP_OPSYS_UNIX, mode_of(entry.kind) << 16) == 0;
  if (!set) throw Error("write", entry.name.bytes(), zip_strerror(zip));
}

int interrupted(zip_t*, void* exception) {
  try {
    check_interrupt();
    return 0;
  } catch (...) {
    *static_cast<std::exception_ptr*>(exception) = std::current_exception();
    return 1;
  }
}

void write_entries(const HostPath& target, int fd, const std::vector<Entry>& entries) {
  Sink sink(fd);
  std::exception_ptr interrupt;
  // The feeds must outlive `zip`, which reads them when it is closed.
  std::vector<Feed> feeds(entries.begin(), entries.end());
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* to = zip_source_function_create(&Sink::call, &sink, &error);
  WrittenZip zip(to == nullptr ? nullptr : zip_open_from_source(to, ZIP_CREATE | ZIP_TRUNCATE, &error));
  if (!zip) {
    zip_source_free(to);
    throw_error(target, error, sink);
  }
  const auto time = entry_time();
  for (std::size_t i = 0; i < entries.size(); ++i) add(zip.get(), entries[i], feeds[i], time);
  zip_register_cancel_callback_with_state(zip.get(), &interrupted, nullptr, &interrupt);
  if (zip_close(zip.get()) != 0) {
    if (interrupt) std::rethrow_exception(interrupt);
    throw_error(target, *zip_get_error(zip.get()), sink);
  }
  static_cast<void>(zip.release());
}

}  // namespace

std::time_t entry_date() {
  static constexpr std::int64_t first = 315532800;  // 1980-01-01 00:00:00
  static constexpr std::int64_t last = 4354819198;  // 2107-12-31 23:59:58
  const char* text = std::getenv("SOURCE_DATE_EPOCH");
  if (text == nullptr || *text == '\0') return first;
  std::int64_t seconds = 0;
  const auto* end = text + std::strlen(text);
  if (const auto parsed = std::from_chars(text, end, seconds);
      parsed.ec != std::errc{} || parsed.ptr != end) {
    throw Error("read", "SOURCE_DATE_EPOCH", format("'{}' is not a number of seconds since 1970", text),
                "unset it, or set it as `git log -1 --format=%ct` prints it")
        .with_status(ExitStatus::wrong_usage);
  }
  return std::clamp(seconds, first, last) & ~std::int64_t{1};
}

DosTime entry_time() {
  const auto date = entry_date();
  std::tm utc{};
  ::gmtime_r(&date, &utc);
  return {static_cast<std::uint16_t>(utc.tm_hour << 11 | utc.tm_min << 5 | utc.tm_sec >> 1),
          static_cast<std::uint16_t>((utc.tm_year - 80) << 9 | (utc.tm_mon + 1) << 5 | utc.tm_mday)};
}

void write_zip(const AtomicFile& file, std::vector<Entry> entries) {
  if (entries.empty()) throw Error("write", file.target().string(), "there is nothing to put into it");
  std::ranges::sort(entries, {}, &Entry::name);
  const auto fd = open_file(file.temporary_path(), O_WRONLY, "write");
  const UtcClock utc;
  write_entries(file.target(), fd.number(), entries);
}

}  // namespace lbundle::zip
