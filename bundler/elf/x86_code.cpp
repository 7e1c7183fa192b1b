// Every instruction is prefixes, an opcode of one of a few maps, perhaps a ModRM byte with what it asks for,
// perhaps an immediate. The length follows from the opcode's form alone, so tables of forms suffice, and
// names or meanings of the thousands of instructions do not matter. What the tables do not hold is refused: a
// wrong length would be worse than none.
//
// Rejected: a disassembler as a dependency, of which this is a hundredth; to search the code for values that
// look like addresses, as values that happen to look so keep most of a large library.
#include "elf/x86_code.hpp"

#include <array>
#include <string_view>

namespace lbundle::elf {

namespace {

// The forms of an opcode, one letter each.
//   . nothing follows      m ModRM               b immediate of 1 byte     z of 4, or 2 after 66
//   B ModRM and 1 byte     Z ModRM and z         w 2 bytes                 e 3 bytes (enter)
//   j relative, 1 byte     J relative, 4 bytes   o an absolute address     v of 4, 8 with REX.W, or 2
//   t ModRM, and for /0 and /1 a byte            T ModRM, and for /0 and /1 as z
//   x not an instruction of 64-bit mode, or a prefix, or the way to another map
using Forms = std::array<std::string_view, 16>;

constexpr Forms one_byte = {
    "mmmmbzxxmmmmbzxx",  // 00
    "mmmmbzxxmmmmbzxx",  // 10
    "mmmmbzxxmmmmbzxx",  // 20
    "mmmmbzxxmmmmbzxx",  // 30
    "xxxxxxxxxxxxxxxx",  // 40: REX
    "................",  // 50
    "xxxmxxxxzZbB....",  // 60
    "jjjjjjjjjjjjjjjj",  // 70
    "BZxBmmmmmmmmmmmm",  // 80
    "..........x.....",  // 90
    "oooo....bz......",  // A0
    "bbbbbbbbvvvvvvvv",  // B0
    "BBw.xxBZe.w..bx.",  // C0
    "mmmmxxx.mmmmmmmm",  // D0
    "jjjjbbbbJJxj....",  // E0
    "x.xx..tT......mm",  // F0
};

constexpr Forms after_0f = {
    "mmmmx.....x.xm.B",  // 00
    "mmmmmmmmmmmmmmmm",  // 10
    "mmmmxxxxmmmmmmmm",  // 20
    "......x.xxxxxxxx",  // 30
    "mmmmmmmmmmmmmmmm",  // 40
    "mmmmmmmmmmmmmmmm",  // 50
    "mmmmmmmmmmmmmmmm",  // 60
    "BBBBmmm.mmxxmmmm",  // 70
    "JJJJJJJJJJJJJJJJ",  // 80
    "mmmmmmmmmmmmmmmm",  // 90
    "...mBmmm...mBmmm",  // A0
    "mmmmmmmmmmBmmmmm",  // B0
    "mmBmBBBm........",  // C0
    "mmmmmmmmmmmmmmmm",  // D0
    "mmmmmmmmmmmmmmmm",  // E0
    "mmmmmmmmmmmmmmmm",  // F0
};

char form_in(const Forms& forms, std::uint8_t opcode) {
  return forms[opcode >> 4][opcode & 15];
}

// Reads on, byte by byte; `is_cut` where the code ends first.
class Cursor {
 public:
  explicit Cursor(ByteView code) : code_(code) {}

  std::uint8_t next() {
    if (at_ >= code_.size()) {
      is_cut_ = true;
      return 0;
    }
    return code_[at_++];
  }
  std::uint8_t peek(std::size_t ahead = 0) const {
    return at_ + ahead < code_.size() ? code_[at_ + ahead] : std::uint8_t{0};
  }
  // A signed number of `size` bytes.
  std::int64_t number(unsigned size) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < size; ++i) value |= std::uint64_t{next()} << 8 * i;
    const unsigned unused = 64 - 8 * size;
    return static_cast<std::int64_t>(value << unused) >> unused;
  }
  void skip(std::uint64_t size) {
    for (std::uint64_t i = 0; i < size; ++i) next();
  }
  std::uint64_t position() const { return at_; }
  bool is_cut() const { return is_cut_; }

 private:
  ByteView code_;
  std::size_t at_ = 0;
  bool is_cut_ = false;
};

struct Prefixes {
  bool operand_16 = false, address_32 = false, repeat_f2 = false, wide = false;
};

Prefixes read_prefixes(Cursor& cursor) {
  Prefixes prefixes;
  for (;;) {
    switch (cursor.peek()) {
      case 0x66:
        prefixes.operand_16 = true;
        break;
      case 0x67:
        prefixes.address_32 = true;
        break;
      case 0xF2:
        prefixes.repeat_f2 = true;
        break;
      case 0xF0:
      case 0xF3:
      case 0x26:
      case 0x2E:
      case 0x36:
      case 0x3E:
      case 0x64:
      case 0x65:
        break;
      default:
        if ((cursor.peek() & 0xF0) == 0x40) prefixes.wide = (cursor.next() & 8) != 0;
        return prefixes;
    }
    cursor.next();
    if (cursor.position() > 14) return prefixes;
  }
}

// ModRM, SIB and displacement. The displacement where it counts from the instruction's end.
std::optional<std::int64_t> read_modrm(Cursor& cursor) {
  const std::uint8_t modrm = cursor.next();
  const unsigned mod = modrm >> 6;
  const unsigned rm = modrm & 7;
  if (mod == 3) return std::nullopt;
  if (mod == 0 && rm == 5) return cursor.number(4);
  const bool is_based_on_nothing = rm == 4 && (cursor.next() & 7) == 5 && mod == 0;
  cursor.skip(mod == 1 ? 1 : mod == 2 || is_based_on_nothing ? 4 : 0);
  return std::nullopt;
}

