// The reader of JavaScript, with a parser and a Node.js that lbundle fetches.
#pragma once

#include "cache/store.hpp"
#include "node/js_reader.hpp"

namespace lbundle {

// acorn from npm's registry, and the Node.js of the pinned npm, which a build needs anyway: from `store`, or
// fetched now. Neither depends on the runtime, so all functions share the remembered facts. If they cannot be
// fetched, the reader has no parser and says why. `store` must outlive it.
JsReader obtain_js_reader(const Store& store, unsigned jobs);

}  // namespace lbundle
