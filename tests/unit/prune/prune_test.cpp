#include "prune/prune.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/tree.hpp"
#include "support/runtimes.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* general_rules = R"([[keep]]
files = ["*.dist-info/METADATA"]
reason = "describes the distribution"
[[drop]]
files = ["**/tests/**"]
reason = "tests"
)";

class PruneTest : public testing::Test {
 protected:
  PruneTest() {
    rules_ = parse_rules("common.toml", general_rules);
    settings_.level = PruneLevel::trace;
  }

  // Adds a file of the distribution `owner`, or of the function.
  void put(const std::string& path, const std::string& owner, const std::string& text = "x") {
    folder_.put("tree/" + path, text);
    if (!owner.empty()) owners_[path] = owner;
  }
  void link(const std::string& path, const std::string& target, const std::string& owner) {
    fs::create_directories((folder_ / ("tree/" + path)).parent_path());
    fs::create_symlink(target, folder_ / ("tree/" + path));
    owners_[path] = owner;
  }
  void touch(const std::string& path, AccessKind kind = AccessKind::opened) {
    evidence_[BundlePath(path)][kind].insert("e1");
  }
  void add_rules(const std::string& text) {
    for (auto& rule : parse_rules("rules/packages/a.toml", text)) rules_.push_back(rule);
  }

  void run() {
    StagedTree tree;
    tree.root = folder_ / "tree";
    tree.files = scan_tree(tree.root, 1);
    for (const auto& [path, owner] : owners_) {
      auto& all = tree.distributions.all;
      const auto found = std::ranges::find(all, owner, &Distribution::name);
      tree.distributions.owner[BundlePath(path)] = static_cast<std::size_t>(found - all.begin());
      if (found == all.end()) all.push_back({owner, "1.0"});
    }
    bundle_ = prune(tree, {evidence_, rules_, settings_, runtime_, store_, 1, environment_});
    for (const auto& [path, node] : tree.files) {
      ASSERT_TRUE(bundle_.decisions.contains(path)) << path.bytes();
      EXPECT_EQ(bundle_.decisions.at(path).verdict == Verdict::keep, bundle_.files.contains(path))
          << path.bytes();
    }
    EXPECT_EQ(static_cast<std::uint64_t>(saved_bytes(bundle_.decisions)),
              tree.files.unzipped().bytes() - bundle_.files.unzipped().bytes());
  }
  bool kept(const std::string& path) const { return bundle_.files.contains(BundlePath(path)); }
  std::vector<std::string> all_kept() const {
    std::vector<std::string> paths;
    for (const auto& [path, node] : bundle_.files) paths.push_back(path.bytes());
    return paths;
  }
  const Reason& reason(const std::string& path) const {
    return bundle_.decisions.at(BundlePath(path)).reason;
  }

  Scratch folder_;
  std::map<std::string, std::string> owners_, environment_;
  Evidence evidence_;
  std::vector<Rule> rules_;
  Prune settings_;
  Runtime runtime_ = python_runtime("3.11");
  Store store_{folder_ / "cache"};
  Bundle bundle_;
};

TEST_F(PruneTest, KeepsWhatAnEventOpenedAndTheFunctionsOwnAndDropsTheRest) {
  put("handler.py", "");
  put("a/used.bin", "a");
  put("a/unused.bin", "a");
  put("b/unused.bin", "b");
  touch("a/used.bin");
  run();
  EXPECT_THAT(all_kept(), ElementsAre("a/used.bin", "handler.py"));
  EXPECT_EQ(reason("a/used.bin").text, "opened by event e1");
  EXPECT_EQ(reason("handler.py").text, "the function's own file");
  EXPECT_EQ(reason("a/unused.bin").text, "no event used it");
  EXPECT_EQ(reason("b/unused.bin").text, "no event used b");
}

