#include "shrink.hpp"

#include <optional>

#include "install/obtain_js_reader.hpp"
#include "model/error.hpp"
#include "native/dedupe.hpp"
#include "native/strip.hpp"
#include "prune/bytecode.hpp"
#include "prune/dropped_notice.hpp"
#include "prune/node_dropped_notice.hpp"
#include "prune/prune.hpp"
#include "prune/prune_keep_set.hpp"
#include "prune/unused_findings.hpp"
#include "staging/system_libraries.hpp"

namespace lbundle {

namespace {

std::set<BundlePath> untouched_files(const FileSet& files, const std::vector<UserGlob>& globs,
                                     const Repair& repair) {
  std::set<BundlePath> paths;
  for (const auto& [path, file] : repair.untouched) paths.insert(path);
  for (const auto& glob : globs) {
    for (const auto& path : matching_paths(files, {Glob(glob.glob)})) paths.insert(path);
  }
  return paths;
}

// True if strip removes unreachable code of private libraries. It does so only at the prune levels `reach`
// and `trace`.
bool removes_unreached_code(const ShrinkSettings& settings) {
  const auto level = settings.prune.level;
  return settings.shrink.only_reached_functions && (level == PruneLevel::reach || level == PruneLevel::trace);
}

// Returns `bundle` with code that writes to the function's log when a dropped file is asked for. The programs
// of provided runtimes cannot have such code.
Bundle with_dropped_notice(Bundle bundle, const FileSet& staged, const ShrinkSettings& settings,
                           const Store& store) {
  const auto& handler = settings.function.handler;
  switch (settings.function.runtime.language) {
    case Language::python:
      return add_dropped_notice(std::move(bundle), staged, handler, settings.interpreter, store);
    case Language::nodejs:
      return add_node_dropped_notice(std::move(bundle), handler, store);
    case Language::provided:
      break;
  }
  return bundle;
}

void require_sums_to_agree(const StagedTree& tree, const Bundle& bundle) {
  require(difference(tree.files.unzipped() + added_bytes(bundle), bundle.files.unzipped()) ==
              saved_bytes(bundle.decisions),
          "staged bytes and added bytes equal the bundle's bytes and the saved bytes");
}

}  // namespace

std::vector<Rule> rules_for(const StagedTree& tree, const ShrinkSettings& settings) {
  return with_rules_of(tree.brought, built_in_rules(settings.function.runtime.language));
}

Bundle pruned(const StagedTree& tree, const Evidence& evidence, const ShrinkSettings& settings,
              const std::vector<Rule>& rules, const Repair& repair, const Store& store, unsigned jobs) {
  const auto& runtime = settings.function.runtime;
  const auto prune_settings = with_named_libraries(settings.prune, tree.brought);
  PruneInputs inputs{evidence, rules, prune_settings, runtime, store, jobs};
  inputs.environment = settings.environment;
  inputs.interpreter = &settings.interpreter;
  inputs.architecture = settings.function.architecture;
  inputs.has_layers = settings.has_layers;
  inputs.allow_secrets = settings.function.allow_secrets;
  std::optional<JsReader> js_reader;
  if (runtime.language == Language::nodejs && settings.prune.level == PruneLevel::reach)
    inputs.js_reader = &js_reader.emplace(obtain_js_reader(store, jobs));
  for (const auto& [path, file] : repair.kept)
    inputs.repaired.emplace(path, format("{} failed without it", file.events));
  return prune(tree, inputs);
}

Shrunk shrink(const StagedTree& tree, const Evidence& evidence, const ShrinkSettings& settings,
              const Repair& repair, const Store& store, unsigned jobs, StageTable& table) {
  const auto untouched = untouched_files(tree.files, settings.shrink.untouched, repair);

  // Every staged file has its decision, and the bundle has only files that evidence or a rule asks for.
  auto bundle = table.run("prune", [&] {
    return pruned(tree, evidence, settings, rules_for(tree, settings), repair, store, jobs);
  });

  // Files with equal content, and libraries that another one can replace, are links to one copy.
  auto [deduped, sharing] = table.run("dedupe", [&] {
    return dedupe(std::move(bundle),
                  {settings.shrink.dedupe, store, jobs, loader_of(settings.function.runtime), untouched});
  });

  // Native code has only the bytes that a loader maps, and private libraries have only code that can be
  // called.
  auto stripped = table.run("strip", [&] {
    if (!settings.shrink.strip) return std::move(deduped);
    return strip(std::move(deduped),
                 {store, jobs, settings.debug_files, removes_unreached_code(settings), untouched});
  });

  // Python modules are compiled, and their sources are kept only if something reads them. If the project asks
  // for it, the function's log reports dropped files that are asked for.
  auto compiled = table.run("bytecode", [&] {
    auto with_bytecode = bytecode(std::move(stripped), settings.shrink.bytecode, evidence, untouched);
    if (!settings.prune.loud) return with_bytecode;
    return with_dropped_notice(std::move(with_bytecode), tree.files, settings, store);
  });
  require_sums_to_agree(tree, compiled);
  append(compiled.findings, unused_findings(compiled));
  return {std::move(compiled), std::move(sharing)};
}

}  // namespace lbundle
