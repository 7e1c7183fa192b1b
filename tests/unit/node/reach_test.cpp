#include "node/reach.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cache/store.hpp"
#include "node/packages.hpp"
#include "node/reach_names.hpp"
#include "node/resolver.hpp"
#include "os/tree.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

using Kind = NodeResolver::Kind;

class NodeTree : public testing::Test {
 protected:
  void put(const std::string& path, std::string_view text = "") { scratch_.put("tree/" + path, text); }

  const FileSet& files() {
    tree_.files = scan_tree(scratch_ / "tree", 1);
    tree_.distributions = read_node_packages(tree_.files);
    return tree_.files;
  }

  std::string resolved(const std::string& name, const char* from = "index.js", Kind kind = Kind::required,
                       int major = 20) {
    const auto found = NodeResolver(files(), major).resolve(name, BundlePath(from), kind);
    return found ? found->bytes() : "none";
  }

  // Returns the files that the module `from` leads to if it has `facts`. tests/e2e reads sources with acorn.
  // Here the tests give the facts.
  std::vector<std::string> reached(const char* from, const JsFacts& facts = {},
                                   const char* processor = "x64") {
    files();
    NodeReach reach(
        tree_, 20, processor,
        [&](const std::vector<JsSource>& sources) {
          asked_.insert(asked_.end(), sources.begin(), sources.end());
          return std::vector<JsFacts>(sources.size(), facts);
        },
        [](const Content& content) {
          return std::vector<std::string>{std::string(as_text(read_content(content)))};
        },
        settings_);
    std::vector<std::string> paths;
    reached_ = reach.reach_from({BundlePath(from)});
    for (const auto& each : reached_) paths.push_back(each.path.bytes());
    findings_ = reach.findings();
    return paths;
  }

  static JsFacts loads(const std::string& name) {
    JsFacts facts;
    facts.loads.push_back({name, JsFacts::Kind::required, 1, false});
    return facts;
  }

  static JsFacts places(const std::vector<std::string>& paths) {
    JsFacts facts;
    for (const auto& path : paths) facts.places.push_back({js_folder + path, 1});
    return facts;
  }

  Scratch scratch_;
  StagedTree tree_;
  std::vector<JsSource> asked_;
  std::vector<std::string> settings_;
  std::vector<Reached> reached_;
  Findings findings_;
};

TEST_F(NodeTree, FilesEndingsAndFolders) {
  for (const auto* path : {"a.js", "a/index.js", "b/index.json", "c.node", "d/lib/main.js", "e.mjs"})
    put(path);
  put("d/package.json", R"({"main": "lib/main"})");
  EXPECT_EQ(resolved("./a"), "a.js");
  EXPECT_EQ(resolved("./a/"), "a.js");
  EXPECT_EQ(resolved("./b"), "b/index.json");
  EXPECT_EQ(resolved("./c"), "c.node");
  EXPECT_EQ(resolved("./d"), "d/lib/main.js");
  EXPECT_EQ(resolved("./e"), "none");
  EXPECT_EQ(resolved("./e.mjs"), "e.mjs");
  EXPECT_EQ(resolved("../a", "x/y.js"), "a.js");
  EXPECT_EQ(resolved("../../a", "x/y.js"), "none");
}

TEST_F(NodeTree, TheNearestPackageAndBuiltInModules) {
  put("node_modules/p/index.js");
  put("node_modules/q/index.js");
  put("node_modules/q/node_modules/p/index.js");
  put("node_modules/fs/index.js");
  put("node_modules/@s/x/lib.js");
  EXPECT_EQ(resolved("p", "node_modules/q/index.js"), "node_modules/q/node_modules/p/index.js");
  EXPECT_EQ(resolved("p"), "node_modules/p/index.js");
  EXPECT_EQ(resolved("@s/x/lib"), "node_modules/@s/x/lib.js");
  EXPECT_EQ(resolved("fs"), "none");
  EXPECT_EQ(resolved("node:fs"), "none");
  EXPECT_EQ(resolved("fs/"), "node_modules/fs/index.js");
}

