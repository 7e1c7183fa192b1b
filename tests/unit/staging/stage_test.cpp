#include "staging/stage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "model/error.hpp"
#include "os/atomic_file.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"
#include "os/tree.hpp"
#include "python/pip.hpp"
#include "settings_of.hpp"
#include "support/runtimes.hpp"

namespace lbundle {
namespace {

using testing::HasSubstr;

// Makes a wheel as a build tool does. argv is folder, name, version, tag. The wheel's code is in the script.
constexpr const char* make_wheel = R"(
import sys, zipfile
folder, name, version, tag = sys.argv[1:]
files = {f'{name}/__init__.py': 'VALUE = 41\n', f'{name}/table.txt': 'x', f'{name}/bad.py': 'print 1\n',
         f'{name}/__pycache__/old.cpython-311.pyc': 'stale',
         f'{name}-{version}.dist-info/METADATA': f'Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n',
         f'{name}-{version}.dist-info/WHEEL': f'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n'}
record = f'{name}-{version}.dist-info/RECORD'
files[record] = ''.join(f'{path},,\n' for path in files) + record + ',,\n'
with zipfile.ZipFile(f'{folder}/{name}-{version}-{tag}.whl', 'w') as wheel:
    for path, text in files.items():
        wheel.writestr(path, text)
)";

class StageTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(wheels());
    setenv("PIP_NO_INDEX", "1", 1);
    setenv("PIP_FIND_LINKS", wheels().c_str(), 1);
    project_.folder = folder_.path() / "project";
    project_.file = project_.folder / "lbundle.toml";
    project_.function.name = "test";
    project_.function.handler = "app.handler";
    project_.function.runtime = python_runtime("3.11");
    write("lbundle.toml", "");
    write("app.py", "import json\ndef handler(e, c): return json.dumps(e)\n");
    write("events/one.json", "{}");
    Event event;
    event.name = "one";
    event.file = project_.folder / "events/one.json";
    project_.events = {event};
    share_client();
  }
  void TearDown() override {
    unsetenv("PIP_NO_INDEX");
    unsetenv("PIP_FIND_LINKS");
  }

  // Stands in for AWS's client, which no index gives here. One installation serves all tests, because
  // otherwise each stage would ask pip for it twice.
  void share_client() {
    static const TempDir clients(fs::temp_directory_path(), "lbundle-test-clients");
    fs::create_directories(cache());
    fs::create_directory_symlink(clients.path(), cache() / "clients");
    if (fs::is_empty(clients.path())) add_wheel("awslambdaric", "1.0");
  }

  HostPath cache() const { return folder_.path() / "cache"; }
  HostPath wheels() const { return folder_.path() / "wheels"; }
  void write(const std::string& path, const std::string& text) { write_file(project_.folder / path, text); }
  void require(const std::string& text) {
    write("requirements.txt", text);
    project_.function.requirements = project_.folder / "requirements.txt";
  }
  void add_wheel(const std::string& name, const std::string& version,
                 const std::string& tag = "py3-none-any") {
    Command command;
    command.arguments = {python_.program.string(), "-c", make_wheel, wheels().string(), name, version, tag};
    ASSERT_TRUE(run(command).succeeded());
  }
  StagedTree stage_now() const { return stage(staging_inputs(project_, {}), python_, {}, Store(cache()), 2); }
  static std::vector<std::string> paths_of(const StagedTree& tree) {
    std::vector<std::string> paths;
    for (const auto& [path, node] : tree.files) paths.push_back(path.bytes());
    return paths;
  }
  std::string failure() const {
    try {
      stage_now();
    } catch (const Error& error) {
      return std::string(error.what()) + "\n" + error.detail() + "\n" + error.hint();
    }
    return "no failure";
  }
  static ino_t inode(const HostPath& path) {
    struct stat status {};
    EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
    return status.st_ino;
  }

  TempDir folder_{fs::temp_directory_path(), "lbundle-test"};
  Project project_;
  Interpreter python_ = find_interpreter(python_runtime("3.11"));
};

using Paths = std::vector<std::string>;

