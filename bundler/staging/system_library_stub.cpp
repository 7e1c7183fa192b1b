#include "staging/system_library_stub.hpp"

#include <algorithm>

#include "install/library_build.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "project/library_rules.hpp"

namespace lbundle {

namespace {

// True if `symbol` belongs to `library`. A symbol with a version belongs to the library that has this
// version: glob@GLIBC_2.27 is not a function of libGL.
bool is_of(const SystemLibrary& library, const elf::ElfSymbol& symbol) {
  if (!symbol.version_file.empty() && !library.gives(symbol.version_file)) return false;
  return is_one_of(library.stub_symbols, symbol.name);
}

}  // namespace

LibraryAnswer library_of_stub(const SystemLibrary& library, const elf::TreeFacts& tree,
                              const Function& function, const Store& store) {
  LibraryAnswer answer;
  for (const auto& [path, facts] : tree.files) {
    const bool needs_it =
        std::ranges::any_of(facts->needed, [&](const auto& needed) { return library.gives(needed); });
    if (!needs_it) continue;
    for (const auto& symbol : facts->imports) {
      if (symbol.bind == elf::SymbolBind::weak || !is_of(library, symbol)) continue;
      answer.why_not = format("{} imports {} from it", path.bytes(), symbol.name);
      return answer;
    }
  }
  try {
    LibraryCopy copy;
    for (const auto& soname : library.libraries)
      copy.libraries[soname] = {stub_library(soname, function, store)};
    copy.origin = "a library without code that was made here, because nothing in the tree calls the real one";
    answer.copy = std::move(copy);
  } catch (const Error& error) {
    answer.why_not = error.what();
    answer.may_change = true;
  }
  return answer;
}

}  // namespace lbundle
