// Where a function finds things on Lambda. The sandbox shows the same things in the same places.
//
// Source: the AWS Lambda developer guide, "Defined runtime environment variables" (LAMBDA_TASK_ROOT,
// LAMBDA_RUNTIME_DIR), "Layers"; /var/lang as AWS's own base images have it.
#pragma once

#include <string>
#include <string_view>

namespace lbundle {

inline constexpr const char* task_root = "/var/task";        // the unpacked zip
inline constexpr const char* layer_root = "/opt";            // the unpacked layers
inline constexpr const char* runtime_root = "/var/runtime";  // the runtime's client and packages
inline constexpr const char* language_root = "/var/lang";    // the interpreter

// How the path of everything in the unpacked zip begins.
inline constexpr std::string_view task_prefix = "/var/task/";
static_assert(task_prefix.substr(0, task_prefix.size() - 1) == task_root && task_prefix.back() == '/');

// The path of `name` in the folder `root`.
inline std::string path_in(std::string_view root, std::string_view name) {
  return std::string(root).append("/").append(name);
}

}  // namespace lbundle
