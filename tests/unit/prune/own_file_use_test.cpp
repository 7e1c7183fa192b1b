#include "prune/own_file_use.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/tree.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

using testing::HasSubstr;

class OwnFileUseTest : public testing::Test {
 protected:
  StagedTree tree(const std::map<std::string, std::string>& files, const std::vector<std::string>& doubtful) {
    for (const auto& [path, text] : files) folder_.put("tree/" + path, text);
    StagedTree made{folder_ / "tree", scan_tree(folder_ / "tree", 1), {}, {}};
    for (const auto& path : doubtful) {
      const auto slash = path.find('/');
      made.doubtful.emplace(BundlePath(path), Doubt{"a reason; no event used it", "rules/own-files.toml:1",
                                                    slash == std::string::npos ? "" : path.substr(0, slash)});
    }
    return made;
  }
  bool is_named(const std::string& code, const std::string& name = ".env") {
    return names_in_own_files(tree({{"h.py", code}, {name, "x"}}, {name}), {}, store_).contains(name);
  }

  Scratch folder_;
  Store store_{folder_ / "cache"};
};

TEST_F(OwnFileUseTest, CodeNamesAFileInQuotesOrInAPath) {
  for (const auto* code : {"open('.env')", "open(\"a/.env\")", "read(`${here}/.env`)", "f'{folder}/.env'"})
    EXPECT_TRUE(is_named(code)) << code;
  for (const auto* code :
       {"os.environ", "process.env", "x = '.envelope'", "# see .env", "'a.env'", "import.meta.env"})
    EXPECT_FALSE(is_named(code)) << code;
}

TEST_F(OwnFileUseTest, CodeMayPutANameTogether) {
  for (const auto* code : {"f\".env.{stage}\"", "'.env.' + stage", "`.env.${stage}`", "'.env.%s' % stage"})
    EXPECT_TRUE(is_named(code, ".env.prod")) << code;
  for (const auto* code :
       {"f\"{stage}.env\"", "stage + '.env'", "'{}.env'.format(stage)", "'%s.env' % stage"})
    EXPECT_TRUE(is_named(code, "prod.env")) << code;
  EXPECT_FALSE(is_named("'.e' + x", ".env.prod")) << "three characters at least";
  EXPECT_FALSE(is_named("'.envelope' + x", ".env.prod"));
  EXPECT_FALSE(is_named("open('wordfile', event['file'])", "Dockerfile"));
}

TEST_F(OwnFileUseTest, OtherFilesNeedNoQuotes) {
  const auto made = tree({{"settings.yaml", "env_file: prod.env\n"}, {"prod.env", ""}}, {"prod.env"});
  EXPECT_EQ(names_in_own_files(made, {}, store_).at("prod.env"), "settings.yaml");
  const auto other = tree({{"settings.yaml", "env_file: xprod.env2\n"}, {"prod.env", ""}}, {"prod.env"});
  EXPECT_TRUE(names_in_own_files(other, {}, store_).empty());
}

TEST_F(OwnFileUseTest, VariablesNameFiles) {
  const auto made = tree({{"h.py", ""}, {"prod.env", ""}}, {"prod.env"});
  EXPECT_EQ(names_in_own_files(made, {{"SETTINGS", "/var/task/prod.env"}}, store_).at("prod.env"),
            "[environment]");
}

TEST_F(OwnFileUseTest, TheAnswerIsRemembered) {
  const auto made = tree({{"h.py", "open('.env')"}, {".env", ""}}, {".env"});
  const auto first = names_in_own_files(made, {}, store_);
  fs::remove(folder_ / "tree/h.py");
  EXPECT_EQ(names_in_own_files(made, {}, store_), first) << "the sources are not read again";
  EXPECT_EQ(first.at(".env"), "h.py");
}

TEST_F(OwnFileUseTest, FilesInDoubtNameNothing) {
  const auto made = tree({{"h.py", ""}, {"Makefile", "'.env'"}, {".env", ""}}, {".env", "Makefile"});
  EXPECT_TRUE(names_in_own_files(made, {}, store_).empty());
  EXPECT_EQ(unused_own_files(made, {BundlePath("Makefile")}, {}).size(), 1U) << "an event used the other one";
}

TEST_F(OwnFileUseTest, FoldersAreNotLeftOutHere) {
  const auto made = tree({{"h.py", ""}, {"tests/a.py", ""}}, {"tests/a.py"});
  EXPECT_TRUE(unused_own_files(made, {}, {}).empty());
}

TEST_F(OwnFileUseTest, SecretsAreErrorsUnlessTheyAreAllowed) {
  auto made = tree({{"a.key", ""}, {"b.key", ""}, {".env", ""}}, {});
  made.secrets = {{BundlePath("a.key"), {"a private key", 3}},
                  {BundlePath("b.key"), {"a private key", 0}},
                  {BundlePath(".env"), {"looks like a file of secrets", 0, true}}};
  auto found =
      secret_findings(made, made.files, {{"b.*", {"lbundle.toml", 5, 1}}, {"c", {"lbundle.toml", 6, 1}}});
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].path, ".env");
  EXPECT_EQ(found[0].severity, Severity::warning);
  EXPECT_EQ(found[1].path, "a.key");
  EXPECT_EQ(found[1].severity, Severity::error);
  EXPECT_THAT(found[1].message, HasSubstr("line 3 has a private key"));
  EXPECT_THAT(found[1].hint, HasSubstr("allow_secrets = [\"a.key\"]"));
  EXPECT_EQ(found[2].code, "unused-glob");
  EXPECT_THAT(found[2].hint, HasSubstr("lbundle.toml:6"));
  made.files.remove(BundlePath("a.key"));
  found = secret_findings(made, made.files, {});
  EXPECT_EQ(found.size(), 2U) << "what is dropped is no error";
}

}  // namespace
}  // namespace lbundle
