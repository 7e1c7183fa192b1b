// The problem: a trace shows the imports of one day. The module that a function imports when an image is a
// TIFF, the plugin whose name is put together from its format, the schema beside a module are all missing
// from it, and a quarter of related events fail without them.
//
// The idea: the text of a kept module says what it can load. Its imports, wherever they stand, lead to
// modules of the tree, and these to more; names that a package gives out when asked (module __getattr__,
// lazy_loader) lead further only where a kept module asks for them; constants that name a module or a file of
// the tree count as a mention. Native code names modules and libraries as strings.
//
// Tried and rejected: to keep all small files of a package in use (half of them are tests and tools, and what
// lies in a package that only a function names is still lost); to import the modules and look (runs foreign
// code, and shows one day again); to follow every string of a lazy package (scipy names all of itself in its
// __init__).
//
// Why it is right: an import that is not followed is one whose name no constant holds, which rules are for.
// Excluded is only what this runtime decides: TYPE_CHECKING, other platforms, other versions; and what stands
// behind an import that can only fail, as of a distribution that is not installed.

#include "python/reach.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "model/text.hpp"
#include "python/entry_points.hpp"
#include "python/native_names.hpp"

namespace lbundle {

namespace {

// Folders of data larger than this are left to evidence and rules: botocore's is 17 MB, of which a client
// reads one part in a hundred.
constexpr ByteSize most_for_a_folder{2'000'000};

constexpr int all_lines = std::numeric_limits<int>::max();
// Beside the runtime's packages in /var/runtime.
constexpr std::array modules_of_runtime{"awslambdaric", "bootstrap", "runtime_client", "simplejson",
                                        "snapshot_restore_py"};

std::string parent_of(const std::string& name) {
  const auto dot = name.rfind('.');
  return dot == std::string::npos ? "" : name.substr(0, dot);
}

std::string child_of(const std::string& package, const std::string& name) {
  if (package.empty()) return name;
  auto child = package;
  child += '.';
  child += name;
  return child;
}

std::string last_part(const std::string& name) {
  return name.substr(name.rfind('.') + 1);
}

bool is_python(const BundlePath& path) {
  const auto ending = path.extension();
  return ending == ".py" || ending == ".pyc" || ending == ".pyi";
}

// A model or another object that code loads by pickle, joblib or torch, which import its classes.
bool is_pickle(const BundlePath& path) {
  static constexpr std::array endings{".pkl", ".pickle", ".joblib", ".sav", ".dill", ".pt"};
  return std::ranges::find(endings, path.extension()) != endings.end();
}

std::string how_of(const ModuleFacts::Import& import, const BundlePath& from) {
  if (is_pickle(from)) return format("a class of it is in {}", from.bytes());
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
      index_(tree.files) {
  for (const auto& [path, node] : tree.files) {
    if (!is_python(path)) {
      const std::string name(path.name());
      by_file_name_[{tree.distributions.owner_of(path), name}].push_back(path);
      if (!path.extension().empty() && path.extension() != ".so")
        beside_by_stem_[{path.parent(), name.substr(0, name.find('.', 1))}].push_back(path);
    }
    for (auto part = path; !part.is_root(); part = part.parent())
      parts_.emplace(part.name().substr(0, part.name().find('.')));
  }
  read_entry_points();
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
    if (const auto* facts = is_pickle(path) ? facts_at(path) : nullptr)
      follow_imports({path, "", false}, *facts, all_lines);
    if (const auto* facts = path.extension() == ".py" ? facts_at(path) : nullptr)
      follow_module({path, ModuleIndex::name_of(path), ModuleIndex::is_package(path)}, *facts);
    if (path.name().find(".so") != std::string_view::npos) follow_native(path);
  }
  return std::move(found_);
}

void PythonReach::load_facts(const std::vector<BundlePath>& sources) {
  facts_.merge(read_module_facts(sources, tree_.files, interpreter_, store_, jobs_));
}

const std::vector<ModuleFacts::Call>& PythonReach::calls_of(const BundlePath& path) const {
  static const std::vector<ModuleFacts::Call> none;
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
  if (has(facts.asked, name) || has(facts.files, name)) return true;
  const auto dot = name.rfind('.');
  if (dot == std::string::npos) return false;
  return std::ranges::any_of(facts.imports, [&](const ModuleFacts::Import& import) {
    return import.name == name.substr(0, dot) && has(import.taken, std::string_view(name).substr(dot + 1));
  });
}

const ModuleFacts* PythonReach::facts_at(const BundlePath& path) {
  const auto found = facts_.find(path);
  return found == facts_.end() ? nullptr : found->second.get();
}

const ModuleFacts* PythonReach::facts_of_package(const std::string& package) {
  for (const auto& path : index_.files_of(package)) {
    if (path.name() != "__init__.py") continue;
    if (facts_at(path) == nullptr) load_facts({path});
    return facts_at(path);
  }
  return nullptr;
}

void PythonReach::follow_module(const Source& from, const ModuleFacts& facts) {
  const auto last = last_line(from, facts);
  follow_imports(from, facts, last);
  if (last != all_lines) return;
  follow_names(from, facts);
  if (facts.lazy) offer(from, facts);
  if (facts.dynamic) follow_dynamic(from, facts);
  follow_listed(from, facts);
  follow_files(from, facts);
  follow_entry_points(from, facts);
}

// Whether the function's own code makes Python look in further folders, of a mount or of /tmp.
bool PythonReach::adds_folders(const BundlePath& path) {
  const auto* facts = facts_at(path);
  if (facts == nullptr) return false;
  return mentions(path, "sys.path") || mentions(path, "site.addsitedir") ||
         std::ranges::any_of(facts->asked, [](const auto& name) { return name.starts_with("sys.path."); });
}

// Whether an import of this name fails for certain: nothing in the tree, at any depth, as code may add any
// folder to sys.path, has the name, and the runtime has nothing of its own that brings it.
bool PythonReach::is_missing(const std::string& top) const {
  if (!around_.known || parts_.contains(top) ||
      std::ranges::find(modules_of_runtime, top) != modules_of_runtime.end())
    return false;
  return std::ranges::none_of(around_.preinstalled, [&](const auto& each) {
    return each.first == top || each.first.ends_with("-" + top);
  });
}

// A module ends where it imports what is not there, and nothing behind that line is ever come to.
int PythonReach::last_line(const Source& from, const ModuleFacts& facts) const {
  if (tree_.distributions.owner_of(from.path) == nullptr) return all_lines;  // the function's own are run
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
    for (const auto& taken : import.taken) {
      reach_module(child_of(base, taken), how, firm);
      ask(base, taken, how);
    }
  }
}

// Attributes of imported modules, and constants that could be a module's name or an object's in one.
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
    // One part alone ("numpy") is more often a word than a module.
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

// Names in tables that are modules beside the one that imports computed names. Whether there were any.
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
  // A whole package is too much to mean where a table says more.
  if (known.find('.') == std::string::npos || (has_table && name == from.package() + ".*")) return;
  const auto how = format("fits a name that {} puts together", from.path.bytes());
  for (const auto& fitting : index_.modules_like(name)) {
    reach_module(fitting, how, false);
    if (pattern.deep)
      for (const auto& below : index_.modules_in(fitting)) reach_module(below, how, false);
  }
}

