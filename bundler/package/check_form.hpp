// Judges whether a zip has the form that Lambda accepts.
#pragma once

#include "model/finding.hpp"
#include "zip/reader.hpp"

namespace lbundle {

// Judges names, modes, links, types, methods and headers, each by what Lambda does with it
// (package/check.cpp). If many entries have the same fault, the first ten are named and the rest is counted.
Findings judge_form(const zip::ZipReader& zip);

// Finds the entries whose bytes do not unpack to their size and CRC.
Findings judge_contents(const zip::ZipReader& zip, unsigned jobs);

}  // namespace lbundle
