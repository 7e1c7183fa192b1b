#include "syscall_table.hpp"

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace lbundle::tracer {
namespace {

// Returns name -> number from the #define lines of a kernel header.
std::map<std::string, int> numbers_of(const std::string& header, const std::string& prefix) {
  std::map<std::string, int> numbers;
  std::ifstream file(header);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string define;
    std::string name;
    int number = 0;
    if (words >> define >> name >> number && define == "#define" && name.rfind(prefix, 0) == 0) {
      numbers[name.substr(prefix.size())] = number;
    }
  }
  return numbers;
}

void expect_numbers(CallTable table, const std::map<std::string, int>& header,
                    const std::set<std::string>& unknown_ok) {
  int compared = 0;
  for (const PathCall& call : path_calls()) {
    const int number = call_number(call, table);
    const auto entry = header.find(std::string(call.name));
    if (entry == header.end()) {
      EXPECT_TRUE(number < 0 || unknown_ok.count(std::string(call.name)) != 0) << call.name;
    } else if (number >= 0) {
      EXPECT_EQ(number, entry->second) << call.name;
      ++compared;
    } else {
      // A name may have two rows, as fanotify_mark has. Then the other row has the number.
      const PathCall* other = find_call(table, entry->second);
      EXPECT_TRUE(other != nullptr && other->name == call.name) << call.name << " is missing";
    }
  }
  EXPECT_GT(compared, 40);
}

// Calls that are newer than the headers of Debian 12 (Linux 6.1).
const std::set<std::string> newer = {"fchmodat2",     "setxattrat",   "getxattrat",   "listxattrat",
                                     "removexattrat", "file_getattr", "file_setattr", "open_tree_attr"};

TEST(SyscallTable, HasTheKernelHeadersNumbers) {
#if defined(__x86_64__)
  const std::string folder = "/usr/include/x86_64-linux-gnu/asm/";
  expect_numbers(CallTable::x86_64, numbers_of(folder + "unistd_64.h", "__NR_"), newer);
  expect_numbers(CallTable::i386, numbers_of(folder + "unistd_32.h", "__NR_"), newer);
#else
  GTEST_SKIP() << "the i386 and x86_64 headers are those of an x86_64 machine";
#endif
}

TEST(SyscallTable, HasTheGenericNumbersForAarch64) {
  auto header = numbers_of("/usr/include/asm-generic/unistd.h", "__NR_");
  for (const auto& [name, number] : numbers_of("/usr/include/asm-generic/unistd.h", "__NR3264_")) {
    header[name == "fstatat" ? "newfstatat" : name] = number;  // their 64-bit names
  }
  // aarch64 keeps renameat; its asm/unistd.h says __ARCH_WANT_RENAMEAT. It has no 32-bit times.
  header.erase("utimensat_time64");
  expect_numbers(CallTable::aarch64, header, newer);
}

TEST(SyscallTable, NoNumberIsUsedForTwoCalls) {
  for (const CallTable table : {CallTable::x86_64, CallTable::i386, CallTable::aarch64}) {
    std::set<int> seen;
    for (const PathCall& call : path_calls()) {
      const int number = call_number(call, table);
      EXPECT_TRUE(number < 0 || seen.insert(number).second) << call.name;
      EXPECT_TRUE(number < 0 || find_call(table, number) == &call) << call.name;
    }
  }
}

TEST(SyscallTable, KnowsNothingOfOtherCalls) {
  EXPECT_EQ(find_call(CallTable::x86_64, 0), nullptr);  // read
  EXPECT_EQ(find_call(CallTable::x86_64, -1), nullptr);
  EXPECT_EQ(find_call(CallTable::x86_64, 100000), nullptr);
}

std::set<std::string> calls_without_path() {
  std::set<std::string> names;
  std::ifstream file(LBUNDLE_SOURCE_DIR "/tests/unit/tracer/calls_without_path.txt");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line.front() == '#' ? "" : line);
    for (std::string name; words >> name;) names.insert(name);
  }
  return names;
}

void expect_judged(CallTable table, const std::map<std::string, int>& header) {
  static const std::set<std::string> without_path = calls_without_path();
  EXPECT_GT(header.size(), 200U);
  for (const auto& [name, number] : header) {
    EXPECT_NE(find_call(table, number) != nullptr, without_path.count(name) != 0)
        << name << " is in both lists or in none";
  }
}

// This fails for a call of a newer kernel until somebody has decided whether the call has a path argument.
TEST(SyscallTable, HasEveryCallOfTheHeadersOrItIsKnownToCarryNoPath) {
#if defined(__x86_64__)
  const std::string folder = "/usr/include/x86_64-linux-gnu/asm/";
  expect_judged(CallTable::x86_64, numbers_of(folder + "unistd_64.h", "__NR_"));
  expect_judged(CallTable::i386, numbers_of(folder + "unistd_32.h", "__NR_"));
#endif
  auto generic = numbers_of("/usr/include/asm-generic/unistd.h", "__NR_");
  for (const char* not_on_aarch64 : {"utimensat_time64", "arch_specific_syscall", "syscalls"}) {
    generic.erase(not_on_aarch64);
  }
  expect_judged(CallTable::aarch64, generic);
}

TEST(SyscallTable, ConditionsHaveWhatTheyLookAt) {
  for (const PathCall& call : path_calls()) {
    EXPECT_TRUE(call.condition != Condition::path || call.path >= 0) << call.name;
    EXPECT_TRUE(call.condition != Condition::not_own || call.flags >= 0) << call.name;
    EXPECT_EQ(call.condition == Condition::command_of, !commands_of(call).empty()) << call.name;
  }
}

}  // namespace
}  // namespace lbundle::tracer
