// The problem: after "no wheel for glibc 2.26" the user would have to try releases one by one. The idea: pip
// chooses releases by the runtime's tags anyway. So it is asked for any release before the one that does not
// fit, and then for any after it. What it would install is the answer, whatever index the user has. Rejected:
// reading the index here, because its formats, keys and mirrors are pip's business.
#include "python/fitting_release.hpp"

#include <algorithm>
#include <chrono>

#include "json/json.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"
#include "python/pip.hpp"
#include "python/requirement_list.hpp"

namespace lbundle {

namespace {

// Returns the version in what pip prints with --report. Source: "Installation Report", pip's documentation.
std::optional<std::string> version_in_report(const std::string& text) {
  const auto report = Json::parse(text, nullptr, false);
  if (report.is_discarded() || !report.contains("install") || report["install"].empty()) return std::nullopt;
  const auto& metadata = report["install"].front().value("metadata", Json::object());
  if (!metadata.contains("version")) return std::nullopt;
  return metadata["version"].get<std::string>();
}

// Returns the list's options, which name its indexes, without those that restrict releases: constraints and
// hashes.
std::string indexes_of(const Function& function) {
  std::string text;
  if (!function.requirements) return text;
  for (const auto& option : read_requirement_list(*function.requirements).options) {
    const bool binds = option.starts_with("-c") || option.starts_with("--constraint") ||
                       option.starts_with("--require-hashes");
    if (!binds) text += option + '\n';
  }
  return text;
}

std::optional<std::string> release_that_pip_takes(const Function& function, const Interpreter& interpreter,
                                                  const Store& store, const std::string& requirement) {
  const TempDir folder(store.folder() / "tmp", "release");
  const auto list = folder.path() / "requirements.txt";
  write_file(list, indexes_of(function) + requirement + '\n');
  Command command;
  command.arguments = pip_command(interpreter, function.architecture);
  const std::vector<std::string> words{"install",     "--dry-run",
                                       "--quiet",     "--report",
                                       "-",           "--ignore-installed",
                                       "--no-deps",   "--retries",
                                       "0",           "--timeout",
                                       "10",          "--disable-pip-version-check",
                                       "--cache-dir", (store.folder() / "pip").string(),
                                       "--target",    (folder.path() / "target").string(),
                                       "-r",          list.string()};
  command.arguments.insert(command.arguments.end(), words.begin(), words.end());
  const auto more = runtime_arguments(function);
  command.arguments.insert(command.arguments.end(), more.begin(), more.end());
  command.environment = pip_environment();
  command.time_limit = std::chrono::seconds(30);
  const auto end = run(command);
  return end.succeeded() ? version_in_report(end.output) : std::nullopt;
}

std::vector<int> numbers_of(const std::string& version) {
  std::vector<int> numbers;
  for (std::size_t at = 0; at < version.size();) {
    const auto end = std::min(version.find('.', at), version.size());
    numbers.push_back(std::atoi(version.substr(at, end - at).c_str()));
    at = end + 1;
  }
  return numbers;
}

// Returns the next runtime of the same language that has a newer glibc.
const Runtime* next_system(const Runtime& runtime) {
  const Runtime* next = nullptr;
  for (const auto& other : known_runtimes()) {
    if (other.language != runtime.language || numbers_of(other.glibc) <= numbers_of(runtime.glibc)) continue;
    if (next == nullptr || numbers_of(other.version) < numbers_of(next->version)) next = &other;
  }
  return next;
}

}  // namespace

std::optional<std::string> fitting_release(const Function& function, const Interpreter& interpreter,
                                           const Store& store, const std::string& name,
                                           const std::string& version) {
  for (const auto* order : {"<", ">"}) {
    auto found = release_that_pip_takes(function, interpreter, store, format("{}{}{}", name, order, version));
    if (found) return found;
  }
  return std::nullopt;
}

std::string words_on_fitting_release(const Function& function, const Interpreter& interpreter,
                                     const Store& store, const std::string& name,
                                     const std::string& version) {
  if (const auto other = fitting_release(function, interpreter, store, name, version))
    return format("{} {} has a wheel for it", name, *other);
  const auto* runtime = next_system(function.runtime);
  if (runtime == nullptr) return {};
  auto later = function;
  later.runtime = *runtime;
  auto found = release_that_pip_takes(later, interpreter, store, name + "==" + version);
  if (!found) found = fitting_release(later, interpreter, store, name, version);
  return found ? format("{} {} has a wheel for {}", name, *found, runtime->name) : std::string();
}

}  // namespace lbundle
