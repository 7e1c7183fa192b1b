#include "init/function_search.hpp"

#include <algorithm>
#include <regex>

#include "init/dependencies.hpp"
#include "init/descriptions.hpp"
#include "init/event_adapters.hpp"
#include "init/function_choice.hpp"
#include "init/handler_search.hpp"
#include "init/own_code.hpp"
#include "init/runtime_choice.hpp"
#include "init/samples.hpp"
#include "json/json.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/bytes.hpp"
#include "project/reserved_variables.hpp"
#include "python/interpreter.hpp"
#include "staging/folder_walk.hpp"

namespace lbundle::init {

namespace {

std::optional<Interpreter> python_of_machine() {
  try {
    return find_any_python();
  } catch (const Error&) {
    return std::nullopt;
  }
}

// The name that pyproject.toml or package.json gives the project, or that of the folder.
Text project_name(const HostPath& folder) {
  boost::system::error_code ignored;
  if (const auto file = folder / "pyproject.toml"; fs::is_regular_file(file, ignored)) {
    static const std::regex name(
        R"re(\[(?:project|tool\.poetry)\][^\[]*?\n\s*name\s*=\s*["']([^"']+)["'])re");
    const auto text = read_text_file(file);
    std::smatch found;
    if (std::regex_search(text, found, name)) return {function_name(found[1]), "pyproject.toml"};
  }
  if (const auto file = folder / "package.json"; fs::is_regular_file(file, ignored)) {
    const auto package = parse_json(read_text_file(file), "package.json");
    if (package.is_object() && package.contains("name") && package["name"].is_string())
      return {function_name(package["name"]), "package.json"};
  }
  return {function_name(folder.filename().string()), "the folder's name"};
}

// Collects what is known about one function.
class Search {
 public:
  Search(const InitRequest& request, HostPath root, const std::function<void(const HostPath&)>& check_folder)
      : request_(request),
        check_folder_(check_folder),
        root_(std::move(root)),
        files_(usable_files_below(root_)),
        python_(python_of_machine()),
        reader_(python_, root_) {}

  Found find() {
    auto chosen = choose_function(describe(root_, files_), request_.function, root_);
    check_folder_(chosen.folder);
    found_.folder = chosen.folder;
    found_.described = std::move(chosen.described);
    found_.notes = found_.described.notes;
    if (!request_.handler.empty()) found_.described.handler = Text{request_.handler, "--handler"};
    if (!request_.runtime.empty()) found_.described.runtime = Text{request_.runtime, "--runtime"};
    find_handler();
    const auto& described = found_.described;
    found_.name =
        described.name.empty() ? project_name(root_) : Text{function_name(described.name), described.from};
    const auto own = found_code();
    find_environment(own);
    take_dependencies(own);
    find_samples();
    note_what_is_commented_out();
    return std::move(found_);
  }

 private:
  std::optional<Language> known_language() const {
    const auto& runtime = found_.described.runtime;
    if (runtime)
      if (const auto* known = find_runtime(runtime->value)) return known->language;
    return std::nullopt;
  }

  void find_handler() {
    const auto& described = found_.described;
    // A runtime that lbundle does not know is reported before its handler is searched for.
    if (described.runtime) choose_runtime(described.runtime, Language::python, {}, root_, python_);
    auto language = known_language();
    if (!described.handler && !language && only_bootstrap()) {
      language = Language::provided;
      found_.described.runtime = Text{newest_provided(), "bootstrap is there; no file here names a runtime"};
    }
    if (language == Language::provided) {
      handler_ = {described.handler.value_or(Text{"bootstrap", "the runtime starts bootstrap"}),
                  described.code, described.code / "bootstrap", "", Language::provided};
      require_bootstrap();
    } else if (described.handler) {
      if (!language) language = language_of(described.handler->value, described.code);
      handler_ = named_handler(*described.handler, described.code, language.value_or(Language::python));
    } else {
      handler_ = likely_handler(described.code, files_of(described.code), language, reader_);
    }
    found_.handler = handler_.setting;
    found_.code = handler_.code;
    found_.runtime =
        choose_runtime(described.runtime, handler_.language, {handler_.code, root_}, root_, python_);
  }

  // A program for a provided runtime is there, and no source has a function that looks like a handler.
  bool only_bootstrap() {
    const auto& code = found_.described.code;
    boost::system::error_code ignored;
    return fs::is_regular_file(code / "bootstrap", ignored) &&
           !has_likely_handler(files_of(code), std::nullopt, reader_);
  }

  void require_bootstrap() const {
    boost::system::error_code ignored;
    if (fs::is_regular_file(handler_.module, ignored)) return;
    throw Error("find", handler_.module.string(), "a provided runtime starts this file",
                "build it there, and run `lbundle init` again");
  }

  OwnFiles files_of(const HostPath& folder) const {
    if (folder == root_) return files_;
    OwnFiles below;
    for (const auto& [path, file] : files_) {
      const auto relative = file.lexically_relative(folder).generic_string();
      if (!relative.empty() && !relative.starts_with("..")) below.emplace(BundlePath(relative), file);
    }
    return below;
  }

  OwnCode found_code() {
    if (handler_.language == Language::provided) {
      found_.own = {{"bootstrap", false, "the runtime starts it"}};
      found_.notes.emplace_back("add the files that bootstrap opens to `source`");
      return {};
    }
    auto own = own_code(handler_, root_, files_, reader_);
    found_.own = own.parts;
    found_.services = own.services;
    found_.mounts = own.mounts;
    append_notes(own.notes);
    return own;
  }

  void append_notes(const std::vector<std::string>& notes) {
    found_.notes.insert(found_.notes.end(), notes.begin(), notes.end());
  }

