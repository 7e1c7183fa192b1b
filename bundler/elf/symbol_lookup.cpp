#include "elf/symbol_lookup.hpp"

namespace lbundle::elf {

const SymbolLookup::Index& SymbolLookup::index_of(const ElfFacts& object) const {
  const auto [place, is_new] = indices_.try_emplace(&object);
  if (is_new) {
    place->second.reserve(object.exports.size());
    for (const ElfSymbol& symbol : object.exports) place->second.emplace(symbol.name, &symbol);
  }
  return place->second;
}

const ElfSymbol* SymbolLookup::find_in(const ElfFacts& object, const ElfSymbol& wanted) const {
  const auto [first, last] = index_of(object).equal_range(wanted.name);
  for (auto at = first; at != last; ++at) {
    const ElfSymbol& symbol = *at->second;
    const bool accepted = wanted.version.empty() ? !symbol.hidden_version
                                                 : symbol.version == wanted.version ||
                                                       (symbol.version.empty() && !symbol.hidden_version);
    if (accepted) return &symbol;
  }
  return nullptr;
}

std::optional<Definition> SymbolLookup::find(const std::vector<LoadedObject>& scope,
                                             const ElfSymbol& wanted) const {
  for (std::size_t i = 0; i < scope.size(); ++i) {
    if (scope[i].facts == nullptr) {
      if (!wanted.version_file.empty() && scope[i].name == wanted.version_file) return Definition{i, nullptr};
    } else if (const ElfSymbol* symbol = find_in(*scope[i].facts, wanted)) {
      return Definition{i, symbol};
    }
  }
  return std::nullopt;
}

bool SymbolLookup::exports(const ElfFacts& object, std::string_view name) const {
  return index_of(object).contains(name);
}

}  // namespace lbundle::elf
