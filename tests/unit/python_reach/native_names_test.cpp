// Tests names in extension modules that the test compiles.
#include "python_reach/native_names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/digest_of.hpp"
#include "python_reach/sought_modules.hpp"
#include "support/scratch.hpp"
#include "unit/elf/compiled.hpp"

namespace lbundle {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsSupersetOf;
using testing::Not;

class Names : public testing::Test {
 protected:
  NativeNames names_of(const std::string& source, const std::string& language = "c") {
    return names_in_native(read_file(workshop_.library("fast.so", source, {"-O2"}, language)));
  }

  // The names that a search for these modules finds.
  std::set<std::string> found(const NativeNames& names, const std::vector<std::string>& modules) {
    FileSet files;
    for (const auto& path : modules) files.put(BundlePath(path), RegularFile{});
    return SoughtModules(ModuleIndex(files)).found_in(names).names;
  }

  test::Workshop workshop_;
};

TEST_F(Names, TextsThatANulEnds) {
  const auto names = names_of(R"(void import(const char*);
      void run(int n) { import("steps.hidden"); import("_tucked"); import("libfoo.so.1"); import("see steps.shown"); })");
  EXPECT_THAT(names.whole, IsSupersetOf({"steps.hidden", "_tucked", "libfoo.so.1"}));
  EXPECT_THAT(names.whole, Not(Contains("steps.shown")));
  EXPECT_THAT(names.libraries(), ElementsAre("libfoo.so.1"));
}

TEST_F(Names, ATextInsideALongerOneThatEndsTheSame) {
  const auto names = names_of(R"(void import(const char*);
      void run(int n) { import("steps.hidden"); import("old_steps.hidden"); import("old_steps.shown"); }
      const char *const table[] = {"other.listed", "listed"};)");
  EXPECT_THAT(names.whole, IsSupersetOf({"steps.hidden", "old_steps.hidden", "old_steps.shown",
                                         "other.listed", "listed"}));
  EXPECT_THAT(names.whole, Not(Contains("steps.shown")));
}

TEST_F(Names, PathsInWhichSomethingIsFilledIn) {
  const auto names = names_of(R"(void take(const char*);
      void run(int n) { take("%s/cell-%05.2lf.csv"); take("tables/{:>3}.txt"); take("50%"); take("%d of %d"); take("a/b"); take("/rates/"); take("/a"); })");
  EXPECT_THAT(names.patterns, ElementsAre("\1/cell-\1.csv", "\1/rates/\1", "tables/\1.txt"));
}

// mypyc/codegen/emitmodule.py writes the table so; a literal may have a NUL in it.
TEST_F(Names, TheLiteralsOfMypyc) {
  const auto names = names_of(R"(const char *const CPyLit_Str[] = {
      "\003" "\014" "steps.hidden" "\003" "\000" "ab" "\004" "near", "\001" "\005" "other", "",};)");
  EXPECT_THAT(names.whole, IsSupersetOf({"steps.hidden", "near", "other"}));
}

TEST_F(Names, TextsOfRust) {
  const auto names = names_of(R"(extern const char texts[], hidden[], word[], end[];
      asm(".section .rodata\ntexts: .ascii \"RUST_BACKTRACEfor\"\nhidden: .ascii \"steps.hidden\"\n"
          "word: .ascii \"yaml\"\nend: .ascii \"attribute\"\nlast: .byte 0\n.text\n");
      void import(const char*);
      void run(int n) { import(texts); import(hidden); import(word); import(end); })");
  EXPECT_THAT(found(names, {"steps/hidden.py", "yaml.py", "attr.py", "den/x.py", "tribute.py"}),
              testing::UnorderedElementsAre("steps.hidden", "yaml"));
}

TEST_F(Names, AFileOfCythonWhoseTableIsNotFound) {
  EXPECT_FALSE(names_of(R"(const char* mark(void) { return "cython_runtime"; })").is_readable);
  EXPECT_TRUE(names_of(R"(const char* mark(void) { return "cython_runtime"; }
                          const char* other(void) { return "__main__"; })")
                  .is_readable);
}

TEST_F(Names, TheCacheHasTheSame) {
  const Scratch folder;
  const Store store(folder / "cache");
  const auto path = workshop_.library("fast.so", R"(void import(const char*);
      void run(int n) { import("steps.hidden"); import("RUST_BACKTRACE"); import("other.name"); })",
                                      {"-O2"});
  const Content content{path, ByteSize(fs::file_size(path)), digest_of(read_file(path))};
  const auto first = native_names(content, store), second = native_names(content, store);
  EXPECT_THAT(first.whole, Contains("steps.hidden"));
  EXPECT_EQ(first.whole, second.whole);
  EXPECT_EQ(first.is_readable, second.is_readable);
  ASSERT_EQ(first.runs.size(), second.runs.size());
  ASSERT_FALSE(first.runs.empty());
  for (std::size_t i = 0; i < first.runs.size(); ++i) {
    EXPECT_EQ(first.runs[i].text, second.runs[i].text);
    EXPECT_EQ(first.runs[i].marks, second.runs[i].marks);
  }
}

TEST(Sought, NamesWithAndWithoutTheirPackages) {
  FileSet files;
  for (const auto* path : {"a/b/c.py", "a/b/d.py", "e.py"}) files.put(BundlePath(path), RegularFile{});
  const SoughtModules sought{ModuleIndex(files)};
  NativeNames names;
  names.whole = {".c", "a.b.d.attribute", "b.c:function", "bc", "e"};
  const auto found = sought.found_in(names);
  EXPECT_EQ(found.names, (std::set<std::string>{"b.c", "c", "e"}));
  EXPECT_EQ(found.prefixes, (std::set<std::string>{"a", "a.b", "a.b.d", "b"}));
}

}  // namespace
}  // namespace lbundle
