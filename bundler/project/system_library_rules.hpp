// Recipes of system libraries, as rules/system-libraries/*.toml write them: what a library is called, which
// packages have it, how it is compiled. The grammar is in rules/README.md.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "project/runtime.hpp"

namespace lbundle {

// Where a copy of a library may come from, in the order in which staging asks: a library of no code, where
// that is enough; the packages of the build image's system; this machine; its archive of packages; a build.
enum class LibraryOrigin { stub, image, machine, archive, build };
const char* to_text(LibraryOrigin origin);

// How it is compiled: one call of a C compiler that makes one shared library.
struct LibraryBuild {
  std::string version;
  std::vector<std::string> archives;  // paths below a Debian archive ("pool/…"), or URLs, of the same bytes
  std::string sha256;                 // of the archive, hexadecimal
  std::string library;                // the SONAME that it makes
  std::vector<std::string> sources;   // files below the archive's only folder
  std::vector<std::string> flags;     // of the compiler, in order; paths are relative to that folder
  std::vector<std::string> licences;  // files below that folder
  std::map<std::string, std::string> written;  // files that configure would write, with their text
  // The text of a Python file whose function `main` makes data from the library as it was built for this
  // machine. `main` gets a list: the library, the sources' folder, the folder to write to. Empty where there
  // is no data.
  std::string data_program;
  std::vector<std::string> data;  // the files that it makes, by path in the bundle
};

// A distribution that opens the library by name, which no DT_NEEDED says.
struct LibraryOpener {
  std::string distribution;            // normalised name
  std::vector<std::string> libraries;  // the SONAMEs that it opens
};

struct SystemLibrary {
  std::string name;                                     // of the recipe: "expat"
  std::vector<std::string> libraries;                   // the SONAMEs that it gives
  std::map<std::string, std::vector<std::string>> rpm;  // packages by system: "Amazon Linux 2" -> "expat"
  std::vector<std::string> debian;                      // Debian's packages
  std::vector<LibraryOrigin> from;                      // the origins that are asked, in order
  std::map<std::string, std::string> data;  // by path in the bundle: the file of a package ("usr/share/…")
  std::vector<LibraryOpener> openers;
  std::vector<LibraryBuild> builds;  // the first whose archive can be had counts
  // Names that the library defines, "gl*" for all that begin so. Where nothing in the tree imports one of
  // them, a library of no code does in its place. Empty where it never does.
  std::vector<std::string> stub_symbols;

  bool gives(std::string_view soname) const;
};

// All that are known, by name. Throws BrokenAssumption if our own files are wrong.
const std::vector<SystemLibrary>& known_system_libraries();
// Null where there is none of that name, or none that gives that SONAME.
const SystemLibrary* find_system_library(std::string_view name);
const SystemLibrary* system_library_giving(std::string_view soname);

// The texts of all recipes and of rules/tools.toml, for keys: whatever changes in them may change a copy.
std::string text_of_system_library_rules();

// The packages of the runtime's system that have it, joined by spaces; empty where none is known.
std::string rpm_packages_text(const SystemLibrary& library, const Runtime& runtime);
// The command that installs them in an image of that system: "dnf install -y expat".
std::string install_command(const SystemLibrary& library, const Runtime& runtime);

// What brings a library that the runtime lacks: the recipe where there is one, the package of the runtime's
// system where it is known, and the user's own hands.
std::string way_to_library(const std::string& soname, const Runtime& runtime);

// One file of rules/system-libraries; the recipe's name is the file's without its folder and ending. Throws
// Error with the place of a mistake.
SystemLibrary parse_system_library(const std::string& file, const std::string& text);

}  // namespace lbundle
