#include "elf/second_reader.hpp"

#include <cstring>
#include <functional>

#include <elf.h>
#include <gmock/gmock.h>

#include "elf/image.hpp"
#include "elf/relayout.hpp"
#include "unit/elf/compiled.hpp"

namespace lbundle::elf {
namespace {

using test::Workshop;
using testing::HasSubstr;
using testing::StartsWith;

// A library with a version, two needed libraries, relocations and an initialiser, and the same library
// rewritten.
class SecondReader : public testing::Test {
 protected:
  SecondReader() {
    workshop_.library("libleaf.so.2", "int leaf(void) { return 1; }");
    const auto script = workshop_.text("versions", "V1 { global: answer; table; local: *; };");
    original_ =
        read_file(workshop_.library("libtree.so.1",
                                    "int leaf(void); static int value = 42; int* const table[] = {&value};"
                                    "__attribute__((constructor)) static void begin(void) { value = leaf(); }"
                                    "int answer(void) { return *table[0]; }",
                                    {workshop_.path("libleaf.so.2").string(),
                                     "-Wl,--version-script=" + script, "-Wl,-rpath,$ORIGIN/../libs"}));
    relaid_ = relayout(original_).bytes.value();
  }

  // Returns the offset, in the rewritten file, of the table whose address is in the dynamic entry `tag`.
  std::size_t place_of(std::uint64_t tag) const {
    const Image image(relaid_);
    return static_cast<std::size_t>(image.mapped_at(image.dynamic_value(tag).value()).data() -
                                    relaid_.data());
  }

  std::size_t place_of_dynamic_section() const {
    const Image image(relaid_);
    for (const Segment& segment : image.segments())
      if (segment.type == PT_DYNAMIC) return segment.offset;
    throw MalformedElf("it has no dynamic section");
  }

  // Changes the first entry of the table at `at` that `fits`, and expects both comparisons to refuse the
  // file. LIEF's reason must contain `reason`.
  template <typename T>
  void expect_refused(std::size_t at, const std::function<bool(const T&)>& fits,
                      const std::function<void(T&)>& damage, const std::string& reason) {
    Bytes damaged = relaid_;
    T entry;
    for (;; at += sizeof entry) {
      ASSERT_LE(at + sizeof entry, damaged.size());
      std::memcpy(&entry, damaged.data() + at, sizeof entry);
      if (fits(entry)) break;
    }
    damage(entry);
    std::memcpy(damaged.data() + at, &entry, sizeof entry);
    EXPECT_THAT(difference_to_second_reader(original_, damaged).value_or("nothing"), HasSubstr(reason));
    EXPECT_NE(fault_of_relayout(original_, damaged), std::nullopt);
  }

  void expect_dynamic_entry_refused(std::int64_t tag, const std::function<void(Elf64_Dyn&)>& damage) {
    expect_refused<Elf64_Dyn>(
        place_of_dynamic_section(), [&](const Elf64_Dyn& entry) { return entry.d_tag == tag; }, damage,
        "LIEF reads dynamic entry");
  }

  Workshop workshop_;
  Bytes original_, relaid_;
};

TEST_F(SecondReader, ReadsTheSameFromARewrittenLibrary) {
  EXPECT_EQ(difference_to_second_reader(original_, relaid_), std::nullopt);
  EXPECT_EQ(fault_of_relayout(original_, relaid_), std::nullopt);
}

TEST_F(SecondReader, RefusesAnotherAddendOfARelocation) {
  expect_refused<Elf64_Rela>(
      place_of(DT_RELA), [](const Elf64_Rela& r) { return ELF64_R_TYPE(r.r_info) == R_X86_64_RELATIVE; },
      [](Elf64_Rela& r) { r.r_addend += 8; }, "LIEF reads relocation");
}

TEST_F(SecondReader, RefusesAnotherTypeSymbolOrPlaceOfARelocation) {
  const auto any = [](const Elf64_Rela& r) { return ELF64_R_SYM(r.r_info) != 0; };
  const auto at = place_of(DT_RELA);
  expect_refused<Elf64_Rela>(
      at, any, [](Elf64_Rela& r) { r.r_offset += 8; }, "LIEF reads relocation");
  expect_refused<Elf64_Rela>(
      at, any, [](Elf64_Rela& r) { r.r_info = ELF64_R_INFO(ELF64_R_SYM(r.r_info), R_X86_64_64); },
      "LIEF reads relocation");
  expect_refused<Elf64_Rela>(
      at, any,
      [](Elf64_Rela& r) { r.r_info = ELF64_R_INFO(ELF64_R_SYM(r.r_info) - 1, ELF64_R_TYPE(r.r_info)); },
      "LIEF reads relocation");
}

TEST_F(SecondReader, RefusesAnotherVersionOfASymbol) {
  expect_refused<Elf64_Half>(
      place_of(DT_VERSYM), [](Elf64_Half number) { return number >= 2; },
      [](Elf64_Half& number) { number = 1; }, "LIEF reads symbol");
}

TEST_F(SecondReader, RefusesAnotherValueOfASymbol) {
  expect_refused<Elf64_Sym>(
      place_of(DT_SYMTAB), [](const Elf64_Sym& symbol) { return symbol.st_value != 0; },
      [](Elf64_Sym& symbol) { symbol.st_value += 4; }, "LIEF reads symbol");
}

TEST_F(SecondReader, RefusesAnotherNeededLibrary) {
  expect_dynamic_entry_refused(DT_NEEDED, [](Elf64_Dyn& entry) { entry.d_un.d_val += 1; });
  expect_dynamic_entry_refused(DT_NEEDED, [](Elf64_Dyn& entry) { entry.d_tag = DT_DEBUG; });
}

TEST_F(SecondReader, RefusesAnotherDynamicEntry) {
  for (const std::int64_t tag : {DT_SONAME, DT_RUNPATH, DT_INIT_ARRAY, DT_RELACOUNT})
    expect_dynamic_entry_refused(tag, [](Elf64_Dyn& entry) { entry.d_un.d_val += 1; });
}

TEST_F(SecondReader, RefusesAnotherNameOfANeededLibrary) {
  const std::string_view name = "libleaf";
  const auto found = as_text(relaid_).find(name, place_of(DT_STRTAB));
  ASSERT_NE(found, std::string_view::npos);
  expect_refused<char>(
      found, [](char) { return true; }, [](char& letter) { letter = 'L'; }, "LIEF reads dynamic entry");
}

TEST_F(SecondReader, SaysSoIfItCannotReadAFile) {
  EXPECT_THAT(difference_to_second_reader(as_bytes("PAR1"), as_bytes("PAR1")).value_or("nothing"),
              StartsWith(second_reader_failed));
  Bytes cut = relaid_;
  cut.resize(cut.size() / 3);
  EXPECT_NE(difference_to_second_reader(original_, cut), std::nullopt);
}

}  // namespace
}  // namespace lbundle::elf
