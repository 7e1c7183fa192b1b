// Names that lead to modules without an import statement: attributes of imported modules, constants, names
// that are computed or listed in tables, and names that lazy packages provide.
#include <algorithm>

#include "model/text.hpp"
#include "python_reach/module_names.hpp"
#include "python_reach/reach.hpp"
#include "python_reach/text_holes.hpp"

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
    const auto colon = constant.find(':');
    auto name = ModuleIndex::absolute(constant.substr(0, colon), from.name, from.is_package);
    // A name of one part ("numpy") is more often a word than a module, but not if an object in it is named
    // too
    // ("tasks:run").
    while (name.find('.') != std::string::npos && !index_.contains(name)) name = parent_of(name);
    if (name.find('.') != std::string::npos || colon != std::string::npos) reach_module(name, how, false);
  }
}

void PythonReach::follow_dynamic(const Source& from, const ModuleFacts& facts) {
  if (facts.unknown) {
    follow_table(from, facts);
    if (!from.is_package)
      if (const auto* around = facts_of_package(from.package())) follow_table(from, *around);
  }
  for (const auto& pattern : facts.patterns) follow_pattern(from, pattern);
  // Another module may import what this one makes. A name relative to the own package is more often that of a
  // logger.
  for (const auto& text : facts.composed)
    if (facts.unknown || !text.starts_with('.')) follow_pattern(from, {text, false});
}

// Reaches names in tables that are modules in the same package. Such a table counts only for a module that
// imports a name of which nothing is known.
void PythonReach::follow_table(const Source& from, const ModuleFacts& facts) {
  for (const auto& group : facts.tables) {
    for (const auto& text : group) {
      const auto name = child_of(from.package(), text);
      if (text.find('.') != std::string::npos || !index_.contains(name) || from.package().empty()) continue;
      reach_module(name, format("in a table of names that {} imports", from.path.bytes()), false);
    }
  }
}

void PythonReach::follow_pattern(const Source& from, const ModuleFacts::Pattern& pattern) {
  for (const auto& text : resolve(from, pattern.name, 0)) {
    if (text.is_anchored || text.text.find('/') != std::string::npos) continue;  // a path
    const auto name = ModuleIndex::absolute(text.text, from.name, from.is_package);
    const auto known = before_hole(name);
    if (known.empty() && name.find(Mark::hole, 1) == std::string::npos && name.size() > 3)
      follow_beginnings(from, name.substr(1));
    if (known.find('.') == std::string_view::npos && known.size() < 3)
      continue;  // the names in constants count
    const auto how = format("matches a name that {} computes", from.path.bytes());
    if (is_plain_text(name)) {
      reach_module(name, how, false);
      continue;
    }
    for (const auto& fitting : index_.modules_like(name)) {
      reach_module(fitting, how, false);
      if (pattern.deep)
        for (const auto& below : index_.modules_in(fitting)) reach_module(below, how, false);
    }
  }
}

// An imported name of which only the end is known. What stands before it is a constant of some kept module:
// "%s.base" with the name of a package from the function's settings.
void PythonReach::follow_beginnings(const Source& from, const std::string& ending) {
  for (const auto& name : index_.modules_ending(ending)) {
    const auto beginning = name.substr(0, name.size() - ending.size());
    if (constants_.contains(beginning)) {
      reach_module(name, format("{} imports a constant with {}", from.path.bytes(), ending), false);
    } else {
      waiting_names_[beginning].push_back({ending, from.path});
    }
  }
}

// Collects the constants that can be the beginning of a module's name.
void PythonReach::add_constants(const Source& from, const ModuleFacts& facts) {
  const bool is_own = tree_.distributions.owner_of(from.path) == nullptr;
  const auto add = [&](const std::string& text) {
    if (!constants_.insert(text).second) return;
    if (const auto waiting = waiting_names_.find(text); waiting != waiting_names_.end())
      for (const auto& [ending, by] : waiting->second)
        reach_module(text + ending,
                     format("{} imports {} of {} with {}", by.bytes(), text, from.path.bytes(), ending),
                     false);
    // A setting of the function that names a package, for code that imports it by this name.
    if ((is_own || facts.unknown) && text.find('.') == std::string::npos && index_.contains(text))
      reach_module(text, format("named in {}", from.path.bytes()), false);
  };
  for (const auto& beginning : facts.beginnings) {
    const auto package = beginning.substr(0, beginning.size() - 1);
    if (index_.contains(package)) follow_pattern(from, {beginning + Mark::hole, false});
  }
  for (const auto& text : facts.dotted) add(text);
  for (const auto& text : facts.files) add(text);
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
