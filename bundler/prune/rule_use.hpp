// Which rules had a part in a build, and where two of them disagree.
#pragma once

#include "project/project.hpp"
#include "project/rules.hpp"
#include "report/manifest.hpp"
#include "report/rules_report.hpp"

namespace lbundle {

// `rules` and the user's globs against the tree that `manifest` tells of. A rule of a distribution that is
// not staged is left out. Two rules disagree where one would keep a file and the other drop it.
RulesReport rule_use(const Manifest& manifest, const std::vector<Rule>& rules, const Prune& settings);

}  // namespace lbundle
