#include "cache/store.hpp"

#include <algorithm>
#include <cstdlib>

#include <zstd.h>

#include "model/error.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "os/mapped_file.hpp"

namespace lbundle {

namespace {

// An entry has three parts: the first `check_size` bytes of the SHA-256 of everything after them, one byte
// that says how the value is stored, and the value.
constexpr std::size_t check_size = 8;
constexpr std::uint8_t plain = 0;
constexpr std::uint8_t compressed = 1;
constexpr int zstd_level = 3;

void put_check(Bytes& entry) {
  const auto digest = digest_of(ByteView(entry).subspan(check_size));
  std::copy_n(digest.bytes.begin(), check_size, entry.begin());
}

Bytes compress(ByteView value) {
  static constexpr auto begin = check_size + 1;
  Bytes entry(begin + ZSTD_compressBound(value.size()));
  entry[check_size] = compressed;
  const auto size =
      ZSTD_compress(entry.data() + begin, entry.size() - begin, value.data(), value.size(), zstd_level);
  if (ZSTD_isError(size) != 0 || size >= value.size()) {
    entry.resize(begin + value.size());
    entry[check_size] = plain;
    std::copy(value.begin(), value.end(), entry.begin() + begin);
  } else {
    entry.resize(begin + size);
  }
  put_check(entry);
  return entry;
}

// The value of an entry. Nothing if the entry was not written by lbundle or was damaged since. The check is
// needed because zstd's own format does not detect this, and would accept a damaged size.
std::optional<Bytes> decompress(ByteView entry) {
  if (entry.size() <= check_size) return std::nullopt;
  const auto digest = digest_of(entry.subspan(check_size));
  if (!std::equal(entry.begin(), entry.begin() + check_size, digest.bytes.begin())) return std::nullopt;
  const auto rest = entry.subspan(check_size + 1);
  if (entry[check_size] == plain) return Bytes(rest.begin(), rest.end());
  const auto size = ZSTD_getFrameContentSize(rest.data(), rest.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN) return std::nullopt;
  Bytes value(size);
  const auto got = ZSTD_decompress(value.data(), value.size(), rest.data(), rest.size());
  if (got != size) return std::nullopt;
  return value;
}

}  // namespace

HostPath default_cache_folder() {
  if (const char* own = std::getenv("LBUNDLE_CACHE"); own != nullptr && *own != '\0')
    return fs::absolute(own);
  if (const char* xdg = std::getenv("XDG_CACHE_HOME"); xdg != nullptr && *xdg == '/')
    return HostPath(xdg) / "lbundle";
  const char* home = std::getenv("HOME");
  return HostPath(home == nullptr || *home == '\0' ? "/tmp" : home) / ".cache/lbundle";
}

HostPath Store::path_of(const std::string& kind, const Digest& key) const {
  const auto hex = to_hex(key);
  return folder_ / kind / hex.substr(0, 2) / hex.substr(2);
}

std::optional<Bytes> Store::find(const std::string& kind, const Digest& key) const {
  const auto path = path_of(kind, key);
  boost::system::error_code failure;
  if (!fs::is_regular_file(path, failure)) return std::nullopt;
  try {
    return decompress(MappedFile(path).bytes());
  } catch (const Error& error) {
    log_detail(error.what());
    return std::nullopt;
  }
}

void Store::put(const std::string& kind, const Digest& key, ByteView value) const {
  try {
    AtomicFile file(path_of(kind, key));
    file.write(compress(value));
    file.commit_replaceable();
  } catch (const Error& error) {
    log_detail(error.what());
  }
}

Content Store::put_content(ByteView bytes) const {
  const auto digest = digest_of(bytes);
  Content content{path_of("content", digest), ByteSize(bytes.size()), digest, true};
  boost::system::error_code failure;
  if (!fs::exists(content.path, failure)) {
    AtomicFile file(content.path);
    file.write(compress(bytes));
    file.commit_replaceable();
  }
  return content;
}

Bytes read_content(const Content& content) {
  if (!content.compressed) return read_file(content.path);
  auto bytes = decompress(MappedFile(content.path).bytes());
  if (!bytes || bytes->size() != content.size.bytes()) {
    boost::system::error_code ignored;
    fs::remove(content.path, ignored);
    throw Error("read", content.path.string(), "the cache entry is damaged",
                "run the build again: the entry was removed");
  }
  return std::move(*bytes);
}

HostPath plain_file(const Content& content, const HostPath& folder, std::size_t number) {
  if (!content.compressed) return content.path;
  auto path = folder / format("source-{}", number);
  write_file(path, read_content(content));
  return path;
}

}  // namespace lbundle