TEST_F(NodeTree, APathBelowTheNameOfABuiltInModuleIsAPackages) {
  for (const auto* path : {"process/browser.js", "buffer/index.js", "string_decoder/lib/string_decoder.js",
                           "punycode/punycode.js", "fs/promises.js"})
    put(std::string("node_modules/") + path);
  put("node_modules/punycode/package.json", R"({"main": "punycode.js"})");
  EXPECT_EQ(resolved("process/browser"), "node_modules/process/browser.js");
  EXPECT_EQ(resolved("buffer/"), "node_modules/buffer/index.js");
  EXPECT_EQ(resolved("punycode/"), "node_modules/punycode/punycode.js");
  EXPECT_EQ(resolved("string_decoder/lib/string_decoder"),
            "node_modules/string_decoder/lib/string_decoder.js");
  EXPECT_EQ(resolved("fs/promises"), "none");
  EXPECT_EQ(resolved("buffer"), "none");
}

TEST_F(NodeTree, RequireGoesOnToTheNextFolderAndImportDoesNot) {
  put("node_modules/q/index.js");
  put("node_modules/q/node_modules/p/data.txt");
  put("node_modules/p/lib/x.js");
  put("node_modules/q/node_modules/r/package.json", R"({"exports": {".": "./none.js"}})");
  put("node_modules/r/index.js");
  EXPECT_EQ(resolved("p/lib/x", "node_modules/q/index.js"), "node_modules/p/lib/x.js");
  EXPECT_EQ(resolved("p/lib/x", "node_modules/q/index.js", Kind::imported), "none");
  EXPECT_EQ(resolved("r", "node_modules/q/index.js"), "none");
}

TEST_F(NodeTree, ExportsByConditionsInTheirOrder) {
  put("node_modules/p/package.json", R"({"name": "p", "exports": {
    ".": {"browser": "./b.js", "module-sync": "./s.mjs", "import": "./i.mjs", "require": ["./no.js", "./r.js"]},
    "./f/*": "./lib/*.js", "./f/secret": null, "./only": {"node": {"default": "./n.js"}}},
    "imports": {"#x": {"require": "./r.js", "default": "./i.mjs"}, "#dep/*": "q/*"}})");
  for (const auto* path :
       {"b.js", "s.mjs", "i.mjs", "r.js", "n.js", "lib/a.js", "lib/secret.js", "hidden.js"})
    put(std::string("node_modules/p/") + path);
  put("node_modules/q/y.js");
  EXPECT_EQ(resolved("p"), "node_modules/p/r.js");
  EXPECT_EQ(resolved("p", "index.js", Kind::imported), "node_modules/p/i.mjs");
  EXPECT_EQ(resolved("p", "index.js", Kind::required, 24), "node_modules/p/s.mjs");
  EXPECT_EQ(resolved("p/f/a"), "node_modules/p/lib/a.js");
  EXPECT_EQ(resolved("p/f/secret"), "none");
  EXPECT_EQ(resolved("p/only"), "node_modules/p/n.js");
  EXPECT_EQ(resolved("p/hidden.js"), "none");
  EXPECT_EQ(resolved("#x", "node_modules/p/lib/a.js"), "node_modules/p/r.js");
  EXPECT_EQ(resolved("#dep/y.js", "node_modules/p/lib/a.js"), "node_modules/q/y.js");
  EXPECT_EQ(resolved("p/f/a", "node_modules/p/r.js"), "node_modules/p/lib/a.js");
}

TEST_F(NodeTree, AHoleMatchesNoOtherPackage) {
  EXPECT_TRUE(matches_with_holes("a/\1.js", "a/b.js", false));
  EXPECT_FALSE(matches_with_holes("a/\1.js", "a/b/c.js", false));
  EXPECT_TRUE(matches_with_holes("a/\1.js", "a/b/c.js", true));
  EXPECT_FALSE(matches_with_holes("a/\1.js", "a/node_modules/c.js", true));
  EXPECT_TRUE(matches_with_holes("x-\1-\1", "x-linux-x64", false));
  EXPECT_FALSE(matches_with_holes("x-\1-y", "x-linux", false));
}

