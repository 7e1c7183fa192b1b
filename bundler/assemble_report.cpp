#include "assemble_report.hpp"

#include "model/lambda_paths.hpp"
#include "report/untried.hpp"
#include "runs/sandbox_strength.hpp"
#include "staging/system_libraries.hpp"

namespace lbundle {

namespace {

std::vector<SharingRow> sharing_rows(const Sharing& sharing) {
  std::vector<SharingRow> rows;
  for (const auto& verdict : sharing.verdicts) {
    if (!verdict.chosen) continue;
    rows.push_back({std::string(verdict.replaced.name()), verdict.replacement.bytes(),
                    verdict.replaced.bytes(), verdict.saved, verdict.reason});
  }
  return rows;
}

std::optional<ContainerFacts> container_facts(const Backend& backend) {
  if (!backend.running || backend.bubblewrap_forbidden) return std::nullopt;
  const auto& [engine, run_image] = *backend.running;
  ContainerFacts facts{engine.program, "", "", run_image.name, run_image.id};
  if (backend.staging) {
    facts.image = backend.staging->image.name;
    facts.image_digest = backend.staging->image.id;
  }
  return facts;
}

}  // namespace

Manifest assemble_manifest(const Function& function, const Backend& backend, const Unshrunk& unshrunk,
                           const Made& made) {
  ManifestFacts facts;
  facts.function = function.name;
  facts.runtime = function.runtime.name;
  facts.architecture = to_text(function.architecture);
  facts.container = container_facts(backend);
  facts.entry_sizes = made.packed.entry_sizes;
  facts.zip_size = made.packed.zipped;
  facts.zip_digest = made.packed.digest;
  facts.evidence = manifest_evidence(unshrunk.collected.log, task_root);
  for (const auto& [path, decision] : made.shrunk.bundle.decisions)
    if (!decision.via.is_root()) facts.needed_by[path].push_back(decision.via);
  for (const auto& [path, decision] : made.shrunk.bundle.decisions) {
    const auto idle = made.verdict.idle.find(decision.becomes);
    if (decision.verdict != Verdict::drop && idle != made.verdict.idle.end())
      facts.lacks.emplace(path, std::vector<std::string>(idle->second.begin(), idle->second.end()));
  }
  return make_manifest(unshrunk.tree, made.shrunk.bundle, std::move(facts));
}

BuildReport assemble_report(const JudgeSettings& settings, const Backend& backend, const Unshrunk& unshrunk,
                            const Made& made, const Findings& repaired, const Manifest& manifest) {
  BuildReport report;
  static_cast<ZipReport&>(report) = zip_report(made.verdict, settings, "");
  report.function = settings.function.name;
  report.container = container_facts(backend);
  report.backend = report.container ? "container" : "host";
  report.packages = package_rows(manifest);
  report.sharing = sharing_rows(made.shrunk.sharing);
  report.untried = untried_rows(manifest);
  report.trace_method = unshrunk.collected.log.method;
  report.trace_method_reason = unshrunk.collected.log.method_reason;
  auto findings = without_dropped_libraries(unshrunk.tree.findings, made.shrunk.bundle.files);
  append(findings, unshrunk.findings);
  append(findings, unshrunk.collected.findings);
  append(findings, made.shrunk.bundle.findings);
  append(findings, made.packed.findings);
  append(findings, report.findings);
  if (!report.events.empty()) append(findings, weaker_sandbox(backend));
  append(findings, repaired);
  report.findings = std::move(findings);
  return report;
}

}  // namespace lbundle
