// Finds the object of a process image that defines a symbol another object needs. Works as glibc's lookup, on
// facts.
#pragma once

#include <unordered_map>
#include <vector>

#include "elf/library_graph.hpp"

namespace lbundle::elf {

// A definition. `object` is the index of the object in its scope. `symbol` is null if the object is outside
// the tree: of such an object we only assume that it defines the versions that are demanded of it by name.
struct Definition {
  std::size_t object = 0;
  const ElfSymbol* symbol = nullptr;
};

class SymbolLookup {
 public:
  // The definition of `wanted` in `object` itself, or null. If `wanted` has a version, the definition must
  // have the same version or none. If `wanted` has no version, the default version counts. Source:
  // check_match in glibc's elf/dl-lookup.c.
  const ElfSymbol* find_in(const ElfFacts& object, const ElfSymbol& wanted) const;

  // The first definition in the order of `scope`; nothing if no object has one.
  std::optional<Definition> find(const std::vector<LoadedObject>& scope, const ElfSymbol& wanted) const;

  // True if `object` exports the name, in any version.
  bool exports(const ElfFacts& object, std::string_view name) const;

 private:
  using Index = std::unordered_multimap<std::string_view, const ElfSymbol*>;
  const Index& index_of(const ElfFacts& object) const;

  // An index is made at the first lookup in an object. Facts must not move while a lookup exists.
  mutable std::unordered_map<const ElfFacts*, Index> indices_;
};

}  // namespace lbundle::elf
