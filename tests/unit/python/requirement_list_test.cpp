#include "python/requirement_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/atomic_file.hpp"
#include "os/temp_dir.hpp"

namespace lbundle {
namespace {

using Kind = Requirement::Kind;

Requirement only(const std::string& line) {
  const auto list = parse_requirement_list(line, "/p");
  EXPECT_EQ(list.requirements.size(), 1U) << line;
  return list.requirements.empty() ? Requirement{} : list.requirements.front();
}

TEST(RequirementList, RecognisesWhatALineNames) {
  EXPECT_EQ(only("numpy==1.26.4").kind, Kind::index);
  EXPECT_EQ(only("./wheels/a-1-py3-none-any.whl").kind, Kind::wheel);
  EXPECT_EQ(only("a @ https://x.org/a-1-py3-none-any.whl").kind, Kind::index);
  EXPECT_EQ(only("https://x.org/a-1.tar.gz").kind, Kind::source);
  EXPECT_EQ(only("./local[extra]").kind, Kind::source);
  EXPECT_EQ(only("-e .").kind, Kind::source);
  EXPECT_EQ(only("git+https://x.org/a@v1#egg=a").kind, Kind::versioned);
  EXPECT_EQ(only("a @ git+ssh://git@x.org/a").kind, Kind::versioned);
}

TEST(RequirementList, SplitsALine) {
  const auto found =
      only("rasterio[s3] >=1.3,<2 ; python_version >= '3.9' --hash=sha256:aa --hash sha256:bb");
  EXPECT_EQ(found.name, "rasterio");
  EXPECT_EQ(found.extras, "[s3]");
  EXPECT_EQ(found.place, ">=1.3,<2");
  EXPECT_EQ(found.marker, "python_version >= '3.9'");
  EXPECT_THAT(found.hashes, testing::ElementsAre("sha256:aa", "sha256:bb"));
  EXPECT_EQ(only("a @ file:///q/my%20folder").place, "/q/my folder");
  EXPECT_EQ(only("-e ../lib").place, "/lib");
}

TEST(RequirementList, WritesWhatItRead) {
  for (const auto* line : {"rasterio[s3]>=1.3 ; python_version >= '3.9' --hash=sha256:aa",
                           "a @ file:///q/my%20folder", "/p/local[x]", "git+https://x.org/a@v1#egg=a",
                           "a @ https://x.org/a-1-py3-none-any.whl", "--index-url https://x.org/simple"}) {
    EXPECT_EQ(to_text(parse_requirement_list(line, "/p")), std::string(line) + '\n');
  }
}

TEST(RequirementList, JoinsLinesAndSkipsComments) {
  const auto list = parse_requirement_list("# a\na==1 \\\n  --hash=sha256:aa # why\n\nb#c==2\r\n", "/p");
  ASSERT_EQ(list.requirements.size(), 2U);
  EXPECT_THAT(list.requirements[0].hashes, testing::ElementsAre("sha256:aa"));
  EXPECT_TRUE(wants_hashes(list));
  EXPECT_FALSE(wants_hashes(parse_requirement_list("a==1\n", "/p")));
  EXPECT_TRUE(wants_hashes(parse_requirement_list("--require-hashes\na==1\n", "/p")));
}

TEST(RequirementList, PutsIncludedListsInTheirPlace) {
  const TempDir folder(fs::temp_directory_path(), "lbundle-test");
  const auto& root = folder.path();
  write_file(root / "requirements.txt",
             std::string_view("-r more/list.txt\n-c more/pins.txt\nb\n./here.whl\n"));
  write_file(root / "more/list.txt", std::string_view("-r ../requirements.txt\n-f wheels\na\n./there.whl\n"));
  write_file(root / "more/pins.txt", std::string_view("a==1\n"));
  const auto list = read_requirement_list(root / "requirements.txt");
  EXPECT_EQ(to_text(list), "--find-links " + (root / "more/wheels").string() + "\n--constraint " +
                               (root / "more/pins.txt").string() + "\na\n" + (root / "there.whl").string() +
                               "\nb\n" + (root / "here.whl").string() + '\n');
  const auto files = requirement_files(root / "requirements.txt");
  EXPECT_EQ(files.lists.size(), 3U);
  EXPECT_THAT(files.indexes, testing::ElementsAre(root / "more/wheels"));
}

}  // namespace
}  // namespace lbundle
