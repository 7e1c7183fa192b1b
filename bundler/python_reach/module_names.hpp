// Takes dotted names of modules apart, and joins them.
#pragma once

#include <string>

namespace lbundle {

// "a.b" for "a.b.c"; empty if there is no dot.
inline std::string parent_of(const std::string& name) {
  const auto dot = name.rfind('.');
  return dot == std::string::npos ? "" : name.substr(0, dot);
}

// "a.b" for "a" and "b"; the name alone if the package is empty.
inline std::string child_of(const std::string& package, const std::string& name) {
  if (package.empty()) return name;
  auto child = package;
  child += '.';
  child += name;
  return child;
}

// "c" for "a.b.c".
inline std::string last_part(const std::string& name) {
  return name.substr(name.rfind('.') + 1);
}

}  // namespace lbundle
