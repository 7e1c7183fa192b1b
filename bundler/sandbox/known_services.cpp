// The problem: handlers write to S3, queues and tables, or to a database, and an answer of "ok" says nothing
// about what they wrote. The idea: one line in the project file starts a server that is filled with a seed.
// The server says what an event wrote, and that is compared like the answer (runs/compare_written.cpp).
//
// AWS is moto's server at a pinned version, on an interpreter of its own. The function never sees its files.
// A client gets there in two ways. AWS_ENDPOINT_URL leads new SDKs, over plain HTTP. For all others the
// sandbox's name server answers names of AWS, and HTTPS with a certificate of the sandbox's own authority is
// there (service_aws_gateway.py). Both together are the most robust: the variable needs no certificates, so
// it works with SDKs that bring their own ones, and the names work for clients that ignore it.
//
// A database is this machine's own server. Its data folder with the seed is made once, and each run has a
// copy. Rejected: to start one server for a whole build and fork or reset it for each run. moto takes 0.5 s
// from start to seed, and a database less, and a server per run is what keeps events apart.
#include "sandbox/known_services.hpp"

#include <algorithm>

#include "cache/inventory.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/bubblewrap.hpp"
#include "os/log.hpp"
#include "os/temp_dir.hpp"
#include "os/tree_content.hpp"
#include "project/tool_pins.hpp"
#include "python/script.hpp"
#include "python/tools.hpp"
#include "sandbox/database_servers.hpp"

