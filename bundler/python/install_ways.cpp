#include "python/install_ways.hpp"

#include <chrono>
#include <sstream>

#include "model/text.hpp"
#include "os/environment.hpp"
#include "os/spawn.hpp"

namespace lbundle {

namespace {

std::string what_prints(std::vector<std::string> words) {
  if (find_program(words.front()).empty()) return {};
  Command command;
  command.arguments = std::move(words);
  command.environment = current_environment();
  (*command.environment)["LC_ALL"] = "C.UTF-8";
  command.time_limit = std::chrono::seconds(4);
  const auto end = run(command);
  return end.timed_out ? std::string() : end.output;
}

std::vector<std::string> words_with_packages(std::vector<std::string> words,
                                             const std::vector<std::string>& versions) {
  for (const auto& version : versions) words.push_back("python" + version);
  return words;
}

void ask_apt(InstallWays& ways, const std::vector<std::string>& versions) {
  const auto known = apt_candidates(what_prints(words_with_packages({"apt-cache", "policy"}, versions)));
  for (const auto& version : versions)
    if (known.contains("python" + version)) ways.system[version] = "apt-get install python" + version;
}

// dnf answers from the lists that it fetched last (-C).
void ask_dnf(InstallWays& ways, const std::vector<std::string>& versions) {
  std::istringstream lines(
      what_prints(words_with_packages({"dnf", "-C", "-q", "repoquery", "--qf", "%{name}\n"}, versions)));
  for (std::string line; std::getline(lines, line);) {
    for (const auto& version : versions)
      if (line == "python" + version) ways.system[version] = "dnf install " + line;
  }
}

// Alpine has one Python in each of its releases.
void ask_apk(InstallWays& ways, const std::vector<std::string>& versions) {
  const auto here = apk_version(what_prints({"apk", "search", "--exact", "python3"}));
  for (const auto& version : versions)
    if (version == here) ways.system[version] = "apk add python3";
}

}  // namespace

std::set<std::string> apt_candidates(const std::string& output) {
  std::set<std::string> found;
  std::istringstream lines(output);
  std::string package;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(' ') && line.ends_with(':')) package = line.substr(0, line.size() - 1);
    const auto text = trimmed(line);
    static constexpr std::string_view candidate = "Candidate: ";
    if (text.starts_with(candidate) && text.substr(candidate.size()) != "(none)") found.insert(package);
  }
  return found;
}

std::string apk_version(const std::string& output) {
  static constexpr std::string_view begin = "python3-";
  const auto at = output.find(begin);
  if (at == std::string::npos) return {};
  const auto version = output.substr(at + begin.size());
  const auto dot = version.find('.');
  return dot == std::string::npos ? std::string() : version.substr(0, version.find('.', dot + 1));
}

InstallWays install_ways(const std::vector<std::string>& versions) {
  InstallWays ways;
  ways.uv = !find_program("uv").empty();
  ways.pyenv = !find_program("pyenv").empty();
  ask_apt(ways, versions);
  if (ways.system.empty()) ask_dnf(ways, versions);
  if (ways.system.empty()) ask_apk(ways, versions);
  return ways;
}

std::string way_to_python(const std::string& version, const InstallWays& ways) {
  std::string text = format("`uv python install {}`", version);
  if (!ways.uv) text += " (uv is at https://docs.astral.sh/uv)";
  if (ways.pyenv) text += format(", or `pyenv install {}`", version);
  const auto system = ways.system.find(version);
  if (system != ways.system.end()) text += format(", or `{}`", system->second);
  return text;
}

std::string shortest_way_to_python(const std::string& version, const InstallWays& ways) {
  const auto system = ways.system.find(version);
  if (system != ways.system.end()) return system->second;
  return format("{} install {}", ways.pyenv && !ways.uv ? "pyenv" : "uv python", version);
}

}  // namespace lbundle
