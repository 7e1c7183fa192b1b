#include "native/import_orders.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lbundle {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using Order = std::vector<std::string>;

bool is_covered(const Order& part, const std::vector<Order>& orders) {
  return std::ranges::any_of(orders, [&](const Order& order) {
    auto at = part.begin();
    for (const auto& package : order)
      if (at != part.end() && *at == package) ++at;
    return at == part.end();
  });
}

TEST(ImportOrders, NoneWhereNothingIsShared) {
  EXPECT_THAT(import_orders({}), IsEmpty());
}

TEST(ImportOrders, AListAndItsReverseShowAllPairs) {
  const auto orders = import_orders({{{"a", "b"}, {}}, {{"b", "d"}, {}}, {{"a", "c"}, {}}});
  EXPECT_THAT(orders, ElementsAre(Order{"a", "b", "c", "d"}, Order{"d", "c", "b", "a"}));
}

TEST(ImportOrders, ThreePackagesOfOneLibraryAreImportedInAllSixOrders) {
  const auto orders = import_orders({{{"a", "b", "c"}, {}}, {{"c", "d"}, {}}});
  EXPECT_THAT(orders, SizeIs(6));
  Order order{"a", "b", "c"};
  do {
    EXPECT_TRUE(is_covered(order, orders));
  } while (std::ranges::next_permutation(order).found);
  for (const auto& one : orders) EXPECT_THAT(one, SizeIs(4));
}

TEST(ImportOrders, OfManyPackagesEachComesBeforeEachOther) {
  const auto orders = import_orders({{{"a", "b", "c", "d", "e", "f"}, {}}});
  EXPECT_THAT(orders, SizeIs(2));
  EXPECT_TRUE(is_covered({"e", "b"}, orders));
  EXPECT_TRUE(is_covered({"b", "e"}, orders));
}

Bundle bundle_with(const BundlePath& path, Decision decision) {
  Bundle bundle;
  bundle.decisions.emplace(path, std::move(decision));
  return bundle;
}

TEST(NativeFaults, WhatIsToBlameStaysAsItWas) {
  const BundlePath path("a/b.so");
  const auto bundle = bundle_with(path, {Verdict::replace, {"strip", "written anew", {}}, {}, {}, path});
  const NativeFaults faults{{"loading a/b.so (it crashed)", {path}}};
  Repair repair;
  EXPECT_TRUE(undo_changes(faults, bundle.decisions, repair));
  EXPECT_EQ(repair.untouched.at(path).events, "loading a/b.so (it crashed)");
  EXPECT_EQ(repair.untouched.at(path).was, "written anew");
  EXPECT_FALSE(undo_changes(faults, bundle.decisions, repair)) << "it was undone already, and did not help";
}

TEST(NativeFaults, UnrepairedTheyAreErrorsWithTheLineThatHelps) {
  const auto findings = native_fault_findings({{"loading a/b.so (it crashed)", {BundlePath("a/b.so")}}});
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].severity, Severity::error);
  EXPECT_EQ(findings[0].path, "a/b.so");
  EXPECT_THAT(findings[0].message, testing::HasSubstr("loading a/b.so (it crashed) fails"));
  EXPECT_THAT(findings[0].hint, testing::HasSubstr("untouched = [\"a/b.so\"]"));
}

TEST(NativeChanges, ASharedLibraryIsUndoneWithTheOneThatStandsForIt) {
  const BundlePath link("a.libs/libx.so.1"), file("b.libs/libx.so.1");
  auto bundle = bundle_with(link, {Verdict::replace, {"dedupe", "shared", {}}, {}, {}, link});
  bundle.files.put(link, SymbolicLink{"../b.libs/libx.so.1"});
  bundle.files.put(file, RegularFile{});
  const NativeChanges changes(bundle);
  EXPECT_THAT(changes.written_anew(), IsEmpty());
  ASSERT_TRUE(changes.shared().contains(link));
  EXPECT_THAT(changes.of_sharing(link), ElementsAre(link, file));
}

}  // namespace
}  // namespace lbundle
