// bytecode: Python compiled once, here, not at every cold start.
#pragma once

#include "model/access_log.hpp"
#include "model/bundle.hpp"
#include "project/project.hpp"

namespace lbundle {

// sourceless: `m.py` goes, its bytecode from __pycache__ becomes `m.pyc` beside it, except where `evidence`
// shows that someone opened the source although valid bytecode was there, or the source has no bytecode;
// those stay as `unchecked` leaves them, as do the sources of `untouched`. unchecked: source and bytecode as
// staged. source: bytecode goes.
Bundle bytecode(Bundle bundle, BytecodeForm form, const Evidence& evidence,
                const std::set<BundlePath>& untouched = {});

}  // namespace lbundle