// Of the vector encodings the immediate's size depends on map and opcode alone.
char vector_form(unsigned map, std::uint8_t opcode) {
  switch (map) {
    case 1:
      if (opcode == 0x77) return '.';
      return (opcode >= 0x70 && opcode <= 0x73) || opcode == 0xC2 || (opcode >= 0xC4 && opcode <= 0xC6) ? 'B'
                                                                                                        : 'm';
    case 2:
    case 5:
    case 6:
      return 'm';
    case 3:
      return 'B';
    default:
      return 'x';
  }
}

struct Opcode {
  char form = 'x';
  std::uint8_t byte = 0;
  bool is_one_byte = false;
  bool is_two_byte = false;  // of the map after 0F
};

Opcode read_vector_opcode(Cursor& cursor, std::uint8_t escape) {
  Opcode opcode;
  unsigned map = 1;
  if (escape == 0xC5) {
    cursor.next();
  } else if (escape == 0x62) {
    map = cursor.next() & 7;
    cursor.skip(2);
  } else {
    map = cursor.next() & 31;
    cursor.next();
  }
  opcode.byte = cursor.next();
  if (escape == 0x8F) {
    opcode.form = map == 8 ? 'B' : map == 9 ? 'm' : map == 10 ? 'D' : 'x';
  } else {
    opcode.form = vector_form(map, opcode.byte);
  }
  return opcode;
}

Opcode read_opcode(Cursor& cursor, const Prefixes& prefixes) {
  const std::uint8_t first = cursor.next();
  if (first == 0xC4 || first == 0xC5 || first == 0x62 || (first == 0x8F && (cursor.peek() & 31) >= 8))
    return read_vector_opcode(cursor, first);
  if (first != 0x0F) return {form_in(one_byte, first), first, true, false};
  const std::uint8_t second = cursor.next();
  if (second == 0x38) return {'m', cursor.next(), false, false};
  if (second == 0x3A) return {'B', cursor.next(), false, false};
  // SSE4a's EXTRQ and INSERTQ carry two bytes.
  if (second == 0x78 && (prefixes.operand_16 || prefixes.repeat_f2)) return {'W', second, false, true};
  return {form_in(after_0f, second), second, false, true};
}

// Bytes of the immediate; the ModRM byte's own part is read before.
unsigned immediate_size(char form, const Prefixes& prefixes, std::uint8_t modrm) {
  const unsigned word = prefixes.operand_16 && !prefixes.wide ? 2 : 4;
  const bool has_test = (modrm >> 3 & 7) < 2;
  switch (form) {
    case 'b':
    case 'B':
    case 'j':
      return 1;
    case 'w':
    case 'W':
      return 2;
    case 'e':
      return 3;
    case 'J':
    case 'D':
      return 4;
    case 'z':
    case 'Z':
      return word;
    case 'v':
      return prefixes.wide ? 8 : word;
    case 'o':
      return prefixes.address_32 ? 4 : 8;
    case 't':
      return has_test ? 1 : 0;
    case 'T':
      return has_test ? word : 0;
    default:
      return 0;
  }
}

bool has_modrm(char form) {
  return std::string_view("mBZtTWD").find(form) != std::string_view::npos;
}

// A jump or a return, or what ends the process.
bool ends_flow(const Opcode& opcode, std::uint8_t modrm) {
  if (opcode.is_two_byte) return opcode.byte == 0x0B;
  if (!opcode.is_one_byte) return false;
  switch (opcode.byte) {
    case 0xC2:
    case 0xC3:
    case 0xCA:
    case 0xCB:
    case 0xCF:
    case 0xE9:
    case 0xEB:
    case 0xF4:
      return true;
    case 0xFF:
      return (modrm >> 3 & 7) == 4 || (modrm >> 3 & 7) == 5;
    default:
      return false;
  }
}

bool is_filler(const Opcode& opcode, std::uint8_t modrm, const Prefixes& prefixes) {
  if (opcode.is_two_byte) return opcode.byte == 0x1F;
  if (!opcode.is_one_byte) return false;
  return opcode.byte == 0x90 || opcode.byte == 0xCC || (opcode.byte == 0 && modrm == 0) ||
         (opcode.byte == 0x8D && prefixes.operand_16);
}

}  // namespace

std::optional<Instruction> decode_x86(ByteView code, std::uint64_t address) {
  constexpr std::uint64_t longest = 15;
  Cursor cursor(code);
  const Prefixes prefixes = read_prefixes(cursor);
  const Opcode opcode = read_opcode(cursor, prefixes);
  if (opcode.form == 'x') return std::nullopt;
  const std::uint8_t modrm = has_modrm(opcode.form) ? cursor.peek() : std::uint8_t{0};
  std::optional<std::int64_t> displacement;
  if (has_modrm(opcode.form)) displacement = read_modrm(cursor);
  const bool is_relative = opcode.form == 'j' || opcode.form == 'J';
  const unsigned immediate = immediate_size(opcode.form, prefixes, modrm);
  if (is_relative) {
    displacement = cursor.number(immediate);
  } else {
    cursor.skip(immediate);
  }
  if (cursor.is_cut() || cursor.position() > longest) return std::nullopt;
  Instruction instruction{cursor.position(), std::nullopt, !ends_flow(opcode, modrm),
                          is_filler(opcode, modrm, prefixes)};
  if (displacement)
    instruction.target = address + instruction.size + static_cast<std::uint64_t>(*displacement);
  return instruction;
}

}  // namespace lbundle::elf
