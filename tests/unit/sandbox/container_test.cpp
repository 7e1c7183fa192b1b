#include "engine/container.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "engine/container_choice.hpp"
#include "install/container_pip.hpp"
#include "os/atomic_file.hpp"
#include "os/temp_dir.hpp"
#include "python/interpreter.hpp"
#include "sandbox/container_sandbox.hpp"
#include "sandbox/program_driver.hpp"
#include "support/expect_error.hpp"
#include "support/runtimes.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Container container_of(const std::string& program) {
  return {{program, {"--mine"}, true}, {"image:1", "sha256:0123", "amd64"}};
}

ContainerRun run_of(std::vector<std::string> command) {
  ContainerRun run;
  run.command = std::move(command);
  return run;
}

bool has_pair(const std::vector<std::string>& arguments, const std::string& flag, const std::string& value) {
  const auto pair = {flag, value};
  return std::ranges::search(arguments, pair).begin() != arguments.end();
}

TEST(EngineArguments, NameTheImageByItsDigestAndTheProgramByItsWords) {
  const auto arguments =
      engine_arguments(container_of("docker"), run_of({"/bin/sh", "-c", "a b"}), "lbundle-1");
  EXPECT_EQ(arguments.at(0), "docker");
  EXPECT_EQ(arguments.at(1), "run");
  EXPECT_TRUE(has_pair(arguments, "--name", "lbundle-1"));
  EXPECT_THAT(arguments, Contains("--rm"));
  EXPECT_TRUE(has_pair(arguments, "--pull", "never"));
  const std::vector<std::string> tail(arguments.end() - 6, arguments.end());
  EXPECT_THAT(tail, ElementsAre("--mine", "--entrypoint", "/bin/sh", "sha256:0123", "-c", "a b"));
}

TEST(EngineArguments, NoNetworkUnlessAsked) {
  auto run = run_of({"/bin/true"});
  EXPECT_TRUE(has_pair(engine_arguments(container_of("podman"), run, "n"), "--network", "none"));
  run.network = true;
  EXPECT_TRUE(has_pair(engine_arguments(container_of("podman"), run, "n"), "--network", "host"));
}

TEST(EngineArguments, ConfinedTakesEveryCapability) {
  auto run = run_of({"/bin/true"});
  EXPECT_THAT(engine_arguments(container_of("docker"), run, "n"), Not(Contains("--read-only")));
  run.confined = true;
  const auto arguments = engine_arguments(container_of("docker"), run, "n");
  EXPECT_THAT(arguments, Contains("--read-only"));
  EXPECT_TRUE(has_pair(arguments, "--cap-drop", "ALL"));
  EXPECT_TRUE(has_pair(arguments, "--ipc", "none"));
}

TEST(EngineArguments, DockerGetsNoFlagOfPodmans) {
  auto run = run_of({"/bin/true"});
  run.confined = true;
  for (const auto& argument : engine_arguments(container_of("docker"), run, "n")) {
    EXPECT_FALSE(argument.starts_with("--http-proxy") || argument.starts_with("--read-only-tmpfs") ||
                 argument == "--userns")
        << argument;
  }
}

TEST(EngineArguments, MountsAreReadOnlyUnlessMarkedWritable) {
  auto run = run_of({"/bin/true"});
  run.mounts = {{"/a b", "/x", false}, {"/c", "/y", true}};
  const auto arguments = engine_arguments(container_of("podman"), run, "n");
  EXPECT_TRUE(has_pair(arguments, "--mount", "type=bind,source=/a b,target=/x,readonly"));
  EXPECT_TRUE(has_pair(arguments, "--mount", "type=bind,source=/c,target=/y"));
}

TEST(EngineArguments, RefusesAPathThatContainsOptions) {
  auto run = run_of({"/bin/true"});
  run.mounts = {{"/a,readonly=false", "/x", false}};
  EXPECT_THAT([&] { engine_arguments(container_of("podman"), run, "n"); },
              testing::ThrowsMessage<Error>(HasSubstr("cannot mount '/a,readonly=false'")));
}

