// The problem: a build knows thousands of facts, but its user has five questions (how small, does it fit,
// does it still work, what is large, where is it) and a terminal of eighty columns. The idea: one section for
// each question, one line for each answer, and aligned columns, so that the eye compares numbers and not
// words. Colour repeats what a word or a mark already says, so nothing is lost in a log file. Tried and
// rejected: boxes and rules (they draw attention to themselves), all packages instead of the largest (the
// page has them), and a summary only at the top (it scrolls away; the end stays on the screen, so the verdict
// and the paths come last).
#include "report/text_report.hpp"

#include <algorithm>
#include <tuple>

#include "model/text.hpp"
#include "report/escape.hpp"
#include "report/untried.hpp"

namespace lbundle {

namespace {

using Rows = std::vector<std::vector<Cell>>;

constexpr std::size_t packages_shown = 8;
constexpr std::size_t differences_shown = 8;
// With fewer columns than this, bars are left out to make room for the numbers.
constexpr std::size_t least_width_for_bars = 72;
// If more than this share of a limit is used, the limit is shown as a warning.
constexpr double nearly_full = 0.9;

std::string heading(const Painter& painter, const std::string& text) {
  return '\n' + painter.paint(text, Role::heading) + '\n';
}

Cell right(std::string text, Role role = Role::plain) {
  return {std::move(text), role, true};
}

// The bar shows what is left. A stage that changed nothing has no bar, and its size is painted faint.
std::vector<Cell> stage_cells(const StageRow& stage, const StageRow* before, const std::string& bar) {
  const auto change = before == nullptr ? 0 : difference(stage.unzipped, before->unzipped);
  const bool same = before != nullptr && change == 0;
  return {
      {stage.name},
      right(to_text(stage.unzipped), same ? Role::faint : Role::plain),
      right(same || before == nullptr ? "" : to_signed_text(change), change < 0 ? Role::good : Role::warning),
      right(count_text(stage.files, "file", "files"), Role::faint),
      right(seconds_text(stage.seconds), Role::faint),
      {same ? "" : bar, Role::faint}};
}

std::string stages_section(const BuildReport& report, const Painter& painter) {
  if (report.stages.empty()) return {};
  // The most columns that the other cells take.
  static constexpr std::size_t columns_of_numbers = 65;
  std::uint64_t largest = 1;
  for (const auto& stage : report.stages) largest = std::max(largest, stage.unzipped.bytes());
  const auto bar_columns = painter.width() < least_width_for_bars
                               ? 0
                               : std::min<std::size_t>(30, painter.width() - columns_of_numbers);
  Rows rows;
  std::string notes;
  const StageRow* before = nullptr;
  for (const auto& stage : report.stages) {
    const auto share = static_cast<double>(stage.unzipped.bytes()) / static_cast<double>(largest);
    rows.push_back(stage_cells(stage, before, bar_columns == 0 ? "" : painter.bar(share, bar_columns)));
    if (!stage.note.empty()) {
      notes += painter.paragraph(2, stage.name + ": ", printable(stage.note), Role::faint);
    }
    before = &stage;
  }
  for (const auto& time : report.times) {
    rows.push_back(
        {{time.name, Role::faint}, {""}, {""}, {""}, right(seconds_text(time.seconds), Role::faint)});
    if (!time.note.empty())
      notes += painter.paragraph(2, time.name + ": ", printable(time.note), Role::faint);
  }
  return heading(painter, "Unzipped size after each stage") + table(painter, rows) + notes;
}

std::string package_name(const PackageRow& row) {
  if (row.name.empty()) return "(the function)";
  return printable(row.version.empty() ? row.name : row.name + ' ' + row.version);
}

std::string packages_section(const BuildReport& report, const Painter& painter) {
  if (report.packages.empty()) return {};
  const auto shown = std::min(packages_shown, report.packages.size());
  Rows rows = {{{"", Role::faint},
                right("staged", Role::faint),
                {""},
                right("bundle", Role::faint),
                right("zipped", Role::faint)}};
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& row = report.packages[i];
    rows.push_back({{package_name(row)},
                    right(to_text(row.staged), Role::faint),
                    {painter.arrow(), Role::faint},
                    right(to_text(row.unzipped)),
                    right(to_text(row.zipped))});
  }
  auto text = heading(painter, "Largest packages") + table(painter, rows);
  if (report.packages.size() > shown) {
    ByteSize rest;
    for (std::size_t i = shown; i < report.packages.size(); ++i) rest += report.packages[i].unzipped;
    text += "  " +
            painter.paint(format("and {} with {} together", report.packages.size() - shown, to_text(rest)),
                          Role::faint) +
            '\n';
  }
  return text;
}

std::string limits_section(const std::vector<Headroom>& rooms, const LimitsReport& limits,
                           const Painter& painter) {
  Rows rows;
  auto text = heading(painter, "Limits");
  const auto columns = painter.width() >= least_width_for_bars ? std::size_t{20} : std::size_t{10};
  for (const auto& room : rooms) {
    const bool over = room.applies && room.left() < 0;
    const auto role = over                                         ? Role::bad
                      : room.share() > nearly_full && room.applies ? Role::warning
                                                                   : Role::good;
    const auto rest = room.left() < 0 ? to_text(ByteSize(static_cast<std::uint64_t>(-room.left()))) + " over"
                                      : to_text(ByteSize(static_cast<std::uint64_t>(room.left()))) + " left";
    // The gauge is not a cell: it is painted in two colours.
    text += format("  {:<8}  {}  {:>9} of {:>8}  {}\n", room.name, painter.gauge(room.share(), columns, role),
                   to_text(room.used), to_text(room.limit), painter.paint(rest, role));
  }
  if (!limits.direct_upload) {
    text +=
        painter.paragraph(2, "", "uploaded through S3, where the zipped limit does not apply", Role::faint);
  }
  if (limits.layers_unzipped.bytes() > 0) {
    text += painter.paragraph(2, "", "unzipped counts " + to_text(limits.layers_unzipped) + " of layers",
                              Role::faint);
  }
  return text;
}

std::string event_times(const EventRow& event, const Painter& painter) {
  if (event.staged_seconds <= 0.0) return seconds_text(event.bundle_seconds);
  return format("{} {} {}", seconds_text(event.staged_seconds), painter.arrow(),
                seconds_text(event.bundle_seconds));
}

std::string difference_lines(const EventRow& event, const Painter& painter) {
  std::string text;
  const auto shown = std::min(differences_shown, event.differences.size());
  for (std::size_t i = 0; i < shown; ++i) {
    text += painter.paragraph(6, "", printable(event.differences[i]), Role::plain);
  }
  if (event.differences.size() > shown) {
    text +=
        "      " + painter.paint(format("and {} more", event.differences.size() - shown), Role::faint) + '\n';
  }
  return text;
}

// What the event answered and wrote on the unshrunk tree, if the style asks for it.
std::string answer_lines(const EventRow& event, const Painter& painter) {
  if (!painter.style().answers) return {};
  std::string text;
  const auto* label = event.raises ? "raised: " : "answered: ";
  if (!event.answer.empty()) text += painter.paragraph(6, label, printable(event.answer), Role::faint);
  for (const auto& line : event.written)
    text += painter.paragraph(6, "wrote to ", printable(line), Role::faint);
  for (const auto& line : event.log) text += painter.paragraph(6, "wrote: ", printable(line), Role::faint);
  return text;
}

std::string events_section(const std::vector<EventRow>& events, const Painter& painter) {
  if (events.empty()) return {};
  Rows rows;
  for (const auto& event : events) {
    const std::string mark = event.match ? painter.good_mark() : painter.bad_mark();
    const auto role = !event.match ? Role::bad : event.unproven.empty() ? Role::good : Role::warning;
    const std::string what = event.raises ? "error" : "answer";
    const auto verdict =
        (event.match ? " same " : " another ") + what + (event.unproven.empty() ? "" : ", proves nothing");
    rows.push_back(
        {{printable(event.name)}, {mark + verdict, role}, right(event_times(event, painter), Role::faint)});
  }
  auto text = heading(painter, "Events");
  // The differences go between the rows, which the table has aligned.
  const auto lines = table(painter, rows);
  std::size_t at = 0;
  for (const auto& event : events) {
    const auto end = lines.find('\n', at) + 1;
    text += lines.substr(at, end - at) + (event.match ? "" : difference_lines(event, painter)) +
            answer_lines(event, painter);
    at = end;
  }
  return text;
}

std::string imports_line(const std::optional<ImportsReport>& imports, const Painter& painter) {
  return imports ? painter.paragraph(2, "", imports_text(*imports), Role::faint) : std::string();
}

std::vector<Cell> cold_start_cells(const Painter& painter, const char* what, const std::string& before,
                                   const std::string& after, const std::string& change) {
  return {{what},
          right(before, Role::faint),
          {painter.arrow(), Role::faint},
          right(after),
          {change, Role::faint}};
}

// Cold starts that were measured in separate processes have more details than a time.
std::string cold_start_details(const ColdStart& start, const Painter& painter) {
  const auto& [before, after] = std::tie(start.staged, start.bundle);
  Rows rows;
  const auto seconds = [&](const char* what, double was, double is) {
    rows.push_back(
        cold_start_cells(painter, what, seconds_text(was), seconds_text(is), change_text(was, is)));
  };
  const auto size = [&](const char* what, ByteSize was, ByteSize is) {
    if (was.bytes() == 0 || is.bytes() == 0) return;
    rows.push_back(
        cold_start_cells(painter, what, to_text(was), to_text(is),
                         change_text(static_cast<double>(was.bytes()), static_cast<double>(is.bytes()))));
  };
  seconds("import", before.import_seconds, after.import_seconds);
  seconds("first invocation", before.invoke_seconds, after.invoke_seconds);
  size("peak memory", before.peak_memory, after.peak_memory);
  size("read from disk", before.bytes_read, after.bytes_read);
  rows.push_back(cold_start_cells(
      painter, "files opened", std::to_string(before.files_opened), std::to_string(after.files_opened),
      change_text(static_cast<double>(before.files_opened), static_cast<double>(after.files_opened))));
  auto text = table(painter, rows);
  std::string slowest;
  for (const auto& row : start.imports)
    slowest += format("{}{} {}", slowest.empty() ? "" : ", ", printable(row.name), seconds_text(row.seconds));
  if (!slowest.empty()) text += painter.paragraph(2, "slowest imports: ", slowest, Role::faint);
  std::string unused;
  for (const auto& name : start.unused) unused += (unused.empty() ? "" : ", ") + printable(name);
  if (!unused.empty())
    text += painter.paragraph(2, "imported, but no event ran a function of it: ", unused, Role::faint);
  return text;
}

std::string cold_start_line(const std::optional<ColdStart>& start, const Painter& painter) {
  if (!start) return {};
  if (start->processes > 0) {
    return heading(painter,
                   format("Cold start, unshrunk without bytecode {} bundle ({} processes each, medians)",
                          painter.arrow(), start->processes)) +
           cold_start_details(*start, painter);
  }
  const auto change = change_text(start->staged_seconds, start->bundle_seconds);
  // The events that verified share the machine with each other, so this is no cold start.
  return heading(painter, format("Import of the handler, unshrunk {} bundle", painter.arrow())) +
         format("  {} {} {}{}\n", seconds_text(start->staged_seconds), painter.arrow(),
                seconds_text(start->bundle_seconds),
                change.empty() ? "" : "  " + painter.paint(change, Role::faint));
}

std::string finding_lines(const Finding& finding, const Painter& painter) {
  const auto role = finding.severity == Severity::error     ? Role::bad
                    : finding.severity == Severity::warning ? Role::warning
                                                            : Role::strong;
  auto message = printable(finding.message);
  if (!finding.path.empty()) message = printable(finding.path) + ": " + message;
  // Padded before it is painted; the longest severity is "warning".
  const auto label = format("{:<9}", to_text(finding.severity));
  auto text = painter.paragraph(2, label, format("{} [{}]", message, printable(finding.code)), Role::plain);
  if (!finding.hint.empty()) text += painter.paragraph(11, "hint: ", printable(finding.hint), Role::faint);
  const auto at = text.find(label);
  const std::string word = to_text(finding.severity);
  return at == std::string::npos ? text : text.replace(at, word.size(), painter.paint(word, role));
}

std::string findings_section(const Findings& findings, const Painter& painter) {
  if (findings.empty()) return {};
  auto sorted = findings;
  std::ranges::stable_sort(sorted, std::greater<>{}, &Finding::severity);
  auto text = heading(painter, "Findings");
  for (const auto& finding : sorted) text += finding_lines(finding, painter);
  return text;
}

std::string suggestions_section(const BuildReport& report, const Painter& painter) {
  if (report.suggestions.empty()) return {};
  auto text = heading(painter, "What could make it smaller");
  for (const auto& suggestion : report.suggestions) {
    text += painter.paragraph(2, painter.style().unicode ? "· " : "- ", printable(suggestion), Role::plain);
  }
  return text;
}

// Puts the pieces on one line with dots between them, or on several lines if the terminal is narrow. A
// piece's width is that of its text without the paint.
std::string dotted(const Painter& painter, const std::vector<std::pair<std::string, Role>>& pieces) {
  const std::string dot = painter.dot();
  std::string text;
  std::size_t columns = 0;
  for (const auto& [piece, role] : pieces) {
    if (piece.empty()) continue;
    const auto width = display_width(piece);
    if (columns > 0 && columns + display_width(dot) + width > painter.width()) {
      text += "\n";
      columns = 0;
    }
    text += columns == 0 ? "" : painter.paint(dot, Role::faint);
    columns += width + (columns == 0 ? 0 : display_width(dot));
    text += painter.paint(piece, role);
  }
  return text + '\n';
}

std::string title_line(const Painter& painter, const std::string& name, const std::vector<std::string>& facts,
                       const std::string& warning = {}) {
  std::vector<std::pair<std::string, Role>> pieces = {{printable(name), Role::strong},
                                                      {warning, Role::warning}};
  for (const auto& fact : facts) pieces.emplace_back(printable(fact), Role::faint);
  return dotted(painter, pieces);
}

std::string summary_line(const BuildReport& report, const Painter& painter) {
  const auto staged = report.stages.empty() ? report.unzipped : report.stages.front().unzipped;
  const auto change =
      change_text(static_cast<double>(staged.bytes()), static_cast<double>(report.unzipped.bytes()));
  const auto unzipped = format("{} {} {} unzipped{}", to_text(staged), painter.arrow(),
                               to_text(report.unzipped), change.empty() ? "" : " (" + change + ")");
  return dotted(painter, {{to_text(report.zipped) + " zipped", Role::strong},
                          {unzipped, Role::plain},
                          {count_text(report.files, "file", "files"), Role::plain},
                          {"in " + seconds_text(report.seconds), Role::plain}});
}

std::string paths_section(const BuildReport& report, const Painter& painter) {
  std::string text = "\n";
  const auto line = [&](const char* label, const std::string& path, Role role) {
    if (!path.empty()) text += format("  {:<8}  {}\n", label, painter.paint(printable(path), role));
  };
  line("zip", report.zip_path, Role::strong);
  line("manifest", report.manifest_path, Role::plain);
  line("page", report.page_path, Role::plain);
  return text;
}

// Says why there is no zip. Empty if a zip was published.
std::string verdict_line(const BuildReport& report, const Painter& painter) {
  if (!report.zip_path.empty()) return {};
  const auto different = std::ranges::count(report.events, false, &EventRow::match);
  const auto errors = std::ranges::count(report.findings, Severity::error, &Finding::severity);
  std::string cause;
  if (different > 0) cause = format("{} of {} answers differ", different, report.events.size());
  if (errors > 0)
    cause += (cause.empty() ? "" : ", ") + count_text(static_cast<std::size_t>(errors), "error", "errors");
  return painter.paint(
             format("{} no zip was written{}", painter.bad_mark(), cause.empty() ? "" : ": " + cause),
             Role::bad) +
         '\n';
}

std::string tracing_fact(const BuildReport& report) {
  return report.trace_method.empty() ? std::string{} : "traced by " + report.trace_method;
}

}  // namespace

