#include "preflight/handler_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/atomic_file.hpp"
#include "os/temp_dir.hpp"
#include "support/runtimes.hpp"

namespace lbundle {
namespace {

using testing::HasSubstr;

class Handlers : public testing::Test {
 protected:
  void write(const std::string& path, const std::string& text) {
    const auto file = folder_.path() / path;
    fs::create_directories(file.parent_path());
    write_file(file, text);
    places_.own.emplace(BundlePath(path), file);
  }
  Function function(const std::string& handler, const std::string& runtime = "python3.11") const {
    Function made;
    made.handler = handler;
    made.runtime = *find_runtime(runtime);
    return made;
  }
  HandlerSearch find(const std::string& handler, const std::string& runtime = "python3.11") const {
    return find_handler(function(handler, runtime), places_, "lbundle.toml");
  }
  // The fault of the module or of its function; empty if there is none.
  std::string fault(const std::string& handler, const std::string& runtime = "python3.11") const {
    const auto found = find(handler, runtime);
    if (found.fault) return found.fault->what();
    const auto interpreter =
        runtime.starts_with("python") ? find_interpreter(python_runtime("3.11")) : Interpreter{};
    const auto wrong = fault_of_function(found, function(handler, runtime), interpreter,
                                         Store(folder_.path() / "cache"), "lbundle.toml");
    return wrong ? wrong->what() : "";
  }

  const TempDir folder_{temporary_folder(), "lbundle-test"};
  HandlerPlaces places_;
};

TEST_F(Handlers, OfAModuleThatIsThere) {
  write("src/app.py", "def handler(event, context):\n    return 1\n");
  EXPECT_EQ(find("src.app.handler").file, folder_.path() / "src/app.py");
  EXPECT_EQ(fault("src.app.handler"), "");
  EXPECT_EQ(fault("src/app.handler"), "");
}

TEST_F(Handlers, OfAModuleThatIsMissing) {
  write("handler.py", "def handler(event, context):\n    return 1\n");
  const auto search = find("handlr.handler");
  ASSERT_TRUE(search.fault);
  EXPECT_STREQ(search.fault->what(),
               "cannot find 'handlr.handler': the function's own source has no module handlr.py");
  EXPECT_THAT(search.fault->hint(), HasSubstr("did you mean handler = \"handler.handler\"?"));
  EXPECT_EQ(search.fault->status(), ExitStatus::wrong_usage);
}

TEST_F(Handlers, OfAModuleInAnotherFolder) {
  write("src/app.py", "def handler(event, context):\n    return 1\n");
  EXPECT_THAT(find("app.handler").fault->hint(), HasSubstr("\"src.app.handler\""));
}

TEST_F(Handlers, WithoutAFunctionsName) {
  EXPECT_THAT(fault("handler"), HasSubstr("MODULE.FUNCTION"));
}

TEST_F(Handlers, ThatAPackageMayBring) {
  write("handler.py", "");
  EXPECT_NE(fault("datadog_lambda.handler.handler"), "");
  places_.requirements = "\nnumpy==1.26\ndatadog-lambda>=5\n";
  EXPECT_EQ(fault("datadog_lambda.handler.handler"), "");
  EXPECT_NE(fault("app.handler"), "");
  // The package is the function's own.
  write("datadog_lambda/other.py", "");
  EXPECT_NE(fault("datadog_lambda.handler.handler"), "");
}

TEST_F(Handlers, ThatSomethingElseMayBring) {
  places_.own_is_whole = false;
  EXPECT_EQ(fault("app.handler"), "");
  places_.own_is_whole = true;
  places_.layers_are_whole = false;
  EXPECT_EQ(fault("app.handler"), "");
  places_.layers_are_whole = true;
  EXPECT_NE(fault("app.handler"), "");
  fs::create_directories(folder_.path() / "layer/python");
  write_file(folder_.path() / "layer/python/app.py", "");
  places_.layers.push_back(folder_.path() / "layer");
  EXPECT_EQ(fault("app.handler"), "");
}

TEST_F(Handlers, WhoseFunctionIsMissing) {
  write("handler.py", "# The handler of orders.\ndef handle(event, context):\n    return 1\n");
  EXPECT_EQ(fault("handler.handler"), "cannot find 'handler.handler': handler.py defines no 'handler'");
  const auto wrong = fault_of_function(find("handler.handler"), function("handler.handler"),
                                       find_interpreter(python_runtime("3.11")),
                                       Store(folder_.path() / "cache"), "lbundle.toml");
  EXPECT_THAT(wrong->hint(), HasSubstr("did you mean handler = \"handler.handle\"?"));
}

TEST_F(Handlers, WhoseSyntaxIsWrong) {
  write("handler.py", "def handler(event, context):\n    return (1\n");
  EXPECT_THAT(fault("handler.handler"), HasSubstr("handler.py': line 2, column 12: '(' was never closed"));
}

TEST_F(Handlers, OfNode) {
  write("index.mjs", "export const handle = async () => 1;\n");
  EXPECT_EQ(fault("index.handler", "nodejs22.x"),
            "cannot find 'index.handler': index.mjs exports no 'handler'");
  EXPECT_EQ(fault("index.handle", "nodejs22.x"), "");
  EXPECT_THAT(fault("main.handler", "nodejs22.x"), HasSubstr("has no module main.js, .mjs or .cjs"));
}

TEST_F(Handlers, OfAProvidedRuntime) {
  EXPECT_THAT(fault("any", "provided.al2023"), HasSubstr("bootstrap"));
  write("bootstrap", "#!/bin/sh\n");
  EXPECT_THAT(fault("any", "provided.al2023"), HasSubstr("not executable"));
  fs::permissions(folder_.path() / "bootstrap", fs::owner_all);
  EXPECT_EQ(fault("any", "provided.al2023"), "");
}

TEST(MayBeInstalled, ComparesNamesAsPackagesWriteThem) {
  EXPECT_TRUE(may_be_installed("\nServerless-WSGI==1.0\n", "serverless_wsgi"));
  EXPECT_TRUE(may_be_installed("\n./wheels/aws_handler-1.0-py3-none-any.whl\n", "aws_handler"));
  EXPECT_FALSE(may_be_installed("\nnumpy==1.26\n# via pandas\n", "handler"));
  // Three letters are part of too many words.
  EXPECT_FALSE(may_be_installed("\nmapping==1\n", "app"));
  EXPECT_TRUE(may_be_installed("\napp==1\n", "app"));
}

TEST(SurelyLacksExport, OnlyIfEveryExportIsByName) {
  EXPECT_TRUE(surely_lacks_export("exports.handle = async () => 1;", "handler"));
  EXPECT_FALSE(surely_lacks_export("exports.handler = async () => 1;", "handler"));
  for (const auto* text : {"module.exports = require('./own');", "export * from './own.mjs';",
                           "__exportStar(require('./own'), exports);", "exports[name] = 1;"})
    EXPECT_FALSE(surely_lacks_export(text, "handler")) << text;
}

}  // namespace
}  // namespace lbundle
