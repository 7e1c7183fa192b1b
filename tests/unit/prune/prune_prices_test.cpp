// Tests the findings about kept files that no event used, and about dropped files that could be reached.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/tree.hpp"
#include "prune/prune.hpp"
#include "prune/unused_findings.hpp"
#include "python/interpreter.hpp"
#include "support/runtimes.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

using testing::HasSubstr;

class Prices : public testing::Test {
 protected:
  Findings findings_with(const std::string& rules_text, std::size_t size,
                         std::map<BundlePath, std::string> repaired = {}) {
    folder_.put("tree/p/__init__.py", "def f():\n    open('p/tables/big.dat')\n");
    folder_.put("tree/p/tables/big.dat", std::string(size, 'x'));
    folder_.put("tree/p/tables/used.dat", "");
    StagedTree tree;
    tree.files = scan_tree(folder_ / "tree", 1);
    tree.distributions.all = {{"p", "1.0"}};
    for (const auto& [path, node] : tree.files) tree.distributions.owner[path] = 0;
    Evidence evidence;
    evidence[BundlePath("p/__init__.py")][AccessKind::opened].insert("e1");
    evidence[BundlePath("p/tables/used.dat")][AccessKind::opened].insert("e1");
    Prune settings;
    settings.level = PruneLevel::reach;
    const auto rules = parse_rules("p.toml", rules_text);
    const auto runtime = python_runtime("3.11");
    const auto interpreter = find_interpreter(runtime);
    PruneInputs inputs{evidence, rules, settings, runtime, Store(folder_ / "cache"), 1, {}, &interpreter};
    inputs.repaired = std::move(repaired);
    bundle_ = prune(tree, inputs);
    auto findings = bundle_.findings;
    append(findings, unused_findings(bundle_));
    return findings;
  }

  Scratch folder_;
  Bundle bundle_;
};

TEST_F(Prices, WhatRepairBroughtBackIsNotReported) {
  const auto* rules = "[[keep]]\nfiles = 'p/tables/**'\nreason = 'by name'\n";
  EXPECT_TRUE(
      findings_with(rules, 1'500'000, {{BundlePath("p/tables/big.dat"), "event e1 failed without it"}})
          .empty());
}

TEST_F(Prices, SizesAreThoseOfTheBundle) {
  findings_with("[[keep]]\nfiles = 'p/tables/**'\nreason = 'by name'\n", 2'500'000);
  auto& decision = bundle_.decisions.at(BundlePath("p/tables/big.dat"));
  decision.after = ByteSize(1'200'000);
  EXPECT_THAT(unused_findings(bundle_).at(0).message, HasSubstr("1.2 MB of the bundle"));
  decision.after = ByteSize(900'000);
  EXPECT_TRUE(unused_findings(bundle_).empty());
}

TEST_F(Prices, TheReasonIsThatOfTheHeaviestFile) {
  folder_.put("tree/p/tables/small.dat", "x");
  const auto findings = findings_with(
      "[[keep]]\nfiles = 'p/tables/big.dat'\nreason = 'the big one'\n"
      "[[keep]]\nfiles = 'p/tables/small.dat'\nreason = 'the small one'\n",
      1'500'000);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_THAT(findings[0].message, HasSubstr("(named in p/__init__.py)"));
}

TEST_F(Prices, AFolderThatNoEventUsedIsReported) {
  const auto findings = findings_with("[[keep]]\nfiles = 'p/tables/**'\nreason = 'by name'\n", 1'500'000);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "reached-unused");
  EXPECT_EQ(findings[0].path, "p/tables");
  EXPECT_THAT(findings[0].message,
              HasSubstr("1 file of p/tables takes 1.5 MB of the bundle, and no event used it"));
  EXPECT_THAT(findings[0].hint, HasSubstr("drop = [\"p/tables/big.dat\"]")) << "an event used the other file";
}

TEST_F(Prices, AReachedFileThatARuleDropsIsReported) {
  const auto findings = findings_with("[[drop]]\nfiles = 'p/tables/big.dat'\nreason = 'dear'\n", 1'500'000);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "reached-dropped");
  EXPECT_EQ(findings[0].path, "p/tables/big.dat");
  EXPECT_THAT(findings[0].message,
              HasSubstr("1.5 MB, is named in p/__init__.py, and dropped: no event used it: dear"));
  EXPECT_EQ(findings[0].hint, "keep = [\"p/tables/big.dat\"] if an input can ask for it");
}

