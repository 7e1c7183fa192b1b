#include "fuzz/elf_fault.hpp"

#include <chrono>

#include "elf/elf_file.hpp"
#include "elf/relayout.hpp"
#include "elf/second_reader.hpp"
#include "elf/unreachable.hpp"

namespace lbundle::fuzz {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double most_seconds = 10.0;  // for one mutation of a small library; a stall, not a slow machine

// True if neither reader could read a file that the comparison needs.
bool is_refusal(const std::string& fault) {
  return fault.starts_with(elf::unreadable_anew) || fault.starts_with(elf::second_reader_failed);
}

}  // namespace

std::string fault_of_elf(const Bytes& bytes) {
  const auto start = Clock::now();
  bool readable = true;
  try {
    const auto facts = elf::read_elf(bytes);
    if (facts && !elf::parse_facts(elf::serialise(*facts))) return "its facts do not come back";
    readable = facts.has_value();
  } catch (const elf::MalformedElf&) {
    readable = false;
  }
  const auto relaid = elf::relayout(bytes);
  if (relaid.bytes && readable) {
    if (const auto fault = elf::fault_of_relayout(bytes, *relaid.bytes)) {
      // The comparison is meant to refuse a file whose only valid table was lost.
      if (!is_refusal(*fault)) return *fault;
    }
  }
  const elf::Unreachable found = elf::find_unreachable(bytes, {{"fuzz_next"}, {}});
  const auto reduced = elf::relayout(found.file, found.ranges);
  if (reduced.bytes && readable) {
    const auto fault = elf::fault_of_relayout(found.file, *reduced.bytes, found.ranges);
    if (fault && !is_refusal(*fault)) return "without unreached code: " + *fault;
  }
  if (std::chrono::duration<double>(Clock::now() - start).count() > most_seconds) return "it takes too long";
  return {};
}

}  // namespace lbundle::fuzz
