#include "project/project_tables.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <stdexcept>

#include "model/glob.hpp"
#include "model/lambda_paths.hpp"
#include "model/limits.hpp"
#include "model/text.hpp"
#include "project/service_tables.hpp"
#include "project/table_paths.hpp"

namespace lbundle {

namespace {

using Kind = TomlNode::Kind;

std::vector<Event> read_event_files(const TomlTable& table, const HostPath& folder) {
  Event event;
  event.compare = table.choice<Compare>("compare",
                                        {{"json", Compare::json},
                                         {"bytes", Compare::bytes},
                                         {"status", Compare::status},
                                         {"none", Compare::none}},
                                        Compare::json);
  event.expect =
      table.choice<Expect>("expect", {{"answer", Expect::answer}, {"error", Expect::error}}, Expect::answer);
  event.verify_only = table.boolean("verify_only").value_or(false);
  event.compare_tmp = table.boolean("compare_tmp").value_or(false);
  event.tolerance = table.number("tolerance", 0.0, 1.0).value_or(event.tolerance);
  if (event.tolerance > 0 && event.compare != Compare::json)
    throw table.document().error(*table.find_any("tolerance"), "'tolerance' is only for compare = \"json\"",
                                 "the other ways to compare do not look at numbers");
  for (const auto* pointer : table.texts("ignore")) {
    if (!pointer->text.starts_with('/'))
      throw table.document().error(*pointer, format("'{}' is not a JSON pointer", pointer->text),
                                   "it begins with '/': \"/headers/date\"");
    event.ignore.push_back(pointer->text);
  }
  std::vector<Event> events;
  const auto patterns = table.texts("files");
  if (patterns.empty()) throw table.document().error(table.node(), "[[event]] without 'files'");
  for (const auto* pattern : patterns) {
    for (auto& file : existing_files(table.document(), *pattern, folder)) {
      event.name = file.stem().string();
      event.file = std::move(file);
      events.push_back(event);
    }
  }
  return events;
}

// Reads "1%" or "2 MB": a size, or what follows the plus of a growth.
Growth read_amount(std::string_view text, const Error& wrong) {
  static constexpr std::array<std::pair<std::string_view, double>, 8> units{{{"B", 1},
                                                                             {"kB", 1e3},
                                                                             {"KB", 1e3},
                                                                             {"MB", 1e6},
                                                                             {"GB", 1e9},
                                                                             {"KiB", 1024},
                                                                             {"MiB", 1024.0 * 1024},
                                                                             {"GiB", 1024.0 * 1024 * 1024}}};
  double number = 0;
  const auto [end, mistake] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (mistake != std::errc{} || !(number >= 0 && number < 1e9)) throw wrong;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  while (text.starts_with(' ')) text.remove_prefix(1);
  if (text == "%") return {.relative = true, .percent = number, .bytes = {}};
  const auto unit = std::ranges::find(units, text, &std::pair<std::string_view, double>::first);
  if (unit == units.end()) throw wrong;
  return {.relative = false,
          .percent = 0,
          .bytes = ByteSize(static_cast<std::uint64_t>(std::llround(number * unit->second)))};
}

Growth read_growth(const TomlDocument& document, const TomlNode& node) {
  const auto wrong = document.error(node, format("'{}' is not a growth", node.text),
                                    "write \"+1%\" or \"+2 MB\" (B, kB, MB, GB, KiB, MiB, GiB)");
  if (node.kind != TomlNode::Kind::text || !node.text.starts_with('+')) throw wrong;
  return read_amount(std::string_view(node.text).substr(1), wrong);
}

ByteSize read_size(const TomlDocument& document, const TomlNode& node) {
  const auto wrong = document.error(node, format("'{}' is not a size", node.text),
                                    "write \"10 kB\" (B, kB, MB, GB, KiB, MiB, GiB)");
  const auto amount = read_amount(node.text, wrong);
  if (amount.relative) throw wrong;
  return amount.bytes;
}

Mount read_mount(const TomlTable& table, const HostPath& folder) {
  Mount mount;
  mount.source = existing_path(table.document(), table.need("source", Kind::text), folder);
  const auto& target = table.need("target", Kind::text);
  mount.target = HostPath(target.text).lexically_normal().string();
  while (mount.target.ends_with("/.")) mount.target.resize(mount.target.size() - 2);
  const auto taken = {"", "/", "/tmp", task_root, layer_root};
  if (std::ranges::find(taken, mount.target) != taken.end() || !mount.target.starts_with('/') ||
      mount.target.starts_with("//") || target.text.find("..") != std::string::npos)
    throw table.document().error(target, format("'{}' is not a place for a mount", target.text),
                                 "write an absolute path of its own inside the sandbox: \"/mnt/data\"");
  mount.writable = table.boolean("writable").value_or(false);
  return mount;
}

}  // namespace

std::vector<UserGlob> read_user_globs(const TomlTable& table, std::string_view key) {
  std::vector<UserGlob> globs;
  for (const auto* node : table.texts(key)) {
    try {
      const Glob checked(node->text);
      globs.push_back({checked.pattern(), table.document().location(*node)});
    } catch (const std::invalid_argument& mistake) {
      throw table.document().error(*node, format("bad glob '{}': {}", node->text, mistake.what()),
                                   "globs are relative to the bundle's root: \"numpy/fft/**\"");
    }
  }
  return globs;
}

std::vector<Event> read_events(const std::vector<TomlTable>& tables, const HostPath& folder) {
  std::vector<Event> events;
  std::map<std::string, HostPath> seen;
  for (const auto& table : tables) {
    for (auto& event : read_event_files(table, folder)) {
      const auto [first, is_new] = seen.emplace(event.name, event.file);
      if (!is_new)
        throw table.document().error(*table.find_any("files"),
                                     format("two events are named '{}': '{}' and '{}'", event.name,
                                            first->second.lexically_relative(folder).string(),
                                            event.file.lexically_relative(folder).string()),
                                     "an event is named after its file; rename one of them, or name it once");
      events.push_back(std::move(event));
    }
  }
  return events;
}

Sandbox read_sandbox(const TomlTable& table, const HostPath& folder, const Deployment& deployment) {
  auto sandbox = sandbox_of(deployment);
  // Lambda's own bounds: a function may run for up to 15 minutes, have from 128 to 10,240 MB of memory, and
  // from 512 to 10,240 MB of storage.
  if (const auto seconds = table.number("timeout", 0.1, 900))
    sandbox.timeout = std::chrono::milliseconds(std::llround(*seconds * 1000));
  sandbox.memory = static_cast<int>(table.integer("memory", 128, 10'240).value_or(sandbox.memory));
  sandbox.tmp = static_cast<int>(table.integer("tmp", 512, 10'240).value_or(sandbox.tmp));
  sandbox.cold_starts = static_cast<int>(table.integer("cold_starts", 0, 100).value_or(sandbox.cold_starts));
  sandbox.mode = table.choice<SandboxMode>(
      "mode", {{"auto", SandboxMode::automatic}, {"none", SandboxMode::none}}, SandboxMode::automatic);
  sandbox.network = table.choice<Network>(
      "network", {{"none", Network::none}, {"loopback", Network::loopback}, {"host", Network::host}},
      Network::none);
  for (const auto& mount : table.tables("mount", {"source", "target", "writable"}))
    sandbox.mounts.push_back(read_mount(mount, folder));
  sandbox.services = read_services(table, folder, sandbox.network);
  return sandbox;
}

std::vector<Layer> read_layers(const std::vector<TomlTable>& tables, const HostPath& folder) {
  std::vector<Layer> layers;
  layers.reserve(tables.size());
  for (const auto& table : tables)
    layers.push_back({existing_file(table.document(), table.need("zip", Kind::text), folder)});
  return layers;
}

Trace read_trace(const TomlTable& table) {
  Trace trace;
  trace.method = table.choice<TraceMethod>("method",
                                           {{"auto", TraceMethod::automatic},
                                            {"notify", TraceMethod::notify},
                                            {"ptrace", TraceMethod::ptrace},
                                            {"fanotify", TraceMethod::fanotify},
                                            {"atime", TraceMethod::atime}},
                                           TraceMethod::automatic);
  trace.runs = static_cast<int>(table.integer("runs", 1, 100).value_or(trace.runs));
  return trace;
}

Prune read_prune(const TomlTable& table) {
  Prune prune;
  prune.level_given = table.find_any("level") != nullptr;
  prune.level = table.choice<PruneLevel>("level",
                                         {{"none", PruneLevel::none},
                                          {"package", PruneLevel::package},
                                          {"reach", PruneLevel::reach},
                                          {"trace", PruneLevel::trace}},
                                         prune.level);
  prune.keep = read_user_globs(table, "keep");
  prune.drop = read_user_globs(table, "drop");
  prune.loud = table.boolean("loud").value_or(prune.loud);
  return prune;
}

Shrink read_shrink(const TomlTable& table) {
  Shrink shrink;
  const auto* dedupe = table.find_any("dedupe");
  if (dedupe != nullptr && dedupe->kind == Kind::boolean) {
    shrink.dedupe = dedupe->boolean ? DedupeMode::safe : DedupeMode::off;
  } else {
    shrink.dedupe = table.choice<DedupeMode>(
        "dedupe",
        {{"safe", DedupeMode::safe}, {"identical", DedupeMode::identical}, {"off", DedupeMode::off}},
        shrink.dedupe);
  }
  shrink.strip = table.boolean("strip").value_or(shrink.strip);
  shrink.only_reached_functions = table.choice<bool>("functions", {{"reached", true}, {"all", false}}, true);
  shrink.bytecode = table.choice<BytecodeForm>("bytecode",
                                               {{"sourceless", BytecodeForm::sourceless},
                                                {"unchecked", BytecodeForm::unchecked},
                                                {"source", BytecodeForm::source}},
                                               shrink.bytecode);
  shrink.untouched = read_user_globs(table, "untouched");
  return shrink;
}

Limits read_limits(const TomlTable& table) {
  Limits limits;
  limits.direct_upload = table.choice<bool>("upload", {{"direct", true}, {"s3", false}}, true);
  const auto most = static_cast<std::int64_t>(limits::unzipped.bytes());
  if (const auto used = table.integer("layers_unzipped", 0, most))
    limits.layers_unzipped = ByteSize(static_cast<std::uint64_t>(*used));
  return limits;
}

Budget read_budget(const TomlTable& table) {
  Budget budget;
  if (const auto* node = table.find("zipped", Kind::text))
    budget.zipped = read_growth(table.document(), *node);
  if (const auto* node = table.find("unzipped", Kind::text))
    budget.unzipped = read_growth(table.document(), *node);
  if (const auto* node = table.find("noise", Kind::text)) budget.noise = read_size(table.document(), *node);
  if (const auto* packages = table.find("packages", Kind::table)) {
    for (const auto& entry : packages->entries)
      budget.packages.emplace(entry.key, read_growth(table.document(), entry.value));
  }
  return budget;
}

}  // namespace lbundle
