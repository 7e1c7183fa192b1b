#include "model/bundle_path.hpp"

#include <stdexcept>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace lbundle {
namespace {

// Parts of paths: prefixes of each other, dots, and bytes that are not text.
rc::Gen<std::string> any_part() {
  return rc::gen::element<std::string>("a", "b", "ab", "a-b", "a.b", "...", ".a", "\xff\xfe", " ", "a\nb");
}

rc::Gen<BundlePath> any_path() {
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(any_part()),
                      [](const std::vector<std::string>& parts) {
                        BundlePath path;
                        for (const auto& part : parts) path = path / part;
                        return path;
                      });
}

TEST(BundlePath, IsNormalised) {
  EXPECT_EQ(BundlePath::parse("a/b")->bytes(), "a/b");
  EXPECT_EQ(BundlePath::parse("./a//./b/")->bytes(), "a/b");
  EXPECT_EQ(BundlePath::parse("a/../b")->bytes(), "b");
  EXPECT_EQ(BundlePath::parse("a/b/../../c")->bytes(), "c");
  EXPECT_TRUE(BundlePath::parse("")->is_root());
  EXPECT_TRUE(BundlePath::parse(".")->is_root());
  EXPECT_TRUE(BundlePath::parse("a/..")->is_root());
  EXPECT_EQ(BundlePath::parse("a/.../b")->bytes(), "a/.../b");
}

TEST(BundlePath, StaysInside) {
  EXPECT_FALSE(BundlePath::parse(".."));
  EXPECT_FALSE(BundlePath::parse("a/../../a"));
  EXPECT_FALSE(BundlePath::parse("/a"));
  EXPECT_FALSE(BundlePath::parse("/"));
  EXPECT_FALSE(BundlePath::parse(std::string_view("a\0b", 3)));
  EXPECT_THROW(BundlePath("../a"), std::invalid_argument);
  EXPECT_THROW(BundlePath("a") / "../../b", std::invalid_argument);
}

TEST(BundlePath, KnowsItsParts) {
  const BundlePath path("numpy/core/_multiarray.cpython-311.so");
  EXPECT_EQ(path.name(), "_multiarray.cpython-311.so");
  EXPECT_EQ(path.parent(), BundlePath("numpy/core"));
  EXPECT_EQ(path.extension(), ".so");
  EXPECT_EQ(BundlePath("a").parent(), BundlePath());
  EXPECT_EQ(BundlePath().parent(), BundlePath());
  EXPECT_EQ(BundlePath().name(), "");
  EXPECT_EQ(BundlePath("a/.env").extension(), "");
  EXPECT_EQ(BundlePath("a.b/c").extension(), "");
  EXPECT_EQ(BundlePath("c.").extension(), ".");
}

TEST(BundlePath, IsWithinWholePartsOnly) {
  EXPECT_TRUE(BundlePath("a/b").is_within(BundlePath("a")));
  EXPECT_TRUE(BundlePath("a").is_within(BundlePath("a")));
  EXPECT_TRUE(BundlePath("a").is_within(BundlePath()));
  EXPECT_FALSE(BundlePath("a-b").is_within(BundlePath("a")));
  EXPECT_FALSE(BundlePath("ab/c").is_within(BundlePath("a")));
  EXPECT_FALSE(BundlePath("a").is_within(BundlePath("a/b")));
  EXPECT_FALSE(BundlePath().is_within(BundlePath("a")));
}

TEST(BundlePath, ResolvesFromItsFolder) {
  EXPECT_EQ(BundlePath("a/b").resolve("../c"), BundlePath("a/c"));
  EXPECT_EQ(BundlePath("a").resolve(""), BundlePath("a"));
  EXPECT_EQ(BundlePath("a").resolve("../.."), std::nullopt);
  EXPECT_EQ(BundlePath("a").resolve("/a"), std::nullopt);
}

TEST(BundlePath, LinkTargetsAreShort) {
  EXPECT_EQ(relative_link_target(BundlePath("a/x"), BundlePath("a/y")), "y");
  EXPECT_EQ(relative_link_target(BundlePath("x"), BundlePath("a/y")), "a/y");
  EXPECT_EQ(relative_link_target(BundlePath("a/b/x"), BundlePath("a/c/y")), "../c/y");
  EXPECT_EQ(relative_link_target(BundlePath("a/x"), BundlePath("ab/y")), "../ab/y");
  EXPECT_EQ(relative_link_target(BundlePath("a/b/x"), BundlePath("a/b")), "../b");
  EXPECT_EQ(relative_link_target(BundlePath("a/x"), BundlePath{}), "../");
  EXPECT_EQ(relative_link_target(BundlePath("x"), BundlePath{}), ".");
}

RC_GTEST_PROP(BundlePathProperty, ALinkLeadsToItsTarget, ()) {
  const auto target = *any_path();
  const auto link = *any_path() / *any_part();
  // No bundle has a link to a folder above itself, or a link in the place of a folder of its target's path.
  RC_PRE(!link.is_within(target) && !target.is_within(link));
  RC_ASSERT(link.parent().resolve(relative_link_target(link, target)) == target);
}

RC_GTEST_PROP(BundlePathProperty, ParsingTwiceChangesNothing, ()) {
  const auto bytes = *rc::gen::container<std::string>(rc::gen::element('a', '.', '/', '\xc3'));
  const auto path = BundlePath::parse(bytes);
  if (!path) return;
  RC_ASSERT(BundlePath::parse(path->bytes()) == path);
  RC_ASSERT(path->is_root() || path->parent() / path->name() == *path);
  RC_ASSERT(path->is_within(path->parent()));
}

RC_GTEST_PROP(BundlePathProperty, WithinIsWhatParentsSay, ()) {
  const auto path = *any_path();
  const auto folder = *any_path();
  bool is_ancestor = path == folder;
  for (auto up = path; !up.is_root(); up = up.parent()) is_ancestor = is_ancestor || up.parent() == folder;
  RC_ASSERT(path.is_within(folder) == is_ancestor);
}

}  // namespace
}  // namespace lbundle
