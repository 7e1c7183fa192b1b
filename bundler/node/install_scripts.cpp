// The problem: staging runs no script of a package. Most packages with an install script work without it:
// they bring a build for each platform and compile only if none fits, or they print a request for donations.
// If each of them gave a warning, users would overlook the one that matters.
//
// The idea: look for the result of the script, which is native code that fits. If there is none, read the
// script. A script that starts no program, uses no network and writes nothing beside itself cannot have built
// or fetched anything.
//
// Rejected: a list of packages, because it would soon be out of date; hasInstallScript in the lock file
// alone, because it only says that there is a script.
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

// Modules of Node.js that cannot build or fetch anything. Writing is checked separately.
constexpr std::array harmless_modules{
    "assert",      "buffer",   "console", "constants",      "crypto",          "events",
    "fs",          "module",   "os",      "path",           "perf_hooks",      "process",
    "querystring", "readline", "stream",  "string_decoder", "timers",          "tty",
    "url",         "util",     "v8",      "fs/promises",    "timers/promises", "util/types",
    "path/posix"};
// Commands that only print something, or refuse the installation.
constexpr std::array harmless_commands{
    "echo", "exit", "true", ":", "only-allow", "opencollective", "opencollective-postinstall"};
constexpr std::array writing_words{"writeFile", "appendFile", "createWriteStream", "copyFile", "cpSync",
                                   "symlink",   "rename",     "linkSync"};
constexpr std::array own_place_words{"__dirname", "__filename", "import.meta", "cwd(", "INIT_CWD"};

// The byte at offset 18 of a little-endian ELF file. Source: <elf.h>.
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

// The folder of the package that this package.json describes; nothing if the file is not directly in a
// package's folder.
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

// True if the package itself, without the packages below it, has native code for the architecture. With
// `addons_only`, only addons count, otherwise any program or library.
bool has_native(const FileSet& files, const BundlePath& folder, Architecture architecture, bool addons_only) {
  const auto below = (folder / "node_modules").bytes() + "/";
  for (const auto& [path, node] : files.below(folder)) {
    const auto* file = std::get_if<RegularFile>(&node);
    if (file == nullptr || path.bytes().starts_with(below)) continue;
    const bool addon = path.extension() == ".node";
    // Builds for both C libraries are side by side, and their names say which is which.
    if (path.name().find("musl") != std::string_view::npos) continue;
    if ((addon || !addons_only) && fits(*file, architecture)) return true;
  }
  return false;
}

// True if one of the optionalDependencies of the package, which npm chose for this platform, has native code.
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

// The commands of "a && b || exit 0". Quoted text is not divided.
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

  // True if the script can do nothing but read and print.
  bool is_harmless(const std::string& script) const {
    return std::ranges::all_of(commands_of(script), [&](const std::string& command) {
      auto rest = trimmed(command);
      auto first = take_word(rest);
      if (first == "npx") first = take_word(rest);
      if (is_one_of(harmless_commands, first)) return true;
      if (first != "node") return false;
      if (!rest.starts_with("-e ")) return file_is_harmless(package_, take_word(rest), 0);
      rest = trimmed(rest.substr(3));
      if (rest.size() < 2 || (rest.front() != '"' && rest.front() != '\'')) return false;
      return text_is_harmless(package_, rest.substr(1, rest.size() - 2), 0);
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

  bool file_is_harmless(const BundlePath& folder, const std::string& name, int depth) const {
    if (depth > deepest || name.find(js_hole) != std::string::npos) return false;
    for (const auto* ending : {"", ".js", ".cjs", ".mjs", ".json", "/index.js"}) {
      const auto path = folder.resolve(name + ending);
      if (!path || files_.find_file(*path) == nullptr) continue;
      if (path->extension() == ".json") return true;
      return text_is_harmless(path->parent(), *text_of(files_, *path), depth);
    }
    return false;
  }

  bool text_is_harmless(const BundlePath& folder, const std::string& text, int depth) const {
    if (text.find("fetch(") != std::string::npos) return false;
    if (has_any(text, writing_words) && has_any(text, own_place_words)) return false;
    const auto facts = read_text_(text);
    if (facts.computed || !facts.unparsed.empty()) return false;
    return std::ranges::all_of(facts.loads, [&](const JsFacts::Load& load) {
      auto name = load.name;
      if (name.starts_with("node:")) name = name.substr(5);
      if (name.starts_with(js_folder)) return file_is_harmless(folder, "." + name.substr(1), depth + 1);
      if (name.starts_with('.')) return file_is_harmless(folder, name, depth + 1);
      return is_one_of(harmless_modules, name);
    });
  }

  const FileSet& files_;
  BundlePath package_;
  const ReadJsText& read_text_;
};

// The scripts that npm runs. If there is no `install` or `preinstall`, npm builds a binding.gyp, unless
// `gypfile` is false.
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
  const bool allows_gyp = !manifest.contains("gypfile") || manifest["gypfile"] != false;
  if (!installs && allows_gyp && files.contains(folder / "binding.gyp"))
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
    if (std::ranges::all_of(scripts, [&](const std::string& script) { return reader.is_harmless(script); }))
      continue;
    if (has_native(files, *folder, architecture, true) ||
        has_native_choice(files, *folder, manifest, architecture))
      continue;
    findings.push_back({Severity::warning, "install-script", folder->bytes(),
                        "has an install script that was not run: what the script would build or fetch is "
                        "missing",
                        "use a release whose native code is in packages of its own, or build it in Lambda's "
                        "image"});
  }
  return findings;
}

}  // namespace lbundle
