// Finds the Node.js of a container's image.
#pragma once

#include "engine/container.hpp"
#include "sandbox/node_program.hpp"

namespace lbundle {

// Returns the Node.js at /var/lang/bin/node of the container's image. Its version is asked once for each
// image. Throws Error if the image has no Node.js that runs.
FoundNode node_of_image(const Container& container, const Runtime& runtime, const Store& store);

}  // namespace lbundle
