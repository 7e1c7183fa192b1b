#include "report/json_report.hpp"

#include <cmath>

#include "report/escape.hpp"
#include "report/untried.hpp"

namespace lbundle {

namespace {

constexpr int report_schema = 1;

// More digits than a clock is worth would only make two outputs differ.
double milliseconds(double seconds) {
  return std::round(seconds * 1000.0) / 1000.0;
}

Json list() {
  return Json::array();
}

Json stages_json(const std::vector<StageRow>& stages) {
  auto json = list();
  for (const auto& stage : stages) {
    Json row = {{"name", stage.name},
                {"files", stage.files},
                {"unzipped", stage.unzipped.bytes()},
                {"seconds", milliseconds(stage.seconds)}};
    if (!stage.note.empty()) row["note"] = stage.note;
    json.push_back(std::move(row));
  }
  return json;
}

Json printable_lines(const std::vector<std::string>& lines) {
  auto json = list();
  for (const auto& line : lines) json.push_back(printable(line));
  return json;
}

Json events_json(const std::vector<EventRow>& events) {
  auto json = list();
  for (const auto& event : events) {
    json.push_back({{"name", event.name},
                    {"match", event.match},
                    {"expect", event.raises ? "error" : "answer"},
                    {"unproven", event.unproven},
                    {"staged_seconds", milliseconds(event.staged_seconds)},
                    {"bundle_seconds", milliseconds(event.bundle_seconds)},
                    {"differences", event.differences},
                    {"answer", printable(event.answer)},
                    {"written", printable_lines(event.written)},
                    {"log", printable_lines(event.log)}});
  }
  return json;
}

Json times_json(const std::vector<TimeRow>& times) {
  auto json = list();
  for (const auto& row : times) json.push_back({{"name", row.name}, {"seconds", milliseconds(row.seconds)}});
  return json;
}

Json cold_start_side_json(const ColdStartSide& side) {
  return {{"import_seconds", milliseconds(side.import_seconds)},
          {"invoke_seconds", milliseconds(side.invoke_seconds)},
          {"peak_memory", side.peak_memory.bytes()},
          {"bytes_read", side.bytes_read.bytes()},
          {"files_opened", side.files_opened}};
}

Json cold_start_json(const std::optional<ColdStart>& start) {
  if (!start) return nullptr;
  Json json = {{"staged_seconds", milliseconds(start->staged_seconds)},
               {"bundle_seconds", milliseconds(start->bundle_seconds)}};
  if (start->processes == 0) return json;
  json["processes"] = start->processes;
  json["staged"] = cold_start_side_json(start->staged);
  json["bundle"] = cold_start_side_json(start->bundle);
  json["imports"] = list();
  for (const auto& row : start->imports)
    json["imports"].push_back(
        {{"name", row.name}, {"seconds", milliseconds(row.seconds)}, {"modules", row.modules}});
  json["unused"] = start->unused;
  return json;
}

Json limits_json(const LimitsReport& limits) {
  return {{"zipped", limits.zipped.bytes()},
          {"unzipped", limits.unzipped.bytes()},
          {"layers_unzipped", limits.layers_unzipped.bytes()},
          {"direct_upload", limits.direct_upload}};
}

Json headroom_json(const std::vector<Headroom>& rooms) {
  Json json;
  for (const auto& room : rooms) json[room.name] = room.left();
  return json;
}

Json packages_json(const std::vector<PackageRow>& packages) {
  auto json = list();
  for (const auto& row : packages) {
    json.push_back({{"name", row.name},
                    {"version", row.version},
                    {"staged_files", row.staged_files},
                    {"files", row.files},
                    {"staged", row.staged.bytes()},
                    {"unzipped", row.unzipped.bytes()},
                    {"zipped", row.zipped.bytes()}});
  }
  return json;
}

Json sharing_json(const std::vector<SharingRow>& sharing) {
  auto json = list();
  for (const auto& row : sharing) {
    json.push_back({{"soname", row.soname},
                    {"kept", row.kept},
                    {"replaced", row.replaced},
                    {"saved", row.saved.bytes()},
                    {"why", row.why}});
  }
  return json;
}

Json reason_json(const Reason& reason) {
  return {{"stage", reason.stage}, {"text", reason.text}, {"rule", reason.rule}};
}

Json folder_json(const std::vector<WhyReasonCount>& reasons) {
  auto json = list();
  for (const auto& row : reasons) {
    json.push_back({{"verdict", row.verdict},
                    {"stage", row.reason.stage},
                    {"text", row.reason.text},
                    {"rule", row.reason.rule},
                    {"files", row.files},
                    {"before", row.before.bytes()},
                    {"after", row.after.bytes()}});
  }
  return json;
}

const char* subject_text(WhyAnswer::Subject subject) {
  switch (subject) {
    case WhyAnswer::Subject::file:
      return "file";
    case WhyAnswer::Subject::added:
      return "added";
    case WhyAnswer::Subject::folder:
      return "folder";
    case WhyAnswer::Subject::unknown:
      return "unknown";
  }
  return "";
}

// What all commands that judge a zip print about it.
Json json_of_zip(const ZipReport& report) {
  Json json;
  json["schema"] = report_schema;
  json["zip"] = report.zip_path;
  json["runtime"] = report.runtime;
  json["architecture"] = report.architecture;
  json["zipped"] = report.zipped.bytes();
  json["unzipped"] = report.unzipped.bytes();
  json["files"] = report.files;
  json["limits"] = limits_json(report.limits);
  json["headroom"] = headroom_json(headroom(report.limits, report.zipped, report.unzipped));
  json["findings"] = findings_json(report.findings);
  return json;
}

// `json` with what a command that runs events adds.
Json with_events(Json json, const ZipReport& report) {
  json["match"] = report.events.empty() ? Json(nullptr) : Json(all_match(report.events));
  json["unproven_events"] = unproven_count(report.events);
  json["events"] = events_json(report.events);
  json["cold_start"] = cold_start_json(report.cold_start);
  if (const auto& imports = report.imports)
    json["imports"] = {{"checked", imports->checked},
                       {"failing_in_both", imports->failing_in_both},
                       {"failing_in_bundle", imports->failing_in_bundle}};
  if (!report.client.empty()) json["client"] = report.client;
  return json;
}

}  // namespace

Json findings_json(const Findings& findings) {
  auto json = list();
  for (const auto& finding : findings) {
    json.push_back({{"severity", to_text(finding.severity)},
                    {"code", finding.code},
                    {"path", finding.path},
                    {"message", finding.message},
                    {"hint", finding.hint}});
  }
  return json;
}

std::string build_json(const BuildReport& report) {
  auto json = with_events(json_of_zip(report), report);
  json["function"] = report.function;
  json["backend"] = report.backend;
  if (report.container) {
    json["engine"] = report.container->engine;
    if (!report.container->image.empty()) {
      json["image"] = report.container->image;
      json["image_digest"] = report.container->image_digest;
    }
    json["run_image"] = report.container->run_image;
    json["run_image_digest"] = report.container->run_image_digest;
  }
  json["manifest"] = report.manifest_path;
  json["page"] = report.page_path;
  json["seconds"] = milliseconds(report.seconds);
  json["stages"] = stages_json(report.stages);
  json["times"] = times_json(report.times);
  json["packages"] = packages_json(report.packages);
  json["sharing"] = sharing_json(report.sharing);
  json["trace"] = {{"method", report.trace_method}, {"reason", report.trace_method_reason}};
  json["untried"] = untried_json(report.untried);
  json["suggestions"] = report.suggestions;
  return to_pretty(json);
}

std::string check_json(const ZipReport& report) {
  return to_pretty(json_of_zip(report));
}

std::string verify_json(const ZipReport& report) {
  return to_pretty(with_events(json_of_zip(report), report));
}

std::string why_json(const WhyAnswer& answer) {
  Json json;
  json["schema"] = report_schema;
  json["path"] = answer.path;
  json["subject"] = subject_text(answer.subject);
  json["staged"] = answer.staged_path;
  json["becomes"] = answer.becomes;
  json["package"] = answer.package;
  json["version"] = answer.version;
  json["verdict"] = answer.verdict;
  json["reason"] = reason_json(answer.reason);
  if (!answer.kept.stage.empty()) json["kept"] = reason_json(answer.kept);
  json["before"] = answer.before.bytes();
  json["after"] = answer.after.bytes();
  json["zipped"] = answer.zipped.bytes();
  json["evidence"] = list();
  for (const auto& item : answer.evidence) {
    json["evidence"].push_back({{"kind", item.kind}, {"event", item.event}, {"runs", item.runs}});
  }
  json["chain"] = answer.chain;
  json["related"] = answer.related;
  json["what_would_change"] = answer.what_would_change;
  json["nearest"] = answer.nearest;
  if (answer.subject == WhyAnswer::Subject::folder) json["reasons"] = folder_json(answer.reasons);
  return to_pretty(json);
}

}  // namespace lbundle
