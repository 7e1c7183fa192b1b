// Tests what rules about npm packages keep and drop, with texts that the tests make up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "elf/library_graph.hpp"
#include "node/packages.hpp"
#include "os/tree.hpp"
#include "prune/prune.hpp"
#include "prune/prune_keep_set.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

// Leads from "index.js" to what a test says.
class Led : public Reach {
 public:
  std::vector<Reached> reached;
  std::vector<NamedCall> calls;
  std::map<std::string, BundlePath> modules;

  std::vector<Reached> reach_from(const std::vector<BundlePath>& kept) override {
    return std::ranges::find(kept, BundlePath("index.js")) == kept.end() ? std::vector<Reached>() : reached;
  }
  const std::vector<NamedCall>& calls_of(const BundlePath& path) const override {
    static const std::vector<NamedCall> none;
    return path == BundlePath("index.js") ? calls : none;
  }
  bool mentions(const BundlePath&, const std::string&) const override { return false; }
  std::optional<BundlePath> module_for(const std::string& name, const BundlePath&) const override {
    const auto found = modules.find(name);
    return found == modules.end() ? std::nullopt : std::optional(found->second);
  }
};

class NpmRules : public testing::Test {
 protected:
  void put(const std::string& path, const std::string& text = "") { folder_.put("tree/" + path, text); }

  void lead(const std::string& path, const std::string& named = "") {
    led_.reached.push_back({BundlePath(path), "named", false, BundlePath("index.js"), BundlePath(named)});
  }

  // What is kept of npm packages.
  std::vector<std::string> kept() {
    put("index.js");
    StagedTree tree;
    tree.files = scan_tree(folder_ / "tree", 1);
    tree.distributions = read_node_packages(tree.files);
    const TreeRules rules(tree, built_in_rules(Language::nodejs));
    const elf::TreeFacts facts;
    const elf::LibraryGraph libraries(tree.files, facts, {});
    KeepSet set(tree, rules, libraries, &led_);
    set.keep(BundlePath("index.js"), {});
    set.close();
    std::vector<std::string> paths;
    for (const auto& [path, how] : set.all())
      if (path.bytes() != "index.js")
        paths.push_back(path.bytes().substr(std::string("node_modules/").size()));
    return paths;
  }

  Scratch folder_;
  Led led_;
};

TEST_F(NpmRules, APackageMayBeCalledLikeAFolderThatIsDropped) {
  for (const auto* path : {"docs/index.js", "@scope/test/index.js", "a/node_modules/example/index.js",
                           "docs/docs/x.js", "@scope/test/lib/test/x.js", "a/test/x.js"}) {
    put(std::string("node_modules/") + path);
    lead(std::string("node_modules/") + path);
  }
  EXPECT_THAT(kept(), testing::UnorderedElementsAre("docs/index.js", "@scope/test/index.js",
                                                    "a/node_modules/example/index.js"));
}

TEST_F(NpmRules, WhatAConstantNamesIsNotDroppedForItsName) {
  for (const auto* path : {"a/test/x.js", "a/test/y.js", "b/docs/x.html", "b/docs/sub/y.html", "c/lib/x.js",
                           "c/lib/x.md", "c/lib/test/y.js"})
    put(std::string("node_modules/") + path);
  lead("node_modules/a/test/x.js", "node_modules/a/test/x.js");
  lead("node_modules/a/test/y.js");
  lead("node_modules/b/docs/x.html", "node_modules/b/docs");
  lead("node_modules/b/docs/sub/y.html", "node_modules/b/docs");
  for (const auto* path : {"x.js", "x.md", "test/y.js"})
    lead(std::string("node_modules/c/lib/") + path, "node_modules/c/lib");
  EXPECT_THAT(kept(), testing::UnorderedElementsAre("a/test/x.js", "b/docs/x.html", "b/docs/sub/y.html",
                                                    "c/lib/x.js"));
}

TEST_F(NpmRules, ExpressLoadsTheViewEngineAndNoOtherSetting) {
  put("node_modules/express/package.json", R"({"version": "4.21.2"})");
  for (const auto* name : {"ejs", "hbs", "long"}) {
    put(std::string("node_modules/") + name + "/main.js");
    put(std::string("node_modules/") + name + "/other.js");
    led_.modules.emplace(name, BundlePath(std::string("node_modules/") + name + "/main.js"));
  }
  led_.calls = {{"set", "view engine"},
                {"set", "ejs", "view engine"},
                {"set", "hbs", "\1"},
                {"set", "long", "views"},
                {"set", "long"}};
  EXPECT_THAT(kept(), testing::UnorderedElementsAre("ejs/main.js", "hbs/main.js"));
}

TEST_F(NpmRules, TheTypeScriptCompilerKeepsTheDeclarationsThatItReads) {
  for (const auto* path : {"lib/typescript.js", "lib/lib.d.ts", "lib/lib.es2020.d.ts",
                           "lib/lib.dom.iterable.d.ts", "lib/typescript.d.ts", "lib/tsserverlibrary.d.ts"})
    put(std::string("node_modules/typescript/") + path);
  put("node_modules/typescript/package.json", R"({"version": "5.9.3"})");
  put("node_modules/a/lib/lib.d.ts");
  EXPECT_THAT(kept(), testing::IsEmpty()) << "nothing uses the compiler";
  lead("node_modules/typescript/lib/typescript.js");
  EXPECT_THAT(kept(),
              testing::UnorderedElementsAre("typescript/package.json", "typescript/lib/typescript.js",
                                            "typescript/lib/lib.d.ts", "typescript/lib/lib.es2020.d.ts",
                                            "typescript/lib/lib.dom.iterable.d.ts"));
}

}  // namespace
}  // namespace lbundle
