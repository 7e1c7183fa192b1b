// The manifest as JSON: indented at the top, where people look first, and one line for each file below. So
// two builds can be compared with diff, and 5,000 files are read in a few tens of milliseconds.
#include "json/json.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "report/escape.hpp"
#include "report/manifest.hpp"

namespace lbundle {

namespace {

constexpr int manifest_schema = 1;

std::string to_hex_text(std::string_view bytes) {
  std::string hex;
  for (const char byte : bytes) hex += format("{:02x}", static_cast<unsigned char>(byte));
  return hex;
}

// JSON is Unicode and names are bytes. Names that are not UTF-8 would be lost in a string.
Json bytes_to_json(std::string_view bytes) {
  if (is_utf8(bytes)) return std::string(bytes);
  return Json{{"hex", to_hex_text(bytes)}};
}

Json evidence_to_json(const FileEvidence& evidence) {
  auto json = Json::object();
  for (const auto& [kind, events] : evidence) {
    auto& by_event = json[to_text(kind)] = Json::object();
    for (const auto& [event, runs] : events) by_event[event] = runs;
  }
  return json;
}

Json reason_to_json(const Reason& reason) {
  return {{"stage", reason.stage}, {"text", reason.text}, {"rule", reason.rule}};
}

Json file_to_json(const BundlePath& path, const ManifestFile& file) {
  const auto& decision = file.decision;
  Json json;
  json["path"] = bytes_to_json(path.bytes());
  json["package"] = file.package;
  json["verdict"] = to_text(decision.verdict);
  json["reason"] = reason_to_json(decision.reason);
  // If a later stage gave the file another form, "reason" is that stage's reason. The reason why the file is
  // in the bundle at all is then in "kept".
  if (decision.verdict == Verdict::replace && !decision.kept.stage.empty())
    json["kept"] = reason_to_json(decision.kept);
  json["before"] = decision.before.bytes();
  json["after"] = decision.after.bytes();
  json["zipped"] = file.zipped.bytes();
  if (file.staged_digest) json["staged_sha256"] = to_hex(*file.staged_digest);
  if (file.digest) json["sha256"] = to_hex(*file.digest);
  if (!file.link_target.empty()) json["link"] = bytes_to_json(file.link_target);
  if (file.is_in_bundle()) json["becomes"] = bytes_to_json(decision.becomes.bytes());
  if (!file.evidence.empty()) json["evidence"] = evidence_to_json(file.evidence);
  for (const auto& user : file.needed_by) json["needed_by"].push_back(bytes_to_json(user.bytes()));
  for (const auto& library : file.lacks) json["lacks"].push_back(bytes_to_json(library));
  return json;
}

Json added_to_json(const BundlePath& path, const AddedFile& file) {
  Json json;
  json["path"] = bytes_to_json(path.bytes());
  json["after"] = file.size.bytes();
  json["zipped"] = file.zipped.bytes();
  if (file.digest) json["sha256"] = to_hex(*file.digest);
  if (!file.link_target.empty()) json["link"] = bytes_to_json(file.link_target);
  return json;
}

Json totals_to_json(const ManifestTotals& totals) {
  return {{"staged_files", totals.staged_files}, {"files", totals.files}, {"staged", totals.staged.bytes()},
          {"unzipped", totals.unzipped.bytes()}, {"saved", totals.saved}, {"entries", totals.entries.bytes()},
          {"zipped", totals.zipped.bytes()}};
}

void append_list(std::string& text, const char* key, const std::vector<std::string>& lines) {
  text += format("  \"{}\": [", key);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += i == 0 ? "\n    " : ",\n    ";
    text += lines[i];
  }
  text += lines.empty() ? "]" : "\n  ]";
}

// Reads a manifest. Every access is checked, because the file may have been edited or cut short.
class Reader {
 public:
  explicit Reader(std::string what) : what_(std::move(what)) {}

