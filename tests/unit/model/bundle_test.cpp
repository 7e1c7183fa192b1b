#include "model/bundle.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "model/error.hpp"

namespace lbundle {
namespace {

const Reason why{"dedupe", "same bytes", ""};

FileNode file_of_size(std::uint64_t size) {
  return RegularFile{{{}, ByteSize(size), {}, false}, false};
}

Bundle bundle_of(std::initializer_list<std::pair<const char*, std::uint64_t>> staged) {
  Bundle bundle;
  for (const auto& [path, size] : staged) {
    const BundlePath where(path);
    bundle.files.put(where, file_of_size(size));
    bundle.decisions[where] = {Verdict::keep, {"prune", "opened", ""}, ByteSize(size), ByteSize(size), where};
  }
  return bundle;
}

// Checks that staged + added = in the bundle + saved, and that each file in the bundle has a decision with
// its size.
bool books_balance(const Bundle& bundle) {
  std::uint64_t staged = 0;
  for (const auto& [path, decision] : bundle.decisions) {
    staged += decision.before.bytes();
    const auto* node = bundle.files.find(decision.becomes);
    if (decision.verdict == Verdict::drop ? decision.after != ByteSize() : node == nullptr) return false;
    if (decision.verdict != Verdict::drop && unzipped_size(*node) != decision.after) return false;
  }
  return static_cast<std::int64_t>(staged + added_bytes(bundle).bytes()) ==
         static_cast<std::int64_t>(bundle.files.unzipped().bytes()) + saved_bytes(bundle.decisions);
}

TEST(Bundle, ADroppedFileIsSaved) {
  auto bundle = bundle_of({{"a", 10}, {"b", 20}});
  drop_file(bundle, BundlePath("a"), why);
  EXPECT_FALSE(bundle.files.contains(BundlePath("a")));
  EXPECT_EQ(bundle.decisions.at(BundlePath("a")).verdict, Verdict::drop);
  EXPECT_EQ(bundle.decisions.at(BundlePath("a")).reason, why);
  EXPECT_EQ(saved_bytes(bundle.decisions), 10);
  EXPECT_TRUE(books_balance(bundle));
}

TEST(Bundle, AReplacedFileIsFoundUnderItsNewName) {
  auto bundle = bundle_of({{"a.py", 10}, {"b", 20}});
  replace_file(bundle, BundlePath("a.py"), BundlePath("a.pyc"), file_of_size(4), why);
  EXPECT_EQ(bundle.decisions.at(BundlePath("a.py")).becomes, BundlePath("a.pyc"));
  EXPECT_FALSE(bundle.files.contains(BundlePath("a.py")));
  // The next stage uses the path where the file is now.
  replace_file(bundle, BundlePath("a.pyc"), BundlePath("c"), SymbolicLink{"b"}, why);
  EXPECT_EQ(bundle.decisions.at(BundlePath("a.py")).becomes, BundlePath("c"));
  EXPECT_EQ(saved_bytes(bundle.decisions), 9);
  drop_file(bundle, BundlePath("c"), why);
  EXPECT_EQ(bundle.decisions.at(BundlePath("a.py")).verdict, Verdict::drop);
  EXPECT_TRUE(books_balance(bundle));
}

TEST(Bundle, AFileWhosePlaceIsTakenIsDropped) {
  auto bundle = bundle_of({{"a", 10}, {"b", 20}});
  replace_file(bundle, BundlePath("a"), BundlePath("b"), file_of_size(5), why);
  EXPECT_EQ(bundle.decisions.at(BundlePath("b")).verdict, Verdict::drop);
  EXPECT_EQ(bundle.files.size(), 1U);
  EXPECT_EQ(saved_bytes(bundle.decisions), 25);
  EXPECT_TRUE(books_balance(bundle));
  // The path of the dropped file leads to the file that is there now.
  replace_file(bundle, BundlePath("b"), BundlePath("b"), file_of_size(1), why);
  EXPECT_EQ(bundle.decisions.at(BundlePath("b")).verdict, Verdict::drop);
  EXPECT_EQ(bundle.decisions.at(BundlePath("a")).after, ByteSize(1));
  EXPECT_TRUE(books_balance(bundle));
}

TEST(Bundle, AnAbsentFileCannotBeChanged) {
  auto bundle = bundle_of({{"a", 10}});
  EXPECT_THROW(drop_file(bundle, BundlePath("x"), why), BrokenAssumption);
  drop_file(bundle, BundlePath("a"), why);
  EXPECT_THROW(drop_file(bundle, BundlePath("a"), why), BrokenAssumption);
}

TEST(Bundle, AddedFilesAreCountedApart) {
  auto bundle = bundle_of({{"a", 10}});
  bundle.files.put(BundlePath("l"), SymbolicLink{"a"});
  EXPECT_EQ(added_bytes(bundle), ByteSize(1));
  EXPECT_EQ(saved_bytes(bundle.decisions), 0);
  EXPECT_TRUE(books_balance(bundle));
}

RC_GTEST_PROP(BundleProperty, TheBooksBalance, ()) {
  auto bundle = bundle_of({{"a", 10}, {"b", 20}, {"c/d", 0}, {"c/e", 7}});
  const auto names = rc::gen::element<std::string>("a", "b", "c/d", "c/e", "f", "g/h");
  const auto steps = *rc::gen::inRange(0, 12);
  for (int i = 0; i < steps && !bundle.files.empty(); ++i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, bundle.files.size());
    const auto path = std::next(bundle.files.begin(), static_cast<std::ptrdiff_t>(at))->first;
    if (*rc::gen::arbitrary<bool>()) {
      drop_file(bundle, path, why);
    } else {
      replace_file(bundle, path, BundlePath(*names), file_of_size(*rc::gen::inRange<std::uint64_t>(0, 50)),
                   why);
    }
    RC_ASSERT(books_balance(bundle));
  }
}

}  // namespace
}  // namespace lbundle