TEST_F(StageTest, HasPackagesOwnFilesAndBytecode) {
  add_wheel("demo", "1.0");
  require("demo==1.0\n");
  const auto tree = stage_now();
  const auto paths = paths_of(tree);
  EXPECT_THAT(paths, testing::IsSupersetOf({"app.py", "__pycache__/app.cpython-311.pyc", "demo/__init__.py",
                                            "demo/__pycache__/__init__.cpython-311.pyc", "demo/bad.py",
                                            "demo/table.txt", "demo-1.0.dist-info/METADATA"}));
  // A source that does not compile has no bytecode. Bytecode that the wheel brought is gone.
  EXPECT_THAT(paths, testing::Not(testing::Contains(HasSubstr("bad.cpython"))));
  EXPECT_THAT(paths, testing::Not(testing::Contains(HasSubstr("old.cpython"))));
  EXPECT_THAT(paths, testing::Not(testing::Contains(HasSubstr("direct_url"))));
  EXPECT_EQ(tree.distributions.owner_of(BundlePath("demo/__pycache__/__init__.cpython-311.pyc"))->name,
            "demo");
  EXPECT_EQ(tree.distributions.owner_of(BundlePath("app.py")), nullptr);
  // The tree's file set has exactly the files that are on disk.
  const auto there = scan_tree(tree.root, 1);
  ASSERT_EQ(there.size(), tree.files.size());
  for (const auto& [path, node] : there) EXPECT_EQ(*tree.files.find(path), node) << path.bytes();
}

TEST_F(StageTest, DoesNothingIfNothingChanged) {
  add_wheel("demo", "1.0");
  require("demo==1.0\n");
  const auto first = stage_now();
  const auto stamp = tree_stamp(first.root);
  fs::remove_all(wheels());
  python_.program = "/nonexistent";
  const auto second = stage_now();
  EXPECT_EQ(tree_stamp(second.root), stamp);
  EXPECT_EQ(paths_of(first), paths_of(second));
  EXPECT_EQ(first.distributions.owner, second.distributions.owner);
}

TEST_F(StageTest, UpdatesOnlyTheFunctionsOwnFiles) {
  add_wheel("demo", "1.0");
  require("demo==1.0\n");
  write("old.py", "x = 1\n");
  stage_now();
  const auto installed = inode(project_.workspace() / "staged/demo/__init__.py");
  fs::remove_all(wheels());
  write("app.py", "def handler(e, c): return 2\n");
  write("lib/new.py", "y = 1\n");
  fs::remove(project_.folder / "old.py");
  const auto tree = stage_now();
  EXPECT_EQ(inode(project_.workspace() / "staged/demo/__init__.py"), installed);
  EXPECT_EQ(read_text_file(tree.root / "app.py"), "def handler(e, c): return 2\n");
  EXPECT_TRUE(tree.files.contains(BundlePath("lib/__pycache__/new.cpython-311.pyc")));
  EXPECT_FALSE(tree.files.contains(BundlePath("old.py")));
  EXPECT_FALSE(fs::exists(tree.root / "__pycache__/old.cpython-311.pyc"));
  const auto there = scan_tree(tree.root, 1);
  ASSERT_EQ(there.size(), tree.files.size());
  for (const auto& [path, node] : there) EXPECT_EQ(*tree.files.find(path), node) << path.bytes();
}

TEST_F(StageTest, StartsAgainIfTheTreeWasModified) {
  const auto first = stage_now();
  write_file(first.root / "app.py", "tampered\n");
  EXPECT_EQ(read_text_file(stage_now().root / "app.py"), read_text_file(project_.folder / "app.py"));
  write_file(first.root / "added.txt", "x");
  EXPECT_FALSE(stage_now().files.contains(BundlePath("added.txt")));
  EXPECT_FALSE(fs::exists(first.root / "added.txt"));
}

TEST_F(StageTest, InstallsFromKeptWheelsWithoutAnIndex) {
  add_wheel("demo", "1.0");
  require("demo\n");
  stage_now();
  fs::remove_all(wheels());
  fs::remove_all(project_.workspace());
  EXPECT_TRUE(stage_now().files.contains(BundlePath("demo/__init__.py")));
}

