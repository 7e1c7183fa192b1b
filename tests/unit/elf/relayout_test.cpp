#include "elf/relayout.hpp"

#include <cstring>

#include <elf.h>
#include <gtest/gtest.h>

#include "elf/elf_file.hpp"
#include "support/scratch.hpp"
#include "unit/elf/compiled.hpp"

namespace lbundle::elf {
namespace {

using test::Workshop;

// Loads a library and calls its `answer`.
constexpr const char* loader_source =
    "#include <dlfcn.h>\n#include <stdio.h>\n"
    "int main(int count, char** arguments) { void* library = dlopen(arguments[1], RTLD_NOW);"
    " if (!library) { puts(dlerror()); return 1; }"
    " int (*answer)(void) = (int (*)(void))dlsym(library, \"answer\"); printf(\"%d\", answer()); return 0; }";

struct Kind {
  const char* name;
  const char* source;
  std::vector<std::string> flags;
  const char* language = "c";
};

void PrintTo(const Kind& kind, std::ostream* out) {
  *out << kind.name;
}

class RelayoutOfLibrary : public testing::TestWithParam<Kind> {};

TEST_P(RelayoutOfLibrary, AnswersAsBeforeAndIsSmaller) {
  Workshop workshop;
  const auto& kind = GetParam();
  const auto loader = workshop.compile("loader", loader_source, {"-ldl"});
  const auto path = workshop.library("libkind.so", kind.source, kind.flags, kind.language);
  const std::string before = Workshop::output_of({loader.string(), path.string()});
  const Bytes original = read_file(path);
  const Relayout relaid = relayout(original);
  ASSERT_TRUE(relaid.bytes) << relaid.reason;
  EXPECT_EQ(fault_of_relayout(original, *relaid.bytes), std::nullopt);
  EXPECT_LT(relaid.bytes->size(), original.size());
  write_file(path, *relaid.bytes);
  EXPECT_EQ(Workshop::output_of({loader.string(), path.string()}), before);
  EXPECT_EQ(before, "42");
  // A second relayout removes nothing more.
  EXPECT_EQ(relayout(*relaid.bytes).reason, nothing_to_take);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, RelayoutOfLibrary,
    testing::Values(
        Kind{"plain", "int answer(void) { return 42; }", {}},
        Kind{"debug", "int answer(void) { return 42; }", {"-g3"}},
        Kind{"tls", "__thread int value = 42; int answer(void) { return value; }", {}},
        Kind{"tls_zero", "__thread int value; int answer(void) { return value + 42; }", {}},
        Kind{"ifunc",
             "static int real(void) { return 42; } static void* choose(void) { return real; }"
             "int picked(void) __attribute__((ifunc(\"choose\"))); int answer(void) { return picked(); }",
             {}},
        Kind{"relro",
             "static int value = 42; int* const table[] = {&value}; int answer(void) { return *table[0]; }",
             {"-Wl,-z,relro,-z,now"}},
        Kind{"large_alignment",
             "static int values[9000] = {42}; int answer(void) { return values[0]; }",
             {"-Wl,-z,max-page-size=0x200000", "-Wl,-z,noseparate-code"}},
        Kind{"aligned_object",
             "__attribute__((aligned(65536))) int value = 42; int answer(void) { return value; }",
             {"-Wl,-z,max-page-size=0x10000"}},
        Kind{"bss", "static int zeros[100000]; int answer(void) { return zeros[99999] + 42; }", {}},
        Kind{"no_build_id", "int answer(void) { return 42; }", {"-Wl,--build-id=none"}},
        Kind{"sysv_hash", "int answer(void) { return 42; }", {"-Wl,--hash-style=sysv"}},
        Kind{"exceptions",
             "extern \"C\" int answer() { try { throw 42; } catch (int value) { return value; } }",
             {},
             "c++"},
        Kind{"initialiser",
             "static int value; __attribute__((constructor)) static void begin(void) { value = 42; }"
             "int answer(void) { return value; }",
             {}}),
    [](const auto& test) { return test.param.name; });

TEST(Relayout, KeepsVersionedSymbols) {
  Workshop workshop;
  const auto script = workshop.text("versions", "V1 { global: answer; local: *; };");
  const auto path =
      workshop.library("libv.so", "int answer(void) { return 42; }", {"-Wl,--version-script=" + script});
  const Bytes original = read_file(path);
  const Relayout relaid = relayout(original);
  ASSERT_TRUE(relaid.bytes) << relaid.reason;
  const auto facts = read_elf(*relaid.bytes).value();
  ASSERT_EQ(facts.exports.size(), read_elf(original)->exports.size());
  EXPECT_EQ(facts.build_id, read_elf(original)->build_id);
  EXPECT_EQ(facts.symtab_bytes, 0U);
}

TEST(Relayout, OfProgramsRuns) {
  Workshop workshop;
  for (const std::string kind : {"-pie", "-no-pie", "-static-pie", "-static"}) {
    std::vector<std::string> flags{kind};
    if (kind.find("pie") != std::string::npos && kind != "-no-pie") flags.emplace_back("-fPIE");
    const auto path = workshop.compile(
        "program" + kind, "#include <stdio.h>\nint main(void) { puts(\"works\"); return 0; }", flags);
    const Bytes original = read_file(path);
    const Relayout relaid = relayout(original);
    ASSERT_TRUE(relaid.bytes) << kind << ": " << relaid.reason;
    EXPECT_EQ(fault_of_relayout(original, *relaid.bytes), std::nullopt) << kind;
    write_file(path, *relaid.bytes);
    fs::permissions(path, fs::owner_all);
    EXPECT_EQ(Workshop::output_of({path.string()}), "works\n") << kind;
  }
}

// Some tools move tables of a library as patchelf does in wheels: into new segments, with the old tables
// crossed out.
TEST(Relayout, RemovesWhatPatchelfLeaves) {
  if (find_program("patchelf").empty()) {
    LBUNDLE_SKIP("patchelf is not installed");
  }
  Workshop workshop;
  std::string source = "int answer(void) { return 42; }\n";
  for (int i = 0; i < 2000; ++i) source += "int some_long_name_to_move_" + std::to_string(i) + ";\n";
  const auto path = workshop.library("libpatched.so", source);
  const auto loader = workshop.compile("loader", loader_source, {"-ldl"});
  Workshop::output_of(
      {"patchelf", "--set-soname", "libanother-name-that-is-longer-0123abcd.so", path.string()});
  Workshop::output_of({"patchelf", "--force-rpath", "--set-rpath", "$ORIGIN/../some.libs", path.string()});
  const Bytes original = read_file(path);
  const Relayout relaid = relayout(original);
  ASSERT_TRUE(relaid.bytes) << relaid.reason;
  EXPECT_EQ(fault_of_relayout(original, *relaid.bytes), std::nullopt);
  const std::string crossed_out(64, 'X');
  EXPECT_NE(as_text(original).find(crossed_out), std::string_view::npos);
  EXPECT_EQ(as_text(*relaid.bytes).find(crossed_out), std::string_view::npos);
  write_file(path, *relaid.bytes);
  EXPECT_EQ(Workshop::output_of({loader.string(), path.string()}), "42");
}

TEST(Relayout, LeavesFilesAloneThatHaveOtherContent) {
  Workshop workshop;
  const auto path = workshop.library("libp.so", "int answer(void) { return 42; }");
  Bytes appended = read_file(path);
  const std::string payload = "PK\x03\x04 an archive behind the last section";
  appended.insert(appended.end(), payload.begin(), payload.end());
  EXPECT_FALSE(relayout(appended).bytes);
  EXPECT_NE(relayout(appended).reason.find("behind its last section"), std::string::npos);

  const auto section = workshop.library("libs.so",
                                        "__asm__(\".section .payload,\\\"\\\",@progbits\\n.ascii "
                                        "\\\"x\\\"\\n.text\"); int answer(void) { return 42; }");
  EXPECT_NE(relayout(read_file(section)).reason.find(".payload"), std::string::npos);

  const auto object = workshop.compile("part.o", "int f(void) { return 1; }", {"-c"});
  EXPECT_EQ(relayout(read_file(object)).reason, "it is neither a library nor a program");
}

Elf64_Phdr load_with_code(const Bytes& file, std::size_t& at) {
  Elf64_Ehdr header;
  std::memcpy(&header, file.data(), sizeof header);
  for (std::size_t i = 0;; ++i) {
    Elf64_Phdr segment;
    at = header.e_phoff + i * sizeof segment;
    std::memcpy(&segment, file.data() + at, sizeof segment);
    if (segment.p_type == PT_LOAD && (segment.p_flags & PF_X) != 0) return segment;
  }
}

TEST(FaultOfRelayout, FindsWhatDiffers) {
  Workshop workshop;
  const Bytes original = read_file(workshop.library("libf.so", "int answer(void) { return 42; }"));
  const Bytes relaid = relayout(original).bytes.value();
  std::size_t at = 0;
  const Elf64_Phdr code = load_with_code(relaid, at);

  Bytes changed = relaid;
  changed[code.p_offset + 8] ^= 1;
  EXPECT_NE(fault_of_relayout(original, changed), std::nullopt);

  Elf64_Phdr moved = code;
  moved.p_offset -= 16;
  changed = relaid;
  std::memcpy(changed.data() + at, &moved, sizeof moved);
  EXPECT_NE(fault_of_relayout(original, changed), std::nullopt);

  moved = code;
  moved.p_flags |= PF_W;
  changed = relaid;
  std::memcpy(changed.data() + at, &moved, sizeof moved);
  EXPECT_NE(fault_of_relayout(original, changed), std::nullopt);

  changed = relaid;
  changed.resize(changed.size() / 2);
  EXPECT_NE(fault_of_relayout(original, changed), std::nullopt);
}

}  // namespace
}  // namespace lbundle::elf
