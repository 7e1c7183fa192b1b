#include "staging/handler_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/error.hpp"

namespace lbundle {
namespace {

using testing::HasSubstr;

// Returns why `handler` is refused for a tree of `paths`; empty if it is accepted.
std::string refusal(Language language, const std::string& handler, const std::vector<std::string>& paths,
                    bool executable = false, std::size_t layers = 0) {
  Function function;
  function.handler = handler;
  function.runtime.language = language;
  FileSet files;
  for (const auto& path : paths) files.put(BundlePath(path), RegularFile{{}, executable});
  try {
    require_handler(files, function, layers > 0, "lbundle.toml");
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::wrong_usage);
    return error.what();
  }
  return "";
}

TEST(HandlerCheck, PythonFindsFilesPackagesAndNativeModules) {
  for (const auto* path : {"app.py", "app.pyc", "app/__init__.py", "app/__init__.pyc", "app.so",
                           "app.abi3.so", "app.cpython-311-x86_64-linux-gnu.so"})
    EXPECT_EQ(refusal(Language::python, "app.run", {path}), "") << path;
  EXPECT_EQ(refusal(Language::python, "src.app.run", {"src/app.py"}), "");
  EXPECT_EQ(refusal(Language::python, "src/app.run", {"src/app.py"}), "");
  for (const auto* path :
       {"app.txt", "app", "apple.py", "app.cpython-311.txt", "app/other.py", "apple.cpython-311.so"})
    EXPECT_THAT(refusal(Language::python, "app.run", {path}), HasSubstr("no module app.py")) << path;
}

TEST(HandlerCheck, NodeTakesFilesByTheirPath) {
  for (const auto* path : {"index.js", "index.mjs", "index.cjs"})
    EXPECT_EQ(refusal(Language::nodejs, "index.handler", {path}), "") << path;
  EXPECT_EQ(refusal(Language::nodejs, "src/app.api.get", {"src/app.js"}), "")
      << "all behind the first dot is the function's name";
  EXPECT_EQ(refusal(Language::nodejs, "v1.0/app.get", {"v1.0/app.js"}), "") << "a folder may have a dot";
  for (const auto* path : {"index.ts", "index/index.js", "index.json"})
    EXPECT_THAT(refusal(Language::nodejs, "index.handler", {path}), HasSubstr("no module index.js")) << path;
}

TEST(HandlerCheck, ASettingThatNamesNoFunctionIsRefused) {
  for (const auto language : {Language::python, Language::nodejs}) {
    EXPECT_NE(refusal(language, "app", {"app.py", "app.js"}), "");
    EXPECT_NE(refusal(language, ".run", {"app.py", "app.js"}), "");
    EXPECT_NE(refusal(language, "../app.run", {"app.py", "app.js"}), "");
  }
}

TEST(HandlerCheck, AProvidedRuntimeStartsBootstrap) {
  EXPECT_EQ(refusal(Language::provided, "any", {"bootstrap"}, true), "");
  EXPECT_THAT(refusal(Language::provided, "any", {"bootstrap"}, false), HasSubstr("is not executable"));
  EXPECT_THAT(refusal(Language::provided, "any", {"main"}, true), HasSubstr("cannot find 'bootstrap'"));
  EXPECT_EQ(refusal(Language::provided, "any", {"main"}, true, 1), "") << "it may lie in the layer";
}

}  // namespace
}  // namespace lbundle
