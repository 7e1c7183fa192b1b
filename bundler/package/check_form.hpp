// The form of a zip that Lambda takes.
#pragma once

#include "model/finding.hpp"
#include "zip/reader.hpp"

namespace lbundle {

// Names, modes, links, types, methods and headers, each by what Lambda does with it (package/check.cpp). Of
// what is wrong in many entries in the same way the first ten are named and the rest counted.
Findings judge_form(const zip::ZipReader& zip);

// The entries whose bytes do not unpack to their size and CRC.
Findings judge_contents(const zip::ZipReader& zip, unsigned jobs);

}  // namespace lbundle
