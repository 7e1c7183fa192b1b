// The problem and the idea are those of dropped_notice.cpp. What differs is how the notice is loaded: Lambda
// takes --require and loaders only from NODE_OPTIONS, which is a setting of the function. So the handler's
// module gets one more statement before its first: a require, or in an ES module an import, which runs before
// all later imports.
//
// The module that is loaded in this way wraps three things: Module._resolveFilename, which fails if a require
// finds nothing; the functions of `fs` that open a file by name; and, if Node.js has it (22.15 and later),
// the hook that resolves the names of imports. Exceptions are not changed. Worker threads and child processes
// have their own modules, so their starts are wrapped too: a thread gets --require in its options, a child in
// its NODE_OPTIONS, and the notice takes both back before other code runs.
//
// What it cannot see: files that native code opens by itself, checks whether a file exists, listings,
// children that a shell starts, and imports of ES modules on older Node.js, where a hook would need a second
// thread at each cold start.
#include "prune/node_dropped_notice.hpp"

#include <array>

#include "embedded/node_notice.hpp"
#include "json/json.hpp"
#include "prune/dropped_notice.hpp"

namespace lbundle {

namespace {

constexpr const char* node_notice_name = "_lbundle_dropped";

std::optional<BundlePath> module_of(const std::string& handler, const FileSet& files) {
  const auto slash = handler.rfind('/');
  const auto stem = handler.substr(0, handler.find('.', slash == std::string::npos ? 0 : slash));
  for (const auto* ending : {".js", ".mjs", ".cjs"}) {
    const auto path = BundlePath::parse(stem + ending);
    if (path && files.find_file(*path) != nullptr) return path;
  }
  return std::nullopt;
}

// Decided by the file's extension, or for .js by the nearest package.json.
bool is_es_module(const BundlePath& path, const FileSet& files) {
  if (path.extension() != ".js") return path.extension() == ".mjs";
  for (auto folder = path.parent();; folder = folder.parent()) {
    const BundlePath name(folder.is_root() ? "package.json" : folder.bytes() + "/package.json");
    if (const auto* file = files.find_file(name)) {
      const auto json = Json::parse(as_text(read_content(file->content)), nullptr, false);
      return json.is_object() && json.contains("type") && json.at("type") == "module";
    }
    if (folder.is_root()) return false;
  }
}

// The position after white space and comments.
std::size_t skip_space(std::string_view source, std::size_t at) {
  while (at < source.size()) {
    if (source.substr(at).starts_with("//")) {
      at = std::min(source.find('\n', at), source.size());
    } else if (source.substr(at).starts_with("/*")) {
      const auto end = source.find("*/", at + 2);
      at = end == std::string_view::npos ? source.size() : end + 2;
    } else if (std::string_view(" \t\r\n").find(source[at]) != std::string_view::npos) {
      ++at;
    } else {
      break;
    }
  }
  return at;
}

}  // namespace

std::string with_first_statement(const std::string& source, const std::string& statement) {
  static constexpr std::string_view mark = "\xEF\xBB\xBF";
  std::size_t at = source.starts_with(mark) ? mark.size() : 0;
  if (std::string_view(source).substr(at).starts_with("#!"))
    at = std::min(source.find('\n', at), source.size());
  at = skip_space(source, at);
  // Directives: string literals that are statements by themselves, such as 'use strict'.
  while (at < source.size() && (source[at] == '"' || source[at] == '\'')) {
    const auto close = source.find_first_of(std::string(1, source[at]) + "\\\n", at + 1);
    if (close == std::string::npos || source[close] != source[at]) break;
    const auto next = skip_space(source, close + 1);
    const bool ended = next < source.size() && source[next] == ';';
    const bool on_another_line = source.substr(close, next - close).find('\n') != std::string::npos;
    if (!ended && !on_another_line) break;
    at = ended ? next + 1 : close + 1;
    if (!ended) return source.substr(0, at) + ";" + statement + source.substr(at);
    const auto after = skip_space(source, at);
    if (after >= source.size() || (source[after] != '"' && source[after] != '\'')) break;
    at = after;
  }
  return source.substr(0, at) + statement + source.substr(at);
}

Bundle add_node_dropped_notice(Bundle bundle, const std::string& handler, const Store& store) {
  const auto table = dropped_table(bundle.decisions);
  const auto entry = module_of(handler, bundle.files);
  if (table.empty() || !entry) return bundle;
  std::string up;
  for (auto folder = entry->parent(); !folder.is_root(); folder = folder.parent()) up += "../";
  const auto name = (up.empty() ? "./" : up) + node_notice_name + ".cjs";
  const auto file = *bundle.files.find_file(*entry);
  const std::string source(as_text(read_content(file.content)));
  const auto statement =
      is_es_module(*entry, bundle.files) ? "import '" + name + "';" : "require('" + name + "');";
  auto changed = file;
  changed.content = store.put_content(as_bytes(with_first_statement(source, statement)));
  replace_file(bundle, *entry, *entry, std::move(changed),
               {"bytecode", "loads the notice that reports dropped files in the log", ""});
  bundle.files.put(BundlePath(std::string(node_notice_name) + ".cjs"),
                   RegularFile{store.put_content(as_bytes(embedded_node_notice_text("dropped_notice.cjs")))});
  bundle.files.put(BundlePath(std::string(node_notice_name) + ".txt"),
                   RegularFile{store.put_content(as_bytes(table))});
  return bundle;
}

}  // namespace lbundle
