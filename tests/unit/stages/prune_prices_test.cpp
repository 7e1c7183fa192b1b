// What certainty costs is told: what is kept that no event used, and what could be reached and is dropped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/tree.hpp"
#include "python/interpreter.hpp"
#include "stages/prune.hpp"
#include "support/runtimes.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

using testing::HasSubstr;

class Prices : public testing::Test {
 protected:
  Findings findings_with(const std::string& rules_text, std::size_t size) {
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
    return prune(tree, {evidence, rules, settings, runtime, Store(folder_ / "cache"), 1, {}, &interpreter})
        .findings;
  }

  Scratch folder_;
};

TEST_F(Prices, AFolderThatNoEventUsedIsTold) {
  const auto findings = findings_with("[[keep]]\nfiles = 'p/tables/**'\nreason = 'by name'\n", 1'500'000);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "reached-unused");
  EXPECT_EQ(findings[0].path, "p/tables");
  EXPECT_THAT(findings[0].message, HasSubstr("1 file of p/tables take 1.5 MB, and no event used them"));
  EXPECT_THAT(findings[0].hint, HasSubstr("drop = [\"p/tables/**\"]"));
}

TEST_F(Prices, WhatARuleTakesFromReachIsTold) {
  const auto findings = findings_with("[[drop]]\nfiles = 'p/tables/big.dat'\nreason = 'dear'\n", 1'500'000);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "reached-dropped");
  EXPECT_EQ(findings[0].path, "p/tables/big.dat");
  EXPECT_THAT(findings[0].message,
              HasSubstr("1.5 MB, is named in p/__init__.py, and dropped: no event used it: dear"));
  EXPECT_EQ(findings[0].hint, "keep = [\"p/tables/big.dat\"] if an input can ask for it");
}

TEST_F(Prices, LittleIsNotTold) {
  EXPECT_TRUE(findings_with("[[keep]]\nfiles = 'p/tables/**'\nreason = 'by name'\n", 1000).empty());
}

}  // namespace
}  // namespace lbundle
