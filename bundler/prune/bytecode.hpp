// bytecode: Python is compiled once, at build time, instead of at every cold start.
#pragma once

#include "model/access_log.hpp"
#include "model/bundle.hpp"
#include "project/project.hpp"

namespace lbundle {

// Applies the form that the project asks for:
// - sourceless: `m.py` is removed, and its bytecode moves from __pycache__ to `m.pyc` in the module's folder.
//   A source stays as in `unchecked` if `evidence` shows that it was opened although valid bytecode existed,
//   if it has no bytecode, or if it is in `untouched`.
// - unchecked: source and bytecode stay as staged.
// - source: bytecode is removed, in __pycache__ and beside its source. Bytecode that came without a source
//   stays.
Bundle bytecode(Bundle bundle, BytecodeForm form, const Evidence& evidence,
                const std::set<BundlePath>& untouched = {});

}  // namespace lbundle
