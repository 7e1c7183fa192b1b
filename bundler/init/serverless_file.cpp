// Reads serverless.yml. Source: the Serverless Framework's documentation, "Serverless.yml Reference" for AWS.
#include <map>
#include <regex>
#include <sstream>

#include "init/descriptions.hpp"
#include "init/literals.hpp"
#include "init/yaml_document.hpp"
#include "model/text.hpp"

namespace lbundle::init {

namespace {

const std::map<std::string, Trigger>& serverless_triggers() {
  static const std::map<std::string, Trigger> triggers = {{"http", Trigger::api_v1},
                                                          {"httpApi", Trigger::api_v2},
                                                          {"alb", Trigger::alb},
                                                          {"s3", Trigger::s3},
                                                          {"sqs", Trigger::sqs},
                                                          {"sns", Trigger::sns},
                                                          {"stream", Trigger::kinesis},
                                                          {"eventBridge", Trigger::event_bridge},
                                                          {"cloudwatchEvent", Trigger::event_bridge},
                                                          {"schedule", Trigger::schedule}};
  return triggers;
}

class ServerlessReader {
 public:
  ServerlessReader(HostPath folder, std::string name, const YamlNode& root)
      : folder_(std::move(folder)), name_(std::move(name)), root_(root), provider_(root["provider"]) {}

  std::vector<Described> functions() const {
    std::vector<Described> found;
    for (const auto& [id, function] : root_["functions"].entries) found.push_back(one(id, function));
    return found;
  }

 private:
  Described one(const std::string& id, const YamlNode& own) const {
    Described found;
    const auto part = "functions." + id;
    found.name = id;
    found.from = place(part);
    found.code = folder_;
    found.handler = fact(own["handler"], part);
    found.runtime = either(own["runtime"], provider_["runtime"], part);
    found.architecture = either(own["architecture"], provider_["architecture"], part);
    found.region = fact(provider_["region"], "provider");
    if (const auto memory = either(own["memorySize"], provider_["memorySize"], part))
      found.memory = number_in(*memory);
    if (const auto timeout = either(own["timeout"], provider_["timeout"], part))
      found.timeout = number_in(*timeout);
    for (const auto& [name, value] : provider_["environment"].entries)
      set_variable(found.environment, variable(name, value, "provider"));
    for (const auto& [name, value] : own["environment"].entries)
      set_variable(found.environment, variable(name, value, part));
    const auto& layers = own["layers"].is_there() ? own["layers"] : provider_["layers"];
    for (const auto& layer : layers.items) found.layers.push_back(layer_of(layer, part));
    for (const auto* package : {&root_["package"], &own["package"]})
      for (const auto& pattern : (*package)["patterns"].items)
        if (const auto text = literal(pattern))
          found.patterns.push_back({*text, place(format("package.patterns, line {}", pattern.line))});
    found.start = start_of(own, part);
    return found;
  }

  std::string place(const std::string& part) const { return name_ + ", " + part; }

  // The text, if it is literal, has a literal default (${opt:stage, 'dev'}), or names another literal of this
  // file (${self:custom.table}).
  std::optional<std::string> literal(const YamlNode& node, int depth = 0) const {
    if (node.kind != YamlNode::Kind::text || !node.tag.empty()) return std::nullopt;
    if (node.text.find("${") == std::string::npos) return node.text;
    static const std::regex with_default(R"re(\$\{[^{},]+,\s*(?:'([^']*)'|"([^"]*)"|([\w.-]+))\s*\})re"),
        self(R"(\$\{self:([\w.-]+)\})");
    std::smatch found;
    if (std::regex_match(node.text, found, with_default))
      return found[1].matched ? found[1] : found[2].matched ? found[2] : found[3];
    if (depth == 5 || !std::regex_match(node.text, found, self)) return std::nullopt;
    const auto* at = &root_;
    std::istringstream keys(found[1]);
    for (std::string key; std::getline(keys, key, '.');) at = &(*at)[key];
    return literal(*at, depth + 1);
  }

  std::optional<Text> fact(const YamlNode& node, const std::string& part) const {
    const auto text = literal(node);
    return text ? std::optional(Text{*text, place(part)}) : std::nullopt;
  }

  std::optional<Text> either(const YamlNode& own, const YamlNode& provided, const std::string& part) const {
    return own.is_there() ? fact(own, part) : fact(provided, "provider");
  }

  Variable variable(const std::string& name, const YamlNode& value, const std::string& part) const {
    Variable found{name, literal(value), place(part), {}, true};
    if (!found.value) found.why_none = (value.text.empty() ? "a table" : value.text);
    return found;
  }

  NamedLayer layer_of(const YamlNode& node, const std::string& part) const {
    // {Ref: CommonLambdaLayer} is the layer "common" of this file.
    const auto text = node.text.empty() ? node["Ref"].text : node.text;
    NamedLayer layer{text, {}, place(part)};
    for (const auto& [name, own] : root_["layers"].entries) {
      auto reference = name + "LambdaLayer";
      reference[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(reference[0])));
      if (reference == text && own["path"].is_there())
        layer.path = without_slash((folder_ / own["path"].text).lexically_normal());
    }
    return layer;
  }

  std::optional<Fact<Start>> start_of(const YamlNode& own, const std::string& part) const {
    for (const auto& event : own["events"].items) {
      if (event.entries.empty()) continue;
      const auto& [type, value] = event.entries.front();
      const auto known = serverless_triggers().find(type);
      if (known == serverless_triggers().end()) continue;
      Start start{known->second, value["method"].text, value["path"].text};
      // The short form: "GET /orders".
      if (const auto blank = value.text.find(' '); blank != std::string::npos) {
        start.method = value.text.substr(0, blank);
        start.path = value.text.substr(blank + 1);
      }
      if (type == "stream" &&
          (value["type"].text == "dynamodb" || value.text.find(":dynamodb:") != std::string::npos))
        start.trigger = Trigger::dynamodb;
      return Fact<Start>{start, place(part)};
    }
    if (own["url"].is_there() && own["url"].text != "false")
      return Fact<Start>{{Trigger::api_v2, "", ""}, place(part)};
    return std::nullopt;
  }

  const HostPath folder_;
  const std::string name_;
  const YamlNode& root_;
  const YamlNode& provider_;
};

}  // namespace

std::vector<Described> read_serverless(const HostPath& folder) {
  for (const auto* name : {"serverless.yml", "serverless.yaml"}) {
    boost::system::error_code ignored;
    if (!fs::is_regular_file(folder / name, ignored)) continue;
    const auto root = read_yaml(folder / name, name);
    return ServerlessReader(folder, name, root).functions();
  }
  return {};
}

}  // namespace lbundle::init
