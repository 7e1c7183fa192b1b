// What a JavaScript source can load, told by its text alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/reach.hpp"

namespace lbundle {

// Computed texts are written with these in the place of what is known at run time alone.
inline constexpr char js_hole = '\1';    // any text
inline constexpr char js_folder = '\2';  // the module's own folder: __dirname
inline constexpr char js_file = '\3';    // the module's own file: __filename, import.meta.url

struct JsFacts {
  enum class Kind { required, imported };
  struct Load {
    std::string name;  // as written: "./x", "lodash/get", "#internal", "node:fs"; with holes where computed
    Kind kind = Kind::required;
    int line = 0;
    bool firm = false;  // on the module's first level: it happens when the module is loaded
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
};

// Reads `source` as a CommonJS or ES module. Where its words do not come out even, what looks like a require
// or an import in its plain text counts as well. Never throws.
JsFacts read_js_facts(std::string_view source);

}  // namespace lbundle
