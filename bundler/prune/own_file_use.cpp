// The problem: beside a handler are files that no function needs, and now and then a function does need one
// of them: it loads its `.env`, or has a package `tests` with fixtures that it serves.
//
// The idea: such files are staged, so that every event finds what it finds in the folder itself. They are
// bundled if an event used them, if kept code imports them, or if a file of the function's own has their
// name, whole or in parts: `f".env.{stage}"` and `stage + ".env"` may be any name that begins or ends so.
//
// Rejected: leaving them out before staging, because then no event could show that one is needed; keeping a
// file because a package names it, because packages that load `.env` do so in every function that has them.
#include "prune/own_file_use.hpp"

#include <algorithm>
#include <array>

#include "json/json.hpp"
#include "model/glob.hpp"
#include "model/text.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "report/escape.hpp"

namespace lbundle {

namespace {

constexpr std::size_t most_named = 30;
// Shorter beginnings and endings of texts are everywhere.
constexpr std::size_t least_part = 3;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_quote(char c) {
  return c == '"' || c == '\'' || c == '`';
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// True if what may stand for any text begins at `at`: "{stage}", "${stage}", "%s", or what is added to the
// literal that ends there.
bool hole_begins(std::string_view code, std::size_t at) {
  if (code[at] == '{' || code[at] == '$' || code[at] == '%') return true;
  if (!is_quote(code[at])) return false;
  do ++at;
  while (at < code.size() && is_blank(code[at]));
  return at < code.size() && (code[at] == '+' || is_quote(code[at]));
}

// True if what may stand for any text ends before `end`: "{stage}", "%s", or what the literal that begins
// there is added to.
bool hole_ends(std::string_view code, std::size_t end) {
  const char c = code[--end];
  if (c == '}') return true;
  if (c == 's' || c == 'd') return end > 0 && code[end - 1] == '%';
  if (!is_quote(c)) return false;
  while (end > 0 && is_blank(code[end - 1])) --end;
  return end > 0 && (code[end - 1] == '+' || is_quote(code[end - 1]));
}

// True if a literal of `code`, or a part of a path in one, is `name`, or begins or ends like it beside a
// hole.
bool literal_may_be(std::string_view code, std::string_view name) {
  const auto begins_at = [&](std::size_t at) {
    std::size_t same = 0;
    while (same < name.size() && at + same < code.size() && code[at + same] == name[same]) ++same;
    if (at + same >= code.size()) return false;
    const char behind = code[at + same];
    if (same == name.size()) return is_quote(behind) || behind == '/';
    return same >= least_part && hole_begins(code, at + same);
  };
  const auto ends_before = [&](std::size_t end) {
    std::size_t same = 0;
    while (same < name.size() && same < end && code[end - 1 - same] == name[name.size() - 1 - same]) ++same;
    return same < name.size() && same >= least_part && same < end && hole_ends(code, end - same);
  };
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (!is_quote(code[i]) && code[i] != '/') continue;
    if (begins_at(i + 1) || (is_quote(code[i]) && ends_before(i))) return true;
  }
  return false;
}

// True if `text` has `name` as a word of its own.
bool has_word(std::string_view text, std::string_view name) {
  for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const char before = at == 0 ? '\n' : text[at - 1];
    const char behind = at + name.size() == text.size() ? '\n' : text[at + name.size()];
    if (!is_word(before) && !is_word(behind)) return true;
  }
  return false;
}

bool has_literals(const BundlePath& path) {
  static constexpr std::array<std::string_view, 8> endings{".py",  ".js", ".mjs", ".cjs",
                                                           ".jsx", ".ts", ".tsx", ".json"};
  return std::ranges::find(endings, path.extension()) != endings.end();
}

// The function's own files, without those in doubt.
std::vector<std::pair<BundlePath, Content>> certain_own_files(const StagedTree& tree) {
  std::vector<std::pair<BundlePath, Content>> own;
  for (const auto& [path, node] : tree.files) {
    const auto* file = std::get_if<RegularFile>(&node);
    const auto* owner = tree.distributions.owner_of(path);
    // The files of a program are a distribution of its own, without a version.
    if (file == nullptr || (owner != nullptr && !owner->version.empty()) || tree.doubtful.contains(path))
      continue;
    if (path.bytes().find("node_modules/") != std::string::npos) continue;
    own.emplace_back(path, file->content);
  }
  return own;
}

std::set<std::string> wanted_names(const StagedTree& tree) {
  std::set<std::string> wanted;
  for (const auto& [path, doubt] : tree.doubtful)
    wanted.insert(doubt.folder.empty() ? std::string(path.name()) : doubt.folder);
  return wanted;
}

Digest key_of(const std::set<std::string>& wanted, const std::vector<std::pair<BundlePath, Content>>& code) {
  KeyBuilder key;
  key.add("names in own files 2").add(std::to_string(wanted.size()));
  for (const auto& name : wanted) key.add(name);
  for (const auto& [path, content] : code) key.add(path.bytes()).add(content.digest);
  return key.key();
}

std::string as_text_of(const Json& json) {
  return json.is_string() ? json.get<std::string>() : std::string();
}

}  // namespace