TEST_F(Prices, SmallFilesAreNotReported) {
  EXPECT_TRUE(findings_with("[[keep]]\nfiles = 'p/tables/**'\nreason = 'by name'\n", 1000).empty());
}

// A program on a provided runtime. It opened data/a.txt and no other file of the tree.
class UnreportedDrops : public testing::Test {
 protected:
  UnreportedDrops() {
    runtime_.language = Language::provided;
    put("bootstrap",
        "\x7f"
        "ELF, and %s.txt",
        true);
    put("data/a.txt", "one");
    touch("bootstrap", AccessKind::executed);
    touch("data/a.txt", AccessKind::opened);
  }

  void put(const std::string& path, const std::string& text, bool executable = false) {
    folder_.put("tree/" + path, text);
    fs::permissions(folder_ / ("tree/" + path), executable ? fs::perms(0755) : fs::perms(0644));
    names_.push_back(path);
  }
  void touch(const std::string& path, AccessKind kind) { evidence_[BundlePath(path)][kind].insert("e1"); }

  // Makes all files belong to a package, because the function's own files would be kept.
  Findings findings_at(PruneLevel level) {
    StagedTree tree;
    tree.files = scan_tree(folder_ / "tree", 1);
    tree.distributions.all = {{"program", "1.0"}};
    for (const auto& path : names_) tree.distributions.owner[BundlePath(path)] = 0;
    settings_.level = level;
    const auto rules =
        parse_rules("common.toml", "[[drop]]\nfiles = ['bin/**', '**/*.h']\nreason = 'for a shell'\n");
    auto findings =
        prune(tree, {evidence_, rules, settings_, runtime_, Store(folder_ / "cache"), 1}).findings;
    std::erase_if(findings, [](const Finding& finding) { return finding.code != "unreported-drop"; });
    return findings;
  }

  Scratch folder_;
  std::vector<std::string> names_;
  Evidence evidence_;
  Prune settings_;
  Runtime runtime_;
};

TEST_F(UnreportedDrops, FilesThatAProgramMayAskForAreReportedByFolder) {
  put("data/b.txt", std::string(3000, 'b'));
  put("data/deep/c.txt", std::string(1000, 'c'));
  put("sheets.db", "x");
  const auto findings = findings_at(PruneLevel::trace);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_EQ(findings[0].path, "data/b.txt");
  EXPECT_THAT(findings[0].message, HasSubstr("no event used data/b.txt and 1 more file in data/ (4.0 kB)"));
  EXPECT_THAT(findings[0].hint, HasSubstr("keep = [\"data/**\"] if an input can; level = \"reach\""));
  EXPECT_THAT(findings[1].hint, HasSubstr("keep = [\"sheets.db\"] if an input can;"));
}

TEST_F(UnreportedDrops, FilesThatNoProgramOpensAreNotReported) {
  put("README.md", "how to build");
  put("include/grid.h", "int grid();");
  EXPECT_TRUE(findings_at(PruneLevel::trace).empty());
}

TEST_F(UnreportedDrops, AProgramIsReportedInAnyFolder) {
  put("bin/notes", "not to be run");
  EXPECT_TRUE(findings_at(PruneLevel::trace).empty());
  put("bin/convert", "#!/bin/sh\n", true);
  ASSERT_EQ(findings_at(PruneLevel::trace).size(), 1U);
  EXPECT_EQ(findings_at(PruneLevel::trace)[0].path, "bin/convert");
}

TEST_F(UnreportedDrops, FilesThatTheUserDropsByNameAreNotReported) {
  put("data/b.txt", "x");
  settings_.drop = {{"data/b.txt", {"lbundle.toml", 1, 1}}};
  EXPECT_TRUE(findings_at(PruneLevel::trace).empty());
}

TEST_F(UnreportedDrops, AtLevelReachItIsANote) {
  put("large.db", std::string(100'000, 'x'));
  put("small.ini", "x");
  put("named.txt", "a text of the program may lead to it");
  const auto findings = findings_at(PruneLevel::reach);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].severity, Severity::note);
  EXPECT_EQ(findings[0].path, "large.db");
  EXPECT_EQ(findings[1].path, "small.ini");
  EXPECT_TRUE(findings_at(PruneLevel::none).empty());
}

TEST_F(Prices, OnlyACompiledProgramHasUnreportedDrops) {
  for (const auto& finding :
       findings_with("[[drop]]\nfiles = 'p/tables/big.dat'\nreason = 'dear'\n", 1'500'000))
    EXPECT_NE(finding.code, "unreported-drop");
}

}  // namespace
}  // namespace lbundle
