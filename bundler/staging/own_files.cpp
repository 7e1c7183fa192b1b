#include "staging/own_files.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "model/error.hpp"
#include "os/bytes.hpp"
#include "os/interrupt.hpp"
#include "project/host_glob.hpp"
#include "python/requirement_list.hpp"
#include "staging/ignore_rules.hpp"

namespace lbundle {

namespace {

// Names that are never own files, in any folder. A folder's name excludes everything in it.
constexpr std::array never_own = {
    ".git",          ".hg",         ".svn",           ".gitignore",   ".gitattributes",
    ".gitmodules",   ".lbundle",    ".lbundleignore", ".DS_Store",    "__pycache__",
    ".pytest_cache", ".mypy_cache", ".ruff_cache",    ".tox",         ".nox",
    ".idea",         ".vscode",     ".venv",          "node_modules", ".ipynb_checkpoints",
    ".aws-sam",      ".serverless", ".terraform",     "cdk.out",      ".coverage"};

// Names beside the project file that are not own files: lbundle's files, and other tools' lists of packages.
constexpr std::array project_files = {"lbundle.toml",          "lbundle.access.jsonl",
                                      "lbundle.baseline.json", "dist",
                                      "pyproject.toml",        "uv.lock",
                                      "poetry.lock",           "Pipfile",
                                      "Pipfile.lock",          "package-lock.json"};

bool is_name_of_tools(const HostPath& path) {
  const auto name = path.filename().string();
  return std::ranges::find(never_own, name) != never_own.end() || name.ends_with(".pyc") ||
         name.ends_with(".egg-info");
}

// Adds a list for pip, the lists that it includes, and the wheels beside it. A folder of sources that the
// list names may also be a folder of own files, so it is not added.
void add_inputs_of_pip(const HostPath& requirements, const HostPath& project_folder,
                       std::set<HostPath>& paths) {
  paths.insert(requirements);
  if (requirements.extension() != ".txt") return;
  const auto files = requirement_files(requirements);
  paths.insert(files.lists.begin(), files.lists.end());
  for (const auto& path : files.packages) {
    if (!fs::is_directory(path)) paths.insert(path);
  }
  for (const auto& path : files.indexes) {
    if (path != project_folder) paths.insert(path);
  }
}

// Returns the paths that the project file names for another use than as own files.
std::set<HostPath> not_for_the_bundle(const OwnFileSettings& settings) {
  auto paths = settings.other_inputs;
  paths.insert(settings.project_file);
  const auto folder = settings.project_file.parent_path();
  for (const auto* name : project_files) paths.insert(folder / name);
  if (settings.requirements) add_inputs_of_pip(*settings.requirements, folder, paths);
  return paths;
}

// Returns the ignore rules of `folder` and of the folders above it, up to the repository's folder.
IgnoreRules rules_above(const HostPath& folder) {
  std::vector<HostPath> above;
  boost::system::error_code ignored;
  for (auto at = folder; !at.empty(); at = at.parent_path()) {
    above.push_back(at);
    if (fs::exists(at / ".git", ignored)) break;
    // Without a repository, only the project's own folder counts.
    if (at == at.root_path()) above = {folder};
  }
  IgnoreRules rules;
  for (auto at = above.rbegin(); at != above.rend(); ++at) rules.add_files_of(*at);
  return rules;
}

void add_file(OwnFiles& files, const HostPath& project_folder, const HostPath& path) {
  boost::system::error_code failure;
  const auto type = fs::status(path, failure).type();
  if (type != fs::regular_file) {
    throw Error(
        "stage", path.string(),
        type == fs::file_not_found ? "the link leads to nothing" : "it is neither a file nor a link to one",
        "remove it, or name the files to bundle by `function.source`");
  }
  files.emplace(BundlePath(path.lexically_relative(project_folder).string()), path);
}

class FolderWalk {
 public:
  explicit FolderWalk(const OwnFileSettings& settings)
      : root_(settings.project_file.parent_path()),
        excluded_(not_for_the_bundle(settings)),
        rules_(rules_above(root_)) {}

  OwnFiles files() {
    descend(root_);
    return std::move(files_);
  }

 private:
  void descend(const HostPath& folder) {
    check_interrupt();
    if (folder != root_) rules_.add_files_of(folder);
    std::vector<HostPath> entries;
    boost::system::error_code failure;
    for (fs::directory_iterator at(folder, failure), end; !failure && at != end; at.increment(failure)) {
      entries.push_back(at->path());
    }
    if (failure) throw system_error("read", folder.string(), failure.value());
    std::ranges::sort(entries);
    for (const auto& entry : entries) visit(entry);
  }

  void visit(const HostPath& path) {
    boost::system::error_code ignored;
    const bool is_folder = fs::symlink_status(path, ignored).type() == fs::directory_file;
    if (is_name_of_tools(path) || excluded_.contains(path) || rules_.ignores(path, is_folder)) return;
    if (!is_folder) {
      add_file(files_, root_, path);
    } else if (!fs::exists(path / "pyvenv.cfg", ignored)) {  // which marks a virtual environment
      descend(path);
    }
  }

  const HostPath root_;
  const std::set<HostPath> excluded_;
  IgnoreRules rules_;
  OwnFiles files_;
};

// A file outside the project's folder keeps only its name: "../shared/util.py" becomes "util.py".
BundlePath bundle_path_of(const HostPath& project_folder, const HostPath& path) {
  const auto relative = path.lexically_relative(project_folder).string();
  auto inside = BundlePath::parse(relative);
  return inside && !inside->is_root() ? *inside : BundlePath(path.filename().string());
}

bool looks_secret(const BundlePath& path, const HostPath& file) {
  const auto name = path.name();
  if (name == ".env" || name.starts_with(".env.")) return true;
  for (const auto* known :
       {".netrc", ".pypirc", ".npmrc", ".pgpass", "id_rsa", "id_ed25519", "id_ecdsa", ".git-credentials"}) {
    if (name == known) return true;
  }
  if (name == "credentials" && path.parent().name() == ".aws") return true;
  const auto ending = path.extension();
  if (ending == ".p12" || ending == ".pfx") return true;
  if (ending != ".pem" && ending != ".key") return false;
  return read_text_file(file).find("PRIVATE KEY") != std::string::npos;
}

}  // namespace

OwnFiles find_own_files(const OwnFileSettings& settings) {
  if (settings.source.empty()) return FolderWalk(settings).files();
  OwnFiles files;
  const auto folder = settings.project_file.parent_path();
  for (const auto& glob : settings.source) {
    const auto found = files_matching(folder, glob);
    if (found.empty()) {
      throw Error("stage", glob, "no file matches it",
                  "correct `function.source` in " + settings.project_file.filename().string());
    }
    for (const auto& path : found) files.emplace(bundle_path_of(folder, path), path);
  }
  return files;
}

Findings find_secrets(const OwnFiles& files) {
  Findings findings;
  for (const auto& [path, file] : files) {
    if (!looks_secret(path, file)) continue;
    findings.push_back(
        {Severity::warning, "secret-file", path.bytes(), "looks like a secret, and goes into the bundle",
         "name it in .lbundleignore or leave it out of `function.source`; Lambda's environment or Secrets "
         "Manager is the place for secrets"});
  }
  return findings;
}

}  // namespace lbundle
