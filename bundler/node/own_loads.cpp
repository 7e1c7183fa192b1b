#include "node/own_loads.hpp"

#include <algorithm>
#include <map>
#include <regex>

#include "cache/store.hpp"
#include "model/text.hpp"
#include "node/resolver.hpp"

namespace lbundle {

namespace {

bool is_script(const BundlePath& path) {
  return path.extension() == ".js" || path.extension() == ".mjs" || path.extension() == ".cjs";
}

bool is_constant(const std::string& name) {
  return name.find_first_of({js_hole, js_folder, js_file, js_arch}) == std::string::npos;
}

bool is_path(const std::string& name) {
  return name == "." || name == ".." || name.starts_with("./") || name.starts_with("../");
}

NodeResolver::Kind kind_of(const JsFacts::Load& load) {
  return load.kind == JsFacts::Kind::required ? NodeResolver::Kind::required : NodeResolver::Kind::imported;
}

class Judge {
 public:
  Judge(const OwnLoads& loads, const std::function<std::vector<JsFacts>(const std::vector<JsSource>&)>& read)
      : loads_(loads), resolver_(loads.files, loads.major) {
    std::vector<JsSource> sources;
    std::vector<BundlePath> paths;
    for (const auto& path : loads.own) {
      const auto* file = loads.files.find_file(path);
      if (file == nullptr || !is_script(path)) continue;
      const auto* description = resolver_.description_of(path.parent());
      const bool is_module =
          path.extension() == ".mjs" || (path.extension() == ".js" && description != nullptr &&
                                         description->value("type", std::string()) == "module");
      sources.push_back({file->content, is_module});
      paths.push_back(path);
    }
    auto facts = read(sources);
    for (std::size_t i = 0; i < paths.size(); ++i)
      if (facts[i].unparsed.empty() && !facts[i].unread) facts_.emplace(paths[i], std::move(facts[i]));
  }

  Findings findings(
      const std::function<std::pair<std::string, std::string>(const std::string& package)>& explain) {
    const auto led_to = reachable();
    for (const auto& [path, facts] : facts_) {
      for (const auto& load : facts.loads) {
        if (!fails(path, load)) continue;
        if (is_path(load.name)) {
          report_path(path, load);
        } else if (load.firm && led_to.contains(path)) {
          const auto [cause, hint] = explain(load.name);
          findings_.push_back({Severity::warning, "import-missing", path.bytes(),
                               format("{}:{} loads '{}': {}", path.bytes(), load.line, load.name, cause),
                               hint});
        }
      }
    }
    return std::move(findings_);
  }

 private:
  bool fails(const BundlePath& path, const JsFacts::Load& load) const {
    if (!is_constant(load.name) || load.name.starts_with('#') || load.name.starts_with('/') ||
        load.name.find(':') != std::string::npos || NodeResolver::is_built_in(load.name) || load.line == 0)
      return false;
    if (resolver_.resolve(load.name, path, kind_of(load)) || is_outside(load.name)) return false;
    // A folder or a file that the resolver does not call a module may still be meant.
    const auto place = is_path(load.name) ? path.parent().resolve(load.name) : std::nullopt;
    if (place && loads_.files.contains(*place)) return false;
    const auto text = text_of(path);
    return is_loaded_plainly(text, load.name) && !is_in_try(text, load.line);
  }

  bool is_outside(const std::string& name) const {
    const auto package = NodeResolver::split(name).first;
    boost::system::error_code ignored;
    return std::ranges::any_of(loads_.outside,
                               [&](const auto& folder) { return fs::exists(folder / package, ignored); });
  }

  std::string text_of(const BundlePath& path) const {
    return std::string(as_text(read_content(loads_.files.find_file(path)->content)));
  }

  std::set<BundlePath> reachable() const {
    std::set<BundlePath> seen{loads_.handler};
    std::vector<BundlePath> open{loads_.handler};
    while (!open.empty()) {
      const auto path = open.back();
      open.pop_back();
      const auto facts = facts_.find(path);
      if (facts == facts_.end()) continue;
      for (const auto& load : facts->second.loads) {
        const auto file = resolver_.resolve(load.name, path, kind_of(load));
        if (file && seen.insert(*file).second) open.push_back(*file);
      }
    }
    return seen;
  }

