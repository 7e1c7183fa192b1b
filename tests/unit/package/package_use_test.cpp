#include "package/package_use.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "package/handler_module.hpp"
#include "package/handler_text.hpp"
#include "package/shebang.hpp"

namespace lbundle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A package in memory. Its files have mode 0755 if their names begin with '+', which is left out, else 0644.
class Package {
 public:
  Package& put(std::string name, const std::string& text = "") {
    const bool executable = name.starts_with('+');
    if (executable) name.erase(0, 1);
    const BundlePath path(name);
    files_.files.put(path, RegularFile{Content{{}, ByteSize(text.size()), {}, false}, executable});
    texts_[path] = text;
    return *this;
  }
  Package& link(const std::string& name, const std::string& target) {
    files_.files.put(BundlePath(name), SymbolicLink{target});
    return *this;
  }
  const PackageFiles& files() {
    files_.beginning = [this](const BundlePath& path, std::size_t most) {
      return texts_[path].substr(0, most);
    };
    files_.mode = [this](const BundlePath& path) -> std::optional<unsigned> {
      const auto* file = files_.files.find_file(path);
      return file == nullptr ? std::nullopt : std::optional(file->executable ? 0755U : 0644U);
    };
    return files_;
  }

 private:
  PackageFiles files_;
  std::map<BundlePath, std::string> texts_;
};

PackageUse use_for(const std::string& runtime, const std::string& handler = "") {
  PackageUse use;
  use.runtime = *find_runtime(runtime);
  use.handler = handler;
  return use;
}

// "error CODE PATH" for each finding.
std::vector<std::string> lines(const Findings& findings) {
  std::vector<std::string> lines;
  for (const auto& finding : findings)
    lines.push_back(std::string(to_text(finding.severity)) + ' ' + finding.code + ' ' + finding.path);
  return lines;
}

std::vector<std::string> judged(Package package, const PackageUse& use) {
  return lines(judge_use(package.files(), use));
}

std::vector<std::string> as_layer(Package package, const std::string& runtime) {
  auto use = use_for(runtime);
  use.is_layer = true;
  return judged(std::move(package), use);
}

TEST(Places, EverythingBelowOneFolder) {
  EXPECT_THAT(judged(Package().put("f/app.py"), use_for("python3.13")), ElementsAre("error nested f"));
  EXPECT_THAT(judged(Package().put("f/app.py").put("README"), use_for("python3.13")), IsEmpty());
  // A package may be a part of the Handler setting.
  EXPECT_THAT(judged(Package().put("f/app.py").put("f/__init__.py"), use_for("python3.13")),
              ElementsAre("warning nested f"));
  EXPECT_THAT(judged(Package().put("f/index.js"), use_for("nodejs22.x")), ElementsAre("warning nested f"));
  EXPECT_THAT(judged(Package().put("f/index.js").put("f/package.json", "{}"), use_for("nodejs22.x")),
              ElementsAre("error nested f"));
  EXPECT_THAT(judged(Package().put("f/app.py"), {}), ElementsAre("warning nested f"));
  EXPECT_THAT(judged(Package().put("home/me/app.py").put("home/me/data/x"), use_for("python3.13")),
              ElementsAre("error nested home/me"));
  EXPECT_THAT(judged(Package().put("f/native.so"), use_for("python3.13")), ElementsAre("warning nested f"));
  EXPECT_THAT(judged(Package().put("f/app.py", "handler = 1"), use_for("python3.13", "f.app.handler")),
              IsEmpty());
}

TEST(Places, CodeOfTheRuntimesLanguage) {
  EXPECT_THAT(judged(Package().put("index.js"), use_for("python3.13")), ElementsAre("warning no-code "));
  EXPECT_THAT(judged(Package().put("node_modules/ms/index.js"), use_for("nodejs22.x")),
              ElementsAre("warning no-code "));
  EXPECT_THAT(judged(Package().put("a.ts"), use_for("nodejs22.x")),
              ElementsAre("error typescript-only a.ts"));
  EXPECT_THAT(judged(Package().put("a.zip", "PK\3\4"), use_for("nodejs22.x")),
              ElementsAre("error zip-in-zip a.zip"));
  EXPECT_THAT(judged(Package().put("a.zip", "PK\3\4").put("index.js"), use_for("nodejs22.x")), IsEmpty());
}