TEST_F(PruneTest, KeepsBothFormsOfAModuleAndThePackagesAroundIt) {
  for (const auto* name : {"__init__", "m", "n"}) {
    put(std::string("a/b/") + name + ".py", "a");
    put(std::string("a/b/__pycache__/") + name + ".cpython-311.pyc", "a");
  }
  put("a/__init__.py", "a");
  touch("a/b/__pycache__/m.cpython-311.pyc");
  run();
  EXPECT_THAT(all_kept(),
              ElementsAre("a/__init__.py", "a/b/__init__.py", "a/b/__pycache__/__init__.cpython-311.pyc",
                          "a/b/__pycache__/m.cpython-311.pyc", "a/b/m.py"));
  EXPECT_EQ(reason("a/b/m.py").text, "source of a/b/__pycache__/m.cpython-311.pyc");
  EXPECT_EQ(reason("a/__init__.py").text, "package of a/b/__pycache__/m.cpython-311.pyc");
}

TEST_F(PruneTest, KeepsEveryHopOfALink) {
  put("real/lib.so.1.2", "a");
  link("lib/lib.so.1", "lib.so.1.2", "a");
  link("lib/lib.so.1.2", "../real/lib.so.1.2", "a");
  link("other", "real", "a");
  touch("lib/lib.so.1");
  run();
  EXPECT_THAT(all_kept(), ElementsAre("lib/lib.so.1", "lib/lib.so.1.2", "real/lib.so.1.2"));
  touch("other/lib.so.1.2");
  run();
  EXPECT_TRUE(kept("other"));
}

TEST_F(PruneTest, AFileThatWasLookedForIsKeptWhateverItsSize) {
  put("a/marker.xsd", "a");
  put("a/large.bin", "a", std::string(1'300'000, 'x'));
  touch("a/marker.xsd", AccessKind::stat);
  touch("a/large.bin", AccessKind::stat);
  touch("a/not there", AccessKind::missing);
  run();
  EXPECT_THAT(all_kept(), ElementsAre("a/large.bin", "a/marker.xsd"));
  EXPECT_EQ(reason("a/large.bin").text, "looked for by event e1");
  EXPECT_THAT(bundle_.findings, IsEmpty());
}

TEST_F(PruneTest, OfAWalkTheOpenedFilesAreKept) {
  for (const auto* name : {"a/m/1", "a/m/2", "a/m/3", "a/m/4", "a/m/5", "a/m/6", "a/m/7"}) {
    put(name, "a");
    touch(name, AccessKind::stat);
  }
  touch("a/m", AccessKind::listed);
  put("a/module.py", "a");
  touch("a/module.py", AccessKind::stat);
  touch("a/m/3");
  run();
  EXPECT_THAT(all_kept(), ElementsAre("a/m/3", "a/module.py"));
  const auto reported = std::ranges::find(bundle_.findings, "looked-at-dropped", &Finding::code);
  ASSERT_NE(reported, bundle_.findings.end());
  EXPECT_THAT(reported->message, HasSubstr("a/m/1 and 5 more files in a/"));
}

// A module is one thing: a glob that names one form names all.
class Modules : public PruneTest {
 protected:
  Modules() {
    for (const auto* path :
         {"p/__init__.py", "p/__pycache__/__init__.cpython-311.pyc", "p/b.py", "p/b.pyc",
          "p/__pycache__/b.cpython-311.pyc", "p/c.py", "p/__pycache__/c.cpython-311.pyc", "p/alone.pyc"})
      put(path, "p");
    settings_.level = PruneLevel::none;
  }
  std::vector<std::string> kept_with_drop(const std::string& glob) {
    settings_.drop = {{glob, {"lbundle.toml", 1, 1}}};
    run();
    std::vector<std::string> stems;  // of modules without p/__init__
    for (const auto& path : all_kept())
      if (path.find("__init__") == std::string::npos) stems.push_back(path);
    return stems;
  }
  std::vector<std::string> codes() const {
    std::vector<std::string> all;
    for (const auto& finding : bundle_.findings) all.push_back(finding.code);
    return all;
  }
};

TEST_F(Modules, ADropOfAnyFormDropsTheModule) {
  for (const auto* glob : {"p/b.py", "p/b.pyc", "p/__pycache__/b.*.pyc", "p/__pycache__/b.cpython-311.pyc"})
    EXPECT_THAT(kept_with_drop(glob), ElementsAre("p/__pycache__/c.cpython-311.pyc", "p/alone.pyc", "p/c.py"))
        << glob;
}

