#include "package/package_sizes.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "cache/store.hpp"
#include "json/json.hpp"
#include "model/error.hpp"
#include "model/module_forms.hpp"
#include "python/distributions.hpp"

namespace lbundle {

namespace {

constexpr std::string_view dist_info = ".dist-info";
constexpr std::string_view bundled_libraries = ".libs";
constexpr std::string_view layer_folder = "python/";
constexpr std::string_view node_modules = "node_modules";
// Of the lines of all RECORDs. A zip has at most 65,535 entries, and a line may be for a file that was
// dropped.
constexpr std::size_t most_recorded = 500'000;

// The path in a line of a RECORD. The file is CSV: a path with a comma or a quote is in quotes.
std::string recorded_path(std::string_view line) {
  if (!line.starts_with('"')) return std::string(line.substr(0, line.find(',')));
  std::string path;
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '"' && (i + 1 == line.size() || line[++i] != '"')) break;
    path += line[i];
  }
  return path;
}

class Attribution {
 public:
  Attribution(const std::vector<BundlePath>& paths, const ReadText& read) : paths_(paths), read_(read) {
    for (const auto& path : paths) {
      if (!present_.insert(path).second) continue;
      for (auto at = path.parent(); !at.is_root() && present_folders_.insert(at).second;) at = at.parent();
    }
  }

  Distributions result() {
    for (const auto& path : paths_) {
      note_dist_info(path);
      note_node_package(path);
    }
    for (const auto& path : paths_) claim_by_source(path);
    collect_folder_owners();
    for (const auto& path : paths_) claim_by_folder(path);
    return std::move(found_);
  }

 private:
  std::size_t number_of(const Distribution& distribution) {
    const auto [at, is_new] = numbers_.try_emplace(distribution.name, found_.all.size());
    if (is_new) found_.all.push_back(distribution);
    return at->second;
  }

  // Called for each file in order; the first file of a NAME-VERSION.dist-info folder makes its RECORD be
  // read.
  void note_dist_info(const BundlePath& path) {
    const auto folder = path.parent();
    const auto name = folder.name();
    if (!name.ends_with(dist_info)) return;
    const auto stem = name.substr(0, name.size() - dist_info.size());
    const auto dash = std::min(stem.find('-'), stem.size());
    const Distribution distribution{normalised_name(stem.substr(0, dash)),
                                    std::string(stem.substr(std::min(dash + 1, stem.size())))};
    const auto number = number_of(distribution);
    found_.owner.emplace(path, number);
    if (read_records_.insert(folder).second) claim_recorded(folder, number);
  }

  void claim_recorded(const BundlePath& folder, std::size_t number) {
    const auto record = read_(folder / "RECORD");
    if (!record) return;
    for (std::size_t at = 0; at < record->size();) {
      const auto end = std::min(record->find('\n', at), record->size());
      const auto path =
          folder.parent().resolve(recorded_path(std::string_view(*record).substr(at, end - at)));
      at = end + 1;
      // A file that the bundle dropped still shows which package its folder belongs to.
      if (path && !path->is_root() && recorded_.size() < most_recorded) recorded_.emplace(*path, number);
      if (path && present_.contains(*path)) found_.owner.emplace(*path, number);
    }
  }

  // The owner of a file is the innermost node_modules/NAME or node_modules/@SCOPE/NAME around it.
  void note_node_package(const BundlePath& path) {
    for (auto folder = path.parent(); !folder.is_root(); folder = folder.parent()) {
      auto above = folder.parent();
      std::string name(folder.name());
      if (above.name().starts_with('@')) {
        name = std::string(above.name()) + '/' + name;
        above = above.parent();
      }
      if (above.name() != node_modules || name.starts_with('@') == (name.find('/') == std::string::npos))
        continue;
      found_.owner.emplace(path, node_package(folder, name));
      return;
    }
  }

  std::size_t node_package(const BundlePath& folder, const std::string& name) {
    const auto known = node_packages_.find(folder);
    if (known != node_packages_.end()) return known->second;
    const auto number = number_of({name, version_in(folder / "package.json")});
    node_packages_.emplace(folder, number);
    return number;
  }

  std::string version_in(const BundlePath& package_json) {
    const auto text = read_(package_json);
    if (!text) return {};
    try {
      const auto json = parse_json(*text, package_json.bytes());
      return json.is_object() ? json.value("version", "") : "";
    } catch (const std::exception&) {
      return {};  // A package whose description cannot be read is still a package.
    }
  }

