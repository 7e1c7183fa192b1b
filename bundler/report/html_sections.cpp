#include "report/html_sections.hpp"

#include <algorithm>
#include <tuple>

#include "model/text.hpp"
#include "report/escape.hpp"

namespace lbundle::html {

namespace {

struct Column {
  std::string title;
  bool number = false;
};

// Makes a table. The cells are HTML already; the first cell of each row is its heading.
std::string table(const std::vector<Column>& columns, const std::vector<std::vector<std::string>>& rows) {
  std::string text = "<div class=\"wide\"><table>\n<thead><tr>";
  for (const auto& column : columns) {
    text += format("<th scope=\"col\"{}>{}</th>", column.number ? " class=\"number\"" : "",
                   html_text(column.title));
  }
  text += "</tr></thead>\n<tbody>\n";
  for (const auto& row : rows) {
    text += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      const auto* const form = columns.at(i).number ? " class=\"number\"" : "";
      text += i == 0 ? format("<th scope=\"row\">{}</th>", row[i]) : format("<td{}>{}</td>", form, row[i]);
    }
    text += "</tr>\n";
  }
  return text + "</tbody>\n</table></div>\n";
}

std::string section(const std::string& id, const std::string& title, const std::string& body) {
  return format("<section aria-labelledby=\"{0}\">\n<h2 id=\"{0}\">{1}</h2>\n{2}</section>\n", id,
                html_text(title), body);
}

std::string size_text(ByteSize size) {
  return html_text(to_text(size));
}

std::string size_left(std::int64_t left) {
  const auto size = to_text(ByteSize(static_cast<std::uint64_t>(left < 0 ? -left : left)));
  return left < 0 ? size + " over" : size + " left";
}

double share(ByteSize part, ByteSize whole) {
  if (whole.bytes() == 0) return 0.0;
  return std::min(1.0, static_cast<double>(part.bytes()) / static_cast<double>(whole.bytes()));
}

// Bars are drawn, not styled: a policy without inline styles allows no style attribute. They repeat the
// numbers beside them, so they are hidden from screen readers.
std::string bar(const std::vector<std::pair<double, const char*>>& parts) {
  std::string text =
      "<svg class=\"bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
      "<rect class=\"rest\" width=\"1000\" height=\"10\"/>";
  double x = 0.0;
  for (const auto& [width, name] : parts) {
    text += format("<rect class=\"{}\" x=\"{:.1f}\" width=\"{:.1f}\" height=\"10\"/>", name, x * 1000.0,
                   width * 1000.0);
    x += width;
  }
  return text + "</svg>";
}

std::string before_after(const std::string& before, const std::string& after, const std::string& change) {
  auto text = format("<span class=\"before\">{}</span> <span aria-label=\"became\">→</span> {}",
                     html_text(before), html_text(after));
  if (!change.empty()) text += format(" <small>{}</small>", html_text(change));
  return text;
}

std::string figure(const std::string& title, const std::string& value, const std::string& note) {
  return format("<div><dt>{}</dt><dd>{}<small>{}</small></dd></div>\n", html_text(title), value, note);
}

std::string package_text(const std::string& name, const std::string& version) {
  if (name.empty()) return "<em>the function</em>";
  return html_text(name) + (version.empty() ? "" : format(" <small>{}</small>", html_text(version)));
}

std::string answers_note(const std::vector<EventRow>& rows) {
  return all_match(rows) ? "gave the same answer" : "gave the same answer; the others differ";
}

struct ReasonSum {
  std::size_t files = 0;
  ByteSize before, after;
};

std::string reason_cell(const Reason& reason) {
  auto text = html_text(reason.text);
  if (!reason.rule.empty()) text += format(" <code>{}</code>", html_text(reason.rule));
  return text;
}

// A button that the script makes work: it shows the table of files, narrowed to this reason.
std::string show_button(const std::string& verdict, const Reason& reason) {
  return format(
      "<button type=\"button\" class=\"show\" hidden data-verdict=\"{}\" data-reason=\"{}\">show</button>",
      html_text(verdict), html_text(reason.stage + ": " + reason.text));
}

}  // namespace

