// lbundle-trace: runs a command and logs which files it uses. docs/tracing.md says how it does so,
// docs/formats/access-log.md what it logs.
#include <cerrno>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "choose.hpp"
#include "confine.hpp"
#include "guardian.hpp"
#include "log_writer.hpp"
#include "options.hpp"
#include "supervision.hpp"
#include "trace_error.hpp"
#include "tracee.hpp"

namespace lbundle::tracer {
namespace {

constexpr int timed_out_status = 124;
constexpr int own_failure = 125;

// Opens the log so that the command does not inherit it: a program that finds an unknown open descriptor may
// close it or pass it on.
UniqueFd open_log(const Options& options) {
  if (options.method == no_method) return UniqueFd(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  if (options.log_fd >= 0) {
    UniqueFd fd(::fcntl(options.log_fd, F_DUPFD_CLOEXEC, 100));
    if (!fd) throw_errno("write to descriptor " + std::to_string(options.log_fd));
    ::close(options.log_fd);
    return fd;
  }
  UniqueFd fd(::open(options.log_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!fd) throw_errno("write '" + options.log_file + "'");
  return fd;
}

LogHeader header_of(const Options& options, const Choice& choice) {
  LogHeader header;
  header.method = choice.name;
  header.why = choice.why;
  header.event = options.event;
  header.run = options.run;
  header.no_new_privs = choice.method->no_new_privs();
  header.command = options.job.command;
  header.roots = options.job.roots;
  return header;
}

Outcome trace(Options& options) {
  options.job.program = find_program(options.job.command.front());
  LogWriter log(open_log(options));
  Choice choice = choose_method(options.method, options.job);
  log.header(header_of(options, choice));
  Recorder recorder(log, options.job.roots);
  const Outcome outcome = choice.method->run(recorder);
  if (!outcome.abandoned) log.end(recorder.calls());
  if (log.error() != 0) throw TraceError("write the log: " + error_text(log.error()));
  return outcome;
}

int report_error(const std::exception& error) {
  std::fprintf(stderr, "lbundle-trace: cannot %s\n", error.what());
  return own_failure;
}

// Runs in the tracing process. Returns how the program is to end, as a wait status.
int trace_and_report(Options& options) {
  try {
    const Outcome outcome = trace(options);
    return outcome.timed_out ? W_EXITCODE(timed_out_status, 0) : outcome.wait_status;
  } catch (const std::exception& error) {
    return W_EXITCODE(report_error(error), 0);
  }
}

int run(const std::vector<std::string>& arguments) {
  Options options = parse_options(arguments);
  if (options.help || options.version || options.probe) {
    const std::string text = options.help      ? usage
                             : options.version ? "lbundle-trace " LBUNDLE_TRACE_VERSION "\n"
                                               : probe_methods();
    return std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0 ? 0 : own_failure;
  }
  confine(options.confinement);
  proc_fd();
  end_like(guard([&options] { return trace_and_report(options); }));
}

}  // namespace
}  // namespace lbundle::tracer

int main(int argc, char** argv) {
  using namespace lbundle::tracer;
  try {
    return run({argv + (argc > 0 ? 1 : 0), argv + argc});
  } catch (const UsageError& error) {
    std::fprintf(stderr, "lbundle-trace: cannot read the command line: %s\nhint: lbundle-trace --help\n",
                 error.what());
  } catch (const std::exception& error) {
    return report_error(error);
  }
  return own_failure;
}
