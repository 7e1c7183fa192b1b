// The problem: no script of a package is run when it is staged, and most packages that have one are whole
// without: they bring a build for each platform and compile only where none fits, or print a plea for money.
// A warning for each of them teaches to overlook the one that counts. The idea: look for what the script is
// there for, native code that fits; and where there is none, read the script: one that starts no program,
// talks to nobody and writes nothing beside itself cannot have built or fetched anything. Rejected: a list of
// packages, which is old tomorrow; the lock file's hasInstallScript alone, which says that there is a script
// and no more.
#include "node/install_scripts.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "cache/store.hpp"
#include "json/json.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

// Modules of Node.js with which nothing can be built or fetched. Writing is looked at apart.
constexpr std::array harmless_modules{
    "assert",      "buffer",   "console", "constants",      "crypto",          "events",
    "fs",          "module",   "os",      "path",           "perf_hooks",      "process",
    "querystring", "readline", "stream",  "string_decoder", "timers",          "tty",
    "url",         "util",     "v8",      "fs/promises",    "timers/promises", "util/types",
    "path/posix"};
// Commands that tell or refuse and do no more.
constexpr std::array harmless_commands{
    "echo", "exit", "true", ":", "only-allow", "opencollective", "opencollective-postinstall"};
constexpr std::array writing_words{"writeFile", "appendFile", "createWriteStream", "copyFile", "cpSync",
                                   "symlink",   "rename",     "linkSync"};
constexpr std::array own_place_words{"__dirname", "__filename", "import.meta", "cwd(", "INIT_CWD"};

// Offset 18 of an ELF file, little-endian; source: <elf.h>.
constexpr unsigned char machine_of_x86_64 = 62;
constexpr unsigned char machine_of_aarch64 = 183;

std::string trimmed(const std::string& text) {
  const auto begin = text.find_first_not_of(" \t\n");
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(" \t\n") + 1 - begin);
}

bool is_one_of(const auto& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool has_any(std::string_view text, const auto& words) {
  return std::ranges::any_of(words,
                             [&](const char* word) { return text.find(word) != std::string_view::npos; });
}

std::optional<std::string> text_of(const FileSet& files, const BundlePath& path) {
  const auto* file = files.find_file(path);
  if (file == nullptr) return std::nullopt;
  return std::string(as_text(read_content(file->content)));
}

// The folder of the package that this package.json describes; nothing for one deeper in a package.
std::optional<BundlePath> package_of(const BundlePath& manifest) {
  if (manifest.name() != "package.json") return std::nullopt;
  const auto folder = manifest.parent();
  if (folder.is_root()) return std::nullopt;
  const auto above = folder.parent();
  const bool scoped = !above.is_root() && above.name().starts_with('@');
  const auto modules = scoped ? above.parent() : above;
  if (modules.is_root() || modules.name() != "node_modules") return std::nullopt;
  return folder;
}

bool fits(const RegularFile& file, Architecture architecture) {
  const auto bytes = read_content(file.content);
  if (bytes.size() < 20 || !as_text(bytes).starts_with("\x7F"
                                                       "ELF"))
    return false;
  return static_cast<unsigned char>(bytes[18]) ==
         (architecture == Architecture::arm64 ? machine_of_aarch64 : machine_of_x86_64);
}

// Native code in the package itself, not in packages below it: addons alone, or any program or library.
bool has_native(const FileSet& files, const BundlePath& folder, Architecture architecture, bool addons_only) {
  const auto below = (folder / "node_modules").bytes() + "/";
  for (const auto& [path, node] : files.below(folder)) {
    const auto* file = std::get_if<RegularFile>(&node);
    if (file == nullptr || path.bytes().starts_with(below)) continue;
    const bool addon = path.extension() == ".node";
    // Builds for both C libraries lie side by side, and their names say which is which.
    if (path.name().find("musl") != std::string_view::npos) continue;
    if ((addon || !addons_only) && fits(*file, architecture)) return true;
  }
  return false;
}

// Whether a package that `folder` may have, chosen by npm for this platform, brings native code.
bool has_native_choice(const FileSet& files, const BundlePath& folder, const Json& manifest,
                       Architecture architecture) {
  if (!manifest.contains("optionalDependencies") || !manifest["optionalDependencies"].is_object())
    return false;
  for (const auto& [name, range] : manifest["optionalDependencies"].items()) {
    for (auto at = folder;; at = at.parent()) {
      const auto place = BundlePath::parse((at.is_root() ? "" : at.bytes() + "/") + "node_modules/" + name);
      if (place && files.has_folder(*place)) {
        if (has_native(files, *place, architecture, false)) return true;
        break;
      }
      if (at.is_root()) break;
    }
  }
  return false;
}

// "a && b || exit 0" in its commands; what stands in quotes stays whole.
std::vector<std::string> commands_of(const std::string& script) {
  std::vector<std::string> commands(1);
  char quote = 0;
  for (const char c : script) {
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '&' || c == '|' || c == ';') {
      commands.emplace_back();
      continue;
    }
    commands.back() += c;
  }
  std::erase_if(commands, [](const std::string& command) { return trimmed(command).empty(); });
  return commands;
}