std::string summary(const BuildReport& report, const Manifest& manifest) {
  const auto& totals = manifest.totals;
  std::string figures;
  figures += figure("Zip", format("<b>{}</b>", size_text(report.zipped)), html_text(report.zip_path));
  figures += figure("Unzipped", format("<b>{}</b>", size_text(report.unzipped)),
                    format("of {} staged, {}", size_text(totals.staged),
                           html_text(change_text(static_cast<double>(totals.staged.bytes()),
                                                 static_cast<double>(totals.unzipped.bytes())))));
  figures += figure("Files", format("<b>{}</b>", html_text(count_text(report.files, "", ""))),
                    format("of {} staged", html_text(count_text(totals.staged_files, "", ""))));
  if (report.cold_start && report.cold_start->processes > 0) {
    const auto& start = *report.cold_start;
    figures += figure("Cold start", format("<b>{}</b>", html_text(seconds_text(start.bundle_seconds))),
                      format("was {}, {}", html_text(seconds_text(start.staged_seconds)),
                             html_text(change_text(start.staged_seconds, start.bundle_seconds))));
  }
  if (!report.events.empty()) {
    const auto same = std::ranges::count(report.events, true, &EventRow::match);
    figures += figure(
        "Events",
        format("<b class=\"{}\">{} of {}</b>", all_match(report.events) ? "good" : "bad", same,
               report.events.size()),
        answers_note(report.events) +
            (unproven_count(report.events) == 0 ? "" : "; " + html_text(unproven_text(report.events))));
  }
  return format("<dl class=\"figures\">\n{}</dl>\n", figures);
}

std::string findings(const BuildReport& report) {
  if (report.findings.empty()) return {};
  auto sorted = report.findings;
  std::ranges::stable_sort(sorted, std::greater<>{}, &Finding::severity);
  std::string items;
  for (const auto& finding : sorted) {
    const auto* const severity = to_text(finding.severity);
    items += format("<li class=\"{0}\"><strong>{0}</strong> ", severity);
    if (!finding.path.empty()) items += format("<code>{}</code> ", html_text(finding.path));
    items += format("{} <small>{}</small>", html_text(finding.message), html_text(finding.code));
    if (!finding.hint.empty()) items += format("<p>{}</p>", html_text(finding.hint));
    items += "</li>\n";
  }
  return section("findings", "Findings", format("<ul class=\"findings\">\n{}</ul>\n", items));
}

std::string limits(const BuildReport& report) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& room : headroom(report.limits, report.zipped, report.unzipped)) {
    const bool over = room.applies && room.left() < 0;
    auto left = html_text(size_left(room.left()));
    if (over) left = format("<strong class=\"bad\">{}</strong>", left);
    if (!room.applies) left = "uploaded through S3: does not apply";
    rows.push_back({html_text(room.name), bar({{std::min(1.0, room.share()), over ? "over" : "left"}}),
                    size_text(room.used), size_text(room.limit), left});
  }
  auto body = table({{"Limit"}, {""}, {"Used", true}, {"At most", true}, {"Headroom", true}}, rows);
  if (report.limits.layers_unzipped.bytes() > 0) {
    body += format("<p class=\"note\">Unzipped counts {} of layers.</p>\n",
                   size_text(report.limits.layers_unzipped));
  }
  return section("limits", "Limits", body);
}

std::string stages(const BuildReport& report) {
  if (report.stages.empty()) return {};
  ByteSize largest;
  for (const auto& stage : report.stages) largest = std::max(largest, stage.unzipped);
  std::vector<std::vector<std::string>> rows;
  const StageRow* before = nullptr;
  for (const auto& stage : report.stages) {
    const auto change = before == nullptr ? 0 : difference(stage.unzipped, before->unzipped);
    const auto moved = ByteSize(static_cast<std::uint64_t>(change < 0 ? -change : change));
    const auto kept = change > 0 ? before->unzipped : stage.unzipped;
    const auto drawing =
        bar({{share(kept, largest), "left"}, {share(moved, largest), change < 0 ? "gone" : "grown"}});
    auto name = html_text(stage.name);
    if (!stage.note.empty()) name += format("<small class=\"note\">{}</small>", html_text(stage.note));
    rows.push_back({name, drawing, size_text(stage.unzipped),
                    change == 0 ? "" : html_text(to_signed_text(change)),
                    html_text(count_text(stage.files, "", "")), html_text(seconds_text(stage.seconds))});
    before = &stage;
  }
  for (const auto& time : report.times) {
    auto name = html_text(time.name);
    if (!time.note.empty()) name += format("<small class=\"note\">{}</small>", html_text(time.note));
    rows.push_back({name, "", "", "", "", html_text(seconds_text(time.seconds))});
  }
  const std::vector<Column> columns = {{"Stage"},        {"What is left after it"}, {"Unzipped", true},
                                       {"Change", true}, {"Files", true},           {"Time", true}};
  return section("stages", "Stages", table(columns, rows));
}

