#include "elf/x86_code.hpp"

#include <sstream>

#include "elf/image.hpp"
#include "unit/elf/compiled.hpp"

namespace lbundle::elf {
namespace {

using test::Workshop;

std::optional<Instruction> decoded(Bytes code) {
  return decode_x86(code, 0x1000);
}

TEST(DecodeX86, SeesWhereJumpsAndOperandsLead) {
  EXPECT_EQ(decoded({0xE8, 0x10, 0, 0, 0})->target, 0x1015U);                 // call
  EXPECT_EQ(decoded({0xEB, 0xFE})->target, 0x1000U);                          // jmp to itself
  EXPECT_EQ(decoded({0x0F, 0x84, 0xFA, 0xFF, 0xFF, 0xFF})->target, 0x1000U);  // je
  EXPECT_EQ(decoded({0x48, 0x8D, 0x05, 1, 0, 0, 0})->target, 0x1008U);        // lea 1(%rip), %rax
  // cmpl $7, 0x10(%rip): the displacement counts from the end of the instruction, after the immediate.
  EXPECT_EQ(decoded({0x81, 0x3D, 0x10, 0, 0, 0, 7, 0, 0, 0})->target, 0x101AU);
  EXPECT_EQ(decoded({0x83, 0x3D, 0x10, 0, 0, 0, 7})->target, 0x1017U);
  EXPECT_EQ(decoded({0xF7, 0x05, 0x10, 0, 0, 0, 1, 0, 0, 0})->target, 0x101AU);  // testl
  EXPECT_EQ(decoded({0xF7, 0x1D, 0x10, 0, 0, 0})->target, 0x1016U);              // negl
  EXPECT_EQ(decoded({0xC5, 0xFC, 0x28, 0x05, 0x10, 0, 0, 0})->target, 0x1018U);  // vmovaps
  EXPECT_EQ(decoded({0x62, 0xF1, 0x7C, 0x48, 0x28, 0x05, 0x10, 0, 0, 0})->target, 0x101AU);
  EXPECT_EQ(decoded({0x48, 0x8B, 0x04, 0x25, 1, 2, 3, 4})->target, std::nullopt);  // an absolute address
}

TEST(DecodeX86, KnowsInstructionsThatDoNotContinue) {
  EXPECT_FALSE(decoded({0xC3})->runs_on);
  EXPECT_FALSE(decoded({0xE9, 0, 0, 0, 0})->runs_on);
  EXPECT_FALSE(decoded({0xFF, 0xE0})->runs_on);  // jmp *%rax
  EXPECT_TRUE(decoded({0xFF, 0xD0})->runs_on);   // call *%rax
  EXPECT_FALSE(decoded({0x0F, 0x0B})->runs_on);
  EXPECT_TRUE(decoded({0x74, 0})->runs_on);
  EXPECT_TRUE(decoded({0x66, 0x0F, 0x1F, 0x44, 0, 0})->is_filler);
}

TEST(DecodeX86, RefusesInvalidAndCutOffInstructions) {
  EXPECT_EQ(decoded({}), std::nullopt);
  EXPECT_EQ(decoded({0x06}), std::nullopt);
  EXPECT_EQ(decoded({0xE8, 0, 0}), std::nullopt);
  EXPECT_EQ(decoded({0x48, 0x8D, 0x05, 1}), std::nullopt);
  EXPECT_EQ(decoded(Bytes(20, 0x66)), std::nullopt);
  // lea between registers: no processor executes it, though it has the same length as an lea of memory.
  EXPECT_EQ(decoded({0x48, 0x8D, 0xC0}), std::nullopt);
  // A jump with a 16-bit prefix is four bytes long on AMD's processors and six on Intel's.
  EXPECT_EQ(decoded({0x66, 0xE9, 0x10, 0, 0, 0}), std::nullopt);
  EXPECT_EQ(decoded({0x66, 0x66, 0x48, 0xE8, 0x10, 0, 0, 0})->target, 0x1018U);
}

// Checks that every instruction that objdump finds has the length that objdump says.
void expect_lengths_of(const HostPath& library) {
  std::istringstream lines(Workshop::output_of({"objdump", "-d", "-w", library.string()}));
  std::size_t compared = 0, refused = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto colon = line.find(":\t");
    if (colon == std::string::npos || line.find("(bad)") != std::string::npos) continue;
    const auto end = line.find('\t', colon + 2);
    if (end == std::string::npos) continue;
    Bytes code;
    std::istringstream bytes(line.substr(colon + 2, end - colon - 2));
    for (unsigned byte = 0; bytes >> std::hex >> byte;) code.push_back(static_cast<std::uint8_t>(byte));
    // objdump prints fwait together with the next instruction.
    if (code.empty() || code.front() == 0x9B) continue;
    const std::size_t size = code.size();
    code.resize(size + 15, 0x90);
    const auto instruction = decode_x86(code, 0);
    ++compared;
    if (!instruction) {
      ++refused;
      continue;
    }
    ASSERT_EQ(instruction->size, size) << line;
  }
  EXPECT_GT(compared, 100U);
  EXPECT_EQ(refused, 0U) << library.string();
}

TEST(DecodeX86, AgreesWithObjdump) {
  Workshop workshop;
  const char* source =
      "#include <math.h>\n"
      "void f(float* a, const float* b, int n) { for (int i = 0; i < n; ++i) a[i] = a[i] * b[i] + b[i]; }\n"
      "void g(double* a, int n) { for (int i = 0; i < n; ++i) a[i] = sqrt(a[i]) / 3 + (i % 7); }\n"
      "int h(const char* a, int n) { int s = 0; for (int i = 0; i < n; ++i) s += a[i] == 'x'; return s; }\n"
      "unsigned long k(unsigned long a) { return __builtin_popcountl(a) + __builtin_ctzl(a) + a % 1000003; "
      "}\n";
  for (const std::string machine : {"x86-64", "haswell", "skylake-avx512", "sapphirerapids", "bdver2"}) {
    expect_lengths_of(
        workshop.library("lib" + machine + ".so", source, {"-O3", "-ffast-math", "-march=" + machine}));
  }
  std::string libm = Workshop::output_of({"g++", "-print-file-name=libm.so.6"});
  libm.pop_back();
  expect_lengths_of(libm);
}

}  // namespace
}  // namespace lbundle::elf