TEST_F(StageTest, TakesOnlyWheelsForTheRuntime) {
  add_wheel("demo", "1.0", "cp311-cp311-manylinux_2_17_x86_64");
  add_wheel("demo", "2.0", "cp311-cp311-manylinux_2_28_x86_64");  // a newer glibc
  add_wheel("demo", "3.0", "cp312-cp312-manylinux_2_17_x86_64");  // another Python
  add_wheel("demo", "4.0", "cp311-cp311-macosx_11_0_arm64");
  require("demo\n");
  EXPECT_TRUE(stage_now().files.contains(BundlePath("demo-1.0.dist-info/METADATA")));
}

TEST_F(StageTest, NamesTheRequirementThatFailed) {
  require("demo==1.0\n");
  EXPECT_THAT(failure(), HasSubstr("cannot install 'demo==1.0': there is no such package"));
  add_wheel("demo", "2.0");
  EXPECT_THAT(failure(),
              HasSubstr("cannot install 'demo==1.0': no release that it allows has a wheel for Python 3.11"));
  require("demo==2.0 --hash=sha256:0000000000000000000000000000000000000000000000000000000000000000\n");
  EXPECT_THAT(failure(), HasSubstr("its hash does not match: expected sha256:0000"));
  require("demo ==== 2\n");
  EXPECT_THAT(failure(), HasSubstr("cannot install '"));
  EXPECT_FALSE(fs::exists(project_.workspace() / "staged"));
}

TEST_F(StageTest, LeavesNothingHalfMade) {
  add_wheel("demo", "1.0");
  require("demo==1.0\n");
  const auto first = stage_now();
  require("demo==9.9\n");
  EXPECT_THAT(failure(), HasSubstr("demo==9.9"));
  std::vector<std::string> left;
  for (const auto& entry : fs::directory_iterator(project_.workspace()))
    left.push_back(entry.path().filename().string());
  EXPECT_THAT(left, testing::IsSubsetOf({"staged", "staged.json", "runtime-client"}));
  require("demo==1.0\n");
  EXPECT_EQ(paths_of(stage_now()), paths_of(first));
}

TEST_F(StageTest, TakesEverythingBesideTheProjectFileExceptOtherInputs) {
  write(".gitignore", "*.log\n/local/\n");
  write("sub/.gitignore", "!kept.log\nscratch\n");
  write(".lbundleignore", "notes.md\n");
  for (const auto* path :
       {"a.log", "local/x", "sub/kept.log", "sub/scratch/x", "sub/data.bin", "notes.md", ".git/config",
        "dist/test.zip", "lbundle.access.jsonl", "myenv/pyvenv.cfg", "myenv/lib/x.py", "__pycache__/z.pyc",
        "node_modules/x/index.js", "events/two.json", "bucket/big.tif"}) {
    write(path, "x");
  }
  project_.sandbox.mounts.push_back({project_.folder / "bucket", "/mnt/bucket", false});
  require("");
  EXPECT_EQ(paths_of(stage_now()), (Paths{"__pycache__/app.cpython-311.pyc", "app.py", "requirements.txt",
                                          "sub/data.bin", "sub/kept.log"}))
      << "an event can open the list of requirements";
}

TEST_F(StageTest, TakesWhatTheSourceGlobsName) {
  write("data/a.txt", "a");
  write("data/deep/b.txt", "b");
  write("other.txt", "c");
  project_.function.source = {"app.py", "data/**"};
  EXPECT_EQ(paths_of(stage_now()),
            (Paths{"__pycache__/app.cpython-311.pyc", "app.py", "data/a.txt", "data/deep/b.txt"}));
  project_.function.source = {"app.py", "absent.py"};
  EXPECT_THAT(failure(), HasSubstr("cannot stage 'absent.py'"));
}

TEST_F(StageTest, MakesModesThoseOfLambda) {
  write("run.sh", "#!/bin/sh\n");
  fs::permissions(project_.folder / "run.sh", fs::owner_all);
  fs::permissions(project_.folder / "app.py", fs::owner_read);
  const auto before = umask(0077);
  const auto tree = stage_now();
  umask(before);
  EXPECT_EQ(fs::status(tree.root / "app.py").permissions(), static_cast<fs::perms>(0644));
  EXPECT_EQ(fs::status(tree.root / "run.sh").permissions(), static_cast<fs::perms>(0755));
  EXPECT_TRUE(tree.files.find_file(BundlePath("run.sh"))->executable);
}

