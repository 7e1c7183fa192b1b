// Compares a text with a file of tests/golden/report.
#pragma once

#include "support/golden.hpp"

namespace lbundle {

inline void expect_golden(const std::string& name, const std::string& text) {
  expect_golden_file("report/" + name, text);
}

}  // namespace lbundle
