#include "options.hpp"

#include <charconv>
#include <cstdlib>
#include <functional>
#include <map>

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "path_walk.hpp"
#include "trace_error.hpp"

namespace lbundle::tracer {

const char* const usage =
    "usage: lbundle-trace [OPTION]... -- COMMAND [ARGUMENT]...\n"
    "       lbundle-trace --probe\n"
    "\n"
    "Runs a command and logs which files it uses, as JSON lines.\n"
    "\n"
    "  --method NAME      auto (default), notify, ptrace, ptrace-exact, fanotify or atime; none logs "
    "nothing\n"
    "  --log FILE         write the log to FILE\n"
    "  --log-fd N         write the log to the inherited descriptor N\n"
    "  --root DIR         log only what is below DIR; may be given several times\n"
    "  --event NAME       the event's name, for the log's header\n"
    "  --run N            the run's number, for the log's header (default 1)\n"
    "  --timeout SECONDS  end the command after that time, with exit status 124\n"
    "  --wait-daemons     wait for processes that outlive the command; else they are killed a second after "
    "it\n"
    "  --user UID:GID     first become this user, without capabilities and other groups\n"
    "  --own-signals      first let no signal reach a process that runs already (Linux 6.12)\n"
    "  --filter-fd N      first install the seccomp filter in the inherited descriptor N\n"
    "  --close-fd N       first close the inherited descriptor N\n"
    "  --probe            print which methods work here, as one JSON object\n"
    "  --help, --version\n"
    "\n"
    "The exit status is the command's own; if a signal ended it, the same signal ends lbundle-trace.\n"
    "124: the timeout was reached. 125: lbundle-trace itself failed.\n";

namespace {

int to_number(const std::string& option, const std::string& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) {
    throw UsageError(option + " takes a number, not '" + text + "'");
  }
  return number;
}

// Adds a root as given and with its links resolved, because logged paths have no links.
void add_root(std::vector<std::string>& roots, const std::string& text) {
  if (text.empty() || text.front() != '/')
    throw UsageError("--root takes an absolute path, not '" + text + "'");
  roots.push_back(clean_path(text));
  char* resolved = ::realpath(text.c_str(), nullptr);
  if (resolved != nullptr && roots.back() != resolved) roots.emplace_back(resolved);
  std::free(resolved);
}

Confinement::Ids to_ids(const std::string& option, const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) throw UsageError(option + " takes UID:GID, not '" + text + "'");
  return {static_cast<unsigned>(to_number(option, text.substr(0, colon))),
          static_cast<unsigned>(to_number(option, text.substr(colon + 1)))};
}

using Setter = std::function<void(const std::string& option, const std::string& value)>;

std::map<std::string, Setter> options_with_value(Options& options) {
  return {
      {"--method", [&](const auto&, const auto& value) { options.method = value; }},
      {"--log", [&](const auto&, const auto& value) { options.log_file = value; }},
      {"--log-fd", [&](const auto& name, const auto& value) { options.log_fd = to_number(name, value); }},
      {"--root", [&](const auto&, const auto& value) { add_root(options.job.roots, value); }},
      {"--event", [&](const auto&, const auto& value) { options.event = value; }},
      {"--run", [&](const auto& name, const auto& value) { options.run = to_number(name, value); }},
      {"--timeout",
       [&](const auto& name, const auto& value) { options.job.timeout_seconds = to_number(name, value); }},
      {"--user", [&](const auto& name, const auto& value) { options.confinement.ids = to_ids(name, value); }},
      {"--filter-fd",
       [&](const auto& name, const auto& value) { options.confinement.filter_fd = to_number(name, value); }},
      {"--close-fd",
       [&](const auto& name, const auto& value) { options.confinement.close_fd = to_number(name, value); }},
  };
}

bool take_switch(Options& options, const std::string& name) {
  if (name == "--probe") return options.probe = true;
  if (name == "--help") return options.help = true;
  if (name == "--version") return options.version = true;
  if (name == "--own-signals") return options.confinement.own_signals = true;
  if (name == "--wait-daemons") return options.job.wait_daemons = true;
  return false;
}

void demand_consistency(const Options& options) {
  if (options.probe || options.help || options.version) return;
  if (options.job.command.empty()) throw UsageError("there is no command after --");
  const bool needs_log = options.method != no_method;
  if (needs_log && (options.log_fd >= 0) == !options.log_file.empty())
    throw UsageError("give one of --log and --log-fd");
  if (options.method != "auto" && make_method(options.method) == nullptr) {
    throw UsageError("there is no method '" + options.method + "'");
  }
}

bool is_executable_file(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

Options parse_options(const std::vector<std::string>& arguments) {
  Options options;
  const std::map<std::string, Setter> with_value = options_with_value(options);
  std::size_t at = 0;
  for (; at < arguments.size() && arguments[at] != "--"; ++at) {
    const std::string& argument = arguments[at];
    if (take_switch(options, argument)) continue;
    const std::size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    const auto option = with_value.find(name);
    if (option == with_value.end()) throw UsageError("there is no option '" + argument + "'");
    if (equals == std::string::npos && at + 1 == arguments.size()) throw UsageError(name + " takes a value");
    option->second(name, equals == std::string::npos ? arguments[++at] : argument.substr(equals + 1));
  }
  for (++at; at < arguments.size(); ++at) options.job.command.push_back(arguments[at]);
  demand_consistency(options);
  return options;
}

std::string find_program(const std::string& command) {
  if (command.find('/') != std::string::npos) return command;
  const char* variable = std::getenv("PATH");
  const std::string path = variable == nullptr ? "/bin:/usr/bin" : variable;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find(':', at), path.size());
    const std::string directory = path.substr(at, end - at);
    std::string candidate = (directory.empty() ? "." : directory) + '/' + command;
    if (is_executable_file(candidate)) return candidate;
    at = end + 1;
  }
  throw TraceError("run '" + command + "': it is not in PATH");
}

}  // namespace lbundle::tracer
