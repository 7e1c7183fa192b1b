#include "repair/repair_record.hpp"

#include "json/json.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/base64.hpp"
#include "os/digest_of.hpp"
#include "runs/run_key.hpp"

namespace lbundle {

namespace {

constexpr const char* cache_kind = "repair";
// Raise it if a change of the search makes it find other repairs.
constexpr std::string_view search_version = "repair-3";

using RepairedFiles = std::map<BundlePath, RepairedFile>;

// File names are bytes, and JSON is UTF-8.
Json json_of(const RepairedFiles& files) {
  auto list = Json::array();
  for (const auto& [path, file] : files)
    list.push_back({encode_base64(as_bytes(path.bytes())), file.events, file.was});
  return list;
}

RepairedFiles repaired_files_from(const Json& json) {
  RepairedFiles files;
  for (const auto& item : json) {
    const auto bytes = decode_base64(item.at(0).get<std::string>());
    const auto path = bytes ? BundlePath::parse(as_text(*bytes)) : std::nullopt;
    if (!path) throw Error("read", "a stored repair", "a path in it is not valid");
    files.emplace(*path, RepairedFile{item.at(1).get<std::string>(), item.at(2).get<std::string>()});
  }
  return files;
}

void add(KeyBuilder& key, const std::vector<UserGlob>& globs) {
  key.add(std::to_string(globs.size()));
  for (const auto& glob : globs) key.add(glob.glob);
}

}  // namespace

Digest repair_key(const RepairSettings& settings, const StagedTree& tree, const Evidence& evidence,
                  const SandboxPlan& plan) {
  const auto digest = digest_of(tree.files);
  KeyBuilder key;
  key.add(search_version).add(to_text(settings.prune.level));
  add(key, settings.prune.keep);
  add(key, settings.prune.drop);
  const auto& shrink = settings.shrink;
  key.add(
      format("{} {} {}", static_cast<int>(shrink.dedupe), shrink.strip, static_cast<int>(shrink.bytecode)));
  add(key, shrink.untouched);
  for (const auto& [path, kinds] : evidence) {
    key.add(path.bytes());
    for (const auto& [kind, events] : kinds) key.add(to_text(kind));
  }
  for (const auto& event : settings.events) {
    key.add(run_key(digest, plan, event)).add(event.name);
    key.add(format("{} {} {} {}", static_cast<int>(event.compare), static_cast<int>(event.expect),
                   event.verify_only, event.tolerance));
    for (const auto& pointer : event.ignore) key.add(pointer);
  }
  return key.key();
}

std::string to_record(const Repair& repair) {
  return to_line(Json{{"kept", json_of(repair.kept)}, {"untouched", json_of(repair.untouched)}});
}

std::optional<Repair> repair_from_record(std::string_view record) {
  try {
    const auto json = parse_json(record, "a stored repair");
    return Repair{repaired_files_from(json.at("kept")), repaired_files_from(json.at("untouched"))};
  } catch (const Error&) {
    return std::nullopt;
  } catch (const JsonError&) {
    return std::nullopt;
  }
}

Repair remembered_repair(const Store& store, const Digest& key) {
  const auto found = store.find(cache_kind, key);
  auto repair = found ? repair_from_record(as_text(*found)) : std::nullopt;
  return repair ? std::move(*repair) : Repair{};
}

void remember_repair(const Store& store, const Digest& key, const Repair& repair) {
  store.put(cache_kind, key, as_bytes(to_record(repair)));
}

}  // namespace lbundle
