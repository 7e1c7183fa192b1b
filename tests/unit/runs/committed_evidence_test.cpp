#include "runs/committed_evidence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/bytes.hpp"
#include "os/tree.hpp"
#include "support/expect_error.hpp"
#include "support/runtimes.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CommittedEvidenceTest : public testing::Test {
 protected:
  CommittedEvidenceTest() {
    function_.runtime = python_runtime("3.11");
    events_.emplace_back();
    events_.back().name = "e";
    put("handler.py");
  }

  void put(const std::string& path, const std::string& text = "x") { scratch_.put("tree/" + path, text); }
  void remove(const std::string& path) { fs::remove(scratch_ / ("tree/" + path)); }

  StagedTree tree() const {
    StagedTree tree;
    tree.root = scratch_ / "tree";
    tree.files = scan_tree(tree.root, 1);
    return tree;
  }

  static AccessLog log_of(const std::vector<std::string>& opened, const std::string& event = "e") {
    AccessLog log;
    log.method = "notify";
    for (const auto& path : opened) log.accesses.insert({"/var/task/" + path, AccessKind::opened, event, 1});
    return log;
  }

  // Returns what a log of the present tree says about the tree after `change`.
  template <typename Change>
  RecalledEvidence later(const std::vector<std::string>& opened, const Change& change) {
    const auto committed = to_committed(log_of(opened), tree(), function_);
    change();
    return recall(committed, tree());
  }

  AccessLog merged(const AccessLog& log) const {
    return merge_with_committed_log(log, tree(), function_, events_, file_);
  }

  static std::vector<std::string> paths_of(const AccessLog& log) {
    std::vector<std::string> paths;
    for (const auto& access : log.accesses) paths.push_back(access.path);
    return paths;
  }

  Scratch scratch_;
  Function function_;
  std::vector<Event> events_;
  const HostPath file_ = scratch_ / "lbundle.access.jsonl";
};

TEST_F(CommittedEvidenceTest, ALibraryIsFoundUnderItsNextHash) {
  put("p.libs/libgeos-1a2b3c4d.so.3.11.1");
  put("p.libs/libgeos_c-1a2b3c4d.so.1.17");
  const auto recalled = later({"p.libs/libgeos-1a2b3c4d.so.3.11.1"}, [&] {
    remove("p.libs/libgeos-1a2b3c4d.so.3.11.1");
    put("p.libs/libgeos-5e6f7a8b.so.3.13.0");
  });
  EXPECT_THAT(paths_of(recalled.log), ElementsAre("/var/task/p.libs/libgeos-5e6f7a8b.so.3.13.0"));
  EXPECT_THAT(recalled.findings, IsEmpty());
}

TEST_F(CommittedEvidenceTest, AnExtensionModuleIsFoundOnAnotherMachine) {
  put("p/_warp.cpython-311-x86_64-linux-gnu.so");
  const auto recalled = later({"p/_warp.cpython-311-x86_64-linux-gnu.so"}, [&] {
    remove("p/_warp.cpython-311-x86_64-linux-gnu.so");
    put("p/_warp.cpython-312-aarch64-linux-gnu.so");
  });
  EXPECT_THAT(paths_of(recalled.log), ElementsAre("/var/task/p/_warp.cpython-312-aarch64-linux-gnu.so"));
  EXPECT_THAT(recalled.findings, IsEmpty());
}

TEST_F(CommittedEvidenceTest, MetadataIsFoundUnderTheNextVersion) {
  put("p-1.0.dist-info/METADATA");
  put("p-1.0.dist-info/licenses/p-2.txt");
  const auto recalled = later({"p-1.0.dist-info", "p-1.0.dist-info/METADATA"}, [&] {
    fs::rename(scratch_ / "tree/p-1.0.dist-info", scratch_ / "tree/p-1.1.dist-info");
  });
  EXPECT_THAT(paths_of(recalled.log),
              ElementsAre("/var/task/p-1.1.dist-info", "/var/task/p-1.1.dist-info/METADATA"));
  EXPECT_THAT(recalled.findings, IsEmpty());
}

