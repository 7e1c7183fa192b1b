// Writes to a Node.js function's log when code asks for something that was dropped.
#pragma once

#include <string>

#include "cache/store.hpp"
#include "model/bundle.hpp"

namespace lbundle {

// Like add_dropped_notice, for Node.js: the module of `handler` loads the notice first. Returns `bundle`
// unchanged if nothing was dropped, or if the handler's module is not in the bundle.
Bundle add_node_dropped_notice(Bundle bundle, const std::string& handler, const Store& store);

// `source` with `statement` inserted before its first statement. It is inserted after "#!", comments and
// directives, because a directive is one only if no statement is before it. No line number changes.
std::string with_first_statement(const std::string& source, const std::string& statement);

}  // namespace lbundle
