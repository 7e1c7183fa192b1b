// Temporary files and folders, skipping, and child processes for tests.
#pragma once

#include <cstdlib>
#include <functional>
#include <set>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/atomic_file.hpp"
#include "os/temp_dir.hpp"

// Skips a test. If LBUNDLE_TEST_NO_SKIP is set, every test must be able to run, so the test fails instead.
#define LBUNDLE_SKIP(reason)                                                             \
  if (std::getenv("LBUNDLE_TEST_NO_SKIP") != nullptr) FAIL() << "skipped: " << (reason); \
  GTEST_SKIP() << (reason)

namespace lbundle {

// A folder that is removed after the test.
class Scratch {
 public:
  Scratch() : folder_(fs::temp_directory_path(), "lbundle-test") {}

  const HostPath& path() const { return folder_.path(); }
  HostPath operator/(const std::string& name) const { return path() / name; }

  HostPath put(const std::string& name, std::string_view text, fs::perms mode = fs::perms(0644)) const {
    const auto file = path() / name;
    write_file(file, text);
    fs::permissions(file, mode);
    return file;
  }

 private:
  TempDir folder_;
};

// Returns the names of everything in `folder` itself.
inline std::set<std::string> names_in(const HostPath& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename().string());
  return names;
}

// Runs `work` in a process of its own, and returns the wait status of that process. The exit status is what
// `work` returns, or 99 if it throws.
inline int status_in_child(const std::function<int()>& work) {
  const pid_t child = fork();
  if (child == 0) {
    int status = 99;
    try {
      status = work();
    } catch (...) {
    }
    _exit(status);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

// Like status_in_child, but as a user who is bound by permissions. Tests may run as root, who is not.
inline int status_without_privileges(const std::function<int()>& work) {
  return status_in_child([&] {
    static constexpr unsigned nobody = 65534;
    if (getuid() == 0 && (setgid(nobody) != 0 || setuid(nobody) != 0)) return 98;
    return work();
  });
}

}  // namespace lbundle