  void report_path(const BundlePath& path, const JsFacts::Load& load) {
    findings_.push_back(
        {Severity::warning, "own-import-missing", path.bytes(),
         format("{}:{} loads '{}', and the function has no such file", path.bytes(), load.line, load.name),
         "add the file to `function.source`, or its folder with [[source]]"});
  }

  const OwnLoads& loads_;
  const NodeResolver resolver_;
  std::map<BundlePath, JsFacts> facts_;
  Findings findings_;
};

// Skips a string, a template or a comment that begins at `at`. Returns the position after it, or `at`.
std::size_t after_text(const std::string& source, std::size_t at) {
  const char c = source[at];
  if (c == '"' || c == '\'' || c == '`') {
    for (auto end = at + 1; end < source.size(); ++end) {
      if (source[end] == '\\') {
        ++end;
      } else if (source[end] == c || (source[end] == '\n' && c != '`')) {
        return end + 1;
      }
    }
    return source.size();
  }
  if (source.compare(at, 2, "//") == 0) return std::min(source.find('\n', at), source.size());
  if (source.compare(at, 2, "/*") == 0) return std::min(source.find("*/", at + 2), source.size() - 2) + 2;
  return at;
}

bool ends_with_try(std::string_view text) {
  text = trimmed(text);
  while (!text.empty() && text.back() == '\n') text = trimmed(text.substr(0, text.size() - 1));
  if (!text.ends_with("try")) return false;
  const auto before = text.substr(0, text.size() - 3);
  const auto is_of_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || c == '.';
  };
  return before.empty() || !is_of_word(before.back());
}

}  // namespace

bool is_loaded_plainly(const std::string& source, const std::string& name) {
  // `require(` and `import(` must not end a longer name: __webpack_require__("./x") asks for no file.
  static const std::regex before("(?:^|[^\\w$])(?:require\\s*\\(|import\\s*\\(|from|import)\\s*$");
  constexpr std::size_t looked_at = 40;
  for (auto at = source.find(name); at != std::string::npos; at = source.find(name, at + 1)) {
    const auto end = at + name.size();
    if (at == 0 || end >= source.size() || source[at - 1] != source[end] ||
        std::string_view("'\"`").find(source[end]) == std::string_view::npos)
      continue;
    const auto begin = at - 1 > looked_at ? at - 1 - looked_at : 0;
    if (std::regex_search(source.substr(begin, at - 1 - begin), before)) return true;
  }
  return false;
}

bool is_in_try(const std::string& source, int line) {
  std::vector<bool> blocks;  // for each open brace: whether it is that of a `try`
  int now = 1;
  std::size_t at = 0;
  while (at < source.size()) {
    // On the line itself, a `try {` before the load counts too.
    if (now > line) break;
    const auto next = after_text(source, at);
    if (next > at) {
      now += static_cast<int>(std::count(source.begin() + static_cast<std::ptrdiff_t>(at),
                                         source.begin() + static_cast<std::ptrdiff_t>(next), '\n'));
      at = next;
      continue;
    }
    const char c = source[at];
    if (c == '{') {
      blocks.push_back(ends_with_try(std::string_view(source).substr(0, at)));
      if (now == line && blocks.back()) return true;
    }
    if (c == '}' && !blocks.empty()) {
      if (now == line && blocks.back()) return true;
      blocks.pop_back();
    }
    if (c == '\n') ++now;
    ++at;
  }
  return std::ranges::count(blocks, true) > 0;
}

Findings find_missing_loads(
    const OwnLoads& loads, const std::function<std::vector<JsFacts>(const std::vector<JsSource>&)>& read,
    const std::function<std::pair<std::string, std::string>(const std::string& package)>& explain) {
  return Judge(loads, read).findings(explain);
}

}  // namespace lbundle
