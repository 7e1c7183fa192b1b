#include "model/module_forms.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace lbundle {

std::optional<BundlePath> source_of_bytecode(const BundlePath& bytecode) {
  if (bytecode.extension() != ".pyc" || bytecode.parent().name() != "__pycache__") return std::nullopt;
  auto stem = bytecode.name();
  const auto drop_ending = [&stem] { stem = stem.substr(0, stem.rfind('.')); };
  drop_ending();
  if (const auto dot = stem.rfind('.');
      dot != std::string_view::npos && stem.substr(dot).starts_with(".opt-"))
    drop_ending();
  if (stem.rfind('.') == std::string_view::npos) return std::nullopt;
  drop_ending();
  if (stem.empty()) return std::nullopt;
  return bytecode.parent().parent() / (std::string(stem) + ".py");
}

std::optional<BundlePath> source_of_module(const BundlePath& path) {
  if (auto source = source_of_bytecode(path)) return source;
  if (path.extension() != ".pyc") return std::nullopt;
  const auto& bytes = path.bytes();
  return BundlePath::parse(std::string_view(bytes).substr(0, bytes.size() - 1));
}

std::vector<BundlePath> forms_of_module(const FileSet& files, const BundlePath& path) {
  std::vector<BundlePath> forms;
  const auto add = [&](const BundlePath& form) {
    if (files.contains(form)) forms.push_back(form);
  };
  const auto source = path.extension() == ".py" ? path : source_of_module(path);
  if (!source) {
    add(path);
    return forms;
  }
  add(*source);
  add(BundlePath(source->bytes() + "c"));
  const auto stem = source->name().substr(0, source->name().size() - 2);  // with its dot
  if (stem.find_first_not_of('.') == std::string_view::npos) return forms;
  const auto cached = source->parent() / "__pycache__" / stem;
  for (const auto& [each, node] : files.beginning_with(cached))
    if (source_of_bytecode(each) == source) forms.push_back(each);
  std::ranges::sort(forms);
  return forms;
}

}  // namespace lbundle
