// The problem: what a module loads is in its text, but seldom as one plain text. Names are put together from
// a platform, a folder and a constant. In the output of bundlers, compilers and minifiers `require` has other
// names, and one bundle may define a `require` of its own. Only an analysis of scopes can separate these
// cases.
//
// The idea: acorn parses the text, and scripts/js_scopes.mjs, js_values.mjs and js_facts.mjs read its syntax
// tree. One process reads all files that are new in a round of reach. The result is stored by content, so a
// second build starts no process. A file that does not parse is searched as plain text, and reported.
//
// Tried and rejected: a lexer of our own (it missed loads if `require` had another name, and treated every
// Babel module as one that loads computed names: docs/decisions/javascript-parser.md); reading all files of
// the staged tree at once (most are never reached); a process that keeps running (it takes 0.1 s to start
// one, and there are few rounds).
#include "node/js_reader.hpp"

#include <algorithm>
#include <sstream>

#include "embedded/js_scripts.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/digest_of.hpp"
#include "os/parallel.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"

namespace lbundle {

namespace {

constexpr const char* store_kind = "js-facts";
constexpr const char* main_script = "read_facts.mjs";
// A second process starts only for more files than this, because fewer files take less time than the start.
constexpr std::size_t files_for_a_process = 200;

Digest scripts_digest() {
  std::string all;
  for (const auto& [path, text] : embedded_js_scripts) all += text;
  return digest_of(all);
}

std::string text_of(const Content& content) {
  const auto bytes = read_content(content);
  return std::string(as_text(bytes));
}

// The path of the source. Compressed content is written to a file first, because the script reads files by
// name.
HostPath plain_source(const Content& content, const TempDir& folder, std::size_t number) {
  if (!content.compressed) return content.path;
  auto path = folder.path() / std::to_string(number);
  write_file(path, text_of(content));
  return path;
}

// Returns one line for each source. The process may read files, but may not write, start programs or load
// addons. Source: Node.js's documentation, Permissions.
std::vector<std::string> run_script(const JsParser& parser, const HostPath& script, std::string input,
                                    std::size_t count) {
  Command command;
  command.arguments = {parser.node.string(), "--permission", "--allow-fs-read=*", script.string(),
                       parser.acorn.string()};
  command.environment = std::map<std::string, std::string>{{"LC_ALL", "C.UTF-8"}};
  command.input = std::move(input);
  const auto end = run(command);
  std::vector<std::string> lines;
  std::istringstream output(end.output);
  for (std::string line; std::getline(output, line);) lines.push_back(line);
  if (end.succeeded() && lines.size() == count) return lines;
  throw Error("read", "the JavaScript modules", format("the analysis ended with {}", describe(end)),
              "level = \"package\" in [prune] keeps whole packages and reads no module")
      .with_detail(end.error_output);
}

}  // namespace

JsReader::JsReader(std::optional<JsParser> parser, std::string why_none, const Store& store, unsigned jobs)
    : parser_(std::move(parser)), why_none_(std::move(why_none)), store_(store), jobs_(jobs) {}

std::vector<std::string> JsReader::parse(const std::vector<JsSource>& sources) const {
  const TempDir folder(store_.folder() / "tmp", "js-facts");
  for (const auto& [path, text] : embedded_js_scripts)
    write_file(folder.path() / HostPath(std::string(path)).filename(), text);
  const auto needed = (sources.size() + files_for_a_process - 1) / files_for_a_process;
  const auto shares = std::min<std::size_t>(std::max(1U, jobs_), needed);
  std::vector<std::vector<std::string>> lines(shares);
  // Each process takes every n-th source, so that large files that are side by side go to different
  // processes.
  parallel_for(shares, jobs_, [&](std::size_t share) {
    std::string input;
    std::size_t count = 0;
    for (auto i = share; i < sources.size(); i += shares, ++count) {
      input += plain_source(sources[i].content, folder, i).string() + '\0';
      input += sources[i].is_module ? "module" : "commonjs";
      input += '\0';
    }
    lines[share] = run_script(*parser_, folder.path() / main_script, std::move(input), count);
  });
  std::vector<std::string> in_order;
  for (std::size_t i = 0; i < sources.size(); ++i)
    in_order.push_back(std::move(lines[i % shares][i / shares]));
  return in_order;
}

std::vector<JsFacts> JsReader::read(const std::vector<JsSource>& sources) const {
  std::vector<JsFacts> facts(sources.size());
  const auto search_text = [&](std::size_t i, std::string why) {
    facts[i] = search_js_text(text_of(sources[i].content), std::move(why));
  };
  if (!parser_) {
    for (std::size_t i = 0; i < sources.size(); ++i) {
      search_text(i, why_none_);
      facts[i].unread = true;
    }
    return facts;
  }
  const auto version = scripts_digest();
  std::vector<JsSource> unknown;
  std::vector<std::size_t> places;
  std::vector<Digest> keys;
  const auto take = [&](std::size_t i, std::string_view line) {
    facts[i] = parse_js_facts(line);
    if (!facts[i].unparsed.empty()) search_text(i, facts[i].unparsed);
  };
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const auto key = KeyBuilder()
                         .add(sources[i].content.digest)
                         .add(version)
                         .add(parser_->version)
                         .add(sources[i].is_module ? "module" : "commonjs")
                         .key();
    if (const auto known = store_.find(store_kind, key)) {
      take(i, as_text(*known));
      continue;
    }
    unknown.push_back(sources[i]);
    places.push_back(i);
    keys.push_back(key);
  }
  if (unknown.empty()) return facts;
  const auto lines = parse(unknown);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    store_.put(store_kind, keys[i], as_bytes(lines[i]));
    take(places[i], lines[i]);
  }
  return facts;
}

JsFacts JsReader::read_text(const std::string& text) const {
  return read({{store_.put_content(as_bytes(text)), false}}).front();
}

}  // namespace lbundle
