#include "abi/file_platform.hpp"

#include <algorithm>

#include "elf/abi_facts.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

// <elf.h>: ET_EXEC, ET_DYN; EM_X86_64, EM_AARCH64.
constexpr std::uint16_t type_program = 2, type_shared = 3;
constexpr std::uint16_t machine_x86_64 = 62, machine_aarch64 = 183;

std::uint16_t machine_of(Architecture architecture) {
  return architecture == Architecture::arm64 ? machine_aarch64 : machine_x86_64;
}

}  // namespace

bool is_loadable(const elf::ElfFacts& facts) {
  return facts.identity.type == type_program || facts.identity.type == type_shared;
}

bool is_for_musl(const elf::ElfFacts& facts) {
  return facts.interpreter.starts_with("/lib/ld-musl-") ||
         std::ranges::any_of(facts.needed, [](const std::string& library) {
           return library.starts_with("libc.musl-") || library == "libc.so";
         });
}

bool fits(const elf::ElfFacts& facts, Architecture architecture) {
  return facts.is_readable() && elf::is_for_linux(facts.identity) &&
         facts.identity.machine == machine_of(architecture) && !is_for_musl(facts);
}

std::string platform_text(const elf::ElfFacts& facts, Architecture architecture) {
  if (!elf::is_for_linux(facts.identity)) return elf::system_text(facts.identity);
  const bool same_machine = facts.is_readable() && facts.identity.machine == machine_of(architecture);
  return same_machine ? "another C library" : elf::machine_text(facts.identity);
}

std::string unfit_message(const elf::ElfFacts& facts, const Runtime& runtime, Architecture architecture) {
  if (facts.is_readable() && is_for_musl(facts))
    return format("is made for musl's C library, {} has glibc", runtime.name);
  return format("is made for {}, the function is for {}", platform_text(facts, architecture),
                elf::is_for_linux(facts.identity) ? to_text(architecture) : "Linux");
}

std::string way_to_program(const elf::ElfFacts& facts, Architecture architecture) {
  const auto other = architecture == Architecture::arm64 ? Architecture::x86_64 : Architecture::arm64;
  auto way = format("build it for Linux on {}", to_text(architecture));
  if (fits(facts, other))
    way += format(", or make {0} the function's architecture (`--arch {0}`)", to_text(other));
  return way;
}

std::string way_to_linux(const std::string& owner, const Runtime& runtime, Architecture architecture) {
  const bool arm = architecture == Architecture::arm64;
  if (runtime.language == Language::python && !owner.empty()) {
    return format(
        "install {0} for Linux: `pip install --platform manylinux2014_{1} --python-version {2} "
        "--only-binary=:all: --target FOLDER {0}`",
        owner, arm ? "aarch64" : "x86_64", runtime.version);
  }
  if (runtime.language == Language::nodejs && !owner.empty()) {
    return format("install it for Linux: `npm install --os=linux --cpu={} --libc=glibc`, or on Linux",
                  arm ? "arm64" : "x64");
  }
  return format(
      "install its package for Linux on {}, or drop the file if nothing loads it (`drop` in [prune])",
      to_text(architecture));
}

}  // namespace lbundle