TEST_F(StageTest, FollowsLinksOfTheProject) {
  write("real/table.txt", "content");
  fs::create_symlink("real/table.txt", project_.folder / "link.txt");
  project_.function.source = {"app.py", "link.txt"};
  EXPECT_EQ(read_text_file(stage_now().root / "link.txt"), "content");
  project_.function.source.clear();
  fs::create_symlink("nowhere", project_.folder / "dangling");
  EXPECT_THAT(failure(), HasSubstr("the link leads to nothing"));
}

TEST_F(StageTest, LetsTheOwnFileWinAndSaysSo) {
  add_wheel("demo", "1.0");
  require("demo==1.0\n");
  write("demo/__init__.py", "VALUE = 'mine'\n");
  const auto tree = stage_now();
  EXPECT_EQ(read_text_file(tree.root / "demo/__init__.py"), "VALUE = 'mine'\n");
  EXPECT_EQ(tree.distributions.owner_of(BundlePath("demo/__init__.py")), nullptr);
  ASSERT_EQ(tree.findings.size(), 1U);
  EXPECT_EQ(tree.findings[0].code, "file-collision");
  EXPECT_EQ(tree.findings[0].path, "demo/__init__.py");
  EXPECT_EQ(stage_now().findings.size(), 1U);
  // After the own file is removed, the package's file is there again.
  fs::remove(project_.folder / "demo/__init__.py");
  EXPECT_EQ(read_text_file(stage_now().root / "demo/__init__.py"), "VALUE = 41\n");
}

TEST_F(StageTest, KnowsSecretsWithoutReadingFilesAgain) {
  write(".env", "KEY=1\n");
  write("certificate.pem", "-----BEGIN CERTIFICATE-----\n");
  write("server.pem", "-----BEGIN PRIVATE KEY-----\n");
  const std::map<BundlePath, Secret> expected{{BundlePath(".env"), {"looks like a file of secrets", 0, true}},
                                              {BundlePath("server.pem"), {"a private key", 1, false}}};
  EXPECT_EQ(stage_now().secrets, expected);
  EXPECT_EQ(stage_now().secrets, expected) << "from the index";
  write("handler.py", "x = 1\n");
  EXPECT_EQ(stage_now().secrets, expected) << "after an edit of another file";
  write("server.pem", "-----BEGIN CERTIFICATE-----\n");
  EXPECT_EQ(stage_now().secrets.size(), 1U);
  fs::remove(project_.folder / ".env");
  EXPECT_TRUE(stage_now().secrets.empty());
}

TEST_F(StageTest, NeedsTheHandlersModule) {
  project_.function.handler = "absent.handler";
  EXPECT_THAT(failure(), HasSubstr("cannot find 'absent.handler': the staged tree has no module absent.py"));
  EXPECT_THAT(failure(), HasSubstr("function.handler"));
  write("pkg/deep/__init__.py", "");
  project_.function.handler = "pkg/deep.handler";
  EXPECT_EQ(failure(), "no failure");
}

TEST(PlatformTags, AreThoseOfTheRuntimesGlibcAndOlder) {
  const auto tags = platform_tags(python_runtime("3.11"), Architecture::x86_64);
  EXPECT_EQ(tags.front(), "manylinux_2_26_x86_64");
  EXPECT_THAT(tags, testing::IsSupersetOf({"manylinux_2_17_x86_64", "manylinux2014_x86_64",
                                           "manylinux2010_x86_64", "manylinux1_x86_64"}));
  EXPECT_THAT(tags, testing::Not(testing::Contains("manylinux_2_27_x86_64")));
  const auto arm = platform_tags(python_runtime("3.11"), Architecture::arm64);
  EXPECT_EQ(arm.front(), "manylinux_2_26_aarch64");
  EXPECT_EQ(arm.back(), "linux_aarch64");
}

}  // namespace
}  // namespace lbundle
