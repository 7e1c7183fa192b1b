// The code of a shared library that nothing can call, if only some of its names are ever asked for.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "elf/relayout.hpp"

namespace lbundle::elf {

struct Wanted {
  std::set<std::string, std::less<>> names;  // of exported functions that someone may look up
  // Exported objects whose name is to mean another of the same size: a table of functions that is never to be
  // chosen, and the one that is taken instead.
  std::map<std::string, std::string> stands_for;
};

struct Unreachable {
  Bytes file;  // the library with its dynamic symbols as `stands_for` says, otherwise as it was
  std::vector<AddressRange> ranges;  // of code, in order
  std::string reason;                // why there are none
};

// What of the library's code no path leads to: neither from the wanted names, nor from its initialisers, nor
// from any pointer in its data. Only for x86-64, and only where section headers tell code from data. Never
// throws for what is in the file.
Unreachable find_unreachable(ByteView file, const Wanted& wanted);

}  // namespace lbundle::elf
