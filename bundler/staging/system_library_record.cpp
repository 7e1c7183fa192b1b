// Brought libraries after staging: their owners, the rules that keep them, their findings, and their record.
#include <algorithm>

#include "staging/system_libraries.hpp"

namespace lbundle {

namespace {

Json paths_json(const std::vector<BundlePath>& paths) {
  auto json = Json::array();
  for (const auto& path : paths) json.push_back(path.bytes());
  return json;
}

std::vector<BundlePath> paths_from(const Json& json) {
  std::vector<BundlePath> paths;
  for (const auto& path : json) paths.emplace_back(path.get<std::string>());
  return paths;
}

Json to_json(const BroughtLibrary& library) {
  Json json;
  json["name"] = library.name;
  json["version"] = library.version;
  json["libraries"] = paths_json(library.libraries);
  json["others"] = paths_json(library.others);
  json["opened_by"] = library.opened_by;
  json["named"] = library.named_by_user;
  json["copied"] = Json::array();
  for (const auto& [file, digest] : library.copied)
    json["copied"].push_back(Json::array({file.string(), to_hex(digest)}));
  return json;
}

BroughtLibrary brought_from(const Json& json) {
  BroughtLibrary library;
  library.name = json.at("name").get<std::string>();
  library.version = json.at("version").get<std::string>();
  library.libraries = paths_from(json.at("libraries"));
  library.others = paths_from(json.at("others"));
  library.opened_by = json.at("opened_by").get<std::vector<std::string>>();
  library.named_by_user = json.at("named").get<bool>();
  for (const auto& entry : json.at("copied"))
    library.copied.emplace_back(entry.at(0).get<std::string>(),
                                digest_from_hex(entry.at(1).get<std::string>()).value());
  return library;
}

// Returns a glob that matches only this path.
Glob glob_of(const BundlePath& path) {
  std::string pattern;
  for (const char c : path.bytes()) {
    if (std::string_view("*?[]\\").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return Glob(pattern);
}

std::vector<Glob> globs_of(const std::vector<BundlePath>& paths) {
  std::vector<Glob> globs;
  for (const auto& path : paths) globs.push_back(glob_of(path));
  return globs;
}

SourceLocation location_of(const BroughtLibrary& library) {
  return {"rules/system-libraries/" + library.name + ".toml", 1, 1};
}

}  // namespace

void add_brought(const std::vector<BroughtLibrary>& brought, Distributions& distributions) {
  for (const auto& library : brought) {
    const auto owner = distributions.all.size();
    distributions.all.push_back({library.name, library.version});
    for (const auto* paths : {&library.libraries, &library.others})
      for (const auto& path : *paths) distributions.owner.insert_or_assign(path, owner);
  }
}

std::vector<Rule> with_rules_of(const std::vector<BroughtLibrary>& brought, const std::vector<Rule>& rules) {
  auto all = rules;
  for (const auto& library : brought) {
    if (!library.others.empty()) {
      Rule with;
      with.action = RuleAction::with;
      with.files = globs_of(library.others);
      with.when = globs_of(library.libraries);
      with.reason = "data and licence of a brought library are kept with the library";
      with.location = location_of(library);
      all.push_back(std::move(with));
    }
    for (const auto& distribution : library.opened_by) {
      Rule keep;
      keep.action = RuleAction::keep;
      keep.files = globs_of(library.libraries);
      keep.distribution = distribution;
      keep.reason = distribution + " opens it by name";
      keep.location = location_of(library);
      all.push_back(std::move(keep));
    }
  }
  return all;
}

Prune with_named_libraries(Prune prune, const std::vector<BroughtLibrary>& brought) {
  for (const auto& library : brought) {
    if (!library.named_by_user) continue;
    for (const auto& path : library.libraries)
      prune.keep.push_back({glob_of(path).pattern(), {"system_libraries in [stage]", 0, 0}});
  }
  return prune;
}

Findings without_dropped_libraries(Findings findings, const FileSet& bundle) {
  std::erase_if(findings, [&](const Finding& finding) {
    const bool is_ours = finding.code == system_library_code || finding.code == system_library_missing_code;
    if (!is_ours || finding.path.empty()) return false;
    const auto path = BundlePath::parse(finding.path);
    return path && !bundle.contains(*path);
  });
  return findings;
}

Json to_json(const SystemLibraryRecord& record) {
  Json json;
  json["key"] = record.key;
  json["may_change"] = record.may_change;
  json["brought"] = Json::array();
  for (const auto& library : record.brought) json["brought"].push_back(to_json(library));
  json["findings"] = Json::array();
  for (const auto& finding : record.findings)
    json["findings"].push_back(Json::array(
        {static_cast<int>(finding.severity), finding.code, finding.path, finding.message, finding.hint}));
  return json;
}

SystemLibraryRecord system_library_record(const Json& json) {
  SystemLibraryRecord record;
  record.key = json.at("key").get<std::string>();
  record.may_change = json.at("may_change").get<bool>();
  for (const auto& library : json.at("brought")) record.brought.push_back(brought_from(library));
  for (const auto& entry : json.at("findings"))
    record.findings.push_back({static_cast<Severity>(entry.at(0).get<int>()), entry.at(1).get<std::string>(),
                               entry.at(2).get<std::string>(), entry.at(3).get<std::string>(),
                               entry.at(4).get<std::string>()});
  return record;
}

}  // namespace lbundle
