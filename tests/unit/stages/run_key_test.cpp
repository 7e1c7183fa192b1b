#include "stages/run_key.hpp"

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

TEST_F(RunKey, AMountMayBeAFile) {
  plan_.settings.mounts[0].source = scratch_ / "mount/rows";
  const auto one = key();
  EXPECT_NE(one, first_);
  scratch_.put("mount/rows", "2");
  EXPECT_NE(key(), one);
}

}  // namespace
}  // namespace lbundle
