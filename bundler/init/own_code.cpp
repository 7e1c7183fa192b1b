#include "init/own_code.hpp"

#include <algorithm>
#include <deque>

#include "init/literals.hpp"
#include "init/own_parts.hpp"
#include "json/json.hpp"
#include "model/text.hpp"
#include "os/bytes.hpp"

namespace lbundle::init {

namespace {

// The folders of this repository that package-lock.json puts into node_modules as links, by the names of
// their packages: workspaces. The lock file is beside `code` or above it, up to `folder`.
std::map<std::string, HostPath> linked_packages(const HostPath& code, const HostPath& folder) {
  boost::system::error_code ignored;
  auto at = code;
  while (at != folder && at.has_parent_path() && !fs::is_regular_file(at / "package-lock.json", ignored))
    at = at.parent_path();
  std::map<std::string, HostPath> links;
  const auto file = at / "package-lock.json";
  if (!fs::is_regular_file(file, ignored)) return links;
  const auto lock = parse_json(read_text_file(file), shown(file, folder));
  if (!lock.is_object() || !lock.contains("packages") || !lock["packages"].is_object()) return links;
  static const std::string modules = "node_modules/";
  for (const auto& [place, package] : lock["packages"].items())
    if (place.starts_with(modules) && package.is_object() && package.value("link", false))
      links.emplace(place.substr(modules.size()), at / package.value("resolved", ""));
  return links;
}

class CodeWalk {
 public:
  CodeWalk(const Handler& handler, HostPath folder, const OwnFiles& files, CodeReader& reader)
      : root_(handler.code), folder_(std::move(folder)), handler_(handler), reader_(reader) {
    if (handler.language == Language::nodejs) links_ = linked_packages(root_, folder_);
    for (const auto& [path, file] : files) {
      const auto relative = file.lexically_relative(root_).generic_string();
      if (!relative.empty() && !relative.starts_with("..")) files_.emplace(relative, file);
    }
  }

  OwnCode walk() {
    add_file(handler_.module, "the handler");
    while (!open_.empty()) {
      const auto file = open_.front();
      open_.pop_front();
      if (read_.insert(file).second) read(file);
    }
    found_.parts = reached_.parts(handler_);
    return std::move(found_);
  }

 private:
  std::string path_of(const HostPath& file) const { return file.lexically_relative(root_).generic_string(); }

  bool is_file(const HostPath& path) const {
    boost::system::error_code ignored;
    return fs::is_regular_file(path, ignored);
  }

  bool is_folder(const HostPath& path) const {
    boost::system::error_code ignored;
    return fs::is_directory(path, ignored);
  }

  void add_file(const HostPath& file, const std::string& why) {
    const auto path = path_of(file);
    if (path.starts_with("..") || !reached_.add_file(path, why)) return;
    if (is_python(file) || is_javascript(file)) open_.push_back(file);
  }

  void add_folder(const HostPath& path, const std::string& why) {
    const auto name = path_of(path);
    if (name.empty() || name == "." || name.starts_with("..") || !reached_.add_folder(name, why)) return;
    std::vector<HostPath> sources;
    for (auto at = files_.lower_bound(name + "/"); at != files_.end() && at->first.starts_with(name + "/");
         ++at) {
      const auto inside = BundlePath::parse(at->first.substr(name.size() + 1));
      const bool source = is_python(at->second) || is_javascript(at->second);
      if (inside && source && !is_beside_the_function(*inside)) sources.push_back(at->second);
    }
    reader_.read(sources);
    open_.insert(open_.end(), sources.begin(), sources.end());
  }

  std::string at_line(const HostPath& file, int line) const {
    return format("{}, line {}", shown(file, folder_), line);
  }

  void read(const HostPath& file) {
    const auto facts = reader_.of(file);
    if (!facts.only_text.empty())
      found_.notes.push_back(
          format("{} was only searched as plain text ({}), so an import may be missing in `source`",
                 shown(file, folder_), facts.only_text));
    for (const auto& import : facts.imports) {
      const auto why = at_line(file, import.line) + ", imports it";
      const bool own = is_python(file) ? follow_python(file, import, why) : follow_script(file, import, why);
      const auto first = is_python(file) ? import.name.substr(0, import.name.find('.')) : import.name;
      if (!own && !first.empty() && !first.starts_with('.') && !facts.standard.contains(first))
        add_text(found_.outside, {import.name, at_line(file, import.line)});
    }
    for (const auto& [service, line] : facts.clients)
      add_text(found_.services, {service, at_line(file, line)});
    for (const auto& variable : facts.variables) add_variable(file, variable);
    for (const auto& [text, line] : facts.texts) follow_text(file, text, at_line(file, line));
    for (const auto& [name, line] : facts.names) follow_name(name, at_line(file, line) + ", names it");
  }

  static void add_text(std::vector<Text>& texts, Text text) {
    if (std::ranges::find(texts, text.value, &Text::value) == texts.end()) texts.push_back(std::move(text));
  }

  void add_variable(const HostPath& file, const SourceFacts::Variable& variable) {
    auto& known = found_.variables;
    const auto same = std::ranges::find(known, variable.name, &Variable::name);
    if (same != known.end()) {
      same->needed = same->needed || variable.needed;
      return;
    }
    known.push_back({variable.name, variable.value, at_line(file, variable.line), {}, variable.needed});
  }

