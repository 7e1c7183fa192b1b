// Compares a text with a file of tests/golden; tests/golden/README.md says how to accept a change.
#pragma once

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace lbundle {

// `name` is the path below tests/golden: "doctor/good.txt".
inline void expect_golden_file(const std::string& name, const std::string& text) {
  const auto path = std::string(LBUNDLE_SOURCE_DIR) + "/tests/golden/" + name;
  if (std::getenv("LBUNDLE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file.is_open()) << path << " is missing";
  std::ostringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(text, expected.str()) << "differs from " << path;
}

}  // namespace lbundle
