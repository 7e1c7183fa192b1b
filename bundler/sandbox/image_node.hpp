// The Node.js of an image.
#pragma once

#include "engine/container.hpp"
#include "sandbox/node_program.hpp"

namespace lbundle {

// The Node.js at /var/lang/bin/node of the container's image, which is asked for its version once an image;
// with a finding "other-node" where its major is not the runtime's. Throws Error where the image has none
// that runs.
NodeProgram node_of_image(const Container& container, const Runtime& runtime, const Store& store,
                          Findings& findings);

}  // namespace lbundle