namespace lbundle {

namespace {

constexpr const char* moto = "moto";
// Also in service_aws.py.
constexpr int endpoint_port = 4566;
// Where Amazon Linux has certificates, and where Go and OpenSSL look for them there.
constexpr const char* certificates = "/etc/pki/tls/certs/ca-bundle.crt";

constexpr std::chrono::minutes time_for_template{5};

using Variables = std::map<std::string, std::string>;

bool is_known(const Service& service) {
  return service.kind != ServiceKind::command;
}

bool has_aws(const std::vector<Service>& services) {
  return std::ranges::any_of(services, [](const Service& each) { return each.kind == ServiceKind::aws; });
}

// The words that `environment` of a service may have in braces.
Variables places_of(const Service& service) {
  if (service.kind == ServiceKind::aws) {
    return {{"host", "127.0.0.1"},
            {"port", std::to_string(endpoint_port)},
            {"url", format("http://127.0.0.1:{}", endpoint_port)}};
  }
  return places_of_database(service);
}

std::string filled_in(std::string text, const Variables& places) {
  for (const auto& [name, value] : places) {
    const auto place = "{" + name + "}";
    for (auto at = text.find(place); at != std::string::npos; at = text.find(place, at + value.size()))
      text.replace(at, place.size(), value);
  }
  return text;
}

Variables usual_variables(const Service& service) {
  if (service.kind == ServiceKind::aws)
    return {{"AWS_ENDPOINT_URL", places_of(service).at("url")}, {"AWS_EC2_METADATA_DISABLED", "true"}};
  return usual_variables_of_database(service);
}

// The key of a database's template: the server, its seed, and the programs that make it.
Digest template_key(const Service& service, const HostPath& server) {
  KeyBuilder key;
  key.add("database 1").add(to_text(service.kind)).add(service.database).add(digest_of_file(server));
  key.add(python_scripts_digest());
  for (const auto& seed : service.seed) key.add(digest_of_file(seed));
  return key.key();
}

Json specification_of_database(const Service& service, const HostPath& data) {
  return {{"kind", to_text(service.kind)},
          {"name", to_text(service.kind)},
          {"programs", service.programs.string()},
          {"template", service.prepared.string()},
          {"data", data.string()},
          {"database", service.database}};
}

// Makes the template in the folder `target`, in a network of its own.
void make_template(const Service& service, const Interpreter& python, const HostPath& target) {
  log_step(format("the {} of the sandbox is set up, once", to_text(service.kind)));
  auto specification = specification_of_database(service, target / "data");
  specification["state"] = (target / "state.json").string();
  specification["log"] = (target / "setup.log").string();
  specification["seed"] = Json::array();
  for (const auto& seed : service.seed) specification["seed"].push_back(seed.string());
  write_file(target / "setup.json", to_line(specification));
  Command command;
  command.arguments = {bubblewrap_program().string(), "--dev-bind",    "/", "/",
                       "--die-with-parent",           "--unshare-net", "--"};
  const auto program = python_script_command(python, PythonStart::bare, "service_template",
                                             {(target / "setup.json").string()});
  command.arguments.insert(command.arguments.end(), program.begin(), program.end());
  command.folder = service.folder;
  command.time_limit = time_for_template;
  const auto end = run(command);
  if (end.succeeded()) return;
  const auto log = target / "setup.log";
  const bool seed_fails = end.error_output.starts_with("the seed fails");
  throw Error("set up", to_text(service.kind),
              end.error_output.empty() ? describe(end) : std::string(trimmed(end.error_output)),
              seed_fails
                  ? "correct the `seed` of the [[sandbox.service]]"
                  : format("look at the server's log below; it is the one of {}", service.programs.string()))
      .with_detail(fs::exists(log) && !seed_fails ? last_lines(read_text_file(log), 15) : "");
}

Service ready_database(Service service, const Interpreter& python, const Store& store) {
  const auto server = database_server(service.kind);
  service.programs = server.parent_path();
  service.prepared = store.folder() / "databases" / to_hex(template_key(service, server)).substr(0, 32);
  mark_used(service.prepared);
  if (fs::is_directory(service.prepared)) return service;
  TempDir fresh(store.folder() / "databases", "setting-up");
  make_template(service, python, fresh.path());
  fresh.publish_unless_there(service.prepared);
  return service;
}

// Adds the files that a seed of the stand-in names: {"file": PATH} anywhere, and folders of buckets.
void add_named_files(KeyBuilder& key, const Json& json, const HostPath& folder) {
  boost::system::error_code ignored;
  if (json.is_string()) {
    const auto path = fs::absolute(json.get<std::string>(), folder);
    if (fs::is_directory(path, ignored)) key.add(content_of(path));
  }
  if (!json.is_structured()) return;
  for (const auto& [name, value] : json.items()) {
    const bool is_file = name == "file" && value.is_string();
    const auto path = is_file ? fs::absolute(value.get<std::string>(), folder) : HostPath();
    if (is_file && fs::is_regular_file(path, ignored)) key.add(digest_of_file(path));
    if (!is_file) add_named_files(key, value, folder);
  }
}

// A script may read anything. What is in a folder of its own, it probably reads.
void add_seed_of_aws(KeyBuilder& key, const Service& service, const HostPath& seed) {
  key.add(seed.filename().string()).add(digest_of_file(seed));
  const auto folder = seed.parent_path();
  if (seed.extension() == ".json") {
    const auto json = Json::parse(read_text_file(seed), nullptr, false);
    if (json.is_object() && json.contains("s3")) add_named_files(key, json.at("s3"), folder);
  } else if (folder != service.folder) {
    key.add(content_of(folder));
  }
}

}  // namespace

bool has_known_services(const std::vector<Service>& services) {
  return std::ranges::any_of(services, is_known);
}

std::vector<Service> ready_services(std::vector<Service> services, const Interpreter& python,
                                    const Store& store) {
  for (auto& service : services) {
    if (service.kind == ServiceKind::aws) {
      const auto tool = tool_named(moto, store);
      service.prepared = tool.folder;
      service.programs = tool.python.program;
    } else if (is_known(service)) {
      service = ready_database(std::move(service), python, store);
    }
  }
  return services;
}

Variables with_service_variables(Variables own, const std::vector<Service>& services) {
  for (const auto& service : services) {
    if (is_known(service)) own.merge(usual_variables(service));
    for (const auto& [name, value] : service.environment)
      own[name] = is_known(service) ? filled_in(value, places_of(service)) : value;
  }
  return own;
}

Json specification_of_known(const Service& service, const SandboxPlan& plan, std::size_t number,
                            const HostPath& folder) {
  if (service.kind != ServiceKind::aws)
    return specification_of_database(service, folder / format("data-{}", number));
  auto seed = Json::array();
  for (const auto& file : service.seed) seed.push_back(file.string());
  const auto settings = folder / format("aws-{}.json", number);
  write_file(settings, to_line({{"tool", service.prepared.string()},
                                {"seed", seed},
                                {"folder", service.folder.string()},
                                {"region", plan.deployment.region},
                                {"account", plan.deployment.account},
                                {"certificate", (folder / "certificate.pem").string()}}));
  return {{"kind", "aws"},
          {"name", "aws"},
          {"command", python_script_command(Interpreter{.program = service.programs}, PythonStart::bare,
                                            "service_aws", {settings.string()})}};
}

SandboxPlan with_surroundings(SandboxPlan plan, const HostPath& folder) {
  if (!has_aws(plan.settings.services)) return plan;
  fs::create_directories(folder);
  write_file(folder / "resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:2\n");
  // Without it, an older C library asks the name server before the file of hosts.
  write_file(folder / "nsswitch.conf", "hosts: files dns\n");
  plan.settings.mounts.push_back({folder / "resolv.conf", "/etc/resolv.conf", false});
  plan.settings.mounts.push_back({folder / "nsswitch.conf", "/etc/nsswitch.conf", false});
  plan.settings.mounts.push_back({folder / "certificate.pem", certificates, false});
  for (const auto* name : {"AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"})
    plan.environment.try_emplace(name, certificates);
  return plan;
}

void add_known_service(KeyBuilder& key, const Service& service) {
  if (!is_known(service)) return;
  key.add(to_text(service.kind)).add("known 1");
  if (service.kind != ServiceKind::aws) {
    key.add(service.prepared.filename().string());
    return;
  }
  for (const auto& package : tool_pins(moto).packages) key.add(package);
  for (const auto& seed : service.seed) add_seed_of_aws(key, service, seed);
}

}  // namespace lbundle
