// Tests which looks at files are part of a walk, and which keep the file.
#include "prune/prune_walks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "prune/prune_evidence.hpp"

namespace lbundle {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Looks : public testing::Test {
 protected:
  void put(const std::string& path, std::uint64_t size = 10) {
    RegularFile file;
    file.content.size = ByteSize(size);
    files_.put(BundlePath(path), file);
  }
  void see(const std::string& path, AccessKind kind, const std::string& event = "e1") {
    evidence_[BundlePath(path)][kind].insert(event);
  }
  void look(const std::string& path) { see(path, AccessKind::stat); }
  void list(const std::string& path) { see(path, AccessKind::listed); }
  void open(const std::string& path) { see(path, AccessKind::opened); }

  static std::vector<std::string> names(const std::map<BundlePath, std::string>& map) {
    std::vector<std::string> paths;
    for (const auto& [path, text] : map) paths.push_back(path.bytes());
    return paths;
  }
  std::vector<std::string> used() const { return names(evidence_of_tree(files_, evidence_).used); }
  std::vector<std::string> glanced() const { return names(evidence_of_tree(files_, evidence_).glanced); }
  std::vector<std::string> folders() const { return names(evidence_of_tree(files_, evidence_).folders); }

  FileSet files_;
  Evidence evidence_;
};

TEST_F(Looks, AProgramThatIsLookedAtByItsNameIsUsedWhateverItsSize) {
  put("p/bin/tool", 14'000'000);
  put("p/bin/other");
  look("p/bin/tool");
  EXPECT_THAT(used(), ElementsAre("p/bin/tool"));
}

TEST_F(Looks, AlsoIfTheFolderWasListedAndSomethingWasLeftOut) {
  put("p/bin/tool", 14'000'000);
  put("p/bin/tool2");
  put("p/bin/README");
  list("p/bin");
  look("p/bin/tool");
  look("p/bin/tool2");
  EXPECT_THAT(used(), ElementsAre("p/bin/tool", "p/bin/tool2"));
}

TEST_F(Looks, AWalkOverAFolderDoesNotUseItsFiles) {
  for (const auto* path : {"p/data/a", "p/data/b", "p/data/c"}) {
    put(path);
    look(path);
  }
  list("p/data");
  open("p/data/b");
  EXPECT_THAT(used(), ElementsAre("p/data/b"));
  EXPECT_THAT(glanced(), ElementsAre("p/data/a", "p/data/c"));
}

TEST_F(Looks, AnotherEventThatLooksByNameUsesTheFile) {
  for (const auto* path : {"p/data/a", "p/data/b"}) {
    put(path);
    look(path);
  }
  list("p/data");
  see("p/data/a", AccessKind::stat, "e2");
  EXPECT_THAT(used(), ElementsAre("p/data/a"));
}

TEST_F(Looks, OneFileAloneIsNoWalk) {
  put("p/data/a");
  put("p/data/b");
  list("p/data");
  look("p/data/a");
  open("p/data/b");
  EXPECT_THAT(used(), ElementsAre("p/data/a", "p/data/b"));
}

// botocore's list of services.
TEST_F(Looks, AWalkGoesDownToFilesOfTheSameName) {
  list("botocore/data");
  put("botocore/data/endpoints.json");
  look("botocore/data/endpoints.json");
  for (const std::string service : {"ec2", "s3", "sqs"}) {
    const auto folder = "botocore/data/" + service;
    put(folder + "/2006/service-2.json.gz", 200'000);
    put(folder + "/2006/examples-1.json");
    look(folder);
    list(folder);
    see(folder + "/2006/service-2.json", AccessKind::missing);
    look(folder + "/2006/service-2.json.gz");
  }
  open("botocore/data/s3/2006/service-2.json.gz");
  EXPECT_THAT(used(), ElementsAre("botocore/data/endpoints.json", "botocore/data/s3/2006/service-2.json.gz"));
  EXPECT_THAT(glanced(), ElementsAre("botocore/data/ec2/2006/service-2.json.gz",
                                     "botocore/data/sqs/2006/service-2.json.gz"));
}

TEST_F(Looks, AProgramBelowAWalkedFolderIsLookedAtByItsName) {
  list("p");
  for (const auto* path : {"p/arm/tool", "p/docs/index"}) put(path);
  look("p/arm");
  list("p/docs");
  look("p/arm/tool");
  EXPECT_THAT(used(), ElementsAre("p/arm/tool"));
}

// A framework that asks of everything in node_modules whether it is a folder (Sails).
class TreeWalk : public Looks {
 protected:
  TreeWalk() {
    for (const auto* path : {"package.json", "README.md", "index.js", "get.js", "fp/map.js", "docs/a.md"})
      put(std::string("node_modules/x/") + path);
    list("node_modules");
    list("node_modules/x");
    for (const auto* entry : {"x", "x/package.json", "x/README.md", "x/index.js", "x/get.js", "x/fp",
                              "x/docs", "x/fp/map.js", "x/docs/a.md"})
      look(std::string("node_modules/") + entry);
    list("node_modules/x/fp");
    list("node_modules/x/docs");
    open("node_modules/x/package.json");
  }
};

TEST_F(TreeWalk, UsesNoModulesAndNeedsNoFolders) {
  EXPECT_THAT(used(), ElementsAre("node_modules/x/package.json"));
  EXPECT_THAT(folders(), ElementsAre("node_modules"));
  EXPECT_THAT(names(evidence_of_tree(files_, evidence_).listed), ElementsAre("node_modules"));
}

TEST_F(TreeWalk, IsNoneIfAModuleOfTheFolderIsUsed) {
  open("node_modules/x/get.js");
  EXPECT_THAT(folders(), testing::Contains("node_modules/x"));
}

TEST_F(Looks, AResolverIsNoWalk) {
  for (const auto* path : {"package.json", "index.js", "lib/a.js", "README.md"})
    put(std::string("node_modules/x/") + path);
  for (const auto* entry : {"x", "x/package.json", "x/index.js", "x/lib", "x/lib/a.js"})
    look(std::string("node_modules/") + entry);
  EXPECT_THAT(used(), ElementsAre("node_modules/x/index.js", "node_modules/x/lib/a.js",
                                  "node_modules/x/package.json"));
}

TEST_F(Looks, PythonListsFoldersOfModulesSoTheseAreNotWalked) {
  for (const auto* path : {"p/__init__.py", "p/a.dat", "p/b.dat"}) {
    put(path);
    look(path);
  }
  list("p");
  EXPECT_THAT(used(), ElementsAre("p/__init__.py", "p/a.dat", "p/b.dat"));
}

TEST_F(Looks, LinksAreFollowed) {
  put("real/a");
  put("real/b");
  files_.put(BundlePath("data"), SymbolicLink{"real"});
  list("data");
  look("data/a");
  look("data/b");
  EXPECT_THAT(used(), ElementsAre("data", "real/a", "real/b"))
      << "entries of real were not asked for by name";
  list("real");
  look("real/a");
  look("real/b");
  EXPECT_THAT(used(), ElementsAre("data"));
}

}  // namespace
}  // namespace lbundle
