// Checks that ignore files mean the same to lbundle as to git. Both get the same questions.
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"
#include "staging/ignore_rules.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

// The files of the repository; folders have a final slash.
const std::vector<std::string> places = {"a/",
                                         "a/b/",
                                         "a/b/c/",
                                         "doc/",
                                         "doc/deep/",
                                         "build/",
                                         "sp ace/",
                                         "a.log",
                                         "b.txt",
                                         "a/a.log",
                                         "a/b/b.txt",
                                         "a/b/c/a.log",
                                         "a/b/c/x",
                                         "doc/b.txt",
                                         "doc/deep/b.txt",
                                         "doc/deep/a.log",
                                         "build/x",
                                         "build/a.log",
                                         "sp ace/x",
                                         "#hash",
                                         "!bang",
                                         "[x]",
                                         "x",
                                         "a/x",
                                         "ab",
                                         "a/ab",
                                         "tail "};

// Parts of lines, between slashes.
const std::vector<std::string> parts = {
    "a",     "b",       "c",     "x",     "doc",     "deep",  "build",  "*",      "**",       "*.log",
    "*.txt", "a.*",     "?",     "[ab]",  "a?",      "[!a]",  "[a-c]*", "sp ace", "sp\\ ace", "\\#hash",
    "#hash", "\\!bang", "!bang", "\\[x]", "tail\\ ", "tail ", "\\",     ".",      ".."};

// Generates a line of one to three parts. "!", "#" or a slash may come before them, a slash or spaces after
// them. Forms without a meaning in gitignore(5) are left out: empty parts, slashes in brackets, and several
// stars in a row within a part, which git itself treats inconsistently.
std::string any_line() {
  auto line = *rc::gen::element(std::string(), std::string(), std::string("!"), std::string("#"),
                                std::string("/"), std::string("!/"));
  const auto count = *rc::gen::inRange(1, 4);
  for (int i = 0; i < count; ++i) line += (i == 0 ? "" : "/") + *rc::gen::elementOf(parts);
  return line + *rc::gen::element(std::string(), std::string(), std::string("/"), std::string("  "),
                                  std::string("/  "));
}

std::string any_lines() {
  std::string text;
  const auto count = *rc::gen::inRange(1, 6);
  for (int i = 0; i < count; ++i) text += any_line() + '\n';
  return text;
}

class Repository {
 public:
  Repository() : folder_(temporary_folder(), "ignore") {
    for (const auto& place : places) {
      const auto path = folder_.path() / place;
      fs::create_directories(place.ends_with('/') ? path : path.parent_path());
      if (!place.ends_with('/')) write_file(path, std::string_view{});
    }
    git({"init", "-q"}, {});
  }

  std::set<std::string> ignored_by_git(const std::string& root, const std::string& below) {
    write_file(folder_.path() / ".gitignore", root);
    write_file(folder_.path() / "a" / ".gitignore", below);
    std::string asked;
    for (const auto& place : places) asked += name_of(place) + '\0';
    const auto answer = git({"check-ignore", "-z", "--no-index", "--stdin"}, asked);
    std::set<std::string> ignored;
    for (std::size_t at = 0; at < answer.size();) {
      const auto end = answer.find('\0', at);
      ignored.insert(answer.substr(at, end - at));
      at = end + 1;
    }
    return ignored;
  }

  // Walks as staging does, without entering an ignored folder.
  std::set<std::string> ignored_by_us() const {
    IgnoreRules rules;
    rules.add_files_of(folder_.path());
    rules.add_files_of(folder_.path() / "a");
    std::set<std::string> ignored;
    for (const auto& place : places) {
      const auto name = name_of(place);
      bool is_ignored = rules.ignores(folder_.path() / name, place.ends_with('/'));
      for (auto slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1))
        is_ignored = is_ignored || rules.ignores(folder_.path() / name.substr(0, slash), true);
      if (is_ignored) ignored.insert(name);
    }
    return ignored;
  }

 private:
  static std::string name_of(const std::string& place) {
    return place.ends_with('/') ? place.substr(0, place.size() - 1) : place;
  }

  std::string git(std::vector<std::string> words, std::string input) {
    Command command;
    command.arguments = {"git", "-c", "core.excludesFile=/dev/null", "-C", folder_.path().string()};
    command.arguments.insert(command.arguments.end(), words.begin(), words.end());
    command.input = std::move(input);
    return run(command).output;
  }

  TempDir folder_;
};

TEST(IgnoreProperty, GitIgnoresTheSame) {
  if (find_program("git").empty()) {
    LBUNDLE_SKIP("git is not installed");
  }
  Repository repository;
  const auto same = rc::check("git ignores the same", [&] {
    const auto root = any_lines();
    const auto below = *rc::gen::arbitrary<bool>() ? any_lines() : std::string();
    const auto expected = repository.ignored_by_git(root, below);
    const auto found = repository.ignored_by_us();
    if (found != expected) {
      std::string difference;
      for (const auto& each : expected)
        if (!found.contains(each)) difference += format("\n  only git ignores '{}'", each);
      for (const auto& each : found)
        if (!expected.contains(each)) difference += format("\n  git does not ignore '{}'", each);
      RC_FAIL(format("of\n{}---\n{}{}", root, below, difference));
    }
  });
  EXPECT_TRUE(same);
}

}  // namespace
}  // namespace lbundle
