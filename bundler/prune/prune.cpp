// The problem: a trace shows what one run used, and a bundle must serve all runs. Keeping only what was
// opened breaks at once, because Python looks for sources that it never opens, and a library does not work
// without its own libraries. Keeping whole packages saves almost nothing.
//
// The idea: begin with what is certain, the evidence and the function's own files. Then keep what those need,
// until nothing is missing: a module's other form, the packages around it, the libraries that its DT_NEEDED
// entries name, the files that a rule ties to it. Rules add what no trace can show about a package that is in
// use. The user's own keep and drop come last and win. Each file carries the reason that kept it first, so
// the reasons form chains back to an event.
//
// Tried and rejected: dropping first and repairing what fails (each repair hides the next failure, and code
// that never ran shows no failure); letting a rule's drop win over evidence (a rule is about a package in
// general, an event is about this function).
//
// Why it is right: nothing that evidence or a need asks for is dropped unless the user says so, and then a
// finding names the event that used it. A folder that an event listed or looked for stays too, because code
// that asks for a folder often refuses to start without it. If nothing else keeps a file in the folder, its
// smallest file is kept.

#include "prune/prune.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <set>

#include "model/error.hpp"
#include "model/lambda_paths.hpp"
#include "model/text.hpp"
#include "native/native_facts.hpp"
#include "node/reach.hpp"
#include "prune/own_file_use.hpp"
#include "prune/program_data.hpp"
#include "prune/program_reach.hpp"
#include "prune/prune_evidence.hpp"
#include "prune/prune_keep_set.hpp"
#include "prune/prune_prices.hpp"
#include "prune/user_globs.hpp"
#include "python_reach/native_names.hpp"
#include "python_reach/reach.hpp"