TEST_F(NodeTree, BuildsOfAnAddonForThisProcessor) {
  put("node_modules/p/index.js");
  for (const auto* path :
       {"prebuilds/linux-x64/p.node", "prebuilds/linux-arm64/p.node", "prebuilds/darwin-x64/p.node",
        "prebuilds/linux-x64/p.musl.node", "build/Release/p.node"})
    put(std::string("node_modules/p/") + path);
  EXPECT_THAT(reached("node_modules/p/index.js", loads("node-gyp-build")),
              UnorderedElementsAre("node_modules/p/prebuilds/linux-x64/p.node",
                                   "node_modules/p/build/Release/p.node"));
  EXPECT_THAT(reached("node_modules/p/index.js", loads("node-gyp-build"), "arm64"),
              UnorderedElementsAre("node_modules/p/prebuilds/linux-arm64/p.node",
                                   "node_modules/p/build/Release/p.node"));
}

TEST_F(NodeTree, AnAddonOpensALibraryOfItsPackageByName) {
  put("node_modules/p/p.node", "libx.so.1");
  put("node_modules/p/lib/libx.so.1");
  put("node_modules/q/libx.so.1");
  EXPECT_THAT(reached("node_modules/p/p.node"), UnorderedElementsAre("node_modules/p/lib/libx.so.1"));
}

TEST_F(NodeTree, AComputedNameLeadsIntoAFolderBesideFilesOfASimilarName) {
  put("node_modules/p/index.js");
  auto facts = loads("./lang/\1.js");
  facts.places = places({"/data/\1.bin"}).places;
  for (const auto* name :
       {"lang-old/a.js", "lang.txt", "lang/de.js", "data-old/a.bin", "data.json", "data/de.bin"})
    put(std::string("node_modules/p/") + name);
  EXPECT_THAT(reached("node_modules/p/index.js", facts),
              UnorderedElementsAre("node_modules/p/lang/de.js", "node_modules/p/data/de.bin"));
}

TEST_F(NodeTree, AFolderThatCodeNamesIsKeptWhateverItsSize) {
  put("node_modules/p/index.js");
  put("node_modules/p/data/a.bin", std::string(2'000'001, 'x'));
  put("node_modules/p/data/b.bin", "x");
  put("node_modules/p/fits/de-a.bin", std::string(2'000'001, 'x'));
  EXPECT_THAT(reached("node_modules/p/index.js", places({"/data", "/fits/de-\1"})),
              UnorderedElementsAre("node_modules/p/data/a.bin", "node_modules/p/data/b.bin",
                                   "node_modules/p/fits/de-a.bin"));
}

TEST_F(NodeTree, AWholePackageIsNoPlace) {
  put("node_modules/@s/p/lib/index.js");
  put("node_modules/@s/p/other.js");
  put("node_modules/q/index.js");
  EXPECT_THAT(reached("node_modules/@s/p/lib/index.js", places({"/..", "/../..", "/../../.."})),
              UnorderedElementsAre());
}

TEST_F(NodeTree, APathFromTheFunctionsFolder) {
  put("node_modules/p/index.js");
  put("node_modules/q/worker.js");
  put("node_modules/q/other.js");
  JsFacts facts;
  facts.places.push_back({"/var/task/node_modules/q/worker.js", 1});
  EXPECT_THAT(reached("node_modules/p/index.js", facts), UnorderedElementsAre("node_modules/q/worker.js"));
}

TEST_F(NodeTree, AFileOfThePackageIsNamedByTheEndOfAPath) {
  put("node_modules/p/index.js");
  for (const auto* name :
       {"lib/w.js", "lib/old_w.js", "themes/dark.json", "sub/themes/light.json", "names/x.json"})
    put(std::string("node_modules/p/") + name);
  put("node_modules/q/lib/w.js");
  JsFacts facts;
  facts.tails = {"/lib/w.js", "themes/\1.json"};
  EXPECT_THAT(reached("node_modules/p/index.js", facts),
              UnorderedElementsAre("node_modules/p/lib/w.js", "node_modules/p/themes/dark.json",
                                   "node_modules/p/sub/themes/light.json"));
}

TEST_F(NodeTree, ATextThatIsTheNameOfASource) {
  put("node_modules/p/index.js");
  put("node_modules/p/lib/index.js");
  put("node_modules/p/lib/w.mjs");
  JsFacts facts;
  facts.mentions = {"index.js", "w.mjs"};
  EXPECT_THAT(reached("node_modules/p/index.js", facts), UnorderedElementsAre("node_modules/p/lib/w.mjs"));
}

