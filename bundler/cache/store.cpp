#include "cache/store.hpp"

#include <cstdlib>

#include <zstd.h>

#include "model/error.hpp"
#include "os/atomic_file.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "os/mapped_file.hpp"

namespace lbundle {

namespace {

// An entry is one byte, which says how the rest is stored, then the value.
constexpr std::uint8_t plain = 0;
constexpr std::uint8_t compressed = 1;
constexpr int zstd_level = 3;

Bytes compress(ByteView value) {
  Bytes entry(1 + ZSTD_compressBound(value.size()));
  entry[0] = compressed;
  const auto size = ZSTD_compress(entry.data() + 1, entry.size() - 1, value.data(), value.size(), zstd_level);
  if (ZSTD_isError(size) != 0 || size >= value.size()) {
    entry.resize(1 + value.size());
    entry[0] = plain;
    std::copy(value.begin(), value.end(), entry.begin() + 1);
  } else {
    entry.resize(1 + size);
  }
  return entry;
}

// Nothing for an entry that we did not write.
std::optional<Bytes> decompress(ByteView entry) {
  if (entry.empty()) return std::nullopt;
  const auto rest = entry.subspan(1);
  if (entry[0] == plain) return Bytes(rest.begin(), rest.end());
  const auto size = ZSTD_getFrameContentSize(rest.data(), rest.size());
  if (entry[0] != compressed || size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN) return std::nullopt;
  Bytes value(size);
  const auto got = ZSTD_decompress(value.data(), value.size(), rest.data(), rest.size());
  if (got != size) return std::nullopt;
  return value;
}

}  // namespace

HostPath default_cache_folder() {
  if (const char* own = std::getenv("LBUNDLE_CACHE"); own != nullptr && *own != '\0') return fs::absolute(own);
  if (const char* xdg = std::getenv("XDG_CACHE_HOME"); xdg != nullptr && *xdg == '/') return HostPath(xdg) / "lbundle";
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
    file.commit();
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
    file.commit();
  }
  return content;
}

Bytes read_content(const Content& content) {
  if (!content.compressed) return read_file(content.path);
  auto bytes = decompress(MappedFile(content.path).bytes());
  if (!bytes || bytes->size() != content.size.bytes()) {
    boost::system::error_code ignored;
    fs::remove(content.path, ignored);
    throw Error("read", content.path.string(), "the cache entry is damaged", "run the build again: the entry was removed");
  }
  return std::move(*bytes);
}

}  // namespace lbundle
