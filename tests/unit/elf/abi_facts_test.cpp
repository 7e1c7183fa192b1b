#include "elf/abi_facts.hpp"

#include <gmock/gmock.h>

#include "unit/elf/compiled.hpp"

namespace lbundle::elf {
namespace {

using test::Workshop;
using testing::ElementsAre;

ElfFacts abi_facts_of(const HostPath& path) {
  const auto facts = read_elf(read_file(path));
  EXPECT_TRUE(facts);
  return facts.value_or(ElfFacts{});
}

TEST(AbiFacts, VersionsAreNumbersOfASeries) {
  EXPECT_EQ(parse_series_version("GLIBC_2.33"), (SeriesVersion{"GLIBC", {2, 33}}));
  EXPECT_EQ(parse_series_version("GLIBCXX_3.4.24"), (SeriesVersion{"GLIBCXX", {3, 4, 24}}));
  EXPECT_EQ(parse_series_version("OPENSSL_1_1"), (SeriesVersion{"OPENSSL_1", {1}}));
  EXPECT_EQ(parse_series_version("GLIBC_ABI_DT_RELR"), (SeriesVersion{"GLIBC", {2, 36}}));
  for (const auto* name : {"GLIBC_PRIVATE", "CXXABI_FLOAT128", "GLIBC_2.", "GLIBC_.2", "_2.3", "2.3", "",
                           "GLIBC_2.x", "GLIBC_99999999999999999999"}) {
    EXPECT_FALSE(parse_series_version(name)) << name;
  }
  // They are compared as numbers, not as texts.
  EXPECT_GT(parse_version_number("2.17"), parse_version_number("2.4"));
  EXPECT_GT(parse_version_number("2.3.4"), parse_version_number("2.3"));
}

TEST(AbiFacts, TheHighestDemandOfEachSeriesWithItsSymbol) {
  Workshop shop;
  const auto facts =
      abi_facts_of(shop.library("libnew.so",
                                "int epoll_pwait2(int, void*, int, void*, void*); int fstat(int, void*);\n"
                                "int f(void) { return epoll_pwait2(0, 0, 0, 0, 0) + fstat(0, 0); }"));
  const auto demands = highest_demands(facts);
  ASSERT_EQ(demands.size(), 1U);
  EXPECT_EQ(demands[0].file, "libc.so.6");
  EXPECT_EQ(demands[0].version, "GLIBC_2.35");
  EXPECT_EQ(demands[0].symbol, "epoll_pwait2");
  EXPECT_EQ(symbol_wanting(facts, "libc.so.6", "GLIBC_2.33"), "fstat");
  EXPECT_EQ(symbol_wanting(facts, "libm.so.6", "GLIBC_2.33"), "");
}

TEST(AbiFacts, WeakDemandsAreKnownAndSurviveTheCache) {
  Workshop shop;
  const auto path = shop.library("libweak.so",
                                 "int epoll_pwait2(int, void*, int, void*, void*);\n"
                                 "int f(void) { return epoll_pwait2(0, 0, 0, 0, 0); }");
  test::make_version_weak(path, "GLIBC_2.35");
  const auto facts = abi_facts_of(path);
  const auto weak = [](const ElfFacts& read) {
    std::vector<std::string> versions;
    for (const auto& needed : read.needed_versions)
      if (needed.weak) versions.push_back(needed.version);
    return versions;
  };
  EXPECT_THAT(weak(facts), ElementsAre("GLIBC_2.35"));
  const auto again = parse_facts(serialise(facts));
  ASSERT_TRUE(again);
  EXPECT_THAT(weak(*again), ElementsAre("GLIBC_2.35"));
  for (const auto& demand : highest_demands(facts)) EXPECT_NE(demand.version, "GLIBC_2.35");
}

TEST(AbiFacts, TheProcessorsLevelIsInTheNotes) {
  Workshop shop;
  const std::string source = "int f(void) { return 1; }";
  EXPECT_EQ(abi_facts_of(shop.library("libplain.so", source)).isa_level, 0U);
  EXPECT_EQ(abi_facts_of(shop.library("libtwo.so", source, {"-Wl,-z,x86-64-v2"})).isa_level, 2U);
  const auto four = abi_facts_of(shop.library("libfour.so", source, {"-Wl,-z,x86-64-v4"}));
  EXPECT_EQ(four.isa_level, 4U);
  const auto again = parse_facts(serialise(four));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->isa_level, 4U);
}

TEST(AbiFacts, StacksAsAskedFor) {
  Workshop shop;
  const std::string source = "int f(void) { return 1; }";
  auto facts = abi_facts_of(shop.library("libplain.so", source));
  EXPECT_EQ(stack_demand(facts), StackDemand::plain);
  EXPECT_EQ(stack_demand(abi_facts_of(shop.library("librun.so", source, {"-Wl,-z,execstack"}))),
            StackDemand::executable);
  std::erase_if(facts.segments, [](const Segment& segment) { return segment.type == 0x6474e551; });
  EXPECT_EQ(stack_demand(facts), StackDemand::unsaid);
}

TEST(AbiFacts, FormatsOfOtherSystems) {
  const auto format_of = [](std::string_view text) { return foreign_format(as_bytes(text)); };
  EXPECT_EQ(format_of("\xcf\xfa\xed\xfe rest"), ForeignFormat::mach_o);
  EXPECT_EQ(format_of("\xca\xfe\xba\xbe rest"), ForeignFormat::mach_o);
  EXPECT_EQ(format_of("MZ\x90 rest"), ForeignFormat::portable_executable);
  EXPECT_EQ(format_of("\x7f"
                      "ELF rest"),
            ForeignFormat::none);
  EXPECT_EQ(format_of("MZ"), ForeignFormat::none);
  EXPECT_EQ(format_of(""), ForeignFormat::none);
}

TEST(AbiFacts, MachinesInWords) {
  EXPECT_EQ(machine_text({true, true, 3, 183}), "64-bit ARM");
  EXPECT_EQ(machine_text({false, true, 3, 3}), "32-bit x86");
  EXPECT_EQ(machine_text({true, false, 3, 22}), "64-bit s390, big-endian");
}

}  // namespace
}  // namespace lbundle::elf
