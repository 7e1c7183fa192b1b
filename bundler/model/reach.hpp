// What kept files could load when the function runs with other input, found from their text. This is the part
// of prune that each language implements for itself.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/bundle_path.hpp"
#include "model/file_set.hpp"
#include "model/finding.hpp"

namespace lbundle {

struct Reached {
  BundlePath path;
  std::string how;    // "imported by a/b.py:12", "named in a/b.py"
  bool firm = false;  // loaded as soon as the importing module is; otherwise only if some code runs
  BundlePath via;     // the file whose text led here
  // The file or folder that code names by a constant, as it leads to `path`. A rule about all packages does
  // not drop what code names. The root if there is no such name.
  BundlePath named = {};
};

// The text of an argument that only the run knows.
inline constexpr std::string_view unknown_name = "\1";

// A text that is passed to a function.
struct NamedCall {
  std::string function;  // the last part of its name
  std::string name;      // a constant; `unknown_name` only for calls by the function's own Python
  // If `name` is the second argument: the constant that is the first, or `unknown_name`.
  std::string after = {};
};

// A load by a constant name that does not lead where it leads in the staged tree.
struct BrokenLoad {
  BundlePath from;
  std::string name;
  int line = 0;
  BundlePath staged;  // the file that it leads to in the staged tree
};

class Reach {
 public:
  Reach() = default;
  Reach(const Reach&) = delete;
  Reach& operator=(const Reach&) = delete;
  virtual ~Reach() = default;

  // The files that the files of `kept` can load, found from their text and from the files of earlier calls.
  // Pass each file once, in any order and in any number of calls. The result may name a file more than once,
  // and may name files that are kept already. Throws Error if a file cannot be read.
  virtual std::vector<Reached> reach_from(const std::vector<BundlePath>& kept) = 0;

  // The names that `path` passes to functions. `path` was passed to `reach_from` before. Empty if it
  // is not source code.
  virtual const std::vector<NamedCall>& calls_of(const BundlePath& path) const = 0;

  // True if `path`, which was passed to `reach_from` before, uses what is imported as `name`
  // ("PIL.Image.open"), or has `name` as a constant.
  virtual bool mentions(const BundlePath& path, const std::string& name) const = 0;

  // The sources that kept code can open or look for as files, so that their bytecode alone is not enough.
  virtual const std::set<BundlePath>& opened_sources() const {
    static const std::set<BundlePath> none;
    return none;
  }

  // The file that is loaded for `name` by code in `from`; nothing if there is none.
  virtual std::optional<BundlePath> module_for(const std::string& name, const BundlePath& from) const {
    static_cast<void>(name);
    static_cast<void>(from);
    return std::nullopt;
  }

  // The loads by constant names, of all files that were passed to `reach_from`, that lead to another file in
  // `bundle` than in the staged tree, or to none.
  virtual std::vector<BrokenLoad> broken_in(const FileSet& bundle) const {
    static_cast<void>(bundle);
    return {};
  }

  // What the user should know of files that could not be read as they should be.
  virtual Findings findings() const { return {}; }
};

}  // namespace lbundle
