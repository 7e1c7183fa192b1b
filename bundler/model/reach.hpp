// What kept files could load on another day, by their own text: the part of prune that each language has its
// own of.
#pragma once

#include <string>
#include <vector>

#include "model/bundle_path.hpp"
#include "model/finding.hpp"

namespace lbundle {

struct Reached {
  BundlePath path;
  std::string how;    // "imported by a/b.py:12", "named in a/b.py"
  bool firm = false;  // it happens as soon as the importing module is imported; otherwise code may come to it
  BundlePath via;     // the file whose text led here
};

// A constant that is handed to a function.
struct NamedCall {
  std::string function;  // the last part of its name
  std::string name;      // the constant
};

class Reach {
 public:
  Reach() = default;
  Reach(const Reach&) = delete;
  Reach& operator=(const Reach&) = delete;
  virtual ~Reach() = default;

  // What the files of `kept` can load, found from their own text and from what earlier calls brought. Hand in
  // each file once, in any order and any number of calls. Files may stand in the answer more than once, and
  // may be kept already. Throws Error where a file cannot be read.
  virtual std::vector<Reached> reach_from(const std::vector<BundlePath>& kept) = 0;

  // The constants that a file handed to `reach_from` hands to functions in turn; empty for what is no source.
  virtual const std::vector<NamedCall>& calls_of(const BundlePath& path) const = 0;

  // Whether such a file uses what is imported as `name` ("PIL.Image.open"), or has `name` as a constant.
  virtual bool mentions(const BundlePath& path, const std::string& name) const = 0;

  // What the user should know of files that could not be read as they should be.
  virtual Findings findings() const { return {}; }
};

}  // namespace lbundle
