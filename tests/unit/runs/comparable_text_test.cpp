#include "runs/comparable_text.hpp"

#include <gtest/gtest.h>

#include "json/json.hpp"

namespace lbundle {
namespace {

constexpr const char* with_source =
    "Traceback (most recent call last):\n"
    "  File \"/var/task/handler.py\", line 30, in handler\n"
    "    return divide(1, event[\"by\"])\n"
    "           ^^^^^^^^^^^^^^^^^^^^^^\n"
    "  File \"/var/task/steps/divide.py\", line 2, in divide\n"
    "    return a / b\n"
    "ZeroDivisionError: division by zero\n";
constexpr const char* without_source =
    "Traceback (most recent call last):\n"
    "  File \"/var/task/handler.py\", line 30, in handler\n"
    "  File \"/var/task/steps/divide.py\", line 2, in divide\n"
    "ZeroDivisionError: division by zero\n";

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

void expect_alike(const std::string& a, const std::string& b) {
  EXPECT_EQ(comparable_text(a), comparable_text(b)) << a << "\n" << b;
}
void expect_different(const std::string& a, const std::string& b) {
  EXPECT_NE(comparable_text(a), comparable_text(b)) << a << "\n" << b;
}

TEST(ComparableText, LeavesOutTheSourcesOfATraceback) {
  expect_alike(with_source, without_source);
}

TEST(ComparableText, KeepsEverythingElseOfATraceback) {
  for (const auto* part : {"handler.py", "line 30", "in divide", "ZeroDivisionError", "by zero"})
    expect_different(with_source, replaced(without_source, part, "other"));
  expect_different(with_source, replaced(without_source, "line 2", "line 3"));
}

TEST(ComparableText, AFrameAtTheEndHasNoLineFeed) {
  expect_alike("  File \"a.py\", line 1, in f\n    x()\n", "  File \"a.py\", line 1, in f\n");
  expect_alike("File \"a.py\", line 1, in f\n    x()", "File \"a.py\", line 1, in f");
  expect_different("File \"a.py\", line 1, in f\nx()", "File \"a.py\", line 1, in f");
}

TEST(ComparableText, ExceptionGroupsHaveBarsInFront) {
  expect_alike("  |   File \"a.py\", line 1, in f\n  |     x()\n  | ValueError: no\n",
               "  |   File \"a.py\", line 1, in f\n  | ValueError: no\n");
  expect_different("  |   File \"a.py\", line 1, in f\n  |     x()\n  | ValueError: no\n",
                   "  |   File \"a.py\", line 1, in f\n  | ValueError: yes\n");
}

TEST(ComparableText, LooksIntoJson) {
  const auto logged = [](const std::string& traceback, const std::string& message) {
    return "[ERROR]\t" + to_line(Json{{"message", message}, {"trace", traceback}, {"after", "end"}});
  };
  expect_alike(logged(with_source, "no"), logged(without_source, "no"));
  expect_different(logged(with_source, "no"), logged(without_source, "yes"));
  expect_different(logged(with_source, "no"), replaced(logged(without_source, "no"), "\"end\"", "\"start\""));
  const auto body = [&](const std::string& traceback, const std::string& message) {
    return to_line(Json{{"body", logged(traceback, message)}});
  };
  expect_alike(body(with_source, "no"), body(without_source, "no"));
  expect_different(body(with_source, "no"), body(without_source, "yes"));
}

// The source is the last thing in its string. What is behind the string must not go with it.
TEST(ComparableText, WhatIsBehindAStringCounts) {
  const auto logged = [](const std::string& trace, const std::string& message) {
    return to_line(Json{{"trace", trace}, {"message", message}});
  };
  const std::string frame = "  File \"a.py\", line 1, in f";
  expect_alike(logged(frame + "\n    x()", "m"), logged(frame, "m"));
  expect_different(logged(frame + "\n    x()", "m"), logged(frame, "n"));
  const auto shown = [&](const std::string& rest) {
    return "{'t': '" + frame + "\\n    x()', 'm': '" + rest + "'}";
  };
  expect_different(shown("a"), shown("b"));
}

TEST(ComparableText, PythonsFormOfAString) {
  expect_alike("'  File \"a.py\", line 1, in f\\n    x()\\nValueError: no\\n'",
               "'  File \"a.py\", line 1, in f\\nValueError: no\\n'");
  expect_different("'  File \"a.py\", line 1, in f\\n    x()\\nValueError: no\\n'",
                   "'  File \"a.py\", line 1, in f\\nValueError: yes\\n'");
}

TEST(ComparableText, LineNumbersOfGeneratedCode) {
  expect_alike("  File \"<string>\", line 12, in f\n", "  File \"<string>\", line 13, in f\n");
  expect_alike("at eval (eval at <anonymous> (/var/task/a.js:1:1), <anonymous>:3:5)",
               "at eval (eval at <anonymous> (/var/task/a.js:1:1), <anonymous>:4:1)");
  expect_different("  File \"<string>\", line 12, in f\n", "  File \"<string>\", line 12, in g\n");
  expect_different("  File \"a.py\", line 12, in f\n", "  File \"a.py\", line 13, in f\n");
  expect_different("at f (/var/task/a.js:3:5)", "at f (/var/task/a.js:4:5)");
}

TEST(ComparableText, AddressesOfObjects) {
  expect_alike("a <function f at 0x7f12a0b1c2d3> b", "a <function f at 0x7f000000c2d3> b");
  expect_alike("<bound method A.f of <A object at 0x7f12a0b1c2d3>>",
               "<bound method A.f of <A object at 0x7f3300000000>>");
  expect_different("<function f at 0x7f12a0b1c2d3>", "<function g at 0x7f12a0b1c2d3>");
  for (const auto& [a, b] : {std::pair{"crash at 0x7f12a0b1c2d3", "crash at 0x7f12a0b1c2d4"},
                             {"a < b at 0x7f12a0b1c2d3", "a < b at 0x7f12a0b1c2d4"},
                             {"<p> at 0x7f12a0b1c2d3", "<p> at 0x7f12a0b1c2d4"},
                             {"<b 0x7f12a0b1c2d3>", "<b 0x7f12a0b1c2d4>"},
                             {"<reads at 0x10>", "<reads at 0x20>"}})
    expect_different(a, b);
}

TEST(ComparableText, OtherTextsStayAsTheyAre) {
  for (const auto* text : {"", "a\n  b\n", "  File \"a.py\" is here\n    and this is not source\n",
                           "{\"File\": \"a\\nb\"}", "File \"a.py\", line x\n    y"})
    EXPECT_EQ(comparable_text(text), text);
}

TEST(LoggedFailure, IsTheEndOfATraceback) {
  EXPECT_EQ(logged_failure(with_source), "ZeroDivisionError: division by zero");
  EXPECT_EQ(logged_failure("[ERROR] " + to_line(Json(std::string(with_source)))),
            "ZeroDivisionError: division by zero");
  EXPECT_EQ(logged_failure(to_line(Json{{"t", "  File \"a.py\", line 1, in f\n    x()\n"}})), "a traceback");
  EXPECT_EQ(
      logged_failure("2026\tid\tERROR\tTypeError: no\r    at f (/var/task/a.js:3:5)\r    at g (/a.js:1:2)"),
      "TypeError: no");
  EXPECT_EQ(logged_failure("2026\tid\tTRACE\tTrace: here\r    at f (/var/task/a.js:3:5)"), "");
  EXPECT_EQ(logged_failure("all is well\nat 10:20:30 it began\n  File a.py\n"), "");
}

}  // namespace
}  // namespace lbundle
