// Names that lead to modules without an import statement: attributes of imported modules, constants, names
// that are computed or listed in tables, and names that lazy packages provide.
#include <algorithm>

#include "model/text.hpp"
#include "python/module_names.hpp"
#include "python/reach.hpp"

namespace lbundle {

// Follows attributes of imported modules, and constants that could be the name of a module or of an object in
// one.
void PythonReach::follow_names(const Source& from, const ModuleFacts& facts) {
  const auto how = format("named in {}", from.path.bytes());
  for (const auto& chain : facts.asked) {
    const auto name = ModuleIndex::absolute(chain, from.name, from.is_package);
    for (auto dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1)) {
      const auto module = name.substr(0, dot);
      if (!index_.contains(module)) break;
      ask(module, name.substr(dot + 1, name.find('.', dot + 1) - dot - 1), how);
    }
  }
  for (const auto& constant : facts.dotted) {
    auto name = ModuleIndex::absolute(constant.substr(0, constant.find(':')), from.name, from.is_package);
    // A name of one part ("numpy") is more often a word than a module.
    while (name.find('.') != std::string::npos && !index_.contains(name)) name = parent_of(name);
    if (name.find('.') != std::string::npos) reach_module(name, how, false);
  }
}

void PythonReach::follow_dynamic(const Source& from, const ModuleFacts& facts) {
  bool has_table = follow_table(from, facts);
  if (!from.is_package)
    if (const auto* around = facts_of_package(from.package()))
      has_table = follow_table(from, *around) || has_table;
  for (const auto& pattern : facts.patterns) follow_pattern(from, pattern, has_table);
}

// Reaches names in tables that are modules in the same package. Such a table counts only for a module that
// imports computed names. Returns true if there were any.
bool PythonReach::follow_table(const Source& from, const ModuleFacts& facts) {
  bool any = false;
  for (const auto& group : facts.tables) {
    for (const auto& text : group) {
      const auto name = child_of(from.package(), text);
      if (text.find('.') != std::string::npos || !index_.contains(name) || from.package().empty()) continue;
      reach_module(name, format("in a table of names that {} imports", from.path.bytes()), false);
      any = true;
    }
  }
  return any;
}

void PythonReach::follow_pattern(const Source& from, const ModuleFacts::Pattern& pattern, bool has_table) {
  const auto name = ModuleIndex::absolute(pattern.name, from.name, from.is_package);
  const auto known = name.substr(0, name.find('*'));
  // The pattern of a whole package says too little if a table is more precise.
  if (known.find('.') == std::string::npos || (has_table && name == from.package() + ".*")) return;
  const auto how = format("matches a name that {} computes", from.path.bytes());
  for (const auto& fitting : index_.modules_like(name)) {
    reach_module(fitting, how, false);
    if (pattern.deep)
      for (const auto& below : index_.modules_in(fitting)) reach_module(below, how, false);
  }
}

void PythonReach::ask(const std::string& module, const std::string& name, const std::string& by) {
  if (!index_.contains(module)) return;
  auto& asked = asked_[module];
  if (std::ranges::any_of(asked, [&](const Asked& known) { return known.name == name; })) return;
  asked.push_back({name, by});
  if (offers_.contains(module)) give_out(module, asked.back());
}

// Records a lazy module's tables: for each name that code may ask for, the modules that it leads to.
void PythonReach::offer(const Source& from, const ModuleFacts& facts) {
  auto& offers = offers_[from.name];
  const auto package = from.package();
  const auto add = [&](const std::vector<std::string>& group) {
    for (const auto& text : group) {
      const auto plain = text.substr(0, text.find(':'));
      const auto beside = child_of(package, plain);
      for (const auto& target : {ModuleIndex::absolute(plain, from.name, from.is_package), beside})
        if (target != from.name && index_.contains(target))
          for (const auto& name : group) offers[last_part(name)].insert(target);
    }
  };
  for (const auto& group : facts.tables) add(group);
  for (const auto& name : facts.all) add({name});
  if (facts.stub) offer_stub(from);
  for (const auto& asked : std::vector(asked_[from.name])) give_out(from.name, asked);
  if (const auto askers = native_askers_.find(from.name); askers != native_askers_.end())
    for (const auto& asker : askers->second) ask_from_native(from.name, asker);
}

// When the module is imported, lazy_loader.attach_stub reads the imports of the .pyi beside it.
void PythonReach::offer_stub(const Source& from) {
  const BundlePath stub(from.path.bytes() + "i");
  reach_file(stub, format("read by lazy_loader for {}", from.path.bytes()), true);
  load_facts({stub});
  const auto* facts = facts_at(stub);
  if (facts == nullptr) return;
  auto& offers = offers_[from.name];
  for (const auto& import : facts->imports) {
    const auto base = ModuleIndex::absolute(import.name, from.name, from.is_package);
    for (const auto& taken : import.taken) {
      offers[taken].insert(child_of(base, taken));
      offers[taken].insert(base);
      offers[last_part(base)].insert(base);
    }
  }
}

void PythonReach::give_out(const std::string& module, const Asked& asked) {
  const auto how = format("provided by {} as {}, {}", module, asked.name, asked.by);
  reach_module(child_of(module, asked.name), how, false);
  for (const auto& [name, targets] : offers_[module]) {
    if (asked.name != "*" && asked.name != name) continue;
    for (const auto& target : targets)
      if (target != module) reach_module(target, how, false);
  }
}

}  // namespace lbundle