  [[noreturn]] void refuse(const std::string& cause) const {
    throw Error("read", what_, cause, "run `lbundle build` to write it again");
  }
  const Json& member(const Json& object, const char* key) const {
    if (!object.is_object()) refuse(format("no object where '{}' was expected", key));
    const auto found = object.find(key);
    if (found == object.end()) refuse(format("'{}' is missing", key));
    return *found;
  }
  std::string text(const Json& object, const char* key) const {
    const auto& value = member(object, key);
    if (!value.is_string()) refuse(format("'{}' is not text", key));
    return value.get_ref<const std::string&>();
  }
  std::uint64_t number(const Json& object, const char* key) const {
    const auto& value = member(object, key);
    if (!value.is_number_unsigned()) refuse(format("'{}' is not a number of bytes or files", key));
    return value.get<std::uint64_t>();
  }
  ByteSize size(const Json& object, const char* key) const { return ByteSize(number(object, key)); }
  const Json& list(const Json& object, const char* key) const {
    const auto& value = member(object, key);
    if (!value.is_array()) refuse(format("'{}' is not a list", key));
    return value;
  }
  std::optional<Digest> digest(const Json& object, const char* key) const {
    if (!object.contains(key)) return std::nullopt;
    auto digest = digest_from_hex(text(object, key));
    if (!digest) refuse(format("'{}' is not a SHA-256", key));
    return digest;
  }
  std::string bytes(const Json& value) const {
    if (value.is_string()) return value.get_ref<const std::string&>();
    const auto hex = text(value, "hex");
    std::string result;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
      unsigned byte = 0;
      for (const char c : {hex[i], hex[i + 1]}) {
        const auto digit = std::string_view("0123456789abcdef").find(c);
        if (digit == std::string_view::npos) refuse("a name is not hexadecimal");
        byte = byte * 16 + static_cast<unsigned>(digit);
      }
      result += static_cast<char>(byte);
    }
    return result;
  }
  BundlePath path(const Json& value) const {
    const auto name = bytes(value);
    auto parsed = BundlePath::parse(name);
    if (!parsed || parsed->is_root()) refuse(format("'{}' is not a path inside a bundle", printable(name)));
    return std::move(*parsed);
  }

 private:
  std::string what_;
};

Verdict read_verdict(const Reader& reader, const Json& json) {
  const auto text = reader.text(json, "verdict");
  for (const auto verdict : {Verdict::keep, Verdict::drop, Verdict::replace}) {
    if (text == to_text(verdict)) return verdict;
  }
  reader.refuse(format("'{}' is not a verdict", printable(text)));
}

FileEvidence read_evidence(const Reader& reader, const Json& json) {
  FileEvidence evidence;
  if (!json.is_object()) reader.refuse("'evidence' is not an object");
  for (const auto& [kind_text, events] : json.items()) {
    auto kind = AccessKind::opened;
    if (!parse_access_kind(kind_text, kind))
      reader.refuse(format("'{}' is not a kind of access", printable(kind_text)));
    if (!events.is_object()) reader.refuse("'evidence' does not name its events");
    for (const auto& [event, runs] : events.items()) {
      auto& numbers = evidence[kind][event];
      for (const auto& run : runs) {
        if (!run.is_number_integer()) reader.refuse("a run is not a number");
        numbers.insert(run.get<int>());
      }
    }
  }
  return evidence;
}

Reason read_reason(const Reader& reader, const Json& json) {
  return {reader.text(json, "stage"), reader.text(json, "text"), reader.text(json, "rule")};
}

ManifestFile read_manifest_file(const Reader& reader, const Json& json) {
  ManifestFile file;
  file.package = reader.text(json, "package");
  file.decision.verdict = read_verdict(reader, json);
  file.decision.reason = read_reason(reader, reader.member(json, "reason"));
  if (const auto found = json.find("kept"); found != json.end())
    file.decision.kept = read_reason(reader, *found);
  file.decision.before = reader.size(json, "before");
  file.decision.after = reader.size(json, "after");
  file.zipped = reader.size(json, "zipped");
  file.staged_digest = reader.digest(json, "staged_sha256");
  file.digest = reader.digest(json, "sha256");
  if (const auto found = json.find("link"); found != json.end()) file.link_target = reader.bytes(*found);
  if (file.is_in_bundle()) file.decision.becomes = reader.path(reader.member(json, "becomes"));
  if (const auto found = json.find("evidence"); found != json.end())
    file.evidence = read_evidence(reader, *found);
  if (json.contains("needed_by")) {
    for (const auto& user : reader.list(json, "needed_by")) file.needed_by.push_back(reader.path(user));
  }
  if (json.contains("lacks")) {
    for (const auto& library : reader.list(json, "lacks")) file.lacks.push_back(reader.bytes(library));
  }
  return file;
}

