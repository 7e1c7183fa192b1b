// Which versions are demanded of which library depends on the copy that the runtime's loader takes. The
// loader searches DT_RPATH first, then LD_LIBRARY_PATH, where Lambda has /lib64 before /var/task, then
// RUNPATH. So if the runtime has a library, a bundled copy of it counts only for a file whose DT_RPATH leads
// to the copy. A library that the runtime does not have is looked up in the tree (elf/library_graph.hpp),
// then in the layers.
#include "abi/abi_libraries.hpp"

#include <algorithm>
#include <map>

#include "model/text.hpp"
#include "project/system_library_rules.hpp"

namespace lbundle {

std::set<std::string> libraries_of(const std::vector<HostPath>& layers) {
  std::set<std::string> names;
  for (const auto& layer : layers) {
    boost::system::error_code failure;
    for (fs::directory_iterator at(layer / "lib", failure), end; !failure && at != end;
         at.increment(failure)) {
      names.insert(at->path().filename().string());
    }
  }
  return names;
}

bool has_version(const Runtime& runtime, const elf::SeriesVersion& wanted) {
  const auto has = runtime.symbol_versions.find(wanted.series);
  return has == runtime.symbol_versions.end() || elf::parse_version_number(has->second) >= wanted.number;
}

namespace {

elf::LoaderPaths loader_paths(const AbiTarget& target) {
  return {target.root, elf::folders_below(target.root, target.runtime.library_path)};
}

// The folder of a C library that the tree brings together with its own loader, as the packager of
// aws-lambda-cpp does; nothing if there is none.
std::optional<BundlePath> folder_of_own_loader(const FileSet& files, const AbiTarget& target) {
  const auto* loader =
      target.architecture == Architecture::arm64 ? "ld-linux-aarch64.so.1" : "ld-linux-x86-64.so.2";
  for (const auto& [path, node] : files) {
    if (path.name() == loader && files.contains(path.parent() / "libc.so.6")) return path.parent();
  }
  return std::nullopt;
}

std::string wanted_text(const std::string& symbol, const std::string& version) {
  return symbol.empty() ? version : symbol + '@' + version;
}

// "glibc 2.26", "GLIBCXX_3.4.24".
std::string version_text(const std::string& series, const std::string& number) {
  return series == "GLIBC" ? "glibc " + number : series + '_' + number;
}

// The runtime of the same language with the lowest version that has what is wanted, or null.
const Runtime* runtime_with(const Runtime& runtime, const elf::SeriesVersion& wanted) {
  const Runtime* first = nullptr;
  for (const auto& other : known_runtimes()) {
    if (other.language != runtime.language || !has_version(other, wanted)) continue;
    if (first == nullptr ||
        elf::parse_version_number(other.version) < elf::parse_version_number(first->version)) {
      first = &other;
    }
  }
  return first;
}

bool defines(const elf::ElfFacts& facts, const std::string& version) {
  return std::ranges::find(facts.defined_versions, version) != facts.defined_versions.end();
}

}  // namespace

// Which copy of a library the loader takes for a file.
struct AbiLibraries::Provider {
  enum class Where { runtime, tree, elsewhere, nowhere };

