// layer form: the same files as Lambda unpacks them below /opt, and a tree parted into function and layer.
#pragma once

#include "model/file_set.hpp"

namespace lbundle {

// Where the runtimes look (AWS Lambda developer guide, "Layer paths for each Lambda runtime"): Python's
// packages below python/, Node's below nodejs/node_modules; lib/ and bin/ stay, as /opt/lib and /opt/bin are
// in the library path and in PATH. Links keep their targets. Throws Error for a link that leads nowhere in
// the tree.
FileSet as_layer(const FileSet& files);

struct SplitTree {
  FileSet function;
  FileSet layer;  // as as_layer has it
};

// What installers brought changes seldom and goes into the layer, the function's own files stay. Throws Error
// where there is nothing for either of them, and for a link from the function's files into the layer, which
// would dangle.
SplitTree split_off_layer(const FileSet& files);

}  // namespace lbundle
