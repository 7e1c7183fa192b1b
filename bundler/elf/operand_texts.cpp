#include "elf/operand_texts.hpp"

#include <algorithm>
#include <cstring>

#include <elf.h>

namespace lbundle::elf {

namespace {

// Instructions that write one text are close together: 8 bytes of text take at most about 20 bytes of code.
constexpr std::size_t most_between = 64;

bool is_text(char c) {
  return c > ' ' && c < 0x7F;
}

// The text of a number as it lies in memory: whole, or with zeros after it.
std::string text_of(ByteView number) {
  std::string text(as_text(number));
  text.resize(std::min(text.find('\0'), text.size()));
  return std::ranges::all_of(text, is_text) ? text : std::string();
}

// The bytes that address the operand of an instruction with a ModRM byte (Intel SDM 2.1.5).
std::size_t size_of_address(ByteView code, std::size_t at) {
  if (at + 1 >= code.size()) return 1;
  const unsigned mode = code[at] >> 6, base = code[at] & 7U;
  const bool has_index = mode != 3 && base == 4;
  const unsigned inner = has_index ? code[at + 1] & 7U : base;
  return 1 + (has_index ? 1U : 0U) + (mode == 1 ? 1U : mode == 2 || (mode == 0 && inner == 5) ? 4U : 0U);
}

struct Operand {
  std::size_t at = 0, size = 0;
};

// MOV of a number to a register or to memory. No instruction is decoded, so each byte may begin one.
Operand operand_at(ByteView code, std::size_t at) {
  const auto opcode = code[at];
  const auto before = at > 0 ? code[at - 1] : 0;
  if (opcode >= 0xB8 && opcode <= 0xBF) return {at + 1, (before & 0xF8) == 0x48 ? 8U : 4U};
  if (opcode == 0xC6) return {at + 1 + size_of_address(code, at + 1), 1};
  if (opcode == 0xC7) return {at + 1 + size_of_address(code, at + 1), before == 0x66 ? 2U : 4U};
  return {};
}

class Pieces {
 public:
  void add(std::size_t at, std::string text) {
    if (text.empty()) return;
    if (groups_.empty() || at - last_ > most_between) groups_.emplace_back();
    groups_.back().push_back(std::move(text));
    last_ = at;
  }
  std::vector<std::vector<std::string>> take() {
    // A single letter is no text.
    std::erase_if(groups_, [](const auto& group) {
      return std::ranges::all_of(group, [](const std::string& piece) { return piece.size() < 2; });
    });
    return std::move(groups_);
  }

 private:
  std::vector<std::vector<std::string>> groups_;
  std::size_t last_ = 0;
};

void read_x86_64(ByteView code, std::size_t place, Pieces& pieces) {
  for (std::size_t at = 0; at < code.size(); ++at) {
    const auto [begin, size] = operand_at(code, at);
    if (size > 0 && begin + size <= code.size()) pieces.add(place + at, text_of(code.subspan(begin, size)));
  }
}

// MOVZ and MOVK set 16 bits of a register each (Arm ARM C6.2).
void read_aarch64(ByteView code, std::size_t place, Pieces& pieces) {
  for (std::size_t at = 0; at + 4 <= code.size(); at += 4) {
    std::uint32_t instruction = 0;
    std::memcpy(&instruction, code.data() + at, sizeof instruction);
    const auto form = instruction & 0x7F800000U;
    if (form != 0x52800000U && form != 0x72800000U) continue;
    const auto number = static_cast<std::uint16_t>(instruction >> 5);
    Bytes bytes(sizeof number);
    std::memcpy(bytes.data(), &number, sizeof number);
    pieces.add(place + at, text_of(bytes));
  }
}

// True if pieces can continue `word` from its first character on, to its end.
bool can_continue(const std::vector<std::string>& pieces, std::string_view word) {
  if (word.empty()) return true;
  return std::ranges::any_of(pieces, [&](const std::string& piece) {
    if (piece.starts_with(word)) return true;
    if (!word.starts_with(piece)) return false;
    // The next piece may overlap this one, so its begin is anywhere in it.
    for (std::size_t next = piece.size(); next > 0; --next)
      if (can_continue(pieces, word.substr(next))) return true;
    return false;
  });
}

}  // namespace

std::vector<std::vector<std::string>> operand_texts(const Image& image) {
  Pieces pieces;
  const auto machine = image.identity().machine;
  std::size_t place = most_between + 1;
  for (const auto& segment : image.segments()) {
    if (segment.type != PT_LOAD || (segment.flags & PF_X) == 0 || segment.file_size == 0) continue;
    const auto code = image.part(segment.offset, segment.file_size);
    if (machine == EM_X86_64) read_x86_64(code, place, pieces);
    if (machine == EM_AARCH64) read_aarch64(code, place, pieces);
    place += code.size() + most_between + 1;
  }
  return pieces.take();
}

bool can_write(const std::vector<std::string>& pieces, std::string_view word) {
  for (const auto& piece : pieces) {
    if (piece.find(word) != std::string::npos) return true;
    if (piece.size() < 2) continue;
    for (std::size_t length = std::min(piece.size(), word.size() - 1); length > 0; --length) {
      if (!piece.ends_with(word.substr(0, length))) continue;
      for (std::size_t next = length; next > 0; --next)
        if (can_continue(pieces, word.substr(next))) return true;
    }
  }
  return false;
}

}  // namespace lbundle::elf