  Where where = Where::nowhere;
  BundlePath file;  // for `tree` and `elsewhere`
};

struct AbiLibraries::Demand {
  elf::DemandedVersion of;
  elf::SeriesVersion wanted;
  BundlePath in_tree;  // a copy of the library that the loader does not take; the root if there is none
};

AbiLibraries::AbiLibraries(const FileSet& files, const elf::TreeFacts& facts, const AbiTarget& target,
                           AbiScope scope, FaultIsIdle is_idle, AbiReport& report)
    : facts_(facts),
      target_(target),
      scope_(scope),
      is_idle_(std::move(is_idle)),
      report_(report),
      provided_(target.runtime.provided_libraries.begin(), target.runtime.provided_libraries.end()),
      layered_(libraries_of(target.layers)),
      graph_(files, facts, loader_paths(target)),
      by_rpath_(files, facts, {target.root, {}}) {
  find_own_loader(files);
}

// Only a provided runtime can have a program of the function start another loader: Python and Node.js are
// started by the system's. What `bootstrap` itself loads is loaded by the system's too.
void AbiLibraries::find_own_loader(const FileSet& files) {
  if (target_.runtime.language != Language::provided) return;
  const auto folder = folder_of_own_loader(files, target_);
  if (!folder) return;
  for (const auto& [path, node] : files.below(*folder)) {
    const auto file = files.follow(path);
    const auto* facts = file ? facts_.find(*file) : nullptr;
    if (facts != nullptr && path.parent() == *folder) own_libraries_.emplace(path.name(), facts);
  }
  for (const auto& [path, facts] : facts_.files) {
    if (!target_.starts(path)) continue;
    for (const auto& object : graph_.scope(path)) by_system_.insert(object.file);
  }
}

const elf::ElfFacts* AbiLibraries::from_own_loader(const BundlePath& path, const std::string& library) const {
  const auto found = own_libraries_.find(library);
  return found == own_libraries_.end() || by_system_.contains(path) ? nullptr : found->second;
}

AbiLibraries::Provider AbiLibraries::provider_of(const BundlePath& path, const std::string& library) const {
  using Where = Provider::Where;
  const auto* facts = facts_.find(path);
  if (is_provided(library)) {
    const auto found = by_rpath_.resolve(path, library);
    const bool before_system = facts != nullptr && facts->runpath.empty();
    if (found.how == elf::Found::in_tree && before_system) return {Where::tree, found.file};
    return {Where::runtime, found.how == elf::Found::outside ? BundlePath() : found.file};
  }
  const auto found = graph_.resolve(path, library);
  if (found.how == elf::Found::in_tree) return {Where::tree, found.file};
  if (layered_.contains(library)) return {Where::runtime, {}};
  if (found.how == elf::Found::by_soname) return {Where::elsewhere, found.file};
  return {};
}

// The needs that are met once the loads that begin in the tree are followed: a library inherits the DT_RPATH
// of those that bring it in, and it takes what was loaded before it. Computed when a need is first not met in
// another way.
const std::set<AbiLibraries::Need>& AbiLibraries::met_in_some_load() {
  if (met_) return *met_;
  met_.emplace();
  std::set<std::string, std::less<>> needed;
  for (const auto& [path, facts] : facts_.files) needed.insert(facts->needed.begin(), facts->needed.end());
  for (const auto& [root, facts] : facts_.files) {
    if (facts->needed.empty() || needed.contains(root.name())) continue;
    const auto loaded = graph_.scope(root);
    std::set<std::string> names;
    for (const auto& object : loaded) {
      if (object.facts == nullptr || object.how != elf::Found::in_tree) continue;
      names.insert({object.name, object.facts->soname});
      names.insert(object.also.begin(), object.also.end());
    }
    for (const auto& object : loaded) {
      if (object.facts == nullptr) continue;
      for (const auto& library : object.facts->needed)
        if (names.contains(library)) met_->emplace(object.file, library);
    }
  }
  return *met_;
}

bool AbiLibraries::is_missing(const BundlePath& path, const std::string& library) {
  return provider_of(path, library).where == Provider::Where::nowhere &&
         !met_in_some_load().contains({path, library});
}

void AbiLibraries::judge_needed(const BundlePath& path, const std::string& library) {
  const auto provider = provider_of(path, library);
  if (provider.where == Provider::Where::runtime || provider.where == Provider::Where::tree) return;
  if (met_in_some_load().contains({path, library}) || from_own_loader(path, library) != nullptr) return;
  if (provider.where == Provider::Where::elsewhere) {
    report_elsewhere(path, library, provider.file);
    return;
  }
  report_missing(path, library);
}

void AbiLibraries::report_elsewhere(const BundlePath& path, const std::string& library,
                                    const BundlePath& file) {
  const bool is_started = target_.starts(path);
  report_.add(
      is_started ? Severity::error : Severity::warning, "abi-library-elsewhere", path,
      format("needs {}, which the loader does not find from there: {} has that name", library, file.bytes()),
      is_started
          ? format("put {} into lib/, or build with -Wl,-rpath,'$ORIGIN/{}'", library, file.parent().bytes())
          : "it works only if the package loads that file first, as some do when they are imported");
}

void AbiLibraries::report_missing(const BundlePath& path, const std::string& library) {
  const bool idle = scope_ == AbiScope::bundle && is_idle_ && is_idle_(path, library);
  report_.add(
      scope_ == AbiScope::bundle && !idle ? Severity::error : Severity::warning, "abi-library-missing", path,
      format("needs {}, which is neither in the tree nor certain to be in {}{}", library,
             target_.runtime.name, idle ? "; the unshrunk tree lacks it too, and no event relies on it" : ""),
      format("{}; or drop the file if nothing loads it (`drop` in [prune])",
             way_to_library(library, target_.runtime)));
}

std::string AbiLibraries::version_hint(const BundlePath& path, const elf::SeriesVersion& wanted) const {
  const auto name = report_.owner_name(path);
  auto tag = "manylinux_" + target_.runtime.glibc;
  std::ranges::replace(tag, '.', '_');
  auto hint = name.empty()
                  ? format("build it on {}, or for its glibc", target_.runtime.os)
                  : format("use a release of {} with a wheel for {} or older, or build it there", name, tag);
  if (const auto* other = runtime_with(target_.runtime, wanted); other != nullptr) {
    hint += format("; {} has what it needs", other->name);
  }
  return hint;
}

// Reports only the highest version of each series: a file that needs glibc 2.28 for one symbol and 2.27 for
// another needs 2.28.
void AbiLibraries::judge_versions(const BundlePath& path, const elf::ElfFacts& facts) {
  std::map<std::string, Demand> worst;
  for (const auto& demand : elf::highest_demands(facts)) {
    auto wanted = *elf::parse_series_version(demand.version);
    const auto provider = provider_of(path, demand.file);
    if (provider.where != Provider::Where::runtime || has_version(target_.runtime, wanted)) continue;
    const auto* own = from_own_loader(path, demand.file);
    if (own != nullptr && defines(*own, demand.version)) continue;
    auto& most = worst[wanted.series];
    if (wanted.number > most.wanted.number) most = {demand, std::move(wanted), provider.file};
  }
  for (const auto& [series, demand] : worst) report_version(path, demand);
}

void AbiLibraries::report_version(const BundlePath& path, const Demand& demand) {
  // If the tree's copy is loaded first, it serves all files that need this name.
  const auto* other = demand.in_tree.is_root() ? nullptr : facts_.find(demand.in_tree);
  const bool may_be_served = other != nullptr && defines(*other, demand.of.version);
  const auto& series = demand.wanted.series;
  report_.add(
      may_be_served ? Severity::warning : Severity::error, "abi-symbol-version", path,
      format("needs {} of {}, {} has {}", wanted_text(demand.of.symbol, demand.of.version), demand.of.file,
             target_.runtime.name, version_text(series, target_.runtime.symbol_versions.at(series))),
      version_hint(path, demand.wanted));
}

// glibc treats a library without version definitions as if it defined all versions.
void AbiLibraries::judge_own_version(const BundlePath& path, const elf::ElfFacts& facts,
                                     const elf::NeededVersion& needed) {
  const auto provider = provider_of(path, needed.file);
  if (provider.where != Provider::Where::tree) return;
  const auto* library = facts_.find(provider.file);
  if (library == nullptr || library->defined_versions.empty() || defines(*library, needed.version)) return;
  report_.add(Severity::error, "abi-symbol-version", path,
              format("needs {} of {}, and {} does not define it",
                     wanted_text(elf::symbol_wanting(facts, needed.file, needed.version), needed.version),
                     needed.file, provider.file.bytes()),
              "the two were not built together; install releases that fit each other");
}

void AbiLibraries::judge(const BundlePath& path, const elf::ElfFacts& facts) {
  for (const auto& library : facts.needed) judge_needed(path, library);
  judge_versions(path, facts);
  for (const auto& needed : facts.needed_versions) {
    if (!needed.weak) judge_own_version(path, facts, needed);
  }
}

}  // namespace lbundle