  void claim_by_source(const BundlePath& path) {
    const auto source = source_of_module(path);
    if (!source || found_.owner.contains(path)) return;
    const auto owner = recorded_.find(*source);
    if (owner != recorded_.end()) found_.owner.emplace(path, owner->second);
  }

  // For each folder the packages that have files in it, by RECORDs and by the owners found so far.
  void collect_folder_owners() {
    for (const auto* owned : {&recorded_, &found_.owner}) {
      for (const auto& [path, number] : *owned) {
        // If a package is known for a folder, it is known for the folders around it.
        for (auto folder = present_folder(path);
             !folder.is_root() && folder_owners_[folder].insert(number).second;)
          folder = folder.parent();
      }
    }
  }

  // The innermost folder around `path` in which a file is present. A RECORD may list paths of thousands of
  // folders, so it is searched by halves.
  BundlePath present_folder(const BundlePath& path) const {
    const std::string_view bytes = path.bytes();
    std::vector<std::size_t> slashes;
    for (auto at = bytes.find('/'); at != std::string_view::npos; at = bytes.find('/', at + 1))
      slashes.push_back(at);
    const auto beyond = std::ranges::partition_point(slashes, [&](std::size_t slash) {
      return present_folders_.contains(BundlePath(bytes.substr(0, slash)));
    });
    return beyond == slashes.begin() ? BundlePath() : BundlePath(bytes.substr(0, *std::prev(beyond)));
  }

  void claim_by_folder(const BundlePath& path) {
    if (found_.owner.contains(path)) return;
    for (auto folder = path.parent(); !folder.is_root(); folder = folder.parent()) {
      const auto owners = folder_owners_.find(folder);
      if (owners == folder_owners_.end()) continue;
      if (owners->second.size() == 1) found_.owner.emplace(path, *owners->second.begin());
      return;
    }
    claim_by_name(path);
  }

  // There is no trace of an installer, so the first folder is taken as the package. NAME.libs is where
  // auditwheel puts NAME's libraries, and a layer has its packages below python/.
  void claim_by_name(const BundlePath& path) {
    std::string_view rest = path.bytes();
    if (rest.starts_with(layer_folder)) rest.remove_prefix(layer_folder.size());
    const auto slash = rest.find('/');
    if (slash == std::string_view::npos) return;
    auto name = rest.substr(0, slash);
    if (name.ends_with(bundled_libraries)) name.remove_suffix(bundled_libraries.size());
    found_.owner.emplace(path, number_of({normalised_name(name), {}}));
  }

  const std::vector<BundlePath>& paths_;
  const ReadText& read_;
  std::unordered_set<BundlePath> present_, present_folders_;
  Distributions found_;
  std::map<std::string, std::size_t> numbers_;
  std::set<BundlePath> read_records_;
  std::map<BundlePath, std::size_t> recorded_;
  std::map<BundlePath, std::size_t> node_packages_;
  std::unordered_map<BundlePath, std::set<std::size_t>> folder_owners_;
};

}  // namespace

Distributions owners_of(const std::vector<BundlePath>& paths, const ReadText& read) {
  return Attribution(paths, read).result();
}

Distributions owners_in(const FileSet& files) {
  std::vector<BundlePath> paths;
  for (const auto& [path, node] : files) paths.push_back(path);
  return owners_of(paths, [&](const BundlePath& path) -> std::optional<std::string> {
    const auto* file = files.find_file(path);
    if (file == nullptr) return std::nullopt;
    return std::string(as_text(read_content(file->content)));
  });
}

PackageSizes sizes_by_package(const std::vector<SizedFile>& files, const Distributions& owners) {
  std::map<std::string, PackageSize> by_name;
  for (const auto& file : files) {
    const auto* owner = owners.owner_of(file.path);
    const auto package = owner == nullptr ? Distribution{} : *owner;
    auto& size = by_name[package.name];
    size.package = package;
    ++size.files;
    size.zipped += file.zipped;
    size.unzipped += file.unzipped;
  }
  PackageSizes sizes;
  for (auto& [name, size] : by_name) sizes.push_back(std::move(size));
  std::ranges::stable_sort(sizes, std::greater{},
                           [](const PackageSize& s) { return std::pair(s.zipped, s.unzipped); });
  return sizes;
}

}  // namespace lbundle
