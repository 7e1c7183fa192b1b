// Merges several layers into the one tree that Lambda shows at /opt.
#pragma once

#include <vector>

#include "model/host_path.hpp"

namespace lbundle {

// Makes `target` and puts the layers' files below it. A later layer replaces files of an earlier one. The
// files are hard links if the file system has them, so `target` must not be written to. Throws Error.
void merge_layers(const std::vector<HostPath>& layers, const HostPath& target);

}  // namespace lbundle
