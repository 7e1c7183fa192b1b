#include "project/reserved_variables.hpp"

#include <algorithm>
#include <array>

namespace lbundle {

namespace {

// Source: AWS Lambda developer guide, "Defined runtime environment variables".
constexpr std::array<ReservedVariable, 17> reserved_variables{{
    {"_HANDLER", "handler"},
    {"_X_AMZN_TRACE_ID", ""},
    {"AWS_DEFAULT_REGION", "region"},
    {"AWS_REGION", "region"},
    {"AWS_EXECUTION_ENV", "runtime"},
    {"AWS_LAMBDA_FUNCTION_NAME", "name"},
    {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "memory"},
    {"AWS_LAMBDA_FUNCTION_VERSION", "version"},
    {"AWS_LAMBDA_INITIALIZATION_TYPE", "initialization_type"},
    {"AWS_LAMBDA_LOG_GROUP_NAME", "log_group"},
    {"AWS_LAMBDA_LOG_STREAM_NAME", "log_stream"},
    {"AWS_ACCESS_KEY_ID", ""},
    {"AWS_SECRET_ACCESS_KEY", ""},
    {"AWS_SESSION_TOKEN", ""},
    {"AWS_LAMBDA_RUNTIME_API", ""},
    {"LAMBDA_TASK_ROOT", ""},
    {"LAMBDA_RUNTIME_DIR", ""},
}};

}  // namespace

const ReservedVariable* reserved_variable(std::string_view name) {
  const auto* found = std::ranges::find(reserved_variables, name, &ReservedVariable::name);
  return found == reserved_variables.end() ? nullptr : found;
}

}  // namespace lbundle
