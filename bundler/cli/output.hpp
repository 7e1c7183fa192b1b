// What commands print to stdout.
#pragma once

#include <string>

#include "cli/options.hpp"
#include "image/layout.hpp"
#include "package/pack.hpp"
#include "report/terminal.hpp"
#include "unshrunk.hpp"

namespace lbundle::cli {

// Throws Error where stdout cannot take it (a closed pipe, a full disk).
void print(const std::string& text);

// Colour where it was asked for, or stdout is a terminal and NO_COLOR is not set; as wide as the terminal.
TextStyle text_style(const CommonOptions& options);

std::string stage_result(const StagedTree& tree, const CommonOptions& options);
std::string trace_result(const std::vector<Event>& events, const Unshrunk& unshrunk,
                         const CommonOptions& options);
// The function's zip, with its layer as "layer" in JSON and after it in text.
std::string split_result(const PackedZip& function, const PackedZip& layer, const CommonOptions& options);
std::string image_result(const image::WrittenImage& image, const CommonOptions& options);
std::string pack_result(const PackedZip& packed, const CommonOptions& options);

}  // namespace lbundle::cli
