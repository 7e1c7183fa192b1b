// Several layers as the one tree that Lambda shows at /opt.
#pragma once

#include <vector>

#include "model/host_path.hpp"

namespace lbundle {

// Puts the layers' files below `target`, which is made, the later over the earlier; as hard links where the
// filesystem has them, so `target` must not be written to. Throws Error.
void merge_layers(const std::vector<HostPath>& layers, const HostPath& target);

}  // namespace lbundle
