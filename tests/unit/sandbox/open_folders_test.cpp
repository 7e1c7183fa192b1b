#include "sandbox/open_folders.hpp"

#include <gtest/gtest.h>

namespace lbundle {
namespace {

using Words = std::vector<std::string>;

TEST(OpenFolders, EachFolderIsMadeOnceBeforeWhatIsInIt) {
  EXPECT_EQ(with_open_folders({"--ro-bind", "/x", "/var/lang/bin/python", "--ro-bind", "/y", "/var/task"}),
            (Words{"--dir", "/var", "--dir", "/var/lang", "--dir", "/var/lang/bin", "--ro-bind", "/x",
                   "/var/lang/bin/python", "--ro-bind", "/y", "/var/task"}));
}

TEST(OpenFolders, NothingIsMadeInWhatIsMountedOrLinked) {
  EXPECT_EQ(with_open_folders({"--ro-bind", "/x", "/lib", "--tmpfs", "/lib/a/b", "--symlink", "usr", "/l",
                               "--ro-bind", "/y", "/l/m/n"}),
            (Words{"--ro-bind", "/x", "/lib", "--tmpfs", "/lib/a/b", "--symlink", "usr", "/l", "--ro-bind",
                   "/y", "/l/m/n"}));
}

TEST(OpenFolders, OptionsThatChangeTheNextOneStayBeforeIt) {
  EXPECT_EQ(with_open_folders({"--perms", "1777", "--size", "5", "--tmpfs", "/a/tmp"}),
            (Words{"--dir", "/a", "--perms", "1777", "--size", "5", "--tmpfs", "/a/tmp"}));
}

TEST(OpenFolders, InANewFolderOthersCanBeMade) {
  EXPECT_EQ(with_open_folders({"--tmpfs", "/tmp", "--ro-bind", "/x", "/tmp/a/b"}),
            (Words{"--tmpfs", "/tmp", "--dir", "/tmp/a", "--ro-bind", "/x", "/tmp/a/b"}));
}

}  // namespace
}  // namespace lbundle
