#include "project/service_tables.hpp"

#include <algorithm>

#include "model/text.hpp"
#include "project/table_paths.hpp"

namespace lbundle {

namespace {

using Kind = TomlNode::Kind;

const TomlTable::Keys service_keys{"command",     "ready",   "kind",   "seed",
                                   "environment", "compare", "ignore", "database"};

// Throws if `table` has a key that is not for its kind of service.
void refuse_keys(const TomlTable& table, std::initializer_list<const char*> keys, const std::string& hint) {
  for (const auto* key : keys)
    if (const auto* node = table.find_any(key))
      throw table.document().error(*node, format("'{}' is not for this service", key), hint);
}

ServiceKind kind_of(const TomlTable& table) {
  return table.choice<ServiceKind>("kind",
                                   {{"aws", ServiceKind::aws},
                                    {"postgres", ServiceKind::postgres},
                                    {"mysql", ServiceKind::mysql},
                                    {"redis", ServiceKind::redis}},
                                   ServiceKind::command);
}

Service read_command(const TomlTable& table, const HostPath& folder) {
  refuse_keys(table, {"seed", "compare", "ignore", "database"},
              "it is for a service with a `kind`: aws, postgres, mysql or redis");
  Service service{.folder = folder};
  service.command = table.plain_texts("command");
  if (service.command.empty())
    throw table.document().error(
        table.node(), "a service without 'command'",
        "write the server's command, or a `kind`: \"aws\", \"postgres\", \"mysql\" or \"redis\"");
  service.ready = table.text("ready").value_or("");
  return service;
}

// How the seed of each kind ends.
std::vector<std::string> endings_of_seed(ServiceKind kind) {
  if (kind == ServiceKind::aws) return {".json", ".py"};
  return {kind == ServiceKind::redis ? ".redis" : ".sql"};
}

std::vector<HostPath> read_seed(const TomlTable& table, const HostPath& folder, ServiceKind kind) {
  const auto endings = endings_of_seed(kind);
  std::vector<HostPath> files;
  for (const auto* node : table.texts("seed")) {
    if (std::ranges::none_of(endings, [&](const auto& ending) { return node->text.ends_with(ending); })) {
      std::string list;
      for (const auto& ending : endings) list += (list.empty() ? "" : " or ") + ending;
      throw table.document().error(*node, format("a seed of '{}' ends in {}", to_text(kind), list));
    }
    files.push_back(existing_file(table.document(), *node, folder));
  }
  return files;
}

Service read_known(const TomlTable& table, const HostPath& folder, ServiceKind kind, Network network) {
  refuse_keys(table, {"command", "ready"}, "a service has a `kind` or a `command`");
  if (kind == ServiceKind::aws || kind == ServiceKind::redis)
    refuse_keys(table, {"database"}, "it is for the kinds postgres and mysql");
  if (network == Network::host)
    throw table.document().error(
        *table.find_any("kind"),
        format("'{}' needs the sandbox's own network, and `network` is \"host\"", to_text(kind)),
        "leave `network` out of [sandbox]; or start the server yourself, with `command`, on a free port");
  Service service{.kind = kind, .folder = folder};
  service.seed = read_seed(table, folder, kind);
  service.database = table.text("database").value_or(service.database);
  return service;
}

}  // namespace

const char* to_text(ServiceKind kind) {
  switch (kind) {
    case ServiceKind::command:
      return "command";
    case ServiceKind::aws:
      return "aws";
    case ServiceKind::postgres:
      return "postgres";
    case ServiceKind::mysql:
      return "mysql";
    case ServiceKind::redis:
      return "redis";
  }
  return "";
}

std::vector<Service> read_services(const TomlTable& sandbox, const HostPath& folder, Network network) {
  std::vector<Service> services;
  for (const auto& table : sandbox.tables("service", service_keys)) {
    const auto kind = kind_of(table);
    auto service =
        kind == ServiceKind::command ? read_command(table, folder) : read_known(table, folder, kind, network);
    // Two of a kind would use the same port.
    if (kind != ServiceKind::command && std::ranges::count(services, kind, &Service::kind) > 0)
      throw table.document().error(*table.find_any("kind"), format("a second service '{}'", to_text(kind)),
                                   "one server has room for all: give it several files as `seed`");
    service.environment = text_map(table.text_entries("environment"));
    services.push_back(std::move(service));
  }
  return services;
}

std::vector<std::string> ignored_of_services(const TomlTable& sandbox) {
  std::vector<std::string> ignored;
  for (const auto& table : sandbox.tables("service", service_keys)) {
    const std::string name = to_text(kind_of(table));
    if (!table.choice<bool>("compare", {{"written", true}, {"none", false}}, true))
      ignored.push_back("/" + name);
    for (const auto* pointer : table.texts("ignore")) {
      if (!pointer->text.starts_with('/'))
        throw table.document().error(*pointer, format("'{}' is not a JSON pointer", pointer->text),
                                     "it begins with '/': \"/s3/my-bucket\", \"/orders\"");
      ignored.push_back("/" + name + pointer->text);
    }
  }
  return ignored;
}

}  // namespace lbundle
