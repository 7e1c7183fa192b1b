// Which object of a process image defines a symbol that another wants: glibc's lookup, over facts.
#pragma once

#include <unordered_map>
#include <vector>

#include "elf/library_graph.hpp"

namespace lbundle::elf {

// A definition, by the object's index in its scope; `symbol` is null where the object lies outside the tree,
// of which nothing is known but that it defines the versions that are required of it by name.
struct Definition {
  std::size_t object = 0;
  const ElfSymbol* symbol = nullptr;
};

class SymbolLookup {
 public:
  // The definition of `wanted` in `object` itself, or null. A version asked for must be the same, or the
  // definition have none; where none is asked for, the default version counts. Source: check_match in glibc's
  // elf/dl-lookup.c.
  const ElfSymbol* find_in(const ElfFacts& object, const ElfSymbol& wanted) const;

  // The first in the order of `scope`; nothing where none is found.
  std::optional<Definition> find(const std::vector<LoadedObject>& scope, const ElfSymbol& wanted) const;

  // Whether `object` exports the name, in any version.
  bool exports(const ElfFacts& object, std::string_view name) const;

 private:
  using Index = std::unordered_multimap<std::string_view, const ElfSymbol*>;
  const Index& index_of(const ElfFacts& object) const;

  // Made when first asked for; facts do not move while a lookup lives.
  mutable std::unordered_map<const ElfFacts*, Index> indices_;
};

}  // namespace lbundle::elf
