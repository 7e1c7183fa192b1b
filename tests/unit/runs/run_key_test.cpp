#include "runs/run_key.hpp"

#include <cstdlib>
#include <functional>

#include <gtest/gtest.h>

#include "os/digest_of.hpp"
#include "os/tree.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

TEST(DigestOfFiles, ChangesWithPathKindContentAndMode) {
  const Scratch scratch;
  scratch.put("a", "one");
  const auto stamp = [&] { return digest_of(scan_tree(scratch.path(), 1)); };
  std::set<Digest> seen = {stamp()};
  const auto is_new = [&] { return seen.insert(stamp()).second; };
  scratch.put("a", "two");
  EXPECT_TRUE(is_new());
  fs::permissions(scratch / "a", fs::perms(0755));
  EXPECT_TRUE(is_new());
  fs::rename(scratch / "a", scratch / "b");
  EXPECT_TRUE(is_new());
  fs::create_symlink("b", scratch / "l");
  EXPECT_TRUE(is_new());
  fs::remove(scratch / "l");
  scratch.put("l", "b");
  EXPECT_TRUE(is_new()) << "a file that holds a link's text";
  scratch.put("l", "b");
  EXPECT_FALSE(is_new()) << "the time it was written is no content";
}

class RunKey : public testing::Test {
 protected:
  RunKey() {
    scratch_.put("mount/rows", "1");
    scratch_.put("layer/lib", "1");
    event_.name = "e";
    event_.file = scratch_.put("event.json", "{}");
    plan_.handler = "handler.handler";
    plan_.function_name = "f";
    plan_.runtime.name = "python3.11";
    plan_.environment = {{"A", "1"}};
    plan_.settings.mounts = {{scratch_ / "mount", "/mnt/data", false}};
    plan_.layers = {scratch_ / "layer"};
    first_ = key();
  }

  Digest key() const { return run_key(tree_, plan_, event_); }

  Scratch scratch_;
  Digest tree_ = digest_of("tree");
  SandboxPlan plan_;
  Event event_;
  Digest first_;
};

TEST_F(RunKey, IsTheSameForTheSame) {
  EXPECT_EQ(key(), first_);
  plan_.tree = "/elsewhere";
  plan_.scratch = "/elsewhere";
  event_.name = "renamed";
  EXPECT_EQ(key(), first_) << "where things lie is nothing that a handler sees";
}

TEST_F(RunKey, ChangesWithTheTree) {
  tree_ = digest_of("other");
  EXPECT_NE(key(), first_);
}

TEST_F(RunKey, ChangesWithTheEvent) {
  scratch_.put("event.json", "{ }");
  EXPECT_NE(key(), first_);
}

TEST_F(RunKey, ChangesWithEachPartOfThePlan) {
  const std::vector<std::function<void(SandboxPlan&)>> changes = {
      [](SandboxPlan& plan) { plan.deployment.region = "eu-west-2"; },
      [](SandboxPlan& plan) { plan.deployment.account = "210987654321"; },
      [](SandboxPlan& plan) { plan.deployment.version = "7"; },
      [](SandboxPlan& plan) { plan.deployment.alias = "live"; },
      [](SandboxPlan& plan) { plan.deployment.log_group = "/g"; },
      [](SandboxPlan& plan) { plan.deployment.log_stream = "s"; },
      [](SandboxPlan& plan) { plan.deployment.initialization_type = "snap-start"; },
      [](SandboxPlan& plan) { plan.deployment.memory = 256; },
      [](SandboxPlan& plan) { plan.deployment.timeout = std::chrono::seconds(3); },
      [](SandboxPlan& plan) { plan.handler = "handler.other"; },
      [](SandboxPlan& plan) { plan.function_name = "g"; },
      [](SandboxPlan& plan) { plan.runtime.name = "python3.12"; },
      [](SandboxPlan& plan) { plan.interpreter.version = "3.11.9"; },
      [](SandboxPlan& plan) { plan.environment["A"] = "2"; },
      [](SandboxPlan& plan) { plan.environment["B"] = ""; },
      [](SandboxPlan& plan) { plan.environment.clear(); },
      [](SandboxPlan& plan) { plan.settings.timeout = std::chrono::seconds(1); },
      [](SandboxPlan& plan) { plan.settings.memory = 128; },
      [](SandboxPlan& plan) { plan.settings.network = Network::host; },
      [](SandboxPlan& plan) { plan.settings.mounts.clear(); },
      [](SandboxPlan& plan) { plan.settings.mounts[0].target = "/mnt/other"; },
      [](SandboxPlan& plan) { plan.settings.mounts[0].writable = true; },
      [](SandboxPlan& plan) { plan.layers.clear(); }};
  const auto before = plan_;
  std::set<Digest> seen = {first_};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    plan_ = before;
    changes[i](plan_);
    EXPECT_TRUE(seen.insert(key()).second) << "change " << i;
  }
}

