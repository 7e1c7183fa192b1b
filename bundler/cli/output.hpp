// Makes and prints what commands write to stdout.
#pragma once

#include <string>

#include "cli/options.hpp"
#include "image/layout.hpp"
#include "package/pack.hpp"
#include "report/terminal.hpp"
#include "unshrunk.hpp"

namespace lbundle::cli {

// Writes `text` to stdout. Throws Error if that fails (a closed pipe, a full disk).
void print(const std::string& text);

// Returns the style for stdout. It has colour if the options ask for it, or if stdout is a terminal and
// NO_COLOR is not set. It is as wide as the terminal.
TextStyle text_style(const CommonOptions& options);

// The results of commands, as text or JSON.
std::string stage_result(const StagedTree& tree, const CommonOptions& options);
std::string trace_result(const std::vector<Event>& events, const Unshrunk& unshrunk,
                         const CommonOptions& options);
// Returns the function's zip and its layer. In JSON the layer is the member "layer".
std::string split_result(const PackedZip& function, const PackedZip& layer, const CommonOptions& options);
std::string image_result(const image::WrittenImage& image, const CommonOptions& options);
std::string pack_result(const PackedZip& packed, const CommonOptions& options);

}  // namespace lbundle::cli
