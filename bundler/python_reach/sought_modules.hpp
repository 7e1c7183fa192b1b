// The names under which native code may ask for the modules of a tree, and a search for them.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "python_reach/module_index.hpp"
#include "python_reach/native_names.hpp"

namespace lbundle {

class SoughtModules {
 public:
  // Seeks each module and package of `index` by its whole name and by each part of it that ends it: "a.b.c",
  // "b.c" and "c". Compiled code has the name without its package where it imports from the package.
  explicit SoughtModules(const ModuleIndex& index);

  struct Found {
    std::set<std::string> names;     // of those sought
    std::set<std::string> prefixes;  // sought names before a dot: "a.b" for the text "a.b.attribute"
  };
  Found found_in(const NativeNames& names) const;

 private:
  void find_in_text(std::string_view text, Found& found) const;
  void find_in_run(const NativeNames::Run& run, Found& found) const;
  template <typename See>
  void for_each_at(std::string_view text, const See& see) const;

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  // By the first four characters, or by fewer if the name has fewer.
  std::unordered_map<std::string, std::vector<std::string>, Hash, std::equal_to<>> by_begin_;
};

}  // namespace lbundle
