#include <algorithm>

#include "model/text.hpp"
#include "preflight/judge_machine.hpp"

namespace lbundle {

namespace {

bool reaches(const MachineFacts& facts, const std::string& tool) {
  return std::ranges::any_of(
      facts.registries, [&](const auto& registry) { return registry.tool == tool && registry.reachable; });
}

bool is_for(const std::optional<Needs>& needs, Language language) {
  return needs && needs->runtime.language == language;
}

// For the packages that lbundle itself fetches with this machine's own pip.
Check judge_pip(const PythonFacts& python, const std::optional<Needs>& needs) {
  if (!python.with_pip.empty()) return ok("python", "pip", python.with_pip + " has it");
  auto check = lacking("python", "pip", "no Python 3.9 or later with pip is in PATH",
                       "nothing can be fetched or installed: neither requirements nor lbundle's own tools",
                       "apt-get install python3-pip");
  if (is_for(needs, Language::provided)) return not_needed("python", "pip", check.found);
  check.blocks = true;
  return check;
}

Check judge_python(const PythonFact& fact, const MachineFacts& facts, const std::optional<Needs>& needs) {
  const auto name = "python" + fact.version;
  if (!fact.here.empty()) return ok("python", name, format("{}, {}", fact.here, fact.program));
  const bool may_fetch = !needs || needs->interpreter == InterpreterChoice::fetch;
  if (may_fetch && !fact.fetched.empty()) return ok("python", name, fact.fetched + ", fetched");
  if (may_fetch && reaches(facts, "pip"))
    return ok("python", name,
              format("not here; a build fetches it by uv{}",
                     fact.debian.empty() ? "" : format(", or from Debian {}", fact.debian)));
  const auto remedy = shortest_way_to_python(fact.version, facts.python.ways);
  const auto cost = format("functions for {} cannot be staged or run", name);
  if (!needs) return lacking("python", name, "not here, and it cannot be fetched", cost, remedy);
  return blocking("python", name,
                  may_fetch ? "not here, and it cannot be fetched"
                            : "not here, and interpreter = \"find\" in [stage] forbids to fetch it",
                  cost, remedy);
}

Check judge_node(const NodeFact& fact, const MachineFacts& facts, const std::optional<Needs>& needs) {
  if (fact.is_fetched) return ok("nodejs", fact.runtime, fact.pin + ", fetched");
  if (reaches(facts, fact.is_of_npm ? "npm" : "pip") && !facts.python.with_pip.empty())
    return ok("nodejs", fact.runtime, format("not here; a build fetches {}", fact.pin));
  const auto remedy = format("make {} reachable", fact.is_of_npm ? "npm's registry" : "pip's index");
  if (!fact.here.empty()) {
    return lacking("nodejs", fact.runtime, format("only this machine's own Node.js {}", fact.here),
                   "events may answer differently than on Lambda's version", remedy);
  }
  auto check = lacking("nodejs", fact.runtime, "not here, and it cannot be fetched",
                       format("events of functions for {} cannot run", fact.runtime), remedy);
  check.blocks = needs && needs->runs_events;
  return check;
}

std::string images_text(const EngineFact& engine, const std::optional<Needs>& needs) {
  if (engine.images.empty())
    return needs ? "works, without an image of the runtime" : "works, without an image of a runtime";
  std::string names;
  for (const auto& image : engine.images) names += (names.empty() ? "" : ", ") + image;
  return "works, with " + names;
}

// What a container engine could do, if the project asks for it or bubblewrap does not work.
Check judge_engine(const EngineFact& engine, bool wanted, bool demanded, const std::optional<Needs>& needs) {
  const auto found = engine.problem.empty() ? images_text(engine, needs) : engine.problem;
  if (engine.problem.empty() && !engine.images.empty()) return ok("containers", engine.program, found);
  if (!wanted) return not_needed("containers", engine.program, found);
  const bool broken = !engine.problem.empty();
  const auto image = needs && !needs->images.empty() ? needs->images.back() : std::string("IMAGE");
  auto check =
      lacking("containers", engine.program, found, "nothing can be installed or run in its containers",
              broken ? engine.program + " info" : format("{} pull {}", engine.program, image));
  check.blocks = demanded;
  return check;
}

void judge_engines(const MachineFacts& facts, const std::optional<Needs>& needs, Checks& checks) {
  const bool host = needs && needs->backend == BackendChoice::host;
  const bool asked = needs && needs->backend == BackendChoice::container;
  const bool wanted = asked || !facts.sandbox.problem.empty();
  // One engine with the images is enough.
  const bool any = std::ranges::any_of(
      facts.engines, [](const auto& engine) { return engine.problem.empty() && !engine.images.empty(); });
  for (const auto& engine : facts.engines)
    checks.push_back(judge_engine(engine, wanted && !any && !host, asked && !any, needs));
  if (!facts.engines.empty()) return;
  if (!asked) {
    checks.push_back(not_needed("containers", "docker or podman",
                                "not installed; installs and events run on this machine"));
    return;
  }
  checks.push_back(blocking("containers", "docker or podman", "not installed",
                            "the project asks for containers: backend = \"container\" in [stage]",
                            "apt-get install podman"));
}

Check judge_registry(const RegistryFact& registry, const std::optional<Needs>& needs) {
  const bool pip = registry.tool == "pip";
  const auto name = pip ? "pip's index" : "npm's registry";
  const auto place = registry.url.empty() ? registry.said : format("{}: {}", registry.url, registry.said);
  const auto language = pip ? Language::python : Language::nodejs;
  if (needs && !is_for(needs, language)) return not_needed("registries", name, place);
  if (needs && !needs->has_requirements)
    return not_needed("registries", name, "the function has no requirements");
  if (needs && needs->asks_no_index) return not_needed("registries", name, "the requirements say --no-index");
  if (registry.reachable) return ok("registries", name, place);
  if (needs && needs->is_staged)
    return not_needed("registries", name, place + "; the packages are in the cache");
  auto check = lacking("registries", name, place,
                       needs ? "the function's packages cannot be fetched"
                             : "packages that are not in the cache cannot be fetched",
                       pip ? "set PIP_INDEX_URL to an index that this machine reaches, or HTTPS_PROXY"
                           : "npm config set registry URL, or set HTTPS_PROXY");
  check.blocks = needs.has_value();
  return check;
}

// Without a project, a build can run if some runtime's interpreter can be had.
void block_if_none_works(Checks& checks) {
  const auto is_interpreter = [](const Check& check) {
    return check.group == "nodejs" || (check.group == "python" && check.name != "pip");
  };
  const bool any = std::ranges::any_of(
      checks, [&](const Check& check) { return is_interpreter(check) && check.state == CheckState::ok; });
  for (auto& check : checks) check.blocks = check.blocks || (!any && is_interpreter(check));
}

}  // namespace

Checks judge_tools(const MachineFacts& facts, const std::optional<Needs>& needs) {
  Checks checks{judge_pip(facts.python, needs)};
  for (const auto& fact : facts.python.versions) checks.push_back(judge_python(fact, facts, needs));
  for (const auto& fact : facts.nodes) checks.push_back(judge_node(fact, facts, needs));
  if (!needs) block_if_none_works(checks);
  judge_engines(facts, needs, checks);
  for (const auto& registry : facts.registries) checks.push_back(judge_registry(registry, needs));
  return checks;
}

Checks judge_machine(const MachineFacts& facts, const std::optional<Needs>& needs) {
  auto checks = judge_system(facts, needs);
  const auto tools = judge_tools(facts, needs);
  checks.insert(checks.end(), tools.begin(), tools.end());
  return checks;
}

}  // namespace lbundle
