#include "zip/layout.hpp"

#include <algorithm>
#include <cerrno>
#include <numeric>
#include <optional>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/error.hpp"
#include "os/fd.hpp"
#include "zip/wrong_file.hpp"

namespace lbundle::zip {

namespace {

constexpr std::uint32_t end_signature = 0x06054b50;
constexpr std::uint32_t end64_locator_signature = 0x07064b50;
constexpr std::uint32_t end64_signature = 0x06064b50;
constexpr std::uint32_t line_signature = 0x02014b50;
constexpr std::uint32_t local_signature = 0x04034b50;
constexpr std::size_t end_size = 22;
constexpr std::size_t end64_locator_size = 20;
constexpr std::size_t end64_size = 56;
constexpr std::size_t line_size = 46;
constexpr std::size_t local_size = 30;
constexpr std::size_t longest_comment = 0xffff;
constexpr std::uint16_t zip64_field = 1;
constexpr std::uint16_t has_descriptor = 1 << 3;

std::uint64_t little_endian(ByteView bytes, std::size_t at, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value |= static_cast<std::uint64_t>(bytes[at + i]) << (8 * i);
  return value;
}
std::uint16_t u16(ByteView bytes, std::size_t at) {
  return static_cast<std::uint16_t>(little_endian(bytes, at, 2));
}
std::uint32_t u32(ByteView bytes, std::size_t at) {
  return static_cast<std::uint32_t>(little_endian(bytes, at, 4));
}
std::uint64_t u64(ByteView bytes, std::size_t at) {
  return little_endian(bytes, at, 8);
}

class ZipFile {
 public:
  explicit ZipFile(const HostPath& path) : path_(path), fd_(open_file(path, O_RDONLY, "read")) {
    struct stat status {};
    if (::fstat(fd_.number(), &status) != 0) throw system_error("read", path.string(), errno);
    if (!S_ISREG(status.st_mode)) throw Error("read", path.string(), "it is not a file");
    size_ = static_cast<std::uint64_t>(status.st_size);
  }

  std::uint64_t size() const { return size_; }

