#include "project/pyproject.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/distribution.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Key;
using testing::Pair;
using testing::UnorderedElementsAre;

TEST(Pyproject, HasExtrasAndGroups) {
  const Scratch folder;
  const auto sets = dependency_sets(folder.put("pyproject.toml", R"(
[project]
name = "Shop_App"
dependencies = ["six"]
[project.optional-dependencies]
api = ["flask>=3"]
all = ["shop-app[api,db]", "rich"]
db = ["psycopg2-binary"]
[dependency-groups]
geo = ["shapely"]
work = [{include-group = "geo"}, "rasterio"]
[tool.poetry.extras]
pdf = ["reportlab"]
[tool.poetry.group.docs.dependencies]
sphinx = "^7"
)"));
  EXPECT_THAT(
      sets.extras,
      UnorderedElementsAre(Pair("api", ElementsAre("flask>=3")), Pair("db", ElementsAre("psycopg2-binary")),
                           Pair("all", ElementsAre("flask>=3", "psycopg2-binary", "rich")),
                           Pair("pdf", ElementsAre("reportlab"))));
  EXPECT_THAT(sets.groups, UnorderedElementsAre(Pair("geo", ElementsAre("shapely")),
                                                Pair("work", ElementsAre("shapely", "rasterio")),
                                                Pair("docs", ElementsAre("sphinx"))));
}

TEST(Pyproject, APipfileHasCategories) {
  const Scratch folder;
  const auto sets =
      dependency_sets(folder.put("Pipfile",
                                 "[packages]\nsix = '*'\n[dev-packages]\npytest = '*'\n[geo]\nshapely = "
                                 "'*'\n[requires]\npython_version = '3.11'\n"));
  EXPECT_THAT(sets.extras, IsEmpty());
  EXPECT_THAT(sets.groups, UnorderedElementsAre(Key("dev-packages"), Key("geo")));
}

TEST(Pyproject, NamesHaveANormalForm) {
  EXPECT_EQ(normalised_name("My_Extra.-x"), "my-extra-x");
}

}  // namespace
}  // namespace lbundle
