#include "elf/unreachable.hpp"

#include "elf/elf_file.hpp"
#include "support/scratch.hpp"
#include "unit/elf/compiled.hpp"

namespace lbundle::elf {
namespace {

using test::Workshop;

// Calls the function whose name follows the library's.
constexpr const char* caller_source =
    "#include <dlfcn.h>\n#include <stdio.h>\n"
    "int main(int count, char** arguments) { void* library = dlopen(arguments[1], RTLD_NOW);"
    " if (!library) { puts(dlerror()); return 1; }"
    " int (*called)(int) = (int (*)(int))dlsym(library, arguments[2]); printf(\"%d\", called(count));"
    " return 0; }";

// Each padded function has 64 KiB of code, and begins with the code in its text.
std::string padded(const std::string& declaration, const std::string& body) {
  return declaration + " { __asm__ volatile(\"jmp 1f\\n.skip 65536, 0x90\\n1:\"); " + body + " }\n";
}

class UnreachableTest : public testing::Test {
 protected:
  Bytes reduced(const std::string& source, const Wanted& wanted, const std::vector<std::string>& flags = {}) {
    path_ = workshop_.library("libp-0123abcd.so", source, flags);
    original_ = read_file(path_);
    const Unreachable found = find_unreachable(original_, wanted);
    reason_ = found.reason;
    ranges_ = found.ranges;
    if (found.ranges.empty()) return {};
    const Relayout relaid = relayout(found.file, found.ranges);
    EXPECT_TRUE(relaid.bytes) << relaid.reason;
    if (!relaid.bytes) return {};
    EXPECT_EQ(fault_of_relayout(found.file, *relaid.bytes, found.ranges), std::nullopt);
    write_file(path_, *relaid.bytes);
    return *relaid.bytes;
  }
  std::string call(const std::string& function) {
    return Workshop::output_of({caller_.string(), path_.string(), function});
  }
  // True if calling `function` ends the process by a signal, which happens if its code is gone.
  bool traps(const std::string& function) {
    Command command;
    command.arguments = {caller_.string(), path_.string(), function};
    return !run(command).succeeded();
  }
  std::uint64_t unreached() const {
    std::uint64_t bytes = 0;
    for (const AddressRange& range : ranges_) bytes += range.end - range.start;
    return bytes;
  }

