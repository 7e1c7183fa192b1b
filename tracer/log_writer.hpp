#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "access.hpp"
#include "unique_fd.hpp"

namespace lbundle::tracer {

/// The first line of a log. docs/formats/access-log.md says what each member means.
struct LogHeader {
  std::string method;
  std::string why;
  std::string event;
  int run = 1;
  bool no_new_privs = false;
  std::vector<std::string> command;
  std::vector<std::string> roots;
};

/// Streams the access log. Each record is one write() of one whole line, so if the tracee is killed, nothing
/// is lost; if the tracer is killed, at most the record that it was about to write is lost.
///
/// A failing write does not disturb the tracee: error() keeps its errno, and nothing more is written.
class LogWriter {
 public:
  explicit LogWriter(UniqueFd fd) : fd_(std::move(fd)) {}

  void header(const LogHeader& header);
  void process(pid_t pid, pid_t parent, std::string_view exe);
  /// `error` is the call's errno if it is known and not 0.
  void access(pid_t pid, Kind kind, std::string_view path, int error = 0);
  void link(pid_t pid, std::string_view path, std::string_view target);
  void refused(pid_t pid, std::string_view call);
  /// A call whose path could not be read, and why.
  void unread(pid_t pid, std::string_view call, std::string_view why);
  /// `status` is a wait status; -1 if it is unknown.
  void exit(pid_t pid, int status);
  void killed(pid_t pid, int signal);
  void timeout(int seconds);
  void note(std::string_view text);
  void end(std::uint64_t calls);

  int fd() const { return fd_.get(); }
  /// The errno of the first write that failed, or 0.
  int error() const { return error_; }

 private:
  void begin(std::string_view type);
  void add(std::string_view key, std::string_view bytes);
  void add(std::string_view key, std::int64_t number);
  void add(std::string_view key, const std::vector<std::string>& list);
  void finish();

  UniqueFd fd_;
  std::string line_;
  std::uint64_t accesses_ = 0;
  int error_ = 0;
};

}  // namespace lbundle::tracer
