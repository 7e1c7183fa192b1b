// The problem: a misspelt handler ends a build only when pip has installed everything. The idea: the module
// is looked for among the function's own files as the runtime looks for it, and read, but not run. Packages
// may bring a handler too, and nobody knows their modules before they are installed; so a module that has no
// name of a required package, and is not there, is missing. Rejected: to search the index for the module's
// name; to report it only as a warning, which nobody reads while pip runs.
#include "preflight/handler_source.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include <unistd.h>

#include "json/json.hpp"
#include "model/suggestion.hpp"
#include "model/text.hpp"
#include "os/bytes.hpp"
#include "os/digest_of.hpp"
#include "package/handler_module.hpp"
#include "package/handler_text.hpp"
#include "preflight/handler_hints.hpp"
#include "python/requirement_list.hpp"
#include "python/script.hpp"
#include "staging/handler_check.hpp"

namespace lbundle {

namespace {

FileSet files_of_own(const OwnFiles& own) {
  FileSet files;
  for (const auto& [path, file] : own) {
    RegularFile node;
    node.content.path = file;
    node.executable = access(file.c_str(), X_OK) == 0;
    files.put(path, std::move(node));
  }
  return files;
}

// A name without what packages and modules write differently: "aws-Lambda_x" and "aws_lambda.x" are equal.
std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char c : name)
    if (c != '-' && c != '_' && c != '.')
      plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return plain;
}

bool is_of_a_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
}

// True if something that is no own file may bring the module.
bool may_come_from_elsewhere(const HandlerPlaces& places, const HandlerName& name) {
  if (!places.own_is_whole || !places.layers_are_whole) return true;
  if (places.requirements.empty()) return false;
  if (name.path.find("node_modules") != std::string::npos) return true;
  const auto top = name.path.substr(0, name.path.find('/'));
  for (const auto& [path, file] : places.own) {
    // The package is the function's own, so no other one has the rest of it.
    if (path.bytes().starts_with(top + "/") && name.path.size() > top.size()) return false;
  }
  return may_be_installed(places.requirements, top);
}

Error with_usage_status(Error error) {
  return std::move(error).with_status(ExitStatus::wrong_usage);
}

HandlerSearch find_bootstrap(const Function& function, const HandlerPlaces& places,
                             const std::string& project_file) {
  HandlerSearch search;
  if (!places.own_is_whole) return search;
  try {
    const bool has_layers = !places.layers.empty() || !places.layers_are_whole;
    require_handler(files_of_own(places.own), function, has_layers, project_file);
  } catch (const Error& error) {
    search.fault = error;
  }
  return search;
}

// What the interpreter says about the source, as the program handler_names prints it; empty if it cannot.
std::string names_in_source(const HostPath& file, const std::string& name, const Interpreter& interpreter,
                            const Store& store) {
  KeyBuilder builder;
  builder.add("handler names 1").add(interpreter.version).add(python_scripts_digest()).add(name);
  const auto key = builder.add(digest_of_file(file)).key();
  if (const auto known = store.find("handler-names", key)) return std::string(as_text(*known));
  Command command;
  command.time_limit = std::chrono::seconds(10);
  const auto end =
      run_python_script(interpreter, PythonStart::bare, "handler_names", {file.string(), name}, command);
  if (!end.succeeded()) return {};
  store.put("handler-names", key, as_bytes(end.output));
  return end.output;
}

std::optional<Error> fault_in_python(const HandlerSearch& found, const Function& function,
                                     const Interpreter& interpreter, const Store& store,
                                     const std::string& project_file) {
  const auto text = names_in_source(*found.file, found.function, interpreter, store);
  if (text.empty()) return std::nullopt;
  const auto json = parse_json(text, "the names of " + found.file->string());
  if (const auto& mistake = json.at("mistake"); !mistake.is_null()) {
    return with_usage_status(
        {"read", found.name,
         format("line {}, column {}: {}", mistake.at("line").get<int>(), mistake.at("column").get<int>(),
                mistake.at("text").get<std::string>()),
         format("the source is not valid for {}; correct it, or choose the `runtime` that it was written for",
                function.runtime.name)});
  }
  if (json.at("defined").get<bool>()) return std::nullopt;
  return with_usage_status(
      {"find", function.handler, format("{} defines no '{}'", found.name, found.function),
       hint_for_function(function.handler, found.function,
                         json.at("functions").get<std::vector<std::string>>(), project_file)});
}