TEST_F(NodeTree, APackageOfATableWithAPathBehindIt) {
  put("node_modules/esb/index.js");
  put("node_modules/@esb/linux-x64/bin/esb", "x");
  put("node_modules/@esb/linux-x64/README", "x");
  put("node_modules/@esb/other/bin/esb", "x");
  JsFacts facts;
  facts.computed = true;
  facts.mentions = {"@esb/linux-x64"};
  facts.loaded_tails = {"/bin/esb"};
  EXPECT_THAT(reached("node_modules/esb/index.js", facts),
              UnorderedElementsAre("node_modules/@esb/linux-x64/bin/esb"));
  facts.mentions = {};
  facts.loads.push_back({"@esb/linux-\4/bin/esb", JsFacts::Kind::required, 1, false});
  EXPECT_THAT(reached("node_modules/esb/index.js", facts),
              UnorderedElementsAre("node_modules/@esb/linux-x64/bin/esb"));
}

TEST_F(NodeTree, TheDescriptionThatLeadsToAFileIsReachedToo) {
  put("node_modules/p/package.json", "{}");
  put("node_modules/p/sub/package.json", R"({"main": "../dist/sub.js"})");
  put("node_modules/p/dist/sub.js");
  put("index.js");
  EXPECT_THAT(reached("index.js", loads("p/sub")),
              UnorderedElementsAre("node_modules/p/dist/sub.js", "node_modules/p/sub/package.json"));
}

class Dependencies : public NodeTree {
 protected:
  void SetUp() override {
    put("package.json",
        R"({"dependencies": {"pino": "1", "pino-pretty": "1", "pg": "1"}, "knex": {"client": "pg"}})");
    put("index.js");
    put("db.yaml", "# the driver is pg now\nclient: pg\n");
    put("db.toml", "client = 'mypg'\n");
    put("prose.json", R"({"about": "pg is a driver"})");
    put("node_modules/p/index.js");
    put("node_modules/sub/index.js");
    for (const auto* name : {"pino", "pino-pretty", "pg"})
      put(std::string("node_modules/") + name + "/index.js");
    put("node_modules/pino-pretty/lib/x.js");
  }
};

TEST_F(Dependencies, OwnCodeNamesThemAsTexts) {
  JsFacts facts;
  facts.mentions = {"pg", "pino-pretty", "sub"};
  facts.words = {"pg"};
  EXPECT_THAT(reached("index.js", facts), UnorderedElementsAre("node_modules/pino-pretty/index.js"));
  facts.mentions = {"pino-pretty/lib/x.js"};
  EXPECT_THAT(reached("index.js", facts), Contains("node_modules/pino-pretty/lib/x.js"));
  facts.mentions = {"pino-\1"};
  EXPECT_THAT(reached("index.js", facts), UnorderedElementsAre("node_modules/pino-pretty/index.js"));
  // What a package names is its own matter.
  EXPECT_THAT(reached("node_modules/p/index.js", facts), UnorderedElementsAre());
}

TEST_F(Dependencies, OwnSettingsNameThem) {
  EXPECT_THAT(reached("db.yaml"), UnorderedElementsAre("node_modules/pg/index.js"));
  EXPECT_THAT(reached("package.json"), UnorderedElementsAre("node_modules/pg/index.js"));
  EXPECT_THAT(reached("db.toml"), UnorderedElementsAre());
  EXPECT_THAT(reached("prose.json"), UnorderedElementsAre());
  settings_ = {"pg", "--require pino-pretty"};
  EXPECT_THAT(reached("prose.json"), UnorderedElementsAre("node_modules/pg/index.js"));
}

TEST_F(Dependencies, ThoseThatNothingLeadsToAreReported) {
  put("node_modules/types/index.d.ts");
  reached("node_modules/pg/index.js");
  std::vector<std::string> found;
  for (const auto& finding : findings_)
    if (finding.code == "dropped-dependency") found.push_back(finding.path);
  EXPECT_THAT(found, UnorderedElementsAre("node_modules/pino/index.js", "node_modules/pino-pretty/index.js"));
}

TEST_F(Dependencies, WithoutTheFunctionsDescriptionEachPackageCounts) {
  put("package.json", "{}");
  JsFacts facts;
  facts.mentions = {"sub"};
  EXPECT_THAT(reached("index.js", facts), UnorderedElementsAre("node_modules/sub/index.js"));
  EXPECT_THAT(findings_, testing::IsEmpty());
}