  void find_environment(const OwnCode& own) {
    for (const auto& variable : found_.described.environment) {
      if (reserved_variable(variable.name) != nullptr) {
        found_.notes.push_back(
            format("{} sets {}, which Lambda sets itself: it is left out", variable.from, variable.name));
        continue;
      }
      if (!variable.value)
        found_.notes.push_back(format("{} gives {} no literal value ({}): [environment] has a placeholder",
                                      variable.from, variable.name, variable.why_none));
      found_.environment.push_back(variable);
    }
    for (const auto& variable : own.variables) {
      const bool known =
          std::ranges::find(found_.environment, variable.name, &Variable::name) != found_.environment.end();
      if (known || reserved_variable(variable.name) != nullptr || is_of_the_system(variable.name)) continue;
      if (variable.needed)
        found_.notes.push_back(
            format("{}, needs {}, and no file gives it a value: [environment] has a placeholder",
                   variable.from, variable.name));
      found_.environment.push_back(variable);
    }
  }

  // Variables that every process has, or that Lambda sets in some functions.
  static bool is_of_the_system(const std::string& name) {
    return name.starts_with("AWS_") || name.starts_with("LAMBDA_") || name.starts_with("_") ||
           name == "PATH" || name == "HOME" || name == "TMPDIR" || name == "LANG" || name == "TZ" ||
           name == "NODE_ENV";
  }

  void take_dependencies(const OwnCode& own) {
    auto needed = find_dependencies(root_, found_.code, found_.described, own.outside,
                                    *find_runtime(found_.runtime.value));
    if (!needed.requirements.text.empty()) needed.requirements.file = found_.folder / "requirements.txt";
    found_.requirements = needed.requirements;
    found_.extras = needed.extras;
    found_.groups = needed.groups;
    found_.preinstalled = needed.preinstalled;
    append_notes(needed.notes);
    // The list of packages is copied into an image for pip alone.
    std::erase_if(found_.described.copies,
                  [&](const Placed& copy) { return copy.path == found_.requirements.file; });
  }

  void find_samples() {
    const auto reads = reads_of_handler();
    const auto& described = found_.described;
    auto trigger = described.start ? std::optional(described.start->value.trigger) : std::nullopt;
    if (described.start) found_.start = *described.start;
    found_.samples.files = sample_events(files_, trigger);
    if (!found_.samples.files.empty()) {
      found_.samples.from = "sample events of this project";
      return;
    }
    if (!trigger) find_start(reads);
    found_.samples.skeleton = found_.folder / "events" / (shape_name(found_.start.value.trigger) + ".json");
    found_.samples.from = format("{} ({})", sample_of(found_.start.value.trigger), found_.start.from);
    found_.samples.text = to_pretty(skeleton_of(found_.start.value, reads));
  }

  // Without a description: from what the handler reads, or by an adapter that it imports.
  void find_start(const Json& reads) {
    if (const auto trigger = trigger_of_reads(reads)) {
      found_.start = {{*trigger, "", ""}, "from what the handler reads"};
      return;
    }
    if (handler_.language != Language::provided)
      if (auto start = start_by_adapter(reader_.of(handler_.module).imports, shown(handler_.module, root_))) {
        found_.start = *start;
        take_route(reader_.of(handler_.module).routes);
        return;
      }
    found_.start = {{}, reads.empty() ? "no file says what starts it" : "from what the handler reads"};
  }

  // The sample event goes to the first route without parameters, or else to the first one.
  void take_route(const std::vector<SourceFacts::Route>& routes) {
    if (routes.empty()) return;
    auto route = std::ranges::find_if(
        routes, [](const auto& each) { return each.path.find_first_of("{<") == std::string::npos; });
    if (route == routes.end()) route = routes.begin();
    // "<int:item>" of Flask and "<item>" of Powertools are "{item}" for API Gateway.
    static const std::regex parameter(R"(<(?:\w+:)?(\w+)>|\{(\w+):\w+\})");
    auto& start = found_.start.value;
    start.method = route->method;
    start.path = std::regex_replace(route->path, parameter, "{$1$2}");
  }

  // Parts of the project file that the user has to complete.
  void note_what_is_commented_out() {
    std::string names;
    for (const auto& service : found_.services) names += (names.empty() ? "" : ", ") + service.value;
    if (!names.empty())
      found_.notes.push_back(
          format("the code calls AWS ({}), and events have no network: for a stand-in, uncomment "
                 "[[sandbox.service]]",
                 names));
    for (const auto& mount : found_.mounts)
      found_.notes.push_back(format("{} names {}: for a folder in its place, uncomment [[sandbox.mount]]",
                                    mount.from, mount.value));
    boost::system::error_code ignored;
    for (const auto& layer : found_.described.layers)
      if (layer.path.extension() != ".zip" || !fs::is_regular_file(layer.path, ignored))
        found_.notes.push_back(
            format("the layer {} is not in this folder as a zip: the comment above [[layer]] in "
                   "lbundle.toml says how to get it",
                   name_of(layer, found_.folder)));
  }

  Json reads_of_handler() {
    if (handler_.language == Language::provided) return Json::object();
    const auto& reads = reader_.of(handler_.module).reads;
    const auto function = handler_.function.substr(handler_.function.rfind('.') + 1);
    return reads.contains(function) ? reads[function] : Json::object();
  }

  const InitRequest& request_;
  const std::function<void(const HostPath&)>& check_folder_;
  const HostPath root_;
  const OwnFiles files_;
  const std::optional<Interpreter> python_;
  CodeReader reader_;
  Handler handler_;
  Found found_;
};

}  // namespace

Found search_function(const InitRequest& request, const HostPath& root,
                      const std::function<void(const HostPath&)>& check_folder) {
  return Search(request, root, check_folder).find();
}

}  // namespace lbundle::init
