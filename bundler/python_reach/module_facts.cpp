#include "python_reach/module_facts.hpp"

#include <algorithm>
#include <sstream>

#include "json/json.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/digest_of.hpp"
#include "os/parallel.hpp"
#include "os/temp_dir.hpp"
#include "python/script.hpp"

namespace lbundle {

namespace {

constexpr const char* module_facts_kind = "module-facts";

ModuleFacts::When when_of(const std::string& letter) {
  if (letter == "m") return ModuleFacts::When::module;
  return letter == "t" ? ModuleFacts::When::maybe : ModuleFacts::When::call;
}

// Returns null if the source did not parse.
std::shared_ptr<const ModuleFacts> facts_of(const std::string& line) {
  const auto json = Json::parse(line, nullptr, false);
  if (!json.is_object()) return nullptr;
  auto facts = std::make_shared<ModuleFacts>();
  for (const auto& entry : json.at("imports"))
    facts->imports.push_back({entry.at(0), entry.at(1), when_of(entry.at(2)), entry.at(3), entry.at(4)});
  for (const auto& entry : json.at("patterns")) facts->patterns.push_back({entry.at(0), entry.at(1)});
  for (const auto& entry : json.at("calls")) facts->calls.push_back({entry.at(0), entry.at(1)});
  for (const auto& entry : json.at("outside")) facts->outside.push_back({entry.at(0), entry.at(1)});
  json.at("asked").get_to(facts->asked);
  json.at("dotted").get_to(facts->dotted);
  json.at("files").get_to(facts->files);
  json.at("tables").get_to(facts->tables);
  json.at("lazy").get_to(facts->lazy);
  json.at("stub").get_to(facts->stub);
  json.at("dynamic").get_to(facts->dynamic);
  json.at("beginnings").get_to(facts->beginnings);
  json.at("lists").get_to(facts->lists);
  json.at("unknown").get_to(facts->unknown);
  json.at("composed").get_to(facts->composed);
  json.at("paths").get_to(facts->paths);
  json.at("listed").get_to(facts->listed);
  json.at("lists_any").get_to(facts->lists_any);
  json.at("search").get_to(facts->search);
  json.at("libraries").get_to(facts->libraries);
  json.at("exports").get_to(facts->exports);
  json.at("only_joined").get_to(facts->only_joined);
  json.at("standard").get_to(facts->standard);
  json.at("all").get_to(facts->all);
  return facts;
}

// Returns one line of JSON for each path.
std::vector<std::string> run_script(const std::vector<HostPath>& paths, const Interpreter& interpreter) {
  Command command;
  command.environment = std::map<std::string, std::string>{{"LC_ALL", "C.UTF-8"}};
  for (const auto& path : paths) command.input += path.string() + '\0';
  const auto end = run_python_script(interpreter, PythonStart::bare, "reach", {}, command);
  std::vector<std::string> lines;
  std::istringstream output(end.output);
  for (std::string line; std::getline(output, line);) lines.push_back(line);
  if (end.succeeded() && lines.size() == paths.size()) return lines;
  throw Error("read", "the Python modules", format("the analysis ended with {}", describe(end)))
      .with_detail(end.error_output);
}

struct Wanted {
  BundlePath path;
  const Content* content;
  Digest key;
};

}  // namespace

std::map<BundlePath, std::shared_ptr<const ModuleFacts>> read_module_facts(
    const std::vector<BundlePath>& sources, const FileSet& files, const Interpreter& interpreter,
    const Store& store, unsigned jobs) {
  const auto& version = python_scripts_digest();
  std::map<BundlePath, std::shared_ptr<const ModuleFacts>> all;
  std::vector<Wanted> wanted;
  for (const auto& path : sources) {
    const auto* file = files.find_file(path);
    if (file == nullptr) continue;
    const auto key = KeyBuilder().add(file->content.digest).add(version).add(interpreter.version).key();
    if (const auto bytes = store.find(module_facts_kind, key)) {
      if (auto facts = facts_of(std::string(as_text(*bytes)))) all.emplace(path, std::move(facts));
    } else {
      wanted.push_back({path, &file->content, key});
    }
  }
  if (wanted.empty()) return all;
  const TempDir folder(store.folder() / "tmp", "reach");
  const auto shares = std::min<std::size_t>(std::max(1U, jobs), (wanted.size() + 15) / 16);
  std::vector<std::vector<std::string>> lines(shares);
  // Each share takes every n-th source, so that large sources in one folder are spread over the shares.
  parallel_for(shares, jobs, [&](std::size_t share) {
    std::vector<HostPath> paths;
    for (auto i = share; i < wanted.size(); i += shares)
      paths.push_back(plain_file(*wanted[i].content, folder.path(), i));
    lines[share] = run_script(paths, interpreter);
  });
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto& line = lines[i % shares][i / shares];
    store.put(module_facts_kind, wanted[i].key, as_bytes(line));
    if (auto facts = facts_of(line)) all.emplace(wanted[i].path, std::move(facts));
  }
  return all;
}

}  // namespace lbundle
