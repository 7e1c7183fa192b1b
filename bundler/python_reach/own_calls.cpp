// The problem: `boto3.client(event["service"])` asks for the data of any service, and a wrapper such as
// `def client(name): return boto3.client(name)` asks for that of the services that its callers name. The
// facts of a module (module_facts.hpp) have only the constants of calls, and a wrapper's callers may be in
// another module.
//
// The idea: the function's own code is small, so one process reads all of it and follows a parameter to its
// callers (lbundle_scripts/own_calls.py). Packages are not read like this: their wrappers pass on what the
// function's code gave them.
#include "python_reach/own_calls.hpp"

#include "json/json.hpp"
#include "model/error.hpp"
#include "os/digest_of.hpp"
#include "os/temp_dir.hpp"
#include "python/script.hpp"

namespace lbundle {

namespace {

constexpr const char* own_calls_kind = "own-calls";

struct Sources {
  std::vector<BundlePath> paths;
  std::vector<const Content*> contents;
};

Sources own_sources(const StagedTree& tree) {
  Sources sources;
  for (const auto& [path, node] : tree.files) {
    if (path.extension() != ".py" || tree.distributions.owner_of(path) != nullptr) continue;
    const auto* file = tree.files.find_file(path);
    if (file == nullptr) continue;
    sources.paths.push_back(path);
    sources.contents.push_back(&file->content);
  }
  return sources;
}

Json json_of(const std::vector<CalledFunction>& functions) {
  auto json = Json::object();
  for (const auto& function : functions)
    json[function.name] = {{"parameters", function.parameters}, {"users", function.users}};
  return json;
}

std::string ask(const Json& functions, const Sources& sources, const Interpreter& interpreter,
                const Store& store) {
  const TempDir folder(store.folder() / "tmp", "own-calls");
  auto paths = Json::array();
  for (std::size_t i = 0; i < sources.contents.size(); ++i)
    paths.push_back(plain_file(*sources.contents[i], folder.path(), i).string());
  Command command;
  command.environment = std::map<std::string, std::string>{{"LC_ALL", "C.UTF-8"}};
  command.input = Json{{"functions", functions}, {"sources", paths}}.dump();
  const auto end = run_python_script(interpreter, PythonStart::bare, "own_calls", {}, command);
  if (end.succeeded()) return end.output;
  throw Error("read", "the function's own Python", format("the analysis ended with {}", describe(end)))
      .with_detail(end.error_output);
}

}  // namespace

std::map<BundlePath, std::vector<NamedCall>> read_own_calls(const StagedTree& tree,
                                                            const std::vector<CalledFunction>& functions,
                                                            const Interpreter& interpreter,
                                                            const Store& store) {
  std::map<BundlePath, std::vector<NamedCall>> calls;
  if (functions.empty()) return calls;
  const auto sources = own_sources(tree);
  const auto question = json_of(functions);
  KeyBuilder builder;
  builder.add(python_scripts_digest()).add(interpreter.version).add(question.dump());
  for (const auto* content : sources.contents) builder.add(content->digest);
  const auto key = builder.key();
  std::string answer;
  if (const auto bytes = store.find(own_calls_kind, key)) {
    answer = std::string(as_text(*bytes));
  } else {
    answer = ask(question, sources, interpreter, store);
    store.put(own_calls_kind, key, as_bytes(answer));
  }
  const auto json = Json::parse(answer);
  require(json.size() == sources.paths.size(), "own_calls answers for each source");
  for (std::size_t i = 0; i < sources.paths.size(); ++i) {
    if (!json[i].is_array()) continue;
    for (const auto& entry : json[i]) calls[sources.paths[i]].push_back({entry.at(0), entry.at(1)});
  }
  return calls;
}

}  // namespace lbundle
