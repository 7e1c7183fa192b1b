// Shows what `lbundle init` found and wrote.
#pragma once

#include <string>

#include "cli/options.hpp"
#include "init/init.hpp"

namespace lbundle::cli {

// As text, or as one JSON object if the options ask for it.
std::string init_output(const init::InitResult& result, const CommonOptions& options);

}  // namespace lbundle::cli
