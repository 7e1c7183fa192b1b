#include "prune/prune_keep_set.hpp"

#include <algorithm>
#include <utility>

#include "model/module_forms.hpp"
#include "model/text.hpp"
#include "node/packages.hpp"

namespace lbundle {

namespace {

constexpr const char* prune_stage = "prune";

// True for a module in any of its forms. An extension module is recognised by its last ending:
// "x.cpython-311-x86_64-linux-gnu.so".
bool is_module(const BundlePath& path) {
  const auto ending = path.extension();
  return ending == ".py" || ending == ".pyc" || ending == ".so";
}

bool is_source_or_bytecode(const BundlePath& path) {
  const auto ending = path.extension();
  return ending == ".py" || ending == ".pyc";
}

// True if the glob matches a name of the module `path` that the tree does not have: the place of a source's
// bytecode in a bundle, or the source of bytecode that came alone.
bool matches_another_name(const Glob& glob, const FileSet& files, const BundlePath& path) {
  if (path.extension() == ".py")
    return glob.matches(path.bytes() + "c") && forms_of_module(files, path).size() > 1;
  const auto source = path.parent().name() == "__pycache__" ? std::nullopt : source_of_module(path);
  return source && glob.matches(source->bytes());
}

// The folder that a module is imported from; its bytecode may be one folder deeper.
BundlePath package_of(const BundlePath& path) {
  auto folder = path.parent();
  return folder.name() == "__pycache__" ? folder.parent() : folder;
}

// True if the part of `path` behind the folder of its npm package matches one of `globs`.
bool matches_inside(const BundlePath& path, const std::vector<Glob>& globs) {
  if (globs.empty()) return false;
  const auto folder = npm_package_folder(path.bytes());
  if (!folder || folder->size() + 1 >= path.bytes().size()) return false;
  const auto inside = std::string_view(path.bytes()).substr(folder->size() + 1);
  return std::ranges::any_of(globs, [&](const Glob& glob) { return glob.matches(inside); });
}

// The globs of `called`: `{name}` can be any part of a path.
std::vector<Glob> globs_for_any_name(const Rule& rule) {
  constexpr std::string_view mark = "{name}";
  std::vector<Glob> globs;
  for (auto glob : rule.named_files) {
    for (auto at = glob.find(mark); at != std::string::npos; at = glob.find(mark))
      glob.replace(at, mark.size(), "*");
    globs.emplace_back(glob);
  }
  return globs;
}

}  // namespace

std::vector<BundlePath> paths_of(const FileSet& files, const Rule& rule) {
  if (rule.action == RuleAction::called) return matching_paths(files, globs_for_any_name(rule));
  auto paths = matching_paths(files, rule.files);
  if (rule.inside.empty()) return paths;
  for (const auto& [path, node] : files)
    if (matches_inside(path, rule.inside)) paths.push_back(path);
  std::ranges::sort(paths);
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  return paths;
}

std::vector<BundlePath> matching_paths(const FileSet& files, const std::vector<Glob>& globs) {
  std::set<BundlePath> paths;
  const auto add_module = [&](const BundlePath& path) {
    for (auto& form : forms_of_module(files, path)) paths.insert(std::move(form));
  };
  for (const auto& glob : globs) {
    const auto add_matches = [&](const auto& candidates) {
      for (const auto& [path, node] : candidates) {
        if (!is_source_or_bytecode(path)) {
          if (glob.matches(path.bytes())) paths.insert(path);
        } else if (!paths.contains(path) &&
                   (glob.matches(path.bytes()) || matches_another_name(glob, files, path))) {
          add_module(path);
        }
      }
    };
    // Only paths that begin with the literal prefix of the glob can match; "pk/b.pyc" may mean pk/b.py.
    const auto& prefix = glob.literal_prefix();
    const auto head = prefix.ends_with(".pyc") ? prefix.substr(0, prefix.size() - 1) : prefix;
    const auto first = BundlePath::parse(head);
    if (!first || first->is_root()) {
      add_matches(files);
    } else if (head.ends_with('/')) {
      add_matches(files.below(*first));
    } else {
      add_matches(files.beginning_with(*first));
    }
  }
  return {paths.begin(), paths.end()};
}

TreeRules::TreeRules(const StagedTree& tree, const std::vector<Rule>& rules) {
  std::vector<Bond> general_keeps;
  for (const auto& rule : rules) {
    if (!rule.applies_to(tree.distributions)) continue;
    if (rule.action == RuleAction::environment) {
      environment_.push_back(&rule);
      continue;
    }
    if (rule.action == RuleAction::called) {
      called_.push_back(&rule);
      continue;
    }
    auto files = paths_of(tree.files, rule);
    if (rule.action == RuleAction::mentioned) {
      mentioned_.push_back({&rule, std::move(files)});
    } else if (rule.action == RuleAction::drop) {
      for (auto& path : files) drops_.emplace(std::move(path), &rule);
    } else if (rule.action == RuleAction::keep) {
      auto& keeps = rule.distribution.empty() ? general_keeps : keeps_;
      keeps.push_back({&rule, std::move(files)});
    } else {
      const auto& causes = rule.action == RuleAction::family ? files : matching_paths(tree.files, rule.when);
      for (const auto& cause : causes) bonds_of_[cause].push_back(bonds_.size());
      bonds_.push_back({&rule, std::move(files)});
    }
  }
  std::ranges::move(general_keeps, std::back_inserter(keeps_));
}

const Rule* TreeRules::drop_of(const BundlePath& path) const {
  const auto found = drops_.find(path);
  return found == drops_.end() ? nullptr : found->second;
}

bool TreeRules::permits(const Reached& reached) const {
  const auto* drop = drop_of(reached.path);
  if (drop == nullptr || reached.firm) return true;
  if (!drop->distribution.empty() || reached.named.is_root()) return false;
  if (reached.named == reached.path) return true;
  // The folder counts if the rule would drop whatever is in it.
  const auto any_file = reached.named / "\1";
  const auto matches = [&](const Glob& glob) { return glob.matches(any_file.bytes()); };
  return std::ranges::any_of(drop->files, matches) || matches_inside(any_file, drop->inside);
}

bool TreeRules::may_be_mentioned(const BundlePath& path) const {
  return std::ranges::any_of(mentioned_,
                             [&](const Bond& bond) { return std::ranges::binary_search(bond.files, path); });
}

const std::vector<std::size_t>& TreeRules::bonds_of(const BundlePath& path) const {
  static const std::vector<std::size_t> none;
  const auto found = bonds_of_.find(path);
  return found == bonds_of_.end() ? none : found->second;
}

KeepSet::KeepSet(const StagedTree& tree, const TreeRules& rules, const elf::LibraryGraph& libraries,
                 Reach* reach)
    : tree_(tree),
      rules_(rules),
      libraries_(libraries),
      reach_(reach),
      bond_done_(rules.bonds().size(), false) {}

void KeepSet::keep(const BundlePath& path, Reason reason, const BundlePath& via) {
  const auto* node = tree_.files.find(path);
  if (node == nullptr || contains(path)) return;
  open_.push_back(path);
  kept_.emplace(path, Kept{std::move(reason), via});
  if (!std::holds_alternative<SymbolicLink>(*node)) return;
  std::set<BundlePath> crossed;
  const auto target = tree_.files.follow(path, &crossed);
  for (const auto& hop : crossed)
    if (hop != path) keep(hop, {prune_stage, format("link on the way from {}", path.bytes()), ""}, path);
  if (target) keep(*target, {prune_stage, format("behind the link {}", path.bytes()), ""}, path);
}

void KeepSet::close() {
  // In waves, so that all modules of a wave are analysed together.
  while (!open_.empty()) {
    keep_needs();
    if (reach_ != nullptr) keep_reached();
  }
}

void KeepSet::keep_needs() {
  while (!open_.empty()) {
    const auto path = open_.front();
    open_.pop_front();
    keep_needs_of(path);
    closed_.push_back(path);
  }
}

void KeepSet::keep_reached() {
  const auto wave = std::exchange(closed_, {});
  for (auto& reached : reach_->reach_from(wave)) {
    // A rule may rule out a file that only a call or a mention leads to, but not an import that certainly
    // happens.
    if (!rules_.permits(reached)) {
      ruled_out_.emplace(reached.path, reached.how);
      continue;
    }
    keep(reached.path, {prune_stage, std::move(reached.how), ""}, reached.via);
  }
  for (const auto& path : wave) {
    keep_called_by(path);
    keep_mentioned_by(path);
  }
}

// Keeps the files that, according to a rule, a function loads for the name that this module passes to it.
void KeepSet::keep_called_by(const BundlePath& path) {
  for (const auto& call : reach_->calls_of(path)) {
    for (const auto* rule : rules_.called()) {
      if (std::ranges::find(rule->calls, call.function) == rule->calls.end()) continue;
      if (rule->first.empty()
              ? call.after == unknown_name
              : call.after != unknown_name && std::ranges::find(rule->first, call.after) == rule->first.end())
        continue;
      if (call.name == unknown_name) {
        if (!rule->parameter.empty()) keep_for_any_name(*rule, call, path);
        continue;
      }
      const Reason reason{
          prune_stage, format("{}(\"{}\") in {}: {}", call.function, call.name, path.bytes(), rule->reason),
          to_text(rule->location)};
      for (const auto& file : matching_paths(tree_.files, rule->files_of(call.name)))
        keep(file, reason, path);
      for (const auto& name : rule->modules_of(call.name))
        if (const auto module = reach_->module_for(name, path)) keep(*module, reason, path);
    }
  }
}

// Keeps the files for every name, because only the run knows which one the function's own code passes.
void KeepSet::keep_for_any_name(const Rule& rule, const NamedCall& call, const BundlePath& path) {
  const Reason reason{
      prune_stage,
      format("{}(…) in {} computes the name, so it may be any: {}", call.function, path.bytes(), rule.reason),
      to_text(rule.location)};
  for (const auto& file : matching_paths(tree_.files, globs_for_any_name(rule))) keep(file, reason, path);
}

// Keeps the files that, according to a rule, are in use if a file outside the rule's distribution mentions a
// name.
void KeepSet::keep_mentioned_by(const BundlePath& path) {
  for (const auto& [rule, files] : rules_.mentioned()) {
    const auto* owner = tree_.distributions.owner_of(path);
    if (owner != nullptr && owner->name == rule->distribution) continue;
    for (const auto& name : rule->names) {
      if (!reach_->mentions(path, name)) continue;
      for (const auto& file : files)
        keep(file,
             {prune_stage, format("{} in {}: {}", name, path.bytes(), rule->reason), to_text(rule->location)},
             path);
    }
  }
}

void KeepSet::keep_needs_of(const BundlePath& path) {
  if (is_module(path)) keep_module_needs(path);
  keep_package_descriptions(path);
  if (libraries_.facts().find(path) != nullptr)
    for (const auto& library : libraries_.needed_by(path))
      keep(library, {prune_stage, format("needed by {}", path.bytes()), ""}, path);
  keep_bonds_of(path);
}

void KeepSet::keep_module_needs(const BundlePath& path) {
  for (const auto& form : forms_of_module(tree_.files, path))
    keep(form,
         {prune_stage, format("{} of {}", form.extension() == ".py" ? "source" : "bytecode", path.bytes()),
          ""},
         path);
  for (auto package = package_of(path); !package.is_root(); package = package.parent())
    for (const auto* name : {"__init__.py", "__init__.pyc"})
      keep(package / name, {prune_stage, format("package of {}", path.bytes()), ""}, path);
}

// Node.js asks the nearest package.json of each file which kind of module it is, and the package.json of a
// package for the names of its files.
void KeepSet::keep_package_descriptions(const BundlePath& path) {
  if (path.bytes().find("node_modules/") == std::string::npos || path.name() == "package.json") return;
  for (auto folder = path.parent(); !folder.is_root() && folder.name() != "node_modules";
       folder = folder.parent())
    keep(folder / "package.json", {prune_stage, format("describes {}", path.bytes()), ""}, path);
}

void KeepSet::keep_bonds_of(const BundlePath& path) {
  for (const auto index : rules_.bonds_of(path)) {
    if (bond_done_[index]) continue;
    bond_done_[index] = true;
    const auto& [rule, files] = rules_.bonds()[index];
    for (const auto& file : files)
      keep(file,
           {prune_stage, format("goes with {}: {}", path.bytes(), rule->reason), to_text(rule->location)},
           path);
  }
}

}  // namespace lbundle
