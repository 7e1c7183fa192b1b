// The problem: handlers talk to S3, Glue and the like, and the sandbox has no network. The idea: the servers
// run on the loopback of a network namespace that only they and the sandbox share, and are started again for
// each run of each event. So an event always finds them in their first state, whatever ran before it or at
// the same time, and the unshrunk tree and the bundle run under the same conditions. The port is the one in
// the project file, however many events run at once. Rejected: servers that live as long as the build. They
// are quicker, but make an answer depend on the order of events and on how often each ran.
//
// A server is not part of the function. It sees this machine as its user does, except for the network. What
// events send to it is a stranger's all the same, so servers of a known kind get none of the caller's
// variables and the stand-in for AWS is under the filter of os/seccomp_filter.hpp. A `command` may need both.
#include "sandbox/services.hpp"

#include "json/json.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/bytes.hpp"
#include "os/seccomp_filter.hpp"
#include "os/tree.hpp"
#include "python/script.hpp"
#include "sandbox/known_services.hpp"

namespace lbundle {

namespace {

// services.py's exit status if a server could not be started.
constexpr int not_started = 123;
constexpr const char* filter_name = "filter";
constexpr std::size_t shown_log_lines = 15;

std::string specification_of(const SandboxPlan& plan, const HostPath& logs) {
  auto services = Json::array();
  for (const auto& service : plan.settings.services) {
    if (service.kind != ServiceKind::command) {
      services.push_back(specification_of_known(service, plan, services.size(), logs));
      continue;
    }
    services.push_back(
        {{"command", service.command}, {"folder", service.folder.string()}, {"ready", service.ready}});
  }
  return to_line({{"logs", logs.string()},
                  {"control", control_name(plan, logs)},
                  {"filter", (logs / filter_name).string()},
                  {"services", services}});
}

// What messages and logs call the service.
std::string name_of(const Service& service) {
  return service.kind == ServiceKind::command ? HostPath(service.command.front()).filename().string()
                                              : to_text(service.kind);
}

const char* way_out(const Service& service) {
  if (service.kind == ServiceKind::command)
    return "correct [[sandbox.service]]; `ready` must be a URL that the server answers on loopback, the "
           "only network that it has";
  return service.kind == ServiceKind::aws
             ? "correct the `seed` of the [[sandbox.service]]; the manual describes its form"
             : "look at the server's log below";
}

std::string end_of_log(const ServiceRun& services, std::size_t number) {
  const auto log = services.folder / format("{}.log", number);
  return fs::exists(log) ? last_lines(read_text_file(log), shown_log_lines) : "";
}

// Adds the digest of a program that is found in PATH. A name with a slash is handled like any other file.
void add_program(KeyBuilder& key, const std::string& name) {
  if (name.find('/') != std::string::npos) return;
  const auto program = find_program(name);
  if (!program.empty()) key.add(digest_of_file(program));
}

// Adds a folder's content if it is in the project, because it may be the server's data. A folder outside of
// the project may be anything, even "/".
void add_folder_of_project(KeyBuilder& key, const HostPath& path, const HostPath& project) {
  const auto inside = path.lexically_normal().lexically_relative(project.lexically_normal());
  if (inside.empty() || inside == "." || *inside.begin() == ".." || !fs::is_directory(path)) return;
  for (const auto& [name, node] : scan_tree(path, 1)) {
    key.add(name.bytes());
    if (const auto* file = std::get_if<RegularFile>(&node)) key.add(file->content.digest);
  }
}

}  // namespace

const Interpreter& python_for_services(const SandboxPlan& plan) {
  if (plan.interpreter.root.empty()) return plan.interpreter;
  static const auto own = find_any_python();
  return own;
}

ServiceRun prepare_services(const SandboxPlan& plan, const HostPath& folder) {
  if (plan.settings.services.empty()) return {};
  fs::create_directories(folder);
  write_file(folder / filter_name, sandbox_filter());
  write_file(folder / "services.json", specification_of(plan, folder));
  ServiceRun services;
  services.folder = folder;
  services.prefix = {"bwrap", "--dev-bind", "/", "/", "--die-with-parent"};
  // The stand-in for AWS listens on the ports of HTTPS and DNS, in a network of its own.
  if (has_known_services(plan.settings.services))
    services.prefix.insert(services.prefix.end(), {"--cap-add", "CAP_NET_BIND_SERVICE"});
  if (plan.settings.network != Network::host) services.prefix.emplace_back("--unshare-net");
  services.prefix.emplace_back("--");
  const auto program = python_script_command(python_for_services(plan), PythonStart::bare, "services",
                                             {(folder / "services.json").string()});
  services.prefix.insert(services.prefix.end(), program.begin(), program.end());
  return services;
}

void require_services(const SandboxPlan& plan, const ServiceRun& services, const ProcessEnd& end) {
  if (services.prefix.empty() || end.exit_code != not_started) return;
  const auto said = last_lines(end.error_output, 1);
  const auto record = Json::parse(said, nullptr, false);
  if (!record.is_object() || !record.contains("service") || !record.contains("why")) return;
  const auto number = record.at("service").get<std::size_t>();
  const auto& service = plan.settings.services.at(number);
  const bool any = service.kind == ServiceKind::command;
  throw Error("start", any ? service.command.front() : to_text(service.kind),
              record.at("why").get<std::string>() + (any ? ", as a service of the sandbox" : ""),
              way_out(service))
      .with_detail(end_of_log(services, number));
}

std::vector<std::string> written_by_events(const SandboxPlan& plan, const ServiceRun& services,
                                           std::size_t count) {
  std::vector<std::string> written(count);
  if (!has_known_services(plan.settings.services)) return written;
  for (std::size_t i = 0; i < count; ++i) {
    const auto file = services.folder / format("written-{}.json", i);
    if (!fs::exists(file)) break;
    written[i] = read_text_file(file);
    const auto json = Json::parse(written[i], nullptr, false);
    if (!json.is_object() || !json.contains("failed")) continue;
    const auto number = json.at("service").get<std::size_t>();
    throw Error("read", "what an event wrote",
                format("the server '{}' fails: {}", name_of(plan.settings.services.at(number)),
                       json.at("failed").get<std::string>()))
        .with_detail(end_of_log(services, number));
  }
  return written;
}

std::string control_name(const SandboxPlan& plan, const HostPath& folder) {
  if (!has_known_services(plan.settings.services)) return {};
  return "lbundle-" + to_hex(digest_of(folder.string())).substr(0, 24);
}

void keep_logs(const SandboxPlan& plan, const ServiceRun& services, const std::string& event,
               const HostPath& folder) {
  if (services.prefix.empty()) return;
  for (std::size_t i = 0; i < plan.settings.services.size(); ++i) {
    const auto log = services.folder / format("{}.log", i);
    const auto name = name_of(plan.settings.services[i]);
    if (fs::exists(log)) write_file(folder / format("{}-{}-{}.log", event, i + 1, name), read_text_file(log));
  }
}

void add_services(KeyBuilder& key, const std::vector<Service>& services) {
  if (!services.empty()) key.add(python_scripts_digest());
  for (const auto& service : services) {
    add_known_service(key, service);
    if (service.kind != ServiceKind::command) continue;
    key.add("service").add(service.ready);
    add_program(key, service.command.front());
    for (const auto& word : service.command) {
      key.add(word);
      const auto file = fs::absolute(word, service.folder);
      boost::system::error_code ignored;
      if (fs::is_regular_file(file, ignored)) {
        key.add(digest_of_file(file));
      } else {
        add_folder_of_project(key, file, service.folder);
      }
    }
  }
}

}  // namespace lbundle
