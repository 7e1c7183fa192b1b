#include "native/strip.hpp"

#include <gmock/gmock.h>

#include "elf/elf_file.hpp"
#include "os/tree.hpp"
#include "unit/elf/compiled.hpp"

namespace lbundle {
namespace {

using test::Workshop;

Bundle bundle_of(const HostPath& folder) {
  Bundle bundle;
  bundle.files = scan_tree(folder, 1);
  for (const auto& [path, node] : bundle.files) {
    bundle.decisions[path] = {
        Verdict::keep, {"prune", "kept", {}}, unzipped_size(node), unzipped_size(node), path};
  }
  return bundle;
}

class StripTest : public testing::Test {
 protected:
  Workshop tree_;
  TempDir cache_{fs::temp_directory_path(), "lbundle-cache"};
  Store store_{cache_.path()};
};

TEST_F(StripTest, RewritesLibrariesAndAccountsForTheBytes) {
  tree_.library("pkg/libbig.so", "int f(void) { return 1; }", {"-g3"});
  const Bundle before = bundle_of(tree_.folder());
  const Bundle after = strip(before, {store_, 2});
  const BundlePath path("pkg/libbig.so");
  const Decision& decision = after.decisions.at(path);
  EXPECT_EQ(decision.verdict, Verdict::replace);
  EXPECT_EQ(decision.reason.stage, "strip");
  EXPECT_LT(decision.after, decision.before);
  EXPECT_EQ(difference(before.files.unzipped(), after.files.unzipped()), saved_bytes(after.decisions));
  const auto facts = elf::read_elf(read_content(after.files.find_file(path)->content)).value();
  EXPECT_EQ(facts.debug_bytes, 0U);
  EXPECT_EQ(facts.soname, "libbig.so");
  EXPECT_EQ(after.files.find_file(path)->executable, before.files.find_file(path)->executable);
}

TEST_F(StripTest, IsDoneOnceAndRemembered) {
  tree_.library("libone.so", "int f(void) { return 1; }");
  const Bundle first = strip(bundle_of(tree_.folder()), {store_, 1});
  const BundlePath path("libone.so");
  const Content content = first.files.find_file(path)->content;
  const Bundle second = strip(bundle_of(tree_.folder()), {store_, 1});
  EXPECT_EQ(second.files.find_file(path)->content, content);
  // If the cache lost the content, it is made again.
  fs::remove(content.path);
  const Bundle third = strip(bundle_of(tree_.folder()), {store_, 1});
  EXPECT_EQ(third.files.find_file(path)->content, content);
  EXPECT_TRUE(fs::exists(third.files.find_file(path)->content.path));
  // A rewritten library does not change when it is rewritten again.
  const Bundle again = strip(first, {store_, 1});
  EXPECT_EQ(again.files.find_file(path)->content, content);
  EXPECT_TRUE(again.findings.empty());
}

TEST_F(StripTest, LeavesFilesAloneThatItCannotJudgeAndSaysWhy) {
  const auto path = tree_.library("libself.so", "int f(void) { return 1; }");
  Bytes bytes = read_file(path);
  bytes.insert(bytes.end(), {1, 2, 3});
  write_file(path, bytes);
  Bytes cut = bytes;
  cut.resize(200);
  write_file(tree_.path("libcut.so"), cut);
  const Bundle after = strip(bundle_of(tree_.folder()), {store_, 1});
  EXPECT_EQ(after.decisions.at(BundlePath("libself.so")).verdict, Verdict::keep);
  EXPECT_EQ(after.decisions.at(BundlePath("libcut.so")).verdict, Verdict::keep);
  ASSERT_EQ(after.findings.size(), 2U);
  EXPECT_EQ(after.findings[0].code, "native-kept");
  EXPECT_EQ(after.findings[0].path, "libcut.so");
  EXPECT_NE(after.findings[1].message.find("3 bytes"), std::string::npos);
  EXPECT_EQ(after.findings[1].severity, Severity::note);
}

TEST_F(StripTest, KeepsWhatItRemovedForADebugger) {
  const auto path =
      tree_.library("libdebug.so", "int f(void) { return 1; }", {"-g", "-Wl,--build-id=0xabcdef12"});
  const Bytes original = read_file(path);
  const TempDir debug(fs::temp_directory_path(), "lbundle-debug");
  strip(bundle_of(tree_.folder()), {store_, 1, debug.path()});
  EXPECT_EQ(read_file(debug.path() / ".build-id/ab/cdef12.debug"), original);
}

// Exports of one private library: one is imported, one is a word in a module, one matches a pattern, and
// nothing asks for the last one.
constexpr const char* private_source =
    "#define LONG __asm__ volatile(\"jmp 1f\\n.skip 65536, 0x90\\n1:\")\n"
    "int cblas_one(void) { LONG; return 1; } int cblas_two(void) { LONG; return 2; }\n"
    "int openblas_get_three(void) { LONG; return 3; } int cblas_four(void) { LONG; return 4; }\n";

TEST_F(StripTest, RemovesCodeOfPrivateLibrariesThatTheBundleCannotCall) {
  const std::string name = "libopenblas64_p-r0-0123abcd.3.23.so";
  const auto library = tree_.library("pkg.libs/" + name, private_source);
  tree_.library("pkg/module.so", "int cblas_one(void); int PyInit_module(void) { return cblas_one(); }",
                {library.string()});
  // Remove the sources: they would be files of the bundle, and they name everything.
  fs::remove(tree_.path("pkg.libs/" + name + ".c"));
  fs::remove(tree_.path("pkg/module.so.c"));
  write_file(tree_.path("pkg/user.py"), std::string_view("library.cblas_two()\n"));
  const BundlePath path("pkg.libs/" + name);
  const auto unreached = [&](const Bundle& bundle) {
    const auto bytes = read_content(bundle.files.find_file(path)->content);
    std::size_t functions = 0;
    for (std::size_t at = 0; at + 1 < bytes.size(); ++at)
      if (bytes[at] == 0xCC && bytes[at + 1] == 0xCC) ++functions;
    return functions / 65536;
  };
  const Bundle kept = strip(bundle_of(tree_.folder()), {store_, 1});
  EXPECT_EQ(unreached(kept), 0U);
  const Bundle taken = strip(bundle_of(tree_.folder()), {store_, 1, {}, true});
  EXPECT_EQ(unreached(taken), 1U);
  EXPECT_THAT(taken.decisions.at(path).reason.text, testing::HasSubstr("nothing in the bundle can call"));
  // Another bundle asks for other names, and gets a result of its own from the cache.
  write_file(tree_.path("pkg/user.py"), std::string_view("library.cblas_two_()\n"));
  EXPECT_EQ(unreached(strip(bundle_of(tree_.folder()), {store_, 1, {}, true})), 2U);
}

TEST_F(StripTest, LeavesLibrariesWholeThatCanBeOpenedByName) {
  const auto library = tree_.library("pkg.libs/libopenblas64_.so", private_source);
  tree_.library("pkg/module.so", "int cblas_one(void); int PyInit_module(void) { return cblas_one(); }",
                {library.string()});
  const Bundle after = strip(bundle_of(tree_.folder()), {store_, 1, {}, true});
  EXPECT_THAT(after.decisions.at(BundlePath("pkg.libs/libopenblas64_.so")).reason.text,
              testing::Not(testing::HasSubstr("nothing in the bundle can call")));
}

}  // namespace
}  // namespace lbundle
