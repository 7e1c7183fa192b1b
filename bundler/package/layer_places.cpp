#include "package/layer_places.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "model/text.hpp"
#include "package/places.hpp"

namespace lbundle {

namespace {

// In PATH, in LD_LIBRARY_PATH, and what Lambda starts, in every runtime. Source: AWS Lambda developer guide,
// Packaging your layer content; Lambda extensions API.
constexpr std::array<std::string_view, 3> shared_folders{"bin", "extensions", "lib"};

bool is_library_file(std::string_view name) {
  return name.starts_with("lib") && (name.ends_with(".so") || name.find(".so.") != std::string_view::npos);
}

// The folders that an interpreter searches, those of the most general kind last: of the runtime, or of all
// runtimes if it is not known.
std::vector<std::string> searched_folders(const PackageUse& use) {
  if (use.has_runtime()) return use.runtime.layer_folders;
  std::vector<std::string> folders;
  for (const auto& runtime : known_runtimes()) {
    for (const auto& folder : runtime.layer_folders)
      if (std::ranges::find(folders, folder) == folders.end()) folders.push_back(folder);
  }
  return folders;
}

// True if the interpreter finds what is at `path` by one of these folders. It does not look into a
// site-packages folder of another version that is below one of them.
bool is_in_any(const BundlePath& path, const std::vector<std::string>& folders) {
  const bool in_site = path.bytes().find("/site-packages/") != std::string::npos;
  return std::ranges::any_of(folders, [&](const auto& folder) {
    return path.is_within(BundlePath(folder)) && path != BundlePath(folder) &&
           (!in_site || folder.ends_with("/site-packages"));
  });
}

enum class PackageKind { python, node };

// A folder of packages that an interpreter could search, and one of its files.
struct PackageFolder {
  BundlePath folder, example;
  PackageKind kind = PackageKind::python;

