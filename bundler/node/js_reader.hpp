// Reads the facts of JavaScript sources: acorn parses them, on a Node.js of rules/tools.toml, and runs none
// of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cache/store.hpp"
#include "node/js_facts.hpp"

namespace lbundle {

struct JsParser {
  HostPath node;        // the program
  HostPath acorn;       // its module, dist/acorn.mjs
  std::string version;  // "acorn 8.19.0"
};

struct JsSource {
  Content content;
  bool is_module = false;  // as Node.js decides it: an ES module, otherwise CommonJS
};

class JsReader {
 public:
  // Without a parser, every source is searched as plain text (`JsFacts::unread`); `why_none` says why there
  // is none. `store` must outlive it.
  JsReader(std::optional<JsParser> parser, std::string why_none, const Store& store, unsigned jobs);

  // The facts of each source, in the same order. Facts that the parser found are kept in the store, by
  // content. All sources that are new go to one process, or to one process for each job if they are many.
  // Throws Error if the parser's process fails.
  std::vector<JsFacts> read(const std::vector<JsSource>& sources) const;

  // The same for a text that is not in a file, as CommonJS.
  JsFacts read_text(const std::string& text) const;

 private:
  std::vector<std::string> parse(const std::vector<JsSource>& sources) const;

  std::optional<JsParser> parser_;
  std::string why_none_;
  const Store& store_;
  unsigned jobs_;
};

}  // namespace lbundle
