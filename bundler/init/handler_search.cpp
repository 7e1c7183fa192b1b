#include "init/handler_search.hpp"

#include <algorithm>
#include <array>

#include "model/error.hpp"
#include "model/text.hpp"

namespace lbundle::init {

namespace {

constexpr const char* way_out =
    "name it: `lbundle init --handler FILE.FUNCTION`, as Lambda's Handler setting has it";

// A function that may be the handler, and how much speaks for it.
struct Candidate {
  HostPath file;
  BundlePath path;
  SourceFacts::Function function;
  int score = 0;
};

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool is_one_of(const std::string& name, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

// How much the parameters speak for (event, context); negative if they speak against it.
int score_of_parameters(const SourceFacts::Function& function) {
  if (!function.parameters) return 0;
  const auto& names = *function.parameters;
  if (names.empty() || names.size() > 3) return -10;
  const auto first = lower(names.front());
  const auto second = names.size() > 1 ? lower(names[1]) : "";
  int score = 0;
  if (is_one_of(first, {"event", "evt", "_event", "e"}) || first.ends_with("event")) score += 4;
  if (is_one_of(second, {"context", "ctx", "_context", "_ctx", "_", "_c", "c", "__"})) score += 4;
  return score == 0 ? -10 : score;
}

int score_of_name(const std::string& function) {
  const auto name = lower(function);
  if (name == "lambda_handler" || name == "lambdahandler") return 6;
  if (name == "handler") return 5;
  if (name.ends_with("handler")) return 3;
  if (is_one_of(name, {"handle", "main", "entrypoint", "run"})) return 2;
  return 0;
}

int score_of_place(const BundlePath& path) {
  const auto name = std::string(path.name().substr(0, path.name().find('.')));
  int score = 0;
  if (is_one_of(name, {"lambda_function", "handler", "app", "index", "main", "lambda", "function",
                       "lambda_handler"}))
    score += 2;
  const auto depth = std::ranges::count(path.bytes(), '/');
  return score + (depth == 0 ? 2 : depth == 1 ? 1 : 0);
}

// Where the parameters do not speak for a function, its name has to be one that handlers have.
int score_of(const SourceFacts::Function& function, const BundlePath& path) {
  const auto parameters = std::max(score_of_parameters(function), 0);
  const auto name = score_of_name(function.name);
  if (parameters == 0 && name < 5) return -1;
  return parameters + name + score_of_place(path);
}

std::vector<Candidate> candidates_in(const OwnFiles& files, std::optional<Language> language,
                                     CodeReader& reader) {
  std::vector<std::pair<BundlePath, HostPath>> sources;
  std::vector<HostPath> places;
  for (const auto& [path, file] : files) {
    const bool python = is_python(file), script = is_javascript(file);
    if (is_beside_the_function(path) || (!python && !script)) continue;
    if (language && *language != (python ? Language::python : Language::nodejs)) continue;
    sources.emplace_back(path, file);
    places.push_back(file);
  }
  reader.read(places);
  std::vector<Candidate> found;
  for (const auto& [path, file] : sources) {
    const auto& facts = reader.of(file);
    const bool deploys = std::ranges::any_of(facts.imports, [](const auto& import) {
      return import.name.starts_with("aws_cdk") || import.name.starts_with("aws-cdk-lib") ||
             import.name.starts_with("setuptools");
    });
    if (deploys) continue;
    for (const auto& function : facts.functions)
      if (const auto score = score_of(function, path); score >= 0)
        found.push_back({file, path, function, score});
  }
  std::ranges::stable_sort(found, std::greater<>(), &Candidate::score);
  return found;
}

// "app.py, line 3: handler(event, context)".
std::string description_of(const Candidate& candidate) {
  std::string parameters;
  if (candidate.function.parameters)
    for (const auto& name : *candidate.function.parameters)
      parameters += (parameters.empty() ? "" : ", ") + name;
  return format("  {}, line {}: {}({})\n", candidate.path.bytes(), candidate.function.line,
                candidate.function.name, parameters);
}

std::string looked_at(const OwnFiles& files) {
  std::string lines;
  std::size_t count = 0;
  for (const auto& [path, file] : files) {
    if (is_beside_the_function(path) || (!is_python(file) && !is_javascript(file))) continue;
    if (++count <= 10) lines += "  " + path.bytes() + "\n";
  }
  if (count > 10) lines += format("  and {} more\n", count - 10);
  return count == 0 ? "" : "looked at:\n" + lines;
}

Error none_found(const HostPath& folder, const OwnFiles& files) {
  const auto list = looked_at(files);
  const auto* cause =
      list.empty()
          ? "it has no source in Python or JavaScript, no bootstrap of a provided runtime, and no SAM "
            "template, "
            "serverless.yml, CDK, Terraform or Dockerfile that names one"
          : "no function takes (event, context), and none has a handler's name (lambda_handler, handler)";
  return Error("find a handler in", folder.string(), cause, way_out).with_detail(list);
}

// The folder from which Python imports the module: the first one above it that is no package. Code that
// imports its own folder by name has it one higher.
HostPath import_root(const HostPath& module, const HostPath& folder, const SourceFacts& facts) {
  boost::system::error_code ignored;
  auto root = module.parent_path();
  while (root != folder && fs::exists(root / "__init__.py", ignored)) root = root.parent_path();
  for (auto at = root; at != folder; at = at.parent_path()) {
    const auto name = at.filename().string();
    for (const auto& import : facts.imports)
      if (import.name == name || import.name.starts_with(name + ".")) return at.parent_path();
  }
  return root;
}

std::string module_text(const HostPath& file, const HostPath& code, Language language) {
  auto text = shown(file, code);
  text.resize(text.rfind('.'));
  if (language == Language::python) std::ranges::replace(text, '/', '.');
  return text;
}

constexpr std::array python_endings = {".py", "/__init__.py"};
constexpr std::array script_endings = {".js", ".mjs", ".cjs"};

std::optional<HostPath> existing(const HostPath& code, const std::string& module, Language language) {
  boost::system::error_code ignored;
  const auto look = [&](const auto& endings) -> std::optional<HostPath> {
    for (const auto* ending : endings)
      if (auto path = code / (module + ending); fs::is_regular_file(path, ignored)) return path;
    return std::nullopt;
  };
  return language == Language::python ? look(python_endings) : look(script_endings);
}

// The module's path without an ending, and the function: as the runtimes read a Handler setting.
std::pair<std::string, std::string> parts_of_handler(const std::string& setting, Language language) {
  const auto slash = setting.rfind('/');
  const auto dot = language == Language::nodejs ? setting.find('.', slash == std::string::npos ? 0 : slash)
                                                : setting.rfind('.');
  if (dot == std::string::npos) return {setting, ""};
  auto module = setting.substr(0, dot);
  if (language == Language::python) std::ranges::replace(module, '.', '/');
  return {module, setting.substr(dot + 1)};
}

// Says where the compiled module is, if it is in one of the folders that compilers write to.
Error typescript_error(const std::string& setting, const HostPath& code, const std::string& module,
                       const std::string& ending, const std::string& function) {
  auto below = module;
  if (below.starts_with("src/")) below.erase(0, 4);
  auto compiled = "dist/" + below;
  for (const auto* folder : {"dist/", "build/", "out/", "lib/"})
    for (const auto& name : {folder + below, folder + module})
      if (existing(code, name, Language::nodejs)) compiled = name;
  return Error("bundle", setting, module + ending + " is TypeScript, and Lambda runs JavaScript",
               format("compile it, and name the result: `lbundle init --handler {}.{}`; `command` of [stage] "
                      "can compile it in every build",
                      compiled, function));
}

}  // namespace

bool is_beside_the_function(const BundlePath& path) {
  static const std::set<std::string, std::less<>> folders = {
      "tests",        "test",     "__tests__",  "spec",           "specs",     "e2e",     "examples",
      "example",      "docs",     "doc",        "scripts",        "script",    ".github", ".circleci",
      ".gitlab",      "ci",       "infra",      "infrastructure", "terraform", "cdk",     "benchmarks",
      "node_modules", "coverage", "migrations", "notebooks"};
  const auto& text = path.bytes();
  for (std::size_t at = 0, slash = text.find('/'); slash != std::string::npos;
       at = slash + 1, slash = text.find('/', at))
    if (folders.contains(text.substr(at, slash - at))) return true;
  const auto name = path.name();
  return name.starts_with("test_") || name.ends_with("_test.py") || name == "conftest.py" ||
         name == "setup.py" || name == "noxfile.py" || name.find(".test.") != std::string_view::npos ||
         name.find(".spec.") != std::string_view::npos || name.find(".config.") != std::string_view::npos;
}

std::optional<Language> language_of(const std::string& setting, const HostPath& code) {
  for (const auto language : {Language::python, Language::nodejs})
    if (existing(code, parts_of_handler(setting, language).first, language)) return language;
  return std::nullopt;
}

Handler named_handler(const Text& setting, const HostPath& code, Language language) {
  const auto [module, function] = parts_of_handler(setting.value, language);
  if (const auto file = existing(code, module, language); file && !function.empty())
    return {setting, code, *file, function, language};
  boost::system::error_code ignored;
  std::string places;
  const auto add = [&](const auto& endings) {
    for (const auto* ending : endings) places += format("  {}\n", (code / (module + ending)).string());
  };
  if (language == Language::python) {
    add(python_endings);
  } else {
    for (const auto* ending : {".ts", ".mts", ".tsx"})
      if (fs::exists(code / (module + ending), ignored))
        throw typescript_error(setting.value, code, module, ending, function);
    add(script_endings);
  }
  throw Error("find the handler", setting.value,
              format("{} names it, and its module is not there", setting.from),
              "correct it there, or say it: `lbundle init --handler FILE.FUNCTION`")
      .with_detail("looked at:\n" + places);
}

bool has_likely_handler(const OwnFiles& files, std::optional<Language> language, CodeReader& reader) {
  return !candidates_in(files, language, reader).empty();
}

Handler likely_handler(const HostPath& folder, const OwnFiles& files, std::optional<Language> language,
                       CodeReader& reader) {
  const auto candidates = candidates_in(files, language, reader);
  if (candidates.empty()) throw none_found(folder, files);
  const auto& best = candidates.front();
  if (candidates.size() > 1 && candidates[1].score == best.score) {
    std::string lines;
    for (const auto& each : candidates)
      if (each.score == best.score) lines += description_of(each);
    throw Error("choose a handler in", folder.string(), "these functions are equally likely", way_out)
        .with_detail(lines)
        .with_status(ExitStatus::wrong_usage);
  }
  const auto found = is_python(best.file) ? Language::python : Language::nodejs;
  const auto code = found == Language::python ? import_root(best.file, folder, reader.of(best.file)) : folder;
  const Text setting{module_text(best.file, code, found) + "." + best.function.name,
                     format("found in {}, line {}", best.path.bytes(), best.function.line)};
  // A source of TypeScript is reported as for a handler that a description names.
  return named_handler(setting, code, found);
}

}  // namespace lbundle::init
