#include "cold_start/import_profile.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lbundle {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* log = R"(import time: self [us] | cumulative | imported package
import time:       100 |        100 |   zipimport
a line of the function's own
import time:      2000 |       2000 |       numpy.core._multiarray
import time:      3000 |       5000 |     numpy.core
import time:      1000 |       6000 |   numpy
import time:      5500 |      11500 | rasterio
import time:       nan |          1 | broken
import time: cut off
)";

TEST(ImportsOf, SumWhatAPackagesModulesTookThemselves) {
  const auto rows = imports_of(log, 10);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].name, "numpy");
  EXPECT_EQ(rows[0].modules, 3U);
  EXPECT_NEAR(rows[0].seconds, 0.006, 1e-9) << "what others took within is theirs";
  EXPECT_EQ(rows[1].name, "rasterio");
  EXPECT_EQ(rows[2].name, "zipimport");
}

TEST(ImportsOf, GiveTheSlowest) {
  EXPECT_EQ(imports_of(log, 1).size(), 1U);
  EXPECT_EQ(imports_of(log, 1).front().name, "numpy");
  EXPECT_THAT(imports_of("", 10), IsEmpty());
}

class ImportedAndUnused : public testing::Test {
 protected:
  ImportedAndUnused() {
    add("numpy", {"numpy/__init__.py", "numpy/core/_multiarray.so"});
    add("rasterio", {"rasterio/__init__.py"});
    add("python-dateutil", {"dateutil/__init__.py"});
    add("six", {"six.py"});
  }

  void add(const std::string& name, const std::vector<std::string>& paths) {
    Distribution distribution;
    distribution.name = name;
    distribution.version = "1.0";
    tree_.distributions.all.push_back(distribution);
    for (const auto& path : paths)
      tree_.distributions.owner[BundlePath(path)] = tree_.distributions.all.size() - 1;
  }

  StagedTree tree_;
};

TEST_F(ImportedAndUnused, AreByNameOfTheDistribution) {
  const std::string imports =
      std::string(log) + "import time: 1 | 1 | dateutil.tz\nimport time: 1 | 1 | six\n";
  EXPECT_THAT(imported_and_unused(imports, "", tree_),
              ElementsAre("numpy 1.0", "python-dateutil 1.0", "rasterio 1.0", "six 1.0"));
  EXPECT_THAT(
      imported_and_unused(imports,
                          "lbundle ran /var/task/rasterio/__init__.py\nlbundle ran module numpy.core\n"
                          "lbundle ran /usr/lib/six.py\nsix ran\n",
                          tree_),
      ElementsAre("python-dateutil 1.0", "six 1.0"));
  EXPECT_THAT(imported_and_unused("", "", tree_), IsEmpty()) << "what nobody imports is prune's to judge";
}

TEST_F(ImportedAndUnused, AModuleMayBeAFile) {
  EXPECT_THAT(imported_and_unused("import time: 1 | 1 | six\n", "lbundle ran /var/task/six.py\n", tree_),
              IsEmpty());
}

}  // namespace
}  // namespace lbundle