void PythonReach::follow_listed(const Source& from, const ModuleFacts& facts) {
  for (const auto& listed : facts.lists) {
    if (listed.empty()) continue;
    const auto package =
        listed == "." ? from.package() : ModuleIndex::absolute(listed, from.name, from.is_package);
    for (const auto& name : index_.modules_in(package))
      if (!package.empty())
        reach_module(name, format("in a package that {} lists", from.path.bytes()), false);
  }
  for (const auto& resource : facts.resources) {
    auto package =
        resource == "." ? from.package() : ModuleIndex::absolute(resource, from.name, from.is_package);
    std::ranges::replace(package, '.', '/');
    if (const auto folder = BundlePath::parse(package); folder && !folder->is_root())
      follow_folder(*folder, format("in a package whose files {} asks for", from.path.bytes()));
  }
}

// Constants that name a file of the same distribution, or a folder without modules beside the module.
void PythonReach::follow_files(const Source& from, const ModuleFacts& facts) {
  const auto* owner = tree_.distributions.owner_of(from.path);
  if (owner == nullptr) return;  // the function's own files stay anyway
  const auto how = format("named in {}", from.path.bytes());
  for (const auto& constant : facts.files) {
    const auto beside = from.path.parent().resolve(constant);
    if (beside && !beside->is_root() && beside->bytes() != from.path.parent().bytes()) {
      if (!is_python(*beside) && tree_.files.contains(*beside)) reach_file(*beside, how);
      follow_folder(*beside, how);
    }
    const auto relative =
        BundlePath::parse(constant.substr(std::min(constant.find_first_not_of("/."), constant.size())));
    if (!relative) continue;
    if (relative->extension() == ".libs") follow_libraries(*relative, how);
    if (relative->extension().empty()) {
      // The ending may be added elsewhere.
      const auto stemmed = beside_by_stem_.find({from.path.parent(), constant});
      if (stemmed == beside_by_stem_.end()) continue;
      for (const auto& path : stemmed->second) reach_file(path, how);
      continue;
    }
    const auto named = by_file_name_.find({owner, std::string(relative->name())});
    if (named == by_file_name_.end()) continue;
    for (const auto& path : named->second)
      if (path == *relative || path.bytes().ends_with('/' + relative->bytes())) reach_file(path, how);
  }
}