ManifestTotals read_totals(const Reader& reader, const Json& json) {
  ManifestTotals totals;
  totals.staged_files = reader.number(json, "staged_files");
  totals.files = reader.number(json, "files");
  totals.staged = reader.size(json, "staged");
  totals.unzipped = reader.size(json, "unzipped");
  const auto& saved = reader.member(json, "saved");
  if (!saved.is_number_integer()) reader.refuse("'saved' is not a number");
  totals.saved = saved.get<std::int64_t>();
  totals.entries = reader.size(json, "entries");
  totals.zipped = reader.size(json, "zipped");
  return totals;
}

AddedFile read_added(const Reader& reader, const Json& json) {
  AddedFile file;
  file.size = reader.size(json, "after");
  file.zipped = reader.size(json, "zipped");
  file.digest = reader.digest(json, "sha256");
  if (const auto found = json.find("link"); found != json.end()) file.link_target = reader.bytes(*found);
  return file;
}

}  // namespace

std::string manifest_json(const Manifest& manifest) {
  std::string text = format("{{\n  \"schema\": {},\n", manifest_schema);
  const auto append = [&](const char* key, const Json& value) {
    text += format("  \"{}\": {},\n", key, to_line(value));
  };
  append("function", manifest.function);
  append("runtime", manifest.runtime);
  append("architecture", manifest.architecture);
  append("backend", manifest.container ? "container" : "host");
  if (const auto& container = manifest.container) {
    append("engine", container->engine);
    if (!container->image.empty()) {
      append("image", container->image);
      append("image_digest", container->image_digest);
    }
    append("run_image", container->run_image);
    append("run_image_digest", container->run_image_digest);
  }
  if (manifest.zip_digest) append("zip_sha256", to_hex(*manifest.zip_digest));
  append("totals", totals_to_json(manifest.totals));
  std::vector<std::string> packages, files, added;
  for (const auto& package : manifest.packages) {
    packages.push_back(to_line(Json{{"name", package.name}, {"version", package.version}}));
  }
  for (const auto& [path, file] : manifest.files) files.push_back(to_line(file_to_json(path, file)));
  for (const auto& [path, file] : manifest.added) added.push_back(to_line(added_to_json(path, file)));
  append_list(text, "packages", packages);
  text += ",\n";
  if (!manifest.left_out.empty()) {
    std::vector<std::string> left_out;
    for (const auto& [path, reason] : manifest.left_out)
      left_out.push_back(to_line(Json{{"path", bytes_to_json(path)}, {"reason", reason}}));
    append_list(text, "left_out", left_out);
    text += ",\n";
  }
  append_list(text, "added", added);
  text += ",\n";
  append_list(text, "files", files);
  return text + "\n}\n";
}

Manifest parse_manifest(std::string_view text, const std::string& what) {
  const auto json = parse_json(text, what);
  const Reader reader(what);
  if (const auto version = reader.number(json, "schema"); version != manifest_schema) {
    reader.refuse(format("its schema is {}, this lbundle reads {}", version, manifest_schema));
  }
  Manifest manifest;
  manifest.function = reader.text(json, "function");
  manifest.runtime = reader.text(json, "runtime");
  manifest.architecture = reader.text(json, "architecture");
  // Manifests of earlier versions know only the host as backend.
  if (json.contains("backend") && json.at("backend") == "container") {
    const bool staged_inside = json.contains("image");
    manifest.container = {reader.text(json, "engine"), staged_inside ? reader.text(json, "image") : "",
                          staged_inside ? reader.text(json, "image_digest") : "",
                          reader.text(json, "run_image"), reader.text(json, "run_image_digest")};
  }
  manifest.zip_digest = reader.digest(json, "zip_sha256");
  manifest.totals = read_totals(reader, reader.member(json, "totals"));
  for (const auto& package : reader.list(json, "packages")) {
    manifest.packages.push_back({reader.text(package, "name"), reader.text(package, "version")});
  }
  for (const auto& added : reader.list(json, "added")) {
    manifest.added.emplace(reader.path(reader.member(added, "path")), read_added(reader, added));
  }
  if (json.contains("left_out")) {
    for (const auto& each : reader.list(json, "left_out"))
      manifest.left_out.emplace(reader.bytes(reader.member(each, "path")), reader.text(each, "reason"));
  }
  for (const auto& file : reader.list(json, "files")) {
    manifest.files.emplace_hint(manifest.files.end(), reader.path(reader.member(file, "path")),
                                read_manifest_file(reader, file));
  }
  return manifest;
}

}  // namespace lbundle
