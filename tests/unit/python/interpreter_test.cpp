#include "python/interpreter.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

#include "model/error.hpp"
#include "os/atomic_file.hpp"
#include "os/temp_dir.hpp"
#include "support/runtimes.hpp"

namespace lbundle {
namespace {

// Sets PATH until it is destroyed.
class PathIs {
 public:
  explicit PathIs(const std::string& value) : before_(std::getenv("PATH")) {
    setenv("PATH", value.c_str(), 1);
  }
  PathIs(const PathIs&) = delete;
  PathIs& operator=(const PathIs&) = delete;
  ~PathIs() { setenv("PATH", before_.c_str(), 1); }

 private:
  std::string before_;
};

TEST(FindInterpreter, GivesTheRealProgramWithItsStandardLibrary) {
  const auto found = find_interpreter(python_runtime("3.11"));
  EXPECT_FALSE(fs::is_symlink(found.program));
  EXPECT_TRUE(found.version.starts_with("3.11."));
  EXPECT_EQ(found.cache_tag, "cpython-311");
  EXPECT_TRUE(fs::exists(found.stdlib / "os.py"));
  EXPECT_FALSE(found.site_packages.empty());
}

TEST(FindInterpreter, UsesAScriptOnlyIfThereIsNoProgram) {
  const TempDir folder(fs::temp_directory_path(), "lbundle-test");
  const auto shim = folder.path() / "python3.11";
  const auto real = find_interpreter(python_runtime("3.11"));
  write_file(shim, "#!/bin/sh\nexec " + real.program.string() + " \"$@\"\n");
  fs::permissions(shim, fs::owner_all);
  const PathIs path(folder.path().string());
  EXPECT_EQ(find_interpreter(python_runtime("3.11")).program, real.program);
}

TEST(FindInterpreter, SkipsAnInterpreterOfAnotherVersion) {
  const TempDir folder(fs::temp_directory_path(), "lbundle-test");
  const auto shim = folder.path() / "python3.11";
  write_file(shim, "#!/bin/sh\nprintf '3.9.1\\ncpython-39\\n/x\\n/\\n/\\n'\n");
  fs::permissions(shim, fs::owner_all);
  const PathIs path(folder.path().string());
  EXPECT_TRUE(find_interpreter(python_runtime("3.11")).version.starts_with("3.11."));
}

TEST(FindInterpreter, SaysWhatToInstall) {
  try {
    find_interpreter(python_runtime("3.77"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("cannot find 'python3.77'"), std::string::npos) << error.what();
    EXPECT_NE(error.hint().find("uv python install 3.77"), std::string::npos);
  }
}

}  // namespace
}  // namespace lbundle