TEST(StandIns, PointersAndTextsOfLinks) {
  const std::string pointer =
      "version https://git-lfs.github.com/spec/v1\noid sha256:" + std::string(64, 'a') + "\nsize 12\n";
  const auto use = use_for("python3.13");
  EXPECT_THAT(judged(Package().put("app.py", pointer), use), ElementsAre("error lfs-pointer app.py"));
  EXPECT_THAT(judged(Package().put("app.py").put("a.bin", pointer), use),
              ElementsAre("warning lfs-pointer a.bin"));
  EXPECT_THAT(judged(Package().put("app.py").put("lib/liba.so", "liba.so.1"), use),
              ElementsAre("error link-as-text lib/liba.so"));
  EXPECT_THAT(
      judged(Package().put("app.py", "../x.py\n").put("x/app.py", "../app.py").put("a.txt", "app.py"), use),
      ElementsAre("error link-as-text x/app.py"));
  // A linker script, and code, are no links.
  EXPECT_THAT(judged(Package().put("app.py", "x").put("x").put("lib/liba.so", "GROUP ( libb.so )"), use),
              IsEmpty());
}

TEST(StartPrograms, ModeFormatAndInterpreter) {
  const auto use = use_for("provided.al2023");
  const auto script = [&](const std::string& text) { return judged(Package().put("+bootstrap", text), use); };
  EXPECT_THAT(script("#!/bin/sh\n"), IsEmpty());
  EXPECT_THAT(script("#!/bin/sh\r\n"), ElementsAre("error bootstrap-crlf bootstrap"));
  EXPECT_THAT(script("#!/bin/sh\na\r\n"), ElementsAre("warning bootstrap-crlf bootstrap"));
  EXPECT_THAT(script("#!/usr/bin/php\n"), ElementsAre("error bootstrap-interpreter bootstrap"));
  EXPECT_THAT(script("echo\n"), ElementsAre("error bootstrap-format bootstrap"));
  EXPECT_THAT(script(""), ElementsAre("error bootstrap-format bootstrap"));
  EXPECT_THAT(script("\xcf\xfa\xed\xfe"), ElementsAre("error bootstrap-format bootstrap"));
  EXPECT_THAT(script("MZ\x90"), ElementsAre("error bootstrap-format bootstrap"));
  EXPECT_THAT(judged(Package().put("bootstrap", "#!/bin/sh\n"), use),
              ElementsAre("error bootstrap-not-executable bootstrap"));
  EXPECT_THAT(judged(Package().link("bootstrap", "x").put("x", "#!/bin/sh\n"), use),
              ElementsAre("error bootstrap-not-executable bootstrap"));
  EXPECT_THAT(judged(Package().put("bootstrap", "x").put("app.py"), use_for("python3.13")), IsEmpty());
}

TEST(StartPrograms, TheFileThatWasMeantIsNamed) {
  const auto use = use_for("provided.al2023");
  EXPECT_THAT(judged(Package().put("BOOTSTRAP"), use), ElementsAre("error bootstrap-missing BOOTSTRAP"));
  EXPECT_THAT(judged(Package().put("bootstrap.sh"), use),
              ElementsAre("error bootstrap-missing bootstrap.sh"));
  EXPECT_THAT(judged(Package().put("a/b/bootstrap"), use),
              ElementsAre("error bootstrap-missing a/b/bootstrap"));
  EXPECT_THAT(judged(Package().put("main",
                                   "\x7f"
                                   "ELF"),
                     use),
              ElementsAre("error bootstrap-missing main"));
  EXPECT_THAT(judged(Package().put("index.php"), use), ElementsAre("warning bootstrap-missing "));
  auto alone = use;
  alone.layers_known = true;
  EXPECT_THAT(judged(Package().put("index.php"), alone), ElementsAre("error bootstrap-missing "));
}

TEST(Shebang, IsReadAsTheKernelDoes) {
  EXPECT_EQ(interpreter_of("#!  /usr/bin/env  -S node --x \r").program, "/usr/bin/env");
  EXPECT_EQ(interpreter_of("#!  /usr/bin/env  -S node --x \r").argument, "-S node --x");
  EXPECT_EQ(interpreter_of("#!/bin/sh").argument, "");
}

