// The problem: a trace shows only what the traced events import. It lacks the module that a function imports
// when an image is a TIFF, the plugin whose name is built from its format, the schema beside a module.
// Without these, a quarter of related events fail.
//
// The idea: the text of a kept module says what it can load. Its imports lead to modules of the tree,
// wherever in the text they are, and these modules lead to more. A name that a package provides only when
// asked (module __getattr__, lazy_loader) leads further only if a kept module asks for it. A constant that
// names a module or a file of the tree counts as a mention. Native code names modules and libraries as
// strings.
//
// Tried and rejected: keeping all small files of every used package (half of them are tests and tools, and a
// package that is named only inside a function is still lost); importing the modules and looking (this runs
// foreign code, and again shows only one case); following every string of a lazy package (scipy names all of
// itself in its __init__).
//
// Why this is right: an import that is not followed has a name that no constant contains, and rules exist for
// those. Only what cannot happen in this runtime is left out: TYPE_CHECKING, other platforms, other versions,
// and what follows an import that can only fail, such as one of a distribution that is not installed.

#include "python_reach/reach.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "model/text.hpp"
#include "python_reach/module_names.hpp"
#include "python_reach/text_holes.hpp"

namespace lbundle {

namespace {

constexpr int all_lines = std::numeric_limits<int>::max();
// Modules that are beside the runtime's packages in /var/runtime.
constexpr std::array modules_of_runtime{"awslambdaric", "bootstrap", "runtime_client", "simplejson",
                                        "snapshot_restore_py"};

// True for a model or another object that code loads with pickle, joblib or torch. Loading it imports its
// classes.
bool is_pickle(const BundlePath& path) {
  static constexpr std::array endings{".pkl", ".pickle", ".joblib", ".sav", ".dill", ".pt"};
  return std::ranges::find(endings, path.extension()) != endings.end();
}

std::string how_of(const ModuleFacts::Import& import, const BundlePath& from) {
  if (is_pickle(from)) return format("one of its classes is in {}", from.bytes());
  const auto place = format("{}:{}", from.bytes(), import.line);
  if (import.when == ModuleFacts::When::module) return format("imported by {}", place);
  if (import.when == ModuleFacts::When::maybe) return format("imported under a condition by {}", place);
  return import.function.empty() ? format("imported by {}", place)
                                 : format("imported in {}() by {}", import.function, place);
}

}  // namespace

std::string PythonReach::Source::package() const {
  return is_package ? name : parent_of(name);
}

PythonReach::PythonReach(const StagedTree& tree, const Interpreter& interpreter, const Store& store,
                         unsigned jobs, Surroundings around)
    : tree_(tree),
      interpreter_(interpreter),
      store_(store),
      jobs_(jobs),
      around_(std::move(around)),
      index_(tree.files),
      sought_(index_) {
  for (const auto& [path, node] : tree.files)
    for (auto part = path; !part.is_root(); part = part.parent())
      parts_.emplace(part.name().substr(0, part.name().find('.')));
  index_files();
  own_calls_ = read_own_calls(tree_, around_.called, interpreter_, store_);
}

std::vector<Reached> PythonReach::reach_from(const std::vector<BundlePath>& kept) {
  found_.clear();
  std::vector<BundlePath> sources;
  for (const auto& path : kept)
    if (path.extension() == ".py" || is_pickle(path)) sources.push_back(path);
  load_facts(sources);
  for (const auto& path : sources)
    if (tree_.distributions.owner_of(path) == nullptr && adds_folders(path)) around_.known = false;
  for (const auto& path : kept) {
    current_ = path;
    if (const auto* owner = tree_.distributions.owner_of(path);
        owner != nullptr && in_use_.insert(owner).second)
      std::ranges::move(waiting_[owner], std::back_inserter(found_));
    if (const auto* facts = is_pickle(path) ? facts_at(path) : nullptr)
      follow_imports({path, "", false}, *facts, all_lines);
    if (const auto* facts = path.extension() == ".py" ? facts_at(path) : nullptr)
      follow_module({path, ModuleIndex::name_of(path), ModuleIndex::is_package(path)}, *facts);
    if (path.name().find(".so") != std::string_view::npos) follow_native(path);
  }
  return std::move(found_);
}

// Reads the facts of `sources` and of all modules that they import, in waves: one start of the interpreter
// for a module alone costs more than reading it. Each source is read once.
void PythonReach::load_facts(std::vector<BundlePath> sources) {
  while (!sources.empty()) {
    std::erase_if(sources, [&](const BundlePath& path) { return !read_.insert(path).second; });
    auto wave = read_module_facts(sources, tree_.files, interpreter_, store_, jobs_);
    sources.clear();
    for (const auto& [path, facts] : wave) {
      add_imported(path, *facts, sources);
      if (const auto own = own_calls_.find(path); own != own_calls_.end())
        std::ranges::copy(facts->calls, std::back_inserter(own->second));
    }
    facts_.merge(wave);
  }
}

// Adds the sources of the modules that the source at `path` imports, and of what it takes from them.
void PythonReach::add_imported(const BundlePath& path, const ModuleFacts& facts,
                               std::vector<BundlePath>& sources) const {
  const auto add = [&](const std::string& module) {
    for (const auto& file : index_.files_of(module))
      if (file.extension() == ".py") sources.push_back(file);
  };
  for (const auto& import : facts.imports) {
    const auto base =
        ModuleIndex::absolute(import.name, ModuleIndex::name_of(path), ModuleIndex::is_package(path));
    add(base);
    for (const auto& taken : import.taken) add(child_of(base, taken));
  }
}

const std::vector<NamedCall>& PythonReach::calls_of(const BundlePath& path) const {
  static const std::vector<NamedCall> none;
  if (const auto own = own_calls_.find(path); own != own_calls_.end()) return own->second;
  const auto found = facts_.find(path);
  return found == facts_.end() ? none : found->second->calls;
}

bool PythonReach::mentions(const BundlePath& path, const std::string& name) const {
  const auto found = facts_.find(path);
  if (found == facts_.end()) return false;
  const auto& facts = *found->second;
  const auto has = [](const std::vector<std::string>& names, std::string_view wanted) {
    return std::ranges::find(names, wanted) != names.end();
  };
  // "PIL.Image.open" mentions "PIL.Image" too.
  const auto begin = name + '.';
  const auto is_in = [&](const std::string& text) { return text == name || text.starts_with(begin); };
  if (std::ranges::any_of(facts.asked, is_in) || has(facts.files, name)) return true;
  const auto dot = name.rfind('.');
  return std::ranges::any_of(facts.imports, [&](const ModuleFacts::Import& import) {
    if (is_in(import.name)) return true;
    return dot != std::string::npos && import.name == name.substr(0, dot) &&
           has(import.taken, std::string_view(name).substr(dot + 1));
  });
}

const ModuleFacts* PythonReach::facts_at(const BundlePath& path) {
  const auto found = facts_.find(path);
  return found == facts_.end() ? nullptr : found->second.get();
}

const ModuleFacts* PythonReach::facts_of_package(const std::string& package) {
  for (const auto& path : index_.files_of(package)) {
    if (path.name() != "__init__.py") continue;
    load_facts({path});
    return facts_at(path);
  }
  return nullptr;
}

void PythonReach::follow_module(const Source& from, const ModuleFacts& facts) {
  const auto last = last_line(from, facts);
  follow_imports(from, facts, last);
  if (last != all_lines) return;
  follow_names(from, facts);
  add_constants(from, facts);
  if (facts.lazy) offer(from, facts);
  if (facts.dynamic) follow_dynamic(from, facts);
  follow_listed(from, facts);
  follow_files(from, facts);
  follow_paths(from, facts);
  follow_entry_points(from, facts);
}

// True if the function's own code makes Python search further folders, such as a mount or /tmp.
bool PythonReach::adds_folders(const BundlePath& path) {
  const auto* facts = facts_at(path);
  if (facts == nullptr) return false;
  return mentions(path, "sys.path") || mentions(path, "site.addsitedir") ||
         std::ranges::any_of(facts->asked, [](const auto& name) { return name.starts_with("sys.path."); });
}

// True if an import of this name fails for certain: nothing in the tree has the name, and no package of the
// runtime brings it. Names at any depth of the tree count, because code may add any folder to sys.path.
bool PythonReach::is_missing(const std::string& top) const {
  if (!around_.known || parts_.contains(top) ||
      std::ranges::find(modules_of_runtime, top) != modules_of_runtime.end())
    return false;
  return std::ranges::none_of(around_.preinstalled, [&](const auto& each) {
    return each.first == top || each.first.ends_with("-" + top);
  });
}

// Returns the line at which a module ends because it imports something that is missing. No line after it is
// ever executed.
int PythonReach::last_line(const Source& from, const ModuleFacts& facts) const {
  if (tree_.distributions.owner_of(from.path) == nullptr)
    return all_lines;  // the function's own files run to their end
  int last = all_lines;
  for (const auto& [line, top] : facts.outside)
    if (line < last && is_missing(top)) last = line;
  return last;
}

void PythonReach::follow_imports(const Source& from, const ModuleFacts& facts, int last) {
  for (const auto& import : facts.imports) {
    if (import.line >= last) continue;
    const auto base = ModuleIndex::absolute(import.name, from.name, from.is_package);
    if (base.empty()) continue;
    const auto how = how_of(import, from.path);
    const bool firm = import.when == ModuleFacts::When::module;
    reach_module(base, how, firm);
    if (!index_.contains(base)) follow_unresolved(base, facts, how);
    for (const auto& taken : import.taken) {
      reach_module(child_of(base, taken), how, firm);
      ask(base, taken, how);
      escape(from, import.name, taken, facts);
    }
  }
  for (const auto& chain : facts.asked) {
    const auto dot = chain.rfind('.');
    if (dot != std::string::npos && dot > 0) escape(from, chain.substr(0, dot), chain.substr(dot + 1), facts);
  }
}

// An import that the tree cannot resolve by its name: packages bring others in folders of their own, and find
// them by a search path or an importer that no text describes ("pkg.extern.six" for "pkg._vendor.six"). So
// each module of the same distribution whose name ends in the same way counts.
void PythonReach::follow_unresolved(const std::string& name, const ModuleFacts& facts,
                                    const std::string& how) {
  const auto* owner = tree_.distributions.owner_of(current_);
  const auto top = name.substr(0, name.find('.'));
  if (owner == nullptr || std::ranges::find(facts.standard, top) != facts.standard.end()) return;
  for (auto ending = '.' + name;; ending = ending.substr(ending.find('.', 1))) {
    bool any = false;
    for (const auto& module : index_.modules_ending(ending)) {
      if (tree_.distributions.owner_of(index_.files_of(module).front()) != owner) continue;
      reach_module(module, how + ", which may find it here", false);
      any = true;
    }
    // The last part alone says too little.
    if (any || ending.find('.', 1) == std::string::npos ||
        ending.find('.', ending.find('.', 1) + 1) == std::string::npos)
      return;
  }
}

// A module takes a folder or file that another one has put into a name, and hands it to other code.
void PythonReach::escape(const Source& from, const std::string& module, const std::string& name,
                         const ModuleFacts& facts) {
  const auto bound = module + ':' + name;
  if (std::ranges::binary_search(facts.only_joined, bound)) return;
  for (const auto& text : bound_texts(from, bound, 0))
    if (text.is_anchored) follow_path(from, text);
}

void PythonReach::reach_module(const std::string& name, const std::string& how, bool firm) {
  if (reached_firmly_.contains(name) || (!firm && reached_.contains(name))) return;
  (firm ? reached_firmly_ : reached_).insert(name);
  if (const auto parent = parent_of(name); !parent.empty()) reach_module(parent, how, firm);
  for (const auto& path : index_.files_of(name)) found_.push_back({path, how, firm, current_});
}

void PythonReach::reach_file(const BundlePath& path, const std::string& how, bool firm) {
  if (tree_.files.contains(path)) found_.push_back({path, how, firm, current_});
}

}  // namespace lbundle
