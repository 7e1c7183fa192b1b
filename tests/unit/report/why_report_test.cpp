#include "report/why_report.hpp"

#include <gmock/gmock.h>

#include "golden.hpp"
#include "sample.hpp"

namespace lbundle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Subject = WhyAnswer::Subject;

constexpr TextStyle plain{80, false, true};

WhyAnswer ask(const std::string& path) {
  return explain(SampleBuild().manifest(), path);
}

TEST(Why, KeptLibrary) {
  const auto answer = ask("pillow.libs/libjpeg-12.so.62.4.0");
  EXPECT_EQ(answer.subject, Subject::file);
  EXPECT_EQ(answer.verdict, "keep");
  EXPECT_EQ(answer.package, "pillow");
  EXPECT_EQ(answer.version, "11.1.0");
  EXPECT_THAT(answer.chain, ElementsAre("pillow.libs/libjpeg-12.so.62.4.0",
                                        "PIL/_imaging.cpython-311-x86_64-linux-gnu.so", "handler.py"));
  expect_golden("why-library.txt", why_text(answer, plain));
}

TEST(Why, FileWithEvidence) {
  expect_golden("why-evidence.txt", why_text(ask("PIL/_imaging.cpython-311-x86_64-linux-gnu.so"), plain));
}

TEST(Why, DroppedModule) {
  const auto answer = ask("PIL/FliImagePlugin.py");
  EXPECT_EQ(answer.verdict, "drop");
  expect_golden("why-dropped.txt", why_text(answer, plain));
}

TEST(Why, DroppedByARuleNamesItsLine) {
  EXPECT_THAT(why_text(ask("numpy/tests/</script><b>.py"), plain), HasSubstr("rules/common.toml:7"));
}

TEST(Why, SourceReplacedByBytecode) {
  const auto answer = ask("PIL/Image.py");
  EXPECT_EQ(answer.verdict, "drop");
  EXPECT_THAT(answer.related, ElementsAre("its bytecode is in the bundle as PIL/Image.pyc"));
}

TEST(Why, FileThatDoesNotExist) {
  const auto answer = ask("PIL/Imagee.py");
  EXPECT_EQ(answer.subject, Subject::unknown);
  EXPECT_THAT(answer.nearest, testing::Contains("PIL/Image.py"));
  expect_golden("why-never.txt", why_text(answer, plain));
}

TEST(Why, NothingNearIsSuggestedForNonsense) {
  EXPECT_THAT(ask("zzzzzzzzzz.xyz").nearest, IsEmpty());
}

TEST(Why, SameNameElsewhereIsNearest) {
  EXPECT_EQ(ask("numpy/Image.py").nearest.front(), "PIL/Image.py");
}

TEST(Why, Folder) {
  const auto answer = ask("PIL/");
  EXPECT_EQ(answer.subject, Subject::folder);
  EXPECT_EQ(answer.staged_files, 4U);
  EXPECT_EQ(answer.files, 2U);
  expect_golden("why-folder.txt", why_text(answer, plain));
}

TEST(Why, PathsInTheBundleAndModulesAreUnderstood) {
  EXPECT_EQ(ask("PIL/Image.pyc").staged_path, "PIL/__pycache__/Image.cpython-311.pyc");
  EXPECT_EQ(ask("./handler.py").staged_path, "handler.py");
  EXPECT_EQ(ask("/var/task/handler.py").staged_path, "handler.py");
  EXPECT_EQ(ask("PIL.Image").staged_path, "PIL/Image.py");
  EXPECT_EQ(ask("PIL._imaging").staged_path, "PIL/_imaging.cpython-311-x86_64-linux-gnu.so");
  EXPECT_EQ(ask("numpy/core/libz.so").subject, Subject::added);
  EXPECT_EQ(ask("../../etc/passwd").subject, Subject::unknown);
}

TEST(Why, CirclesOfNeedEnd) {
  SampleBuild build;
  build.facts.needed_by[BundlePath("handler.py")] = {
      BundlePath("PIL/_imaging.cpython-311-x86_64-linux-gnu.so")};
  EXPECT_THAT(explain(build.manifest(), "handler.py").chain, IsEmpty());
}

}  // namespace
}  // namespace lbundle
