#include "init/runtime_choice.hpp"

#include <algorithm>
#include <regex>

#include "json/json.hpp"
#include "model/error.hpp"
#include "model/suggestion.hpp"
#include "model/text.hpp"
#include "os/bytes.hpp"
#include "project/other_runtimes.hpp"
#include "project/toml_document.hpp"
#include "project/version_specifier.hpp"

namespace lbundle::init {

namespace {

std::optional<std::string> first_match(const std::string& text, const char* pattern) {
  std::smatch found;
  if (!std::regex_search(text, found, std::regex(pattern))) return std::nullopt;
  return found[1].str();
}

std::optional<std::string> text_of(const HostPath& file) {
  boost::system::error_code ignored;
  return fs::is_regular_file(file, ignored) ? std::optional(read_text_file(file)) : std::nullopt;
}

const TomlNode* toml_at(const TomlNode& root, std::initializer_list<std::string_view> keys) {
  const auto* at = &root;
  for (const auto key : keys) {
    const auto found = std::ranges::find(at->entries, key, &TomlEntry::key);
    if (found == at->entries.end()) return nullptr;
    at = &found->value;
  }
  return at;
}

// A range of poetry ("^3.11", "~3.11", "*") or of npm (">=20 <23", "20.x", "^22") as a specifier of PEP 440.
std::string as_specifier(std::string range) {
  if (range.find("||") != std::string::npos) range = range.substr(range.rfind("||") + 2);
  range = std::regex_replace(range, std::regex(R"(\^v?(\d+)\S*)"), ">=$1,==$1.*");
  range = std::regex_replace(range, std::regex(R"((?:^|[\s,])~v?(\d+\.\d+|\d+)(?![\w=]))"), "==$1.*");
  range = std::regex_replace(range, std::regex(R"((^|[\s,])v?(\d+)(?:\.x|\.\*)*\s*$)"), "$1==$2.*");
  range = std::regex_replace(range, std::regex(R"(([<>=!~]+)\s+)"), "$1");
  range = std::regex_replace(range, std::regex(R"((\d|\*)\s+(?=[<>=!~]))"), "$1,");
  return std::string(trimmed(range));
}

// Of the language's runtimes whose version satisfies `range`: this machine's, or else the recommended one, or
// else the newest that is supported.
std::optional<std::string> runtime_within(const std::string& range, Language language,
                                          const std::vector<std::string>& preferred) {
  const auto specifier = as_specifier(range);
  if (!is_version_specifier(specifier)) return std::nullopt;
  const auto fits = [&](const Runtime& runtime) {
    // A range such as ">=3.11.4" is about a release of the runtime's version.
    return version_matches(runtime.version, specifier) || version_matches(runtime.version + ".99", specifier);
  };
  for (const auto& name : preferred)
    if (const auto* runtime = find_runtime(name); runtime != nullptr && fits(*runtime)) return name;
  std::optional<std::string> newest;
  std::string version;
  for (const auto& runtime : known_runtimes()) {
    if (runtime.language != language || runtime.deprecated.empty() || !fits(runtime)) continue;
    if (newest && compare_versions(runtime.version, version) < 0) continue;
    newest = runtime.name;
    version = runtime.version;
  }
  return newest;
}

std::string recommended(Language language) {
  const std::string prefix = language == Language::python ? "python" : "nodejs";
  for (const auto& other : other_runtimes())
    if (other.move_to.starts_with(prefix)) return other.move_to;
  return "";
}

class RuntimeSearch {
 public:
  RuntimeSearch(Language language, const HostPath& folder, const std::optional<Interpreter>& python)
      : language_(language), folder_(folder) {
    if (python && language == Language::python) {
      const auto name = "python" + first_match(python->version, R"(^(\d+\.\d+))").value_or("");
      if (find_runtime(name) != nullptr) machines_ = name;
    }
    if (!machines_.empty()) preferred_.push_back(machines_);
    preferred_.push_back(recommended(language));
  }

  std::optional<Text> in(const HostPath& at) const {
    return language_ == Language::python ? python_in(at) : node_in(at);
  }

  Text otherwise() const {
    if (!machines_.empty()) return {machines_, "this machine's Python; no file here names a runtime"};
    return {recommended(language_), "AWS recommends it; no file here names a runtime"};
  }

