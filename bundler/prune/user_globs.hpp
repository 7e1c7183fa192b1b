// The user's keep and drop globs, matched against a tree.
#pragma once

#include <map>
#include <vector>

#include "model/finding.hpp"
#include "model/module_forms.hpp"
#include "project/project.hpp"

namespace lbundle {

// For each path that one of `globs` names, the first glob that does. A glob that names one form of a Python
// module names all its forms. If the globs are those of `drop` (`drops`), one that is about bytecode in
// general ("**/*.pyc") does not apply to modules that have a source. Findings: "unused-glob" and
// "bytecode-drop". `globs` must outlive the result.
std::map<BundlePath, const UserGlob*> match_user_globs(const FileSet& files,
                                                       const std::vector<UserGlob>& globs, bool drops,
                                                       Findings& findings);

// Removes from `drops` what is certainly kept, in all its forms. `kept` is a map by path.
void take_back(const FileSet& files, std::map<BundlePath, const UserGlob*>& drops, const auto& kept) {
  for (const auto& [path, why] : kept)
    for (const auto& form : forms_of_module(files, path)) drops.erase(form);
}

}  // namespace lbundle
