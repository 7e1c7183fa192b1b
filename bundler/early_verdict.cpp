// The problem: events of a large function run for minutes, and only then the build says that a library is
// missing, or that the zip will never fit. The staged tree shows that before. The idea: what is certain about
// every bundle ends the build now. What matters only if it is loaded is a warning now, and the events decide.
// Rejected: to end the build for every library that is missing, because packages bring much code that no
// function loads.
#include "early_verdict.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "abi/abi.hpp"
#include "model/glob.hpp"
#include "model/text.hpp"
#include "native/native_facts.hpp"
#include "os/log.hpp"
#include "project/system_library_rules.hpp"
#include "report/build_report.hpp"
#include "staging/system_libraries.hpp"
#include "staging/workspace.hpp"

namespace lbundle {

namespace {

// Of each kind of warning.
constexpr std::size_t most_early_warnings = 4;

void log_some(const std::vector<std::string>& warnings, const std::string& rest) {
  for (std::size_t i = 0; i < std::min(most_early_warnings, warnings.size()); ++i) log_warning(warnings[i]);
  if (warnings.size() > most_early_warnings)
    log_warning(format("and {} more {}", warnings.size() - most_early_warnings, rest));
}

std::vector<std::string> missing_library_warnings(const StagedTree& tree, const Project& project,
                                                  const Prepared& prepared, const Store& store,
                                                  unsigned jobs) {
  const auto& runtime = project.function.runtime;
  const AbiTarget target{runtime, project.function.architecture, prepared.layers};
  std::map<std::string, std::vector<BundlePath>> needed_by;
  for (const auto& [library, path] : missing_libraries(tree.files, target, store, jobs))
    needed_by[library].push_back(path);
  // Staging has said why it could not bring a library that a recipe gives.
  const bool said = std::ranges::any_of(
      tree.findings, [](const Finding& finding) { return finding.code == system_library_missing_code; });
  std::vector<std::string> warnings;
  for (const auto& [library, paths] : needed_by) {
    if (said && system_library_giving(library) != nullptr) continue;
    const auto more =
        paths.size() == 1 ? std::string() : " and " + count_text(paths.size() - 1, "more file", "more files");
    warnings.push_back(format("{} has no {}, and nothing brings it; {}{} cannot be loaded without it; {}",
                              runtime.name, library, paths.front().bytes(), more,
                              way_to_library(library, runtime)));
  }
  return warnings;
}

}  // namespace

void report_early(const StagedTree& tree, const Findings& native, const Findings& planned,
                  const Project& project, const Prepared& prepared, const Store& store, unsigned jobs) {
  log_some(missing_library_warnings(tree, project, prepared, store, jobs), "libraries are missing");
  std::vector<std::string> unfit;
  for (const auto& finding : native)
    if (finding.severity == Severity::error && !finding.path.empty())
      unfit.push_back(format("{} {}", finding.path, finding.message));
  log_some(unfit, "files cannot work on the runtime");
  for (const auto& finding : planned)
    if (finding.severity != Severity::note) log_warning(format("{}; {}", finding.message, finding.hint));
}

Irremovable irremovable(const StagedTree& tree, const std::vector<UserGlob>& drops) {
  // Smaller files are not worth a look into each of them.
  static constexpr ByteSize least{10'000};
  std::vector<Glob> globs;
  for (const auto& drop : drops) globs.emplace_back(drop.glob);
  const auto is_dropped = [&](const BundlePath& path) {
    return std::ranges::any_of(globs, [&](const Glob& glob) { return glob.matches(path.bytes()); });
  };
  Irremovable sum;
  std::set<Digest> counted;
  for (const auto& [path, node] : tree.files) {
    const auto* file = std::get_if<RegularFile>(&node);
    const auto* owner = tree.distributions.owner_of(path);
    if (file == nullptr || (owner != nullptr && !owner->name.empty()) || file->content.size < least) continue;
    const auto ending = path.extension();
    if (ending == ".py" || ending == ".pyc" || file->content.compressed || is_dropped(path)) continue;
    if (!counted.insert(file->content.digest).second || begins_as_elf(file->content)) continue;
    sum.bytes += file->content.size;
    if (file->content.size <= sum.most) continue;
    sum.largest = path;
    sum.most = file->content.size;
  }
  return sum;
}

void require_possible_size(const StagedTree& tree, const Project& project) {
  const auto sum = irremovable(tree, project.prune.drop);
  const auto layers = layers_size(project.layers, project.limits.layers_unzipped);
  if (sum.bytes + layers < limits::unzipped) return;
  throw Error(
      "bundle", project.function.name,
      format("its own data takes {} unzipped{}, whatever is dropped of its dependencies, and Lambda "
             "allows less than {}",
             to_text(sum.bytes), layers.bytes() == 0 ? "" : format(" beside {} of layers", to_text(layers)),
             to_text(limits::unzipped)),
      format("the largest file is {} ({}): leave it out of `source` and let the function fetch it from S3 "
             "or EFS ([[sandbox.mount]] stands in for these), or make a container image with `lbundle "
             "pack --image`",
             sum.largest.bytes(), to_text(sum.most)))
      .with_status(ExitStatus::judged_bad);
}

}  // namespace lbundle
