#include "model/glob.hpp"

#include <regex>
#include <stdexcept>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace lbundle {
namespace {

struct Case {
  const char* pattern;
  const char* path;
  bool matches;
};

class GlobCases : public testing::TestWithParam<Case> {};

TEST_P(GlobCases, MatchesAsWritten) {
  const auto& [pattern, path, matches] = GetParam();
  EXPECT_EQ(Glob(pattern).matches(path), matches) << pattern << " on " << path;
}

INSTANTIATE_TEST_SUITE_P(
    Glob, GlobCases,
    testing::Values(Case{"a.py", "a.py", true}, Case{"a.py", "b/a.py", false}, Case{"a.py", "a.pyc", false},
                    Case{"*.py", "a.py", true}, Case{"*.py", ".py", true}, Case{"*.py", "b/a.py", false},
                    Case{"a*b*c", "a1b2b3c", true}, Case{"a*b*c", "a1b2b3cd", false},
                    Case{"a?c", "abc", true}, Case{"a?c", "a/c", false}, Case{"a*c", "a/c", false},
                    Case{"[a-c]x", "bx", true}, Case{"[a-c]x", "dx", false}, Case{"[!a-c]x", "dx", true},
                    Case{"[^a-c]x", "ax", false}, Case{"[]]x", "]x", true}, Case{"[a-]", "-", true},
                    Case{"[!a]x", "/x", false}, Case{"\\*", "*", true}, Case{"\\*", "a", false},
                    Case{"PIL/*.py", "PIL/Image.py", true}, Case{"pil/*.py", "PIL/Image.py", false},
                    Case{"**/tests/**", "tests/a", true}, Case{"**/tests/**", "a/b/tests/c/d", true},
                    Case{"**/tests/**", "a/tests", false}, Case{"**/tests/**", "a/mytests/b", false},
                    Case{"a/**/b", "a/b", true}, Case{"a/**/b", "a/x/y/b", true}, Case{"a/**/b", "ab", false},
                    Case{"a/**/b/*.c", "a/b/x/b/y.c", true}, Case{"a/**", "a/b", true},
                    Case{"a/**", "a", false}, Case{"a/", "a/b/c", true}, Case{"a/", "a", false},
                    Case{"**", "a/b", true}, Case{"**/*.so", "x.so", true}, Case{"**/*.so", "a/b/x.so", true},
                    Case{"**/a/**/b", "a/a/c/b", true}, Case{"**/*.so.*", "lib/libz.so.1", true},
                    Case{"a/*", "a/b/c", false}, Case{"*/b", "a/b", true}, Case{"[[]x", "[x", true},
                    Case{"caf\xc3\xa9", "caf\xc3\xa9", true}, Case{"caf?", "caf\xc3\xa9", false}));

TEST(Glob, SaysWhatIsWrong) {
  const auto mistake = [](std::string_view pattern) -> std::string {
    try {
      Glob{pattern};
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(mistake(""), "it is empty");
  EXPECT_EQ(mistake("/a"), "it must be relative to the bundle's root");
  EXPECT_EQ(mistake("a//b"), "it has an empty part");
  EXPECT_EQ(mistake("a/../b"), "it must not contain '.' or '..' as a part");
  EXPECT_EQ(mistake("[ab"), "'[' has no ']'");
  EXPECT_EQ(mistake("[z-a]"), "a range in '[]' runs backwards");
  EXPECT_EQ(mistake("a**"), "'**' must be a whole part, between slashes");
  EXPECT_EQ(mistake("a\\"), "nothing follows '\\'");
}

TEST(Glob, KnowsWhatEveryMatchBeginsWith) {
  EXPECT_EQ(Glob("PIL/_imag*.so").literal_prefix(), "PIL/_imag");
  EXPECT_EQ(Glob("a/b/**").literal_prefix(), "a/b/");
  EXPECT_EQ(Glob("**/a").literal_prefix(), "");
  EXPECT_EQ(Glob("a/b.py").literal_prefix(), "a/b.py");
}

// Translates a glob into a regular expression, which is slow and simple.
std::regex as_regex(const std::string& pattern) {
  std::string text;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern.compare(i, 3, "**/") == 0) {
      text += "(?:[^/]+/)*";
      i += 2;
    } else if (pattern.compare(i, 2, "**") == 0) {
      text += ".+";
      ++i;
    } else {
      text += pattern[i] == '*' ? "[^/]*" : pattern[i] == '?' ? "[^/]" : std::string(1, pattern[i]);
    }
  }
  return std::regex(text);
}

RC_GTEST_PROP(Glob, AgreesWithARegularExpression, ()) {
  const auto part =
      rc::gen::resize(5, rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab*?"))));
  const auto name = rc::gen::resize(
      5, rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab")))));
  std::string pattern, path;
  for (auto& text :
       *rc::gen::resize(6, rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(part)))) {
    while (text.find("**") != std::string::npos) text.erase(text.find("**"), 1);
    pattern += (pattern.empty() ? "" : "/") + (text.empty() ? "**" : text);
  }
  for (const auto& text :
       *rc::gen::resize(6, rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(name))))
    path += (path.empty() ? "" : "/") + text;
  RC_ASSERT(Glob(pattern).matches(path) == std::regex_match(path, as_regex(pattern)));
}

TEST(Glob, AnExactGlobMatchesOnlyItsPath) {
  for (const char* path : {"a/b.py", "a[1]*.so", "x?\\y"}) {
    EXPECT_TRUE(Glob(exact_glob(path)).matches(path)) << path;
    EXPECT_FALSE(Glob(exact_glob(path)).matches(std::string(path) + "x")) << path;
  }
  EXPECT_FALSE(Glob(exact_glob("a*")).matches("ab"));
}

}  // namespace
}  // namespace lbundle
