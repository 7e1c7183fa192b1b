// Reads AWS SAM and CloudFormation. Source: AWS SAM developer guide, AWS::Serverless::Function and Globals;
// AWS CloudFormation user guide, AWS::Lambda::Function.
#include <charconv>
#include <map>

#include "init/descriptions.hpp"
#include "init/literals.hpp"
#include "init/yaml_document.hpp"
#include "model/text.hpp"
#include "os/bytes.hpp"
#include "project/toml_document.hpp"

namespace lbundle::init {

namespace {

constexpr const char* sam_function = "AWS::Serverless::Function";
constexpr const char* plain_function = "AWS::Lambda::Function";

// What starts a function, by the type in Events.
const std::map<std::string, Trigger>& sam_triggers() {
  static const std::map<std::string, Trigger> triggers = {{"Api", Trigger::api_v1},
                                                          {"HttpApi", Trigger::api_v2},
                                                          {"S3", Trigger::s3},
                                                          {"SQS", Trigger::sqs},
                                                          {"SNS", Trigger::sns},
                                                          {"EventBridgeRule", Trigger::event_bridge},
                                                          {"CloudWatchEvent", Trigger::event_bridge},
                                                          {"Schedule", Trigger::schedule},
                                                          {"ScheduleV2", Trigger::schedule},
                                                          {"DynamoDB", Trigger::dynamodb},
                                                          {"Kinesis", Trigger::kinesis}};
  return triggers;
}

class TemplateReader {
 public:
  TemplateReader(HostPath folder, std::string name, const YamlNode& root)
      : folder_(std::move(folder)),
        name_(std::move(name)),
        root_(root),
        globals_(root["Globals"]["Function"]) {}

  std::vector<Described> functions() const {
    std::vector<Described> found;
    for (const auto& [id, resource] : root_["Resources"].entries) {
      const auto& type = resource["Type"].text;
      if (type == sam_function || type == plain_function) found.push_back(function(id, resource));
    }
    return found;
  }

 private:
  Described function(const std::string& id, const YamlNode& resource) const {
    const auto& own = resource["Properties"];
    const bool is_sam = resource["Type"].text == sam_function;
    // The globals of a template are for SAM's functions alone.
    static const YamlNode nothing;
    const auto& globals = is_sam ? globals_ : nothing;
    Described found;
    found.name = id;
    found.from = place(id);
    found.code = code_of(own[is_sam ? "CodeUri" : "Code"], globals["CodeUri"], found.notes);
    found.handler = fact(own["Handler"], globals["Handler"], id);
    found.runtime = fact(own["Runtime"], globals["Runtime"], id);
    const auto& architectures =
        own["Architectures"].is_there() ? own["Architectures"] : globals["Architectures"];
    if (!architectures.items.empty()) found.architecture = fact(architectures.items.front(), {}, id);
    found.memory = number(own["MemorySize"], globals["MemorySize"], id);
    found.timeout = number(own["Timeout"], globals["Timeout"], id);
    for (const auto* table : {&globals["Environment"]["Variables"], &own["Environment"]["Variables"]})
      for (const auto& [name, value] : table->entries)
        set_variable(found.environment,
                     variable(name, value, table == &own["Environment"]["Variables"] ? id : "Globals"));
    for (const auto* layers : {&globals["Layers"], &own["Layers"]})
      for (const auto& layer : layers->items) found.layers.push_back(layer_of(layer, id));
    found.start = start_of(own, id);
    if (own["InlineCode"].is_there() || own["Code"]["ZipFile"].is_there())
      found.notes.push_back(format("the code of {} is inside {}: put it into a file", id, name_));
    const auto& image = own["PackageType"].is_there() ? own["PackageType"] : globals["PackageType"];
    if (image.text == "Image") take_image(resource["Metadata"], own["ImageConfig"]["Command"], found);
    return found;
  }

  // A function that is deployed as an image: its Dockerfile says the rest.
  void take_image(const YamlNode& metadata, const YamlNode& command, Described& found) const {
    const auto context = folder_ / metadata["DockerContext"].text;
    const auto& file = metadata["Dockerfile"].text;
    const auto images = read_dockerfile((context / (file.empty() ? "Dockerfile" : file)).lexically_normal(),
                                        context.lexically_normal(), folder_);
    if (!images.empty()) {
      const auto& image = images.front();
      found.code = image.code;
      found.copies = image.copies;
      found.runtime = image.runtime;
      found.requirements = image.requirements;
      found.extras = image.extras;
      found.groups = image.groups;
      if (!found.handler) found.handler = image.handler;
    }
    if (!command.items.empty()) found.handler = fact(command.items.front(), {}, found.name);
  }

  std::string place(const std::string& part) const { return name_ + ", " + part; }

  // The text of a literal, or of what a parameter has as its default.
  std::optional<std::string> literal(const YamlNode& node) const {
    if (node.kind == YamlNode::Kind::table) return default_of(node["Ref"].text);
    if (node.kind != YamlNode::Kind::text) return std::nullopt;
    if (node.tag.empty()) return node.text;
    if (node.tag == "!Ref") return default_of(node.text);
    if (node.tag == "!Sub" && node.text.find("${") == std::string::npos) return node.text;
    return std::nullopt;
  }

