// The problem: init needs a little of what a JavaScript source shows, at once and on any machine. The parser
// of a build (install/obtain_js_reader.hpp) comes with a Node.js that would have to be fetched first. So the
// source is searched as plain text. What that misses, the first build reports: it reads the same files with
// the parser.
#include <algorithm>
#include <regex>

#include "init/javascript_functions.hpp"
#include "init/javascript_parts.hpp"
#include "init/literals.hpp"
#include "init/source_facts.hpp"
#include "node/js_facts.hpp"

namespace lbundle::init {

namespace {

// A longer source is a bundle of many, and std::regex would take long.
constexpr std::size_t longest_source = 400'000;

// The line of the first place with the name in quotes.
int line_of_name(const std::string& source, const std::string& name) {
  for (const auto* quote : {"'", "\"", "`"})
    if (const auto at = source.find(quote + name + quote); at != std::string::npos)
      return line_of(source, at);
  return 1;
}

// Source: Node.js's documentation, "node:module", builtinModules; those that handlers use.
bool is_builtin(const std::string& name) {
  static const std::string names =
      " assert async_hooks buffer child_process cluster console constants crypto dgram dns domain events fs "
      "http http2 https inspector module net os path perf_hooks process punycode querystring readline repl "
      "stream string_decoder sys timers tls tty url util v8 vm wasi worker_threads zlib ";
  return name.starts_with("node:") ||
         names.find(" " + name.substr(0, name.find('/')) + " ") != std::string::npos;
}

// process.env.NAME, process.env['NAME'], and the default after || or ??.
void add_variables(const std::string& source, SourceFacts& facts) {
  static const std::regex read(
      R"(process\.env(?:\.(\w+)|\[\s*["'](\w+)["']\s*\])(?:\s*(?:\|\||\?\?)\s*["']([^"'\n]{0,200})["'])?)"),
      word(R"(\w+)");
  std::set<std::string> seen;
  const auto add = [&](const std::string& name, std::size_t at, std::optional<std::string> value) {
    if (seen.insert(name).second)
      facts.variables.push_back({name, line_of(source, at), false, std::move(value)});
  };
  for (const auto& match : all_matches(source, read))
    add(match[1].matched ? match[1] : match[2], static_cast<std::size_t>(match.position()),
        match[3].matched ? std::optional(match[3].str()) : std::nullopt);
  for (const auto& [names, at] : taken_from(source, "process.env"))
    for (const auto& name : names) add(name, at, std::nullopt);
}

// The texts in calls that put a path together.
std::set<std::string> parts_of_paths(const std::string& source) {
  static const std::regex call(R"(\b(?:join|resolve)\()"), text(R"(["']([\w@%+=,./ -]{1,200})["'])");
  std::set<std::string> parts;
  for (const auto& match : all_matches(source, call)) {
    const auto open = static_cast<std::size_t>(match.position() + match.length()) - 1;
    const std::string arguments(inside_brackets(source, open).substr(0, 1000));
    for (const auto& each : all_matches(arguments, text)) parts.insert(each[1]);
  }
  return parts;
}

// Clients of the SDK's second version: `new AWS.DynamoDB.DocumentClient()` is one of dynamodb.
void add_old_clients(const std::string& source, SourceFacts& facts) {
  static const std::regex made(R"(\bnew\s+(?:AWS|aws)\.([A-Z]\w+))");
  for (const auto& match : all_matches(source, made)) {
    auto service = match[1].str();
    std::ranges::transform(service, service.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (service != "config" && service != "credentials")
      facts.clients.emplace_back(service, line_of(source, static_cast<std::size_t>(match.position())));
  }
}

}  // namespace

SourceFacts search_javascript_text(const std::string& source) {
  SourceFacts facts;
  if (source.size() > longest_source) return facts;
  const auto found = search_js_text(source, "");
  static const std::string sdk = "@aws-sdk/client-", old_sdk = "aws-sdk/clients/";
  for (const auto& load : found.loads) {
    const auto line = line_of_name(source, load.name);
    facts.imports.push_back({load.name, {}, line});
    if (is_builtin(load.name)) facts.standard.insert(load.name);
    if (load.name.starts_with(sdk)) facts.clients.emplace_back(load.name.substr(sdk.size()), line);
    if (load.name.starts_with(old_sdk)) facts.clients.emplace_back(load.name.substr(old_sdk.size()), line);
  }
  if (source.find("@aws-sdk/lib-dynamodb") != std::string::npos)
    facts.clients.emplace_back("dynamodb", line_of_name(source, "@aws-sdk/lib-dynamodb"));
  const auto joined = parts_of_paths(source);
  for (const auto& text : found.mentions)
    if (text.size() > 1 && text.find_first_of("\n*?") == std::string::npos &&
        (text.find_first_of("./") != std::string::npos || joined.contains(text)))
      facts.texts.emplace_back(text, line_of_name(source, text));
  add_old_clients(source, facts);
  add_functions(source, facts);
  add_variables(source, facts);
  return facts;
}

}  // namespace lbundle::init
