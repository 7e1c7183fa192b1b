// Which rules had a part in a build, and which rules contradict each other.
#pragma once

#include "project/project.hpp"
#include "project/rules.hpp"
#include "report/manifest.hpp"
#include "report/rules_report.hpp"

namespace lbundle {

// Compares `rules` and the user's globs with the tree that `manifest` describes. Rules of a distribution that
// is not staged are left out. Two rules conflict if one would keep a file and the other would drop it.
RulesReport rule_use(const Manifest& manifest, const std::vector<Rule>& rules, const Prune& settings);

}  // namespace lbundle
