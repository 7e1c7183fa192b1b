#include "model/module_forms.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lbundle {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

FileSet files_of(const std::vector<std::string>& paths) {
  FileSet files;
  for (const auto& path : paths) files.put(BundlePath(path), RegularFile{});
  return files;
}

TEST(ModuleForms, TheSourceOfEachForm) {
  EXPECT_EQ(source_of_module(BundlePath("p/b.pyc")), BundlePath("p/b.py"));
  EXPECT_EQ(source_of_module(BundlePath("p/__pycache__/b.cpython-311.pyc")), BundlePath("p/b.py"));
  EXPECT_EQ(source_of_module(BundlePath("p/__pycache__/b.cpython-311.opt-2.pyc")), BundlePath("p/b.py"));
  EXPECT_EQ(source_of_module(BundlePath("p/b.py")), std::nullopt);
  EXPECT_EQ(source_of_module(BundlePath("p/b.so")), std::nullopt);
}

TEST(ModuleForms, EachFormHasTheSameForms) {
  const std::vector<std::string> forms{"p/__pycache__/b.cpython-311.opt-1.pyc",
                                       "p/__pycache__/b.cpython-311.pyc", "p/b.py", "p/b.pyc"};
  auto all = forms;
  for (const auto* other : {"b.py", "p/__pycache__/b2.cpython-311.pyc", "p/b.pyi", "p/b/c.py", "p/b.b.py"})
    all.emplace_back(other);
  const auto files = files_of(all);
  std::vector<BundlePath> expected;
  for (const auto& path : forms) expected.emplace_back(path);
  for (const auto& path : forms) EXPECT_EQ(forms_of_module(files, BundlePath(path)), expected) << path;
}

TEST(ModuleForms, OfAnAbsentForm) {
  const auto files = files_of({"p/b.pyc"});
  EXPECT_THAT(forms_of_module(files, BundlePath("p/b.py")), ElementsAre(BundlePath("p/b.pyc")));
  EXPECT_THAT(forms_of_module(files, BundlePath("p/c.py")), IsEmpty());
}

TEST(ModuleForms, OtherFilesAreAlone) {
  const auto files = files_of({"p/b.txt", "p/b.so", ".py", "...py", "p/__pycache__/x"});
  for (const auto& [path, node] : files) EXPECT_THAT(forms_of_module(files, path), ElementsAre(path));
}

}  // namespace
}  // namespace lbundle
