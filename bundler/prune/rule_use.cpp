// The manifest says which rule decided on each file. The globs of the rules show which other files a rule
// names, and which rules name the same file. So the report is made from the last build, and nothing is run.

#include "prune/rule_use.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "prune/prune_keep_set.hpp"

namespace lbundle {

namespace {

// A rule or a glob of the user's, with the staged files that it names.
struct Named {
  RuleUse use;
  bool drops = false;
  bool names_modules = false;  // so it has no globs
  std::set<BundlePath> files;
};

FileSet staged_paths(const Manifest& manifest) {
  FileSet files;
  for (const auto& [path, file] : manifest.files) files.put(path, RegularFile{});
  return files;
}

std::map<std::string, std::size_t> decisions_by_rule(const Manifest& manifest) {
  std::map<std::string, std::size_t> counts;
  for (const auto& [path, file] : manifest.files) {
    // If a later stage changed a file's form, the reason that kept the file is stored beside that of the
    // stage.
    const auto& [verdict, last, before, after, becomes, kept, via] = file.decision;
    const auto& reason = file.is_in_bundle() && !kept.stage.empty() ? kept : last;
    if (!reason.rule.empty()) ++counts[reason.rule];
  }
  return counts;
}

Named named_by(const Rule& rule, const FileSet& files) {
  Named named;
  named.use = {
      to_text(rule.location), to_text(rule.action), rule.distribution, rule.reason, rule.versions, "", 0, 0};
  named.drops = rule.action == RuleAction::drop;
  named.names_modules = !rule.modules.empty();
  for (auto& path : paths_of(files, rule)) named.files.insert(std::move(path));
  return named;
}

void add_user_globs(const std::vector<UserGlob>& globs, const char* action, const FileSet& files,
                    std::vector<Named>& all) {
  for (const auto& glob : globs) {
    Named named;
    named.use = {to_text(glob.location), action, "", "the project file says so", "", "", 0, 0};
    named.drops = std::string_view(action) == "drop";
    for (auto& path : matching_paths(files, {Glob(glob.glob)})) named.files.insert(std::move(path));
    all.push_back(std::move(named));
  }
}

void add_conflict(const Named& keep, const Named& drop, const Manifest& manifest,
                  std::vector<RuleConflict>& conflicts) {
  RuleConflict conflict{keep.use.location, drop.use.location, "", 0, 0};
  for (const auto& path : keep.files) {
    if (!drop.files.contains(path)) continue;
    if (conflict.files++ == 0) conflict.example = path.bytes();
    if (manifest.files.at(path).is_in_bundle()) ++conflict.kept;
  }
  if (conflict.files > 0) conflicts.push_back(std::move(conflict));
}

}  // namespace

RulesReport rule_use(const Manifest& manifest, const std::vector<Rule>& rules, const Prune& settings) {
  RulesReport report;
  const auto files = staged_paths(manifest);
  const auto decided = decisions_by_rule(manifest);
  const Distributions staged{manifest.packages, {}};
  std::vector<Named> all;
  for (const auto& rule : rules) {
    const auto* found = staged.named(rule.distribution);
    if (!rule.distribution.empty() && found == nullptr) continue;
    auto named = named_by(rule, files);
    if (!rule.applies_to(staged)) {
      named.use.staged = found->version;
      report.other_version.push_back(std::move(named.use));
    } else {
      all.push_back(std::move(named));
    }
  }
  add_user_globs(settings.keep, "keep", files, all);
  add_user_globs(settings.drop, "drop", files, all);
  for (auto& named : all) {
    named.use.matched = named.files.size();
    if (const auto count = decided.find(named.use.location); count != decided.end())
      named.use.decided = count->second;
    // A variable that is not set and a name that nothing passes are not mistakes.
    if (named.use.matched + named.use.decided > 0) {
      report.applied.push_back(named.use);
    } else if (named.use.action != to_text(RuleAction::environment) && !named.names_modules) {
      report.unmatched.push_back(named.use);
    }
  }
  for (const auto& keep : all)
    for (const auto& drop : all)
      if (!keep.drops && drop.drops) add_conflict(keep, drop, manifest, report.conflicts);
  return report;
}

}  // namespace lbundle
