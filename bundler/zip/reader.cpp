#include "zip/reader.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include <linux/limits.h>
#include <sys/stat.h>
#include <zip.h>

#include "model/error.hpp"
#include "model/text.hpp"
#include "zip/name_limits.hpp"

namespace lbundle::zip {

namespace {

struct DiscardReader {
  void operator()(zip_t* zip) const { zip_discard(zip); }
};
struct CloseFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

using ReadZip = std::unique_ptr<zip_t, DiscardReader>;

std::string text_of(int code) {
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  return text;
}

// libzip's own check of the whole zip (ZIP_CHECKCONS) is not used: it refuses what is usual. bsdtar, the tar
// of Windows and macOS, puts the size of a streamed entry into the local header and leaves the checksum to
// the record behind the entry. read_layout compares the headers.
ReadZip open_zip(const HostPath& path) {
  int code = 0;
  ReadZip zip(::zip_open(path.c_str(), ZIP_RDONLY, &code));
  if (!zip) throw Error("read", path.string(), text_of(code), "make the zip again");
  return zip;
}

EntryType type_of(const DirectoryLine& line, std::uint32_t unix_mode) {
  if (line.name.ends_with('/')) return EntryType::folder;
  switch (unix_mode & S_IFMT) {
    case S_IFLNK:
      return EntryType::link;
    case S_IFDIR:
      return EntryType::folder;
    case S_IFREG:
    case 0:
      return EntryType::file;
    default:
      return EntryType::special;
  }
}

ZipEntry entry_of(const DirectoryLine& line) {
  // Zips made on macOS name Unix (3) or OS X (19) as their system. Both have a Unix mode in the upper
  // half of the attributes.
  const bool made_on_unix = line.host_system == ZIP_OPSYS_UNIX || line.host_system == ZIP_OPSYS_OS_X;
  const auto unix_mode = made_on_unix ? line.external_attributes >> 16 : 0;
  ZipEntry entry{line, type_of(line, unix_mode), std::nullopt};
  if (unix_mode != 0) entry.mode = unix_mode & 07777;
  return entry;
}

}  // namespace

struct ZipReader::Handle {
  ReadZip zip;
};

ZipReader::ZipReader(HostPath path)
    : path_(std::move(path)),
      layout_(read_layout(path_)),
      too_many_folders_(zip::has_too_many_folders(layout_.lines)),
      handle_(std::make_unique<Handle>()) {
  handle_->zip = open_zip(path_);
  const auto seen = zip_get_num_entries(handle_->zip.get(), 0);
  if (seen != static_cast<zip_int64_t>(layout_.lines.size())) {
    throw Error("read", path_.string(), "its central directory is ambiguous", "make the zip again");
  }
  entries_.reserve(layout_.lines.size());
  for (const auto& line : layout_.lines) entries_.push_back(entry_of(line));
}

ZipReader::ZipReader(ZipReader&&) noexcept = default;
ZipReader::~ZipReader() = default;

bool ZipReader::has_overlaps() const {
  return std::ranges::any_of(layout_.lines, [](const auto& line) { return line.overlaps; });
}

void ZipReader::read(std::size_t index, const std::function<void(ByteView)>& take) const {
  const auto& line = entries_.at(index).line;
  const auto refuse = [&](const char* why) { return Error("unpack", line.name, why, "make the zip again"); };
  if (entries_[index].encrypted()) throw refuse("it is encrypted");
  const std::unique_ptr<zip_file_t, CloseFile> file(zip_fopen_index(handle_->zip.get(), index, 0));
  if (!file) throw refuse(zip_strerror(handle_->zip.get()));
  std::uint64_t total = 0;
  std::array<std::uint8_t, 1 << 16> buffer;
  for (;;) {
    const auto got = zip_fread(file.get(), buffer.data(), buffer.size());
    if (got < 0) throw refuse(zip_error_strerror(zip_file_get_error(file.get())));
    if (got == 0) break;
    total += static_cast<std::uint64_t>(got);
    if (total > line.size.bytes()) throw refuse("it is longer than its header says");
    take({buffer.data(), static_cast<std::size_t>(got)});
  }
  if (total != line.size.bytes()) throw refuse("it is shorter than its header says");
}

Bytes ZipReader::read(std::size_t index, ByteSize at_most) const {
  const auto& line = entries_.at(index).line;
  if (line.size > at_most) {
    throw Error("unpack", line.name,
                format("it holds {}, more than {}", to_text(line.size), to_text(at_most)));
  }
  Bytes content;
  // The header may lie about the size, but deflate expands at most 1032 times (zlib's documentation).
  const auto zipped = std::min(line.zipped, layout_.file);
  content.reserve(static_cast<std::size_t>(std::min(line.size.bytes(), zipped.bytes() * 1032)));
  read(index, [&](ByteView part) { content.insert(content.end(), part.begin(), part.end()); });
  return content;
}

Bytes ZipReader::beginning(std::size_t index, std::size_t most) const {
  const auto& entry = entries_.at(index);
  if (entry.encrypted()) return {};
  const std::unique_ptr<zip_file_t, CloseFile> file(zip_fopen_index(handle_->zip.get(), index, 0));
  if (!file) return {};
  Bytes bytes(static_cast<std::size_t>(std::min<std::uint64_t>(most, entry.line.size.bytes())));
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto got = zip_fread(file.get(), bytes.data() + done, bytes.size() - done);
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

FileSet tree_of(const ZipReader& zip) {
  FileSet files;
  for (std::size_t i = 0; i < zip.entries().size(); ++i) {
    const auto& entry = zip.entries()[i];
    const auto path = BundlePath::parse(entry.line.name);
    if (!path || path->is_root() || entry.type == EntryType::folder) continue;
    if (length_fault(entry.line.name) != nullptr) continue;
    if (entry.type != EntryType::link) {
      const bool executable = entry.mode && (*entry.mode & S_IXUSR) != 0;
      files.put(*path, RegularFile{Content{{}, entry.line.size, {}, false}, executable});
    } else if (entry.line.size.bytes() < PATH_MAX) {
      files.put(*path, SymbolicLink{std::string(as_text(zip.read(i, ByteSize(PATH_MAX))))});
    }
  }
  return files;
}

}  // namespace lbundle::zip
