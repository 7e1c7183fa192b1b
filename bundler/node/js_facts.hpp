// What a JavaScript source can load, according to its text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/reach.hpp"

namespace lbundle {

// Computed texts contain these characters in place of what only the run knows. scripts/js_values.mjs has the
// same ones.
inline constexpr char js_hole = '\1';    // any text
inline constexpr char js_folder = '\2';  // the module's own folder: __dirname
inline constexpr char js_file = '\3';    // the module's own file: __filename, import.meta.url

struct JsFacts {
  enum class Kind { required, imported };
  struct Load {
    std::string name;  // as written: "./x", "lodash/get", "#internal", "node:fs"; with holes where computed
    Kind kind = Kind::required;
    int line = 0;       // 0: only the plain text was read
    bool firm = false;  // it happens whenever the module is loaded
  };
  struct Place {
    std::string path;  // begins with js_folder; may have holes
    int line = 0;
  };

  std::vector<Load> loads;
  std::vector<Place> places;          // files and folders beside the module
  std::vector<std::string> mentions;  // constants that could name a module or a file
  std::vector<NamedCall> calls;
  bool computed = false;  // loads something of which no part is constant
  std::string unparsed;   // why the parser could not read the source; empty if it could
  bool unread = false;    // no parser was there: the source may load anything of its package
};

// The facts that scripts/read_facts.mjs printed as one line of JSON. The line of a source that did not parse
// gives facts with `unparsed` alone. Throws BrokenAssumption if the line is not in that form.
JsFacts parse_js_facts(std::string_view line);

// What looks like a fact in the plain text of a source that no parser read: each text after `require(`,
// `import` or `from` is a load, and each text in quotes is a mention. `why` goes into `unparsed`. It counts
// as computed. Never throws.
JsFacts search_js_text(std::string_view source, std::string why);

}  // namespace lbundle
