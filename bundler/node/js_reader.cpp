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
#include <optional>
#include <sstream>

#include "embedded/js_scripts.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "os/parallel.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"

namespace lbundle {

namespace {

constexpr const char* store_kind = "js-facts";
constexpr const char* main_script = "read_facts.mjs";
// A second process starts only for more files than this, because fewer files take less time than the start.
constexpr std::size_t files_for_a_process = 200;
// Megabytes for the heap of a process. The largest source that is parsed (scripts/read_facts.mjs) takes a
// third.
constexpr const char* heap_limit = "--max-old-space-size=2048";

const Digest& scripts_digest() {
  static const auto digest = [] {
    KeyBuilder key;
    for (const auto& [path, text] : embedded_js_scripts) key.add(path).add(text);
    return key.key();
  }();
  return digest;
}

std::string text_of(const Content& content) {
  const auto bytes = read_content(content);
  return std::string(as_text(bytes));
}

// A source and the kind of its module, as scripts/read_facts.mjs reads them.
std::string input_of(const HostPath& source, bool is_module) {
  return source.string() + '\0' + (is_module ? "module" : "commonjs") + '\0';
}

// Returns one line for each source; nothing if the process failed, for example because its memory ran out.
// The process may read files, but may not write, start programs or load addons. Source: Node.js's
// documentation, Permissions.
std::optional<std::vector<std::string>> run_script(const JsParser& parser, const HostPath& script,
                                                   std::string input, std::size_t count) {
  Command command;
  command.arguments = {parser.node.string(), "--permission",  "--allow-fs-read=*",
                       heap_limit,           script.string(), parser.acorn.string()};
  command.environment = std::map<std::string, std::string>{{"LC_ALL", "C.UTF-8"}};
  command.input = std::move(input);
  const auto end = run(command);
  std::vector<std::string> lines;
  std::istringstream output(end.output);
  for (std::string line; std::getline(output, line);) lines.push_back(line);
  if (end.succeeded() && lines.size() == count) return lines;
  log_detail(format("the analysis of {} JavaScript modules ended with {}: {}", count, describe(end),
                    last_line(end.error_output)));
  return std::nullopt;
}

}  // namespace

JsReader::JsReader(std::optional<JsParser> parser, std::string why_none, const Store& store, unsigned jobs)
    : parser_(std::move(parser)), why_none_(std::move(why_none)), store_(store), jobs_(jobs) {}

std::vector<std::optional<std::string>> JsReader::parse(const std::vector<JsSource>& sources) const {
  const TempDir folder(store_.folder() / "tmp", "js-facts");
  for (const auto& [path, text] : embedded_js_scripts)
    write_file(folder.path() / HostPath(std::string(path)).filename(), text);
  const auto needed = (sources.size() + files_for_a_process - 1) / files_for_a_process;
  const auto shares = std::min<std::size_t>(std::max(1U, jobs_), needed);
  std::vector<std::optional<std::string>> lines(sources.size());
  const auto script = folder.path() / main_script;
  // Each process takes every n-th source, so that large files that are side by side go to different
  // processes.
  parallel_for(shares, jobs_, [&](std::size_t share) {
    std::vector<std::string> inputs;
    for (auto i = share; i < sources.size(); i += shares)
      inputs.push_back(input_of(plain_file(sources[i].content, folder.path(), i), sources[i].is_module));
    std::string all;
    for (const auto& input : inputs) all += input;
    if (auto found = run_script(*parser_, script, std::move(all), inputs.size())) {
      for (std::size_t n = 0; n < inputs.size(); ++n) lines[share + n * shares] = std::move((*found)[n]);
      return;
    }
    // One source ends the process: each gets its own, so that only that one stays unread.
    for (std::size_t n = 0; n < inputs.size(); ++n)
      if (auto found = run_script(*parser_, script, inputs[n], 1))
        lines[share + n * shares] = std::move(found->front());
  });
  return lines;
}

std::vector<JsFacts> JsReader::read(const std::vector<JsSource>& sources) const {
  std::vector<JsFacts> facts(sources.size());
  const auto search_text = [&](std::size_t i, std::string why, bool beyond) {
    facts[i] = search_js_text(text_of(sources[i].content), std::move(why));
    facts[i].beyond = beyond;
  };
  if (!parser_) {
    for (std::size_t i = 0; i < sources.size(); ++i) {
      search_text(i, why_none_, false);
      facts[i].unread = true;
    }
    return facts;
  }
  std::vector<JsSource> unknown;
  std::vector<std::size_t> places;
  std::vector<Digest> keys;
  const auto take = [&](std::size_t i, JsFacts found) {
    facts[i] = std::move(found);
    if (!facts[i].unparsed.empty()) search_text(i, facts[i].unparsed, facts[i].beyond);
  };
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const auto key = KeyBuilder()
                         .add(sources[i].content.digest)
                         .add(scripts_digest())
                         .add(parser_->version)
                         .add(sources[i].is_module ? "module" : "commonjs")
                         .key();
    const auto known = store_.find(store_kind, key);
    if (auto found = known ? parse_js_facts(as_text(*known)) : std::nullopt) {
      take(i, std::move(*found));
      continue;
    }
    unknown.push_back(sources[i]);
    places.push_back(i);
    keys.push_back(key);
  }
  if (unknown.empty()) return facts;
  const auto lines = parse(unknown);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i]) {
      search_text(places[i], "its analysis failed", true);
      continue;
    }
    auto found = parse_js_facts(*lines[i]);
    require(found.has_value(), "the analysis prints facts");
    store_.put(store_kind, keys[i], as_bytes(*lines[i]));
    take(places[i], std::move(*found));
  }
  return facts;
}

JsFacts JsReader::read_text(const std::string& text) const {
  return read({{store_.put_content(as_bytes(text)), false}}).front();
}

}  // namespace lbundle