std::string packages(const Manifest& manifest) {
  const auto all = package_rows(manifest);
  if (all.empty()) return {};
  ByteSize largest;
  for (const auto& row : all) largest = std::max({largest, row.staged, row.unzipped});
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : all) {
    const auto rest = ByteSize(row.staged > row.unzipped ? row.staged.bytes() - row.unzipped.bytes() : 0);
    rows.push_back({package_text(row.name, row.version),
                    bar({{share(row.unzipped, largest), "left"}, {share(rest, largest), "gone"}}),
                    size_text(row.staged), size_text(row.unzipped), size_text(row.zipped),
                    html_text(format("{} of {}", row.files, row.staged_files))});
  }
  const std::vector<Column> columns = {{"Package"},      {"What is left of it"}, {"Staged", true},
                                       {"Bundle", true}, {"Zipped", true},       {"Files", true}};
  return section("packages", "Packages", table(columns, rows));
}

std::string reasons(const Manifest& manifest) {
  std::map<std::tuple<std::string, std::string, std::string, std::string>, ReasonSum> sums;
  for (const auto& [path, file] : manifest.files) {
    const auto& decision = file.decision;
    if (decision.verdict == Verdict::keep) continue;
    auto& sum =
        sums[{to_text(decision.verdict), decision.reason.stage, decision.reason.text, decision.reason.rule}];
    ++sum.files;
    sum.before += decision.before;
    sum.after += decision.after;
  }
  if (sums.empty()) return {};
  std::vector<std::pair<std::int64_t, std::vector<std::string>>> rows;
  for (const auto& [key, sum] : sums) {
    const auto& [verdict, stage, text, rule] = key;
    const Reason reason{stage, text, rule};
    const auto saved = difference(sum.before, sum.after);
    rows.emplace_back(saved, std::vector{reason_cell(reason), html_text(stage), html_text(verdict),
                                         html_text(count_text(sum.files, "", "")),
                                         html_text(to_signed_text(-saved)), show_button(verdict, reason)});
  }
  std::ranges::stable_sort(rows, std::greater<>{}, [](const auto& row) { return row.first; });
  // There are many reasons that name a single file. The table of files below has them all.
  static constexpr std::size_t most_rows = 25;
  std::vector<std::vector<std::string>> shown;
  for (auto& row : rows) {
    if (shown.size() < most_rows) shown.push_back(std::move(row.second));
  }
  auto body = table({{"Reason"}, {"Stage"}, {"Verdict"}, {"Files", true}, {"Change", true}, {""}}, shown);
  if (rows.size() > most_rows) {
    body += format(
        "<p class=\"note\">And {} more that save less each; the list of files below has them all.</p>\n",
        html_text(count_text(rows.size() - most_rows, "reason", "reasons")));
  }
  return section("reasons", "What was removed or replaced, and why", body);
}

std::string sharing(const BuildReport& report) {
  if (report.sharing.empty()) return {};
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : report.sharing) {
    rows.push_back({html_text(row.soname), format("<code>{}</code>", html_text(row.kept)),
                    format("<code>{}</code>", html_text(row.replaced)), html_text(row.why),
                    size_text(row.saved)});
  }
  return section("sharing", "Shared libraries",
                 table({{"Library"}, {"Kept copy"}, {"Replaced copy"}, {"Because"}, {"Saved", true}}, rows));
}

