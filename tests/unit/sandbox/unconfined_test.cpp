#include "sandbox/unconfined.hpp"

#include <gtest/gtest.h>

#include "os/atomic_file.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

class Unconfined : public testing::Test {
 protected:
  void SetUp() override {
    scratch_.put("tree/handler.py", "");
    scratch_.put("driver", "driver");
    plan_.tree = scratch_ / "tree";
    plan_.runtime.language = Language::python;
    plan_.runtime.version = "3.11";
    plan_.interpreter.program = "/usr/bin/python3.11";
    files_.driver = scratch_ / "driver";
    files_.modules = scratch_ / "tree";
    files_.tracer = scratch_ / "driver";
  }

  Scratch scratch_;
  SandboxPlan plan_;
  SandboxFiles files_;
};

TEST_F(Unconfined, PathsAreReplacedAsAWhole) {
  const Relocation relocation(plan_, files_, scratch_ / "root");
  const auto tree = plan_.tree.string();
  EXPECT_EQ(relocation.to_machine("/var/task"), tree);
  EXPECT_EQ(relocation.to_machine("/var/task/lib:/var/task"), tree + "/lib:" + tree);
  EXPECT_EQ(relocation.to_machine("/srv/var/task /var/tasks"), "/srv/var/task /var/tasks");
  EXPECT_EQ(relocation.to_lambda("in \"" + tree + "/handler.py\", line 1"),
            "in \"/var/task/handler.py\", line 1");
  EXPECT_EQ(relocation.to_lambda(relocation.to_machine("/opt/a /var/runtime/b /var/lang/bin/python3.11")),
            "/opt/a /var/runtime/b /var/lang/bin/python3.11");
}

TEST_F(Unconfined, TheFolderHasWhatASandboxShows) {
  const Relocation relocation(plan_, files_, scratch_ / "root");
  EXPECT_EQ(read_text_file(scratch_ / "root/var/runtime/bootstrap.py"), "driver");
  EXPECT_EQ(fs::read_symlink(scratch_ / "root/var/lang/bin/python3.11"), "/usr/bin/python3.11");
}

TEST_F(Unconfined, WhatNeedsASandboxIsRefused) {
  plan_.settings.mounts = {{"/srv/data", "/mnt/data", false}};
  EXPECT_THROW(Relocation(plan_, files_, scratch_ / "root"), Error);
  plan_.settings.mounts = {{scratch_ / "driver", "/var/lbundle/stand_in.py", false}};
  EXPECT_NO_THROW(Relocation(plan_, files_, scratch_ / "root"));
}

}  // namespace
}  // namespace lbundle
