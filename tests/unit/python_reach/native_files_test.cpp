// Names of files in extension modules that the test compiles.
#include "python_reach/native_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/digest_of.hpp"
#include "support/scratch.hpp"
#include "unit/elf/compiled.hpp"

namespace lbundle {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

SoughtName file(const std::string& name) {
  return {name, false, true, BundlePath("pkg/" + name)};
}

class SoughtInNative : public testing::Test {
 protected:
  HostPath compiled(const std::string& calls) {
    return workshop_.library("fast.so", "void take(const char*); void run(int n) { " + calls + " }", {"-O2"},
                             "c");
  }

  test::Workshop workshop_;
};

TEST_F(SoughtInNative, AFileByItsNameOrItsPath) {
  const auto library = compiled("take(\"rates.bin\"); take(\"deep/roots.pem\"); take(\"old_zones.bin\");");
  EXPECT_THAT(sought_in_native(read_file(library), {file("rates.bin"), file("roots.pem"), file("zones.bin")}),
              ElementsAre(0, 1));
}

TEST_F(SoughtInNative, ANameInsideALongerOneThatEndsTheSame) {
  const auto library = compiled("take(\"old_rates.bin\"); take(\"rates.bin\");");
  EXPECT_THAT(sought_in_native(read_file(library), {file("rates.bin")}), ElementsAre(0));
}

TEST_F(SoughtInNative, NamesOfFunctionsAreNoTexts) {
  const auto library = compiled("");
  EXPECT_THAT(sought_in_native(read_file(library), {file("take"), {"take", true, true, BundlePath("take")}}),
              IsEmpty());
}

TEST_F(SoughtInNative, EachFileOfAName) {
  auto other = file("rates.bin");
  other.path = BundlePath("pkg/deep/rates.bin");
  EXPECT_THAT(sought_in_native(read_file(compiled("take(\"rates.bin\");")), {file("rates.bin"), other}),
              ElementsAre(0, 1));
}

TEST_F(SoughtInNative, AnEndingCountsInJoinedTextsOnly) {
  const SoughtName ending{".tab", false, false, BundlePath("pkg/a.tab"), true};
  EXPECT_THAT(sought_in_native(read_file(compiled("take(\"x.tabs\");")), {ending}), IsEmpty());
  EXPECT_THAT(sought_in_native(read_file(compiled("take(\"RUST_BACKTRACE\"); take(\"x.tabs\");")), {ending}),
              ElementsAre(0));
}

TEST_F(SoughtInNative, TheCacheKnowsWhatWasSought) {
  const auto library = compiled("take(\"rates.bin\");");
  const Content content{.path = library, .digest = digest_of_file(library)};
  const Store store(workshop_.folder() / "cache");
  EXPECT_THAT(sought_in_native(content, {file("zones.bin")}, store), IsEmpty());
  EXPECT_THAT(sought_in_native(content, {file("rates.bin")}, store), ElementsAre(0));
  EXPECT_THAT(sought_in_native(content, {file("rates.bin")}, store), ElementsAre(0));
}

}  // namespace
}  // namespace lbundle
