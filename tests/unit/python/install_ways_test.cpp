#include "python/install_ways.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lbundle {
namespace {

using testing::ElementsAre;

TEST(AptCandidates, AreThePackagesThatHaveOne) {
  EXPECT_THAT(apt_candidates("python3.11:\n  Installed: 3.11.2-6\n  Candidate: 3.11.2-6\n  Version table:\n"
                             "python3.12:\n  Installed: (none)\n  Candidate: (none)\n"
                             "python3.13:\n  Installed: (none)\n  Candidate: 3.13.1-1\n"),
              ElementsAre("python3.11", "python3.13"));
  EXPECT_THAT(apt_candidates(""), ElementsAre());
}

TEST(ApkVersion, IsTheMinorOne) {
  EXPECT_EQ(apk_version("python3-3.12.9-r0\n"), "3.12");
  EXPECT_EQ(apk_version(""), "");
  EXPECT_EQ(apk_version("WARNING: opening cache\n"), "");
}

TEST(WayToPython, NamesOnlyWhatWorksHere) {
  EXPECT_EQ(way_to_python("3.13", {true, false, {}}), "`uv python install 3.13`");
  EXPECT_EQ(way_to_python("3.13", {}), "`uv python install 3.13` (uv is at https://docs.astral.sh/uv)");
  EXPECT_EQ(way_to_python("3.13", {true, true, {{"3.11", "apt-get install python3.11"}}}),
            "`uv python install 3.13`, or `pyenv install 3.13`");
  EXPECT_EQ(way_to_python("3.13", {true, false, {{"3.13", "dnf install python3.13"}}}),
            "`uv python install 3.13`, or `dnf install python3.13`");
}

TEST(ShortestWayToPython, IsTheSystemsWhereItHasOne) {
  EXPECT_EQ(shortest_way_to_python("3.12", {true, false, {{"3.12", "apk add python3"}}}), "apk add python3");
  EXPECT_EQ(shortest_way_to_python("3.12", {false, true, {}}), "pyenv install 3.12");
  EXPECT_EQ(shortest_way_to_python("3.12", {}), "uv python install 3.12");
}

}  // namespace
}  // namespace lbundle