namespace {

// The part of a cold start that was measured in separate processes.
std::string cold_start(const ColdStart& start) {
  const auto& before = start.staged;
  const auto& after = start.bundle;
  const auto numbers = [](double was, double is) { return html_text(change_text(was, is)); };
  std::vector<std::vector<std::string>> rows;
  const auto seconds = [&](const char* what, double was, double is) {
    rows.push_back({what, html_text(seconds_text(was)), html_text(seconds_text(is)), numbers(was, is)});
  };
  const auto size = [&](const char* what, ByteSize was, ByteSize is) {
    rows.push_back({what, size_text(was), size_text(is),
                    numbers(static_cast<double>(was.bytes()), static_cast<double>(is.bytes()))});
  };
  seconds("Import", before.import_seconds, after.import_seconds);
  seconds("First invocation", before.invoke_seconds, after.invoke_seconds);
  size("Peak memory", before.peak_memory, after.peak_memory);
  size("Read from disk", before.bytes_read, after.bytes_read);
  rows.push_back(
      {"Files opened", std::to_string(before.files_opened), std::to_string(after.files_opened),
       numbers(static_cast<double>(before.files_opened), static_cast<double>(after.files_opened))});
  auto text = format(
                  "<p class=\"note\">Medians of {} fresh processes for each, taken in turn; the staged tree "
                  "is without "
                  "bytecode, as an installer leaves it.</p>\n",
                  start.processes) +
              table({{"Cold start"}, {"Staged", true}, {"Bundle", true}, {"Change", true}}, rows);
  rows.clear();
  for (const auto& row : start.imports)
    rows.push_back({html_text(row.name), html_text(seconds_text(row.seconds)), std::to_string(row.modules)});
  if (!rows.empty()) text += table({{"Slowest imports"}, {"Own time", true}, {"Modules", true}}, rows);
  std::string unused;
  for (const auto& name : start.unused) unused += (unused.empty() ? "" : ", ") + html_text(name);
  if (!unused.empty()) text += format("<p>Imported, but no event ran a function of it: {}</p>\n", unused);
  return text;
}

// What the event answered and wrote on the unshrunk tree, folded away.
std::string answer_details(const EventRow& event) {
  if (event.answer.empty() && event.log.empty() && event.written.empty()) return {};
  auto text = format("<details><summary>{} unshrunk</summary><pre>{}</pre>",
                     event.raises ? "What it raised and wrote" : "What it answered and wrote",
                     html_text(printable(event.answer)));
  std::string written;
  for (const auto& line : event.written) written += html_text(printable(line)) + '\n';
  if (!written.empty()) text += format("<p>Written to services:</p><pre>{}</pre>", written);
  std::string log;
  for (const auto& line : event.log) log += html_text(printable(line)) + '\n';
  if (!log.empty()) text += format("<pre>{}</pre>", log);
  return text + "</details>";
}

}  // namespace

std::string events(const BuildReport& report) {
  if (report.events.empty()) return {};
  std::vector<std::vector<std::string>> rows;
  for (const auto& event : report.events) {
    const auto* what = event.raises ? "error" : "answer";
    auto answer = event.match ? format("<span class=\"good\">✓ same {}</span>", what)
                              : format("<strong class=\"bad\">✗ another {}</strong>", what);
    if (!event.unproven.empty()) answer += format(", proves nothing: {}", html_text(event.unproven));
    if (!event.differences.empty()) {
      answer += "<ul>";
      for (const auto& line : event.differences)
        answer += format("<li><code>{}</code></li>", html_text(line));
      answer += "</ul>";
    }
    answer += answer_details(event);
    rows.push_back({html_text(event.name), answer, html_text(seconds_text(event.staged_seconds)),
                    html_text(seconds_text(event.bundle_seconds)),
                    html_text(change_text(event.staged_seconds, event.bundle_seconds))});
  }
  auto body = table({{"Event"}, {"Answer"}, {"Staged", true}, {"Bundle", true}, {"Change", true}}, rows);
  if (report.cold_start) {
    const auto& start = *report.cold_start;
    body += format(
        "<p>{} to the end of the handler’s import: {}</p>\n",
        start.processes > 0 ? "Cold start, from the start of the runtime" : "From the start of the runtime",
        before_after(seconds_text(start.staged_seconds), seconds_text(start.bundle_seconds),
                     change_text(start.staged_seconds, start.bundle_seconds)));
    if (start.processes > 0) body += cold_start(start);
  }
  if (!report.client.empty()) body += format("<p class=\"note\">Run by {}.</p>\n", html_text(report.client));
  if (!report.trace_method.empty()) {
    body += format("<p class=\"note\">Traced by {}{}.</p>\n", html_text(report.trace_method),
                   report.trace_method_reason.empty() ? "" : ": " + html_text(report.trace_method_reason));
  }
  return section("events", "Events", body);
}

std::string suggestions(const BuildReport& report) {
  if (report.suggestions.empty()) return {};
  std::string items;
  for (const auto& suggestion : report.suggestions) items += format("<li>{}</li>\n", html_text(suggestion));
  return section("suggestions", "What could make it smaller", format("<ul>\n{}</ul>\n", items));
}

}  // namespace lbundle::html
