#include "project/project.hpp"

#include <stdexcept>

#include "model/error.hpp"
#include "model/glob.hpp"
#include "model/text.hpp"
#include "os/bytes.hpp"
#include "project/project_tables.hpp"
#include "project/service_tables.hpp"

namespace lbundle {

namespace {

constexpr const char* own_name = "lbundle.toml";
constexpr const char* shared_name = "pyproject.toml";

// The table with our settings: the whole of lbundle.toml, or [tool.lbundle]; null if a pyproject.toml has no
// such table.
const TomlNode* own_table(const TomlDocument& document, const HostPath& file) {
  const auto* table = &document.root();
  if (file.filename() == own_name) return table;
  for (const std::string_view key : {"tool", "lbundle"}) {
    const TomlNode* next = nullptr;
    for (const auto& entry : table->entries)
      if (entry.key == key) next = &entry.value;
    if (next == nullptr) return nullptr;
    table = next;
  }
  return table;
}

bool has_own_table(const HostPath& file) {
  const auto text = read_text_file(file);
  // A pyproject.toml without our table may have syntax that our parser does not know. So a syntax error is
  // reported only if the file contains our name.
  if (text.find("lbundle") == std::string::npos) return false;
  return own_table(TomlDocument(file.string(), text), file) != nullptr;
}

// The path as shown to the user: relative to the current folder if the file is below it.
std::string shown(const HostPath& file) {
  const auto relative = file.lexically_relative(fs::current_path());
  return relative.empty() || relative.begin()->string() == ".." ? file.string() : relative.string();
}

Project read_tables(const TomlTable& top, const HostPath& file) {
  Project project;
  project.file = file;
  project.folder = file.parent_path();
  const auto stage =
      top.table("stage", {"backend", "image", "run_image", "engine_flags", "preinstalled", "interpreter",
                          "system_libraries", "command", "inputs", "outputs", "network"});
  if (stage) project.stage = read_stage(*stage);
  const bool with_command = project.stage.command.has_value();
  const auto function =
      top.table("function", {"name", "handler", "runtime", "architecture", "source", "requirements", "extras",
                             "groups", "region", "account", "version", "alias", "log_group", "log_stream",
                             "initialization_type", "memory", "timeout", "allow_secrets"});
  if (!function)
    throw top.document().error(top.node(), "there is no [function]",
                               "write [function] with a name, a handler and a runtime such as python3.13");
  project.function = read_function(*function, project.folder, with_command);
  project.function.placed =
      read_placed_sources(top.tables("source", {"from", "to"}), project.folder, with_command);
  if (stage)
    project.function.leave_preinstalled =
        stage->choice<bool>("preinstalled", {{"bundle", false}, {"runtime", true}}, false);
  if (const auto* environment = top.find_any("environment"))
    project.environment = read_environment(top.document(), *environment);
  project.events = read_events(top.tables("event", {"files", "compare", "expect", "ignore", "verify_only",
                                                    "compare_tmp", "tolerance"}),
                               project.folder);
  if (project.events.empty())
    throw top.document().error(top.node(), "there is no [[event]]",
                               "name at least one event file: [[event]] with files = \"events/*.json\"");
  project.sandbox = sandbox_of(project.function.deployment);
  if (const auto table = top.table(
          "sandbox", {"mode", "timeout", "memory", "tmp", "network", "cold_starts", "mount", "service"})) {
    project.sandbox = read_sandbox(*table, project.folder, project.function.deployment);
    for (auto& event : project.events) event.ignore_written = ignored_of_services(*table);
  }
  project.layers = read_layers(top.tables("layer", {"zip"}), project.folder);
  if (const auto table = top.table("trace", {"method", "runs"})) project.trace = read_trace(*table);
  if (const auto table = top.table("prune", {"level", "keep", "drop", "loud"}))
    project.prune = read_prune(*table);
  if (const auto table = top.table("shrink", {"dedupe", "strip", "functions", "bytecode", "untouched"}))
    project.shrink = read_shrink(*table);
  if (const auto table = top.table("pack", {"level"}))
    project.pack_level = table->choice<PackLevel>(
        "level", {{"fast", PackLevel::fast}, {"best", PackLevel::best}, {"max", PackLevel::max}},
        PackLevel::best);
  if (const auto table = top.table("limits", {"upload", "layers_unzipped"}))
    project.limits = read_limits(*table);
  if (const auto table = top.table("budget", {"zipped", "unzipped", "noise", "packages"}))
    project.budget = read_budget(*table);
  return project;
}

}  // namespace

HostPath find_project_file(const HostPath& folder) {
  const auto start = fs::absolute(folder).lexically_normal();
  if (!fs::is_directory(start))
    throw Error("open", folder.string(), "there is no such folder").with_status(ExitStatus::wrong_usage);
  for (auto at = start; !at.empty(); at = at.parent_path()) {
    if (fs::is_regular_file(at / own_name)) return at / own_name;
    if (fs::is_regular_file(at / shared_name) && has_own_table(at / shared_name)) return at / shared_name;
  }
  throw Error("find", own_name, format("neither '{}' nor a folder above it has one", folder.string()),
              "`lbundle init` writes one")
      .with_status(ExitStatus::wrong_usage);
}

Project read_project(const HostPath& file) {
  const auto path = fs::absolute(file).lexically_normal();
  if (!fs::is_regular_file(path))
    throw Error("read", file.string(), "there is no such file").with_status(ExitStatus::wrong_usage);
  const TomlDocument document(shown(path), read_text_file(path));
  const auto* table = own_table(document, path);
  if (table == nullptr)
    throw document.error_at(0, 0, 0, "there is no [tool.lbundle]", "`lbundle init` writes an lbundle.toml");
  const TomlTable top(document, *table,
                      {"function", "source", "environment", "event", "stage", "sandbox", "layer", "trace",
                       "prune", "shrink", "pack", "limits", "budget"});
  return read_tables(top, path);
}

Sandbox sandbox_of(const Deployment& deployment) {
  Sandbox sandbox;
  sandbox.memory = deployment.memory.value_or(sandbox.memory);
  sandbox.timeout = deployment.timeout.value_or(sandbox.timeout);
  return sandbox;
}

UserGlob command_line_glob(const std::string& option, const std::string& glob) {
  try {
    const Glob checked(glob);
    return {checked.pattern(), {option, 0, 0}};
  } catch (const std::invalid_argument& mistake) {
    throw Error("understand", option + " " + glob, format("bad glob: {}", mistake.what()),
                "globs are relative to the bundle's root: 'numpy/fft/**'")
        .with_status(ExitStatus::wrong_usage);
  }
}

const char* to_text(PruneLevel level) {
  switch (level) {
    case PruneLevel::none:
      return "none";
    case PruneLevel::package:
      return "package";
    case PruneLevel::reach:
      return "reach";
    case PruneLevel::trace:
      return "trace";
  }
  return "";
}

std::optional<PruneLevel> parse_prune_level(std::string_view name) {
  for (const auto level : {PruneLevel::none, PruneLevel::package, PruneLevel::reach, PruneLevel::trace})
    if (name == to_text(level)) return level;
  return std::nullopt;
}

}  // namespace lbundle
