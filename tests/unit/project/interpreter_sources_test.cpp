#include "project/interpreter_sources.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/error.hpp"
#include "project/tool_pins.hpp"

namespace lbundle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* valid_entry = R"([[interpreter]]
version = "3.9"
release = "bullseye"
packages = ["python3.9", "libpython3.9-dev"]
tools = ["pip"]
reason = "r"
source = "s"
date = "2026-11"
)";

std::string mistake_in(const std::string& text) {
  try {
    parse_interpreter_sources("rules/interpreters.toml", text);
  } catch (const Error& error) {
    return std::string(error.what()) + '\n' + error.detail();
  }
  return "no mistake";
}

TEST(InterpreterSources, ReadsAnEntry) {
  const auto sources = parse_interpreter_sources("rules/interpreters.toml", valid_entry);
  ASSERT_EQ(sources.size(), 1U);
  EXPECT_EQ(sources[0].version, "3.9");
  EXPECT_EQ(sources[0].release, "bullseye");
  EXPECT_THAT(sources[0].packages, ElementsAre("python3.9", "libpython3.9-dev"));
  EXPECT_THAT(sources[0].tools, ElementsAre("pip"));
}

TEST(InterpreterSources, RefusesAnEntryWithoutAReason) {
  std::string text = valid_entry;
  text.erase(text.find("reason"), std::string("reason = \"r\"\n").size());
  EXPECT_THAT(mistake_in(text), HasSubstr("reason"));
}

TEST(InterpreterSources, RefusesAVersionThatComesTwice) {
  EXPECT_THAT(mistake_in(std::string(valid_entry) + valid_entry), HasSubstr("'3.9' has an entry already"));
}

TEST(InterpreterSources, RefusesANameThatAProgramWouldTakeForAnOption) {
  std::string text = valid_entry;
  text.replace(text.find("bullseye"), 8, "--simulate");
  EXPECT_THAT(mistake_in(text), HasSubstr("'--simulate' is not a Debian name"));
}

TEST(InterpreterSources, RefusesAnUnknownKey) {
  EXPECT_THAT(mistake_in(std::string(valid_entry) + "mirror = \"x\"\n"), HasSubstr("mirror"));
}

TEST(InterpreterSources, TheEmbeddedOnesNameToolsThatArePinned) {
  const auto* trixie = interpreter_source("3.13");
  ASSERT_NE(trixie, nullptr);
  EXPECT_EQ(trixie->release, "trixie");
  EXPECT_EQ(interpreter_source("3.77"), nullptr);
  for (const auto* version : {"3.9", "3.11", "3.13", "3.14", "3.15"}) {
    const auto* source = interpreter_source(version);
    ASSERT_NE(source, nullptr) << version;
    EXPECT_EQ(source->packages.front(), std::string("python") + version);
    for (const auto& tool : source->tools) EXPECT_FALSE(tool_pins(tool).packages.empty());
  }
}

}  // namespace
}  // namespace lbundle