TEST(EngineArguments, MemoryOnlyWhereTheMachineHasTheLimit) {
  auto container = container_of("podman");
  auto run = run_of({"/bin/true"});
  run.memory = 700;
  EXPECT_TRUE(has_pair(engine_arguments(container, run, "n"), "--memory", "700m"));
  container.engine.limits_memory = false;
  EXPECT_THAT(engine_arguments(container, run, "n"), Not(Contains("--memory")));
}

TEST(EngineArguments, ARootCallerRunsEventsAsLambdasUser) {
  if (geteuid() != 0) {
    LBUNDLE_SKIP("the caller is not root");
  }
  auto run = run_of({"/bin/true"});
  EXPECT_TRUE(has_pair(engine_arguments(container_of("podman"), run, "n"), "--user", "0:0"));
  run.user = ContainerUser::lambda;
  EXPECT_TRUE(has_pair(engine_arguments(container_of("podman"), run, "n"), "--user", "993:990"));
}

TEST(Launcher, OpensTheExchangeAndClearsTheEnvironment) {
  const auto words = launcher({"/p", "an argument"}, {{"A", "1 2"}}, false);
  EXPECT_THAT(
      words,
      ElementsAre("/bin/sh", "-c",
                  "exec 3</run/lbundle/request 4>>/run/lbundle/answer 8</run/lbundle/filter; exec \"$@\"",
                  "sh", "env", "-i", "A=1 2", "/p", "an argument"));
  EXPECT_THAT(launcher({"/p"}, {}, true).at(2), HasSubstr(" 6>>/run/lbundle/log"));
}

// Shows in a container what bubblewrap shows for the same plan.
TEST(SandboxRun, ShowsWhatThePlanNames) {
  const TempDir folder("/tmp", "container-test");
  SandboxPlan plan;
  plan.tree = folder.path() / "tree";
  fs::create_directories(plan.tree);
  plan.settings.memory = 256;
  plan.settings.mounts = {{"/srv/data", "/mnt/data", false}, {"/srv/out", "/mnt/out", true}};
  SandboxFiles files;
  files.driver = "/d";
  files.modules = folder.path() / "modules";
  fs::create_directories(files.modules);
  files.tracer = "/t";
  const auto run = sandbox_run(plan, files, make_exchange(folder.path() / "exchange", "request", "filter"));
  EXPECT_TRUE(run.confined);
  EXPECT_FALSE(run.network);
  EXPECT_EQ(run.memory, 256 + 512);
  std::map<std::string, std::pair<std::string, bool>> shown;
  for (const auto& mount : run.mounts) shown[mount.target] = {mount.source.string(), mount.writable};
  EXPECT_EQ(shown["/var/task"], std::pair(plan.tree.string(), false));
  EXPECT_EQ(shown["/var/runtime/lbundle_driver"], std::pair(files.modules.string(), false));
  EXPECT_EQ(run.user, ContainerUser::caller) << "Lambda's user could not write to what is the caller's";
  EXPECT_EQ(shown["/var/runtime/lbundle-trace"], std::pair(std::string("/t"), false));
  EXPECT_EQ(shown["/mnt/data"], std::pair(std::string("/srv/data"), false));
  EXPECT_EQ(shown["/mnt/out"], std::pair(std::string("/srv/out"), true));
  EXPECT_TRUE(shown["/run/lbundle"].second);
}

