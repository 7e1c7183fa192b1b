// Recipes of system libraries, as written in rules/system-libraries/*.toml: a library's name, the packages
// that have it, how to compile it. The grammar is in rules/README.md.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "project/runtime.hpp"

namespace lbundle {

// The places where a copy of a library may come from, in the order in which staging tries them: a stub, which
// is a library without code, if that is enough; the packages of the build image's system; this machine; the
// archive of this machine's packages; a build.
enum class LibraryOrigin { stub, image, machine, archive, build };
const char* to_text(LibraryOrigin origin);

// How to compile a library: one call of a C compiler that makes one shared library.
struct LibraryBuild {
  std::string version;
  std::vector<std::string> archives;  // paths below a Debian archive ("pool/…"), or URLs, of the same bytes
  std::string sha256;                 // of the archive, hexadecimal
  std::string library;                // the SONAME that it makes
  std::vector<std::string> sources;   // files below the archive's only folder
  std::vector<std::string> flags;     // of the compiler, in order; paths are relative to that folder
  std::vector<std::string> licences;  // files below that folder
  std::map<std::string, std::string> written;  // files that configure would write, with their content
  // The text of a Python file whose function `main` makes data from the library as it was built for this
  // machine. `main` gets a list: the library, the folder of the sources, the folder to write to. Empty if
  // there is no data.
  std::string data_program;
  std::vector<std::string> data;  // the files that it makes, by path in the bundle
};

// A distribution that opens the library by name, without a DT_NEEDED for it.
struct LibraryOpener {
  std::string distribution;            // normalised name
  std::vector<std::string> libraries;  // the SONAMEs that it opens
  std::vector<std::string> unless;     // with one of these distributions it does not open them
  std::string reason;                  // when or how it opens them
  std::string instead;                 // what to do, if a copy in lib/ would not be found; else empty
};

struct SystemLibrary {
  std::string name;                                     // of the recipe: "expat"
  std::vector<std::string> libraries;                   // the SONAMEs that it gives
  std::map<std::string, std::vector<std::string>> rpm;  // packages by system: "Amazon Linux 2" -> "expat"
  std::vector<std::string> debian;                      // Debian's packages
  std::vector<LibraryOrigin> from;                      // the origins to try, in order
  std::map<std::string, std::string> data;  // by path in the bundle: the file of a package ("usr/share/…")
  std::vector<LibraryOpener> openers;
  std::string advice;  // what the function must bring beside the library; empty if nothing
  // For packages that are compiled against the library: its headers, the packages of each system that have
  // them, and distributions that have no wheel.
  std::vector<std::string> headers;
  std::map<std::string, std::vector<std::string>> devel;
  std::vector<std::string> compiled_by;
  std::vector<LibraryBuild> builds;  // the first whose archive can be fetched is used
  // Names that the library defines; "gl*" is all names that begin with "gl". If nothing in the tree imports
  // any of them, a library without code is enough. Empty if it never is.
  std::vector<std::string> stub_symbols;

  bool gives(std::string_view soname) const;
};

// All known recipes, by name. Throws BrokenAssumption if our own files are wrong.
const std::vector<SystemLibrary>& known_system_libraries();
// The recipe of that name, or the recipe that gives that SONAME; null if there is none.
const SystemLibrary* find_system_library(std::string_view name);
const SystemLibrary* system_library_giving(std::string_view soname);

// The texts of all recipes and of rules/tools.toml, for cache keys: any change in them may change a copy.
std::string text_of_system_library_rules();

// The packages of the runtime's system that have the library, joined by spaces. Empty if none is known.
std::string rpm_packages_text(const SystemLibrary& library, const Runtime& runtime);
// The command that installs these packages in an image of that system: "dnf install -y expat". Empty if none
// is known.
std::string install_command(const SystemLibrary& library, const Runtime& runtime);

// The recipe of a library that the distribution is compiled against: by its normalised name, or by a header
// that `log`, a compiler's, says is not found. Null if there is none.
const SystemLibrary* system_library_to_compile(std::string_view distribution, std::string_view log);

// How to add a library that the runtime lacks: by its recipe if there is one, or by hand. Names the package
// of the runtime's system if it is known.
std::string way_to_library(const std::string& soname, const Runtime& runtime);

// Reads one file of rules/system-libraries. The recipe's name is the file's name without folder and
// extension. Throws Error with the place of a mistake.
SystemLibrary parse_system_library(const std::string& file, const std::string& text);

}  // namespace lbundle