TEST_F(RunKey, ChangesWithWhatIsMounted) {
  scratch_.put("mount/rows", "2");
  const auto rewritten = key();
  EXPECT_NE(rewritten, first_);
  scratch_.put("layer/lib", "2");
  EXPECT_NE(key(), rewritten);
}

TEST_F(RunKey, ALayerIsItsContent) {
  fs::create_hard_link(scratch_ / "layer/lib", scratch_ / "another name");
  EXPECT_EQ(key(), first_) << "a link changes the file's times of status";
  fs::create_directories(scratch_ / "unpacked again");
  scratch_.put("unpacked again/lib", "1");
  plan_.layers = {scratch_ / "unpacked again"};
  EXPECT_EQ(key(), first_);
  scratch_.put("unpacked again/more", "");
  EXPECT_NE(key(), first_);
}

TEST_F(RunKey, TheRuntimesOwnIsItsContent) {
  const auto with = [this](const std::string& folder, const std::string& text) {
    scratch_.put(folder + "/client.py", text);
    plan_.client = scratch_ / folder;
    return key();
  };
  const auto one = with("one", "pass");
  EXPECT_NE(one, first_);
  EXPECT_EQ(with("two", "pass"), one) << "a workspace that was lost and made again";
  EXPECT_NE(with("three", "None"), one);
}

TEST_F(RunKey, AServiceIsItsCommandAndTheProgramOfThatName) {
  const auto with = [this](std::vector<std::string> command) {
    plan_.settings.services = {{.folder = scratch_.path(), .command = std::move(command)}};
    return key();
  };
  const auto one = with({"true", "server.py"});
  EXPECT_NE(one, first_);
  EXPECT_NE(with({"false", "server.py"}), one);
  scratch_.put("server.py", "1");
  const auto with_file = with({"true", "server.py"});
  EXPECT_NE(with_file, one);
  scratch_.put("bin/server", "#!/bin/sh\n");
  fs::permissions(scratch_ / "bin/server", fs::perms(0755));
  const std::string path = getenv("PATH");
  setenv("PATH", ((scratch_ / "bin").string() + ":" + path).c_str(), 1);
  const auto by_path = with({"server"});
  scratch_.put("bin/server", "#!/bin/sh\ntrue\n");
  fs::permissions(scratch_ / "bin/server", fs::perms(0755));
  EXPECT_NE(with({"server"}), by_path) << "an update of what PATH finds";
  setenv("PATH", path.c_str(), 1);
}

TEST_F(RunKey, AStandInForAwsIsItsSeedAndTheFilesThatItNames) {
  scratch_.put("data/x", "1");
  scratch_.put("folder/y", "1");
  const auto with = [this](const std::string& name, const std::string& seed) {
    plan_.settings.services = {
        {.kind = ServiceKind::aws, .folder = scratch_.path(), .seed = {scratch_.put(name, seed)}}};
    return key();
  };
  const auto empty = with("seed.json", "{}");
  EXPECT_NE(empty, first_);
  const std::string names = R"({"s3": {"one": {"k": {"file": "data/x"}}, "two": "folder"}})";
  const auto one = with("seed.json", names);
  EXPECT_NE(one, empty);
  scratch_.put("data/x", "2");
  const auto other_file = with("seed.json", names);
  EXPECT_NE(other_file, one);
  scratch_.put("folder/y", "22");
  EXPECT_NE(with("seed.json", names), other_file);
  const auto script = with("seed/fill.py", "pass");
  scratch_.put("seed/beside.txt", "1");
  EXPECT_NE(with("seed/fill.py", "pass"), script) << "a file in the script's own folder";
}

TEST_F(RunKey, ADatabaseIsItsTemplate) {
  const auto with = [this](const char* prepared) {
    plan_.settings.services = {
        {.kind = ServiceKind::postgres, .folder = scratch_.path(), .prepared = prepared}};
    return key();
  };
  EXPECT_NE(with("/cache/databases/1"), with("/cache/databases/2"));
  EXPECT_EQ(with("/cache/databases/1"), with("/elsewhere/databases/1"));
}

TEST_F(RunKey, AMountMayBeAFile) {
  plan_.settings.mounts[0].source = scratch_ / "mount/rows";
  const auto one = key();
  EXPECT_NE(one, first_);
  scratch_.put("mount/rows", "2");
  EXPECT_NE(key(), one);
}

}  // namespace
}  // namespace lbundle
