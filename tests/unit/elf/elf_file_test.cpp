#include "elf/elf_file.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include "unit/elf/compiled.hpp"

namespace lbundle::elf {
namespace {

using test::Workshop;
using testing::ElementsAre;
using testing::IsSupersetOf;

const ElfSymbol* find(const std::vector<ElfSymbol>& symbols, std::string_view name,
                      std::string_view version = {}) {
  const auto found = std::find_if(symbols.begin(), symbols.end(), [&](const ElfSymbol& symbol) {
    return symbol.name == name && (version.empty() || symbol.version == version);
  });
  return found == symbols.end() ? nullptr : &*found;
}

ElfFacts facts_of(const HostPath& path) {
  return read_elf(read_file(path)).value();
}

TEST(ReadElf, ReadsWhatTheLinkerWrote) {
  Workshop workshop;
  workshop.library("libleaf.so.2", "int leaf(void) { return 1; }");
  const auto facts = facts_of(workshop.library(
      "libtree.so.1", "int leaf(void); int tree(void) { return leaf(); } int fruit[5] = {1};",
      {workshop.path("libleaf.so.2").string(), "-Wl,-rpath,$ORIGIN/../libs", "-Wl,--enable-new-dtags",
       "-Wl,--build-id=0xabcdef"}));
  EXPECT_EQ(facts.soname, "libtree.so.1");
  EXPECT_EQ(facts.needed.front(), "libleaf.so.2");
  EXPECT_EQ(facts.runpath, "$ORIGIN/../libs");
  EXPECT_EQ(facts.rpath, "");
  EXPECT_EQ(facts.build_id, "abcdef");
  ASSERT_NE(find(facts.exports, "fruit"), nullptr);
  EXPECT_EQ(find(facts.exports, "fruit")->size, 20U);
  EXPECT_EQ(find(facts.exports, "fruit")->type, SymbolType::object);
  ASSERT_NE(find(facts.imports, "leaf"), nullptr);
  EXPECT_TRUE(find(facts.imports, "leaf")->relocated);
  EXPECT_EQ(find(facts.exports, "leaf"), nullptr);
  EXPECT_FALSE(facts.has_tls);
  EXPECT_GT(facts.symtab_bytes, 0U);
  EXPECT_NE(facts.producer.find("GCC"), std::string::npos);
}

TEST(ReadElf, KeepsOldAndNewRpathApart) {
  Workshop workshop;
  const auto facts =
      facts_of(workshop.library("libold.so", "int f;", {"-Wl,-rpath,$ORIGIN", "-Wl,--disable-new-dtags"}));
  EXPECT_EQ(facts.rpath, "$ORIGIN");
  EXPECT_EQ(facts.runpath, "");
}

// After its own name, a version definition lists the versions that it inherits from.
TEST(ReadElf, NamesTheVersionThatInheritsAndNotItsParent) {
  Workshop workshop;
  const std::string script =
      workshop.text("versions", "V1 { global: one; local: *; }; V2 { global: two; } V1;");
  const auto facts = facts_of(workshop.library(
      "libversions.so.3",
      "__asm__(\".symver one_old, one@V1\"); int one_old(void) { return 1; }"
      "__asm__(\".symver one_new, one@@V2\"); int one_new(void) { return 2; } int two(void) { return 2; }",
      {"-Wl,--version-script=" + script}));
  ASSERT_NE(find(facts.exports, "two"), nullptr);
  EXPECT_EQ(find(facts.exports, "two")->version, "V2");
  ASSERT_NE(find(facts.exports, "one", "V1"), nullptr);
  EXPECT_TRUE(find(facts.exports, "one", "V1")->hidden_version);
  ASSERT_NE(find(facts.exports, "one", "V2"), nullptr);
  EXPECT_FALSE(find(facts.exports, "one", "V2")->hidden_version);
  EXPECT_THAT(facts.defined_versions, ElementsAre("V1", "V2"));
  EXPECT_EQ(facts.linked_as, "libversions.so.3");

  const auto user = facts_of(workshop.library("libuser.so", "int two(void); int use(void) { return two(); }",
                                              {workshop.path("libversions.so.3").string()}));
  ASSERT_NE(find(user.imports, "two"), nullptr);
  EXPECT_EQ(find(user.imports, "two")->version, "V2");
  EXPECT_EQ(find(user.imports, "two")->version_file, "libversions.so.3");
}

TEST(ReadElf, CountsSymbolsWithoutSizeAndWeakOnes) {
  Workshop workshop;
  const auto facts = facts_of(workshop.library(
      "libodd.so",
      "__asm__(\".globl sizeless\\n.type sizeless,@function\\nsizeless: ret\\n\");"
      "__attribute__((weak)) int may_be_missing(void); __attribute__((weak)) int soft(void) { return 1; }"
      "int ask(void) { return may_be_missing ? may_be_missing() : soft(); }"));
  ASSERT_NE(find(facts.exports, "sizeless"), nullptr);
  ASSERT_NE(find(facts.imports, "may_be_missing"), nullptr);
  EXPECT_EQ(find(facts.imports, "may_be_missing")->bind, SymbolBind::weak);
  ASSERT_NE(find(facts.exports, "soft"), nullptr);
  EXPECT_EQ(find(facts.exports, "soft")->bind, SymbolBind::weak);
}

TEST(ReadElf, LosesNoSymbolOfThousands) {
  Workshop workshop;
  std::string source;
  for (int i = 0; i < 5000; ++i) source += "int s" + std::to_string(i) + "(void) { return 0; }\n";
  const auto path = workshop.library("libmany.so", source, {"-Wl,--hash-style=gnu"});
  const auto count = [](const ElfFacts& facts) {
    return std::count_if(facts.exports.begin(), facts.exports.end(),
                         [](const ElfSymbol& s) { return s.name[0] == 's'; });
  };
  EXPECT_EQ(count(facts_of(path)), 5000);
  // Without section headers, the hash table gives the number.
  Bytes bare = read_file(path);
  std::fill_n(bare.begin() + 40, 8, std::uint8_t{0});
  std::fill_n(bare.begin() + 58, 6, std::uint8_t{0});
  EXPECT_EQ(count(read_elf(bare).value()), 5000);
}

TEST(ReadElf, SeesThreadLocalStorageUniqueSymbolsAndCopies) {
  Workshop workshop;
  const auto tls =
      facts_of(workshop.library("libtls.so", "__thread int counter; int next(void) { return ++counter; }",
                                {"-ftls-model=initial-exec"}));
  EXPECT_TRUE(tls.has_tls);
  EXPECT_TRUE(tls.static_tls);
  EXPECT_EQ(find(tls.exports, "counter")->type, SymbolType::tls);

  const auto unique = facts_of(workshop.library(
      "libunique.so",
      "inline int& shared() { static int value = 1; return value; } int use() { return shared(); }", {},
      "c++"));
  ASSERT_NE(find(unique.exports, "_ZZ6sharedvE5value"), nullptr);
  EXPECT_EQ(find(unique.exports, "_ZZ6sharedvE5value")->bind, SymbolBind::unique);

  workshop.library("libtable.so", "int table[3] = {1, 2, 3};");
  const auto program =
      facts_of(workshop.compile("program", "extern int table[3]; int main(void) { return table[1]; }",
                                {"-no-pie", workshop.path("libtable.so").string()}));
  EXPECT_FALSE(program.interpreter.empty());
  ASSERT_NE(find(program.imports, "table"), nullptr);
  EXPECT_TRUE(program.imports.end() !=
              std::find_if(program.imports.begin(), program.imports.end(),
                           [](const ElfSymbol& s) { return s.name == "table" && s.copied; }));
}

TEST(ReadElf, IgnoresOtherFilesAndRecognisesForeignElfFiles) {
  EXPECT_FALSE(read_elf(as_bytes("import os\n")).has_value());
  EXPECT_FALSE(read_elf({}).has_value());
  Bytes big_endian(64, 0);
  const Bytes start{0x7f, 'E', 'L', 'F', 1, 2, 1};
  std::copy(start.begin(), start.end(), big_endian.begin());
  big_endian[19] = 20;  // EM_PPC, in the higher address
  const auto facts = read_elf(big_endian).value();
  EXPECT_FALSE(facts.is_readable());
  EXPECT_EQ(facts.identity.machine, 20);
}

TEST(ReadElf, SurvivesEveryTruncation) {
  Workshop workshop;
  const Bytes whole = read_file(workshop.library("libcut.so", "int f(void) { return 1; } int g;"));
  int malformed = 0;
  for (std::size_t size = 4; size < whole.size(); size += 7) {
    try {
      read_elf(ByteView(whole).first(size));
    } catch (const MalformedElf&) {
      ++malformed;
    }
  }
  EXPECT_GT(malformed, 100);
}

TEST(FactsForm, ComesBackAsItWas) {
  Workshop workshop;
  const auto facts = facts_of(workshop.library(
      "libform.so", "extern int errno_like; int f(void) { return errno_like; }", {"-Wl,-rpath,/x:$ORIGIN"}));
  const Bytes form = serialise(facts);
  const auto back = parse_facts(form).value();
  EXPECT_EQ(back.soname, facts.soname);
  EXPECT_EQ(back.runpath, facts.runpath);
  EXPECT_EQ(back.needed, facts.needed);
  EXPECT_EQ(back.exports, facts.exports);
  EXPECT_EQ(back.imports, facts.imports);
  EXPECT_EQ(back.segments, facts.segments);
  EXPECT_EQ(serialise(back), form);
  for (std::size_t size = 0; size < form.size(); ++size)
    EXPECT_FALSE(parse_facts(ByteView(form).first(size)));
}

}  // namespace
}  // namespace lbundle::elf
