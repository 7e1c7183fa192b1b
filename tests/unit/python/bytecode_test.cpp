#include "python/bytecode.hpp"

#include <gtest/gtest.h>

#include "os/atomic_file.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"
#include "os/tree.hpp"
#include "support/runtimes.hpp"

namespace lbundle {
namespace {

class Bytecode : public testing::Test {
 protected:
  void write(const std::string& path, const std::string& text) { write_file(tree() / path, text); }
  HostPath tree() const { return folder_.path() / "tree"; }
  HostPath cache(const std::string& name) const { return folder_.path() / name; }

  std::map<BundlePath, Content> compile(const std::string& cache_name, unsigned jobs = 2) const {
    return compile_bytecode(scan_tree(tree(), 1), python_, Store(cache(cache_name)), jobs);
  }
  std::string python(const std::string& code) const {
    Command command;
    command.arguments = {python_.program.string(), "-I", "-c", code};
    command.folder = folder_.path();
    const auto end = run(command);
    EXPECT_TRUE(end.succeeded()) << end.error_output;
    return end.output;
  }

  TempDir folder_{fs::temp_directory_path(), "lbundle-test"};
  Interpreter python_ = find_interpreter(python_runtime("3.11"));
};

TEST_F(Bytecode, IsUncheckedHashBytecodeNamedAsInTheRuntime) {
  write("pkg/mod.py", "def f():\n    return 41 + 1\n");
  const auto compiled = compile("cache");
  ASSERT_EQ(compiled.size(), 1U);
  const auto bytes = read_content(compiled.at(BundlePath("pkg/mod.py")));
  write_file(folder_.path() / "mod.pyc", as_text(bytes));
  // Python itself reads what is in it: flags, the hash of the source, the file's name.
  EXPECT_EQ(python("import marshal, importlib.util as u\n"
                   "b = open('mod.pyc', 'rb').read(); c = marshal.loads(b[16:])\n"
                   "print(b[:4] == u.MAGIC_NUMBER, b[4], b[8:16] == u.source_hash(open('tree/pkg/mod.py', "
                   "'rb').read()),"
                   " c.co_filename)\n"),
            "True 1 True /var/task/pkg/mod.py\n");
}

TEST_F(Bytecode, IsTheSameForAnyOrderAndNumberOfProcesses) {
  for (int i = 0; i < 30; ++i) {
    write("m" + std::to_string(i) + ".py",
          "import os, sys\nKINDS = {'a', 'b', None, 3.5, (1, 2)}\ndef f(self, name, *args, **kwargs):\n"
          "    return name in {'x', 'y', None, 'self', 'args'} or '" +
              std::string(static_cast<std::size_t>(i), 'z') + "'\n");
  }
  const auto once = compile("one", 1);
  const auto again = compile("two", 2);
  EXPECT_EQ(once, again);
  // Compiled alone, without 29 others before it.
  write_file(folder_.path() / "alone/m29.py", read_text_file(tree() / "m29.py"));
  const auto alone =
      compile_bytecode(scan_tree(folder_.path() / "alone", 1), python_, Store(cache("three")), 1);
  EXPECT_EQ(alone.at(BundlePath("m29.py")), once.at(BundlePath("m29.py")));
}

TEST_F(Bytecode, LeavesOutFilesThatDoNotCompileWithoutAMessage) {
  write("good.py", "x = 1 is 1\n");  // causes a SyntaxWarning, which must not be printed
  write("template.py", "class {{ name }}:\n");
  write("old.py", "print 'hello'\n");
  write("zero.py", std::string("x = 1\0", 6));
  write("notes.txt", "x = 1\n");
  for (const auto* cache_name : {"cache", "cache"}) {  // the second time from the cache
    const auto compiled = compile(cache_name);
    EXPECT_EQ(compiled.size(), 1U);
    EXPECT_TRUE(compiled.contains(BundlePath("good.py")));
  }
}

TEST_F(Bytecode, ComesFromTheCacheOnlyWhileSourceAndNameAreTheSame) {
  write("a.py", "x = 1\n");
  const auto first = compile("cache").at(BundlePath("a.py"));
  python_.program = "/nonexistent/python";  // the compiler is not needed again
  EXPECT_EQ(compile("cache").at(BundlePath("a.py")), first);
  write("a.py", "x = 2\n");
  EXPECT_ANY_THROW(compile("cache"));
  write("a.py", "x = 1\n");
  write("b.py", "x = 1\n");
  EXPECT_ANY_THROW(compile("cache"));
}

TEST_F(Bytecode, IsCompiledAgainIfItsContentLeftTheCache) {
  write("a.py", "x = 1\n");
  const auto first = compile("cache").at(BundlePath("a.py"));
  fs::remove(first.path);
  const auto second = compile("cache").at(BundlePath("a.py"));
  EXPECT_EQ(second, first);
  EXPECT_TRUE(fs::exists(second.path));
}

TEST(BytecodePaths, LeadFromTheSourceAndBack) {
  EXPECT_EQ(cached_bytecode_path(BundlePath("pkg/mod.py"), "cpython-311"),
            BundlePath("pkg/__pycache__/mod.cpython-311.pyc"));
  EXPECT_EQ(cached_bytecode_path(BundlePath("top.py"), "cpython-311"),
            BundlePath("__pycache__/top.cpython-311.pyc"));
  EXPECT_EQ(source_of_bytecode(BundlePath("pkg/__pycache__/mod.cpython-311.pyc")), BundlePath("pkg/mod.py"));
  EXPECT_EQ(source_of_bytecode(BundlePath("__pycache__/top.cpython-311.opt-2.pyc")), BundlePath("top.py"));
  EXPECT_EQ(source_of_bytecode(BundlePath("pkg/mod.pyc")), std::nullopt);
  EXPECT_EQ(source_of_bytecode(BundlePath("__pycache__/notes.txt")), std::nullopt);
  EXPECT_EQ(source_of_bytecode(BundlePath("__pycache__/mod.pyc")), std::nullopt);
}

}  // namespace
}  // namespace lbundle
