// A copy is of use only if every library that it needs can be brought too, and each of these may have several
// copies. So the search tries one copy and then the libraries that it needs. If one of them cannot be
// brought, everything that was chosen for this copy is undone, and the next copy is tried.
#include "staging/system_library_choice.hpp"

#include <algorithm>

#include "abi/abi_libraries.hpp"
#include "elf/abi_facts.hpp"
#include "model/error.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

// <elf.h>: EM_X86_64, EM_AARCH64.
constexpr std::uint16_t machine_x86_64 = 62, machine_aarch64 = 183;

bool is_for_musl(const elf::ElfFacts& facts) {
  return std::ranges::any_of(facts.needed, [](const std::string& library) {
    return library.starts_with("libc.musl-") || library == "libc.so";
  });
}

// Collects why each origin has no copy. The machine and its archive often have the same reason; then it is
// given once.
class Faults {
 public:
  // An origin that this build does not use gives no reason, and is left out.
  void add(LibraryOrigin origin, const std::string& fault) {
    if (fault.empty()) return;
    const auto same = std::ranges::find(all_, fault, &std::pair<std::string, std::string>::second);
    if (same == all_.end())
      all_.emplace_back(to_text(origin), fault);
    else
      same->first += format(" and {}", to_text(origin));
  }
  std::string text() const {
    std::string text;
    for (const auto& [origins, fault] : all_)
      text += format("{}{}: {}", text.empty() ? "" : "; ", origins, fault);
    return text.empty() ? "no origin has it" : text;
  }

 private:
  std::vector<std::pair<std::string, std::string>> all_;
};

std::string missing_data(const SystemLibrary& recipe, const LibraryCopy& copy) {
  std::set<std::string> wanted;
  for (const auto& [path, file] : recipe.data) wanted.insert(path);
  for (const auto& build : recipe.builds) wanted.insert(build.data.begin(), build.data.end());
  for (const auto& path : wanted)
    if (!copy.data.contains(path)) return HostPath(path).filename().string();
  return {};
}

}  // namespace

std::string why_unfit(const elf::ElfFacts& facts, const Runtime& runtime, Architecture architecture) {
  const auto machine = architecture == Architecture::arm64 ? machine_aarch64 : machine_x86_64;
  if (!facts.is_readable() || facts.identity.machine != machine)
    return format("it is made for {}", elf::machine_text(facts.identity));
  if (is_for_musl(facts)) return "it is made for musl's C library";
  if (facts.isa_level > runtime.x86_64_level)
    return format("it needs a processor of level x86-64-v{}", facts.isa_level);
  for (const auto& demand : elf::highest_demands(facts)) {
    if (std::ranges::find(runtime.provided_libraries, demand.file) == runtime.provided_libraries.end())
      continue;
    const auto wanted = elf::parse_series_version(demand.version);
    if (!wanted || has_version(runtime, *wanted)) continue;
    return format("it needs {} of {}, and {} has {}", demand.version, demand.file, runtime.name,
                  runtime.symbol_versions.at(wanted->series));
  }
  return {};
}

const LibraryAnswer& LibraryChoice::ask(const SystemLibrary& recipe, LibraryOrigin origin) {
  const auto key = std::pair(recipe.name, origin);
  const auto known = answers_.find(key);
  if (known != answers_.end()) return known->second;
  return answers_.emplace(key, world_.ask(recipe, origin)).first->second;
}

std::string LibraryChoice::try_copy(const SystemLibrary& recipe, const LibraryCopy& copy,
                                    const std::string& soname, const std::string& for_whom) {
  const auto named = copy.libraries.find(soname);
  if (named == copy.libraries.end()) return format("it has no {}", soname);
  if (const auto data = missing_data(recipe, copy); !data.empty()) return format("it has no {}", data);
  std::string why = "no file of that name can be read";
  std::shared_ptr<const elf::ElfFacts> facts;
  HostPath file;
  for (const auto& candidate : named->second) {
    facts = world_.read(candidate);
    why = facts == nullptr ? "it is not an ELF file" : why_unfit(*facts, world_.runtime, world_.architecture);
    file = candidate;
    if (why.empty()) break;
  }
  if (!why.empty()) return why;
  const auto before = chosen_;
  auto& chosen = chosen_[recipe.name];
  chosen.recipe = &recipe;
  chosen.copy = copy;
  chosen.files[soname] = file;
  chosen.wanted_by.insert(for_whom);
  for (const auto& needed : facts->needed) {
    auto fault = bring(needed, soname);
    if (fault.empty()) continue;
    chosen_ = before;
    return format("it needs {}: {}", needed, fault);
  }
  return {};
}

std::string LibraryChoice::bring(const std::string& soname, const std::string& for_whom) {
  if (world_.is_there(soname) || visiting_.contains(soname)) return {};
  const auto* recipe = world_.recipe_giving(soname);
  if (recipe == nullptr) return "no recipe gives it";
  if (const auto known = chosen_.find(recipe->name); known != chosen_.end()) {
    if (known->second.files.contains(soname)) {
      known->second.wanted_by.insert(for_whom);
      return {};
    }
    visiting_.insert(soname);
    const auto copy = known->second.copy;
    auto fault = try_copy(*recipe, copy, soname, for_whom);
    visiting_.erase(soname);
    return fault;
  }
  visiting_.insert(soname);
  Faults faults;
  for (const auto origin : recipe->from) {
    const auto& answer = ask(*recipe, origin);
    auto fault = answer.copy ? try_copy(*recipe, *answer.copy, soname, for_whom) : answer.why_not;
    if (answer.copy && fault.empty()) {
      visiting_.erase(soname);
      return {};
    }
    may_change_ = may_change_ || answer.may_change;
    faults.add(origin, fault);
  }
  visiting_.erase(soname);
  return faults.text();
}

}  // namespace lbundle
