#pragma once

#include <functional>
#include <string>

#include <sys/types.h>

#include "method.hpp"
#include "unique_fd.hpp"

namespace lbundle::tracer {

/// The path that a held child opens once its filter is installed: the known event by which a method tests
/// itself. The path does not exist. A method that sees only existing files gives its child another known act.
extern const char* const self_test_path;

/// The command's process, forked and held before its exec. Tracer and child talk over a socket that closes at
/// the exec.
///
/// The order is: the child waits for let_install(), runs `install` and sends its result. It waits for
/// let_test(), does the known act and says that it did. It waits for let_exec() and executes the command. If
/// the exec fails, it sends the errno and exits.
class HeldChild {
 public:
  struct Installed {
    UniqueFd listener;  ///< may be empty
    bool no_new_privs = false;
  };
  /// What to do in the child. It may throw TraceError, which installed() rethrows in the tracer.
  using Install = std::function<Installed()>;

  HeldChild() = default;
  /// `known_act` is what the child does so that the method can be tested. Without it, the child opens
  /// self_test_path.
  HeldChild(const Job& job, const Install& install, const std::function<void()>& known_act = {});
  HeldChild(const HeldChild&) = delete;
  HeldChild& operator=(const HeldChild&) = delete;
  HeldChild(HeldChild&& other) noexcept;
  HeldChild& operator=(HeldChild&& other) noexcept;
  /// Kills and reaps a child that was never let go.
  ~HeldChild();

  pid_t pid() const { return pid_; }
  int socket() const { return socket_.get(); }

  void let_install();
  Installed installed();
  void let_test();
  /// True once the child has said that it did the known act. Throws TraceError if the child is gone.
  bool has_acted();
  void let_exec();

  /// The errno with which the exec failed, or 0. To be called when the child has ended.
  int exec_error();

 private:
  void abandon();
  void say(char word);

  UniqueFd socket_;
  pid_t pid_ = -1;
  bool let_go_ = false;
};

/// True if a tracee that is stopped at a call is opening self_test_path.
bool is_self_test(const Call& call);

}  // namespace lbundle::tracer
