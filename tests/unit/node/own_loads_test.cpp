#include "node/own_loads.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/tree.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

TEST(OwnLoads, BracesTellWhatIsInATry) {
  const std::string source =
      "const a = require('./a');\n"           // 1
      "try {\n"                               // 2
      "  // } a comment, and a text:\n"       // 3
      "  b = require('./b{');\n"              // 4
      "} catch {}\n"                          // 5
      "const c = require('./c');\n"           // 6
      "function retry() { return './d'; }\n"  // 7
      "try { e = require('./e'); } catch {}\n"
      "function f() {\n  try\n  {\n    require('./f');\n  } catch (e) {\n    require('./g');\n  }\n}\n";
  EXPECT_FALSE(is_in_try(source, 1));
  EXPECT_TRUE(is_in_try(source, 4));
  EXPECT_FALSE(is_in_try(source, 6));
  EXPECT_FALSE(is_in_try(source, 7));
  EXPECT_TRUE(is_in_try(source, 8));
  EXPECT_TRUE(is_in_try(source, 12));
  EXPECT_FALSE(is_in_try(source, 14));
}

TEST(OwnLoads, OnlyARealLoadCounts) {
  EXPECT_TRUE(is_loaded_plainly("const x = require('./x')", "./x"));
  EXPECT_TRUE(is_loaded_plainly("require( \"./x\" )", "./x"));
  EXPECT_TRUE(is_loaded_plainly("import y from './x';", "./x"));
  EXPECT_TRUE(is_loaded_plainly("import './x';", "./x"));
  EXPECT_TRUE(is_loaded_plainly("await import(`./x`)", "./x"));
  EXPECT_FALSE(is_loaded_plainly("__webpack_require__('./x')", "./x"));
  EXPECT_FALSE(is_loaded_plainly("const names = ['./x'];", "./x"));
}

class MissingLoads : public testing::Test {
 protected:
  // Returns the findings if index.js, which is the handler's script, has these loads.
  Findings findings(const std::vector<JsFacts::Load>& loads) {
    const auto files = scan_tree(scratch_ / "tree", 1);
    std::set<BundlePath> own;
    for (const auto& [path, node] : files)
      if (!path.bytes().starts_with("node_modules/")) own.insert(path);
    return find_missing_loads(
        {files, own, BundlePath("index.js"), {scratch_ / "layer"}, 22},
        [&](const std::vector<JsSource>& sources) {
          std::vector<JsFacts> facts(sources.size());
          facts.front().loads = loads;
          return facts;
        },
        [](const std::string& package) { return std::pair("no " + package, "add " + package); });
  }
  void put(const std::string& path, std::string_view text = "") { scratch_.put(path, text); }

  Scratch scratch_;
};

TEST_F(MissingLoads, WhatIsThereHasNoFinding) {
  put("tree/index.js",
      "require('./lib/tax'); require('a'); import('b/x'); require('fs');\nif (x) "
      "require('absent-but-not-firm');\n");
  put("tree/lib/tax.js");
  put("tree/node_modules/a/index.js");
  put("layer/b/package.json", "{}");
  using Kind = JsFacts::Kind;
  EXPECT_TRUE(findings({{"./lib/tax", Kind::required, 1, true},
                        {"a", Kind::required, 1, true},
                        {"b/x", Kind::imported, 1, true},
                        {"fs", Kind::required, 1, true},
                        {"node:fs", Kind::imported, 1, true},
                        {std::string("./lib/") + js_hole, Kind::required, 1, true},
                        {"absent-but-not-firm", Kind::required, 2, false}})
                  .empty());
}

TEST_F(MissingLoads, WhatIsNotThereHasOne) {
  put("tree/index.js", "require('./shared/tax'); require('lodash');\ntry { require('./opt'); } catch {}\n");
  using Kind = JsFacts::Kind;
  const auto found = findings({{"./shared/tax", Kind::required, 1, false},
                               {"./opt", Kind::required, 2, false},
                               {"lodash", Kind::required, 1, true}});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].code, "own-import-missing");
  EXPECT_THAT(found[0].message, testing::HasSubstr("index.js:1 loads './shared/tax'"));
  EXPECT_EQ(found[1].code, "import-missing");
  EXPECT_EQ(found[1].hint, "add lodash");
}

}  // namespace
}  // namespace lbundle
