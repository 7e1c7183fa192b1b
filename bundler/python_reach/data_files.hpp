// Which files of a tree are data, as opposed to what Python imports.
#pragma once

#include "model/bundle_path.hpp"

namespace lbundle {

// A source, its bytecode, or a stub for type checkers.
inline bool is_python_source(const BundlePath& path) {
  const auto ending = path.extension();
  return ending == ".py" || ending == ".pyc" || ending == ".pyi";
}

// False for sources and for extension modules that only imports load. A plain ".so" may be a library too.
inline bool is_data(const BundlePath& path) {
  const auto name = path.name();
  const bool is_extension = path.extension() == ".so" && (name.find(".cpython-") != std::string_view::npos ||
                                                          name.find(".abi3.") != std::string_view::npos);
  return !is_extension && !is_python_source(path);
}

}  // namespace lbundle
