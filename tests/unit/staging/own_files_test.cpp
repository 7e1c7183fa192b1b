#include "staging/own_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/expect_error.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class OwnFilesTest : public testing::Test {
 protected:
  OwnFilesTest() {
    settings_.project_file = folder_.put("repo/fn/lbundle.toml", "");
    folder_.put("repo/.git/HEAD", "");
    folder_.put("repo/fn/handler.py", "");
    folder_.put("repo/shared/common/words.py", "1");
    folder_.put("repo/shared/common/.gitignore", "*.log\n");
    folder_.put("repo/shared/common/run.log", "");
    folder_.put("repo/shared/tax.py", "");
  }

  HostPath at(const std::string& path) const { return folder_.path() / path; }
  void place(const std::string& from, const std::string& to, bool to_folder = false) {
    settings_.placed.push_back(
        {from, (at("repo/fn") / from).lexically_normal(), BundlePath(to), to_folder || to.empty()});
  }
  std::vector<std::string> found() const {
    std::vector<std::string> paths;
    for (const auto& [path, file] : find_own_files(settings_)) paths.push_back(path.bytes());
    return paths;
  }
  std::string failure() const {
    const auto error = error_of([&] { find_own_files(settings_); });
    return error ? std::string(error->what()) + "\n" + error->hint() : "no failure";
  }

  Scratch folder_;
  OwnFileSettings settings_;
};

TEST_F(OwnFilesTest, OnlyWhatIsPlaced) {
  settings_.only_placed = true;
  EXPECT_THAT(found(), ElementsAre());
  place("../shared/tax.py", "tax.py");
  EXPECT_THAT(found(), ElementsAre("tax.py"));
}

TEST_F(OwnFilesTest, AFolderHasItsPlace) {
  place("../shared/common", "common");
  place("../shared/tax.py", "lib", true);
  EXPECT_THAT(found(), ElementsAre("common/words.py", "handler.py", "lib/tax.py"));
}

TEST_F(OwnFilesTest, AFileHasItsNewName) {
  place("../shared/tax.py", "rates/vat.py");
  place("../shared/common", "");
  EXPECT_THAT(found(), ElementsAre("handler.py", "rates/vat.py", "words.py"));
}

TEST_F(OwnFilesTest, WhatIsPlacedIsNotWhereItWas) {
  folder_.put("repo/fn/src/app.py", "");
  place("src", "");
  EXPECT_THAT(found(), ElementsAre("app.py", "handler.py"));
}

TEST_F(OwnFilesTest, TwoSourcesOfOnePathAreNamed) {
  folder_.put("repo/fn/common/words.py", "2");
  place("../shared/common", "common");
  EXPECT_THAT(failure(),
              AllOf(HasSubstr("common/words.py"), HasSubstr("the project's folder"),
                    HasSubstr("[[source]] from = \"../shared/common\""), HasSubstr("both give it")));
  folder_.put("repo/fn/common/words.py", "1");
  EXPECT_THAT(found(), ElementsAre("common/words.py", "handler.py"));
}

TEST_F(OwnFilesTest, NothingInAPlacedFolderIsAnError) {
  fs::create_directories(at("repo/empty"));
  place("../empty", "x");
  EXPECT_THAT(failure(), HasSubstr("every file in it is ignored, or there is none"));
}

TEST_F(OwnFilesTest, LinksToFoldersAreEntered) {
  fs::create_directory_symlink("../shared", at("repo/fn/shared"));
  fs::create_directory_symlink("..", at("repo/fn/round"));
  EXPECT_THAT(found(), ElementsAre("handler.py", "shared/common/words.py", "shared/tax.py"));
  settings_.source = {"handler.py", "shared/**/*.py"};
  EXPECT_THAT(found(), ElementsAre("handler.py", "shared/common/words.py", "shared/tax.py"));
}

TEST_F(OwnFilesTest, ALinkOutOfTheRepositoryIsAnError) {
  folder_.put("outside/x.py", "");
  fs::create_directory_symlink("../../outside", at("repo/fn/lib"));
  EXPECT_THAT(failure(), AllOf(HasSubstr("lib"), HasSubstr("it is a link to the folder")));
}

