#include "prune/user_globs.hpp"

#include <algorithm>
#include <set>

#include "model/text.hpp"
#include "prune/prune_keep_set.hpp"
#include "report/build_report.hpp"

namespace lbundle {

namespace {

// True if a drop is about bytecode in general ("**/*.pyc", "**/__pycache__/**") and not about one module.
bool is_about_bytecode(const Glob& glob, const std::vector<BundlePath>& paths) {
  std::set<BundlePath> modules;
  for (const auto& path : paths) {
    if (path.extension() != ".pyc" && glob.matches(path.bytes())) return false;
    modules.insert(source_of_module(path).value_or(path));
  }
  return modules.size() > 1;
}

// A module's bytecode cannot leave without its source. So a drop that is about bytecode in general does not
// apply to modules that have a source, and a finding says what to write.
Findings leave_modules_whole(const FileSet& files, const UserGlob& glob, std::vector<BundlePath>& paths) {
  if (!is_about_bytecode(Glob(glob.glob), paths)) return {};
  const auto has_source = [&](const BundlePath& path) {
    const auto source = source_of_module(path);
    return path.extension() == ".py" || (source && files.contains(*source));
  };
  const auto modules = std::ranges::count(paths, ".py", &BundlePath::extension);
  std::erase_if(paths, has_source);
  if (modules == 0) return {};
  Findings findings;
  findings.push_back(
      {Severity::warning, "bytecode-drop", "",
       format("drop '{}' names the bytecode of {}, and no source; these modules are not dropped ({})",
              glob.glob, count_text(static_cast<std::size_t>(modules), "module", "modules"),
              to_text(glob.location)),
       "bytecode = \"source\" under [shrink] leaves bytecode out; to drop modules, name their sources"});
  return findings;
}

}  // namespace

std::map<BundlePath, const UserGlob*> match_user_globs(const FileSet& files,
                                                       const std::vector<UserGlob>& globs, bool drops,
                                                       Findings& findings) {
  std::map<BundlePath, const UserGlob*> named;
  for (const auto& glob : globs) {
    auto paths = matching_paths(files, {Glob(glob.glob)});
    if (paths.empty())
      findings.push_back(
          {Severity::warning, "unused-glob", "",
           format("{} '{}' matches no file ({})", drops ? "drop" : "keep", glob.glob, to_text(glob.location)),
           "globs begin at the bundle's root, and a folder's content is 'folder/**'"});
    if (drops) append(findings, leave_modules_whole(files, glob, paths));
    for (const auto& path : paths) named.emplace(path, &glob);
  }
  return named;
}

}  // namespace lbundle