TEST_F(Modules, TheNameInTheBundleIsAFormToo) {
  EXPECT_THAT(kept_with_drop("p/c.pyc"),
              ElementsAre("p/__pycache__/b.cpython-311.pyc", "p/alone.pyc", "p/b.py", "p/b.pyc"));
  EXPECT_THAT(codes(), IsEmpty());
  EXPECT_THAT(kept_with_drop("p/alone.py"),
              ElementsAre("p/__pycache__/b.cpython-311.pyc", "p/__pycache__/c.cpython-311.pyc", "p/b.py",
                          "p/b.pyc", "p/c.py"));
}

TEST_F(Modules, ADropOfAllBytecodeDropsNoModuleThatHasASource) {
  for (const auto* glob : {"**/*.pyc", "p/*.pyc"}) {
    EXPECT_THAT(kept_with_drop(glob),
                ElementsAre("p/__pycache__/b.cpython-311.pyc", "p/__pycache__/c.cpython-311.pyc", "p/b.py",
                            "p/b.pyc", "p/c.py"))
        << glob;
    EXPECT_THAT(codes(), ElementsAre("bytecode-drop")) << glob;
  }
  EXPECT_EQ(kept_with_drop("**/__pycache__/**").size(), 6U);
  EXPECT_THAT(kept_with_drop("p/*.py*"), IsEmpty());
}

TEST_F(Modules, AKeepOfOneFormTakesAllBackFromADrop) {
  for (const auto* glob : {"p/b.py", "p/b.pyc", "p/__pycache__/b.*"}) {
    settings_.keep = {{glob, {}}};
    EXPECT_THAT(kept_with_drop("p/**"), ElementsAre("p/__pycache__/b.cpython-311.pyc", "p/b.py", "p/b.pyc"))
        << glob;
  }
}

TEST_F(Modules, RulesAndEvidenceMeanTheModule) {
  settings_.level = PruneLevel::trace;
  add_rules("[[with]]\nfiles = 'p/c.py'\nwhen = 'p/b.py'\nreason = 'r'\n");
  touch("p/b.pyc");
  EXPECT_THAT(kept_with_drop("never"),
              ElementsAre("p/__pycache__/b.cpython-311.pyc", "p/__pycache__/c.cpython-311.pyc", "p/b.py",
                          "p/b.pyc", "p/c.py"));
}

TEST_F(PruneTest, AFolderThatWasListedIsKeptByItsSmallestFile) {
  put("a/templates/large", "a", "xxxx");
  put("a/templates/small", "a", "x");
  put("a/plugins/kept", "a");
  put("a/plugins/gone", "a", "");
  touch("a/templates", AccessKind::listed);
  touch("a/plugins", AccessKind::stat);
  touch("a/plugins/kept");
  run();
  EXPECT_THAT(all_kept(), ElementsAre("a/plugins/kept", "a/templates/small"));
  EXPECT_THAT(reason("a/templates/small").text, HasSubstr("the smallest file of a/templates"));
}

TEST_F(PruneTest, AFolderThatWasListedIsKeptBesideFilesOfASimilarName) {
  put("a/templates-old/x", "a");
  put("a/templates.json", "a");
  put("a/templates/small", "a", "x");
  touch("a/templates", AccessKind::listed);
  run();
  EXPECT_THAT(all_kept(), ElementsAre("a/templates/small"));
}

TEST_F(PruneTest, ADistributionInUseKeepsItsDescription) {
  put("a/m.py", "a");
  put("a-1.0.dist-info/METADATA", "a");
  put("a-1.0.dist-info/RECORD", "a");
  put("b/m.py", "b");
  put("b-1.0.dist-info/METADATA", "b");
  put("b-1.0.dist-info/entry_points.txt", "b");
  touch("a/m.py");
  touch("b-1.0.dist-info/entry_points.txt");  // looking at everything that is installed does not count as use
  run();
  EXPECT_THAT(all_kept(),
              ElementsAre("a-1.0.dist-info/METADATA", "a/m.py", "b-1.0.dist-info/entry_points.txt"));
  EXPECT_EQ(reason("a-1.0.dist-info/METADATA").rule, "common.toml:1");
}

