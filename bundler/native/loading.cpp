// The problem: events load what they need, and a bundle holds more, for other events. A library that was
// written anew byte for byte as a loader sees it should load, and one that others stand for should find all
// its symbols; but an initialiser may read its own file, or a loader be stricter than we know.
//
// The idea: try. Each changed library is loaded in a process of its own in the sandbox, from the unpacked
// zip, every symbol at once. One that fails is tried on the unshrunk tree too: wheels hold libraries that no
// one can load by themselves. What fails on the bundle alone is to stay as it was.
//
// Libraries with a hash in their name are known to those alone that need them by that name, and often find
// what they need in turn by the search path of an extension module that brings all of them along. Where one
// that loads brings such a library along, it has been loaded as it ever will be.
//
// To blame are the library's own change and the shared ones that it loads; what was written anew beneath it
// and loads by itself is not.
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

using Told = std::vector<std::string>;

Digest key_of(const NativeRun& run, const Digest& tree, const std::vector<BundlePath>& libraries) {
  KeyBuilder key;
  key.add(probe_version()).add(plan_key(tree, run.plan));
  for (const auto& library : libraries) key.add(library.bytes());
  return key.key();
}

std::optional<Told> remembered(const Store& store, const Digest& key, std::size_t size) {
  const auto found = store.find(loads_kind, key);
  if (!found) return std::nullopt;
  const Json json = Json::parse(as_text(*found), nullptr, false);
  if (!json.is_array() || json.size() != size) return std::nullopt;
  return json.get<Told>();
}

std::optional<Told> load_on(const NativeRun& run, const Digest& digest,
                            const std::vector<BundlePath>& libraries, UnpackedZip* zip) {
  const auto key = key_of(run, digest, libraries);
  if (auto told = remembered(run.store, key, libraries.size())) return told;
  auto plan = run.plan;
  if (zip != nullptr) plan.tree = zip->tree();
  auto told = load_each(plan, libraries);
  if (told) run.store.put(loads_kind, key, as_bytes(to_line(Json(*told))));
  return told;
}

bool is_library(const elf::ElfFacts* facts) {
  return facts != nullptr && facts->is_readable() && facts->interpreter.empty();
}

// Libraries of the bundle that are not as they were staged, by the path under which both trees have them.
std::vector<BundlePath> changed_libraries(const NativeRun& run, const NativeChanges& changes,
                                          const elf::TreeFacts& facts) {
  std::set<BundlePath> found;
  for (const auto& [path, staged] : changes.written_anew())
    if (is_library(facts.find(path)) && path == staged) found.insert(path);
  for (const auto& [link, staged] : changes.shared()) {
    const auto file = run.bundle.files.follow(link);
    if (file && is_library(facts.find(*file))) found.insert(link);
  }
  return {found.begin(), found.end()};
}

class Blame {
 public:
  Blame(const NativeRun& run, const NativeChanges& changes, const elf::TreeFacts& facts,
        std::set<BundlePath> failing)
      : changes_(changes), graph_(run.bundle.files, facts, run.loader), failing_(std::move(failing)) {}

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
    if (const auto anew = changes_.written_anew().find(path); anew != changes_.written_anew().end())
      files.insert(anew->second);
    if (changes_.shared().contains(path)) files.merge(changes_.of_sharing(path));
  }

  const NativeChanges& changes_;
  elf::LibraryGraph graph_;
  std::set<BundlePath> failing_;
};

// What loads beneath `roots`.
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

// Of what did not load by itself, what is not known to have loaded with others either, and what was said.
std::map<BundlePath, std::string> suspects_of(const std::vector<BundlePath>& libraries, const Told& told,
                                              const elf::LibraryGraph& graph) {
  std::vector<BundlePath> loaded;
  std::map<BundlePath, std::string> suspects;
  for (std::size_t i = 0; i < libraries.size(); ++i) {
    if (told[i].empty()) {
      loaded.push_back(libraries[i]);
    } else {
      suspects.emplace(libraries[i], told[i]);
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
  return {
      Severity::note, "not-loaded", "",
      format("{} libraries that were written anew or are shared were not loaded by themselves: the sandbox "
             "gave no answer",
             count),
      "the events have run with those that they load"};
}

}  // namespace

NativeFaults loading_faults(const NativeRun& run, Findings& findings) {
  if (!can_load_each(run.plan.runtime)) return {};
  const NativeChanges changes(run.bundle);
  const auto facts = read_native_facts(run.bundle.files, run.store, run.jobs);
  const auto libraries = changed_libraries(run, changes, facts);
  if (libraries.empty()) return {};
  const auto told = load_on(run, digest_of(native_part(run.bundle.files, facts)), libraries, &run.zip);
  if (!told) {
    findings.push_back(not_loaded(libraries.size()));
    return {};
  }
  const auto said = suspects_of(libraries, *told, elf::LibraryGraph(run.bundle.files, facts, run.loader));
  if (said.empty()) return {};
  std::vector<BundlePath> suspects;
  suspects.reserve(said.size());
  for (const auto& [library, why] : said) suspects.push_back(library);
  const auto unshrunk = load_on(run, digest_of(run.tree.files), suspects, nullptr);
  if (!unshrunk) {
    findings.push_back(not_loaded(suspects.size()));
    return {};
  }
  std::set<BundlePath> failing;
  for (std::size_t i = 0; i < suspects.size(); ++i)
    if ((*unshrunk)[i].empty()) failing.insert(suspects[i]);
  const Blame blame(run, changes, facts, failing);
  NativeFaults faults;
  for (const auto& library : failing)
    faults.push_back({format("loading {} ({})", library.bytes(), said.at(library)), blame.of(library)});
  return faults;
}

}  // namespace lbundle