std::optional<Error> fault_in_script(const HandlerSearch& found, const Function& function,
                                     const std::string& project_file) {
  const auto name = found.function.substr(0, found.function.find('.'));
  if (!surely_lacks_export(read_text_file(*found.file), name)) return std::nullopt;
  return with_usage_status({"find", function.handler, format("{} exports no '{}'", found.name, name),
                            hint_for_function(function.handler, name, {}, project_file)});
}

}  // namespace

bool may_be_installed(const std::string& requirements, const std::string& name) {
  // A shorter name is part of too many words.
  static constexpr std::size_t least = 4;
  const auto wanted = plain_name(name);
  for (std::size_t at = 0; at < requirements.size();) {
    const auto rest = std::string_view(requirements).substr(at);
    const auto length = static_cast<std::size_t>(std::ranges::find_if_not(rest, is_of_a_name) - rest.begin());
    const auto word = plain_name(rest.substr(0, length));
    if (word == wanted) return true;
    if (wanted.size() >= least && word.find(wanted) != std::string::npos) return true;
    if (word.size() >= least && wanted.find(word) != std::string::npos) return true;
    at += std::max<std::size_t>(1, length);
  }
  return false;
}

std::string texts_of_requirements(const Function& function) {
  if (!function.requirements) return {};
  const auto& file = *function.requirements;
  auto text = "\n" + read_text_file(file);
  if (file.extension() == ".txt") {
    for (const auto& list : requirement_files(file).lists)
      if (list != file) text += read_text_file(list);
    return text;
  }
  boost::system::error_code ignored;
  for (const auto* lock : {"uv.lock", "poetry.lock", "Pipfile.lock"}) {
    const auto beside = file.parent_path() / lock;
    if (beside != file && fs::is_regular_file(beside, ignored)) text += read_text_file(beside);
  }
  return text;
}

HandlerSearch find_handler(const Function& function, const HandlerPlaces& places,
                           const std::string& project_file) {
  const auto language = function.runtime.language;
  if (language == Language::provided) return find_bootstrap(function, places, project_file);
  HandlerSearch search;
  const auto name = handler_name(function.handler, language);
  if (!name) {
    search.fault = with_usage_status(malformed_handler(function, project_file));
    return search;
  }
  search.function = name->function;
  PackageUse use;
  use.runtime = function.runtime;
  use.architecture = function.architecture;
  use.layers = places.layers;
  const auto files = files_of_own(places.own);
  const auto module = find_module(*name, files, {BundlePath()}, use);
  if (module.found) {
    const auto ending = module.found->extension();
    const bool is_source = ending == ".py" || ending == ".js" || ending == ".mjs" || ending == ".cjs";
    const auto end = files.follow(*module.found);
    if (is_source && end) search.file = places.own.at(*end);
    search.name = module.found->bytes();
    return search;
  }
  if (module.in_layer || may_come_from_elsewhere(places, *name)) return search;
  search.fault =
      with_usage_status(missing_module_of_handler(function, *name, module, places.own, project_file));
  return search;
}

std::optional<Error> fault_of_function(const HandlerSearch& found, const Function& function,
                                       const Interpreter& interpreter, const Store& store,
                                       const std::string& project_file) {
  if (!found.file) return std::nullopt;
  if (function.runtime.language == Language::python)
    return fault_in_python(found, function, interpreter, store, project_file);
  return fault_in_script(found, function, project_file);
}

bool surely_lacks_export(const std::string& script, const std::string& name) {
  if (mentions_word(script, name) || script.find("export *") != std::string::npos) return false;
  static constexpr std::string_view exports = "exports";
  // `exports.NAME = …` is an export by name; everything else (module.exports, exports[x], __exportStar(…,
  // exports), Object.assign) may be any.
  for (auto at = script.find(exports); at != std::string::npos; at = script.find(exports, at + 1)) {
    const bool of_module = at >= 7 && script.compare(at - 7, 7, "module.") == 0;
    const auto next = at + exports.size();
    if (of_module || next >= script.size() || script[next] != '.') return false;
  }
  return true;
}

}  // namespace lbundle
