// The problem: the zip must be as small as deflate allows, have the same bytes wherever it is made, and be
// made quickly.
//
// The idea: compressing and writing are separate. First the streams are made, in any order and on all cores.
// The largest content comes first, so that no core is left with a big one at the end. Each content is
// compressed once, however many files hold it, and not at all if its stream is in the cache. Then one thread
// hands the streams to libzip in the order of their names, and libzip copies them. So neither the number of
// jobs nor chance affects the bytes; times, modes and names are set by zip/writer.
//
// Tried and rejected: writing while compressing, because it saves only the time of one copy, a tenth of a
// second for 50 MB, and needs a second order beside the one by size; libzip's own deflate, which is zlib's
// and makes native libraries 4 % larger than libdeflate does; mapping the files, which saves a copy but ends
// the process by SIGBUS if a user's file is cut short meanwhile.
//
// Why it is right: what goes in is checked against the digest in the file set, so a file that changes while
// it is read is an error and never a mixture. What came out is read back from the directory of the finished
// zip, which gives the size of each entry to the byte.
#include "package/pack.hpp"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <vector>

#include "model/error.hpp"
#include "model/text.hpp"
#include "os/digest_of.hpp"
#include "package/pack_names.hpp"
#include "zip/layout.hpp"
#include "zip/stream_pool.hpp"
#include "zip/writer.hpp"

namespace lbundle {

namespace {

// Streams beyond this size are kept on the disk. It is about three times Lambda's largest zip.
constexpr std::size_t most_in_memory = 192U << 20;

// A content of the tree and its stream. Files with the same bytes share one.
struct PackedContent {
  const Content* content = nullptr;
  zip::Method method = zip::Method::stored;
  std::uint32_t crc32 = 0;
  ByteView stream;
};

using PackedContents = std::map<Digest, PackedContent>;

std::string cache_kind(zip::Level level) {
  switch (level) {
    case zip::Level::fast:
      return "deflate-fast";
    case zip::Level::best:
      return "deflate-best";
    case zip::Level::max:
      return "deflate-max";
  }
  return {};
}

// The cached value of a stream begins with the method and the CRC: two and four bytes, little-endian.
constexpr std::size_t cache_header = 6;

Bytes to_cache(const zip::Stream& stream) {
  Bytes value(cache_header + stream.bytes.size());
  const auto method = static_cast<std::uint32_t>(stream.method);
  for (std::size_t i = 0; i < 2; ++i) value[i] = static_cast<std::uint8_t>(method >> (8 * i));
  for (std::size_t i = 0; i < 4; ++i) value[2 + i] = static_cast<std::uint8_t>(stream.crc32 >> (8 * i));
  std::ranges::copy(stream.bytes, value.begin() + cache_header);
  return value;
}

std::optional<zip::Stream> from_cache(Bytes value, const Content& content) {
  if (value.size() < cache_header) return std::nullopt;
  zip::Stream stream;
  stream.method = static_cast<zip::Method>(value[0] | value[1] << 8);
  for (std::size_t i = 0; i < 4; ++i) stream.crc32 |= static_cast<std::uint32_t>(value[2 + i]) << (8 * i);
  value.erase(value.begin(), value.begin() + cache_header);
  stream.bytes = std::move(value);
  stream.size = content.size;
  return stream;
}

// Reads the content. Throws Error if the bytes do not match the digest.
Bytes read_unchanged(const Content& content) {
  auto bytes = read_content(content);
  if (bytes.size() == content.size.bytes() && digest_of(bytes) == content.digest) return bytes;
  throw Error("pack", content.path.string(), "it changed while it was read",
              "try again when nothing writes to it");
}

class Compressor {
 public:
  Compressor(const PackOptions& options, ByteSize total)
      : options_(options), encoder_(zip::encoder_version(options.level)), total_(total) {}

  zip::Stream stream_of(const Content& content) {
    auto stream = find(content);
    if (!stream) {
      stream = zip::compress(read_unchanged(content), options_.level);
      if (options_.cache != nullptr)
        options_.cache->put(cache_kind(options_.level), key_of(content), to_cache(*stream));
    }
    report(content.size);
    return std::move(*stream);
  }

 private:
  Digest key_of(const Content& content) const { return KeyBuilder().add(encoder_).add(content.digest).key(); }

  std::optional<zip::Stream> find(const Content& content) const {
    if (options_.cache == nullptr) return std::nullopt;
    auto value = options_.cache->find(cache_kind(options_.level), key_of(content));
    return value ? from_cache(std::move(*value), content) : std::nullopt;
  }

