// Where a project's files may come from, and what it says of its surroundings: [[source]], links, the command
// of [stage], and what Lambda sets from the outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "project/folder_links.hpp"
#include "project/host_glob.hpp"
#include "project/project.hpp"
#include "support/expect_error.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class SourcesTest : public testing::Test {
 protected:
  SourcesTest() {
    for (const auto* file : {"repo/.git/HEAD", "repo/fn/handler.py", "repo/fn/events/a.json",
                             "repo/fn/requirements.txt", "repo/shared/common/__init__.py",
                             "repo/shared/common/words.py", "repo/shared/tax.py", "outside/secret.py"})
      folder_.put(file, "{}");
  }

  HostPath at(const std::string& path) const { return folder_.path() / path; }
  Project read(const std::string& function, const std::string& tables = "") const {
    return read_project(
        folder_.put("repo/fn/lbundle.toml",
                    "[function]\nname = 'f'\nhandler = 'handler.handler'\nruntime = 'python3.11'\n" +
                        function + "\n[[event]]\nfiles = 'events/*.json'\n" + tables));
  }
  std::string complaint(const std::string& function, const std::string& tables = "") const {
    const auto error = error_of([&] { read(function, tables); });
    if (!error) return "no error";
    EXPECT_EQ(error->status(), ExitStatus::wrong_usage);
    return std::string(error->what()) + '\n' + error->detail() + "\nhint: " + error->hint();
  }

  Scratch folder_;
};

TEST_F(SourcesTest, ReadsPlacedSources) {
  const auto project = read("", R"([[source]]
from = "../shared/common"
to = "lib/common"
[[source]]
from = "../shared/tax.py"
[[source]]
from = "../shared/"
to = "."
[[source]]
from = "../shared/tax.py"
to = "lib/"
)");
  const auto& placed = project.function.placed;
  ASSERT_EQ(placed.size(), 4U);
  EXPECT_EQ(placed[0].path, at("repo/shared/common"));
  EXPECT_EQ(placed[0].to.bytes(), "lib/common");
  EXPECT_FALSE(placed[0].to_folder);
  EXPECT_EQ(placed[1].to.bytes(), "tax.py");
  EXPECT_EQ(placed[2].path, at("repo/shared"));
  EXPECT_TRUE(placed[2].to.is_root());
  EXPECT_TRUE(placed[3].to_folder);
}

TEST_F(SourcesTest, RefusesBadPlaces) {
  EXPECT_THAT(complaint("", "[[source]]\nfrom = '../nowhere'\n"), HasSubstr("'../nowhere' does not exist"));
  EXPECT_THAT(complaint("", "[[source]]\nto = 'x'\n"), HasSubstr("key 'from' is missing"));
  EXPECT_THAT(complaint("", "[[source]]\nfrom = '../shared'\nto = '../x'\n"),
              HasSubstr("'../x' is not a place in the bundle"));
  EXPECT_THAT(complaint("", "[[source]]\nfrom = '../shared/**'\n"),
              HasSubstr("`from` is one file or folder"));
}

TEST_F(SourcesTest, AFolderFromOutsideHasAPlace) {
  EXPECT_THAT(complaint("source = ['handler.py', '../shared/common/**']"),
              AllOf(HasSubstr("flat into the bundle's root"),
                    HasSubstr("from = \"../shared/common\" and to = \"common\"")));
  EXPECT_THAT(complaint("source = ['../shared/common/*.py']"), HasSubstr("[[source]]"));
  EXPECT_EQ(read("source = ['../shared/tax.py', '../shared/*.py']").function.source.size(), 2U);
}

TEST_F(SourcesTest, FollowsLinksToFolders) {
  fs::create_directory_symlink("../shared", at("repo/fn/shared"));
  fs::create_directory_symlink("..", at("repo/shared/back"));
  const auto files = files_matching(at("repo/fn"), "**/*.py");
  EXPECT_THAT(files, ElementsAre(at("repo/fn/handler.py"), at("repo/fn/shared/common/__init__.py"),
                                 at("repo/fn/shared/common/words.py"), at("repo/fn/shared/tax.py")));
  EXPECT_EQ(files_matching(at("repo/fn"), "shared/common/words.py").size(), 1U);
}

TEST_F(SourcesTest, ALinkThatLeavesTheRepositoryIsNamed) {
  fs::create_directory_symlink("../../outside", at("repo/fn/lib"));
  EXPECT_THAT(complaint("source = ['**/*.py']"),
              AllOf(HasSubstr("it is a link to the folder"), HasSubstr("to = \"lib\"")));
  EXPECT_EQ(read("source = ['*.py']").function.source.size(), 1U);
}

TEST_F(SourcesTest, WithoutARepositoryALinkMayLeadBesideTheProject) {
  fs::remove_all(at("repo/.git"));
  EXPECT_EQ(folder_of_links(at("repo/fn")), fs::canonical(at("repo")));
}

TEST_F(SourcesTest, ADanglingLinkIsNamed) {
  fs::create_symlink("../gone", at("repo/fn/common"));
  EXPECT_THAT(complaint("source = ['common/**']"), HasSubstr("'common' is a link that leads to nothing"));
  EXPECT_THAT(search_files(at("repo/fn"), "**/*.py").dangling, ElementsAre(at("repo/fn/common")));
  EXPECT_TRUE(search_files(at("repo/fn"), "*.py").dangling.empty());
}