namespace lbundle {

namespace {

Reason because(std::string text, std::string rule = {}) {
  return {"prune", std::move(text), std::move(rule)};
}

bool is_metadata(const BundlePath& path) {
  const auto folder = path.parent().bytes();
  // Node.js reads every package.json on its way to another package.
  if (path.name() == "package.json" && folder.find("node_modules/") != std::string::npos) return true;
  return folder.ends_with(".dist-info") || folder.ends_with(".egg-info");
}

// The distributions in use: those of which a file other than their metadata is kept. Metadata does not count,
// because code that lists all installed distributions opens it.
std::set<const Distribution*> in_use(const StagedTree& tree, const KeepSet& kept) {
  std::set<const Distribution*> used;
  for (const auto& [path, how] : kept.all())
    if (const auto* owner = tree.distributions.owner_of(path); owner != nullptr && !is_metadata(path))
      used.insert(owner);
  return used;
}

// Doubtful files are not kept here, except those of folders at levels without reach.
void keep_own_files(const StagedTree& tree, PruneLevel level, KeepSet& kept) {
  for (const auto& [path, node] : tree.files) {
    if (tree.distributions.owner_of(path) != nullptr) continue;
    const auto doubt = tree.doubtful.find(path);
    const bool certain =
        doubt == tree.doubtful.end() || (!doubt->second.folder.empty() && level != PruneLevel::reach);
    if (certain) kept.keep(path, because("the function's own file"));
  }
}

void keep_by_rules(const StagedTree& tree, const TreeRules& rules, KeepSet& kept) {
  const auto used = in_use(tree, kept);
  const auto is_used = [&](const std::string& name) {
    return std::ranges::any_of(used, [&](const Distribution* d) { return d->name == name; });
  };
  for (const auto& [rule, files] : rules.keeps()) {
    const auto& only = rule->distribution;
    if (!only.empty() && !is_used(only)) continue;
    for (const auto& path : files)
      if (!only.empty() || used.contains(tree.distributions.owner_of(path)))
        kept.keep(path, because(rule->reason, to_text(rule->location)));
  }
}

// Texts are not read at this level, so files that a rule would keep for a mention stay too.
void keep_whole_packages(const StagedTree& tree, const TreeRules& rules, KeepSet& kept) {
  const auto used = in_use(tree, kept);
  for (const auto& [path, node] : tree.files) {
    const auto* owner = tree.distributions.owner_of(path);
    if (owner == nullptr || !used.contains(owner)) continue;
    if (rules.drop_of(path) == nullptr || rules.may_be_mentioned(path))
      kept.keep(path, because(format("{} is in use", owner->name)));
  }
}

// Keeps the files that the function's variables point to, if a rule says that the variable names files.
void keep_by_environment(const StagedTree& tree, const TreeRules& rules,
                         const std::map<std::string, std::string>& environment, KeepSet& kept) {
  for (const auto* rule : rules.environment()) {
    const auto variable = environment.find(rule->variable);
    if (variable == environment.end()) continue;
    std::string_view rest = variable->second;
    while (!rest.empty()) {
      const auto folder = rest.substr(0, rest.find(':'));
      rest.remove_prefix(std::min(rest.size(), folder.size() + 1));
      if (!folder.starts_with(std::string(task_root) + "/")) continue;
      const auto inside = BundlePath::parse(folder.substr(std::string_view(task_root).size() + 1));
      if (!inside) continue;
      const auto reason =
          because(format("{} points to it: {}", rule->variable, rule->reason), to_text(rule->location));
      if (tree.files.contains(*inside)) kept.keep(*inside, reason);
      for (const auto& [path, node] : tree.files.below(*inside)) kept.keep(path, reason);
    }
  }
}

// If an event asked for a folder and nothing in it is kept, keeps its smallest file. A folder node_modules is
// only asked for because Node.js looks for a package in each of them in turn, and it goes on if there is
// none.
void keep_folders(const FileSet& files, const std::map<BundlePath, std::string>& folders,
                  const std::map<BundlePath, const UserGlob*>& dropped, KeepSet& kept) {
  for (const auto& [folder, text] : folders) {
    const BundlePath* smallest = nullptr;
    ByteSize least;
    if (folder.is_root() || folder.name() == "node_modules") continue;
    const auto inside = files.below(folder);
    if (std::ranges::any_of(inside, [&](const auto& entry) { return kept.contains(entry.first); })) continue;
    for (const auto& [path, node] : inside) {
      if (dropped.contains(path)) continue;
      const auto size = unzipped_size(node);
      if (smallest != nullptr && size >= least) continue;
      smallest = &path;
      least = size;
    }
    if (smallest != nullptr)
      kept.keep(*smallest, because(format("the smallest file of {}, a folder {}", folder.bytes(), text)));
  }
}

// An event that lists a folder may choose a file from it, and another event may choose another. So all of
// them stay, whatever they take (prune_prices.hpp reports it). Python lists the folder of every package, so
// for Python only folders without modules count.
void keep_listed(const FileSet& files, const std::map<BundlePath, std::string>& listed, Language language,
                 KeepSet& kept) {
  for (const auto& [folder, text] : listed) {
    if (folder.is_root()) continue;
    std::vector<BundlePath> inside;
    bool has_modules = false;
    for (const auto& [path, node] : files.below(folder)) {
      if (path.parent() != folder) continue;
      const auto ending = path.extension();
      has_modules = has_modules || (language == Language::python &&
                                    (ending == ".py" || ending == ".pyc" || ending == ".so"));
      inside.push_back(path);
    }
    if (has_modules) continue;
    for (const auto& path : inside)
      kept.keep(path, because(format("in {}, a folder {}", folder.bytes(), text)));
  }
}

// Applies rules and needs until nothing changes: a rule may bring a distribution into use, which brings its
// own rules.
void close_over(const StagedTree& tree, const TreeRules& rules, PruneLevel level, KeepSet& kept) {
  std::size_t before = 0;
  kept.close();
  do {
    before = kept.all().size();
    keep_by_rules(tree, rules, kept);
    if (level == PruneLevel::package) keep_whole_packages(tree, rules, kept);
    kept.close();
  } while (kept.all().size() != before);
}

// Keeps the folders that are judged by reach if code names them: the function's own, or, where the rule says
// so, any that is kept. Call it when the sources that are kept were read.
void keep_named_folders(const StagedTree& tree, const std::map<std::string, std::string>& named,
                        const Reach& reach, KeepSet& kept) {
  std::map<std::string, std::string> reasons;
  for (const auto& [path, doubt] : tree.doubtful) {
    if (doubt.folder.empty() || reasons.contains(doubt.folder)) continue;
    auto& reason = reasons[doubt.folder];
    if (const auto found = named.find(doubt.folder); found != named.end())
      reason = format("its folder is named in {}", found->second);
    if (!reason.empty() || !doubt.named_by_any) continue;
    for (const auto& [file, how] : kept.all()) {
      if (!reach.mentions(file, doubt.folder)) continue;
      reason = format("its folder is named in {}", file.bytes());
      break;
    }
  }
  for (const auto& [path, doubt] : tree.doubtful)
    if (const auto found = reasons.find(doubt.folder); found != reasons.end() && !found->second.empty())
      kept.keep(path, because(found->second, doubt.rule));
}

Reason why_dropped(const StagedTree& tree, const TreeRules& rules, const std::set<const Distribution*>& used,
                   const TreeEvidence& evidence, PruneLevel level, const BundlePath& path) {
  if (evidence.alike.contains(path)) return because(walked_past);
  if (const auto doubt = tree.doubtful.find(path); doubt != tree.doubtful.end())
    return because(doubt->second.reason, doubt->second.rule);
  const auto* rule = rules.drop_of(path);
  if (rule != nullptr && level != PruneLevel::trace)
    return because(format("no event used it: {}", rule->reason), to_text(rule->location));
  const auto* owner = tree.distributions.owner_of(path);
  if (owner != nullptr && !used.contains(owner)) return because(format("no event used {}", owner->name));
  return because("no event used it");
}

// One finding for each of the user's globs that drops files which an event used.
Findings dropped_evidence(const std::map<BundlePath, const UserGlob*>& dropped,
                          const TreeEvidence& evidence) {
  Findings findings;
  std::map<const UserGlob*, std::vector<BundlePath>> taken;
  for (const auto& [path, glob] : dropped)
    if (evidence.used.contains(path)) taken[glob].push_back(path);
  for (const auto& [glob, paths] : taken) {
    const auto more =
        paths.size() == 1 ? "" : format(", and {} other files that events used", paths.size() - 1);
    findings.push_back({Severity::warning, "dropped-evidence", paths.front().bytes(),
                        format("drop '{}' removes {}, which was {}{}", glob->glob, paths.front().bytes(),
                               evidence.used.at(paths.front()), more),
                        format("remove the drop ({}) if an event fails", to_text(glob->location))});
  }
  return findings;
}

// One finding for each folder of the root with dropped files that an event looked at and did not open.
Findings dropped_though_looked_at(const FileSet& files, const TreeEvidence& evidence, const KeepSet& kept) {
  Findings findings;
  std::map<std::string, std::vector<BundlePath>> dropped;  // by folder of the root
  for (const auto& [path, text] : evidence.glanced)
    if (!kept.contains(path)) dropped[path.bytes().substr(0, path.bytes().find('/'))].push_back(path);
  for (const auto& [folder, paths] : dropped) {
    const auto& path = paths.front();
    ByteSize size;
    for (const auto& one : paths) size += unzipped_size(*files.find(one));
    const auto what = paths.size() == 1 ? format("{} ({}) was", path.bytes(), to_text(size))
                                        : format("{} and {} more files in {}/ ({}) were", path.bytes(),
                                                 paths.size() - 1, folder, to_text(size));
    findings.push_back({Severity::note, "looked-at-dropped", path.bytes(),
                        format("{} {} but never opened, and dropped", what, evidence.glanced.at(path)),
                        format("keep = [\"{}\"] if code checks that it exists", path.bytes())});
  }
  return findings;
}

Decision decide_to_keep(const FileNode& node, const BundlePath& path, const KeepSet::Kept& kept) {
  const auto size = unzipped_size(node);
  return {Verdict::keep, kept.reason, size, size, path, kept.reason, kept.via};
}

Decision decide_to_drop(const FileNode& node, const BundlePath& path, Reason reason) {
  return {Verdict::drop, std::move(reason), unzipped_size(node), ByteSize{}, path, {}, {}};
}

std::vector<std::string> values_of(const std::map<std::string, std::string>& environment) {
  std::vector<std::string> values;
  for (const auto& [name, value] : environment) values.push_back(value);
  return values;
}

// An error for each load by a constant name that works in the staged tree and not in the bundle. What the
// user or a rule drops is their decision.
Findings broken_loads(const Reach& reach, const Bundle& bundle,
                      const std::map<BundlePath, const UserGlob*>& by_user, const KeepSet& kept) {
  Findings findings;
  for (const auto& [from, name, line, staged] : reach.broken_in(bundle.files)) {
    if (by_user.contains(staged) || kept.ruled_out().contains(staged)) continue;
    findings.push_back(
        {Severity::error, "broken-load", from.bytes(),
         format("{}:{} loads '{}', which is {}, but in the bundle this name does not lead there",
                from.bytes(), line, name, staged.bytes()),
         format("keep = [\"{}\", \"{}/package.json\"]", staged.bytes(), from.parent().bytes())});
  }
  return findings;
}

// The functions to which the function's own code may pass a computed name, according to rules.
std::vector<CalledFunction> called_functions(const TreeRules& rules) {
  std::map<std::string, CalledFunction> by_name;
  for (const auto* rule : rules.called()) {
    if (rule->parameter.empty()) continue;
    for (const auto& name : rule->calls) {
      auto& function = by_name[name];
      function.name = name;
      function.parameters.insert(rule->parameter);
      function.users.insert(rule->users.begin(), rule->users.end());
    }
  }
  std::vector<CalledFunction> functions;
  for (auto& [name, function] : by_name) functions.push_back(std::move(function));
  return functions;
}

std::unique_ptr<Reach> reach_of(const StagedTree& tree, const TreeRules& rules, const PruneInputs& inputs) {
  switch (inputs.runtime.language) {
    case Language::python:
      require(inputs.interpreter != nullptr, "reach has an interpreter that reads Python");
      return std::make_unique<PythonReach>(
          tree, *inputs.interpreter, inputs.store, inputs.jobs,
          PythonReach::Surroundings{!inputs.has_layers && !inputs.environment.contains("PYTHONPATH"),
                                    inputs.runtime.preinstalled, called_functions(rules)});
    case Language::nodejs:
      require(inputs.js_reader != nullptr, "reach has a reader of JavaScript");
      return std::make_unique<NodeReach>(
          tree, std::atoi(inputs.runtime.version.c_str()),
          inputs.architecture == Architecture::arm64 ? "arm64" : "x64",
          [reader = inputs.js_reader](const std::vector<JsSource>& sources) { return reader->read(sources); },
          [&store = inputs.store](const Content& content) {
            return native_names(content, store).libraries();
          },
          values_of(inputs.environment));
    case Language::provided:
      return std::make_unique<ProgramReach>(tree);
  }
  return nullptr;
}

// Decides on every file of `tree`, which has no own file that is left out. `named`: names_in_own_files.
Bundle decide(const StagedTree& tree, const PruneInputs& inputs,
              const std::map<std::string, std::string>& named) {
  const auto level = inputs.settings.level;
  const TreeRules rules(tree, inputs.rules);
  const auto facts = read_native_facts(tree.files, inputs.store, inputs.jobs);
  const elf::LibraryGraph libraries(tree.files, facts,
                                    {task_root, elf::folders_below(task_root, inputs.runtime.library_path)});
  const auto evidence = evidence_of_tree(tree.files, inputs.evidence);
  Bundle bundle;
  const auto user_keeps = match_user_globs(tree.files, inputs.settings.keep, false, bundle.findings);
  auto user_drops = match_user_globs(tree.files, inputs.settings.drop, true, bundle.findings);
  take_back(tree.files, user_drops, user_keeps);
  take_back(tree.files, user_drops, inputs.repaired);

  // First what is certain, then what that needs.
  const auto reach = level == PruneLevel::reach ? reach_of(tree, rules, inputs) : nullptr;
  KeepSet kept(tree, rules, libraries, reach.get());
  for (const auto& [path, why] : inputs.repaired) kept.keep(path, because(why));
  for (const auto& [path, text] : evidence.used) kept.keep(path, because(text));
  keep_own_files(tree, level, kept);
  if (level == PruneLevel::reach) keep_listed(tree.files, evidence.listed, inputs.runtime.language, kept);
  keep_by_environment(tree, rules, inputs.environment, kept);
  for (const auto& [path, glob] : user_keeps)
    kept.keep(path, because(format("kept by '{}'", glob->glob), to_text(glob->location)));
  close_over(tree, rules, level, kept);
  if (reach != nullptr && !tree.doubtful.empty()) {
    keep_named_folders(tree, named, *reach, kept);
    close_over(tree, rules, level, kept);
  }
  if (level == PruneLevel::reach && inputs.runtime.language == Language::provided)
    keep_data_of_program(tree, rules, evidence, libraries, kept);
  if (level == PruneLevel::none)
    for (const auto& [path, node] : tree.files) kept.keep(path, because("level none keeps every file"));
  keep_folders(tree.files, evidence.folders, user_drops, kept);
  kept.close();

  const auto used = in_use(tree, kept);
  for (const auto& [path, node] : tree.files) {
    if (const auto drop = user_drops.find(path); drop != user_drops.end()) {
      const auto& [glob, location] = *drop->second;
      bundle.decisions.emplace(
          path, decide_to_drop(node, path, because(format("dropped by '{}'", glob), to_text(location))));
    } else if (const auto how = kept.all().find(path); how != kept.all().end()) {
      bundle.decisions.emplace(path, decide_to_keep(node, path, how->second));
      bundle.files.put(path, node);
    } else {
      bundle.decisions.emplace(
          path, decide_to_drop(node, path, why_dropped(tree, rules, used, evidence, level, path)));
    }
  }
  append(bundle.findings, dropped_evidence(user_drops, evidence));
  append(bundle.findings, dropped_though_looked_at(tree.files, evidence, kept));
  if (reach != nullptr) {
    auto findings = reach->findings();
    // A user who drops a dependency knows that it is left out.
    std::erase_if(findings, [&](const Finding& finding) {
      return finding.code == "dropped-dependency" && user_drops.contains(BundlePath(finding.path));
    });
    append(bundle.findings, findings);
    append(bundle.findings, broken_loads(*reach, bundle, user_drops, kept));
    bundle.opened_sources = reach->opened_sources();
  }
  if (level == PruneLevel::reach) {
    std::set<BundlePath> repaired;
    for (const auto& [path, why] : inputs.repaired) repaired.insert(path);
    bundle.unused = unused_files(bundle, evidence, libraries, repaired);
    append(bundle.findings, dropped_but_reached(bundle, tree.files, kept.ruled_out(), libraries));
  }
  if (inputs.runtime.language == Language::provided)
    append(bundle.findings, unreported_drops(bundle, tree.files, rules, user_drops, level));
  return bundle;
}

// True for what a module of the function can import, or require.
bool is_importable(const BundlePath& path, Language language) {
  static constexpr std::array<std::string_view, 3> python{".py", ".pyc", ".so"};
  static constexpr std::array<std::string_view, 5> node{".js", ".mjs", ".cjs", ".json", ".node"};
  const auto has_ending = [&](const auto& endings) {
    return std::ranges::find(endings, path.extension()) != endings.end();
  };
  return (language == Language::python && has_ending(python)) ||
         (language == Language::nodejs && has_ending(node));
}

// The own files that something certain asks for: an event, the user, or a repair.
std::set<BundlePath> certain_files(const StagedTree& tree, const PruneInputs& inputs) {
  std::set<BundlePath> certain;
  for (const auto& [path, text] : evidence_of_tree(tree.files, inputs.evidence).used) certain.insert(path);
  Findings ignored;
  for (const auto* globs : {&inputs.settings.keep, &inputs.settings.drop})
    for (const auto& [path, glob] : match_user_globs(tree.files, *globs, false, ignored))
      certain.insert(path);
  for (const auto& [path, why] : inputs.repaired) certain.insert(path);
  return certain;
}

}  // namespace

Bundle prune(const StagedTree& tree, const PruneInputs& inputs) {
  if (tree.doubtful.empty() && tree.secrets.empty() && tree.left_out.empty() && inputs.allow_secrets.empty())
    return decide(tree, inputs, {});
  const auto named = names_in_own_files(tree, inputs.environment, inputs.store);
  const auto unused = unused_own_files(tree, certain_files(tree, inputs), named);
  auto visible = tree;
  // What is used or named is the function's own. Of the rest, what code may import is left to reach, and
  // what only packages may name is not shown to it.
  std::erase_if(visible.doubtful,
                [&](const auto& each) { return each.second.folder.empty() && !unused.contains(each.first); });
  for (const auto& [path, reason] : unused)
    if (!is_importable(path, inputs.runtime.language)) visible.files.remove(path);
  auto bundle = decide(visible, inputs, named);
  for (const auto& [path, reason] : unused)
    if (!visible.files.contains(path))
      bundle.decisions.emplace(path, decide_to_drop(*tree.files.find(path), path, reason));
  append(bundle.findings, left_out_findings(tree, bundle.decisions));
  append(bundle.findings, secret_findings(tree, bundle.files, inputs.allow_secrets));
  return bundle;
}

}  // namespace lbundle
