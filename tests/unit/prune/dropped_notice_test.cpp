#include "prune/dropped_notice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/spawn.hpp"
#include "os/tree.hpp"
#include "python/entry_hook.hpp"
#include "support/runtimes.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

using testing::HasSubstr;
using testing::Not;

Decision dropped(const char* text, const char* rule = "", const char* stage = "prune") {
  return {Verdict::drop, {stage, text, rule}, ByteSize(1), ByteSize{}, {}, {}, {}};
}

TEST(DroppedTable, NamesEachReasonOnce) {
  Decisions decisions;
  decisions[BundlePath("a/b.py")] = dropped("no event used it");
  decisions[BundlePath("a/c.txt")] = dropped("no event used it: tests", "rules/common.toml:9");
  decisions[BundlePath("a/d.so")] = dropped("no event used it");
  EXPECT_EQ(dropped_table(decisions),
            "=0\tno event used it\n=1\tno event used it: tests; rules/common.toml:9\n"
            "a/b.py\t0\na/c.txt\t1\na/d.so\t0\n");
}

TEST(DroppedTable, LeavesOutModulesThatAreThereInAnotherForm) {
  Decisions decisions;
  decisions[BundlePath("a/__pycache__/b.cpython-311.pyc")] = dropped("no event used it");
  decisions[BundlePath("a/b.py")] = dropped("its bytecode is imported instead", "", "bytecode");
  EXPECT_EQ(dropped_table(decisions), "");
}

TEST(FirstModule, IsWhatTheHandlersImportRunsFirst) {
  const Scratch folder;
  for (const auto* path : {"tree/handler.py", "tree/a/__init__.py", "tree/a/b.py", "tree/plain/c.py"})
    folder.put(path, "");
  const auto files = scan_tree(folder / "tree", 1);
  EXPECT_EQ(first_module_of("handler.handler", files), BundlePath("handler.py"));
  EXPECT_EQ(first_module_of("a.b.handler", files), BundlePath("a/__init__.py"));
  EXPECT_EQ(first_module_of("a.handler", files), BundlePath("a/__init__.py"));
  EXPECT_EQ(first_module_of("plain/c.handler", files), BundlePath("plain/c.py"));
  EXPECT_EQ(first_module_of("absent.handler", files), std::nullopt);
}

struct Source {
  const char* name;
  const char* before;
  const char* after;  // nullptr: a hook cannot be put into this source
};

class Hooked : public testing::TestWithParam<Source> {};

TEST_P(Hooked, KeepsItsLines) {
  const Scratch folder;
  folder.put("tree/handler.py", GetParam().before);
  const auto interpreter = find_interpreter(python_runtime("3.11"));
  const auto hook = hook_entry(scan_tree(folder / "tree", 1), BundlePath("handler.py"), "h", "", {},
                               interpreter, Store(folder / "cache"));
  ASSERT_EQ(hook.has_value(), GetParam().after != nullptr);
  if (!hook) return;
  EXPECT_EQ(as_text(read_content(hook->entry_source)), GetParam().after);
}

INSTANTIATE_TEST_SUITE_P(
    EntryHook, Hooked,
    testing::Values(
        Source{"Plain", "import os\nx = 1\n", "__import__('h'); import os\nx = 1\n"},
        Source{"Docstring", "\"\"\"a\nb\"\"\"\nimport os\n",
               "\"\"\"a\nb\"\"\"; __import__('h')\nimport os\n"},
        Source{"Future", "# c\n'd'\nfrom __future__ import (\n  annotations)  # e\nx = 1\n",
               "# c\n'd'\nfrom __future__ import (\n  annotations); __import__('h')  # e\nx = 1\n"},
        Source{"Decorated", "@f\ndef g():\n    pass\n", "__import__('h')\n@f\ndef g():\n    pass\n"},
        Source{"Empty", "# nothing", "# nothing\n__import__('h')\n"},
        Source{"Marked", "\xef\xbb\xbfx = 1\n", "\xef\xbb\xbf__import__('h'); x = 1\n"},
        Source{"Broken", "def (:\n", nullptr}),
    [](const auto& each) { return std::string(each.param.name); });

class DroppedNotice : public testing::Test {
 protected:
  // Makes the bundle of a handler and a package. `p/late.py` of the package was dropped.
  Bundle bundle_with(const std::string& handler) {
    folder_.put("tree/handler.py", handler);
    folder_.put("tree/p/__init__.py", "");
    Bundle bundle;
    staged_ = scan_tree(folder_ / "tree", 1);
    for (const auto& [path, node] : staged_) {
      const auto size = unzipped_size(node);
      bundle.decisions[path] = {Verdict::keep, {"prune", "used", ""}, size, size, path, {}, {}};
      bundle.files.put(path, node);
    }
    bundle.decisions[BundlePath("p/late.py")] = dropped("no event used it");
    return add_dropped_notice(std::move(bundle), staged_, "handler.handler", interpreter_,
                              Store(folder_ / "cache"));
  }

  // Returns what the handler's module writes to stderr when it runs in the bundle.
  std::string run_bundle(const Bundle& bundle) {
    const auto task = folder_ / "task";
    for (const auto& [path, node] : bundle.files) {
      const auto bytes = read_content(bundle.files.find_file(path)->content);
      folder_.put("task/" + path.bytes(), std::string(as_text(bytes)));
    }
    Command command;
    command.arguments = {interpreter_.program.string(), "-S", "-c",
                         "import sys; sys.path.insert(0, sys.argv[1]); import handler", task.string()};
    const auto end = run(command);
    return end.error_output + end.output;
  }

  Scratch folder_;
  FileSet staged_;
  Interpreter interpreter_ = find_interpreter(python_runtime("3.11"));
};

TEST_F(DroppedNotice, ReportsEachPathOnceAndKeepsTheException) {
  const auto bundle = bundle_with(
      "for i in range(3):\n    try:\n        import p.late\n    except ModuleNotFoundError as e:\n"
      "        print(e.name)\n");
  EXPECT_TRUE(bundle.files.contains(BundlePath("_lbundle_dropped.pyc")));
  EXPECT_EQ(run_bundle(bundle),
            "lbundle dropped p/late.py (no event used it): keep = [\"p/late.py\"]\np.late\np.late\np.late\n");
}

TEST_F(DroppedNotice, LeavesOpenAsItIs) {
  EXPECT_EQ(
      run_bundle(bundle_with("import io, inspect, pickle\nclass C:\n    open = open\n"
                             "print(C().open('/dev/null').read() == '', io.open is open, open.__name__,\n"
                             "      'mode' in inspect.signature(open).parameters, callable(open))\n")),
      "True True open True True\n");
}

TEST_F(DroppedNotice, SaysNothingAboutPathsThatNeverExisted) {
  EXPECT_EQ(run_bundle(bundle_with("for name in ('p.never', 'q'):\n    try:\n        __import__(name)\n"
                                   "    except ImportError:\n        pass\n"
                                   "try:\n    open('/nothing')\nexcept FileNotFoundError:\n    pass\n")),
            "");
}

TEST_F(DroppedNotice, IsNotAddedIfNothingWasDropped) {
  folder_.put("tree/handler.py", "");
  Bundle bundle;
  const auto files = scan_tree(folder_ / "tree", 1);
  bundle.files = files;
  const auto after =
      add_dropped_notice(bundle, files, "handler.handler", interpreter_, Store(folder_ / "cache"));
  EXPECT_EQ(after.files.size(), 1U);
}

}  // namespace
}  // namespace lbundle