  // The bytes from `offset`. Nothing if the file ends before `offset + size`.
  std::optional<Bytes> read(std::uint64_t offset, std::uint64_t size) const {
    if (offset > size_ || size > size_ - offset) return std::nullopt;
    Bytes bytes(size);
    for (std::size_t done = 0; done < size;) {
      const auto got =
          ::pread(fd_.number(), bytes.data() + done, size - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw system_error("read", path_.string(), errno);
      if (got == 0) return std::nullopt;
      done += static_cast<std::size_t>(got);
    }
    return bytes;
  }

  const HostPath& path() const { return path_; }
  [[noreturn]] void refuse(const char* why, const char* hint = "make the zip again") const {
    throw Error("read", path_.string(), why, hint);
  }
  // Refuses a file that is not a zip, in words that say what it is.
  [[noreturn]] void refuse_format() const {
    throw not_a_zip(path_, *read(0, std::min<std::uint64_t>(size_, beginning_size)));
  }

 private:
  HostPath path_;
  Fd fd_;
  std::uint64_t size_ = 0;
};

// The record at the end of the central directory.
struct End {
  std::uint64_t entries = 0;
  std::uint64_t directory_size = 0;
  std::uint64_t directory_offset = 0;
  std::uint64_t record_offset = 0;  // of the record itself; in zip64 form, of the plain record behind it
  bool zip64 = false;
};

// The end record in zip64 form. It is before the plain one; a locator says where. Nothing if
// there is no locator.
std::optional<End> read_end64(const ZipFile& file, std::uint64_t end_offset) {
  if (end_offset < end64_locator_size) return std::nullopt;
  const auto locator = file.read(end_offset - end64_locator_size, end64_locator_size);
  if (!locator || u32(*locator, 0) != end64_locator_signature) return std::nullopt;
  const auto record = file.read(u64(*locator, 8), end64_size);
  if (!record || u32(*record, 0) != end64_signature) file.refuse("its zip64 end record is missing");
  return End{u64(*record, 32), u64(*record, 40), u64(*record, 48), end_offset, true};
}

// Refuses a zip without an end record at its end: something follows the record, or the file is no zip.
[[noreturn]] void refuse_without_end(const ZipFile& file, ByteView tail) {
  for (std::size_t at = tail.size() - end_size + 1; at-- > 0;) {
    if (u32(tail, at) != end_signature) continue;
    const auto end = at + end_size + u16(tail, at + 20);
    if (end < tail.size()) throw bytes_behind(file.path(), tail.size() - end);
  }
  file.refuse_format();
}

End read_end(const ZipFile& file) {
  if (file.size() < end_size) file.refuse_format();
  const auto reach = std::min<std::uint64_t>(file.size(), end_size + longest_comment);
  const auto tail = file.read(file.size() - reach, reach);
  if (!tail) file.refuse("it changed while it was read", "wait until it is written");
  // The zip's comment may contain the signature too. The real end record is the last one whose comment ends
  // exactly at the end of the file.
  for (std::size_t at = tail->size() - end_size + 1; at-- > 0;) {
    if (u32(*tail, at) != end_signature || at + end_size + u16(*tail, at + 20) != tail->size()) continue;
    const ByteView record(tail->data() + at, end_size);
    if (u16(record, 4) != u16(record, 6)) file.refuse("it spans several files", "make one zip of them");
    const auto offset = file.size() - reach + at;
    if (const auto end64 = read_end64(file, offset)) return *end64;
    return {u16(record, 10), u32(record, 12), u32(record, 16), offset, false};
  }
  refuse_without_end(file, *tail);
}

// Refuses a zip whose central directory is not where the end record says, although it is right before the
// record: something was put in front of the zip, or its beginning is gone. Two zips in one file are such a
// zip too, and programs differ in which one they read.
void require_directory_in_place(const ZipFile& file, const End& end) {
  const auto stated = end.directory_offset + end.directory_size;
  if (end.zip64 || end.entries == 0 || stated == end.record_offset) return;
  if (end.directory_size > end.record_offset) return;
  const auto directory = file.read(end.record_offset - end.directory_size, 4);
  if (!directory || u32(*directory, 0) != line_signature) return;
  if (stated < end.record_offset) throw bytes_in_front(file.path(), end.record_offset - stated);
  throw bytes_missing(file.path(), stated - end.record_offset);
}

// Sets the values that are too large for the plain fields (APPNOTE.TXT 4.5.3).
void apply_zip64(DirectoryLine& line, ByteView extra, bool size, bool zipped, bool offset) {
  for (std::size_t at = 0; at + 4 <= extra.size();) {
    const auto length = u16(extra, at + 2);
    if (u16(extra, at) == zip64_field) {
      auto next = at + 4;
      const auto stop = std::min<std::size_t>(next + length, extra.size());
      const auto take = [&](bool wanted) -> std::optional<std::uint64_t> {
        if (!wanted || next + 8 > stop) return std::nullopt;
        next += 8;
        return u64(extra, next - 8);
      };
      if (const auto value = take(size)) line.size = ByteSize(*value);
      if (const auto value = take(zipped)) line.zipped = ByteSize(*value);
      if (const auto value = take(offset)) line.offset = *value;
      line.zip64 = true;
      return;
    }
    at += 4U + length;
  }
}

DirectoryLine read_line(const ZipFile& file, ByteView directory, std::size_t& at) {
  if (at + line_size > directory.size() || u32(directory, at) != line_signature) {
    file.refuse("its central directory is damaged");
  }
  const auto record = directory.subspan(at);
  const std::size_t name = u16(record, 28);
  const std::size_t extra = u16(record, 30);
  const std::size_t length = line_size + name + extra + u16(record, 32);
  if (length > record.size()) file.refuse("its central directory is damaged");
  DirectoryLine line;
  line.name = as_text(record.subspan(line_size, name));
  line.host_system = record[5];
  line.flags = u16(record, 8);
  line.method = u16(record, 10);
  line.crc32 = u32(record, 16);
  line.zipped = ByteSize(u32(record, 20));
  line.size = ByteSize(u32(record, 24));
  line.external_attributes = u32(record, 38);
  line.offset = u32(record, 42);
  constexpr std::uint32_t narrow = 0xffffffff;
  apply_zip64(line, record.subspan(line_size + name, extra), u32(record, 24) == narrow,
              u32(record, 20) == narrow, u32(record, 42) == narrow);
  line.takes = ByteSize(length);
  at += length;
  return line;
}

// Compares the line with the local header, and returns where the entry's bytes end.
std::uint64_t read_local(const ZipFile& file, DirectoryLine& line) {
  const auto header = file.read(line.offset, local_size);
  if (!header || u32(*header, 0) != local_signature) {
    line.differs = true;
    return line.offset;
  }
  // A name of another length differs anyway. Lines may share one header, so its name is not read for each.
  const auto name = u16(*header, 26) == line.name.size()
                        ? file.read(line.offset + local_size, line.name.size())
                        : std::nullopt;
  const bool sizes_follow = (u16(*header, 6) & has_descriptor) != 0;
  const auto same_size = [&](std::size_t at, ByteSize size) {
    return u32(*header, at) == size.bytes() || u32(*header, at) == 0xffffffff;
  };
  line.differs = !name || as_text(*name) != line.name || u16(*header, 8) != line.method ||
                 (!sizes_follow && (!same_size(18, line.zipped) || !same_size(22, line.size) ||
                                    u32(*header, 14) != line.crc32));
  return line.offset + local_size + u16(*header, 26) + u16(*header, 28) + line.zipped.bytes();
}

// Counts for each entry the bytes from its header to the next entry's header. Returns the number of bytes
// before the first entry.
std::uint64_t divide(const ZipFile& file, std::vector<DirectoryLine>& lines, std::uint64_t directory) {
  std::vector<std::size_t> order(lines.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return lines[i].offset; });
  for (std::size_t i = 0; i < order.size(); ++i) {
    auto& line = lines[order[i]];
    const auto next = i + 1 < order.size() ? std::min(lines[order[i + 1]].offset, directory) : directory;
    line.overlaps = line.offset >= next || read_local(file, line) > next;
    if (line.offset < next) line.takes += ByteSize(next - line.offset);
  }
  return order.empty() ? directory : std::min(lines[order.front()].offset, directory);
}

}  // namespace

Layout read_layout(const HostPath& zip) {
  const ZipFile file(zip);
  const auto end = read_end(file);
  require_directory_in_place(file, end);
  const auto directory = file.read(end.directory_offset, end.directory_size);
  if (!directory) file.refuse("its central directory is damaged");
  Layout layout;
  layout.file = ByteSize(file.size());
  layout.zip64 = end.zip64;
  std::size_t at = 0;
  for (std::uint64_t i = 0; i < end.entries; ++i) {
    layout.lines.push_back(read_line(file, *directory, at));
    layout.zip64 = layout.zip64 || layout.lines.back().zip64;
  }
  layout.uncounted = ByteSize(end.directory_size - at);
  const auto before = divide(file, layout.lines, end.directory_offset);
  layout.rest = ByteSize(before + file.size() - end.directory_offset - at);
  return layout;
}

}  // namespace lbundle::zip
