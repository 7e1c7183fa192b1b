#include "sandbox/lambda_environment.hpp"

#include "model/lambda_paths.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

std::string joined(const std::vector<std::string>& folders) {
  std::string text;
  for (const auto& folder : folders) text += (text.empty() ? "" : ":") + folder;
  return text;
}

// Source: AWS Lambda developer guide, Defined runtime environment variables; the bootstrap of AWS's runtimes.
std::string node_path(const std::string& version) {
  return format(
      "/opt/nodejs/node{}/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules:/var/runtime:/var/"
      "task",
      version);
}

}  // namespace

int memory_shown(const SandboxPlan& plan) {
  return plan.deployment.memory.value_or(plan.settings.memory);
}

std::chrono::milliseconds timeout_shown(const SandboxPlan& plan) {
  return plan.deployment.timeout.value_or(plan.settings.timeout);
}

std::map<std::string, std::string> lambda_environment(const SandboxPlan& plan) {
  const auto& deployed = plan.deployment;
  std::map<std::string, std::string> environment{
      {"AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"},
      {"AWS_DEFAULT_REGION", deployed.region},
      {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", std::to_string(memory_shown(plan))},
      {"AWS_LAMBDA_FUNCTION_NAME", plan.function_name},
      {"AWS_LAMBDA_FUNCTION_VERSION", deployed.version},
      {"AWS_LAMBDA_INITIALIZATION_TYPE", deployed.initialization_type},
      {"AWS_LAMBDA_LOG_GROUP_NAME",
       deployed.log_group.empty() ? "/aws/lambda/" + plan.function_name : deployed.log_group},
      {"AWS_LAMBDA_LOG_STREAM_NAME", deployed.log_stream.empty()
                                         ? format("2001/01/01/[{}]{}", deployed.version, std::string(32, '0'))
                                         : deployed.log_stream},
      {"AWS_REGION", deployed.region},
      {"AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"},
      {"AWS_SESSION_TOKEN", "dummy"},
      {"AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"},
      {"AWS_XRAY_DAEMON_ADDRESS", "169.254.79.129:2000"},
      {"LAMBDA_RUNTIME_DIR", runtime_root},
      {"LAMBDA_TASK_ROOT", task_root},
      {"LANG", "en_US.UTF-8"},
      {"PATH", "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin"},
      {"TZ", ":UTC"},
      {"_HANDLER", plan.handler},
      {"_X_AMZN_TRACE_ID", "Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0"},
  };
  // Custom runtimes do not have this variable, according to the same page.
  if (plan.runtime.language != Language::provided)
    environment["AWS_EXECUTION_ENV"] = "AWS_Lambda_" + plan.runtime.name;
  if (plan.runtime.language == Language::python) environment["PYTHONPATH"] = runtime_root;
  if (plan.runtime.language == Language::nodejs) environment["NODE_PATH"] = node_path(plan.runtime.version);
  if (!plan.runtime.library_path.empty()) environment["LD_LIBRARY_PATH"] = joined(plan.runtime.library_path);
  for (const auto& [name, value] : plan.environment) environment[name] = value;
  return environment;
}

}  // namespace lbundle
