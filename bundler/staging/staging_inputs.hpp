// The part of a project that staging reads.
#pragma once

#include <vector>

#include "project/project.hpp"
#include "staging/own_files.hpp"

namespace lbundle {

struct StagingInputs {
  Function function;
  StageSettings settings;
  OwnFileSettings own;
  std::vector<HostPath> layers;  // unpacked (staging/workspace.hpp)
  HostPath workspace;            // the tree goes to its folder `staged`
};

}  // namespace lbundle