TEST_F(SourcesTest, TheTextOfALinkStandsForIt) {
  folder_.put("repo/fn/common", "../shared/common");
  folder_.put("repo/fn/note", "see ../shared\n");
  const auto search = search_files(at("repo/fn"), "common/**/*.py");
  EXPECT_THAT(search.files, ElementsAre(at("repo/fn/common/__init__.py"), at("repo/fn/common/words.py")));
  EXPECT_EQ(search.real.at(at("repo/fn/common/words.py")), at("repo/shared/common/words.py"));
  EXPECT_THAT(search.texts, ElementsAre(at("repo/fn/common")));
  EXPECT_THAT(search_files(at("repo/fn"), "**").texts, testing::IsEmpty())
      << "it is a file that is wanted itself";
}

TEST_F(SourcesTest, ReadsTheCommand) {
  const auto text =
      read("source = ['dist/**']",
           "[stage]\ncommand = 'npm run build'\ninputs = ['src/**']\noutputs = ['./dist/**']\n");
  EXPECT_THAT(text.stage.command->words, ElementsAre("/bin/sh", "-c", "npm run build"));
  EXPECT_THAT(text.stage.command->outputs, ElementsAre("dist/**"));
  EXPECT_FALSE(text.stage.command->network);
  const auto list =
      read("", "[stage]\ncommand = ['make', 'all']\noutputs = 'x'\nnetwork = 'host'\n").stage.command;
  EXPECT_THAT(list->words, ElementsAre("make", "all"));
  EXPECT_EQ(list->text, "make all");
  EXPECT_TRUE(list->network);
  EXPECT_THAT(complaint("", "[stage]\ncommand = 'make'\n"), HasSubstr("the command has no 'outputs'"));
  EXPECT_THAT(complaint("", "[stage]\noutputs = 'x'\n"), HasSubstr("'outputs' is for 'command'"));
}

TEST_F(SourcesTest, ReadsWhatLambdaSets) {
  const auto function = read(R"(region = "eu-west-2"
account = "210987654321"
version = "7"
alias = "live"
log_group = "/team/orders"
memory = 256
timeout = 3)")
                            .function;
  EXPECT_EQ(function_arn(function.deployment, "f"), "arn:aws:lambda:eu-west-2:210987654321:function:f:live");
  const auto project = read("memory = 256\ntimeout = 3");
  EXPECT_EQ(project.sandbox.memory, 256);
  EXPECT_EQ(project.sandbox.timeout, std::chrono::seconds(3));
  const auto both = read("memory = 256\ntimeout = 3", "[sandbox]\nmemory = 512\ntimeout = 9\n");
  EXPECT_EQ(both.sandbox.memory, 512);
  EXPECT_EQ(both.function.deployment.memory, 256);
  EXPECT_EQ(both.sandbox.timeout, std::chrono::seconds(9));
}

TEST_F(SourcesTest, AnArnHasThePartitionOfItsRegion) {
  Deployment deployment;
  EXPECT_EQ(function_arn(deployment, "f"), "arn:aws:lambda:us-east-1:123456789012:function:f");
  deployment.region = "cn-north-1";
  deployment.version = "7";
  EXPECT_EQ(function_arn(deployment, "f"), "arn:aws-cn:lambda:cn-north-1:123456789012:function:f:7");
  EXPECT_EQ(partition_of("us-gov-west-1"), "aws-us-gov");
}

TEST_F(SourcesTest, RefusesWhatLambdaCannotSet) {
  EXPECT_THAT(complaint("region = 'London'"),
              AllOf(HasSubstr("'London' is not the name of a region"), HasSubstr("region = \"eu-west-2\"")));
  EXPECT_THAT(complaint("account = '12'"), HasSubstr("12 digits"));
  EXPECT_THAT(complaint("version = '0'"), HasSubstr("is not a version"));
  EXPECT_THAT(complaint("alias = '12'"), HasSubstr("is not an alias"));
  EXPECT_THAT(complaint("memory = 64"), HasSubstr("must be from 128 to 10240"));
  EXPECT_THAT(complaint("initialization_type = 'warm'"), HasSubstr("snap-start"));
  EXPECT_THAT(complaint("", "[environment]\nAWS_REGION = 'eu-west-2'\n"),
              HasSubstr("write region = \"eu-west-2\" under [function]"));
  EXPECT_THAT(complaint("", "[environment]\nAWS_LAMBDA_FUNCTION_MEMORY_SIZE = '256'\n"),
              HasSubstr("write memory = 256 under [function]"));
  EXPECT_THAT(complaint("", "[environment]\nLAMBDA_TASK_ROOT = '/x'\n"), HasSubstr("Lambda sets it itself"));
}

TEST_F(SourcesTest, ExtrasNeedALockFile) {
  EXPECT_THAT(complaint("extras = ['api']"), HasSubstr("'extras' without 'requirements'"));
  EXPECT_THAT(read("requirements = 'requirements.txt'\nextras = ['api']\ngroups = 'geo'").function.groups,
              ElementsAre("geo"));
}

}  // namespace
}  // namespace lbundle
