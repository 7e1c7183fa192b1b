#include "prune/program_reach.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/tree.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Program : public testing::Test {
 protected:
  Program() {
    for (const auto* path :
         {"data/zones.bin", "data/old/a.bin", "forms/html.txt", "lib/plugins/liba.so", "notes.txt"})
      scratch_.put(std::string("tree/") + path, "x");
  }

  std::vector<std::string> named_in(std::string_view text) {
    scratch_.put("tree/bootstrap", text);
    return reached_from("bootstrap");
  }

  std::vector<std::string> reached_from(const char* path) {
    StagedTree tree;
    tree.files = scan_tree(scratch_ / "tree", 1);
    std::set<std::string> paths;
    for (const auto& each : ProgramReach(tree).reach_from({BundlePath(path)}))
      if (each.path.bytes() != path) paths.insert(each.path.bytes());
    return {paths.begin(), paths.end()};
  }

  Scratch scratch_;
};

TEST_F(Program, AFileByItsPathOrByItsNameAlone) {
  EXPECT_THAT(named_in("open data/zones.bin"), UnorderedElementsAre("data/zones.bin"));
  // Go writes its texts one after the other, without separators.
  EXPECT_THAT(named_in("errordata/zones.bindone"), UnorderedElementsAre("data/zones.bin"));
  EXPECT_THAT(named_in(std::string_view("\0html.txt\0", 10)), UnorderedElementsAre("forms/html.txt"));
  EXPECT_THAT(named_in("xhtml.txt"), IsEmpty());
}

TEST_F(Program, AFolderByThePathThatBeginsWithIt) {
  EXPECT_THAT(named_in("lib/plugins/lib%s.so"), UnorderedElementsAre("lib/plugins/liba.so"));
  EXPECT_THAT(named_in("data/%s.bin"), UnorderedElementsAre("data/zones.bin", "data/old/a.bin"));
  EXPECT_THAT(named_in("/var/task/forms"), UnorderedElementsAre("forms/html.txt"));
}

TEST_F(Program, AFolderBesideFilesOfASimilarName) {
  scratch_.put("tree/data-old/b.bin", "x");
  scratch_.put("tree/data.idx", "x");
  EXPECT_THAT(named_in("data/%s.bin"), UnorderedElementsAre("data/zones.bin", "data/old/a.bin"));
}

TEST_F(Program, EachFileOfAName) {
  scratch_.put("tree/data/old/html.txt", "x");
  EXPECT_THAT(named_in(" html.txt "), UnorderedElementsAre("forms/html.txt", "data/old/html.txt"));
}

TEST_F(Program, APartOfAnotherPathOrWordIsNotAFolder) {
  EXPECT_THAT(named_in("$ORIGIN/data"), IsEmpty());
  EXPECT_THAT(named_in("metadata and formsheets"), IsEmpty());
}

TEST_F(Program, InTextsWithoutEndsANameCountsAnywhere) {
  for (const auto* mark : {"\xff Go buildinf:", "RUST_BACKTRACE"}) {
    const auto written = [&](const char* text) { return named_in(std::string(mark) + text); };
    EXPECT_THAT(written("wrongnotes.txtdatakind"), UnorderedElementsAre("notes.txt"));
    EXPECT_THAT(written("emptypluginsopen"), UnorderedElementsAre("lib/plugins/liba.so"));
    EXPECT_THAT(written("mapformsheet"), UnorderedElementsAre("forms/html.txt"));
    EXPECT_THAT(written("mapdatalib"), IsEmpty());
  }
  EXPECT_THAT(named_in("wrongnotes.txtdatakind"), IsEmpty());
  EXPECT_THAT(named_in(" plugins "), IsEmpty());
}

TEST_F(Program, ANameInsideALongerOneThatEndsTheSame) {
  // Linkers store "zones.bin" inside "old_zones.bin".
  EXPECT_THAT(named_in(std::string_view("\0old_zones.bin\0", 15)), UnorderedElementsAre("data/zones.bin"));
  EXPECT_THAT(named_in("old_zones.bin "), IsEmpty());
  EXPECT_THAT(named_in(std::string_view("\0zones.bins\0", 12)), IsEmpty());
}

TEST_F(Program, NoSizeIsTooLarge) {
  scratch_.put("tree/data/large.bin", std::string(2'000'001, 'x'));
  EXPECT_THAT(named_in("data/%s.bin"),
              UnorderedElementsAre("data/zones.bin", "data/old/a.bin", "data/large.bin"));
  EXPECT_THAT(named_in(std::string(1'000'001, ' ') + "data/zones.bin"),
              UnorderedElementsAre("data/zones.bin"));
}

TEST_F(Program, ConversionsThatIconvsConfigurationNames) {
  scratch_.put("tree/gconv/GBK.so", "x");
  scratch_.put("tree/gconv/KOI8-R.so", "x");
  scratch_.put("tree/gconv/DECOY.so", "x");
  scratch_.put("tree/gconv/gconv-modules",
               "# GBK\nalias\tMS936//\t\tGBK//\nmodule\tGBK//\tINTERNAL\tGBK\t1\n");
  scratch_.put("tree/gconv/gconv-modules.d/extra.conf", "module KOI8-R// INTERNAL KOI8-R 1\n");
  // The cache has its texts as a linker does: "GBK.so" is inside of "GBGBK.so".
  scratch_.put("tree/gconv/gconv-modules.cache", std::string_view("\x20\x10\0KOI8-R.so\0GBGBK.so\0", 22));
  EXPECT_THAT(reached_from("gconv/gconv-modules"), UnorderedElementsAre("gconv/GBK.so"));
  EXPECT_THAT(reached_from("gconv/gconv-modules.d/extra.conf"), UnorderedElementsAre("gconv/KOI8-R.so"));
  EXPECT_THAT(reached_from("gconv/gconv-modules.cache"),
              UnorderedElementsAre("gconv/GBK.so", "gconv/KOI8-R.so"));
}

}  // namespace
}  // namespace lbundle