TEST_F(OwnFilesTest, ADanglingLinkIsAFindingOrAnError) {
  fs::create_symlink("../gone", at("repo/fn/common"));
  EXPECT_THAT(failure(), HasSubstr("the link leads to nothing"));
  settings_.source = {"**/*.py"};
  const auto findings = search_own_files(settings_).findings;
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "dangling-link");
  EXPECT_EQ(findings[0].path, "common");
}

TEST_F(OwnFilesTest, TheTextOfALinkIsReported) {
  folder_.put("repo/fn/common", "../shared/common");
  const auto whole = search_own_files(settings_);
  ASSERT_EQ(whole.findings.size(), 1U);
  EXPECT_EQ(whole.findings[0].code, "link-text");
  EXPECT_THAT(whole.findings[0].hint, HasSubstr("from = \"../shared/common\" and to = \"common\""));
  settings_.source = {"*.py", "common/**/*.py"};
  EXPECT_THAT(found(), ElementsAre("common/words.py", "handler.py"));
}

TEST_F(OwnFilesTest, WhatThisRunReadsOrWritesIsNeverAnOwnFile) {
  settings_.of_this_run = {settings_.project_file, folder_.put("repo/fn/dist/f.zip", "zip"),
                           folder_.put("repo/fn/out/g.zip", "zip"), at("repo/fn/absent.json")};
  EXPECT_THAT(found(), ElementsAre("handler.py"));
  settings_.source = {"**"};
  EXPECT_THAT(found(), ElementsAre("handler.py"));
  settings_.source = {"dist/*.zip", "handler.py"};
  EXPECT_THAT(found(), ElementsAre("handler.py"));
  const auto left_out = search_own_files(settings_).left_out;
  ASSERT_EQ(left_out.size(), 1U);
  EXPECT_EQ(left_out[0].path, "dist/f.zip");
  place(".", "app", true);
  EXPECT_THAT(found(), ElementsAre("app/handler.py", "handler.py"));
  fs::create_directory_symlink("dist", at("repo/fn/link"));
  settings_.source = {"link/*", "handler.py"};
  EXPECT_THAT(found(), ElementsAre("app/handler.py", "handler.py")) << "behind a link";
}

TEST_F(OwnFilesTest, FilesInDoubtAreNamedOnlyWithoutSource) {
  folder_.put("repo/fn/.env", "A=1");
  folder_.put("repo/fn/tests/test_a.py", "");
  folder_.put("repo/fn/.vscode/settings.json", "{}");
  const auto whole = search_own_files(settings_);
  EXPECT_THAT(found(), ElementsAre(".env", "handler.py", "tests/test_a.py"));
  ASSERT_EQ(whole.doubtful.size(), 2U);
  EXPECT_EQ(whole.doubtful.at(BundlePath(".env")).folder, "");
  EXPECT_THAT(whole.doubtful.at(BundlePath(".env")).rule, HasSubstr("rules/own-files.toml:"));
  EXPECT_EQ(whole.doubtful.at(BundlePath("tests/test_a.py")).folder, "tests");
  ASSERT_EQ(whole.left_out.size(), 2U);
  EXPECT_EQ(whole.left_out[0].path, ".vscode/");
  EXPECT_EQ(whole.left_out[1].path, "lbundle.toml");
  EXPECT_TRUE(whole.left_out[1].quiet);
  settings_.source = {"**"};
  EXPECT_TRUE(search_own_files(settings_).doubtful.empty());
}

TEST_F(OwnFilesTest, WhatACommandMadeTakesThePlaceOfLeftovers) {
  folder_.put("repo/fn/build/old.js", "");
  settings_.outputs = {"build/**"};
  settings_.made = {{BundlePath("build/index.js"), folder_.put("store/index.js", "")}};
  EXPECT_THAT(found(), ElementsAre("build/index.js", "handler.py"));
  settings_.source = {"build/*.js"};
  EXPECT_THAT(found(), ElementsAre("build/index.js"));
  place("build", "");
  EXPECT_THAT(found(), ElementsAre("index.js"));
  settings_.source = {"other/*.js"};
  EXPECT_THAT(failure(), HasSubstr("the command of [stage] made none that does"));
}

}  // namespace
}  // namespace lbundle