TEST_F(NodeTree, ALoadThatLeadsElsewhereInTheBundleIsFound) {
  put("node_modules/p/package.json", R"({"main": "lib/a.js"})");
  put("node_modules/p/lib/a.js");
  put("node_modules/p/index.js");
  put("index.js");
  files();
  NodeReach reach(
      tree_, 20, "x64",
      [](const std::vector<JsSource>& sources) {
        return std::vector<JsFacts>(sources.size(), NodeTree::loads("p"));
      },
      [](const Content&) { return std::vector<std::string>(); });
  reach.reach_from({BundlePath("index.js")});
  EXPECT_TRUE(reach.broken_in(tree_.files).empty());
  auto bundle = tree_.files;
  bundle.remove(BundlePath("node_modules/p/package.json"));
  const auto broken = reach.broken_in(bundle);
  ASSERT_EQ(broken.size(), 1U);
  EXPECT_EQ(broken[0].from.bytes(), "index.js");
  EXPECT_EQ(broken[0].staged.bytes(), "node_modules/p/lib/a.js");
}

TEST_F(NodeTree, APathWithAnyEndIsLookedForOnlyInTheFolder) {
  put("node_modules/p/lib/index.js");
  put("node_modules/p/lib/a.txt");
  put("node_modules/p/lib/deep/b.txt");
  put("node_modules/p/c.txt");
  EXPECT_THAT(reached("node_modules/p/lib/index.js", places({"/\1"})),
              UnorderedElementsAre("node_modules/p/lib/a.txt", "node_modules/p/lib/index.js"));
}

TEST_F(NodeTree, TheKindOfAModuleIsAsNodeDecidesIt) {
  put("package.json", R"({"type": "module"})");
  put("node_modules/p/package.json", "{}");
  for (const auto& [path, is_module] : std::map<const char*, bool>{{"a.js", true},
                                                                   {"lib/b.js", true},
                                                                   {"c.cjs", false},
                                                                   {"node_modules/p/d.js", false},
                                                                   {"node_modules/p/e.mjs", true}}) {
    put(path);
    asked_.clear();
    reached(path);
    ASSERT_EQ(asked_.size(), 1U) << path;
    EXPECT_EQ(asked_[0].is_module, is_module) << path;
  }
}

TEST_F(NodeTree, AModuleThatDidNotParseIsReported) {
  put("node_modules/p/index.js");
  put("node_modules/p/other.js");
  auto facts = loads("./other");
  facts.unparsed = "Unexpected token (1:2)";
  EXPECT_THAT(reached("node_modules/p/index.js", facts), UnorderedElementsAre("node_modules/p/other.js"));
  ASSERT_EQ(findings_.size(), 1U);
  EXPECT_EQ(findings_[0].code, "unparsed-source");
  EXPECT_EQ(findings_[0].path, "node_modules/p/index.js");
  EXPECT_THAT(findings_[0].message, HasSubstr("Unexpected token (1:2)"));
}

TEST_F(NodeTree, AModuleThatIsTooLargeKeepsItsPackage) {
  put("node_modules/p/index.js");
  put("node_modules/p/other.js");
  JsFacts facts;
  facts.unparsed = "it is too large to be parsed";
  facts.beyond = true;
  EXPECT_THAT(reached("node_modules/p/index.js", facts), Contains("node_modules/p/other.js"));
  ASSERT_EQ(findings_.size(), 1U);
  EXPECT_THAT(findings_[0].message, HasSubstr("all files of its package"));
}

TEST_F(NodeTree, WithoutAParserAPackageIsKeptAsAWhole) {
  put("node_modules/p/index.js");
  put("node_modules/p/data/x.bin");
  put("node_modules/p/node_modules/q/index.js");
  put("node_modules/r/index.js");
  JsFacts facts;
  facts.unparsed = "no network";
  facts.unread = true;
  EXPECT_THAT(reached("node_modules/p/index.js", facts),
              UnorderedElementsAre("node_modules/p/data/x.bin", "node_modules/p/index.js"));
  ASSERT_EQ(findings_.size(), 1U);
  EXPECT_EQ(findings_[0].code, "no-js-parser");
  EXPECT_EQ(findings_[0].severity, Severity::warning);
  EXPECT_THAT(findings_[0].message, HasSubstr("no network"));
}

}  // namespace
}  // namespace lbundle
