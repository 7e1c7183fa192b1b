#include "package/handler_text.hpp"

#include <algorithm>
#include <array>

#include "json/json.hpp"
#include "model/error.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

constexpr std::size_t most_package_json = 1U << 20;

bool is_word_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

template <std::size_t count>
bool mentions_any(std::string_view text, const std::array<std::string_view, count>& parts) {
  return std::ranges::any_of(parts, [&](auto part) { return text.find(part) != std::string_view::npos; });
}

Finding no_function(Severity severity, const BundlePath& path, const std::string& function) {
  return {severity, "handler-function", path.bytes(), format("it never mentions '{}'", function),
          "name the function that the module defines in the Handler setting, or define it"};
}

// JavaScript as a kind of module.
enum class Syntax { unknown, commonjs, module };

// The lines of a script without block comments, in which a line may begin with anything.
std::string without_block_comments(const std::string& text) {
  std::string rest;
  for (std::size_t at = 0; at < text.size();) {
    const auto begin = std::min(text.find("/*", at), text.size());
    rest.append(text, at, begin - at);
    const auto end = text.find("*/", begin);
    if (begin == text.size() || end == std::string::npos) break;
    at = end + 2;
  }
  return rest;
}

std::string_view first_word(std::string_view line) {
  const auto end = std::ranges::find_if_not(line, is_word_letter) - line.begin();
  return line.substr(0, static_cast<std::size_t>(end));
}

// True for a line that only an ES module can have: an export, or an import that is no call.
bool is_module_line(std::string_view line) {
  const auto word = first_word(line);
  const auto rest = trimmed(line.substr(word.size()));
  if (rest.empty()) return false;
  if (word == "export") return rest[0] == '{' || rest[0] == '*' || is_word_letter(rest[0]);
  return word == "import" && rest[0] != '(' && rest[0] != '.' && rest[0] != '=';
}

Syntax syntax_of(const std::string& text) {
  const auto code = without_block_comments(text);
  bool commonjs = false;
  for (std::size_t at = 0; at < code.size();) {
    const auto end = std::min(code.find('\n', at), code.size());
    const auto line = trimmed(std::string_view(code).substr(at, end - at));
    if (is_module_line(line)) return Syntax::module;
    commonjs |= line.starts_with("exports.") || line.starts_with("module.exports");
    at = end + 1;
  }
  return commonjs ? Syntax::commonjs : Syntax::unknown;
}

// The "type" of the nearest package.json at or above the file's folder; empty if it has none. Node.js stops
// at a folder named node_modules.
std::string package_type(const BundlePath& file, const PackageFiles& package) {
  for (auto folder = file.parent();; folder = folder.parent()) {
    const auto text = package.small_text(folder / "package.json", most_package_json);
    if (!text.empty()) {
      try {
        const auto json = parse_json(text, "package.json");
        const auto type = json.find("type");
        return type != json.end() && type->is_string() ? type->get<std::string>() : std::string();
      } catch (const Error&) {
        return {};
      }
    }
    if (folder.is_root() || folder.name() == "node_modules") return {};
  }
}

}  // namespace

bool mentions_word(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const auto end = at + word.size();
    const bool begins = at == 0 || !is_word_letter(text[at - 1]);
    if (begins && (end == text.size() || !is_word_letter(text[end]))) return true;
  }
  return false;
}

Findings judge_python_text(const BundlePath& path, const std::string& text, const std::string& function) {
  static constexpr std::array<std::string_view, 7> other_ways{"import *", "globals(", "setattr(",   "exec(",
                                                              "vars(",    "locals(",  "__getattr__"};
  if (path.extension() != ".py" || mentions_word(text, function) || mentions_any(text, other_ways)) return {};
  return {no_function(Severity::error, path, function)};
}

Findings judge_node_syntax(const BundlePath& path, const std::string& text, const PackageFiles& package,
                           const Runtime& runtime) {
  const auto ending = path.extension();
  const auto syntax = syntax_of(text);
  const bool by_type = ending == ".js";
  const auto type = by_type ? package_type(path, package) : std::string();
  const bool as_module = ending == ".mjs" || type == "module";
  const auto error = [&](const char* message, const char* hint) {
    return Findings{{Severity::error, "handler-syntax", path.bytes(), message, hint}};
  };
  if (syntax == Syntax::commonjs && as_module) {
    return error("it is CommonJS, and Node.js reads it as an ES module: `exports is not defined`",
                 "rename it to .cjs, or write `export` in place of `exports`");
  }
  if (syntax != Syntax::module || as_module) return {};
  if (ending == ".cjs" || type == "commonjs" || (by_type && !runtime.detects_modules)) {
    return error(
        "it is an ES module, and Node.js reads it as CommonJS: `Unexpected token 'export'`, or `Cannot use "
        "import statement`",
        "rename it to .mjs, or put `\"type\": \"module\"` into the zip's package.json");
  }
  return {};
}

Findings judge_node_text(const BundlePath& path, const std::string& text, const std::string& function,
                         const PackageFiles& package, const Runtime& runtime) {
  static constexpr std::array<std::string_view, 3> other_ways{"module.exports", "export *", "Object.assign"};
  const auto ending = path.extension();
  if (ending != ".js" && ending != ".mjs" && ending != ".cjs") return {};
  auto findings = judge_node_syntax(path, text, package, runtime);
  const auto name = function.substr(0, function.find('.'));
  if (!mentions_word(text, name) && !mentions_any(text, other_ways))
    findings.push_back(no_function(Severity::warning, path, name));
  return findings;
}

}  // namespace lbundle
