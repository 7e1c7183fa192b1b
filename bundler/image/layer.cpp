// The problem: a layer is named by two digests, of the compressed blob and of the archive in it. Both must be
// the same on every machine.
//
// The idea: libarchive writes the archive to a callback. The callback adds the bytes to a digest and passes
// them to a second writer, which only compresses. So nothing larger than one file is ever in memory. lbundle
// sets owner, group, mode and date.
//
// Rejected: the system's tar, because it chooses order, headers and sparse files itself.
#include "image/layer.hpp"

#include <memory>
#include <set>

#include <archive.h>
#include <archive_entry.h>

#include "cache/store.hpp"
#include "model/error.hpp"
#include "os/digest_of.hpp"
#include "os/digest_stream.hpp"
#include "os/interrupt.hpp"

namespace lbundle::image {

namespace {

using Archive = std::unique_ptr<archive, decltype(&archive_write_free)>;
using Entry = std::unique_ptr<archive_entry, decltype(&archive_entry_free)>;

constexpr unsigned mode_plain = 0644, mode_executable = 0755, mode_link = 0777;

Archive new_archive() {
  return {archive_write_new(), &archive_write_free};
}

// Takes the archive's bytes, and writes them to a file through gzip. Computes the digest
// of the uncompressed bytes.
class CompressedFile {
 public:
  explicit CompressedFile(HostPath target) : target_(std::move(target)), gzip_(new_archive()) {
    archive_write_add_filter_gzip(gzip_.get());
    archive_write_set_filter_option(gzip_.get(), "gzip", "compression-level", "9");
    archive_write_set_filter_option(gzip_.get(), "gzip", "timestamp", nullptr);
    archive_write_set_format_raw(gzip_.get());
    require(archive_write_open_filename(gzip_.get(), target_.c_str()));
    const Entry whole(archive_entry_new(), &archive_entry_free);
    archive_entry_set_filetype(whole.get(), AE_IFREG);
    require(archive_write_header(gzip_.get(), whole.get()));
  }

  void add(ByteView bytes) {
    digest_.add(bytes);
    if (archive_write_data(gzip_.get(), bytes.data(), bytes.size()) < 0) fail();
  }

  Digest close() {
    require(archive_write_close(gzip_.get()));
    return digest_.digest();
  }

 private:
  void require(int result) {
    if (result < ARCHIVE_OK) fail();
  }
  [[noreturn]] void fail() { throw system_error("write", target_.string(), archive_errno(gzip_.get())); }

  HostPath target_;
  Archive gzip_;
  DigestStream digest_;
};

la_ssize_t take_bytes(archive* /*tar*/, void* file, const void* bytes, std::size_t size) {
  static_cast<CompressedFile*>(file)->add({static_cast<const std::uint8_t*>(bytes), size});
  return static_cast<la_ssize_t>(size);
}

class TarWriter {
 public:
  TarWriter(CompressedFile& file, std::time_t date) : tar_(new_archive()), date_(date) {
    // Writes headers in the old form if that form can express everything.
    archive_write_set_format_pax_restricted(tar_.get());
    archive_write_set_bytes_per_block(tar_.get(), 0);
    require(archive_write_open(tar_.get(), &file, nullptr, &take_bytes, nullptr));
  }

  void add_folder(const std::string& name) { header(name + "/", AE_IFDIR, mode_executable, 0); }
  void add_link(const std::string& name, const std::string& target) {
    const auto entry = make(name, AE_IFLNK, mode_link, 0);
    archive_entry_set_symlink(entry.get(), target.c_str());
    require(archive_write_header(tar_.get(), entry.get()));
  }
  void add_file(const std::string& name, bool executable, ByteView content) {
    header(name, AE_IFREG, executable ? mode_executable : mode_plain, content.size());
    if (archive_write_data(tar_.get(), content.data(), content.size()) < 0) require(ARCHIVE_FATAL);
  }
  void close() { require(archive_write_close(tar_.get())); }

 private:
  Entry make(const std::string& name, unsigned type, unsigned mode, std::size_t size) const {
    Entry entry(archive_entry_new(), &archive_entry_free);
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_filetype(entry.get(), type);
    archive_entry_set_perm(entry.get(), static_cast<__LA_MODE_T>(mode));
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(size));
    archive_entry_set_mtime(entry.get(), date_, 0);
    return entry;
  }
  void header(const std::string& name, unsigned type, unsigned mode, std::size_t size) {
    require(archive_write_header(tar_.get(), make(name, type, mode, size).get()));
  }
  void require(int result) {
    // A warning means that a name cannot be converted to the locale. Its bytes are written correctly anyway.
    if (result >= ARCHIVE_WARN) return;
    const char* text = archive_error_string(tar_.get());
    throw Error("write", "a layer", text == nullptr ? "its archive cannot be made" : text);
  }

  Archive tar_;
  std::time_t date_;
};

// Adds the folders of `name` that are not yet in `made`, each before its content.
void add_folders(TarWriter& tar, const std::string& name, std::set<std::string>& made) {
  for (auto slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1)) {
    if (made.insert(name.substr(0, slash)).second) tar.add_folder(name.substr(0, slash));
  }
}

}  // namespace

Layer write_layer(const FileSet& files, const std::string& folder, std::time_t date, const HostPath& target) {
  CompressedFile compressed(target);
  TarWriter tar(compressed, date);
  std::set<std::string> made;
  for (const auto& [path, node] : files) {
    check_interrupt();
    const auto name = folder + "/" + path.bytes();
    add_folders(tar, name, made);
    if (const auto* link = std::get_if<SymbolicLink>(&node)) {
      tar.add_link(name, link->target);
    } else {
      const auto& file = std::get<RegularFile>(node);
      tar.add_file(name, file.executable, read_content(file.content));
    }
  }
  tar.close();
  const auto diff_id = compressed.close();
  return {digest_of_file(target), diff_id, ByteSize{fs::file_size(target)}};
}

}  // namespace lbundle::image