TEST_F(CommittedEvidenceTest, BytecodeOfAnotherInterpreterIsItsSource) {
  put("p/__pycache__/m.cpython-311.pyc");
  put("p/m.py");
  const auto recalled = later({"p/__pycache__/m.cpython-311.pyc"}, [&] {
    remove("p/__pycache__/m.cpython-311.pyc");
    put("p/__pycache__/m.cpython-312.pyc");
  });
  EXPECT_THAT(paths_of(recalled.log), ElementsAre("/var/task/p/m.py"));
  EXPECT_THAT(recalled.findings, IsEmpty());
}

TEST_F(CommittedEvidenceTest, FoldersAndMissingNamesAreKept) {
  put("p/a.json");
  auto log = log_of({});
  log.accesses.insert({"/var/task/p", AccessKind::listed, "e", 1});
  log.accesses.insert({"/var/task/p/b.json", AccessKind::missing, "e", 2});
  log.accesses.insert({"/usr/lib/elsewhere", AccessKind::opened, "e", 2});
  const auto recalled = recall(to_committed(log, tree(), function_), tree());
  EXPECT_THAT(recalled.log.accesses, ElementsAre(Access{"/var/task/p", AccessKind::listed, "e", 0},
                                                 Access{"/var/task/p/b.json", AccessKind::missing, "e", 0}));
}

TEST_F(CommittedEvidenceTest, AddedAndRemovedFilesAreReported) {
  put("p/used.py");
  put("p/unused.py");
  const auto recalled = later({"p/used.py"}, [&] {
    remove("p/used.py");
    remove("p/unused.py");
    put("p/new.py");
    put("p/__pycache__/new.cpython-311.pyc");
  });
  ASSERT_EQ(recalled.findings.size(), 3U);
  EXPECT_EQ(recalled.findings[0].code, "tree-grew");
  EXPECT_EQ(recalled.findings[0].message, "1 file of the staged tree is not in the access log: p/new.py");
  EXPECT_EQ(recalled.findings[1].code, "tree-lost-used");
  EXPECT_EQ(recalled.findings[1].path, "p/used.py");
  EXPECT_EQ(recalled.findings[2].code, "tree-lost");
  EXPECT_EQ(recalled.findings[2].path, "p/unused.py");
}

TEST_F(CommittedEvidenceTest, LogsOfOneTreeAddUp) {
  put("a.py");
  put("b.py");
  auto first = log_of({"a.py"});
  merged(first);
  auto second = log_of({"b.py"});
  second = merged(second);
  EXPECT_THAT(paths_of(second), ElementsAre("/var/task/a.py", "/var/task/b.py"));
  const auto text = read_text_file(file_);
  merged(first);
  EXPECT_EQ(read_text_file(file_), text);
}

TEST_F(CommittedEvidenceTest, AnotherTreeStartsAgain) {
  put("a.py");
  put("b.py");
  auto first = log_of({"a.py"});
  first = merged(first);
  put("handler.py", "changed");
  auto second = log_of({"b.py"});
  second = merged(second);
  EXPECT_THAT(paths_of(second), ElementsAre("/var/task/b.py"));
  EXPECT_EQ(read_text_file(file_).find("\"path\":\"a.py\""), std::string::npos);
}

TEST_F(CommittedEvidenceTest, ARemovedEventIsForgotten) {
  put("a.py");
  auto first = log_of({"a.py"}, "earlier");
  merged(first);
  auto second = log_of({"handler.py"});
  second = merged(second);
  EXPECT_THAT(paths_of(second), ElementsAre("/var/task/handler.py"));
}

TEST_F(CommittedEvidenceTest, ADamagedLogIsLeftAsItIs) {
  const auto file = file_;
  write_file(file, "<<<<<<< HEAD\n");
  auto log = log_of({"handler.py"});
  const auto error = error_of([&] { merged(log); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->hint(), HasSubstr("version control"));
  EXPECT_EQ(read_text_file(file), "<<<<<<< HEAD\n");
}

}  // namespace
}  // namespace lbundle
