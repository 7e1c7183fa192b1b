// Reads Terraform's files as text, because only what is literal is used. Source: the AWS provider's
// documentation, aws_lambda_function; the archive provider's, archive_file.
#include <algorithm>
#include <regex>

#include "init/descriptions.hpp"
#include "init/literals.hpp"
#include "model/text.hpp"
#include "os/bytes.hpp"

namespace lbundle::init {

namespace {

struct TerraformBlock {
  std::string type, name, text;
  std::string place;  // "main.tf, line 3"
};

std::vector<TerraformBlock> blocks_in(const std::string& text, const std::string& file) {
  static const std::regex head(
      R"re((?:^|\n)\s*(?:resource|data|provider)\s+"([\w-]+)"\s*(?:"([\w-]+)"\s*)?\{)re");
  std::vector<TerraformBlock> blocks;
  for (std::sregex_iterator at(text.begin(), text.end(), head), end; at != end; ++at) {
    const auto open = static_cast<std::size_t>(at->position() + at->length() - 1);
    blocks.push_back({(*at)[1], (*at)[2], std::string(inside_brackets(text, open)),
                      format("{}, line {}", file, line_of(text, open))});
  }
  return blocks;
}

// A path of the configuration as one of its folder: "${path.module}/src" is "src".
std::string without_module(std::string text) {
  static const std::regex module(R"(\$\{path\.(?:module|root|cwd)\}/?)");
  return std::regex_replace(text, module, "");
}

class TerraformReader {
 public:
  TerraformReader(HostPath folder, std::vector<TerraformBlock> blocks)
      : folder_(std::move(folder)), blocks_(std::move(blocks)) {}

  std::vector<Described> functions() const {
    std::vector<Described> found;
    for (const auto& block : blocks_)
      if (block.type == "aws_lambda_function") found.push_back(function(block));
    return found;
  }

 private:
  Described function(const TerraformBlock& block) const {
    Described found;
    found.name = block.name;
    found.from = block.place + ", " + block.name;
    found.handler = fact(block, "handler");
    found.runtime = fact(block, "runtime");
    static const std::regex architectures(R"re(architectures\s*=\s*\[\s*"(x86_64|arm64)")re");
    std::smatch match;
    if (std::regex_search(block.text, match, architectures)) found.architecture = Text{match[1], block.place};
    if (const auto number = number_after(block.text, "memory_size")) found.memory = {*number, block.place};
    if (const auto number = number_after(block.text, "timeout")) found.timeout = {*number, block.place};
    for (const auto& provider : blocks_)
      if (provider.type == "aws" && provider.name.empty() && !found.region)
        found.region = fact(provider, "region");
    found.code = code_of(block);
    add_environment(block, found);
    return found;
  }

  static std::optional<Text> fact(const TerraformBlock& block, const std::string& key) {
    const auto text = literal_after(block.text, key);
    return text ? std::optional(Text{*text, block.place}) : std::nullopt;
  }

  // The folder that becomes the zip: that of the archive which `filename` names, or of the file in it.
  HostPath code_of(const TerraformBlock& block) const {
    static const std::regex reference(R"(filename\s*=\s*data\.archive_file\.([\w-]+))");
    std::smatch match;
    const auto named = std::regex_search(block.text, match, reference) ? match[1].str() : std::string();
    const auto output = literal_after(block.text, "filename");
    for (const auto& archive : blocks_) {
      if (archive.type != "archive_file") continue;
      if (archive.name != named && (!output || literal_after(archive.text, "output_path") != output))
        continue;
      if (const auto folder = literal_after(archive.text, "source_dir"))
        return without_slash((folder_ / *folder).lexically_normal());
      if (const auto file = literal_after(archive.text, "source_file"))
        return without_slash((folder_ / *file).lexically_normal().parent_path());
    }
    return folder_;
  }

  static void add_environment(const TerraformBlock& block, Described& found) {
    static const std::regex head(R"(\bvariables\s*=\s*\{)"),
        entry(R"re(\s*"?(\w+)"?\s*[=:]\s*(?:"([^"\n]*)"|([^\n,]+)))re");
    std::smatch match;
    if (!std::regex_search(block.text, match, head)) return;
    const std::string body(
        inside_brackets(block.text, static_cast<std::size_t>(match.position() + match.length() - 1)));
    for (std::sregex_iterator at(body.begin(), body.end(), entry), end; at != end; ++at) {
      Variable variable{(*at)[1], std::nullopt, block.place, {}, true};
      const auto text = (*at)[2].str();
      if ((*at)[2].matched && text.find("${") == std::string::npos) {
        variable.value = text;
      } else {
        variable.why_none = std::string(trimmed((*at)[3].matched ? (*at)[3].str() : text));
      }
      set_variable(found.environment, std::move(variable));
    }
  }

  const HostPath folder_;
  const std::vector<TerraformBlock> blocks_;
};

}  // namespace

std::vector<Described> read_terraform(const HostPath& folder, const OwnFiles& files) {
  std::vector<Described> found;
  std::map<HostPath, std::vector<TerraformBlock>> by_folder;
  for (const auto& [path, file] : files) {
    if (path.extension() != ".tf") continue;
    const auto text = without_module(read_text_file(file));
    auto blocks = blocks_in(text, path.bytes());
    auto& all = by_folder[file.parent_path()];
    all.insert(all.end(), std::make_move_iterator(blocks.begin()), std::make_move_iterator(blocks.end()));
  }
  for (auto& [where, blocks] : by_folder)
    for (auto& function : TerraformReader(where, std::move(blocks)).functions()) {
      // Code elsewhere than below the folder that init was asked about is not this project's.
      const auto relative = function.code.lexically_relative(folder).string();
      if (relative.starts_with("..")) function.code = folder;
      found.push_back(std::move(function));
    }
  return found;
}

}  // namespace lbundle::init
