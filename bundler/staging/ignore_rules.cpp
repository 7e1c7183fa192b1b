#include "staging/ignore_rules.hpp"

#include <algorithm>
#include <stdexcept>

#include "os/bytes.hpp"

namespace lbundle {

namespace {

std::string with_slash(const HostPath& folder) {
  auto text = folder.string();
  if (!text.ends_with('/')) text += '/';
  return text;
}

// Git ignores trailing spaces unless a backslash precedes them.
std::string_view without_trailing_space(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  while (line.ends_with(' ') && !line.ends_with("\\ ")) line.remove_suffix(1);
  return line;
}

// Returns `pattern` as a Glob reads it. Several stars in a row mean one star, unless they are a whole part
// between slashes: then they match any number of folders. A character after a backslash is literal.
std::string with_plain_stars(std::string_view pattern) {
  std::string text;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] == '\\' && at + 1 < pattern.size()) {
      text += pattern.substr(at++, 2);
      continue;
    }
    text += pattern[at];
    if (pattern[at] != '*') continue;
    const auto end = std::min(pattern.find_first_not_of('*', at), pattern.size());
    const bool whole = (at == 0 || pattern[at - 1] == '/') && (end == pattern.size() || pattern[end] == '/');
    if (whole && end - at > 1) text += '*';
    at = end - 1;
  }
  return text;
}

}  // namespace

void IgnoreRules::add(const HostPath& folder, std::string_view text) {
  const auto base = with_slash(folder);
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = without_trailing_space(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    const bool keeps = line.front() == '!';
    if (keeps) line.remove_prefix(1);
    const bool only_folders = line.ends_with('/');
    if (only_folders) line.remove_suffix(1);
    // A pattern with a slash inside is relative to this folder. A pattern without one matches names at any
    // depth.
    const bool anchored = line.find('/') != std::string_view::npos;
    if (line.starts_with('/')) line.remove_prefix(1);
    // If the line ended with two slashes, one is left. No name in git ends with a slash, so it matches
    // nothing.
    if (line.empty() || line.ends_with('/')) continue;
    const auto pattern = with_plain_stars(line);
    try {
      lines_.push_back({base, Glob(anchored ? pattern : "**/" + pattern), keeps, only_folders});
    } catch (const std::invalid_argument&) {
      continue;
    }
  }
}

void IgnoreRules::add_files_of(const HostPath& folder) {
  for (const auto* name : {".gitignore", ".lbundleignore"}) {
    boost::system::error_code ignored;
    if (fs::is_regular_file(folder / name, ignored)) add(folder, read_text_file(folder / name));
  }
}

bool IgnoreRules::ignores(const HostPath& path, bool is_folder) const {
  const std::string_view whole = path.native();
  for (auto line = lines_.rbegin(); line != lines_.rend(); ++line) {
    if (line->only_folders && !is_folder) continue;
    if (!whole.starts_with(line->base)) continue;
    if (line->glob.matches(whole.substr(line->base.size()))) return !line->keeps;
  }
  return false;
}

}  // namespace lbundle
