#include "init/own_code.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "init/runtime_choice.hpp"
#include "support/expect_error.hpp"
#include "support/scratch.hpp"

namespace lbundle::init {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Without an interpreter, so that the plain search is what is tested; tests/unit/python has the other reader.
class OwnCodeTest : public testing::Test {
 protected:
  void put(const std::string& name, const std::string& text) {
    folder_.put(name, text);
    files_.emplace(BundlePath(name), folder_ / name);
  }
  Handler handler() { return likely_handler(folder_.path(), files_, std::nullopt, reader_); }
  std::vector<std::string> parts() {
    std::vector<std::string> paths;
    for (const auto& part : own_code(handler(), folder_.path(), files_, reader_).parts)
      paths.push_back(part.path + (part.is_folder ? "/**" : ""));
    return paths;
  }

  Scratch folder_;
  OwnFiles files_;
  CodeReader reader_{std::nullopt, {}};
};

TEST_F(OwnCodeTest, ModulesPackagesAndData) {
  put("job.py",
      "import requests\nfrom shop.cart import add\nimport words\n\ndef work(event, context):\n"
      "    return open('data/a.txt')\n");
  put("words.py", "import os\nX = os.environ['X']\n");
  put("shop/__init__.py", "");
  put("shop/cart.py", "import late\n");
  put("late.py", "");
  put("data/a.txt", "");
  put("unused.py", "");
  EXPECT_EQ(handler().setting.value, "job.work");
  EXPECT_THAT(parts(), ElementsAre("job.py", "shop/**", "words.py", "data/a.txt", "late.py"));
  const auto own = own_code(handler(), folder_.path(), files_, reader_);
  EXPECT_EQ(own.outside.at(0).value, "requests");
  EXPECT_EQ(own.variables.at(0).name, "X");
}

TEST_F(OwnCodeTest, ModulesThatTextsName) {
  put("app.py",
      "import os\nos.environ['SETTINGS'] = 'site_settings'\nRULES = ['shop.tax.Rule', 'nothing.there']\n"
      "def handler(event, context):\n    return 1\n");
  put("site_settings.py", "");
  put("shop/tax.py", "");
  put("shop/other.py", "");
  EXPECT_THAT(parts(), ElementsAre("app.py", "site_settings.py", "shop/tax.py"));
}

TEST_F(OwnCodeTest, PackagesOfTheSameRepository) {
  put("package-lock.json",
      R"({"packages": {"node_modules/@shop/tax": {"resolved": "packages/tax", "link": true},
                                            "node_modules/ms": {"version": "1.0.0"}}})");
  put("packages/api/app.js",
      "const tax = require('@shop/tax/rules');\nconst ms = require('ms');\nexports.handler = async (event) "
      "=> tax(event.n);\n");
  put("packages/tax/rules.js", "");
  put("packages/tax/package.json", "{}");
  put("packages/unused/a.js", "");
  folder_.put("packages/api/package.json", "{}");
  EXPECT_THAT(parts(), ElementsAre("packages/**"));
}

TEST_F(OwnCodeTest, CodeInAFolderThatIsNoPackage) {
  put("src/app.py", "import helper\n\ndef handler(event, context):\n    return 1\n");
  put("src/helper.py", "");
  const auto found = handler();
  EXPECT_EQ(found.setting.value, "app.handler");
  EXPECT_EQ(found.code, folder_ / "src");
  EXPECT_THAT(parts(), ElementsAre("app.py", "helper.py"));
}

TEST_F(OwnCodeTest, CodeThatNamesItsFolderIsImportedFromAbove) {
  put("src/app.py", "from src.helper import x\n\ndef handler(event, context):\n    return 1\n");
  put("src/helper.py", "");
  EXPECT_EQ(handler().setting.value, "src.app.handler");
  EXPECT_THAT(parts(), ElementsAre("src/**"));
}

TEST_F(OwnCodeTest, ScriptsOfNode) {
  put("src/api/get.js",
      "const a = require('../lib/a');\nexports.handler = async (event) => a(process.env.T);\n");
  put("src/lib/a.js", "module.exports = (x) => x;\n");
  put("package.json", R"({"type": "commonjs"})");
  EXPECT_EQ(handler().setting.value, "src/api/get.handler");
  EXPECT_THAT(parts(), ElementsAre("src/**", "package.json"));
}

TEST_F(OwnCodeTest, AnEventInBraces) {
  put("a.js", "exports.handler = async ({ word, times = 2, how = other() }) => word;\n");
  EXPECT_EQ(handler().setting.value, "a.handler");
  EXPECT_EQ(reader_.of(folder_ / "a.js").reads.at("handler").dump(),
            R"({"keys":{"word":{"needed":true},"times":{"default":2},"how":{}}})");
}

