#include "staging/staged_index.hpp"

#include <sys/stat.h>

#include "json/json.hpp"
#include "os/atomic_file.hpp"

namespace lbundle {

namespace {

constexpr int schema = 5;

Json to_json(const FileStamp& stamp) {
  return Json::array({stamp.size, stamp.modified, stamp.changed, stamp.inode});
}

FileStamp stamp_from(const Json& json) {
  return {json.at(0).get<std::uint64_t>(), json.at(1).get<std::int64_t>(), json.at(2).get<std::int64_t>(),
          json.at(3).get<std::uint64_t>()};
}

// Returns `bytes`, read as Latin-1, in UTF-8. JSON is text and names are bytes, so every name is written in
// this way.
std::string as_utf8(const std::string& bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text += c;
    } else {
      text += static_cast<char>(0xC0 | (byte >> 6));
      text += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return text;
}

std::string from_utf8(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80 || i + 1 == text.size()) {
      bytes += text[i];
    } else {
      bytes += static_cast<char>((byte & 0x03) << 6 | (static_cast<unsigned char>(text[++i]) & 0x3F));
    }
  }
  return bytes;
}

// A file is [path, stamp, digest, executable], a link is [path, stamp, target].
Json to_json(const BundlePath& path, const FileNode& node, const FileStamp& stamp) {
  auto json = Json::array({as_utf8(path.bytes()), to_json(stamp)});
  if (const auto* link = std::get_if<SymbolicLink>(&node)) {
    json.push_back(as_utf8(link->target));
  } else {
    const auto& file = std::get<RegularFile>(node);
    json.push_back(to_hex(file.content.digest));
    json.push_back(file.executable);
  }
  return json;
}

void add_entry(StagedIndex& index, const Json& json, const HostPath& root) {
  BundlePath path(from_utf8(json.at(0).get<std::string>()));
  const auto stamp = stamp_from(json.at(1));
  if (json.size() == 3) {
    index.files.put(path, SymbolicLink{from_utf8(json.at(2).get<std::string>())});
  } else {
    const auto digest = digest_from_hex(json.at(2).get<std::string>());
    index.files.put(path, RegularFile{{root / path.bytes(), ByteSize(stamp.size), digest.value(), false},
                                      json.at(3).get<bool>()});
  }
  index.stamps.emplace(std::move(path), stamp);
}

StagedIndex parse(const Json& json, const HostPath& root) {
  StagedIndex index;
  index.installed_key = json.at("key").get<std::string>();
  index.date = json.at("date").get<std::time_t>();
  for (const auto& entry : json.at("files")) add_entry(index, entry, root);
  for (const auto& entry : json.at("own")) {
    index.own.emplace(
        BundlePath(from_utf8(entry.at(0).get<std::string>())),
        std::pair(HostPath(from_utf8(entry.at(1).get<std::string>())), stamp_from(entry.at(2))));
  }
  for (const auto& entry : json.at("secrets"))
    index.secrets.emplace(BundlePath(from_utf8(entry.at(0).get<std::string>())),
                          Secret{entry.at(1).get<std::string>(), entry.at(2).get<int>()});
  for (const auto& path : json.at("collisions")) index.collisions.emplace(from_utf8(path.get<std::string>()));
  for (const auto& [name, version] : json.at("left").items()) index.left.emplace(name, version);
  index.libraries = system_library_record(json.at("libraries"));
  return index;
}

// The inode's change time is not compared: a new hard link to a staged file, which a backup may make, changes
// that time and not the content.
bool same_content(const std::optional<FileStamp>& now, const FileStamp& then) {
  return now && now->size == then.size && now->modified == then.modified && now->inode == then.inode;
}

// True if the tree has exactly the files of the index, and none of them was modified.
bool is_untouched(const HostPath& root, const StagedIndex& index) {
  std::size_t seen = 0;
  boost::system::error_code failure;
  fs::recursive_directory_iterator at(root, failure);
  const auto skip = root.string().size() + 1;
  for (const fs::recursive_directory_iterator end; !failure && at != end; at.increment(failure)) {
    struct stat status {};
    if (lstat(at->path().c_str(), &status) != 0) return false;
    if (S_ISDIR(status.st_mode)) continue;
    const auto path = BundlePath::parse(std::string_view(at->path().native()).substr(skip));
    const auto known = path ? index.stamps.find(*path) : index.stamps.end();
    if (known == index.stamps.end() || !same_content(stamp_of(at->path()), known->second)) return false;
    ++seen;
  }
  return !failure && seen == index.stamps.size();
}

}  // namespace

std::optional<FileStamp> stamp_of(const HostPath& path) {
  struct stat s {};
  if (lstat(path.c_str(), &s) != 0) return std::nullopt;
  const auto time = [](const timespec& t) { return t.tv_sec * nanoseconds_per_second + t.tv_nsec; };
  return FileStamp{static_cast<std::uint64_t>(s.st_size), time(s.st_mtim), time(s.st_ctim), s.st_ino};
}

std::optional<StagedIndex> read_staged_index(const HostPath& file, const HostPath& root) {
  boost::system::error_code ignored;
  if (!fs::is_regular_file(file, ignored) || !fs::is_directory(root, ignored)) return std::nullopt;
  const auto json = Json::parse(read_text_file(file), nullptr, false);
  if (!json.is_object() || json.value("schema", 0) != schema) return std::nullopt;
  try {
    auto index = parse(json, root);
    if (is_untouched(root, index)) return index;
  } catch (const std::exception&) {
    // Another version wrote it, or somebody edited it. It counts as missing.
  }
  return std::nullopt;
}

void write_staged_index(const HostPath& file, const StagedIndex& index) {
  Json json;
  json["schema"] = schema;
  json["key"] = index.installed_key;
  json["date"] = index.date;
  json["files"] = Json::array();
  for (const auto& [path, node] : index.files)
    json["files"].push_back(to_json(path, node, index.stamps.at(path)));
  json["own"] = Json::array();
  for (const auto& [path, from] : index.own) {
    json["own"].push_back(
        Json::array({as_utf8(path.bytes()), as_utf8(from.first.string()), to_json(from.second)}));
  }
  json["secrets"] = Json::array();
  for (const auto& [path, secret] : index.secrets)
    json["secrets"].push_back(Json::array({as_utf8(path.bytes()), secret.what, secret.line}));
  json["collisions"] = Json::array();
  for (const auto& path : index.collisions) json["collisions"].push_back(as_utf8(path.bytes()));
  json["left"] = index.left;
  json["libraries"] = to_json(index.libraries);
  write_file(file, to_line(json) + "\n");
}

}  // namespace lbundle