TEST(HandlerName, IsReadAsTheRuntimesClientDoes) {
  const auto read = [](const std::string& handler, Language language) {
    const auto name = handler_name(handler, language);
    return name ? name->path + " : " + name->function : "none";
  };
  EXPECT_EQ(read("a.b.f", Language::python), "a/b : f");
  EXPECT_EQ(read("a/b.f", Language::python), "a/b : f");
  EXPECT_EQ(read("a/b.c.f", Language::nodejs), "a/b : c.f");
  EXPECT_EQ(read("a.d/b.f", Language::nodejs), "a.d/b : f");
  for (const auto* wrong : {"f", ".f", "a.", "/a.f", "a..f"})
    EXPECT_EQ(read(wrong, Language::python), "none") << wrong;
  for (const auto* wrong : {"f", "../a.f", "a/f", "a."})
    EXPECT_EQ(read(wrong, Language::nodejs), "none") << wrong;
}

TEST(HandlerText, MentionsTheFunction) {
  const BundlePath app("app.py");
  EXPECT_THAT(judge_python_text(app, "def handler(): pass", "handler"), IsEmpty());
  EXPECT_THAT(lines(judge_python_text(app, "def my_handler(): pass", "handler")),
              ElementsAre("error handler-function app.py"));
  EXPECT_THAT(judge_python_text(app, "from x import *", "handler"), IsEmpty());
}

TEST(HandlerText, TheKindOfAModuleIsItsEndingsOrItsPackages) {
  const auto judged_text = [](Package package, const std::string& name, const std::string& text,
                              const std::string& runtime = "nodejs22.x") {
    return lines(judge_node_text(BundlePath(name), text, "handler", package.files(), *find_runtime(runtime)));
  };
  const std::string module = "/* import x\n*/\nexport { handler };\n";
  EXPECT_THAT(judged_text({}, "a.js", module), ElementsAre("error handler-syntax a.js"));
  EXPECT_THAT(judged_text({}, "a.js", module, "nodejs24.x"), IsEmpty());
  EXPECT_THAT(judged_text({}, "a.mjs", module), IsEmpty());
  EXPECT_THAT(judged_text(Package().put("package.json", R"({"type": "module"})"), "d/a.js", module),
              IsEmpty());
  EXPECT_THAT(judged_text(Package().put("package.json", R"({"type": "module"})").put("d/package.json", "{}"),
                          "d/a.js", module),
              ElementsAre("error handler-syntax d/a.js"));
  EXPECT_THAT(judged_text({}, "a.mjs", "exports.handler = 1"), ElementsAre("error handler-syntax a.mjs"));
  // A call of import, and the words in a comment, are no ES module.
  EXPECT_THAT(judged_text({}, "a.js", "/*\nexport const x\n*/\nimport('x');\nexports.handler = 1"),
              IsEmpty());
}

TEST(Layers, FoldersThatTheRuntimeSearches) {
  EXPECT_THAT(as_layer(Package().put("python/a/__init__.py"), "python3.13"), IsEmpty());
  EXPECT_THAT(as_layer(Package().put("python/lib/python3.12/site-packages/a.py"), "python3.13"),
              ElementsAre("error layer-place python/lib/python3.12/site-packages/a.py"));
  EXPECT_THAT(as_layer(Package().put("nodejs/node_modules/a/index.js"), "nodejs22.x"), IsEmpty());
  EXPECT_THAT(as_layer(Package().put("nodejs/a/package.json"), "nodejs22.x"),
              ElementsAre("error layer-place nodejs/a/package.json"));
  EXPECT_THAT(as_layer(Package().put("opt/lib/liba.so"), "python3.13"), ElementsAre("error layer-place opt"));
  EXPECT_THAT(as_layer(Package().put("data.bin"), "python3.13"), ElementsAre("note layer-place "));
  EXPECT_THAT(as_layer(Package().put("extensions/e", "#!/bin/sh\n"), "python3.13"),
              ElementsAre("error extension-not-executable extensions/e"));
}

}  // namespace
}  // namespace lbundle
