#include "python_reach/sought_modules.hpp"

#include <algorithm>

namespace lbundle {

namespace {

constexpr std::size_t key_length = 4;

}  // namespace

SoughtModules::SoughtModules(const ModuleIndex& index) {
  std::set<std::string_view> sought;
  for (auto name : index.names()) {
    // A namespace package has no file, but code names it.
    for (auto whole = name;; whole = whole.substr(0, whole.rfind('.'))) {
      for (auto part = whole;; part.remove_prefix(part.find('.') + 1)) {
        sought.insert(part);
        if (part.find('.') == std::string_view::npos) break;
      }
      if (whole.find('.') == std::string_view::npos) break;
    }
  }
  for (const auto name : sought) by_begin_[std::string(name.substr(0, key_length))].emplace_back(name);
}

SoughtModules::Found SoughtModules::found_in(const NativeNames& names) const {
  Found found;
  for (const auto& text : names.whole) find_in_text(text, found);
  for (const auto& run : names.runs) find_in_run(run, found);
  return found;
}

// Calls `see` with each sought name that `text` begins with.
template <typename See>
void SoughtModules::for_each_at(std::string_view text, const See& see) const {
  for (std::size_t length = 1; length <= std::min(key_length, text.size()); ++length) {
    const auto known = by_begin_.find(text.substr(0, length));
    if (known == by_begin_.end()) continue;
    for (const auto& name : known->second)
      if ((length == key_length || name.size() == length) && text.starts_with(name)) see(name);
  }
}

// "a.b:attribute" is how entry points name an object in a module, ".b" is a name from the own package.
void SoughtModules::find_in_text(std::string_view text, Found& found) const {
  text = text.substr(0, text.find(':'));
  text.remove_prefix(std::min(text.find_first_not_of('.'), text.size()));
  for_each_at(text, [&](const std::string& name) {
    if (name.size() == text.size())
      found.names.insert(name);
    else if (text[name.size()] == '.')
      found.prefixes.insert(name);
  });
}

// A name with a dot is hardly part of another text by chance, so only its begin has to be right. A name of
// one part must end where a text ends.
void SoughtModules::find_in_run(const NativeNames::Run& run, Found& found) const {
  const std::string_view text = run.text;
  if (run.marks.empty()) {
    for (std::size_t at = 0; at < text.size(); ++at)
      for_each_at(text.substr(at), [&](const std::string& name) { found.names.insert(name); });
    return;
  }
  for (const auto mark : run.marks)
    for_each_at(text.substr(mark), [&](const std::string& name) {
      if (name.find('.') != std::string::npos ||
          std::ranges::binary_search(run.marks, static_cast<std::uint32_t>(mark + name.size())))
        found.names.insert(name);
    });
}

}  // namespace lbundle
