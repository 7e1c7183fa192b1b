#include "python/script.hpp"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/bytes.hpp"
#include "support/runtimes.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Script : public testing::Test {
 protected:
  Script() {
    if (const char* before = std::getenv("LBUNDLE_CACHE")) before_ = before;
    setenv("LBUNDLE_CACHE", (folder_ / "cache").c_str(), 1);
  }
  ~Script() override {
    before_.empty() ? unsetenv("LBUNDLE_CACHE") : setenv("LBUNDLE_CACHE", before_.c_str(), 1);
  }

  // Returns what a Python file prints if it is run in this way.
  std::string said(PythonStart start, const std::string& statement) {
    const auto file =
        folder_.put("program.py", "import os, sys\ndef main(arguments):\n    " + statement + "\n");
    const auto end = run_python_script(python_, start, "run_file", {file.string()});
    EXPECT_TRUE(end.succeeded()) << end.error_output;
    return end.output;
  }

  Scratch folder_;
  Interpreter python_ = find_interpreter(python_runtime("3.11"));
  std::string before_;
};

TEST_F(Script, IsInTheCacheUnderANameOfItsContent) {
  const auto package = python_scripts_folder();
  EXPECT_EQ(package.parent_path().parent_path(), folder_ / "cache/scripts");
  EXPECT_EQ(package.parent_path().filename(), to_hex(python_scripts_digest()).substr(0, 32));
  EXPECT_EQ(read_text_file(package / "reach.py"),
            read_text_file(HostPath(LBUNDLE_SOURCE_DIR) / "bundler/python/lbundle_scripts/reach.py"));
}

TEST_F(Script, IsWrittenAgainIfItIsDamaged) {
  const auto package = python_scripts_folder();
  const auto text = read_text_file(package / "reach.py");
  write_file(package / "reach.py", std::string_view("broken"));
  fs::remove(package / "pickles.py");
  EXPECT_EQ(python_scripts_folder(), package);
  EXPECT_EQ(read_text_file(package / "reach.py"), text);
  EXPECT_TRUE(fs::exists(package / "pickles.py"));
}

TEST_F(Script, GetsArgumentsAndInputAndGivesItsStatus) {
  const auto file = folder_.put("program.py",
                                "import sys\ndef main(arguments):\n"
                                "    print(arguments, sys.stdin.read())\n    return 7\n");
  Command settings;
  settings.input = "asked";
  const auto end =
      run_python_script(python_, PythonStart::bare, "run_file", {file.string(), "a b"}, settings);
  EXPECT_EQ(end.exit_code, 7);
  EXPECT_EQ(end.output, "['a b'] asked\n");
}

TEST_F(Script, LeavesNoBytecodeBesideThePackage) {
  said(PythonStart::bare, "pass");
  EXPECT_FALSE(fs::exists(python_scripts_folder() / "__pycache__"));
}

TEST_F(Script, SeesWhatItsStartAllows) {
  setenv("PYTHONPATH", "/lbundle-test-path", 1);
  for (const auto start : {PythonStart::bare, PythonStart::with_packages, PythonStart::seeded})
    EXPECT_EQ(said(start, "print('/lbundle-test-path' in sys.path)"), "False\n");
  unsetenv("PYTHONPATH");
  EXPECT_EQ(said(PythonStart::bare, "print(sys.flags.no_site)"), "1\n");
  EXPECT_EQ(said(PythonStart::with_packages, "print(sys.flags.no_site)"), "0\n");
  const std::string seed = "print(sys.flags.hash_randomization, hash('a'))";
  EXPECT_EQ(said(PythonStart::seeded, seed), said(PythonStart::seeded, seed));
  EXPECT_THAT(said(PythonStart::seeded, seed), HasSubstr("0 "));
}

TEST_F(Script, IsWordsForOtherPrograms) {
  const auto words = python_script_command(python_, PythonStart::bare, "services", {"s.json"});
  EXPECT_THAT(words, ElementsAre(python_.program.string(), "-I", "-S", "-B", python_scripts_folder().string(),
                                 "services", "s.json"));
}

}  // namespace
}  // namespace lbundle
