#include "elf/references.hpp"

#include <algorithm>
#include <cstring>

#include <elf.h>

namespace lbundle::elf {

namespace {

constexpr std::uint64_t page_size = 4096;

template <typename Number>
Number number_at(ByteView bytes, std::size_t at) {
  Number number{};
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

// The immediate of ADR and ADRP (Arm ARM C6.2): 21 bits with a sign.
std::int64_t immediate_of(std::uint32_t instruction) {
  const auto bits = ((instruction >> 5) & 0x7FFFFU) << 2 | ((instruction >> 29) & 3U);
  return static_cast<std::int64_t>(bits ^ 0x100000U) - 0x100000;
}

}  // namespace

std::vector<Part> data_of(const Image& image) {
  std::vector<Part> parts;
  for (const auto& section : image.sections())
    if (section.type == SHT_PROGBITS && (section.flags & SHF_ALLOC) != 0 &&
        (section.flags & SHF_EXECINSTR) == 0 && !section.name.starts_with(".eh_frame") &&
        section.name != ".gcc_except_table")
      parts.push_back({image.part(section.offset, section.size), section.address});
  if (!parts.empty()) return parts;
  for (const auto& segment : image.segments())
    if (segment.type == PT_LOAD && segment.file_size > 0)
      parts.push_back({image.part(segment.offset, segment.file_size), segment.address});
  return parts;
}

std::vector<std::uint64_t> relocated_words(const Image& image) {
  std::vector<std::uint64_t> words;
  const auto table = [&](std::uint64_t place, std::uint64_t size) {
    const auto address = image.dynamic_value(place), bytes = image.dynamic_value(size);
    return address && bytes && *bytes > 0 ? image.mapped_at(*address, *bytes) : ByteView();
  };
  for (const auto& entries : {table(DT_RELA, DT_RELASZ), table(DT_JMPREL, DT_PLTRELSZ)})
    for (std::size_t at = 0; at + sizeof(Elf64_Rela) <= entries.size(); at += sizeof(Elf64_Rela))
      words.push_back(number_at<Elf64_Rela>(entries, at).r_offset);
  // DT_RELR and DT_RELRSZ of the generic ABI: an even entry is an address. An odd one has a bit for each of
  // the 63 words after those that came before.
  const auto compact = table(36, 35);
  std::uint64_t next = 0;
  for (std::size_t at = 0; at + 8 <= compact.size(); at += 8) {
    const auto entry = number_at<std::uint64_t>(compact, at);
    if ((entry & 1) == 0) {
      words.push_back(entry);
      next = entry + 8;
      continue;
    }
    for (unsigned bit = 1; bit < 64; ++bit)
      if ((entry >> bit & 1) != 0) words.push_back(next + (bit - 1) * 8);
    next += 63UL * 8;
  }
  std::ranges::sort(words);
  return words;
}

References::References(const Image& image) {
  for (const auto& segment : image.segments())
    if (segment.type == PT_LOAD && segment.file_size > 0) loaded_.push_back(segment);
  const auto machine = image.identity().machine;
  is_known_machine_ = machine == EM_X86_64 || machine == EM_AARCH64;
  if (!is_known_machine_) return;
  std::uint64_t last = 0;
  bool any = false;
  for (const auto& segment : loaded_) {
    if (!any || segment.address < first_) first_ = segment.address;
    last = std::max(last, segment.address + segment.file_size);
    any = true;
  }
  first_ -= first_ % page_size;
  // Segments far apart would need a map larger than the file could justify.
  if (!any || last - first_ > (std::uint64_t{1} << 32)) {
    is_known_machine_ = !any;
    return;
  }
  marked_.resize(last - first_);
  pages_.resize((last - first_) / page_size + 1);
  parts_of_page_.resize(page_size);
  for (const auto& segment : loaded_) {
    const auto bytes = image.part(segment.offset, segment.file_size);
    read_words(bytes);
    if ((segment.flags & PF_X) == 0) continue;
    if (machine == EM_X86_64)
      read_x86_64(segment, bytes, image.identity().type == ET_EXEC);
    else
      read_aarch64(segment, bytes);
  }
}

bool References::contains(std::uint64_t address) const {
  if (!is_known_machine_) return true;
  if (address < first_ || address - first_ >= marked_.size()) return false;
  const auto at = address - first_;
  return marked_[at] || (pages_[at / page_size] && parts_of_page_[at % page_size]);
}

bool References::contains_offset(std::uint64_t offset) const {
  return std::ranges::any_of(loaded_, [&](const Segment& segment) {
    return offset >= segment.offset && offset - segment.offset < segment.file_size &&
           contains(segment.address + (offset - segment.offset));
  });
}

void References::mark(std::uint64_t address) {
  if (address >= first_ && address - first_ < marked_.size()) marked_[address - first_] = true;
}

void References::read_x86_64(const Segment& segment, ByteView code, bool has_fixed_place) {
  for (std::size_t at = 0; at + 4 <= code.size(); ++at) {
    const auto number = number_at<std::int32_t>(code, at);
    // The ModRM byte before it says: relative to the next instruction (Intel SDM 2.2.1.6).
    if (at > 0 && (code[at - 1] & 0xC7) == 0x05)
      mark(segment.address + at + 4 + static_cast<std::uint64_t>(static_cast<std::int64_t>(number)));
    if (has_fixed_place) mark(static_cast<std::uint32_t>(number));
  }
}

void References::read_aarch64(const Segment& segment, ByteView code) {
  for (std::size_t at = 0; at + 4 <= code.size(); at += 4) {
    const auto instruction = number_at<std::uint32_t>(code, at);
    const auto place = segment.address + at;
    if ((instruction & 0x9F000000U) == 0x10000000U) {  // ADR
      mark(place + static_cast<std::uint64_t>(immediate_of(instruction)));
    } else if ((instruction & 0x9F000000U) == 0x90000000U) {  // ADRP
      const auto page =
          place - place % page_size + static_cast<std::uint64_t>(immediate_of(instruction)) * page_size;
      if (page >= first_ && (page - first_) / page_size < pages_.size())
        pages_[(page - first_) / page_size] = true;
    } else if ((instruction & 0xFFC00000U) == 0x91000000U) {  // ADD of 64 bits, not shifted
      parts_of_page_[(instruction >> 10) & 0xFFFU] = true;
    }
  }
}

void References::read_words(ByteView data) {
  for (std::size_t at = 0; at + 8 <= data.size(); at += 8) mark(number_at<std::uint64_t>(data, at));
}

}  // namespace lbundle::elf