std::map<std::string, std::string> names_in_own_files(const StagedTree& tree,
                                                      const std::map<std::string, std::string>& environment,
                                                      const Store& store) {
  std::map<std::string, std::string> found;
  const auto wanted = wanted_names(tree);
  if (wanted.empty()) return found;
  for (const auto& name : wanted)
    for (const auto& [variable, value] : environment)
      if (has_word(value, name)) found.emplace(name, "[environment]");
  const auto own = certain_own_files(tree);
  const auto key = key_of(wanted, own);
  if (const auto known = store.find("own-names", key)) {
    const auto json = Json::parse(as_text(*known), nullptr, false);
    if (json.is_array()) {
      for (const auto& entry : json)
        if (entry.size() == 2) found.emplace(as_text_of(entry[0]), as_text_of(entry[1]));
      return found;
    }
  }
  auto json = Json::array();
  std::set<std::string> in_files;
  for (const auto& [path, content] : own) {
    const auto bytes = read_content(content);
    const auto text = as_text(bytes);
    for (const auto& name : wanted) {
      if (in_files.contains(name)) continue;
      if (!(has_literals(path) ? literal_may_be(text, name) : has_word(text, name))) continue;
      in_files.insert(name);
      json.push_back(Json::array({name, path.bytes()}));
      found.emplace(name, path.bytes());
    }
  }
  store.put("own-names", key, as_bytes(to_line(json)));
  return found;
}

std::map<BundlePath, Reason> unused_own_files(const StagedTree& tree, const std::set<BundlePath>& used,
                                              const std::map<std::string, std::string>& named) {
  std::map<BundlePath, Reason> unused;
  for (const auto& [path, doubt] : tree.doubtful) {
    if (!doubt.folder.empty() || !tree.files.contains(path) || used.contains(path)) continue;
    if (named.contains(std::string(path.name()))) continue;
    unused.emplace(path, Reason{"prune", doubt.reason, doubt.rule});
  }
  return unused;
}

Findings left_out_findings(const StagedTree& tree, const Decisions& decisions) {
  std::vector<std::pair<std::string, std::string>> shown;  // path and reason
  bool is_any_staged = false;
  std::map<std::string, std::size_t> dropped, all;  // files by folder
  for (const auto& each : tree.left_out) {
    log_detail(format("left out: {} ({})", printable(each.path), each.reason));
    if (!each.quiet) shown.emplace_back(each.path, each.reason);
  }
  for (const auto& [path, doubt] : tree.doubtful) {
    const auto decision = decisions.find(path);
    if (decision == decisions.end() || path.parent().name() == "__pycache__") continue;
    const bool is_dropped = decision->second.verdict == Verdict::drop;
    if (!doubt.folder.empty()) {
      ++all[doubt.folder];
      if (is_dropped) ++dropped[doubt.folder];
    } else if (is_dropped) {
      log_detail(format("left out: {} ({})", printable(path.bytes()), doubt.reason));
      is_any_staged = true;
      shown.emplace_back(path.bytes(), doubt.reason.substr(0, doubt.reason.find(';')));
    }
  }
  Findings findings;
  if (!shown.empty()) {
    const auto* hint = is_any_staged
                           ? "code that names one of them, an event that opens it, or keep = [\"PATH\"] "
                             "bundles it; `source` in [function] names the files to bundle"
                           : "`source` in [function] names the files to bundle, if something is missing";
    std::string list;
    for (std::size_t i = 0; i < std::min(shown.size(), most_named); ++i)
      list += format("{}{} ({})", i == 0 ? "" : ", ", shown[i].first, shown[i].second);
    if (shown.size() > most_named) list += format(" and {} more", shown.size() - most_named);
    findings.push_back({Severity::note, "left-out", shown.front().first,
                        format("not bundled, because no function needs them: {}", list), hint});
  }
  for (const auto& [folder, count] : dropped)
    findings.push_back(
        {Severity::note, "folder-by-reach", folder,
         format("{} of the {} files in {}/ {} not bundled: no event used {}, and nothing that is "
                "kept leads there",
                count, all[folder], folder, count == 1 ? "is" : "are", count == 1 ? "it" : "them"),
         format("keep = [\"{}/**\"] bundles them", folder)});
  return findings;
}

Findings secret_findings(const StagedTree& tree, const FileSet& bundled,
                         const std::vector<UserGlob>& allowed) {
  Findings findings;
  std::set<const UserGlob*> matched;
  for (const auto& [path, secret] : tree.secrets) {
    bool is_allowed = false;
    for (const auto& glob : allowed) {
      if (!Glob(glob.glob).matches(path.bytes())) continue;
      matched.insert(&glob);
      is_allowed = true;
    }
    if (is_allowed || !bundled.contains(path)) continue;
    if (secret.by_name) {
      findings.push_back(
          {Severity::warning, "secret-file", path.bytes(), secret.what + ", and goes into the bundle",
           "name it in .lbundleignore or leave it out of `function.source`; Lambda's environment or "
           "Secrets Manager is the place for secrets"});
      continue;
    }
    const auto where = secret.line > 0 ? format("line {} has {}", secret.line, secret.what)
                                       : format("it is {}", secret.what);
    findings.push_back({Severity::error, "secret-file", path.bytes(),
                        where + ", and it would go into the bundle",
                        format("leave it out (.lbundleignore, or `source` in [function]) and let the "
                               "function read it from Secrets "
                               "Manager; allow_secrets = [\"{}\"] in [function] bundles it all the same",
                               path.bytes())});
  }
  for (const auto& glob : allowed)
    if (!matched.contains(&glob))
      findings.push_back({Severity::warning, "unused-glob", "",
                          format("allow_secrets '{}' names no file with a secret", glob.glob),
                          format("remove it ({})", to_text(glob.location))});
  return findings;
}

}  // namespace lbundle
