#include "abi/abi_names.hpp"

#include <algorithm>
#include <array>

#include "model/text.hpp"

namespace lbundle {

bool is_library_name(std::string_view name) {
  return name.ends_with(".so") || name.find(".so.") != std::string_view::npos || name.ends_with(".node");
}

std::optional<std::string_view> module_tag(std::string_view name) {
  if (!name.ends_with(".so")) return std::nullopt;
  name.remove_suffix(3);
  const auto dot = name.find('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
}

std::string expected_module_tag(const Runtime& runtime, Architecture architecture) {
  std::string digits = runtime.version;
  std::erase(digits, '.');
  return format("cpython-{}-{}-linux-gnu", digits,
                architecture == Architecture::arm64 ? "aarch64" : "x86_64");
}

bool is_tag_of_another(std::string_view tag, const std::string& expected) {
  static constexpr std::array<std::string_view, 4> interpreters{"cpython-", "pypy", "graalpy", "cp3"};
  return tag != expected &&
         std::ranges::any_of(interpreters, [&](std::string_view name) { return tag.starts_with(name); });
}

bool has_other_form(const FileSet& files, const BundlePath& path, const std::string& expected,
                    const std::set<BundlePath>& unfit) {
  const auto name = path.name();
  const std::string stem(name.substr(0, name.find('.')));
  const std::array<std::string, 7> forms{".py",      ".pyc", "/__init__.py",        "/__init__.pyc",
                                         ".abi3.so", ".so",  "." + expected + ".so"};
  return std::ranges::any_of(forms, [&](const std::string& form) {
    const BundlePath other = path.parent() / (stem + form);
    return other != path && files.contains(other) && !unfit.contains(other);
  });
}

}  // namespace lbundle