std::string build_text(const BuildReport& report, const TextStyle& style) {
  const Painter painter(style);
  const auto rooms = headroom(report.limits, report.zipped, report.unzipped);
  const auto backend = report.backend.empty() ? std::string{} : "staged by " + stager(report);
  return title_line(painter, report.function,
                    {report.runtime, report.architecture, backend, tracing_fact(report),
                     report.client.empty() ? std::string{} : "events by " + report.client},
                    unproven_text(report.events)) +
         stages_section(report, painter) + packages_section(report, painter) +
         limits_section(rooms, report.limits, painter) + events_section(report.events, painter) +
         imports_line(report.imports, painter) + cold_start_line(report.cold_start, painter) +
         findings_section(report.findings, painter) + untried_text(report.untried, style) +
         suggestions_section(report, painter) + '\n' + summary_line(report, painter) +
         verdict_line(report, painter) + paths_section(report, painter);
}

std::string check_text(const ZipReport& report, const TextStyle& style) {
  const Painter painter(style);
  const auto rooms = headroom(report.limits, report.zipped, report.unzipped);
  const bool bad = has_error(report.findings);
  const auto verdict = bad ? painter.paint(format("{} not fit to be deployed", painter.bad_mark()), Role::bad)
                           : painter.paint(format("{} fit to be deployed", painter.good_mark()), Role::good);
  return title_line(painter, report.zip_path,
                    {report.runtime, report.architecture, count_text(report.files, "file", "files")}) +
         limits_section(rooms, report.limits, painter) + findings_section(report.findings, painter) + '\n' +
         verdict + '\n';
}

std::string verify_text(const ZipReport& report, const TextStyle& style) {
  const Painter painter(style);
  const auto different = std::ranges::count(report.events, false, &EventRow::match);
  std::string verdict = "every answer is the same";
  if (report.events.empty()) {
    verdict = "no event ran: the zip cannot be unpacked";
  } else if (different != 0) {
    verdict = format("{} of {} answers differ", different, report.events.size());
  } else if (!report.is_good()) {
    verdict += ", but the zip has errors";
  }
  const auto* mark = report.is_good() ? painter.good_mark() : painter.bad_mark();
  return title_line(painter, report.zip_path, {report.runtime, report.architecture},
                    unproven_text(report.events)) +
         events_section(report.events, painter) + imports_line(report.imports, painter) +
         cold_start_line(report.cold_start, painter) + findings_section(report.findings, painter) + '\n' +
         painter.paint(format("{} {}", mark, verdict), report.is_good() ? Role::good : Role::bad) + '\n';
}

std::string findings_text(const Findings& findings, const TextStyle& style) {
  const auto text = findings_section(findings, Painter(style));
  return text.empty() ? text : text.substr(1);
}

}  // namespace lbundle