TEST_F(OwnCodeTest, AFunctionThatIsExportedElsewhere) {
  put("b.js",
      "const run = async (request, context) => {\n  const { name, size: bytes = 1 } = "
      "JSON.parse(request.body || '{}');\n"
      "  return request.headers['x-id'] + name;\n};\nmodule.exports = {\n  other: 1,\n  handler: run,\n};\n");
  EXPECT_EQ(handler().setting.value, "b.handler");
  EXPECT_EQ(
      reader_.of(folder_ / "b.js").reads.at("handler").dump(),
      R"({"keys":{"body":{"needed":true,"json":{"keys":{"name":{"needed":true},"size":{"default":1}}}},)"
      R"("headers":{"needed":true,"keys":{"x-id":{"needed":true}}}}})");
}

TEST_F(OwnCodeTest, ItemsOfListsInScripts) {
  put("e.mjs",
      "export async function handler(event) {\n  for (const record of event.Records) {\n"
      "    const key = decode(record.s3.object.key);\n    const { name } = record.s3.bucket;\n  }\n"
      "  return event.rows.map((row) => row.count);\n}\n");
  EXPECT_EQ(
      reader_.of(folder_ / "e.mjs").reads.at("handler"),
      parse_json(
          R"({"keys": {"Records": {"needed": true, "items": {"needed": true, "keys": {"s3": {"needed": true,
                "keys": {"object": {"needed": true, "keys": {"key": {"needed": true}}},
                         "bucket": {"needed": true, "keys": {"name": {"needed": true}}}}}}}},
                "rows": {"needed": true, "items": {"needed": true, "keys": {"count": {"needed": true}}}}}})",
          "reads"));
}

TEST_F(OwnCodeTest, VariablesAndClientsOfScripts) {
  put("c.mjs",
      "const { TABLE, STAGE: stage } = process.env;\nconst level = process.env.LEVEL || 'info';\n"
      "const files = new AWS.S3();\nexport const handler = async (event) => level;\n");
  const auto& facts = reader_.of(folder_ / "c.mjs");
  std::vector<std::string> names;
  for (const auto& variable : facts.variables)
    names.push_back(variable.name + "=" + variable.value.value_or(""));
  EXPECT_THAT(names, ElementsAre("LEVEL=info", "TABLE=", "STAGE="));
  EXPECT_EQ(facts.clients.at(0).first, "s3");
}

TEST_F(OwnCodeTest, AFolderInTheCallOfAFunctionInACall) {
  put("d.js",
      "const path = require('path');\nexports.handler = async ({ page }) =>\n"
      "  path.join(__dirname, 'site', path.basename(page || 'index.html'));\n");
  put("site/index.html", "");
  put("site/b.html", "");
  EXPECT_THAT(parts(), ElementsAre("d.js", "site/**"));
}

TEST_F(OwnCodeTest, CompiledTypeScriptIsNamed) {
  put("src/index.ts", "export const handler = async (event: Event) => 1;\n");
  folder_.put("dist/index.js", "");
  const auto error = error_of([&] { handler(); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->hint(), HasSubstr("lbundle init --handler dist/index.handler"));
}

TEST_F(OwnCodeTest, TestsHaveNoHandler) {
  put("tests/handler.py", "def handler(event, context):\n    return 1\n");
  const auto error = error_of([&] { handler(); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->hint(), HasSubstr("--handler FILE.FUNCTION"));
}

TEST_F(OwnCodeTest, Runtimes) {
  const auto of = [&](Language language) {
    return choose_runtime(std::nullopt, language, {folder_.path()}, folder_.path(), std::nullopt).value;
  };
  EXPECT_EQ(of(Language::python), "python3.14");
  EXPECT_EQ(of(Language::nodejs), "nodejs24.x");
  folder_.put("pyproject.toml", "[project]\nrequires-python = \">=3.10,<3.13\"\n");
  EXPECT_EQ(of(Language::python), "python3.12");
  folder_.put("pyproject.toml", "[tool.poetry.dependencies]\npython = \"~3.11\"\n");
  EXPECT_EQ(of(Language::python), "python3.11");
  folder_.put(".python-version", "3.13.1\n");
  EXPECT_EQ(of(Language::python), "python3.13");
  for (const auto& [range, runtime] :
       std::vector<std::pair<std::string, std::string>>{{">=20 <24", "nodejs22.x"},
                                                        {"22.x", "nodejs22.x"},
                                                        {"^20.1.0", "nodejs20.x"},
                                                        {">= 18", "nodejs24.x"}}) {
    folder_.put("package.json", R"({"engines": {"node": ")" + range + R"("}})");
    EXPECT_EQ(of(Language::nodejs), runtime) << range;
  }
  folder_.put(".nvmrc", "v20.11.0\n");
  EXPECT_EQ(of(Language::nodejs), "nodejs20.x");
}

}  // namespace
}  // namespace lbundle::init