// A wheel's own libraries, which it looks for by their folder since their names hold hashes.
void PythonReach::follow_libraries(const BundlePath& folder, const std::string& how) {
  for (auto at = tree_.files.lower_bound(folder / "\x01");
       at != tree_.files.end() && at->first.is_within(folder); ++at)
    reach_file(at->first, how);
}

// All files below, where the folder holds data alone and not much of it.
void PythonReach::follow_folder(const BundlePath& folder, const std::string& how) {
  std::vector<BundlePath> inside;
  ByteSize sum;
  for (auto at = tree_.files.lower_bound(folder / "\x01");
       at != tree_.files.end() && at->first.is_within(folder); ++at) {
    if (is_python(at->first) || at->first.extension() == ".so") continue;
    inside.push_back(at->first);
    sum += unzipped_size(at->second);
    if (sum > most_for_a_folder) return;
  }
  for (const auto& path : inside) reach_file(path, how);
}

// A constant that is the name of a group of entry points.
void PythonReach::follow_entry_points(const Source& from, const ModuleFacts& facts) {
  for (const auto& constant : facts.files) {
    const auto group = entry_points_.find(constant);
    if (group == entry_points_.end()) continue;
    const auto how = format("entry point of the group {}, named in {}", constant, from.path.bytes());
    for (const auto& point : group->second) {
      reach_file(point.file, how);
      reach_file(point.file.parent() / "METADATA", how);
      reach_module(point.module, how, false);
    }
  }
}

void PythonReach::read_entry_points() {
  for (const auto& [path, node] : tree_.files) {
    const auto* file = std::get_if<RegularFile>(&node);
    if (file == nullptr || path.name() != "entry_points.txt") continue;
    const auto bytes = read_content(file->content);
    for (auto& point : entry_points_in(as_text(bytes)))
      entry_points_[point.group].push_back({path, std::move(point.module)});
  }
}

void PythonReach::follow_native(const BundlePath& path) {
  const auto* file = tree_.files.find_file(path);
  if (file == nullptr) return;
  const auto top = path.bytes().substr(0, path.bytes().find('/')) + '.';
  const auto how = format("named in {}", path.bytes());
  for (const auto& name : native_names(file->content, store_)) {
    if (name.find('.') == std::string::npos) {
      // PyImport_ImportModule("_cffi_backend"): only where one file at the top is that module.
      for (const auto& module : index_.files_of(name))
        if (module.parent().is_root()) reach_file(module, how);
    } else if (name.starts_with(top)) {
      auto module = name;
      while (module.find('.') != std::string::npos && !index_.contains(module)) module = parent_of(module);
      if (module.find('.') != std::string::npos) reach_module(module, how, false);
    } else if (name.starts_with("lib")) {
      const auto named = by_file_name_.find({tree_.distributions.owner_of(path), name});
      if (named != by_file_name_.end())
        for (const auto& library : named->second) reach_file(library, how);
    }
  }
}

void PythonReach::ask(const std::string& module, const std::string& name, const std::string& by) {
  if (!index_.contains(module)) return;
  auto& asked = asked_[module];
  if (std::ranges::any_of(asked, [&](const Asked& known) { return known.name == name; })) return;
  asked.push_back({name, by});
  if (offers_.contains(module)) give_out(module, asked.back());
}

// A lazy module's tables: for each name that may be asked for the modules it stands for.
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
}

// lazy_loader.attach_stub reads the imports of the .pyi beside the module when it is imported.
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
  const auto how = format("given out by {} as {}, {}", module, asked.name, asked.by);
  reach_module(child_of(module, asked.name), how, false);
  for (const auto& [name, targets] : offers_[module]) {
    if (asked.name != "*" && asked.name != name) continue;
    for (const auto& target : targets)
      if (target != module) reach_module(target, how, false);
  }
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
