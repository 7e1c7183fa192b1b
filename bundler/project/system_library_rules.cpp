#include "project/system_library_rules.hpp"

#include <algorithm>

#include "model/bundle_path.hpp"
#include "model/digest.hpp"
#include "model/error.hpp"
#include "model/host_path.hpp"
#include "model/text.hpp"
#include "project/embedded_rules.hpp"
#include "project/toml_document.hpp"

namespace lbundle {

namespace {

constexpr std::string_view recipes_folder = "rules/system-libraries/";

using Kind = TomlNode::Kind;

// The text of the Python file of that name beside the recipes.
std::string text_of_program(const TomlDocument& document, const TomlNode& name) {
  for (const auto& [file, text] : embedded_rule_files(recipes_folder)) {
    if (file == std::string(recipes_folder) + name.text && name.text.ends_with(".py"))
      return std::string(text);
  }
  throw document.error(name, format("no file '{}' is in {}", name.text, recipes_folder),
                       "name a Python file beside the recipes");
}

// Throws Error if `path` leaves the folder that it is relative to.
void require_inside(const TomlDocument& document, const TomlNode& node, const std::string& path) {
  if (!BundlePath::parse(path))
    throw document.error(node, format("'{}' is not a plain relative path", path),
                         "write it without '..' and without a '/' at the start");
}

void require_reason(const TomlTable& table) {
  table.need("reason", Kind::text);
  table.need("source", Kind::text);
}

// Packages by the name of a runtime's system. Other names are an error, because they would never be used.
std::map<std::string, std::vector<std::string>> read_rpm(const TomlTable& top, const char* key) {
  std::map<std::string, std::vector<std::string>> packages;
  const auto* node = top.find(key, Kind::table);
  if (node == nullptr) return packages;
  std::vector<std::string_view> systems;
  for (const auto& runtime : known_runtimes()) systems.push_back(runtime.os);
  for (const auto& entry : node->entries) {
    if (std::ranges::find(systems, entry.key) == systems.end())
      throw top.document().error(entry.value, format("no runtime has the system '{}'", entry.key),
                                 "write \"Amazon Linux 2\" or \"Amazon Linux 2023\"");
    if (entry.value.kind != Kind::array) throw top.document().error(entry.value, "it must be a list");
    for (const auto& item : entry.value.items) packages[entry.key].push_back(item.text);
  }
  return packages;
}

std::vector<LibraryOrigin> read_from(const TomlTable& top) {
  static const std::vector<LibraryOrigin> all{LibraryOrigin::image, LibraryOrigin::machine,
                                              LibraryOrigin::archive, LibraryOrigin::build};
  if (top.find_any("from") == nullptr) return all;
  std::vector<LibraryOrigin> from;
  std::vector<std::string_view> known;
  for (const auto origin : all) known.emplace_back(to_text(origin));
  for (const auto* node : top.texts("from")) {
    const auto found = std::ranges::find(known, std::string_view(node->text));
    if (found == known.end()) throw top.unknown_value(*node, known);
    from.push_back(all[static_cast<std::size_t>(found - known.begin())]);
  }
  return from;
}

LibraryBuild read_build(const TomlTable& table, const SystemLibrary& library) {
  const auto& document = table.document();
  require_reason(table);
  LibraryBuild build;
  build.version = table.need("version", Kind::text).text;
  const auto& sha256 = table.need("sha256", Kind::text);
  if (!digest_from_hex(sha256.text)) throw document.error(sha256, "it is not a SHA-256 in hexadecimal");
  build.sha256 = sha256.text;
  build.archives = table.plain_texts("archives");
  if (build.archives.empty()) throw document.error(table.node(), "'archives' names nothing");
  build.library = table.text("library").value_or(library.libraries.front());
  if (!library.gives(build.library))
    throw document.error(*table.find_any("library"), format("'{}' is not among 'libraries'", build.library));
  for (const auto* node : table.texts("sources")) {
    require_inside(document, *node, node->text);
    build.sources.push_back(node->text);
  }
  if (build.sources.empty()) throw document.error(table.node(), "'sources' names nothing");
  build.flags = table.plain_texts("flags");
  for (const auto* node : table.texts("licences")) {
    require_inside(document, *node, node->text);
    build.licences.push_back(node->text);
  }
  if (build.licences.empty())
    throw document.error(table.node(), "'licences' names nothing", "the licence goes into the bundle");
  const auto written = table.text_entries("written");
  for (const auto* entry : written) require_inside(document, entry->value, entry->key);
  build.written = text_map(written);
  if (const auto* program = table.find("data_program", Kind::text))
    build.data_program = text_of_program(document, *program);
  for (const auto* node : table.texts("data")) {
    require_inside(document, *node, node->text);
    build.data.push_back(node->text);
  }
  if (build.data_program.empty() != build.data.empty())
    throw document.error(table.node(), "'data_program' and 'data' go together");
  return build;
}

SystemLibrary read(const TomlTable& top, const std::string& file) {
  const auto& document = top.document();
  require_reason(top);
  SystemLibrary library;
  library.name = HostPath(file).stem().string();
  library.libraries = top.plain_texts("libraries");
  if (library.libraries.empty()) throw document.error(top.node(), "'libraries' names nothing");
  for (const auto& soname : library.libraries)
    if (soname.find('/') != std::string::npos || soname.find(".so") == std::string::npos)
      throw document.error(*top.find_any("libraries"), format("'{}' is not a SONAME", soname),
                           "write it as the loader asks for it: \"libexpat.so.1\"");
  library.rpm = read_rpm(top, "rpm");
  library.debian = top.plain_texts("debian");
  library.from = read_from(top);
  const auto data = top.text_entries("data");
  for (const auto* entry : data) {
    require_inside(document, entry->value, entry->key);
    require_inside(document, entry->value, entry->value.text);
  }
  library.data = text_map(data);
  if (const auto* advice = top.find("advice", Kind::text)) library.advice = advice->text;
  library.headers = top.plain_texts("headers");
  library.devel = read_rpm(top, "devel");
  library.compiled_by = top.plain_texts("compiled_by");
  if (library.devel.empty() && !(library.headers.empty() && library.compiled_by.empty()))
    throw document.error(top.node(), "'headers' and 'compiled_by' need 'devel'",
                         "name the packages that have the headers");
  for (const auto& entry :
       top.tables("opened_by", {"distribution", "libraries", "unless", "instead", "reason", "source"})) {
    require_reason(entry);
    LibraryOpener opener{entry.need("distribution", Kind::text).text, entry.plain_texts("libraries"),
                         entry.plain_texts("unless"), entry.need("reason", Kind::text).text,
                         entry.text("instead").value_or("")};
    if (opener.libraries.empty()) opener.libraries = library.libraries;
    for (const auto& soname : opener.libraries)
      if (!library.gives(soname))
        throw document.error(*entry.find_any("libraries"), format("'{}' is not among 'libraries'", soname));
    library.openers.push_back(std::move(opener));
  }
  for (const auto& entry :
       top.tables("build", {"version", "archives", "sha256", "library", "sources", "flags", "licences",
                            "written", "data_program", "data", "reason", "source"}))
    library.builds.push_back(read_build(entry, library));
  if (const auto stub = top.table("stub", {"symbols", "reason", "source"})) {
    require_reason(*stub);
    library.stub_symbols = stub->plain_texts("symbols");
    if (library.stub_symbols.empty())
      throw document.error(stub->node(), "'symbols' names nothing",
                           "list names that only the real library defines");
    library.from.insert(library.from.begin(), LibraryOrigin::stub);
  }
  return library;
}

std::vector<SystemLibrary> read_known() {
  auto all = parse_embedded_rules(recipes_folder, parse_system_library);
  std::ranges::sort(all, {}, &SystemLibrary::name);
  return all;
}

}  // namespace

const char* to_text(LibraryOrigin origin) {
  switch (origin) {
    case LibraryOrigin::stub:
      return "stub";
    case LibraryOrigin::image:
      return "image";
    case LibraryOrigin::machine:
      return "machine";
    case LibraryOrigin::archive:
      return "archive";
    case LibraryOrigin::build:
      return "build";
  }
  return "";
}

bool SystemLibrary::gives(std::string_view soname) const {
  return std::ranges::find(libraries, soname) != libraries.end();
}

const std::vector<SystemLibrary>& known_system_libraries() {
  static const auto all = read_known();
  return all;
}

const SystemLibrary* find_system_library(std::string_view name) {
  const auto& all = known_system_libraries();
  const auto found = std::ranges::find(all, name, &SystemLibrary::name);
  return found == all.end() ? nullptr : &*found;
}

const SystemLibrary* system_library_giving(std::string_view soname) {
  const auto& all = known_system_libraries();
  const auto found = std::ranges::find_if(all, [&](const auto& library) { return library.gives(soname); });
  return found == all.end() ? nullptr : &*found;
}

std::string rpm_packages_text(const SystemLibrary& library, const Runtime& runtime) {
  const auto found = library.rpm.find(runtime.os);
  std::string text;
  if (found == library.rpm.end()) return text;
  for (const auto& package : found->second) text += (text.empty() ? "" : " ") + package;
  return text;
}

std::string install_command(const SystemLibrary& library, const Runtime& runtime) {
  const auto packages = rpm_packages_text(library, runtime);
  if (packages.empty()) return {};
  // Amazon Linux 2 has no dnf.
  return format("{} install -y {}", runtime.os == "Amazon Linux 2" ? "yum" : "dnf", packages);
}

std::string text_of_system_library_rules() {
  std::string all;
  for (const auto beginning : {recipes_folder, std::string_view("rules/tools.toml")})
    for (const auto& [path, text] : embedded_rule_files(beginning))
      all.append(path).append(1, '\0').append(text).append(1, '\0');
  return all;
}

const SystemLibrary* system_library_to_compile(std::string_view distribution, std::string_view log) {
  const auto lacks = [&](const std::string& header) {
    // clang's and gcc's words.
    return log.find(format("'{}' file not found", header)) != std::string_view::npos ||
           log.find(format(" {}: No such file", header)) != std::string_view::npos;
  };
  const auto& all = known_system_libraries();
  auto found = std::ranges::find_if(
      all, [&](const auto& library) { return std::ranges::any_of(library.headers, lacks); });
  if (found == all.end())
    found = std::ranges::find_if(all, [&](const auto& library) {
      return std::ranges::find(library.compiled_by, distribution) != library.compiled_by.end();
    });
  return found == all.end() ? nullptr : &*found;
}

std::string way_to_library(const std::string& soname, const Runtime& runtime) {
  const auto by_hand =
      format("add it by hand: put {}, built on {}, into lib/ beside the handler, where the runtime looks",
             soname, runtime.os);
  const auto* library = system_library_giving(soname);
  if (library == nullptr)
    return format("{}; `{} provides '*/{}'` in an image of {} names the package that has it", by_hand,
                  runtime.os == "Amazon Linux 2" ? "yum" : "dnf", soname, runtime.os);
  auto text = format(
      "`lbundle build` adds it by the recipe {0} if [stage] has system_libraries = \"auto\", "
      "or [\"{0}\"]; or {1}",
      library->name, by_hand);
  const auto packages = rpm_packages_text(*library, runtime);
  if (!packages.empty()) text += format(", where the package {} has it", packages);
  return text;
}

SystemLibrary parse_system_library(const std::string& file, const std::string& text) {
  const TomlDocument document(file, text);
  const TomlTable top(document, document.root(),
                      {"libraries", "reason", "source", "rpm", "debian", "from", "data", "opened_by", "build",
                       "stub", "advice", "headers", "devel", "compiled_by"});
  return read(top, file);
}

}  // namespace lbundle