  void report(ByteSize size) {
    if (!options_.progress) return;
    const std::lock_guard lock(mutex_);
    options_.progress(done_ += size, total_);
  }

  const PackOptions& options_;
  std::string encoder_;
  ByteSize total_;
  std::mutex mutex_;
  ByteSize done_;
};

PackedContents contents_of(const FileSet& files) {
  PackedContents contents;
  for (const auto& [path, node] : files) {
    if (const auto* file = std::get_if<RegularFile>(&node))
      contents[file->content.digest].content = &file->content;
  }
  return contents;
}

void compress_all(PackedContents& contents, zip::StreamPool& pool, const PackOptions& options) {
  std::vector<PackedContent*> order;
  ByteSize total;
  for (auto& [digest, packed] : contents) {
    order.push_back(&packed);
    total += packed.content->size;
  }
  std::ranges::stable_sort(order, std::greater{}, [](const auto* packed) { return packed->content->size; });
  Compressor compressor(options, total);
  parallel_for(order.size(), options.jobs, [&](std::size_t i) {
    auto& packed = *order[i];
    auto stream = compressor.stream_of(*packed.content);
    packed.method = stream.method;
    packed.crc32 = stream.crc32;
    packed.stream = pool.keep(std::move(stream.bytes));
  });
}

zip::Entry entry_of(const BundlePath& path, const FileNode& node, const PackedContents& contents) {
  if (const auto* link = std::get_if<SymbolicLink>(&node)) {
    const auto text = as_bytes(link->target);
    return {path, zip::EntryKind::link, zip::Method::stored, zip::crc32_of(text), ByteSize(text.size()),
            text};
  }
  const auto& file = std::get<RegularFile>(node);
  const auto& packed = contents.at(file.content.digest);
  const auto kind = file.executable ? zip::EntryKind::executable : zip::EntryKind::file;
  return {path, kind, packed.method, packed.crc32, file.content.size, packed.stream};
}

// If the zip of an earlier run were inside the tree, it would be packed and replaced at the same time.
void require_output_outside(const FileSet& files, const HostPath& output) {
  boost::system::error_code failure;
  if (!fs::is_regular_file(output, failure)) return;
  for (const auto& [path, node] : files) {
    const auto* file = std::get_if<RegularFile>(&node);
    if (file == nullptr || path.name() != output.filename().string()) continue;
    if (fs::equivalent(file->content.path, output, failure)) {
      throw Error("write", output.string(), "it is one of the files to be packed",
                  "name an output outside of the tree");
    }
  }
}

Findings judge_names_of(const FileSet& files) {
  std::vector<std::string> names;
  names.reserve(files.size());
  for (const auto& [path, node] : files) names.push_back(path.bytes());
  return judge_names(names);
}

PackedZip describe_zip(const FileSet& files, const HostPath& zip) {
  const auto layout = zip::read_layout(zip);
  require(layout.lines.size() == files.size(), "the zip holds every file once");
  PackedZip packed;
  packed.zipped = layout.file;
  packed.unzipped = files.unzipped();
  packed.files = files.size();
  packed.digest = digest_of_file(zip);
  packed.end_record = layout.rest;
  for (const auto& line : layout.lines) packed.entry_sizes.emplace(BundlePath(line.name), line.takes);
  packed.findings = judge_names_of(files);
  return packed;
}

}  // namespace

zip::Level zip_level(PackLevel level) {
  switch (level) {
    case PackLevel::fast:
      return zip::Level::fast;
    case PackLevel::best:
      return zip::Level::best;
    case PackLevel::max:
      return zip::Level::max;
  }
  return zip::Level::best;
}

PackedZip pack(const FileSet& files, const HostPath& output, const PackOptions& options) {
  if (files.empty()) throw Error("pack", output.string(), "there is no file to put into it");
  require_output_outside(files, output);
  // Opened first, so that an output that cannot be written is reported before the work is done.
  AtomicFile file(output);
  zip::StreamPool pool(file.temporary_path().parent_path(), most_in_memory);
  auto contents = contents_of(files);
  compress_all(contents, pool, options);
  std::vector<zip::Entry> entries;
  entries.reserve(files.size());
  for (const auto& [path, node] : files) entries.push_back(entry_of(path, node, contents));
  zip::write_zip(file, std::move(entries));
  auto packed = describe_zip(files, file.temporary_path());
  file.commit();
  packed.path = output;
  return packed;
}

}  // namespace lbundle
