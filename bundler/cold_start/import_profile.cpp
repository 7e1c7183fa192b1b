#include "cold_start/import_profile.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <sstream>

#include "model/lambda_paths.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

constexpr std::string_view timing_mark = "import time:";
constexpr std::string_view use_mark = "lbundle ran ";
constexpr std::string_view module_mark = "module ";

struct Timing {
  std::string module;
  double own_seconds = 0.0;
};

// "import time:       123 |        456 |   numpy.core"
std::optional<Timing> timing_of(std::string_view line) {
  if (!line.starts_with(timing_mark)) return std::nullopt;
  line.remove_prefix(timing_mark.size());
  const auto first = line.find_first_not_of(' ');
  const auto last = line.rfind('|');
  if (first == std::string_view::npos || last == std::string_view::npos) return std::nullopt;
  long microseconds = 0;
  const auto [end, mistake] = std::from_chars(line.data() + first, line.data() + last, microseconds);
  const auto name = line.find_first_not_of(' ', last + 1);
  if (mistake != std::errc{} || name == std::string_view::npos) return std::nullopt;
  return Timing{std::string(line.substr(name)), static_cast<double>(microseconds) / 1e6};
}

std::vector<Timing> timings_of(std::string_view log) {
  std::vector<Timing> timings;
  std::istringstream lines{std::string(log)};
  for (std::string line; std::getline(lines, line);)
    if (auto timing = timing_of(line)) timings.push_back(std::move(*timing));
  return timings;
}

std::string top_of(const std::string& module) {
  return module.substr(0, module.find('.'));
}

// By the first part of a module's name, the distributions that brought modules of this name.
std::map<std::string, std::set<const Distribution*>> owners_of(const StagedTree& tree) {
  std::map<std::string, std::set<const Distribution*>> owners;
  for (const auto& [path, index] : tree.distributions.owner) {
    const auto ending = path.extension();
    if (ending != ".py" && ending != ".so") continue;
    auto top = path.bytes().substr(0, path.bytes().find('/'));
    top = top.substr(0, top.find('.'));
    owners[top].insert(&tree.distributions.all.at(index));
  }
  return owners;
}

std::set<std::string> tops_used(std::string_view log) {
  std::set<std::string> tops;
  std::istringstream lines{std::string(log)};
  for (std::string line; std::getline(lines, line);) {
    std::string_view rest = line;
    if (!rest.starts_with(use_mark)) continue;
    rest.remove_prefix(use_mark.size());
    if (rest.starts_with(module_mark)) {
      tops.insert(top_of(std::string(rest.substr(module_mark.size()))));
    } else if (rest.starts_with(task_prefix)) {
      rest.remove_prefix(task_prefix.size());
      tops.insert(top_of(std::string(rest.substr(0, rest.find('/')))));
    }
  }
  return tops;
}

}  // namespace

std::vector<ImportRow> imports_of(std::string_view log, std::size_t most) {
  std::map<std::string, ImportRow> by_top;
  for (const auto& timing : timings_of(log)) {
    auto& row = by_top[top_of(timing.module)];
    row.seconds += timing.own_seconds;
    ++row.modules;
  }
  std::vector<ImportRow> rows;
  for (auto& [top, row] : by_top) {
    row.name = top;
    rows.push_back(std::move(row));
  }
  std::ranges::stable_sort(rows, std::greater<>{}, &ImportRow::seconds);
  if (rows.size() > most) rows.resize(most);
  return rows;
}

std::vector<std::string> imported_and_unused(std::string_view imports, std::string_view uses,
                                             const StagedTree& tree) {
  const auto owners = owners_of(tree);
  std::set<const Distribution*> imported, used;
  const auto add = [&](const std::string& top, std::set<const Distribution*>& to) {
    const auto found = owners.find(top);
    if (found != owners.end()) to.insert(found->second.begin(), found->second.end());
  };
  for (const auto& timing : timings_of(imports)) add(top_of(timing.module), imported);
  for (const auto& top : tops_used(uses)) add(top, used);
  std::set<std::string> names;
  for (const auto* one : imported)
    if (!used.contains(one)) names.insert(format("{} {}", one->name, one->version));
  return {names.begin(), names.end()};
}

std::string log_of_imports(SandboxPlan plan, const Event& event) {
  plan.environment["PYTHONPROFILEIMPORTTIME"] = "1";
  return run_event(plan, event).end.error_output;
}

}  // namespace lbundle
