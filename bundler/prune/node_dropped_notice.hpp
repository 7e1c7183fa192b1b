// The log of a Node.js function says what was dropped when it is asked for.
#pragma once

#include <string>

#include "cache/store.hpp"
#include "model/bundle.hpp"

namespace lbundle {

// As add_dropped_notice, for Node.js: the module of `handler` loads first what tells. Nothing changes where
// nothing was dropped, or where the handler's module is not among the bundle's files.
Bundle add_node_dropped_notice(Bundle bundle, const std::string& handler, const Store& store);

// `source` with `statement` in front of its first statement: behind "#!", comments and directives, which
// would be none behind it. No line moves.
std::string with_first_statement(const std::string& source, const std::string& statement);

}  // namespace lbundle
