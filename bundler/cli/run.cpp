#include "cli/run.hpp"

#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "model/error.hpp"
#include "model/terminal_text.hpp"
#include "os/interrupt.hpp"
#include "os/log.hpp"

namespace lbundle::cli {

namespace {

int status_of(ExitStatus status) {
  return static_cast<int>(status);
}

void print_error(const Error& error) {
  std::string text = std::string("lbundle: ") + error.what() + '\n';
  if (!error.detail().empty()) {
    text += error.detail();
    if (!text.ends_with('\n')) text += '\n';
  }
  if (!error.hint().empty()) text += "hint: " + error.hint() + '\n';
  std::fputs(printable_lines(text).c_str(), stderr);
}

int report_bug(const char* what) {
  std::fprintf(
      stderr,
      "lbundle: this is a bug of lbundle: %s\nhint: please report it with the command line and this line\n",
      what);
  return status_of(ExitStatus::our_bug);
}

// Ends as the signal would have ended lbundle, so that shells and make see an interrupted program.
[[noreturn]] void end_by_signal(int number) {
  std::signal(number, SIG_DFL);
  std::raise(number);
  std::_Exit(128 + number);
}

LogLevel log_level_of(const CommonOptions& options) {
  if (options.quiet) return LogLevel::quiet;
  return options.verbose ? LogLevel::verbose : LogLevel::normal;
}

}  // namespace

int run(int argc, char** argv) {
  try {
    catch_interrupts();
    const auto invocation = parse_command_line(argc, argv);
    set_log_level(log_level_of(invocation.common));
    return status_of(carry_out(invocation));
  } catch (const Interrupted& interrupted) {
    std::fputs("lbundle: interrupted; nothing was published\n", stderr);
    end_by_signal(interrupted.signal_number);
  } catch (const Error& error) {
    print_error(error);
    return status_of(error.status());
  } catch (const std::bad_alloc&) {
    print_error(Error("go on", "lbundle", "there is no memory left",
                      "use fewer jobs (-j), or a machine with more memory"));
    return status_of(ExitStatus::could_not);
  } catch (const std::exception& error) {
    return report_bug(error.what());
  }
}

}  // namespace lbundle::cli
