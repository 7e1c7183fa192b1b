#include "elf/sonames.hpp"

#include <algorithm>

#include "model/glob.hpp"

namespace lbundle::elf {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f');
}

// The position of the ".so" that ends the name or has "." behind it. The one in "libfoo.sock" does not count.
std::size_t find_ending(std::string_view name) {
  for (std::size_t at = name.find(".so"); at != std::string_view::npos; at = name.find(".so", at + 1)) {
    const std::string_view rest = name.substr(at + 3);
    if (rest.empty() || rest.front() == '.') return at;
  }
  return std::string_view::npos;
}

// Removes "-SUFFIX" from the end of `stem` and returns it, if `accepts` allows it. Otherwise returns an empty
// text.
template <typename Accepts>
std::string cut_suffix(std::string& stem, const Accepts& accepts) {
  const std::size_t dash = stem.rfind('-');
  if (dash == std::string::npos || dash == 0) return {};
  std::string suffix = stem.substr(dash + 1);
  if (!accepts(suffix)) return {};
  stem.resize(dash);
  return suffix;
}

bool is_hash(const std::string& text) {
  // Eight digits without a letter may be a hash, or a date or version. It does no harm to remove these too.
  return text.size() == 8 && std::all_of(text.begin(), text.end(), is_lower_hex);
}

}  // namespace

LibraryName parse_library_name(std::string_view name, const std::set<std::string>& vendors) {
  LibraryName parsed;
  const std::size_t ending = find_ending(name);
  if (ending == std::string_view::npos || ending == 0) return parsed;
  parsed.stem = name.substr(0, ending);
  const std::string_view rest = name.substr(ending + 3);
  if (!rest.empty()) parsed.version = rest.substr(1);
  parsed.hash = cut_suffix(parsed.stem, is_hash);
  cut_suffix(parsed.stem, [&](const std::string& suffix) { return vendors.contains(suffix); });
  // In libopenblas64_p-r0-0cf96a72.3.23.dev.so and libfoo-1.2.so the version is before the ending.
  if (parsed.version.empty() && parsed.hash.empty()) {
    const std::size_t dot = parsed.stem.find('.');
    if (dot != std::string::npos && dot > 0) {
      parsed.version = parsed.stem.substr(dot + 1);
      parsed.stem.resize(dot);
      parsed.hash = cut_suffix(parsed.stem, is_hash);
      cut_suffix(parsed.stem, [&](const std::string& suffix) { return vendors.contains(suffix); });
    }
  }
  parsed.major = parsed.version.substr(0, parsed.version.find('.'));
  return parsed;
}

std::string lasting_glob(const BundlePath& path) {
  const auto name = parse_library_name(path.name());
  const auto& bytes = path.bytes();
  const auto hash = name.hash.empty() ? std::string::npos : bytes.rfind('-' + name.hash);
  if (hash == std::string::npos) return exact_glob(bytes);
  const auto ending = bytes.find(".so", hash);
  return exact_glob(bytes.substr(0, hash + 1)) + std::string(name.hash.size(), '?') +
         (ending == hash + 1 + name.hash.size() ? "" : "*") + ".so*";
}

std::set<std::string> vendors_of(const FileSet& files) {
  constexpr std::string_view ending = ".libs";
  std::set<std::string> vendors;
  for (const auto& [path, node] : files) {
    const std::string_view first = std::string_view(path.bytes()).substr(0, path.bytes().find('/'));
    if (first.size() > ending.size() && first.ends_with(ending)) {
      vendors.emplace(first.substr(0, first.size() - ending.size()));
    }
  }
  return vendors;
}

}  // namespace lbundle::elf