class ScriptReader {
 public:
  ScriptReader(const FileSet& files, BundlePath package, const ReadJsText& read_text)
      : files_(files), package_(std::move(package)), read_text_(read_text) {}

  // Whether the script can do nothing but look and print.
  bool only_tells(const std::string& script) const {
    return std::ranges::all_of(commands_of(script), [&](const std::string& command) {
      auto rest = trimmed(command);
      auto first = take_word(rest);
      if (first == "npx") first = take_word(rest);
      if (is_one_of(harmless_commands, first)) return true;
      if (first != "node") return false;
      if (!rest.starts_with("-e ")) return file_only_tells(package_, take_word(rest), 0);
      rest = trimmed(rest.substr(3));
      if (rest.size() < 2 || (rest.front() != '"' && rest.front() != '\'')) return false;
      return text_only_tells(package_, rest.substr(1, rest.size() - 2), 0);
    });
  }

 private:
  static constexpr int deepest = 5;

  static std::string take_word(std::string& text) {
    const auto end = std::min(text.find_first_of(" \t"), text.size());
    auto word = text.substr(0, end);
    text = trimmed(text.substr(end));
    return word;
  }

  bool file_only_tells(const BundlePath& folder, const std::string& name, int depth) const {
    if (depth > deepest || name.find(js_hole) != std::string::npos) return false;
    for (const auto* ending : {"", ".js", ".cjs", ".mjs", ".json", "/index.js"}) {
      const auto path = folder.resolve(name + ending);
      if (!path || files_.find_file(*path) == nullptr) continue;
      if (path->extension() == ".json") return true;
      return text_only_tells(path->parent(), *text_of(files_, *path), depth);
    }
    return false;
  }

  bool text_only_tells(const BundlePath& folder, const std::string& text, int depth) const {
    if (text.find("fetch(") != std::string::npos) return false;
    if (has_any(text, writing_words) && has_any(text, own_place_words)) return false;
    const auto facts = read_text_(text);
    if (facts.computed || !facts.unparsed.empty()) return false;
    return std::ranges::all_of(facts.loads, [&](const JsFacts::Load& load) {
      auto name = load.name;
      if (name.starts_with("node:")) name = name.substr(5);
      if (name.starts_with(js_folder)) return file_only_tells(folder, "." + name.substr(1), depth + 1);
      if (name.starts_with('.')) return file_only_tells(folder, name, depth + 1);
      return is_one_of(harmless_modules, name);
    });
  }

  const FileSet& files_;
  BundlePath package_;
  const ReadJsText& read_text_;
};

// As npm runs them; without an `install` or `preinstall`, a binding.gyp is built.
std::vector<std::string> install_scripts(const FileSet& files, const BundlePath& folder,
                                         const Json& manifest) {
  std::vector<std::string> scripts;
  bool installs = false;
  if (manifest.contains("scripts") && manifest["scripts"].is_object()) {
    for (const auto* name : {"preinstall", "install", "postinstall"}) {
      const auto script = manifest["scripts"].find(name);
      if (script == manifest["scripts"].end() || !script->is_string()) continue;
      scripts.push_back(script->get<std::string>());
      installs = installs || std::string_view(name) != "postinstall";
    }
  }
  const bool wants_gyp = !manifest.contains("gypfile") || manifest["gypfile"] != false;
  if (!installs && wants_gyp && files.contains(folder / "binding.gyp"))
    scripts.emplace_back("node-gyp rebuild");
  return scripts;
}

}  // namespace

Findings judge_install_scripts(const FileSet& files, Architecture architecture, const ReadJsText& read_text) {
  Findings findings;
  for (const auto& [path, node] : files) {
    const auto folder = package_of(path);
    const auto text = folder ? text_of(files, path) : std::nullopt;
    if (!text) continue;
    const auto manifest = Json::parse(*text, nullptr, false);
    if (!manifest.is_object()) continue;
    const auto scripts = install_scripts(files, *folder, manifest);
    const ScriptReader reader(files, *folder, read_text);
    if (std::ranges::all_of(scripts, [&](const std::string& script) { return reader.only_tells(script); }))
      continue;
    if (has_native(files, *folder, architecture, true) ||
        has_native_choice(files, *folder, manifest, architecture))
      continue;
    findings.push_back({Severity::warning, "install-script", folder->bytes(),
                        "has a script that runs when it is installed, and it was not run: what the script "
                        "would build or fetch is missing",
                        "take a release that brings its native code as packages of their own, or build it in "
                        "Lambda's image"});
  }
  return findings;
}

}  // namespace lbundle
