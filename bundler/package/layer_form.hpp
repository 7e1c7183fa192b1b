// Layer form: the same files in the places where Lambda unpacks them below /opt, and a tree split into
// function and layer.
#pragma once

#include "model/file_set.hpp"

namespace lbundle {

// Moves the files to where the runtimes look (AWS Lambda developer guide, "Layer paths for each Lambda
// runtime"): Python's packages below python/, Node's below nodejs/node_modules. lib/ and bin/ stay, because
// /opt/lib is in the library path and /opt/bin in PATH. Links lead to the same targets as before. Throws
// Error for a link that leads out of the tree.
FileSet as_layer(const FileSet& files);

struct SplitTree {
  FileSet function;
  FileSet layer;  // in the form of as_layer
};

// Puts what installers brought into the layer, because it changes rarely. The function's own files stay.
// Throws Error if one of the two would be empty, and for a link from the function's files into the layer,
// because it would dangle.
SplitTree split_off_layer(const FileSet& files);

}  // namespace lbundle
