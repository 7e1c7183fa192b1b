#include "cli/doctor_output.hpp"

#include <algorithm>

#include "json/json.hpp"
#include "model/terminal_text.hpp"
#include "model/text.hpp"

namespace lbundle::cli {

namespace {

constexpr std::size_t indent = 2;

std::string mark_of(const Check& check, const Painter& painter) {
  switch (check.state) {
    case CheckState::ok:
      return painter.paint(painter.good_mark(), Role::good);
    case CheckState::lacking:
      return check.blocks ? painter.paint(painter.bad_mark(), Role::bad) : painter.paint("!", Role::warning);
    case CheckState::not_needed:
      return painter.paint("-", Role::faint);
  }
  return "";
}

// One check: its mark, its name and what was found; below it, the cost and the remedy of a lack.
std::string lines_of_check(const Check& check, std::size_t names, const Painter& painter) {
  const auto mark = mark_of(check, painter);
  // "ok" and "!!" of a plain terminal are two columns wide.
  const std::size_t mark_width = painter.style().unicode ? 1 : 2;
  const auto shown = check.state == CheckState::lacking && !check.blocks ? 1U : mark_width;
  const auto gap =
      std::string(check.state == CheckState::not_needed ? mark_width - 1 : mark_width - shown, ' ');
  auto name = printable(check.name);
  name.resize(std::max(names, name.size()), ' ');
  const auto role = check.state == CheckState::not_needed ? Role::faint : Role::plain;
  const auto at = indent + mark_width + 1 + name.size() + 2;
  auto text = std::string(indent, ' ') + mark + gap + ' ' + painter.paint(name, role);
  const auto width = painter.width() > at + 20 ? painter.width() - at : 20;
  const auto found = wrapped(printable(check.found), width);
  for (std::size_t i = 0; i < found.size(); ++i)
    text += (i == 0 ? "  " : std::string(at, ' ')) + painter.paint(found[i], role) + '\n';
  if (found.empty()) text += '\n';
  const auto below = indent + mark_width + 1;
  if (!check.cost.empty()) text += painter.paragraph(below, "", printable(check.cost), Role::plain);
  if (!check.remedy.empty())
    text +=
        painter.paragraph(below, std::string(painter.arrow()) + ' ', printable(check.remedy), Role::strong);
  return text;
}

std::string last_sentence(const Examination& examination) {
  const auto blocking =
      std::ranges::count_if(examination.checks, [](const Check& check) { return check.blocks; });
  const auto what =
      examination.project ? "a build of " + examination.project->function.name : std::string("a build");
  if (blocking == 0) return what + " can run here";
  return format("{} cannot run here: {}", what,
                blocking == 1 ? "one thing is lacking" : format("{} things are lacking", blocking));
}

}  // namespace

std::string doctor_text(const Examination& examination, const TextStyle& style) {
  const Painter painter(style);
  std::size_t names = 0;
  for (const auto& check : examination.checks) names = std::max(names, check.name.size());
  std::string text, group;
  for (const auto& check : examination.checks) {
    if (check.group != group)
      text += (group.empty() ? "" : "\n") + painter.paint(check.group, Role::heading) + '\n';
    group = check.group;
    text += lines_of_check(check, names, painter);
  }
  const bool good = can_build(examination.checks);
  return text + '\n' + painter.paint(last_sentence(examination), good ? Role::good : Role::bad) + '\n';
}

std::string doctor_json(const Examination& examination) {
  Json json = {{"schema", 1},
               {"can_build", can_build(examination.checks)},
               {"project", nullptr},
               {"checks", Json::array()}};
  if (examination.project) {
    const auto& project = *examination.project;
    json["project"] = {{"file", project.file.string()},
                       {"function", project.function.name},
                       {"runtime", project.function.runtime.name}};
  }
  for (const auto& check : examination.checks)
    json["checks"].push_back({{"group", check.group},
                              {"name", check.name},
                              {"state", to_text(check.state)},
                              {"blocks", check.blocks},
                              {"found", check.found},
                              {"cost", check.cost},
                              {"remedy", check.remedy}});
  return to_pretty(json);
}

}  // namespace lbundle::cli