  std::optional<std::string> default_of(const std::string& parameter) const {
    const auto& value = root_["Parameters"][parameter]["Default"];
    if (parameter.empty() || value.kind != YamlNode::Kind::text) return std::nullopt;
    return value.text;
  }

  std::optional<Text> fact(const YamlNode& own, const YamlNode& global, const std::string& id) const {
    if (const auto text = literal(own)) return Text{*text, place(id)};
    if (own.is_there()) return std::nullopt;
    if (const auto text = literal(global)) return Text{*text, place("Globals")};
    return std::nullopt;
  }

  std::optional<Fact<int>> number(const YamlNode& own, const YamlNode& global, const std::string& id) const {
    const auto text = fact(own, global, id);
    return text ? number_in(*text) : std::nullopt;
  }

  Variable variable(const std::string& name, const YamlNode& value, const std::string& part) const {
    Variable found{name, literal(value), place(part), {}, true};
    if (!found.value) found.why_none = source_text(value);
    return found;
  }

  // A value that is not literal, as the file has it: "!Ref Table".
  static std::string source_text(const YamlNode& node) {
    if (node.kind == YamlNode::Kind::text) return node.tag + " " + node.text;
    if (!node.tag.empty()) return node.tag + " …";
    return node.entries.empty() ? "…" : node.entries.front().first + " …";
  }

  HostPath code_of(const YamlNode& own, const YamlNode& global, std::vector<std::string>& notes) const {
    const auto& node = own.is_there() ? own : global;
    const auto text = literal(node);
    if (!text || text->find("://") != std::string::npos) return folder_;
    const auto path = (folder_ / *text).lexically_normal();
    boost::system::error_code ignored;
    if (fs::is_directory(path, ignored)) return without_slash(path);
    notes.push_back(format("{} names the code {}, and it is no folder here", name_, *text));
    return folder_;
  }

  NamedLayer layer_of(const YamlNode& node, const std::string& id) const {
    NamedLayer layer{node.text, {}, place(id)};
    const auto& name = node.tag == "!Ref" ? node.text : node["Ref"].text;
    if (!name.empty()) layer.text = name;
    const auto& content = root_["Resources"][name]["Properties"]["ContentUri"];
    if (const auto path = literal(content); path && content.is_there())
      layer.path = without_slash((folder_ / *path).lexically_normal());
    if (layer.text.empty()) layer.text = source_text(node);
    return layer;
  }

  std::optional<Fact<Start>> start_of(const YamlNode& own, const std::string& id) const {
    for (const auto& [name, event] : own["Events"].entries) {
      const auto known = sam_triggers().find(event["Type"].text);
      if (known == sam_triggers().end()) continue;
      const auto& properties = event["Properties"];
      return Fact<Start>{{known->second, literal(properties["Method"]).value_or(""),
                          literal(properties["Path"]).value_or("")},
                         place(id + ", " + name)};
    }
    if (own["FunctionUrlConfig"].is_there()) return Fact<Start>{{Trigger::api_v2, "", ""}, place(id)};
    return std::nullopt;
  }

  const HostPath folder_;
  const std::string name_;
  const YamlNode& root_;
  const YamlNode& globals_;
};

const TomlNode* toml_entry(const TomlNode& table, std::string_view key) {
  for (const auto& entry : table.entries)
    if (entry.key == key) return &entry.value;
  return nullptr;
}

// The region of samconfig.toml: that of the environment "default", of any command.
std::optional<Text> region_of_samconfig(const HostPath& folder) {
  boost::system::error_code ignored;
  const auto file = folder / "samconfig.toml";
  if (!fs::is_regular_file(file, ignored)) return std::nullopt;
  const TomlDocument document("samconfig.toml", read_text_file(file));
  const auto* environment = toml_entry(document.root(), "default");
  if (environment == nullptr) return std::nullopt;
  for (const auto& command : environment->entries) {
    const auto* parameters = toml_entry(command.value, "parameters");
    const auto* region = parameters == nullptr ? nullptr : toml_entry(*parameters, "region");
    if (region != nullptr && region->kind == TomlNode::Kind::text)
      return Text{region->text, "samconfig.toml"};
  }
  return std::nullopt;
}

}  // namespace

std::vector<Described> read_template(const HostPath& folder) {
  for (const auto* name : {"template.yaml", "template.yml", "template.json"}) {
    boost::system::error_code ignored;
    if (!fs::is_regular_file(folder / name, ignored)) continue;
    const auto root = read_yaml(folder / name, name);
    auto found = TemplateReader(folder, name, root).functions();
    if (found.empty()) continue;
    const auto region = region_of_samconfig(folder);
    for (auto& function : found) function.region = region;
    return found;
  }
  return {};
}

}  // namespace lbundle::init
