#include "runs/kept_imports.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runs/import_findings.hpp"
#include "support/runs.hpp"

namespace lbundle {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

using OutcomeKind = ImportOutcome::Kind;

FileSet files_named(const std::vector<std::string>& paths) {
  FileSet files;
  for (const auto& path : paths) files.put(BundlePath(path), RegularFile{});
  return files;
}

ImportOutcome failing(const std::string& type, const std::vector<std::string>& names = {}) {
  ImportOutcome outcome{OutcomeKind::failed, false, type, "a message"};
  outcome.names = names;
  return outcome;
}

std::vector<std::string> texts(const std::vector<BundlePath>& paths) {
  std::vector<std::string> texts;
  for (const auto& path : paths) texts.push_back(path.bytes());
  return texts;
}

TEST(ImportRecord, ComesBackAsItWas) {
  std::vector<ImportOutcome> outcomes(4);
  outcomes[1] = failing("KeyError", {"a.b"});
  outcomes[1].asked_files = {"a/c.txt"};
  outcomes[2].kind = OutcomeKind::imported;
  outcomes[3] = {OutcomeKind::imported, true};
  EXPECT_EQ(outcomes_from_record(to_record(outcomes), 4), outcomes);
  EXPECT_EQ(outcomes_from_record(to_record(outcomes), 3), std::nullopt);
  for (const char* text : {"", "{}", "[{}]", R"([{"own": 1}])", "[\"x\"]"})
    EXPECT_EQ(outcomes_from_record(text, 1), std::nullopt) << text;
}

TEST(KeptModules, AreThoseOfBothTrees) {
  const auto staged = files_named({"a/__init__.py", "a/b.py", "a/c.py", "a/__pycache__/b.cpython-311.pyc",
                                   "a/n.cpython-311-x86_64-linux-gnu.so", "a.libs/libx.so"});
  const auto bundle = files_named({"a/__init__.pyc", "a/b.pyc", "a/n.cpython-311-x86_64-linux-gnu.so",
                                   "_lbundle_dropped.pyc", "a.libs/libx.so"});
  const auto modules = kept_modules(staged, bundle);
  EXPECT_THAT(modules, SizeIs(3));
  EXPECT_EQ(modules.at("a.b"), BundlePath("a/b.pyc"));
  EXPECT_TRUE(modules.contains("a"));
  EXPECT_TRUE(modules.contains("a.n"));
}

class ImportLacksTest : public testing::Test {
 protected:
  FileSet staged_ = files_named({"a/__init__.py", "a/b.py", "a/c.py", "a/data/x.txt", "a/data/y.txt",
                                 "81d2__mypyc.cpython-311-x86_64-linux-gnu.so", "x.libs/libx-1a2b3c4d.so.1",
                                 "A_Dist-1.0.dist-info/METADATA"});
  FileSet bundle_ = files_named({"a/__init__.pyc", "a/c.pyc", "a/data/y.txt"});
  ImportLacks lacks_{staged_, bundle_};
};

TEST_F(ImportLacksTest, AModuleThatHasNoFormInTheBundle) {
  EXPECT_THAT(texts(lacks_.of(failing("ModuleNotFoundError", {"a.b", "a.c", "a", "elsewhere"}))),
              ElementsAre("a/b.py"));
}

TEST_F(ImportLacksTest, ACompiledModuleWithANameThatNoStatementCanHave) {
  EXPECT_THAT(texts(lacks_.of(failing("ModuleNotFoundError", {"81d2__mypyc", "81d2", "..", ""}))),
              ElementsAre("81d2__mypyc.cpython-311-x86_64-linux-gnu.so"));
}

TEST_F(ImportLacksTest, AFolderThatIsMissingAsAWhole) {
  staged_.put(BundlePath("a/words/de.dic"), RegularFile{});
  EXPECT_THAT(texts(lacks_.of(failing("ModuleNotFoundError", {"a.words", "a.data"}))),
              ElementsAre("a/words"));
  EXPECT_TRUE(drop_that_matches({{"a/words/**", {}}}, {BundlePath("a/words")}));
}

TEST_F(ImportLacksTest, AskedForWhileTraced) {
  const Evidence accesses{{BundlePath("a/data/x.txt"), {{AccessKind::missing, {"e"}}}},
                          {BundlePath("a/c.py"), {{AccessKind::missing, {"e"}}}},
                          {BundlePath("a/b.py"), {{AccessKind::opened, {"e"}}}}};
  EXPECT_THAT(texts(lacks_.of_accesses(accesses)), ElementsAre("a/data/x.txt"));
}

TEST_F(ImportLacksTest, FilesLibrariesAndMetadata) {
  auto outcome = failing("OSError");
  outcome.files = {"a/data/x.txt", "a/data/y.txt", "../x", "", "libx-1a2b3c4d.so.1"};
  outcome.distributions = {"a-dist"};
  EXPECT_THAT(texts(lacks_.of(outcome)),
              ElementsAre("A_Dist-1.0.dist-info/METADATA", "a/data/x.txt", "x.libs/libx-1a2b3c4d.so.1"));
}

TEST_F(ImportLacksTest, WhatWasAskedForCountsOnlyIfTheExceptionNamesNothing) {
  auto outcome = failing("RuntimeError");
  outcome.asked_files = {"a/data/x.txt"};
  EXPECT_THAT(texts(lacks_.of(outcome)), ElementsAre("a/data/x.txt"));
  EXPECT_THAT(lacks_.named_by(outcome), IsEmpty());
  outcome.names = {"a.b"};
  EXPECT_THAT(texts(lacks_.of(outcome)), ElementsAre("a/b.py"));
}

TEST_F(ImportLacksTest, OnlyWhatFailsInTheBundleAloneIsAFault) {
  const ImportOutcome imported{OutcomeKind::imported};
  const auto lost = failing("ModuleNotFoundError", {"a.b"});
  EXPECT_TRUE(is_import_fault(lost, imported, lacks_));
  EXPECT_FALSE(is_import_fault(imported, imported, lacks_));
  EXPECT_FALSE(is_import_fault(imported, lost, lacks_));
  EXPECT_FALSE(is_import_fault(lost, failing("ModuleNotFoundError", {"optional"}), lacks_));
  EXPECT_FALSE(is_import_fault(lost, {}, lacks_)) << "the unshrunk tree was not tried";
  // Another exception, because something was dropped; and one that may have any cause.
  EXPECT_TRUE(is_import_fault(lost, failing("ConnectionError"), lacks_));
  EXPECT_FALSE(is_import_fault(failing("ValueError"), failing("ConnectionError"), lacks_));
}

TEST(ImportFindings, AnErrorNamesBothAndTheWayOut) {
  const ImportFaults faults{{"a.b",
                             BundlePath("a/b.pyc"),
                             "OSError: x",
                             {BundlePath("a/[1].txt")},
                             {"a/\\[1].txt"},
                             "no event used it"},
                            {"a.c", BundlePath("a/c.pyc"), "OSError: x", {BundlePath("a/[1].txt")}},
                            {"a.d", BundlePath("a/d.pyc"), "its process ended with status 3"}};
  const auto findings = import_fault_findings(faults);
  ASSERT_THAT(findings, SizeIs(2));
  for (const auto& finding : findings) {
    EXPECT_EQ(finding.code, "kept-broken");
    EXPECT_EQ(finding.severity, Severity::error);
  }
  EXPECT_THAT(findings[0].message, HasSubstr("ended with status 3"));
  EXPECT_THAT(findings[0].hint, HasSubstr(R"(keep = ["a/**"])"));
  EXPECT_EQ(findings[1].path, "a/b.pyc");
  EXPECT_THAT(findings[1].message, AllOf(HasSubstr("a/[1].txt (dropped: no event used it)"), HasSubstr("a.c"),
                                         HasSubstr("OSError: x")));
  EXPECT_THAT(findings[1].hint, HasSubstr(R"(keep = ["a/\[1].txt"])"));
}

TEST(ImportFindings, ADropOfTheUsersIsAWarning) {
  const std::vector<UserGlob> drops{{"z/**", {}}, {"a/*.py", {"lbundle.toml", 4, 1}}};
  const std::vector<BundlePath> lacks{BundlePath("a/b.py")};
  ImportFault fault{"a.c", BundlePath("a/c.pyc"), "ModuleNotFoundError: a.b", lacks};
  fault.dropped_by = drop_that_matches(drops, lacks);
  ImportCheck check;
  check.faults = {fault};
  EXPECT_FALSE(check.has_unwanted_fault());
  const auto findings = import_fault_findings(check.faults);
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_THAT(findings[0].message, HasSubstr("which 'a/*.py' drops (lbundle.toml:4)"));
  EXPECT_EQ(drop_that_matches(drops, {BundlePath("b.py")}), std::nullopt);
  check.faults.push_back({"a.d", BundlePath("a/d.pyc"), "KeyError"});
  EXPECT_TRUE(check.has_unwanted_fault());
}

class KeptImportsTest : public Runs {
 protected:
  // The tree is the unshrunk one; the zip is made of `left`.
  ImportCheck check_with(const std::vector<std::string>& left) {
    StagedTree staged;
    staged.root = plan_.tree;
    staged.files = scan_tree(plan_.tree, 1);
    FileSet bundle;
    for (const auto& path : left) bundle.put(BundlePath(path), *staged.files.find(BundlePath(path)));
    const auto file = scratch_ / "out.zip";
    pack(bundle, file, {zip::Level::fast, 1, nullptr, {}});
    UnpackedZip zip(file, plan_.scratch, 2);
    return check_kept_imports({staged, bundle, plan_, zip, drops_, TraceMethod::automatic, store_, 2});
  }

  std::vector<UserGlob> drops_;
};

TEST_F(KeptImportsTest, WhatFailsOnlyInTheBundleIsFound) {
  scratch_.put("tree/a/__init__.py", "");
  scratch_.put("tree/a/b.py", "import a.c\n");
  scratch_.put("tree/a/c.py", "");
  scratch_.put("tree/a/optional.py", "import nowhere\n");
  const auto check = check_with({"handler.py", "a/__init__.py", "a/b.py", "a/optional.py"});
  EXPECT_EQ(check.checked, 4U);
  EXPECT_EQ(check.failing_in_both, 1U);
  ASSERT_THAT(check.faults, SizeIs(1));
  EXPECT_EQ(check.faults[0].module, "a.b");
  EXPECT_THAT(texts(check.faults[0].lacks), ElementsAre("a/c.py"));
  EXPECT_THAT(check.findings, IsEmpty());
  EXPECT_THAT(check_with({"handler.py", "a/__init__.py", "a/b.py", "a/c.py"}).faults, IsEmpty());
  EXPECT_THAT(names_in(plan_.scratch), IsEmpty());
}

TEST_F(KeptImportsTest, WhatAnExceptionDoesNotNameIsTraced) {
  scratch_.put("tree/a/data/x.txt", "");
  scratch_.put("tree/a/b.py",
               "import os\nassert os.path.exists(os.path.dirname(__file__) + '/data/x.txt')\n");
  const auto check = check_with({"handler.py", "a/b.py"});
  ASSERT_THAT(check.faults, SizeIs(1));
  EXPECT_THAT(texts(check.faults[0].lacks), ElementsAre("a/data/x.txt"));
  EXPECT_THAT(check.faults[0].keeps, ElementsAre("a/data/x.txt"));
}

TEST_F(KeptImportsTest, MountsCannotBeWrittenTo) {
  scratch_.put("mounted/file.txt", "as it was");
  plan_.settings.mounts.push_back({scratch_ / "mounted", "/mnt/data", true});
  scratch_.put("tree/writes.py", "open('/mnt/data/file.txt', 'w').write('changed')\n");
  EXPECT_EQ(check_with({"handler.py", "writes.py"}).failing_in_both, 1U);
  EXPECT_EQ(read_text_file(scratch_ / "mounted/file.txt"), "as it was");
}

}  // namespace
}  // namespace lbundle
