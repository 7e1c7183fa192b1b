// Formatting of text: the one place that knows which library does it.
#pragma once

#include <spdlog/fmt/fmt.h>

namespace lbundle {

using fmt::format;

}  // namespace lbundle
