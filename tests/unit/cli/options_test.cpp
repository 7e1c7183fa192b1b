#include "cli/options.hpp"

#include <gtest/gtest.h>

#include "support/expect_error.hpp"

namespace lbundle::cli {
namespace {

Invocation parse(std::vector<const char*> words) {
  words.insert(words.begin(), "lbundle");
  return parse_command_line(static_cast<int>(words.size()), words.data());
}

template <typename Wanted>
Wanted command(std::vector<const char*> words) {
  return std::get<Wanted>(parse(std::move(words)).command);
}

// Returns the error for a command line; empty if it is accepted.
std::string refusal(std::vector<const char*> words) {
  const auto error = error_of([&] { parse(words); });
  if (!error) return "";
  EXPECT_EQ(error->status(), ExitStatus::wrong_usage);
  EXPECT_NE(error->hint(), "");
  return error->what();
}

std::string hint_for(std::vector<const char*> words) {
  const auto error = error_of([&] { parse(words); });
  return error ? error->hint() : "";
}

TEST(Options, DefaultsAreThoseOfTheProjectFile) {
  const auto build = command<BuildCommand>({"build"});
  EXPECT_TRUE(build.folder.empty());
  EXPECT_FALSE(build.output || build.backend || build.level || build.pack_level);
  EXPECT_TRUE(build.keep.empty() && build.drop.empty());
  const auto common = parse({"build"}).common;
  EXPECT_EQ(common.format, Format::text);
  EXPECT_EQ(common.color, ColorChoice::automatic);
  EXPECT_FALSE(common.verbose || common.quiet);
  EXPECT_EQ(common.jobs, 0U);
}

TEST(Options, OfInit) {
  const auto init = command<InitCommand>({"init", "dir", "--function", "A", "--handler", "a.b", "--force"});
  EXPECT_EQ(init.folder, "dir");
  EXPECT_EQ(init.function, "A");
  EXPECT_EQ(init.handler, "a.b");
  EXPECT_EQ(init.runtime, "");
  EXPECT_TRUE(init.force);
  EXPECT_FALSE(command<InitCommand>({"init"}).force);
}

TEST(Options, OfBuild) {
  const auto build = command<BuildCommand>({"build", "dir", "-o", "a.zip", "--backend", "host", "--sandbox",
                                            "none", "--level", "package", "--pack-level", "max", "--keep",
                                            "a/**", "--keep", "b", "--drop", "**/tests/**"});
  EXPECT_EQ(build.folder, "dir");
  EXPECT_EQ(build.output, HostPath("a.zip"));
  EXPECT_EQ(build.backend, BackendChoice::host);
  EXPECT_EQ(build.sandbox, SandboxMode::none);
  EXPECT_EQ(build.level, PruneLevel::package);
  EXPECT_EQ(build.pack_level, PackLevel::max);
  EXPECT_EQ(build.keep, (std::vector<std::string>{"a/**", "b"}));
  EXPECT_EQ(build.drop, (std::vector<std::string>{"**/tests/**"}));
  EXPECT_EQ(command<BuildCommand>({"build", "--keep", "a", "dir"}).folder, "dir") << "a glob is one word";
  EXPECT_EQ(command<BuildCommand>({"build", "--output=b.zip"}).output, HostPath("b.zip"));
}

TEST(Options, ThatEveryCommandTakes) {
  const std::vector<std::vector<const char*>> commands = {
      {"build"},        {"stage"},         {"trace"},      {"pack", "tree", "-o", "zip"},
      {"check", "zip"}, {"verify", "zip"}, {"why", "path"}};
  for (auto words : commands) {
    words.insert(words.end(), {"--format", "json", "--color", "never", "-v", "-q", "-j", "3"});
    const auto common = parse(words).common;
    EXPECT_EQ(common.format, Format::json) << words[0];
    EXPECT_EQ(common.color, ColorChoice::never) << words[0];
    EXPECT_TRUE(common.verbose && common.quiet) << words[0];
    EXPECT_EQ(common.jobs, 3U) << words[0];
  }
}

TEST(Options, OfTheOtherCommands) {
  EXPECT_EQ(command<StageCommand>({"stage", "dir"}).folder, "dir");
  const auto pack = command<PackCommand>({"pack", "tree", "-o", "a.zip", "--pack-level", "fast"});
  EXPECT_EQ(pack.tree, "tree");
  EXPECT_EQ(pack.output, "a.zip");
  EXPECT_EQ(pack.level, PackLevel::fast);
  EXPECT_EQ(command<PackCommand>({"pack", "tree", "-o", "a.zip"}).level, PackLevel::best);
  const auto check = command<CheckCommand>({"check", "a.zip", "--runtime", "python3.12", "--arch", "arm64"});
  EXPECT_EQ(check.zip, "a.zip");
  EXPECT_EQ(check.target.runtime, "python3.12");
  EXPECT_EQ(check.target.architecture, "arm64");
  const auto verify = command<VerifyCommand>({"verify", "a.zip", "dir", "--runtime", "python3.12"});
  EXPECT_EQ(verify.zip, "a.zip");
  EXPECT_EQ(verify.folder, "dir");
  EXPECT_EQ(verify.target.runtime, "python3.12");
  const auto why = command<WhyCommand>({"why", "a/b.so", "dir"});
  EXPECT_EQ(why.path, "a/b.so");
  EXPECT_EQ(why.folder, "dir");
}

TEST(Options, OfTraceEndAtTheSeparator) {
  const auto trace =
      command<TraceCommand>({"trace", "--root", "tree", "-o", "log", "--", "cmd", "-v", "--", "--help"});
  EXPECT_EQ(trace.root, HostPath("tree"));
  EXPECT_EQ(trace.output, HostPath("log"));
  EXPECT_EQ(trace.command, (std::vector<std::string>{"cmd", "-v", "--", "--help"}));
  EXPECT_FALSE(parse({"trace", "-o", "log", "--", "cmd", "-v"}).common.verbose);
  EXPECT_TRUE(command<TraceCommand>({"trace", "dir"}).command.empty());
}

TEST(Options, OfTraceGoTogether) {
  EXPECT_NE(refusal({"trace", "--", "cmd"}), "") << "where would its log go?";
  EXPECT_NE(refusal({"trace", "-o", "log", "--"}), "");
  EXPECT_NE(refusal({"trace", "-o", "log"}), "") << "it would be of no effect";
  EXPECT_NE(refusal({"trace", "--root", "tree"}), "");
  EXPECT_NE(refusal({"build", "--", "cmd"}), "");
}

TEST(Options, HelpAndVersionAreTextToShow) {
  EXPECT_NE(command<TextToShow>({"--help"}).text.find("build"), std::string::npos);
  EXPECT_NE(command<TextToShow>({"build", "--help"}).text.find("--pack-level"), std::string::npos);
  EXPECT_EQ(command<TextToShow>({"--help"}).text.find("--pack-level"), std::string::npos);
  const auto version = command<TextToShow>({"--version"}).text;
  EXPECT_EQ(version.rfind("lbundle ", 0), 0U);
  EXPECT_EQ(command<TextToShow>({"why", "--version"}).text, version) << "though the path is missing";
}

TEST(Options, HelpShowsTheHelpOfACommand) {
  const auto text = [](std::vector<const char*> words) { return command<TextToShow>(std::move(words)).text; };
  EXPECT_EQ(text({"help"}), text({"--help"}));
  EXPECT_EQ(text({"help", "build"}), text({"build", "--help"}));
  EXPECT_NE(text({"help", "build"}).find("Usage: lbundle build "), std::string::npos);
  EXPECT_EQ(refusal({"help", "bild"}).find("cannot understand 'lbundle help bild'"), 0U);
  EXPECT_EQ(hint_for({"help", "bild"}), "did you mean 'build'?");
  EXPECT_EQ(hint_for({"help", "frobnicate"}), "lbundle help lists the commands");
}

TEST(Options, CompletionsHaveEachCommand) {
  for (const auto* shell : {"bash", "fish", "zsh"}) {
    const auto text = command<TextToShow>({"completions", shell}).text;
    for (const auto* word : {"build", "completions", "python3.13", "pack-level", "reach"})
      EXPECT_NE(text.find(word), std::string::npos) << shell << ' ' << word;
  }
  EXPECT_NE(refusal({"completions", "tcsh"}).find("bash|fish|zsh"), std::string::npos);
  EXPECT_NE(refusal({"completions"}), "");
}

TEST(Options, WrongUsageIsReportedWithTheNearestName) {
  EXPECT_NE(refusal({}), "");
  EXPECT_EQ(hint_for({"bild"}), "did you mean 'build'?");
  EXPECT_EQ(hint_for({"verfiy", "x"}), "did you mean 'verify'?");
  EXPECT_EQ(hint_for({"build", "--levle", "trace"}), "did you mean '--level'?");
  EXPECT_EQ(hint_for({"build", "--levle=trace"}), "did you mean '--level'?");
  EXPECT_EQ(hint_for({"frobnicate"}), "lbundle --help lists the commands");
  EXPECT_EQ(hint_for({"check"}), "lbundle check --help lists its options");
}

TEST(Options, WrongValuesAreReportedWithTheValidOnes) {
  EXPECT_NE(refusal({"build", "--level", "deep"}).find("none|package|reach|trace"), std::string::npos);
  EXPECT_NE(refusal({"build", "--format", "yaml"}).find("json|text"), std::string::npos);
  EXPECT_NE(refusal({"build", "-j", "0"}), "");
  EXPECT_NE(refusal({"build", "-j", "-1"}), "");
  EXPECT_NE(refusal({"build", "-j", "two"}), "");
  EXPECT_NE(refusal({"build", "a", "b"}), "");
  EXPECT_NE(refusal({"build", "-o"}), "");
  EXPECT_NE(refusal({"pack", "tree"}), "");
  EXPECT_NE(refusal({"check"}), "");
  EXPECT_NE(refusal({"why"}), "");
}

}  // namespace
}  // namespace lbundle::cli
