#include "python/distributions.hpp"

#include <algorithm>

#include "cache/store.hpp"
#include "python/bytecode.hpp"

namespace lbundle {

namespace {

constexpr std::string_view folder_ending = ".dist-info";

// Returns the first field of each line of a RECORD. RECORD is CSV: a path with a comma or a quote is in
// quotes, and a quote inside is doubled.
std::vector<std::string> recorded_paths(std::string_view record) {
  std::vector<std::string> paths;
  std::string field;
  bool quoted = false;
  bool first_field = true;
  for (std::size_t i = 0; i < record.size(); ++i) {
    const char c = record[i];
    if (c == '"') {
      const bool doubled = quoted && i + 1 < record.size() && record[i + 1] == '"';
      if (doubled) {
        if (first_field) field += '"';
        ++i;
      } else {
        quoted = !quoted;
      }
    } else if (!quoted && c == '\n') {
      if (!field.empty()) paths.push_back(field);
      field.clear();
      first_field = true;
    } else if (!quoted && c == ',') {
      first_field = false;
    } else if (first_field && (quoted || c != '\r')) {
      field += c;
    }
  }
  if (!field.empty()) paths.push_back(field);
  return paths;
}

// Returns the value of a header of METADATA, which has the form of an e-mail. What follows the first empty
// line is the body, where no header is looked for.
std::string header(std::string_view metadata, std::string_view name) {
  while (!metadata.empty()) {
    const auto end = std::min(metadata.find('\n'), metadata.size());
    auto line = metadata.substr(0, end);
    metadata.remove_prefix(std::min(end + 1, metadata.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty()) break;
    if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ':') continue;
    line.remove_prefix(name.size() + 1);
    while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    return std::string(line);
  }
  return {};
}

std::string text_of(const FileSet& files, const BundlePath& path) {
  const auto* file = files.find_file(path);
  return file == nullptr ? std::string() : std::string(as_text(read_content(file->content)));
}

// Returns "numpy" and "1.26.4" for "numpy-1.26.4.dist-info", in case METADATA does not say them.
Distribution from_folder_name(const BundlePath& folder) {
  const auto stem = folder.name().substr(0, folder.name().size() - folder_ending.size());
  const auto dash = std::min(stem.find('-'), stem.size());
  return {normalised_name(stem.substr(0, dash)), std::string(stem.substr(std::min(dash + 1, stem.size())))};
}

Distribution read_distribution(const FileSet& files, const BundlePath& folder) {
  const auto metadata = text_of(files, folder / "METADATA");
  auto distribution = from_folder_name(folder);
  if (const auto name = header(metadata, "Name"); !name.empty()) distribution.name = normalised_name(name);
  if (const auto version = header(metadata, "Version"); !version.empty()) distribution.version = version;
  return distribution;
}

// Returns the top-level folders whose names end in ".dist-info", in order.
std::vector<BundlePath> dist_info_folders(const FileSet& files) {
  std::vector<BundlePath> folders;
  for (const auto& [path, node] : files) {
    const auto& bytes = path.bytes();
    const auto slash = bytes.find('/');
    if (slash == std::string::npos || !std::string_view(bytes).substr(0, slash).ends_with(folder_ending))
      continue;
    BundlePath folder(std::string_view(bytes).substr(0, slash));
    if (folders.empty() || folders.back() != folder) folders.push_back(std::move(folder));
  }
  return folders;
}

// pip --target moves a wheel's scripts to the tree's own bin, but RECORD names them ../../bin/NAME.
std::optional<BundlePath> staged_path(const std::string& recorded) {
  constexpr std::string_view scripts = "../../bin/";
  if (recorded.starts_with(scripts)) return BundlePath::parse("bin/" + recorded.substr(scripts.size()));
  return BundlePath::parse(recorded);
}

void claim(Distributions& distributions, const FileSet& files, const BundlePath& path, std::size_t owner) {
  if (files.contains(path)) distributions.owner.emplace(path, owner);
}

}  // namespace

Distributions read_distributions(const FileSet& files) {
  Distributions distributions;
  for (const auto& folder : dist_info_folders(files)) {
    const auto number = distributions.all.size();
    distributions.all.push_back(read_distribution(files, folder));
    for (const auto& [path, node] : files.below(folder)) claim(distributions, files, path, number);
    for (const auto& recorded : recorded_paths(text_of(files, folder / "RECORD"))) {
      if (const auto path = staged_path(recorded)) claim(distributions, files, *path, number);
    }
  }
  for (const auto& [path, node] : files) {
    const auto source = source_of_bytecode(path);
    if (!source) continue;
    const auto found = distributions.owner.find(*source);
    if (found != distributions.owner.end()) distributions.owner.insert_or_assign(path, found->second);
  }
  return distributions;
}

}  // namespace lbundle
