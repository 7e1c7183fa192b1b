#include "cli/command_tree.hpp"

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/completions.hpp"

namespace lbundle::cli {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// A program with one command that has each kind of option and argument.
class Tree : public ::testing::Test {
 protected:
  Tree() : app_("A program", "lbundle") {
    auto* command = app_.add_subcommand("build", "It's [done]: a test");
    command->add_option("-o,--output", text_, "A file")->type_name("ZIP");
    command->add_option("--into", text_, "A folder")->type_name("DIR");
    command->add_option("--keep", texts_, "Globs")->type_name("GLOB")->allow_extra_args(false);
    command->add_option("--level", text_, "A choice")->type_name("low|high")->required();
    command->add_option("--runtime", text_, "A runtime")->type_name("RUNTIME");
    command->add_option("--jobs", number_, "A number")->check(CLI::Range(1, 9))->type_name("N");
    command->add_flag("-q,--quiet", flag_, "A flag");
    command->add_option("TREE", text_, "What to build")->required()->type_name("");
    command->add_option("NAME", text_, "Any text")->type_name("");
    tree_ = command_tree_of(app_);
  }

  const OptionForm& option(const std::string& name) const {
    for (const auto& option : tree_.commands.at(0).options)
      if (option.names.back() == name) return option;
    throw std::out_of_range(name);
  }

  std::string text_;
  std::vector<std::string> texts_;
  int number_ = 0;
  bool flag_ = false;
  CLI::App app_;
  CommandTree tree_;
};

TEST_F(Tree, NamesCommandsAndOptions) {
  EXPECT_EQ(tree_.root.name, "lbundle");
  ASSERT_THAT(tree_.commands, SizeIs(1));
  EXPECT_EQ(tree_.commands[0].name, "build");
  EXPECT_THAT(option("--output").names, ElementsAre("-o", "--output"));
  EXPECT_EQ(option("--output").description, "A file");
}

TEST_F(Tree, SaysWhatAValueNames) {
  EXPECT_EQ(option("--output").kind, ValueKind::file);
  EXPECT_EQ(option("--into").kind, ValueKind::folder);
  EXPECT_EQ(option("--keep").kind, ValueKind::text);
  EXPECT_EQ(option("--quiet").kind, ValueKind::none);
  EXPECT_EQ(option("--level").kind, ValueKind::choice);
  EXPECT_THAT(option("--level").choices, ElementsAre("low", "high"));
  EXPECT_THAT(option("--runtime").choices, Contains("python3.13"));
  EXPECT_EQ(option("--jobs").value, "N");
  EXPECT_EQ(option("--quiet").value, "");
}

TEST_F(Tree, SaysWhatIsRequiredAndWhatMayBeRepeated) {
  EXPECT_TRUE(option("--level").is_required);
  EXPECT_FALSE(option("--output").is_required);
  EXPECT_TRUE(option("--keep").may_repeat);
  EXPECT_FALSE(option("--output").may_repeat || option("--quiet").may_repeat);
}

TEST_F(Tree, HasArgumentsInTheirOrder) {
  const auto& arguments = tree_.commands[0].arguments;
  ASSERT_THAT(arguments, SizeIs(2));
  EXPECT_EQ(arguments[0].name, "TREE");
  EXPECT_EQ(arguments[0].kind, ValueKind::folder);
  EXPECT_TRUE(arguments[0].is_required);
  EXPECT_EQ(arguments[1].kind, ValueKind::text);
  EXPECT_FALSE(arguments[1].is_required);
}

TEST_F(Tree, IsJsonAsAWholeAndByCommand) {
  const auto all = command_tree_json(tree_, "");
  EXPECT_THAT(all, HasSubstr("\"commands\""));
  EXPECT_THAT(all, HasSubstr("\"kind\": \"folder\""));
  EXPECT_THAT(command_tree_json(tree_, "build"), ::testing::StartsWith("{\n  \"name\": \"build\""));
}

TEST_F(Tree, DescriptionsAreQuotedForEachShell) {
  EXPECT_THAT(fish_completions(tree_), HasSubstr("-d 'It\\'s [done]: a test'"));
  EXPECT_THAT(zsh_completions(tree_), HasSubstr("'build:It'\\''s [done]\\: a test'"));
}

TEST_F(Tree, RepeatedOptionsMayBeCompletedAgain) {
  EXPECT_THAT(zsh_completions(tree_), HasSubstr("'*--keep=[Globs]:GLOB: '"));
  EXPECT_THAT(zsh_completions(tree_), HasSubstr("'(-o --output)--output=[A file]:ZIP:_files'"));
}

}  // namespace
}  // namespace lbundle::cli
