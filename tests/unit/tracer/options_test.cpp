#include "options.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "trace_error.hpp"

namespace lbundle::tracer {
namespace {

TEST(Options, TakesBothForms) {
  const Options options =
      parse_options({"--method=ptrace", "--log", "x", "--root", "/usr/./share/", "--root=/none", "--timeout",
                     "5", "--wait-daemons", "--", "cmd", "--log", "y"});
  EXPECT_EQ(options.method, "ptrace");
  EXPECT_EQ(options.log_file, "x");
  EXPECT_EQ(options.job.roots, (std::vector<std::string>{"/usr/share", "/none"}));
  EXPECT_EQ(options.job.timeout_seconds, 5);
  EXPECT_TRUE(options.job.wait_daemons);
  EXPECT_EQ(options.job.command, (std::vector<std::string>{"cmd", "--log", "y"}));
}

TEST(Options, WithoutATraceNeedsNoLog) {
  EXPECT_EQ(parse_options({"--method", "none", "--", "cmd"}).method, "none");
  EXPECT_THROW(parse_options({"--method", "ptrace", "--", "cmd"}), UsageError);
}

TEST(Options, RefusesWhatMakesNoSense) {
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"--log", "x"},
      {"--log", "x", "--"},
      {"cmd"},
      {"--", "cmd"},
      {"--log", "x", "--log-fd", "3", "--", "cmd"},
      {"--log-fd", "-1", "--", "cmd"},
      {"--log-fd", "3x", "--", "cmd"},
      {"--log", "x", "--root", "relative", "--", "cmd"},
      {"--log", "x", "--method", "magic", "--", "cmd"},
      {"--log"},
  };
  for (const auto& arguments : wrong) EXPECT_THROW(parse_options(arguments), UsageError);
}

TEST(Options, EveryNamedMethodExists) {
  for (const std::string_view name : method_names()) {
    try {
      EXPECT_NE(make_method(name), nullptr) << name;
    } catch (const TraceError& error) {
      GTEST_SKIP() << name << " does not work here, as under an emulator: " << error.what();
    }
  }
  EXPECT_EQ(make_method("auto"), nullptr);
}

}  // namespace
}  // namespace lbundle::tracer
