#include "native/import_orders.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/digest_of.hpp"

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

TEST(ImportOrders, NoneIfNothingIsShared) {
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

TEST(NativeFaults, AFaultyFileIsLeftUntouched) {
  const BundlePath path("a/b.so");
  const auto bundle = bundle_with(path, {Verdict::replace, {"strip", "rewritten", {}}, {}, {}, path});
  const NativeFaults faults{{"loading a/b.so (it crashed)", {path}}};
  const auto repair = with_changes_undone({}, faults, bundle.decisions);
  EXPECT_EQ(repair.untouched.at(path).events, "loading a/b.so (it crashed)");
  EXPECT_EQ(repair.untouched.at(path).was, "rewritten");
  EXPECT_EQ(with_changes_undone(repair, faults, bundle.decisions), repair)
      << "it was undone already, and did not help";
}

TEST(NativeFaults, UnrepairedOnesAreErrorsWithAHint) {
  const auto findings = native_fault_findings({{"loading a/b.so (it crashed)", {BundlePath("a/b.so")}}});
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].severity, Severity::error);
  EXPECT_EQ(findings[0].path, "a/b.so");
  EXPECT_THAT(findings[0].message, testing::HasSubstr("loading a/b.so (it crashed) fails"));
  EXPECT_THAT(findings[0].hint, testing::HasSubstr("untouched = [\"a/b.so\"]"));
}

RegularFile file_of(std::string_view text) {
  RegularFile file;
  file.content.digest = digest_of(text);
  return file;
}

TEST(NativeChanges, AreRewrittenFilesAndLinksThatReplaceFiles) {
  const BundlePath same("a.so"), rewritten("b.so"), link("a.libs/libx.so.1"), file("b.libs/libx.so.1");
  FileSet staged;
  for (const auto& path : {same, rewritten, link, file}) staged.put(path, file_of("staged"));
  staged.put(BundlePath("libx.so"), SymbolicLink{"a.libs/libx.so.1"});
  FileSet bundle = staged;
  bundle.put(rewritten, file_of("smaller"));
  bundle.put(link, SymbolicLink{"../b.libs/libx.so.1"});
  bundle.put(BundlePath("b.libs/liby.so.1"), SymbolicLink{"../a.libs/liby.so.1"});
  const NativeChanges changes(staged, bundle);
  EXPECT_THAT(changes.rewritten(), ElementsAre(rewritten));
  EXPECT_THAT(changes.shared(), ElementsAre(link)) << "links that were staged, or are new, replace no file";
  EXPECT_THAT(changes.of_sharing(link), ElementsAre(link, file));
}

}  // namespace
}  // namespace lbundle
