#include "os/log.hpp"

#include <cstdio>
#include <memory>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "model/terminal_text.hpp"

namespace lbundle {

namespace {

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made =
        std::make_shared<spdlog::logger>("lbundle", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *instance;
}

}  // namespace

void set_log_level(LogLevel level) {
  switch (level) {
    case LogLevel::quiet:
      return logger().set_level(spdlog::level::err);
    case LogLevel::normal:
      return logger().set_level(spdlog::level::info);
    case LogLevel::verbose:
      return logger().set_level(spdlog::level::debug);
  }
}

void log_step(std::string_view text) {
  logger().info("{}", terminal_text(text));
}
void log_unfinished(std::string_view text) {
  if (!logger().should_log(spdlog::level::info)) return;
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}
void log_detail(std::string_view text) {
  logger().debug("{}", terminal_text(text));
}
void log_warning(std::string_view text) {
  logger().warn("lbundle: warning: {}", terminal_text(text));
}

}  // namespace lbundle
