#include "evidence/committed_log.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "json/json.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/base64.hpp"
#include "os/bytes.hpp"

namespace lbundle {

namespace {

constexpr const char* format_name = "lbundle-committed-access";
constexpr int known_log_version = 1;
constexpr const char* way_out =
    "restore it from version control, or delete it and run `lbundle trace` to write it again";

// JSON is Unicode, and names are bytes. So a name that is not UTF-8 is written in base64, and
// its key says so.
void put_name(Json& record, const std::string& key, const std::string& bytes) {
  try {
    Json(bytes).dump();
    record[key] = bytes;
  } catch (const JsonError&) {
    record[key + "_base64"] = encode_base64(as_bytes(bytes));
  }
}

Json access_record(const LastingName& name, const std::map<AccessKind, std::set<std::string>>& kinds) {
  Json record;
  put_name(record, name.is_stem ? "stem" : "path", name.path.bytes());
  for (const auto& [kind, events] : kinds) record[to_text(kind)] = events;
  return record;
}

// One line for each folder, so that the new files of a package appear as one change.
void append_folders(std::string& text, const std::set<LastingName>& files) {
  std::map<BundlePath, std::map<std::string, std::vector<Json>>> folders;
  for (const auto& name : files) {
    Json one;
    put_name(one, name.is_stem ? "stem" : "file", std::string(name.path.name()));
    const auto& [key, value] = *one.items().begin();
    folders[name.path.parent()][key + 's'].push_back(value);
  }
  for (const auto& [folder, names] : folders) {
    Json record;
    put_name(record, "folder", folder.bytes());
    for (const auto& [key, list] : names) record[key] = list;
    text += to_line(record) + '\n';
  }
}

class CommittedLogReader {
 public:
  explicit CommittedLogReader(const HostPath& path) : path_(path) {}

  CommittedLog read() {
    const auto text = read_text_file(path_);
    std::string_view rest = text;
    while (!rest.empty()) {
      ++line_;
      const auto newline = rest.find('\n');
      const auto line = rest.substr(0, newline);
      rest.remove_prefix(newline == std::string_view::npos ? rest.size() : newline + 1);
      try {
        read_line(line);
      } catch (const JsonError&) {
        throw wrong_line("this is not a record of a committed access log");
      }
    }
    if (log_.tree.empty()) throw wrong_line("the header is missing");
    return std::move(log_);
  }

 private:
  void read_line(std::string_view line) {
    const auto record = Json::parse(line, nullptr, false);
    if (!record.is_object()) throw wrong_line("this is not a record of a committed access log");
    if (line_ == 1) return read_header(record);
    for (const auto* key : {"folder", "path", "stem"}) {
      const auto name = name_under(record, key);
      if (!name) continue;
      const auto path = BundlePath::parse(*name);
      if (!path) throw wrong_line(format("'{}' is not a path inside a bundle", *name));
      if (std::string_view(key) == "folder") return read_folder(*path, record);
      return read_access({*path, std::string_view(key) == "stem"}, record);
    }
    throw wrong_line("the record has no path");
  }

  void read_header(const Json& header) {
    if (header.value("format", std::string()) != format_name)
      throw wrong_line("this is not a committed access log");
    const int version = header.value("version", 0);
    if (version != known_log_version) {
      throw wrong_line(format("version {} of the format is unknown; only version {} is supported", version,
                              known_log_version));
    }
    log_.runtime = header.value("runtime", std::string());
    log_.architecture = header.value("architecture", std::string());
    log_.tree = header.value("tree", std::string());
    log_.method = header.value("method", std::string());
  }

  void read_access(const LastingName& name, const Json& record) {
    auto& kinds = log_.seen[name];
    for (const auto& [key, events] : record.items()) {
      auto kind = AccessKind::opened;
      // The format may get new kinds. Kinds that are not known here are ignored.
      if (parse_access_kind(key, kind)) kinds[kind] = events.get<std::set<std::string>>();
    }
  }

  void read_folder(const BundlePath& folder, const Json& record) {
    for (const auto& [key, is_stem] : {std::pair("file", false), std::pair("stem", true)}) {
      const auto read_list = [&](const std::string& list, const auto& decoded) {
        const auto found = record.find(list);
        if (found == record.end()) return;
        for (const auto& name : *found) {
          auto path = folder.resolve(decoded(name));
          if (!path) throw wrong_line("a name leaves the tree");
          log_.files.insert({std::move(*path), is_stem});
        }
      };
      read_list(std::string(key) + 's', [](const Json& name) { return name.get<std::string>(); });
      read_list(std::string(key) + "_base64s", [&](const Json& name) { return decoded_name(name); });
    }
  }

  std::optional<std::string> name_under(const Json& record, const std::string& key) const {
    if (const auto found = record.find(key); found != record.end()) return found->get<std::string>();
    if (const auto found = record.find(key + "_base64"); found != record.end()) return decoded_name(*found);
    return std::nullopt;
  }

  std::string decoded_name(const Json& name) const {
    const auto bytes = decode_base64(name.get<std::string>());
    if (!bytes) throw wrong_line("a name is not valid base64");
    return std::string(as_text(*bytes));
  }

  Error wrong_line(const std::string& cause) const {
    return {"read", path_.string(), format("line {}: {}", line_, cause), way_out};
  }

  const HostPath& path_;
  CommittedLog log_;
  int line_ = 0;
};

}  // namespace

std::string committed_log_text(const CommittedLog& log) {
  auto text = to_line(Json{{"format", format_name},
                           {"version", known_log_version},
                           {"runtime", log.runtime},
                           {"architecture", log.architecture},
                           {"tree", log.tree},
                           {"method", log.method}}) +
              '\n';
  for (const auto& [name, kinds] : log.seen) text += to_line(access_record(name, kinds)) + '\n';
  append_folders(text, log.files);
  return text;
}

CommittedLog read_committed_log(const HostPath& path) {
  return CommittedLogReader(path).read();
}

}  // namespace lbundle
