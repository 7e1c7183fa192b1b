#include "prune/program_texts.hpp"

#include <gtest/gtest.h>

#include "prune/program_reach.hpp"

namespace lbundle {
namespace {

// The text of a script that may lead to `path`, or "".
std::string lead(std::string_view script, const char* path) {
  const auto words = words_of(path);
  ProgramTexts texts({words.begin(), words.end()});
  texts.add(BundlePath("bootstrap"), as_bytes(script));
  const auto found = texts.lead_to(BundlePath(path));
  return found ? found->text : "";
}

TEST(ProgramTexts, AFormatLeadsToWhatFitsIt) {
  EXPECT_EQ(lead("open data/%s.txt", "data/b.txt"), "data/%s.txt");
  EXPECT_EQ(lead("open data/%s.txt", "notes/build.txt"), "");
  EXPECT_EQ(lead("data/%-5.3lf_%03d.bin", "data/1.500_001.bin"), "data/%-5.3lf_%03d.bin");
  EXPECT_EQ(lead("{root}/tiles/{x}.png", "tiles/12.png"), "{root}/tiles/{x}.png");
  EXPECT_EQ(lead("$ROOT/tiles/*.png", "tiles/12.png"), "$ROOT/tiles/*.png");
}

TEST(ProgramTexts, APieceLeadsToAllThatHasIt) {
  EXPECT_EQ(lead("x .txt", "notes/build.txt"), ".txt");
  EXPECT_EQ(lead("x notes/", "notes/build.txt"), "notes/");
  EXPECT_EQ(lead("x build", "notes/build.txt"), "build");
  EXPECT_EQ(lead("../notes", "notes/build.txt"), "../notes");
  EXPECT_EQ(lead("/var/task/notes", "notes/build.txt"), "/var/task/notes");
}

TEST(ProgramTexts, OtherWordsLeadNowhere) {
  EXPECT_EQ(lead("rebuild textual %s %d 12", "notes/build.txt"), "");
  EXPECT_EQ(lead("", "notes/build.txt"), "");
  EXPECT_EQ(lead("12", "12"), "12");
}

TEST(ProgramTexts, InTextsWithoutEndsAWordIsEnough) {
  EXPECT_EQ(lead("\x7f"
                 "ELF RUST_BACKTRACE wrongtxtkind",
                 "notes/build.txt"),
            "txt");
  EXPECT_EQ(lead("\x7f"
                 "ELF RUST_BACKTRACE wrong",
                 "notes/build.txt"),
            "");
}

TEST(ProgramTexts, OtherDataHasNoTexts) {
  EXPECT_EQ(lead(std::string_view("\0build\0", 7), "notes/build.txt"), "");
}

}  // namespace
}  // namespace lbundle