  auto operator<=>(const PackageFolder& other) const { return folder <=> other.folder; }
};

// The folder of packages that `path` shows: node_modules for a file in it, site-packages, or the folder of a
// package or of its metadata. Nothing if the file shows none.
std::optional<PackageFolder> package_folder(const BundlePath& path, const FileSet& files) {
  const auto& bytes = path.bytes();
  for (const auto& [name, kind] :
       {std::pair{"node_modules", PackageKind::node}, {"site-packages", PackageKind::python}}) {
    const auto at = ('/' + bytes).find(std::string("/") + name + '/');
    if (at != std::string::npos)
      return PackageFolder{BundlePath(bytes.substr(0, at + std::string_view(name).size())), path, kind};
  }
  const auto folder = path.parent();
  const bool metadata = folder.name().ends_with(".dist-info") && path.name() == "METADATA";
  const bool package = path.name() == "__init__.py" || path.name() == "__init__.pyc";
  if ((metadata || package) && !folder.is_root()) {
    auto top = folder;
    while (!top.parent().is_root() &&
           (files.contains(top.parent() / "__init__.py") || files.contains(top.parent() / "__init__.pyc")))
      top = top.parent();
    return PackageFolder{top.parent(), path, PackageKind::python};
  }
  if (path.name() == "package.json" && folder.parent() == BundlePath("nodejs"))
    return PackageFolder{folder.parent(), path, PackageKind::node};
  return std::nullopt;
}

bool is_shared(const BundlePath& path) {
  const auto top = path.bytes().substr(0, path.bytes().find('/'));
  return std::ranges::find(shared_folders, top) != shared_folders.end();
}

// The folders of packages that are outside of the searched ones, each once, at most ten.
std::set<PackageFolder> misplaced_folders(const FileSet& files, const std::vector<std::string>& searched) {
  constexpr std::size_t most_folders = 10;
  std::set<PackageFolder> misplaced;
  for (const auto& [path, node] : files) {
    if (misplaced.size() == most_folders) break;
    if (is_made_by_macos(path) || is_in_any(path, searched)) continue;
    auto found = package_folder(path, files);
    if (!found) continue;
    const auto name = found->folder.name();
    if (is_shared(path) && name != "site-packages" && name != "node_modules") continue;
    // What is below a folder that was found already belongs to it.
    const bool known = std::ranges::any_of(misplaced, [&](const auto& other) {
      return !other.folder.is_root() && path.is_within(other.folder);
    });
    if (!known) misplaced.insert(std::move(*found));
  }
  return misplaced;
}

std::string shown(const BundlePath& folder) {
  return folder.is_root() ? "the top of the zip" : folder.bytes() + "/";
}

std::string list_of(const std::vector<std::string>& folders) {
  std::string text;
  for (const auto& folder : folders) text += (text.empty() ? "" : " and ") + folder + "/";
  return text;
}

// Of the searched folders, the one for every version of the language.
std::string general_folder(PackageKind kind) {
  return kind == PackageKind::python ? "python" : "nodejs/node_modules";
}

Finding place_finding(const PackageFolder& found, const PackageUse& use, bool serves_otherwise) {
  const auto place = general_folder(found.kind);
  const bool right_language =
      !use.has_runtime() ||
      use.runtime.language == (found.kind == PackageKind::python ? Language::python : Language::nodejs);
  const auto message = use.has_runtime()
                           ? (use.runtime.layer_folders.empty()
                                  ? format("packages are in {}, and {} searches no such folder",
                                           shown(found.folder), use.runtime.name)
                                  : format("packages are in {}, and {} searches only {}", shown(found.folder),
                                           use.runtime.name, list_of(use.runtime.layer_folders)))
                           : format("packages are in {}, which no runtime searches", shown(found.folder));
  const auto hint = right_language
                        ? format("put them into {}/: {}, or lbundle pack --layer", place,
                                 found.kind == PackageKind::python
                                     ? "`pip install -t python …`, then `zip -r layer.zip python`"
                                     : "`npm install --prefix nodejs …`, then `zip -r layer.zip nodejs`")
                        : "give the layer to functions of the language that its packages are for";
  return {serves_otherwise ? Severity::warning : Severity::error, "layer-place", found.example.bytes(),
          message, hint};
}

void judge_libraries(const FileSet& files, Findings& findings) {
  for (const auto& [path, node] : files) {
    if (!is_library_file(path.name()) || is_made_by_macos(path)) continue;
    if (!path.parent().is_root() && !path.is_within(BundlePath("lib64"))) continue;
    findings.push_back(
        {Severity::warning, "layer-place", path.bytes(),
         format("Lambda unpacks it as /opt/{}, and the loader searches /opt/lib", path.bytes()),
         "put the library into lib/ at the top of the zip"});
    return;  // One is enough: they come in crowds.
  }
}

// A layer that was zipped with one more folder around it, such as opt/. `expected` are the folders that
// belong at the top.
template <typename Folders>
std::optional<Finding> wrong_top(const FileSet& files, const Folders& expected) {
  const auto top = only_folder(files);
  if (!top || is_shared(*top)) return std::nullopt;
  for (const auto& folder : expected) {
    if (BundlePath(folder).is_within(*top)) return std::nullopt;
  }
  for (const auto& folder : expected) {
    if (!files.has_folder(*top / folder)) continue;
    return Finding{Severity::error, "layer-place", top->bytes(),
                   format("everything is below this folder, so Lambda unpacks {0}/ as /opt/{1}/{0}/", folder,
                          top->bytes()),
                   format("zip what is in the folder: `cd {} && zip -r ../layer.zip .`", top->bytes())};
  }
  return std::nullopt;
}

// Packages outside of the folders that the runtime searches. Those that are right for runtimes of another
// language or version do no harm beside others.
Findings judge_packages(const FileSet& files, const PackageUse& use, bool serves) {
  const auto for_others = searched_folders({});
  Findings findings;
  for (const auto& found : misplaced_folders(files, searched_folders(use))) {
    const bool is_for_others = std::ranges::find(for_others, found.folder.bytes()) != for_others.end();
    if (!serves || !is_for_others) findings.push_back(place_finding(found, use, serves));
  }
  return findings;
}

}  // namespace

Findings judge_layer_places(const PackageFiles& package, const PackageUse& use) {
  const auto& files = package.files;
  const auto searched = searched_folders(use);
  const bool serves =
      std::ranges::any_of(files, [&](const auto& entry) { return is_in_any(entry.first, searched); });
  if (auto found = wrong_top(files, searched)) return {std::move(*found)};
  // A custom runtime may search any folder.
  auto findings = use.is_for(Language::provided) ? Findings() : judge_packages(files, use, serves);
  if (!findings.empty()) return findings;
  if (auto found = wrong_top(files, shared_folders); found && !serves) return {std::move(*found)};
  judge_libraries(files, findings);
  const bool shares = std::ranges::any_of(files, [&](const auto& entry) { return is_shared(entry.first); });
  if (findings.empty() && !serves && !shares && !files.contains(BundlePath("bootstrap"))) {
    findings.push_back(
        {Severity::note, "layer-place", "",
         "nothing in it is where a runtime searches; the function finds its files only by their "
         "paths below /opt",
         ""});
  }
  return findings;
}

}  // namespace lbundle
