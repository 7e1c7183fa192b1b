#include "native/sharing_symbols.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "model/text.hpp"

namespace lbundle {

using elf::ElfFacts;
using elf::ElfSymbol;

namespace {

// Operator new and delete as a compiler's runtime defines them. They are weak in libstdc++. gcc-toolset
// copies them into each library if an old libstdc++ lacks them (the sized delete, which then calls the plain
// one). All of them use the same malloc. A library that defines the plain ones is an allocator of its own,
// and its definitions do matter.
bool is_common_allocation(const ElfFacts& definer, const ElfSymbol& symbol, const elf::SymbolLookup& lookup) {
  static constexpr std::array names = {"_Znw", "_Zna", "_Zdl", "_Zda"};
  const bool is_allocation = std::any_of(names.begin(), names.end(),
                                         [&](const char* name) { return symbol.name.starts_with(name); });
  return is_allocation && (symbol.bind == elf::SymbolBind::weak || !lookup.exports(definer, "_ZdlPv"));
}

}  // namespace

std::string described(const ElfSymbol& symbol) {
  return symbol.version.empty() ? std::string(symbol.name) : format("{}@{}", symbol.name, symbol.version);
}

bool is_cxx(const ElfSymbol& symbol) {
  return symbol.name.starts_with("_Z");
}

bool is_common_cxx(const ElfSymbol& symbol) {
  // Itanium C++ ABI, "Mangling": what may come before the first name, and the names that mean namespace std.
  static constexpr std::array before = {"TI", "TS", "TV", "TT", "GV", "GR", "GTt", "GTn", "Z", "N", "K", "L"};
  static constexpr std::array common = {"St", "Ss", "Sa", "Sb", "9__gnu_cxx", "10__cxxabiv1"};
  if (!is_cxx(symbol)) return false;
  std::string_view rest = symbol.name.substr(2);
  const auto begins = [&](const char* text) { return rest.starts_with(text); };
  while (!rest.empty()) {
    if (std::any_of(common.begin(), common.end(), begins)) return true;
    const auto* const skipped = std::find_if(before.begin(), before.end(), begins);
    if (skipped == before.end()) return false;
    rest.remove_prefix(std::string_view(*skipped).size());
  }
  return false;
}

bool is_any_as_good(const ElfSymbol& wanted, const ProcessImages::Scope& scope,
                    const std::optional<elf::Definition>& taken, const elf::SymbolLookup& lookup) {
  if (is_common_cxx(wanted)) return true;
  return taken && taken->symbol != nullptr &&
         is_common_allocation(*scope[taken->object].facts, *taken->symbol, lookup);
}

std::string renaming_prefix(const ElfFacts& replaced, const ElfFacts& replacement,
                            const elf::SymbolLookup& lookup) {
  std::map<std::string, std::size_t> votes;
  std::size_t names = 0;
  for (const ElfSymbol& symbol : replaced.exports) {
    if (is_cxx(symbol)) continue;
    ++names;
    for (std::size_t at = symbol.name.find('_'); at != std::string_view::npos;
         at = symbol.name.find('_', at + 1)) {
      if (lookup.exports(replacement, symbol.name.substr(at + 1)))
        ++votes[std::string(symbol.name.substr(0, at + 1))];
    }
  }
  for (const auto& [prefix, count] : votes) {
    if (count >= 3 && count * 2 >= names) return prefix;
  }
  return {};
}

}  // namespace lbundle
