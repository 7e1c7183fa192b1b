// Reads the sources of a CDK application as text, because only what is literal is used. Source: AWS CDK API
// reference, aws-lambda Function, and the modules aws-lambda-python-alpha and aws-lambda-nodejs.
#include <algorithm>
#include <regex>

#include "init/descriptions.hpp"
#include "init/literals.hpp"
#include "init/source_facts.hpp"
#include "model/text.hpp"
#include "os/bytes.hpp"

namespace lbundle::init {

namespace {

struct CdkCall {
  std::string kind;  // "Function", "PythonFunction", "NodejsFunction", "DockerImageFunction"
  std::string id, text, place;
};

std::vector<CdkCall> cdk_calls(const std::string& text, const std::string& file) {
  static const std::regex head(
      R"re(\b((?:Python|Nodejs|DockerImage)?Function)\s*\(\s*(?:self|this|scope|stack)\s*,\s*(?:id\s*=\s*)?f?["']([\w-]+)["'])re");
  std::vector<CdkCall> calls;
  for (std::sregex_iterator at(text.begin(), text.end(), head), end; at != end; ++at) {
    const auto begin = static_cast<std::size_t>(at->position());
    calls.push_back({(*at)[1], (*at)[2], std::string(inside_brackets(text, text.find('(', begin))),
                     format("{}, line {}", file, line_of(text, begin))});
  }
  return calls;
}

// "python3.12" of "Runtime.PYTHON_3_12", "nodejs22.x" of "Runtime.NODEJS_22_X".
std::optional<std::string> runtime_in(const std::string& text) {
  static const std::regex python(R"(Runtime\.PYTHON_(\d+)_(\d+))"), node(R"(Runtime\.NODEJS_(\d+)_X)"),
      provided(R"(Runtime\.PROVIDED_(AL2(?:023)?))");
  std::smatch match;
  if (std::regex_search(text, match, python)) return format("python{}.{}", match[1].str(), match[2].str());
  if (std::regex_search(text, match, node)) return format("nodejs{}.x", match[1].str());
  if (std::regex_search(text, match, provided)) return match[1] == "AL2" ? "provided.al2" : "provided.al2023";
  return std::nullopt;
}

void add_cdk_environment(const CdkCall& call, Described& found) {
  static const std::regex head(R"(\benvironment\s*[=:]\s*\{)"),
      entry(R"re(["']?(\w+)["']?\s*:\s*(?:["']([^"'\n]*)["']|([^\n,}]+)))re");
  std::smatch match;
  if (!std::regex_search(call.text, match, head)) return;
  const std::string body(
      inside_brackets(call.text, static_cast<std::size_t>(match.position() + match.length() - 1)));
  for (std::sregex_iterator at(body.begin(), body.end(), entry), end; at != end; ++at) {
    Variable variable{(*at)[1], std::nullopt, call.place, {}, true};
    if ((*at)[2].matched) {
      variable.value = (*at)[2].str();
    } else {
      variable.why_none = std::string(trimmed((*at)[3].str()));
    }
    set_variable(found.environment, std::move(variable));
  }
}

std::optional<Text> cdk_fact(const CdkCall& call, const std::string& key) {
  const auto text = literal_after(call.text, key);
  return text ? std::optional(Text{*text, call.place}) : std::nullopt;
}

// PythonFunction and NodejsFunction: entry, index and handler in place of code and handler.
void take_entry(const CdkCall& call, const HostPath& folder, Described& found) {
  const auto entry = literal_after(call.text, "entry");
  if (!entry) return;
  const auto path = without_slash((folder / *entry).lexically_normal());
  const auto function = literal_after(call.text, "handler").value_or("handler");
  if (call.kind == "NodejsFunction") {
    found.code = folder;
    found.handler = Text{shown(path, folder), call.place};
    found.handler->value = found.handler->value.substr(0, found.handler->value.rfind('.')) + "." + function;
    return;
  }
  auto index = literal_after(call.text, "index").value_or("index.py");
  index = index.substr(0, index.rfind(".py"));
  std::ranges::replace(index, '/', '.');
  found.code = path;
  found.handler = Text{index + "." + function, call.place};
}

Described described_by(const CdkCall& call, const HostPath& folder) {
  Described found;
  found.name = call.id;
  found.from = call.place + ", " + call.id;
  found.code = folder;
  found.handler = cdk_fact(call, "handler");
  if (const auto runtime = runtime_in(call.text)) found.runtime = Text{*runtime, call.place};
  static const std::regex arm(R"(Architecture\.ARM_64)"),
      asset(R"re((?:from_asset|fromAsset)\(\s*["']([^"'\n]+)["'])re"),
      seconds(R"(Duration\.(seconds|minutes)\(\s*(\d{1,4})\s*\))");
  std::smatch match;
  if (std::regex_search(call.text, arm)) found.architecture = Text{"arm64", call.place};
  if (std::regex_search(call.text, match, asset))
    found.code = without_slash((folder / match[1].str()).lexically_normal());
  if (std::regex_search(call.text, match, seconds))
    found.timeout = {std::stoi(match[2]) * (match[1] == "minutes" ? 60 : 1), call.place};
  for (const auto* key : {"memory_size", "memorySize"})
    if (const auto number = number_after(call.text, key)) found.memory = {*number, call.place};
  add_cdk_environment(call, found);
  if (call.kind == "PythonFunction" || call.kind == "NodejsFunction") take_entry(call, folder, found);
  return found;
}

}  // namespace

std::vector<Described> read_cdk(const HostPath& folder, const OwnFiles& files) {
  std::vector<Described> found;
  boost::system::error_code ignored;
  for (const auto& [path, file] : files) {
    if (!is_python(file) && !is_javascript(file)) continue;
    const auto text = read_text_file(file);
    if (text.find("aws_cdk") == std::string::npos && text.find("aws-cdk-lib") == std::string::npos) continue;
    for (const auto& call : cdk_calls(text, path.bytes())) {
      auto function = described_by(call, folder);
      if (fs::is_directory(function.code, ignored)) found.push_back(std::move(function));
    }
  }
  return found;
}

}  // namespace lbundle::init
