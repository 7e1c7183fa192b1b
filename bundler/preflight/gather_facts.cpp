#include "preflight/gather_facts.hpp"

#include <algorithm>
#include <functional>

#include "json/json.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/bubblewrap.hpp"
#include "os/parallel.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"
#include "preflight/machine_reading.hpp"
#include "preflight/probe_tracer.hpp"
#include "project/interpreter_sources.hpp"
#include "python/obtain_interpreter.hpp"
#include "python/script.hpp"
#include "python/tools.hpp"
#include "runs/sandbox_strength.hpp"
#include "sandbox/node_program.hpp"

namespace lbundle {

namespace {

// For each question; with what is asked before it, the whole ends within five seconds.
constexpr std::chrono::seconds answer_time{3};

std::vector<const Runtime*> runtimes_of(Language language, const std::optional<Needs>& needs) {
  std::vector<const Runtime*> runtimes;
  for (const auto& runtime : known_runtimes()) {
    if (runtime.language == language && (!needs || needs->runtime.name == runtime.name))
      runtimes.push_back(&runtime);
  }
  // "3.9" comes before "3.10".
  std::ranges::sort(runtimes, [](const Runtime* a, const Runtime* b) {
    return std::pair(a->version.size(), a->version) < std::pair(b->version.size(), b->version);
  });
  return runtimes;
}

void ask_sandbox(MachineFacts& facts, const std::optional<Needs>& needs) {
  const bool wanted = !needs || needs->sandbox == SandboxMode::automatic;
  try {
    if (wanted) {
      require_bubblewrap();
      facts.sandbox.weaker = weaker_sandbox({});
    }
  } catch (const Error& error) {
    facts.sandbox.problem = error.what();
    facts.sandbox.hint = error.hint();
  }
  facts.tracer = probe_tracer(wanted && facts.sandbox.problem.empty());
}

PythonFact python_fact(const std::string& version, const std::map<std::string, Interpreter>& here,
                       const Store& store) {
  PythonFact fact;
  fact.version = version;
  if (const auto* source = interpreter_source(version)) fact.debian = source->release;
  if (const auto found = here.find(version); found != here.end()) {
    fact.here = found->second.version;
    fact.program = found->second.program.string();
    return fact;
  }
  for (const auto& way : interpreter_ways(version, store)) {
    const auto known = way.fetched();
    if (known && fact.fetched.empty()) fact.fetched = format("{} of {}", known->version, known->origin);
  }
  return fact;
}

void ask_pythons(MachineFacts& facts, const std::optional<Needs>& needs, const Store& store) {
  std::vector<std::string> versions;
  for (const auto* runtime : runtimes_of(Language::python, needs)) versions.push_back(runtime->version);
  const auto here = interpreters_here(versions, answer_time);
  for (const auto& version : versions) facts.python.versions.push_back(python_fact(version, here, store));
}

void ask_nodes(MachineFacts& facts, const std::optional<Needs>& needs, const Store& store) {
  const auto own = own_node_versions();
  const auto python = python_for_tools();
  if (python) facts.python.with_pip = python->program.string();
  for (const auto* runtime : runtimes_of(Language::nodejs, needs)) {
    const auto known = known_node(*runtime, python, store);
    facts.nodes.push_back({runtime->name, known.pin, known.is_fetched, known.registry == ToolRegistry::npm,
                           own.empty() ? std::string() : own.front()});
  }
}

// The images that lbundle would use for a runtime, on this machine's processor or another one.
std::vector<std::string> images_of_runtimes() {
  std::vector<std::string> names;
  for (const auto& runtime : known_runtimes()) {
    for (const auto architecture : {Architecture::x86_64, Architecture::arm64}) {
      for (const auto& some : {build_images(runtime, architecture), run_images(runtime, architecture)})
        names.insert(names.end(), some.begin(), some.end());
    }
  }
  return names;
}

// Engines list a name without a tag with the tag "latest".
bool is_image(const std::string& listed, const std::string& name) {
  return listed == name || listed == name + ":latest";
}

EngineFact engine_fact(const std::string& program, const std::optional<Needs>& needs) {
  EngineFact fact;
  fact.program = program;
  const auto search =
      needs ? find_images(program, needs->images, answer_time) : list_images(program, answer_time);
  if (search.state != EngineState::working) fact.problem = search.complaint;
  const auto known = needs ? needs->images : images_of_runtimes();
  for (const auto& image : search.images) {
    const bool useful =
        std::ranges::any_of(known, [&](const auto& name) { return is_image(image.name, name); });
    if (useful) fact.images.push_back(image.name);
  }
  return fact;
}

// Any Python that can ask a server.
Interpreter python_to_ask() {
  const auto program = find_program("python3");
  return program.empty() ? find_any_python() : Interpreter{.program = program};
}

// How to install the interpreters that are not here and that no build can fetch. The package manager takes a
// second to answer, so it is asked only for those.
void ask_for_ways(MachineFacts& facts, const std::optional<Needs>& needs) {
  const bool may_fetch = (!needs || needs->interpreter == InterpreterChoice::fetch);
  std::vector<std::string> missing;
  for (const auto& fact : facts.python.versions) {
    const bool known = !fact.here.empty() || (may_fetch && !fact.fetched.empty());
    if (!known && !(may_fetch && facts.registries.front().reachable)) missing.push_back(fact.version);
  }
  if (!missing.empty()) facts.python.ways = install_ways(missing);
}

RegistryFact registry_fact(const std::string& tool, const std::string& index) {
  RegistryFact fact{tool, "", false, "no answer"};
  Command command;
  // The interpreter must start and read its certificates before it asks.
  command.time_limit = answer_time + std::chrono::milliseconds(1500);
  const auto end = run_python_script(python_to_ask(), PythonStart::with_packages, "registry",
                                     {tool, std::to_string(answer_time.count()), index}, command);
  const auto line = std::min(end.output.find('\n'), end.output.size());
  fact.url = end.output.substr(0, line);
  if (end.timed_out) fact.said = format("no answer within {} s", answer_time.count());
  if (!end.succeeded()) return fact;
  const auto json = parse_json(std::string_view(end.output).substr(line), "the registry's answer");
  fact.reachable = json.at("reachable").get<bool>();
  fact.said = json.at("said").get<std::string>();
  return fact;
}

// A question that throws is answered by no fact.
void without_errors(const std::function<void()>& question, const std::function<void(const Error&)>& failed) {
  try {
    question();
  } catch (const Error& error) {
    failed(error);
  }
}

}  // namespace

MachineFacts gather_facts(const std::optional<Needs>& needs, const HostPath& project,
                          const std::string& index, const Store& store) {
  MachineFacts facts;
  facts.registries = {{"pip", "", false, ""}, {"npm", "", false, ""}};
  const auto engines = installed_engines();
  facts.engines.resize(engines.size());
  const auto ignore = [](const Error&) {};
  std::vector<std::function<void()>> questions{
      [&] { ask_sandbox(facts, needs); },
      [&] { without_errors([&] { ask_pythons(facts, needs, store); }, ignore); },
      [&] { without_errors([&] { ask_nodes(facts, needs, store); }, ignore); },
      [&] { facts.cache = read_cache(store); }};
  for (auto& registry : facts.registries) {
    questions.emplace_back([&] {
      without_errors([&] { registry = registry_fact(registry.tool, registry.tool == "pip" ? index : ""); },
                     [&](const Error& error) { registry.said = error.what(); });
    });
  }
  for (std::size_t i = 0; i < engines.size(); ++i)
    questions.emplace_back([&, i] { facts.engines[i] = engine_fact(engines[i], needs); });
  parallel_for(questions.size(), static_cast<unsigned>(questions.size()),
               [&](std::size_t i) { questions[i](); });
  ask_for_ways(facts, needs);
  facts.kernel = read_kernel();
  facts.memory = read_memory();
  facts.disks = {{"cache", store.folder(), free_space(store.folder())},
                 {"temporary files", temporary_folder(), free_space(temporary_folder())}};
  if (!project.empty()) facts.disks.push_back({"project", project, free_space(project)});
  return facts;
}

}  // namespace lbundle
