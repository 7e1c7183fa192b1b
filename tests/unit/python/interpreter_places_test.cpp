#include "python/interpreter_places.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/temp_dir.hpp"

namespace lbundle {
namespace {

using testing::ElementsAreArray;

class Places : public testing::Test {
 protected:
  HostPath make(const std::string& path) {
    fs::create_directories(folder_.path() / path);
    return folder_.path() / path / "bin";
  }
  // The folders after the four that do not depend on what is there.
  std::vector<HostPath> found(const std::string& minor, std::map<std::string, std::string> environment) {
    auto folders = usual_python_folders(minor, environment, folder_.path() / "root");
    folders.erase(folders.begin(), folders.begin() + 4);
    return folders;
  }
  const TempDir folder_{temporary_folder(), "lbundle-test"};
  const std::string home_ = (folder_.path() / "home").string();
};

TEST_F(Places, OfTheSystemAndOfImages) {
  const auto folders = usual_python_folders("3.13", {}, "/r");
  EXPECT_THAT(folders,
              ElementsAreArray(std::vector<HostPath>{"/r/usr/bin", "/r/usr/local/bin", "/r/var/lang/bin",
                                                     "/r/opt/python/cp313-cp313/bin"}));
}

TEST_F(Places, OfVersionManagers) {
  const std::vector<HostPath> all{make("home/.pyenv/versions/3.13.1"),
                                  make("home/.local/share/uv/python/cpython-3.13.9-linux-x86_64-gnu"),
                                  make("home/.local/share/mise/installs/python/3.13.2"),
                                  make("home/.asdf/installs/python/3.13.0")};
  make("home/.pyenv/versions/3.12.1");
  make("home/.local/share/uv/python/cpython-3.12.9-linux-x86_64-gnu");
  EXPECT_THAT(found("3.13", {{"HOME", home_}}), ElementsAreArray(all));
  EXPECT_TRUE(found("3.13", {}).empty());
}

TEST_F(Places, OfABetaToo) {
  const auto beta = make("home/.pyenv/versions/3.15-dev");
  const auto numbered = make("home/.pyenv/versions/3.15.0a2");
  EXPECT_THAT(found("3.15", {{"HOME", home_}}), ElementsAreArray(std::vector<HostPath>{beta, numbered}));
}

TEST_F(Places, WithoutBuildsThatHaveNoLock) {
  make("home/.pyenv/versions/3.13.1t");
  make("home/.pyenv/versions/3.13t-dev");
  make("home/.local/share/uv/python/cpython-3.13.9+freethreaded-linux-x86_64-gnu");
  EXPECT_TRUE(found("3.13", {{"HOME", home_}}).empty());
}

TEST_F(Places, WithoutOtherVersionsThatBeginTheSame) {
  make("home/.pyenv/versions/3.13.1");
  EXPECT_TRUE(found("3.1", {{"HOME", home_}}).empty());
}

TEST_F(Places, WhereVariablesMoveThem) {
  const auto pyenv = make("p/versions/3.13.1");
  const auto uv = make("u/cpython-3.13.9-linux-x86_64-gnu");
  make("home/.pyenv/versions/3.13.3");
  EXPECT_THAT(found("3.13", {{"HOME", home_},
                             {"PYENV_ROOT", (folder_.path() / "p").string()},
                             {"UV_PYTHON_INSTALL_DIR", (folder_.path() / "u").string()}}),
              ElementsAreArray(std::vector<HostPath>{pyenv, uv}));
}

}  // namespace
}  // namespace lbundle
