#include "idle_faults.hpp"

#include <gmock/gmock.h>

#include "model/lambda_paths.hpp"
#include "os/digest_of.hpp"
#include "os/temp_dir.hpp"
#include "os/tree.hpp"
#include "unit/elf/compiled.hpp"

namespace lbundle {
namespace {

constexpr const char* missing = "libabsent.so.1";
const BundlePath plugin("pkg/plugin.so");

class IdleFaultsTest : public testing::Test {
 protected:
  IdleFaultsTest() {
    const auto absent = elsewhere_.library(missing, "int there(void) { return 1; }").string();
    tree_.library(plugin.bytes(), "int there(void);\nint f(void) { return there(); }", {absent});
    unshrunk_.tree.files = scan_tree(tree_.folder(), 1);
    log("/var/lang/lib/libpython.so", AccessKind::opened);
  }

  void log(const std::string& path, AccessKind kind, const std::string& event = "train-one") {
    unshrunk_.collected.log.accesses.insert({path, kind, event, 1});
    unshrunk_.evidence = evidence_below(unshrunk_.collected.log, task_root);
  }
  bool is_idle(const BundlePath& file = plugin, const Decisions& decisions = {},
               const std::string& library = missing) {
    const AbiTarget target{*find_runtime("python3.13")};
    return idle_by(unshrunk_, decisions, target, Store(cache_.path()), 1)(file, library);
  }

  test::Workshop tree_, elsewhere_;
  Unshrunk unshrunk_;

 private:
  TempDir cache_{fs::temp_directory_path(), "lbundle-idle-cache"};
};

TEST_F(IdleFaultsTest, AFileThatNoEventOpensLacksNothing) {
  EXPECT_TRUE(is_idle());
}

TEST_F(IdleFaultsTest, WhatTheBundleLostIsNotIdle) {
  EXPECT_FALSE(is_idle(plugin, {}, "libpresent.so.1"));
}

TEST_F(IdleFaultsTest, AnEventThatFoundTheLibraryOnThisMachineReliesOnIt) {
  log("/var/task/pkg/plugin.so", AccessKind::mapped);
  log("/usr/lib64/libabsent.so.1", AccessKind::opened);
  EXPECT_FALSE(is_idle());
}

TEST_F(IdleFaultsTest, AnEventThatDidWithoutTheLibraryDoesNotRelyOnIt) {
  log("/var/task/pkg/plugin.so", AccessKind::mapped);
  log("/usr/lib64/libabsent.so.1", AccessKind::missing);
  EXPECT_TRUE(is_idle());
}

TEST_F(IdleFaultsTest, ALogThatKnowsOnlyTheBundleProvesNothing) {
  unshrunk_.collected.log.accesses.clear();
  log("/var/task/pkg/plugin.so", AccessKind::opened);
  EXPECT_FALSE(is_idle());
}

TEST_F(IdleFaultsTest, AFileMayHaveAnotherPathInTheBundle) {
  const BundlePath other("pkg/other.so");
  Decision decision;
  decision.becomes = other;
  const Decisions decisions{{plugin, decision}};
  EXPECT_TRUE(is_idle(other, decisions));
  EXPECT_FALSE(is_idle(plugin, decisions));
}

TEST(IdleByManifest, AnswersForItsOwnZipOnly) {
  const TempDir folder(fs::temp_directory_path(), "lbundle-idle");
  const auto zip = folder.path() / "f.zip";
  write_file(zip, "bytes of a zip");
  EXPECT_FALSE(idle_by_manifest(zip));
  Manifest manifest;
  manifest.function = "f";
  manifest.zip_digest = digest_of_file(zip);
  auto& file = manifest.files[plugin];
  file.decision.becomes = plugin;
  file.lacks = {missing};
  write_file(folder.path() / "f.manifest.json", manifest_json(manifest));
  const auto is_idle = idle_by_manifest(zip);
  ASSERT_TRUE(is_idle);
  EXPECT_TRUE(is_idle(plugin, missing));
  EXPECT_FALSE(is_idle(plugin, "libother.so.1"));
  EXPECT_FALSE(is_idle(BundlePath("pkg/other.so"), missing));
  write_file(zip, "bytes of another");
  EXPECT_FALSE(idle_by_manifest(zip));
}

}  // namespace
}  // namespace lbundle
