// The problem: events load only the libraries that they need, and a bundle has more, for other events. A
// rewritten library that a loader sees as equal should load. A library that replaces another one should
// provide all its symbols. But an initialiser may read its own file, or a loader may be stricter than we
// know.
//
// The idea: try it. Each changed library is loaded in its own process in the sandbox, from the unpacked zip,
// and every symbol is resolved at once. A library that fails is tried on the unshrunk tree too, because
// wheels have libraries that cannot be loaded alone. If it fails only on the bundle, it must stay as it was.
//
// Libraries with a hash in their name are only loaded by those that need them by that name. Often they find
// their own needs only by the search path of an extension module that loads all of them. So if such a library
// is loaded together with one that does load, it was loaded as in every real run.
//
// The causes of a fault are the library's own change and the shared libraries that it loads. A rewritten
// library that it needs is not a cause if it loads alone.
#include "native/loading.hpp"

#include <algorithm>

#include "elf/sonames.hpp"
#include "json/json.hpp"
#include "model/text.hpp"
#include "native/native_facts.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "runs/run_key.hpp"
#include "sandbox/native_probe.hpp"

namespace lbundle {

namespace {

constexpr const char* loads_kind = "loads";

// The loader's error for each library; empty if it loads.
using LoadErrors = std::vector<std::string>;

Digest key_of(const NativeRun& run, const Digest& tree, const std::vector<BundlePath>& libraries) {
  KeyBuilder key;
  key.add(probe_version()).add(plan_key(tree, run.plan));
  for (const auto& library : libraries) key.add(library.bytes());
  return key.key();
}

std::optional<LoadErrors> remembered(const Store& store, const Digest& key, std::size_t size) {
  const auto found = store.find(loads_kind, key);
  if (!found) return std::nullopt;
  const Json json = Json::parse(as_text(*found), nullptr, false);
  if (!json.is_array() || json.size() != size) return std::nullopt;
  return json.get<LoadErrors>();
}

std::optional<LoadErrors> load_on(const NativeRun& run, const Digest& digest,
                                  const std::vector<BundlePath>& libraries, UnpackedZip* zip) {
  const auto key = key_of(run, digest, libraries);
  if (auto errors = remembered(run.store, key, libraries.size())) return errors;
  auto plan = run.plan;
  if (zip != nullptr) plan.tree = zip->tree();
  auto errors = load_each(plan, libraries);
  if (errors) run.store.put(loads_kind, key, as_bytes(to_line(Json(*errors))));
  return errors;
}

bool is_library(const elf::ElfFacts* facts) {
  return facts != nullptr && facts->is_readable() && facts->interpreter.empty();
}

// Libraries of the bundle that are not as they were staged, by the path that is in both trees.
std::vector<BundlePath> changed_libraries(const NativeRun& run, const NativeChanges& changes,
                                          const elf::TreeFacts& facts) {
  std::set<BundlePath> found;
  for (const auto& path : changes.rewritten())
    if (is_library(facts.find(path))) found.insert(path);
  for (const auto& link : changes.shared()) {
    const auto file = run.bundle.follow(link);
    if (file && is_library(facts.find(*file))) found.insert(link);
  }
  return {found.begin(), found.end()};
}

class Blame {
 public:
  Blame(const NativeRun& run, const NativeChanges& changes, const elf::TreeFacts& facts,
        std::set<BundlePath> failing)
      : changes_(changes), graph_(run.bundle, facts, run.loader), failing_(std::move(failing)) {}

  std::set<BundlePath> of(const BundlePath& library) const {
    std::set<BundlePath> files, all;
    add(library, files);
    for (const auto& object : graph_.scope(library)) {
      auto paths = object.crossed;
      paths.insert({object.path, object.file});
      for (const auto& path : paths) {
        add(path, all);
        if (changes_.shared().contains(path) || failing_.contains(path)) add(path, files);
      }
    }
    return files.empty() ? all : files;
  }

 private:
  void add(const BundlePath& path, std::set<BundlePath>& files) const {
    if (changes_.rewritten().contains(path)) files.insert(path);
    if (changes_.shared().contains(path)) files.merge(changes_.of_sharing(path));
  }

  const NativeChanges& changes_;
  elf::LibraryGraph graph_;
  std::set<BundlePath> failing_;
};

// The files and links that are loaded because `roots` need them.
std::set<BundlePath> brought_along(const elf::LibraryGraph& graph, const std::vector<BundlePath>& roots) {
  std::set<BundlePath> brought;
  for (const auto& root : roots) {
    for (const auto& object : graph.scope(root)) {
      if (object.path == root) continue;
      brought.insert({object.path, object.file});
      brought.insert(object.crossed.begin(), object.crossed.end());
    }
  }
  return brought;
}

// The libraries that did not load alone, with their errors. Not those that are known to have loaded with
// others.
std::map<BundlePath, std::string> suspects_of(const std::vector<BundlePath>& libraries,
                                              const LoadErrors& errors, const elf::LibraryGraph& graph) {
  std::vector<BundlePath> loaded;
  std::map<BundlePath, std::string> suspects;
  for (std::size_t i = 0; i < libraries.size(); ++i) {
    if (errors[i].empty()) {
      loaded.push_back(libraries[i]);
    } else {
      suspects.emplace(libraries[i], errors[i]);
    }
  }
  const auto with_others = suspects.empty() ? std::set<BundlePath>{} : brought_along(graph, loaded);
  const auto count = suspects.size();
  std::erase_if(suspects, [&](const auto& one) {
    return with_others.contains(one.first) && !elf::parse_library_name(one.first.name()).hash.empty();
  });
  log_detail(format("{} of {} changed libraries load by themselves, {} with others", loaded.size(),
                    libraries.size(), count - suspects.size()));
  return suspects;
}

Finding not_loaded(std::size_t count) {
  return {Severity::note, "not-loaded", "",
          format("{} rewritten or shared libraries were not tested by loading each alone: the sandbox gave "
                 "no answer",
                 count),
          "the events ran with the libraries that they load"};
}

}  // namespace

LoadCheck check_loading(const NativeRun& run) {
  if (!can_load_each(run.plan.runtime)) return {};
  const NativeChanges changes(run.staged, run.bundle);
  const auto facts = read_native_facts(run.bundle, run.store, run.jobs);
  const auto libraries = changed_libraries(run, changes, facts);
  if (libraries.empty()) return {};
  const auto errors = load_on(run, digest_of(native_part(run.bundle, facts)), libraries, &run.zip);
  if (!errors) return {{}, {not_loaded(libraries.size())}};
  const auto suspected = suspects_of(libraries, *errors, elf::LibraryGraph(run.bundle, facts, run.loader));
  if (suspected.empty()) return {};
  std::vector<BundlePath> suspects;
  suspects.reserve(suspected.size());
  for (const auto& [library, error] : suspected) suspects.push_back(library);
  const auto unshrunk = load_on(run, digest_of(run.staged), suspects, nullptr);
  if (!unshrunk) return {{}, {not_loaded(suspects.size())}};
  std::set<BundlePath> failing;
  for (std::size_t i = 0; i < suspects.size(); ++i)
    if ((*unshrunk)[i].empty()) failing.insert(suspects[i]);
  const Blame blame(run, changes, facts, failing);
  LoadCheck check;
  for (const auto& library : failing)
    check.faults.push_back(
        {format("loading {} ({})", library.bytes(), suspected.at(library)), blame.of(library)});
  return check;
}

}  // namespace lbundle
