#include "preflight/judge_machine.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "preflight/probe_tracer.hpp"
#include "support/doctor_facts.hpp"
#include "support/runtimes.hpp"

namespace lbundle {
namespace {

using testing::HasSubstr;

const Check& check_named(const Checks& checks, const std::string& name) {
  const auto found = std::ranges::find(checks, name, &Check::name);
  if (found == checks.end()) throw std::runtime_error("no check " + name);
  return *found;
}

Needs python_needs() {
  Needs needs;
  needs.runtime = python_runtime("3.13");
  needs.has_requirements = true;
  needs.memory = 1024;
  needs.images = {"public.ecr.aws/lambda/python:3.13"};
  return needs;
}

class Judgement : public testing::Test {
 protected:
  Check judged(const std::string& name, const std::optional<Needs>& needs = std::nullopt) const {
    return check_named(judge_machine(facts_, needs), name);
  }
  bool can(const std::optional<Needs>& needs = std::nullopt) const {
    return can_build(judge_machine(facts_, needs));
  }
  void take_network() {
    for (auto& registry : facts_.registries) registry = {registry.tool, "https://x/simple", false, "refused"};
  }

  MachineFacts facts_ = good_machine();
};

TEST_F(Judgement, AcceptsAGoodMachine) {
  const auto checks = judge_machine(facts_, std::nullopt);
  EXPECT_TRUE(can_build(checks));
  for (const auto& check : checks) EXPECT_NE(check.state, CheckState::lacking) << check.name << check.cost;
}

TEST_F(Judgement, OfAKernel) {
  facts_.kernel.release = "4.18.0-553.el8";
  EXPECT_TRUE(judged("Linux").blocks);
  facts_.kernel.release = "4.19.0";
  EXPECT_EQ(judged("Linux").state, CheckState::ok);
}

TEST_F(Judgement, OfASandboxThatIsForbidden) {
  facts_.sandbox.problem = "cannot start the sandbox: forbidden";
  facts_.sandbox.hint = "allow it";
  EXPECT_TRUE(judged("bubblewrap").blocks);
  EXPECT_EQ(judged("bubblewrap").remedy, "allow it");
  auto needs = python_needs();
  needs.sandbox = SandboxMode::none;
  EXPECT_EQ(judged("bubblewrap", needs).state, CheckState::not_needed);
  facts_.engines = {{"podman", "", {"public.ecr.aws/lambda/python:3.13"}}};
  EXPECT_EQ(judged("bubblewrap").state, CheckState::lacking);
  EXPECT_FALSE(judged("bubblewrap").blocks);
}

TEST_F(Judgement, OfTheTracersMethods) {
  EXPECT_EQ(judged("fanotify").state, CheckState::not_needed);
  auto needs = python_needs();
  needs.method = TraceMethod::fanotify;
  EXPECT_TRUE(judged("fanotify", needs).blocks);
  for (auto& method : facts_.tracer.methods) method.works = false;
  EXPECT_TRUE(judged("notify").blocks);
  facts_.tracer = {"cannot find 'lbundle-trace'", "install it", {}};
  EXPECT_TRUE(judged("lbundle-trace").blocks);
  needs.runs_events = false;
  EXPECT_EQ(judged("lbundle-trace", needs).state, CheckState::not_needed);
}

TEST_F(Judgement, OfAnInterpreterThatCanBeFetched) {
  EXPECT_EQ(judged("python3.13").state, CheckState::ok);
  EXPECT_THAT(judged("python3.13").found, HasSubstr("a build fetches it by uv, or from Debian trixie"));
  auto needs = python_needs();
  needs.interpreter = InterpreterChoice::find;
  EXPECT_TRUE(judged("python3.13", needs).blocks);
  EXPECT_EQ(judged("python3.13", needs).remedy, "uv python install 3.13");
}

TEST_F(Judgement, OfAnInterpreterWithoutANetwork) {
  take_network();
  EXPECT_EQ(judged("python3.13").state, CheckState::lacking);
  EXPECT_FALSE(judged("python3.13").blocks);  // 3.11 is here
  EXPECT_TRUE(can());
  EXPECT_TRUE(judged("python3.13", python_needs()).blocks);
  facts_.python.versions[1].fetched = "3.13.9 of Debian trixie";
  EXPECT_EQ(judged("python3.13", python_needs()).state, CheckState::ok);
}

TEST_F(Judgement, OfAMachineWithoutAnyInterpreter) {
  take_network();
  facts_.python.versions.erase(facts_.python.versions.begin());
  facts_.nodes[0].here = "";
  EXPECT_FALSE(can());
}

TEST_F(Judgement, OfNode) {
  facts_.nodes[0].is_fetched = true;
  EXPECT_THAT(judged("nodejs22.x").found, HasSubstr("fetched"));
  facts_.nodes[0].is_fetched = false;
  take_network();
  EXPECT_THAT(judged("nodejs22.x").found, HasSubstr("only this machine's own Node.js 18.19.0"));
  EXPECT_FALSE(judged("nodejs22.x").blocks);
}

TEST_F(Judgement, OfContainers) {
  EXPECT_EQ(judged("docker or podman").state, CheckState::not_needed);
  auto needs = python_needs();
  needs.backend = BackendChoice::container;
  EXPECT_TRUE(judged("docker or podman", needs).blocks);
  facts_.engines = {{"podman", "", {}}};
  EXPECT_TRUE(judged("podman", needs).blocks);
  EXPECT_EQ(judged("podman", needs).remedy, "podman pull public.ecr.aws/lambda/python:3.13");
  EXPECT_EQ(judged("podman", python_needs()).state, CheckState::not_needed);
  facts_.engines[0].problem = "it does not answer within 3 s";
  EXPECT_EQ(judged("podman", needs).remedy, "podman info");
}

TEST_F(Judgement, OfRegistries) {
  take_network();
  EXPECT_FALSE(judged("pip's index").blocks);
  auto needs = python_needs();
  EXPECT_TRUE(judged("pip's index", needs).blocks);
  EXPECT_EQ(judged("npm's registry", needs).state, CheckState::not_needed);
  needs.is_staged = true;
  EXPECT_EQ(judged("pip's index", needs).state, CheckState::not_needed);
  needs.is_staged = false;
  needs.asks_no_index = true;
  EXPECT_EQ(judged("pip's index", needs).state, CheckState::not_needed);
}

TEST_F(Judgement, OfTheCacheAndTheDisk) {
  facts_.cache.is_own = false;
  EXPECT_EQ(judged("cache").state, CheckState::lacking);
  EXPECT_FALSE(judged("cache").blocks);
  facts_.cache.is_writable = false;
  EXPECT_TRUE(judged("cache").blocks);
  facts_.disks[1].free = ByteSize(500'000'000);
  EXPECT_EQ(judged("space for temporary files").state, CheckState::lacking);
  EXPECT_FALSE(judged("space for temporary files").blocks);
  facts_.disks[1].free = ByteSize(5'000'000);
  EXPECT_TRUE(judged("space for temporary files").blocks);
}

TEST_F(Judgement, OfMemory) {
  facts_.memory = ByteSize(700ULL << 20U);
  EXPECT_EQ(judged("memory").state, CheckState::ok);
  EXPECT_EQ(judged("memory", python_needs()).state, CheckState::lacking);
}

TEST(ParseProbe, ReadsWhatTheTracerPrints) {
  const auto methods = parse_probe(
      R"({"chosen":"ptrace","why":"x","methods":[{"name":"notify","works":false,"why":"cannot a"},)"
      R"({"name":"ptrace","works":true,"why":"b"}]})");
  ASSERT_EQ(methods.size(), 2U);
  EXPECT_EQ(methods[0].why, "cannot a");
  EXPECT_TRUE(methods[1].works);
  EXPECT_THROW(parse_probe("{}"), Error);
}

}  // namespace
}  // namespace lbundle