 private:
  std::optional<Text> exact(const HostPath& file, const char* pattern, const std::string& end) const {
    const auto text = text_of(file);
    const auto version = text ? first_match(*text, pattern) : std::nullopt;
    if (!version) return std::nullopt;
    return Text{(language_ == Language::python ? "python" : "nodejs") + *version + end, shown(file, folder_)};
  }

  std::optional<Text> within(const std::string& range, const std::string& from) const {
    const auto name = runtime_within(range, language_, preferred_);
    return name ? std::optional(Text{*name, from}) : std::nullopt;
  }

  std::optional<Text> python_in(const HostPath& at) const {
    if (auto found = exact(at / ".python-version", R"((?:^|\n)\s*(?:cpython-?)?(3\.\d+))", "")) return found;
    if (auto found = exact(at / ".tool-versions", R"((?:^|\n)\s*python\s+(3\.\d+))", "")) return found;
    if (auto found = exact(at / "runtime.txt", R"(python-?(3\.\d+))", "")) return found;
    if (auto found = exact(at / "Pipfile", R"re(python_version\s*=\s*"(3\.\d+)")re", "")) return found;
    const auto file = at / "pyproject.toml";
    const auto text = text_of(file);
    if (!text) return std::nullopt;
    const auto name = shown(file, folder_);
    const TomlDocument document(name, *text);
    if (const auto* node = toml_at(document.root(), {"project", "requires-python"}))
      return within(node->text, format("{}, requires-python = \"{}\"", name, node->text));
    if (const auto* node = toml_at(document.root(), {"tool", "poetry", "dependencies", "python"}))
      return within(node->text, format("{}, python = \"{}\"", name, node->text));
    return std::nullopt;
  }

  std::optional<Text> node_in(const HostPath& at) const {
    if (auto found = exact(at / ".nvmrc", R"(^\s*v?(\d+))", ".x")) return found;
    if (auto found = exact(at / ".node-version", R"(^\s*v?(\d+))", ".x")) return found;
    if (auto found = exact(at / ".tool-versions", R"((?:^|\n)\s*nodejs\s+(\d+))", ".x")) return found;
    const auto file = at / "package.json";
    const auto text = text_of(file);
    if (!text) return std::nullopt;
    const auto name = shown(file, folder_);
    const auto package = parse_json(*text, name);
    if (!package.is_object() || !package.contains("engines") || !package["engines"].is_object())
      return std::nullopt;
    const auto range = package["engines"].value("node", "");
    return range.empty() ? std::nullopt : within(range, format("{}, engines.node = \"{}\"", name, range));
  }

  const Language language_;
  const HostPath folder_;
  std::string machines_;  // the runtime of this machine's Python
  std::vector<std::string> preferred_;
};

// Throws Error unless lbundle knows the runtime.
void require_known(const Text& runtime) {
  if (find_runtime(runtime.value) != nullptr) return;
  if (const auto refusal = refusal_of_runtime(runtime.value, "the function"))
    throw Error("bundle for", runtime.value, format("{} ({})", refusal->cause, runtime.from), refusal->hint);
  std::vector<std::string_view> names;
  for (const auto& known : known_runtimes()) names.emplace_back(known.name);
  const auto near = nearest_name(runtime.value, names);
  throw Error("bundle for", runtime.value, format("Lambda has no runtime of that name ({})", runtime.from),
              near.empty() ? "say which: `lbundle init --runtime NAME`"
                           : format("`lbundle init --runtime {}` if that is meant", near));
}

}  // namespace

std::string newest_provided() {
  // No two of them differ in their version; the one with the latest end of support is the newest.
  const Runtime* newest = nullptr;
  for (const auto& runtime : known_runtimes())
    if (runtime.language == Language::provided &&
        (newest == nullptr || newest->deprecated < runtime.deprecated))
      newest = &runtime;
  return newest == nullptr ? "" : newest->name;
}

Text choose_runtime(const std::optional<Text>& described, Language language,
                    const std::vector<HostPath>& folders, const HostPath& folder,
                    const std::optional<Interpreter>& python) {
  if (described) {
    require_known(*described);
    return *described;
  }
  const RuntimeSearch search(language, folder, python);
  for (const auto& at : folders) {
    const auto found = search.in(at);
    if (!found) continue;
    require_known(*found);
    return *found;
  }
  return search.otherwise();
}

}  // namespace lbundle::init
