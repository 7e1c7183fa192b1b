#include "prune/bytecode.hpp"

#include <gtest/gtest.h>

#include "model/byte_size.hpp"

namespace lbundle {
namespace {

// Makes a bundle as pruning leaves it, of files that differ in size.
Bundle bundle_of(const std::vector<std::string>& paths) {
  Bundle bundle;
  std::uint64_t size = 10;
  for (const auto& path : paths) {
    RegularFile file;
    file.content.size = ByteSize(size++);
    bundle.files.put(BundlePath(path), file);
    Decision decision;
    decision.before = decision.after = file.content.size;
    decision.becomes = BundlePath(path);
    bundle.decisions.emplace(BundlePath(path), decision);
  }
  return bundle;
}

std::vector<std::string> paths_of(const Bundle& bundle) {
  std::vector<std::string> paths;
  for (const auto& [path, node] : bundle.files) paths.push_back(path.bytes());
  return paths;
}

std::int64_t bytes_before(const Bundle& bundle) {
  std::int64_t sum = 0;
  for (const auto& [path, decision] : bundle.decisions) sum += difference(decision.before, ByteSize{});
  return sum;
}

using Paths = std::vector<std::string>;

const Paths staged{"app.py",
                   "__pycache__/app.cpython-311.pyc",
                   "pkg/__init__.py",
                   "pkg/__main__.py",
                   "pkg/__pycache__/__init__.cpython-311.pyc",
                   "pkg/__pycache__/__main__.cpython-311.pyc",
                   "pkg/table.json",
                   "pkg/template.py"};

TEST(BytecodeStage, PutsBytecodeInTheSourcesPlace) {
  const auto bundle = bytecode(bundle_of(staged), BytecodeForm::sourceless, {});
  EXPECT_EQ(paths_of(bundle),
            (Paths{"app.pyc", "pkg/__init__.pyc", "pkg/__main__.pyc", "pkg/table.json", "pkg/template.py"}));
  EXPECT_EQ(bundle.decisions.at(BundlePath("app.py")).verdict, Verdict::drop);
  const auto& moved = bundle.decisions.at(BundlePath("__pycache__/app.cpython-311.pyc"));
  EXPECT_EQ(moved.verdict, Verdict::replace);
  EXPECT_EQ(moved.becomes, BundlePath("app.pyc"));
  EXPECT_EQ(bytes_before(bundle),
            saved_bytes(bundle.decisions) + difference(bundle.files.unzipped(), ByteSize{}));
}

TEST(BytecodeStage, KeepsASourceThatWasReadAlthoughBytecodeWasThere) {
  Evidence evidence;
  evidence[BundlePath("app.py")][AccessKind::opened].insert("one");
  evidence[BundlePath("pkg/__init__.py")][AccessKind::stat].insert("one");
  const auto bundle = bytecode(bundle_of(staged), BytecodeForm::sourceless, evidence);
  EXPECT_TRUE(bundle.files.contains(BundlePath("app.py")));
  EXPECT_TRUE(bundle.files.contains(BundlePath("__pycache__/app.cpython-311.pyc")));
  EXPECT_FALSE(bundle.files.contains(BundlePath("app.pyc")));
  EXPECT_FALSE(bundle.files.contains(BundlePath("pkg/__init__.py")));
}

TEST(BytecodeStage, ReplacesEarlierBytecode) {
  auto with_stale = staged;
  with_stale.emplace_back("app.pyc");
  const auto bundle = bytecode(bundle_of(with_stale), BytecodeForm::sourceless, {});
  EXPECT_EQ(bundle.decisions.at(BundlePath("app.pyc")).verdict, Verdict::drop);
  EXPECT_EQ(bundle.decisions.at(BundlePath("__pycache__/app.cpython-311.pyc")).becomes,
            BundlePath("app.pyc"));
  EXPECT_EQ(unzipped_size(*bundle.files.find(BundlePath("app.pyc"))),
            bundle.decisions.at(BundlePath("__pycache__/app.cpython-311.pyc")).before);
}

TEST(BytecodeStage, NeverLeavesBytecodeWherePythonDoesNotFindIt) {
  // Pruning left the source out. Python does not load bytecode that is only in __pycache__.
  const auto bundle = bytecode(bundle_of({"m/__pycache__/a.cpython-311.pyc"}), BytecodeForm::sourceless, {});
  EXPECT_EQ(paths_of(bundle), Paths{"m/a.pyc"});
}

TEST(BytecodeStage, HasTwoOtherForms) {
  EXPECT_EQ(paths_of(bytecode(bundle_of(staged), BytecodeForm::unchecked, {})).size(), staged.size());
  EXPECT_EQ(paths_of(bytecode(bundle_of(staged), BytecodeForm::source, {})),
            (Paths{"app.py", "pkg/__init__.py", "pkg/__main__.py", "pkg/table.json", "pkg/template.py"}));
}

TEST(BytecodeStage, TheFormSourceKeepsAModuleThatIsBytecodeAlone) {
  const auto bundle =
      bytecode(bundle_of({"p/a.py", "p/a.pyc", "p/__pycache__/a.cpython-311.pyc", "p/alone.pyc"}),
               BytecodeForm::source, {});
  EXPECT_EQ(paths_of(bundle), (Paths{"p/a.py", "p/alone.pyc"}));
}

TEST(BytecodeStage, ChangesNothingTheSecondTime) {
  const auto once = bytecode(bundle_of(staged), BytecodeForm::sourceless, {});
  const auto twice = bytecode(once, BytecodeForm::sourceless, {});
  EXPECT_EQ(paths_of(once), paths_of(twice));
}

}  // namespace
}  // namespace lbundle