TEST_F(PruneTest, RulesTieFilesTogether) {
  add_rules(R"([[with]]
files = ["c/data/**"]
when = ["a/*.py"]
reason = "reads it by name"
[[family]]
files = ["c/f*"]
reason = "chosen by input"
[[with]]
files = ["b/x"]
when = ["c/f1"]
reason = "chain"
)");
  put("a/m.py", "a");
  put("a/f1", "a");
  put("b/x", "b");
  put("c/data/1", "c");
  put("c/f1", "c");
  put("c/f2", "c");
  touch("c/f2");
  run();
  EXPECT_THAT(all_kept(), ElementsAre("b/x", "c/f1", "c/f2"));
  EXPECT_EQ(reason("b/x").text, "goes with c/f1: chain");
  EXPECT_EQ(reason("c/f1").rule, "rules/packages/a.toml:5");
  touch("a/m.py");
  run();
  EXPECT_TRUE(kept("c/data/1"));
}

TEST_F(PruneTest, ARuleOfADistributionAppliesIfItIsInUse) {
  add_rules("distribution = 'a'\n[[keep]]\nfiles = 'a/plugins/*'\nreason = 'by name'\n");
  put("a/m.py", "a");
  put("a/plugins/p", "a");
  run();
  EXPECT_THAT(all_kept(), IsEmpty());
  touch("a/m.py");
  run();
  EXPECT_THAT(all_kept(), ElementsAre("a/m.py", "a/plugins/p"));
}

TEST_F(PruneTest, AVariableKeepsWhatItPointsTo) {
  add_rules("[[environment]]\nvariable = 'X_DATA'\nreason = 'data'\n");
  put("share/x/1", "a");
  put("share/x-old/1", "a");
  put("share/x.json", "a");
  put("share/xy", "a");
  put("two/2", "a");
  put("three.yaml", "a");
  environment_["X_DATA"] = "/elsewhere:/var/task/share/x:/var/task/two:/var/task/three.yaml";
  run();
  EXPECT_THAT(all_kept(), ElementsAre("share/x/1", "three.yaml", "two/2"));
}

TEST_F(PruneTest, LevelPackageKeepsADistributionWithoutWhatRulesDrop) {
  put("a/m.py", "a");
  put("a/tests/used.py", "a");
  put("a/tests/t.py", "a");
  put("a/n.py", "a");
  put("b/m.py", "b");
  touch("a/m.py");
  touch("a/tests/used.py");
  settings_.level = PruneLevel::package;
  run();
  EXPECT_THAT(all_kept(), ElementsAre("a/m.py", "a/n.py", "a/tests/used.py"));
  EXPECT_EQ(reason("a/n.py").text, "a is in use");
  EXPECT_EQ(reason("a/tests/t.py").rule, "common.toml:4");
}

TEST_F(PruneTest, LevelNoneKeepsEverything) {
  put("a/m.py", "a");
  settings_.level = PruneLevel::none;
  run();
  EXPECT_TRUE(kept("a/m.py"));
}

TEST_F(PruneTest, TheUsersSettingsDecideLast) {
  put("handler.py", "");
  put("a/used", "a");
  put("a/unused", "a");
  put("a/both", "a");
  touch("a/used");
  settings_.keep = {{"a/unused", {"lbundle.toml", 3, 9}}, {"a/both", {"lbundle.toml", 4, 1}}};
  settings_.drop = {{"a/used", {"lbundle.toml", 7, 9}}, {"handler.py", {"--drop", 0, 0}}, {"a/both", {}}};
  run();
  EXPECT_THAT(all_kept(), ElementsAre("a/both", "a/unused"));
  EXPECT_EQ(reason("a/used").rule, "lbundle.toml:7");
  EXPECT_EQ(reason("a/unused").text, "kept by 'a/unused'");
  ASSERT_EQ(bundle_.findings.size(), 1U);
  EXPECT_EQ(bundle_.findings[0].code, "dropped-evidence");
  EXPECT_THAT(bundle_.findings[0].message, HasSubstr("opened by event e1"));
}

TEST_F(PruneTest, AGlobThatMatchesNothingIsReported) {
  put("a/m.py", "a");
  settings_.keep = {{"a", {"lbundle.toml", 3, 9}}};
  run();
  ASSERT_EQ(bundle_.findings.size(), 1U);
  EXPECT_EQ(bundle_.findings[0].code, "unused-glob");
  EXPECT_THAT(bundle_.findings[0].message, HasSubstr("lbundle.toml:3"));
}

}  // namespace
}  // namespace lbundle
