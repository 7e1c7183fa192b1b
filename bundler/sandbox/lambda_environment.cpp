#include "sandbox/lambda_environment.hpp"

#include "model/lambda_paths.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

constexpr const char* region = "us-east-1";
constexpr const char* account = "123456789012";

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

std::string function_arn(const SandboxPlan& plan) {
  return format("arn:aws:lambda:{}:{}:function:{}", region, account, plan.function_name);
}

std::map<std::string, std::string> lambda_environment(const SandboxPlan& plan) {
  std::map<std::string, std::string> environment{
      {"AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"},
      {"AWS_DEFAULT_REGION", region},
      {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", std::to_string(plan.settings.memory)},
      {"AWS_LAMBDA_FUNCTION_NAME", plan.function_name},
      {"AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"},
      {"AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"},
      {"AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + plan.function_name},
      {"AWS_LAMBDA_LOG_STREAM_NAME", "2001/01/01/[$LATEST]00000000000000000000000000000000"},
      {"AWS_REGION", region},
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