  Workshop workshop_;
  HostPath caller_ = workshop_.compile("caller", caller_source, {"-ldl"});
  HostPath path_;
  Bytes original_;
  std::string reason_;
  std::vector<AddressRange> ranges_;
};

TEST_F(UnreachableTest, KeepsWhatIsCalledAndWhatThatCalls) {
  const std::string source = padded("static __attribute__((noinline)) int inner(int x)", "return x * 7;") +
                             padded("__attribute__((noinline)) int exported_inner(int x)", "return x * 2;") +
                             "int answer(int x) { return inner(x) + exported_inner(x); }\n" +
                             padded("int other(int x)", "return x;");
  const Bytes bytes = reduced(source, {{"answer"}, {}});
  EXPECT_EQ(call("answer"), "27");
  EXPECT_TRUE(traps("other"));
  EXPECT_GE(unreached(), 65536U);
  EXPECT_LT(unreached(), 2U * 65536U);
}

TEST_F(UnreachableTest, KeepsWhatAPointerInDataOrASwitchLeadsTo) {
  std::string source =
      padded("static int pointed(int x)", "return x + 1;") + "static int (*table[])(int) = {pointed};\n" +
      padded("int gone(int x)", "return x;") +
      "int by_table(int x) { return table[x - x](x); }\nint by_switch(int x) { switch (x) {\n";
  for (int i = 0; i < 40; ++i) {
    const std::string n = std::to_string(i);
    source += "case " + n + ": __asm__ volatile(\"# " + n + "\"); return x * x + " +
              std::to_string(i * i % 13) + ";\n";
  }
  source += "} return 0; }\n";
  reduced(source, {{"by_table", "by_switch"}, {}}, {"-fjump-tables"});
  EXPECT_EQ(call("by_table"), "4");
  EXPECT_EQ(call("by_switch"), "18");
  EXPECT_TRUE(traps("gone"));
}

TEST_F(UnreachableTest, KeepsInitialisersAndWhatTheirColdPartsReach) {
  const std::string source =
      "static int value;\n" +
      padded("static __attribute__((noinline)) void begin_inner(void)", "value = 39;") +
      "__attribute__((constructor)) static void begin(void) { begin_inner(); }\n"
      "__attribute__((cold, noinline)) static int rare(int x) { return x * 100; }\n"
      "int answer(int x) { if (__builtin_expect(x > 100, 0)) return rare(x); return value + x; }\n" +
      padded("int gone(int x)", "return x;");
  reduced(source, {{"answer"}, {}}, {"-O2"});
  EXPECT_EQ(call("answer"), "42");
  EXPECT_TRUE(traps("gone"));
}

TEST_F(UnreachableTest, LetsOneTableReplaceAnother) {
  const std::string source =
      padded("int plain_kernel(int x)", "return x;") + padded("int rare_kernel(int x)", "return -x;") +
      "struct kernels { int (*run)(int); long size; };\n"
      "struct kernels kernels_plain = {plain_kernel, 1}, kernels_rare = {rare_kernel, 2};\n"
      "int answer(int x) { struct kernels* chosen = x == 3 ? &kernels_rare : &kernels_plain; return "
      "chosen->run(x); }\n";
  const Wanted both{{"answer"}, {}};
  EXPECT_TRUE(reduced(source, both).empty());
  EXPECT_EQ(reason_, "all of its code is reached");
  EXPECT_EQ(call("answer"), "-3");
  const Wanted one{{"answer"}, {{"kernels_rare", "kernels_plain"}}};
  const Bytes bytes = reduced(source, one);
  EXPECT_EQ(call("answer"), "3");
  EXPECT_GE(unreached(), 65536U);
  // Another size is another kind of object.
  EXPECT_TRUE(reduced(source + "long unlike;\n", {{"answer"}, {{"kernels_rare", "unlike"}}}).empty());
}

// If patchelf made room after the table of headers, whole pages are removed from the file.
TEST_F(UnreachableTest, LeavesPagesOutIfTheTableOfHeadersHasRoom) {
  if (find_program("patchelf").empty()) {
    LBUNDLE_SKIP("patchelf is not installed");
  }
  std::string source = padded("int gone(int x)", "return x;") + "int answer(int x) { return x; }\n" +
                       padded("int gone_too(int x)", "return x;");
  for (int i = 0; i < 2000; ++i) source += "int some_long_name_to_move_" + std::to_string(i) + ";\n";
  const auto path = workshop_.library("libq-0123abcd.so", source, {"-Wl,-z,noseparate-code"});
  Workshop::output_of(
      {"patchelf", "--set-soname", "libanother-name-that-is-longer-0123abcd.so", path.string()});
  Workshop::output_of({"patchelf", "--force-rpath", "--set-rpath", "$ORIGIN/../some.libs", path.string()});
  const Bytes before = read_file(path);
  const Unreachable found = find_unreachable(before, {{"answer"}, {}});
  ASSERT_FALSE(found.ranges.empty()) << found.reason;
  const Bytes plain = relayout(before).bytes.value();
  const Bytes after = relayout(found.file, found.ranges).bytes.value();
  EXPECT_EQ(fault_of_relayout(found.file, after, found.ranges), std::nullopt);
  EXPECT_LT(after.size() + 100000, plain.size());
  // Missing code that is not declared unreachable is a fault.
  EXPECT_NE(fault_of_relayout(found.file, after), std::nullopt);
  path_ = workshop_.path("libr.so");
  write_file(path_, after);
  EXPECT_EQ(call("answer"), "3");
  EXPECT_TRUE(traps("gone"));
}

TEST_F(UnreachableTest, RefusesWhatItDoesNotUnderstand) {
  const auto throwing = workshop_.library(
      "libt.so", "extern \"C\" int answer() { try { throw 42; } catch (int value) { return value; } }", {},
      "c++");
  EXPECT_EQ(find_unreachable(read_file(throwing), {{"answer"}, {}}).reason, "it has exception handlers");
  const std::string source = "int answer(int x) { return x; } int other(int x) { return -x; }";
  EXPECT_TRUE(reduced(source, {{"absent"}, {}}).empty());
  EXPECT_EQ(reason_, "no code is known that looks up any of its names");
  const Bytes relaid = relayout(read_file(path_)).bytes.value();
  EXPECT_EQ(find_unreachable(relaid, {{"answer"}, {}}).reason, "it has no section headers");
  Bytes cut = read_file(path_);
  cut.resize(700);
  EXPECT_TRUE(find_unreachable(cut, {{"answer"}, {}}).ranges.empty());
}

}  // namespace
}  // namespace lbundle::elf
