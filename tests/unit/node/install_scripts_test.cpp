#include "node/install_scripts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/tree.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Returns the start of an ELF file, up to the field that names its processor.
std::string elf_for(unsigned char machine) {
  std::string bytes(
      "\x7F"
      "ELF\2\1\1",
      7);
  bytes.resize(20, '\0');
  bytes[18] = static_cast<char>(machine);
  return bytes;
}

const std::string x86_64 = elf_for(62);
const std::string aarch64 = elf_for(183);

class InstallScripts : public testing::Test {
 protected:
  void put(const std::string& path, std::string_view text) { scratch_.put("tree/" + path, text); }

  // Makes a package `p` with one script.
  void script(std::string_view name, const std::string& text, const std::string& more = {}) {
    put("node_modules/p/package.json",
        "{\"scripts\": {\"" + std::string(name) + "\": \"" + text + "\"}" + more + "}");
  }

  std::vector<std::string> reported(Architecture architecture = Architecture::x86_64) {
    std::vector<std::string> paths;
    const auto read = [&](const std::string& source) {
      const auto known = facts_.find(source);
      return known == facts_.end() ? JsFacts{} : known->second;
    };
    for (const auto& finding : judge_install_scripts(scan_tree(scratch_ / "tree", 1), architecture, read))
      paths.push_back(finding.path);
    return paths;
  }

  // tests/e2e reads sources with acorn. Here the tests say what a source loads.
  void loads(const std::string& source, const std::vector<std::string>& names) {
    auto& facts = facts_[source];
    for (const auto& name : names) facts.loads.push_back({name, JsFacts::Kind::required, 1, false});
  }

  std::map<std::string, JsFacts> facts_;

 private:
  Scratch scratch_;
};

TEST_F(InstallScripts, AScriptThatBuildsIsReported) {
  script("install", "node-gyp-build");
  EXPECT_THAT(reported(), ElementsAre("node_modules/p"));
}

TEST_F(InstallScripts, PackagesWithoutAScriptAreNotReported) {
  put("node_modules/p/package.json", R"({"scripts": {"test": "node-gyp rebuild", "prepare": "tsc"}})");
  put("node_modules/p/deep/package.json", R"({"scripts": {"install": "node-gyp rebuild"}})");
  put("package.json", R"({"scripts": {"install": "node-gyp rebuild"}})");
  EXPECT_THAT(reported(), IsEmpty());
}

TEST_F(InstallScripts, ABindingIsBuiltUnlessThePackageForbidsIt) {
  put("node_modules/@s/p/package.json", "{}");
  put("node_modules/@s/p/binding.gyp", "{}");
  put("node_modules/q/package.json", R"({"gypfile": false})");
  put("node_modules/q/binding.gyp", "{}");
  EXPECT_THAT(reported(), ElementsAre("node_modules/@s/p"));
}

TEST_F(InstallScripts, ABuildInThePackageHasToFit) {
  script("install", "node-gyp-build");
  put("node_modules/p/prebuilds/linux-x64/p.glibc.node", x86_64);
  EXPECT_THAT(reported(), IsEmpty());
  EXPECT_THAT(reported(Architecture::arm64), ElementsAre("node_modules/p"));
}

TEST_F(InstallScripts, ABuildIsFoundBesideAPackageOfASimilarName) {
  script("install", "node-gyp-build");
  put("node_modules/p-extra/index.js", "");
  put("node_modules/p.js", "");
  put("node_modules/p/prebuilds/linux-x64/p.glibc.node", x86_64);
  EXPECT_THAT(reported(), IsEmpty());
}

TEST_F(InstallScripts, ABuildForAnotherCLibraryDoesNotCount) {
  script("install", "node-gyp-build");
  put("node_modules/p/prebuilds/linux-x64/p.musl.node", x86_64);
  put("node_modules/p/prebuilds/darwin-x64/p.node", "\xCF\xFA\xED\xFE and more, to be long enough");
  put("node_modules/p/deps/libother.so", x86_64);
  put("node_modules/p/node_modules/q/q.node", x86_64);
  EXPECT_THAT(reported(), ElementsAre("node_modules/p"));
}

TEST_F(InstallScripts, ABuildInAPackageThatIsChosenForThePlatform) {
  script("install", "node install/check.js || npm run build",
         R"(, "optionalDependencies": {"@p/linux-x64": "1", "@p/linux-arm64": "1"})");
  put("node_modules/p/install/check.js", "starts node-gyp");
  loads("starts node-gyp", {"child_process"});
  EXPECT_THAT(reported(), ElementsAre("node_modules/p"));
  put("node_modules/@p/linux-x64/bin/p", x86_64);
  EXPECT_THAT(reported(), IsEmpty());
  EXPECT_THAT(reported(Architecture::arm64), ElementsAre("node_modules/p"));
  put("node_modules/@p/linux-arm64/lib/p.node", aarch64);
  EXPECT_THAT(reported(Architecture::arm64), IsEmpty());
}

TEST_F(InstallScripts, AScriptThatOnlyPrintsIsNotReported) {
  script("postinstall", "node -e \\\"try{require('./thanks')}catch(e){}\\\" || exit 0");
  loads("try{require('./thanks')}catch(e){}", {"./thanks"});
  put("node_modules/p/thanks.js",
      "fs.writeFileSync(path.join(os.tmpdir(), 'seen'), '1'); console.log(more);");
  loads("fs.writeFileSync(path.join(os.tmpdir(), 'seen'), '1'); console.log(more);",
        {"fs", "node:path", "os", "./more"});
  put("node_modules/p/more.json", "\"Give!\"");
  EXPECT_THAT(reported(), IsEmpty());
}

TEST_F(InstallScripts, AScriptIsReadToItsEnd) {
  script("postinstall", "node ./first");
  put("node_modules/p/first.js", "first");
  loads("first", {"./second"});
  put("node_modules/p/second.js", "console.log(1);");
  EXPECT_THAT(reported(), IsEmpty());
  loads("https", {"https"});
  loads("starts", {"node:child_process"});
  loads("package", {"download"});
  loads("absent", {"./absent"});
  facts_["computed"].computed = true;
  facts_["unparsed"].unparsed = "Unexpected token";
  for (const auto* text : {"https", "starts", "package", "absent", "computed", "unparsed",
                           "await fetch('x');", "require('fs').copyFileSync('a', __dirname + '/b');"}) {
    put("node_modules/p/second.js", text);
    EXPECT_THAT(reported(), ElementsAre("node_modules/p")) << text;
  }
}

TEST_F(InstallScripts, AnUnknownCommandIsReported) {
  loads("require('child_process')", {"child_process"});
  for (const auto* text : {"node-pre-gyp install --fallback-to-build", "echo 1 && make", "node absent.js",
                           "node -e \\\"require('child_process')\\\"", "prisma generate", "node -p 1"}) {
    script("postinstall", text);
    EXPECT_THAT(reported(), ElementsAre("node_modules/p")) << text;
  }
  for (const auto* text : {"echo 'a && b'", "npx only-allow pnpm", "opencollective-postinstall || true"}) {
    script("preinstall", text);
    EXPECT_THAT(reported(), IsEmpty()) << text;
  }
}

}  // namespace
}  // namespace lbundle