  // True if the import leads to own files.
  bool follow_python(const HostPath& file, const SourceFacts::Import& import, const std::string& why) {
    auto name = import.name;
    auto base = root_;
    if (name.starts_with('.')) {
      base = file.parent_path();
      for (name.erase(0, 1); name.starts_with('.'); name.erase(0, 1)) base = base.parent_path();
    }
    std::vector<std::string> parts;
    for (std::size_t at = 0; at < name.size();) {
      const auto dot = std::min(name.find('.', at), name.size());
      parts.push_back(name.substr(at, dot - at));
      at = dot + 1;
    }
    bool own = parts.empty();
    auto place = base;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      own = step(place, parts[i], why) || own;
      place /= parts[i];
      if (!is_folder(place)) return own;
    }
    for (const auto& taken : import.taken) own = step(place, taken, why) || own;
    return own;
  }

  // Adds the module `name` of the folder `place`.
  bool step(const HostPath& place, const std::string& name, const std::string& why) {
    if (is_file(place / (name + ".py"))) {
      add_file(place / (name + ".py"), why);
      return true;
    }
    if (is_file(place / name / "__init__.py")) {
      add_folder(place / name, why);
      return true;
    }
    for (const auto& [path, file] : files_) {
      const auto found = file.filename().string();
      if (file.parent_path() != place || !found.ends_with(".so") || !found.starts_with(name + ".")) continue;
      add_file(file, why);
      return true;
    }
    // A folder without __init__.py is a package too, if there is Python in it.
    const auto prefix = path_of(place / name) + "/";
    const auto at = files_.lower_bound(prefix);
    return at != files_.end() && at->first.starts_with(prefix) && is_folder(place / name);
  }

  bool follow_script(const HostPath& file, const SourceFacts::Import& import, const std::string& why) {
    if (!import.name.starts_with('.')) return follow_workspace(import.name, why);
    const auto target = without_slash((file.parent_path() / import.name).lexically_normal());
    for (const auto* ending : {"", ".js", ".mjs", ".cjs", ".json", "/index.js", "/index.mjs", "/index.cjs"}) {
      const HostPath path = target.string() + ending;
      if (!is_file(path)) continue;
      add_file(path, why);
      return true;
    }
    return false;
  }

  // "@shop/pricing/plans/gold": the folder of the workspace @shop/pricing.
  bool follow_workspace(const std::string& name, const std::string& why) {
    const auto slash = name.find('/', name.starts_with('@') ? name.find('/') + 1 : 0);
    const auto known = links_.find(name.substr(0, slash));
    if (known == links_.end() || !is_folder(known->second)) return false;
    add_folder(known->second, why);
    return true;
  }

  // A module that is named by a constant, as in DJANGO_SETTINGS_MODULE: "shop.settings", "shop.tax.Rule".
  void follow_name(std::string name, const std::string& why) {
    for (;;) {
      auto path = name;
      std::ranges::replace(path, '.', '/');
      if (const auto file = BundlePath::parse(path + ".py"); file && files_.contains(file->bytes())) {
        if (!is_beside_the_function(*file)) add_file(root_ / file->bytes(), why);
        return;
      }
      const auto dot = name.rfind('.');
      if (dot == std::string::npos) return;
      name.resize(dot);
    }
  }

  void follow_text(const HostPath& file, std::string text, const std::string& place) {
    const auto why = place + ", names it";
    if (text.starts_with("/mnt/")) {
      add_text(found_.mounts, {text, place});
      return;
    }
    static const std::string task = "/var/task/";
    if (text.starts_with(task)) text.erase(0, task.size());
    if (text.starts_with('/') || text == "." || text == "..") return;
    for (const auto& base : {file.parent_path(), root_}) {
      const auto path = without_slash((base / text).lexically_normal());
      const auto relative = path_of(path);
      if (relative.empty() || relative == "." || relative.starts_with("..")) continue;
      if (is_list_of_packages(path.filename().string())) continue;
      if (files_.contains(relative)) {
        add_file(path, why);
        return;
      }
      if (is_folder(path) && holds_data(relative, file)) {
        add_folder(path, why);
        return;
      }
    }
  }

  static bool is_list_of_packages(const std::string& name) {
    return name == "requirements.txt" || name == "package.json" || name == "package-lock.json" ||
           name == "pyproject.toml" || name == "Dockerfile";
  }

  // True for a folder that is none of tests and events, and is not that of the module itself.
  bool holds_data(const std::string& folder, const HostPath& module) const {
    const auto name = folder.substr(folder.rfind('/') + 1);
    if (name == "events" || name == "dist" || path_of(module).starts_with(folder + "/")) return false;
    const auto probe = BundlePath::parse(folder + "/x");
    const auto at = files_.lower_bound(folder + "/");
    return probe && !is_beside_the_function(*probe) && at != files_.end() &&
           at->first.starts_with(folder + "/");
  }

  const HostPath root_, folder_;
  const Handler& handler_;
  CodeReader& reader_;
  std::map<std::string, HostPath> files_;  // by the path relative to the bundle's root
  std::map<std::string, HostPath> links_;
  ReachedFiles reached_;
  std::set<HostPath> read_;
  std::deque<HostPath> open_;
  OwnCode found_;
};

}  // namespace

OwnCode own_code(const Handler& handler, const HostPath& folder, const OwnFiles& files, CodeReader& reader) {
  return CodeWalk(handler, folder, files, reader).walk();
}

}  // namespace lbundle::init