// In an image, Node.js and its client are the image's own. No image has the Python of the driver, so it is
// brought.
TEST(SandboxRun, LeavesNodeToTheImageAndBringsTheDriver) {
  const Scratch scratch;
  scratch.put("tree/index.js", "");
  scratch.put("client/index.mjs", "");
  scratch.put("client/bootstrap.mjs", "");
  scratch.put("modules/records.py", "");
  SandboxPlan plan;
  plan.tree = scratch / "tree";
  plan.client = scratch / "client";
  plan.runtime.language = Language::nodejs;
  plan.runtime.version = "20";
  plan.node = NodeProgram{"/here/node", "20.1.0"};
  plan.interpreter = find_any_python();
  SandboxFiles files;
  files.driver = "/d";
  files.modules = scratch / "modules";
  const auto on_host = driver_mounts(plan);
  EXPECT_THAT(on_host, Contains(testing::Field(&ShownFile::target, "/var/lang/bin/node")));
  EXPECT_EQ(client_folder_in_sandbox(plan), "/var/runtime");
  plan.container = container_of("podman");
  const auto run = sandbox_run(plan, files, make_exchange(scratch / "exchange", "request", "filter"));
  std::map<std::string, std::string> shown;
  for (const auto& mount : run.mounts) shown[mount.target] = mount.source.string();
  EXPECT_FALSE(shown.contains("/var/lang/bin/node"));
  EXPECT_FALSE(shown.contains("/var/runtime/index.mjs"));
  EXPECT_EQ(shown["/var/runtime/lbundle_client/index.mjs"], (plan.client / "index.mjs").string());
  EXPECT_EQ(shown["/var/runtime/lbundle/bin/python3"], plan.interpreter.program.string());
  const auto command = driver_command(plan);
  EXPECT_TRUE(shown.contains(command.front())) << command.front() << " would be another C library's loader";
  EXPECT_THAT(command, Contains("/var/lang/bin/node"));
  EXPECT_EQ(command.back(), "/var/runtime/lbundle_client/bootstrap.mjs");
}

// Answers are stored under the sandbox's version, so another image or flag must have another version.
TEST(SandboxVersion, NamesTheImageAndTheFlags) {
  SandboxPlan plan;
  const auto on_host = sandbox_version(plan);
  plan.container = container_of("podman");
  const auto first = sandbox_version(plan);
  EXPECT_NE(first, on_host);
  EXPECT_EQ(first, sandbox_version(plan));
  plan.container->image.id = "sha256:4567";
  EXPECT_NE(first, sandbox_version(plan));
  plan.container = container_of("podman");
  plan.container->engine.run_flags.emplace_back("--another");
  EXPECT_NE(first, sandbox_version(plan));
}

TEST(Images, AreThoseOfAwsForRuntimeAndArchitecture) {
  const auto runtime = python_runtime("3.11");
  EXPECT_THAT(
      build_images(runtime, Architecture::arm64),
      ElementsAre("public.ecr.aws/sam/build-python3.11:latest-arm64", "public.ecr.aws/sam/build-python3.11"));
  EXPECT_THAT(run_images(runtime, Architecture::x86_64),
              ElementsAre("public.ecr.aws/lambda/python:3.11-x86_64", "public.ecr.aws/lambda/python:3.11"));
}

TEST(Images, OfOtherLanguagesRunEventsToo) {
  Runtime runtime;
  runtime.language = Language::nodejs;
  runtime.name = "nodejs20.x";
  runtime.version = "20";
  EXPECT_THAT(run_images(runtime, Architecture::arm64),
              ElementsAre("public.ecr.aws/lambda/nodejs:20-arm64", "public.ecr.aws/lambda/nodejs:20"));
  runtime.language = Language::provided;
  runtime.name = "provided.al2023";
  runtime.version = "";
  EXPECT_THAT(
      run_images(runtime, Architecture::x86_64),
      ElementsAre("public.ecr.aws/lambda/provided:al2023-x86_64", "public.ecr.aws/lambda/provided:al2023"));
}

TEST(ExistingPaths, AreThePathsOfSettingsThatExist) {
  const TempDir folder("/tmp", "container-test");
  const auto certificate = folder.path() / "ca.pem";
  write_file(certificate, std::string_view("-"));
  const auto text = "[global]\ncert = " + certificate.string() +
                    "\nindex-url = https://host/simple\nfind-links=" + folder.path().string() +
                    " /no/such/folder //x / \n";
  EXPECT_THAT(existing_paths(text), ElementsAre(certificate, folder.path()));
  EXPECT_THAT(existing_paths(""), IsEmpty());
}

}  // namespace
}  // namespace lbundle
