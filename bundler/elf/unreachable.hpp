// Finds the code of a shared library that nothing can call if only some of its names are ever looked up.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "elf/relayout.hpp"

namespace lbundle::elf {

struct Wanted {
  std::set<std::string, std::less<>> names;  // exported functions that other code may look up
  // Exported objects whose name shall mean another object of the same size. Example: a table of functions
  // that is never to be chosen, and the table that is used instead.
  std::map<std::string, std::string> stands_for;
};

struct Unreachable {
  Bytes file;                        // with the symbols that `stands_for` gives; empty if `ranges` is
  std::vector<AddressRange> ranges;  // of code, in order
  std::string reason;                // why there are none
};

// Finds the code to which no path leads: not from the wanted names, not from the initialisers, and not from
// any pointer in the library's data. Only for x86-64, and only if section headers separate code from data.
// Never throws because of what is in the file.
Unreachable find_unreachable(ByteView file, const Wanted& wanted);

}  // namespace lbundle::elf
