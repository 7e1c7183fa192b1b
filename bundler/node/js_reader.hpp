// Reads the facts of JavaScript sources. acorn parses them, on a Node.js of rules/tools.toml. Nothing of them
// is run.
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
  bool is_module = false;  // what Node.js takes it for: an ES module, or else CommonJS
};

class JsReader {
 public:
  // Without a parser, every source is searched as plain text (`JsFacts::unread`); `why_none` says why there
  // is no parser. `store` must outlive this.
  JsReader(std::optional<JsParser> parser, std::string why_none, const Store& store, unsigned jobs);

  // The facts of each source, in the same order. The parser's results are stored by content. New sources go
  // to one process, or to several (at most `jobs`) if there are many. A source that ends the parser's process
  // is searched as plain text, and this is not stored.
  std::vector<JsFacts> read(const std::vector<JsSource>& sources) const;

  // The facts of a text that is not in a file, read as CommonJS.
  JsFacts read_text(const std::string& text) const;

 private:
  std::vector<std::optional<std::string>> parse(const std::vector<JsSource>& sources) const;

  std::optional<JsParser> parser_;
  std::string why_none_;
  const Store& store_;
  unsigned jobs_;
};

}  // namespace lbundle
