// The problem: a wheel brings an OpenMP or TBB runtime along, under a name with a hash that only its own
// modules ask for. Another wheel leaves the same library to the system, and the runtime lacks it. The idea: a
// link in lib/ gives the library its own name, and both wheels load one file, which glibc knows by its inode.
// Rejected: to bring a second copy. It costs its size, and two OpenMP runtimes in a process disturb each
// other. A donor is taken only if everything that the files import from the library is in it.
#include "staging/library_donor.hpp"

#include <algorithm>
#include <array>

#include "elf/abi_facts.hpp"
#include "elf/sonames.hpp"
#include "elf/symbol_lookup.hpp"
#include "staging/system_library_choice.hpp"

namespace lbundle {

namespace {

// Names that the program which loads a module defines, and no library: Python's and Node.js's.
constexpr std::array<std::string_view, 5> of_the_program{"Py", "_Py", "napi_", "node_api_", "uv_"};

bool is_of_the_program(std::string_view name) {
  return std::ranges::any_of(of_the_program, [&](auto prefix) { return name.starts_with(prefix); });
}

bool begins_with(const std::string& version, const std::string& wanted) {
  return version == wanted || version.starts_with(wanted + '.');
}

bool has_fitting_name(std::string_view name, const elf::LibraryName& wanted,
                      const std::set<std::string>& vendors) {
  const auto has = elf::parse_library_name(name, vendors);
  return !has.hash.empty() && has.stem == wanted.stem && begins_with(has.version, wanted.version);
}

bool defines_versions(const elf::ElfFacts& donor, const elf::ElfFacts& needing, const std::string& library) {
  if (donor.defined_versions.empty()) return true;
  return std::ranges::all_of(needing.needed_versions, [&](const elf::NeededVersion& needed) {
    return needed.file != library || needed.weak ||
           std::ranges::count(donor.defined_versions, needed.version) > 0;
  });
}

// True if the donor defines all imports that name the library, and those of no version that nothing else
// which is loaded with the file defines.
bool defines_symbols(const elf::ElfFacts& donor, const BundlePath& file, const elf::LibraryGraph& graph,
                     const std::string& library) {
  const elf::SymbolLookup lookup;
  const auto scope = graph.scope(file);
  const auto& needing = *graph.facts().find(file);
  return std::ranges::all_of(needing.imports, [&](const elf::ElfSymbol& wanted) {
    if (wanted.version_file == library) return lookup.find_in(donor, wanted) != nullptr;
    if (!wanted.version.empty() || wanted.bind == elf::SymbolBind::weak || is_of_the_program(wanted.name))
      return true;
    const auto is_in = [&](const elf::LoadedObject& object) {
      return object.facts != nullptr && lookup.exports(*object.facts, wanted.name);
    };
    return lookup.exports(donor, wanted.name) || std::ranges::any_of(scope, is_in);
  });
}

}  // namespace

std::optional<BundlePath> donor_of(const Needs& needs, const DonorSearch& search) {
  const auto wanted = elf::parse_library_name(needs.library);
  if (wanted.stem.empty() || !wanted.hash.empty() || wanted.version.empty()) return std::nullopt;
  const auto vendors = elf::vendors_of(search.files);
  const elf::LibraryGraph graph(search.files, search.facts);
  std::optional<BundlePath> best;
  std::vector<unsigned> highest;
  for (const auto& [path, facts] : search.facts.files) {
    if (search.files.find_file(path) == nullptr || !has_fitting_name(path.name(), wanted, vendors)) continue;
    const bool loads = why_unfit(*facts, search.function.runtime, search.function.architecture).empty() &&
                       std::ranges::all_of(facts->needed, search.is_there);
    const bool serves = loads && std::ranges::all_of(needs.files, [&](const BundlePath& file) {
                          return defines_versions(*facts, *search.facts.find(file), needs.library) &&
                                 defines_symbols(*facts, file, graph, needs.library);
                        });
    auto version = elf::parse_version_number(elf::parse_library_name(path.name(), vendors).version);
    if (!serves || (best && version <= highest)) continue;
    best = path;
    highest = std::move(version);
  }
  return best;
}

}  // namespace lbundle
