// What a JavaScript source can load, as far as its text shows.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/reach.hpp"

namespace lbundle {

// In a computed text, these characters stand for what is only known at run time. scripts/js_values.mjs has
// the same ones.
inline constexpr char js_hole = '\1';    // any text
inline constexpr char js_folder = '\2';  // the module's own folder: __dirname
inline constexpr char js_file = '\3';    // the module's own file: __filename, import.meta.url
inline constexpr char js_arch = '\4';    // Node.js's name of the processor: process.arch, os.arch()

struct JsFacts {
  enum class Kind { required, imported };
  struct Load {
    std::string name;  // as written: "./x", "lodash/get", "#internal", "node:fs"; with holes if computed
    Kind kind = Kind::required;
    int line = 0;       // 0 if the source was only searched as plain text
    bool firm = false;  // it happens whenever the module is loaded
  };
  struct Place {
    std::string path;  // begins with js_folder or "/var/task/"; may have holes
    int line = 0;
  };

  std::vector<Load> loads;
  std::vector<Place> places;          // files and folders beside the module
  std::vector<std::string> mentions;  // constants that could name a module or a file; with holes if computed
  std::vector<std::string>
      words;  // mentions that are only loaded here, names of events, or keys of a Map; sorted
  std::vector<NamedCall> calls;
  // Ends of paths whose beginning is not known: "/lib/x.js". `loaded_tails` are ends of what is loaded.
  std::vector<std::string> tails, loaded_tails;
  bool computed = false;  // it loads something by a name whose beginning is not constant
  std::string unparsed;   // why the parser could not read the source; empty if it could
  bool beyond = false;    // it did not parse, but Node.js may run it, so it may load anything of its package
  bool unread = false;    // there was no parser; otherwise as `beyond`
};

// The facts with the name of the processor ("x64", "arm64") in place of `js_arch`.
JsFacts for_processor(JsFacts facts, const std::string& processor);

// The facts that scripts/read_facts.mjs printed as one line of JSON. The line of a source that did not parse
// gives facts with `unparsed` and `beyond` alone. Nothing if the line is not in that form.
std::optional<JsFacts> parse_js_facts(std::string_view line);

// Searches the plain text of a source that no parser read. Each text after `require(`, `import` or `from`
// counts as a load, and each text in quotes as a mention. `why` goes into `unparsed`, and `computed` is true.
// Never throws.
JsFacts search_js_text(std::string_view source, std::string why);

}  // namespace lbundle
