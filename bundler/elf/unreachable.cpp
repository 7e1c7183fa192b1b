// The problem: a library that is private to one package has its whole interface, and the package calls a
// tenth of it. Example: numpy's OpenBLAS has 35 MB of kernels for twelve kinds of processors and for all of
// LAPACK.
//
// The idea: do to the finished library what a linker does with --gc-sections. Symbols divide its code into
// pieces. A piece is reached if a reached piece refers to it. Position-independent code has only four kinds
// of references: a relative jump or call, an operand relative to the instruction pointer, a relocation of a
// pointer in data, and an entry of a switch's table. The first two are found by decoding every reached
// instruction, and the third in the dynamic relocations. The last is followed wherever code refers to
// read-only data.
//
// What is not certain counts as reached. Every pointer in data counts, except in the global offset table,
// where each cell is read by code that names it. A piece counts as a whole, wherever code enters it. The next
// piece counts if a piece does not end in a jump. If a piece cannot be decoded, everything that its bytes
// could refer to counts. A library without a symbol table has large pieces, and more of it is kept. Two kinds
// of libraries are refused: those with tables of exception handlers, which lead to code by numbers that are
// nowhere else, and those with relocations that are not known.
//
// The tables of kernels for each processor need one more step, because the selector refers to each of them.
// OpenBLAS has a build option that leaves out processors: their names then mean another processor's table.
// The same is done here to the symbol, which the selector reads through the global offset table.
//
// Rejected: to take the bounds from .eh_frame, because hand-written kernels have none; to remove what no
// traced event called, because the next event may call something else.
#include "elf/unreachable.hpp"

#include <algorithm>
#include <cstring>

#include <elf.h>

#include "elf/image.hpp"
#include "elf/x86_code.hpp"
#include "model/text.hpp"

namespace lbundle::elf {

namespace {

constexpr std::uint64_t got_cell = 8;
constexpr std::uint64_t plt_cell = 16;
constexpr std::uint64_t relative_relocations = 36;  // DT_RELR
// Bound for following tables: a large library takes a few million steps, a hostile one as many as it likes.
constexpr std::uint64_t most_steps = 500'000'000;

struct Refusal {
  std::string reason;
};

enum class Kind { code, cell, table };

// A part of the library that is reached as a whole or not at all.
struct Piece {
  std::uint64_t start = 0, end = 0;
  Kind kind = Kind::code;
  bool removable = false;
  bool reached = false;
  std::vector<std::uint64_t> pointers;  // where the relocations of a cell or a table lead
};

bool is_code(const Section& section) {
  return (section.flags & SHF_ALLOC) != 0 && (section.flags & SHF_EXECINSTR) != 0 &&
         section.type == SHT_PROGBITS;
}

bool is_constant(const Section& section) {
  return (section.flags & SHF_ALLOC) != 0 && (section.flags & (SHF_EXECINSTR | SHF_WRITE)) == 0 &&
         section.type == SHT_PROGBITS;
}

bool holds(const Section& section, std::uint64_t address) {
  return address >= section.address && address - section.address < section.size;
}

class Library {
 public:
  Library(ByteView file, const Wanted& wanted) : bytes_(file.begin(), file.end()), image_(bytes_) {
    require_understood();
    read_symbols();
    rename(wanted.stands_for);
    make_pieces();
    read_relocations();
    reach_roots(wanted.names);
    reach_all();
  }

  std::vector<AddressRange> unreached() const {
    std::vector<AddressRange> ranges;
    for (const Piece& piece : pieces_) {
      if (piece.reached || !piece.removable) continue;
      if (!ranges.empty() && ranges.back().end == piece.start) {
        ranges.back().end = piece.end;
      } else {
        ranges.push_back({piece.start, piece.end});
      }
    }
    return ranges;
  }

  Bytes take_bytes() { return std::move(bytes_); }

 private:
  void require_understood() const;
  void read_symbols();
  void rename(const std::map<std::string, std::string>& stands_for);
  std::vector<std::uint64_t> code_starts() const;
  void add_code_pieces(const Section& section, const std::vector<std::uint64_t>& starts);
  void make_pieces();
  void read_relocations();
  void read_relocation_table(std::uint64_t address_tag, std::uint64_t size_tag);
  std::optional<std::uint64_t> pointer_of(const Elf64_Rela& relocation) const;
  void reach_roots(const std::set<std::string, std::less<>>& names);
  void reach_all();
  void reach(std::uint64_t address);
  void follow_code(const Piece& piece);
  void follow_operand(std::uint64_t target);
  void follow_any(ByteView code, std::uint64_t address);
  Piece* piece_at(std::uint64_t address);

  struct Symbol {
    std::string_view name;
    Elf64_Sym raw{};
    std::size_t place = 0;  // in the file
  };

  Bytes bytes_;
  Image image_;
  std::vector<Symbol> symbols_;
  std::vector<AddressRange> replaced_;  // tables whose names now mean another table
  std::vector<Piece> pieces_;           // by address
  std::vector<std::uint64_t> roots_;
  std::vector<std::size_t> open_;
  std::uint64_t steps_ = 0;
};

void Library::require_understood() const {
  if (image_.identity().machine != EM_X86_64) throw Refusal{"its code is not for x86-64"};
  if (image_.identity().type != ET_DYN) throw Refusal{"it is not a library"};
  if (image_.sections().empty()) throw Refusal{"it has no section headers"};
  for (const Section& section : image_.sections()) {
    if (section.name.starts_with(".gcc_except_table")) throw Refusal{"it has exception handlers"};
  }
  for (const std::uint64_t tag : {std::uint64_t{DT_REL}, std::uint64_t{DT_TEXTREL}, relative_relocations}) {
    if (image_.dynamic_value(tag)) throw Refusal{format("it has relocations of another kind ({})", tag)};
  }
}

void Library::read_symbols() {
  const auto table = image_.dynamic_value(DT_SYMTAB);
  const auto names = image_.dynamic_value(DT_STRTAB);
  if (!table || !names) throw Refusal{"it has no dynamic symbols"};
  const ByteView raw = image_.mapped_at(*table, dynamic_symbol_count(image_) * sizeof(Elf64_Sym));
  const ByteView texts = image_.mapped_at(*names);
  for (std::size_t at = 0; at + sizeof(Elf64_Sym) <= raw.size(); at += sizeof(Elf64_Sym)) {
    Symbol symbol;
    std::memcpy(&symbol.raw, raw.data() + at, sizeof symbol.raw);
    symbol.name = text_at(texts, symbol.raw.st_name);
    symbol.place = static_cast<std::size_t>(raw.data() + at - bytes_.data());
    symbols_.push_back(symbol);
  }
}

// From here on, each name in `stands_for` means the other object, if both are defined and have the same size.
void Library::rename(const std::map<std::string, std::string>& stands_for) {
  const auto object = [&](std::string_view name) {
    const auto found = std::find_if(symbols_.begin(), symbols_.end(), [&](const Symbol& symbol) {
      return symbol.name == name && symbol.raw.st_shndx != SHN_UNDEF &&
             ELF64_ST_TYPE(symbol.raw.st_info) == STT_OBJECT;
    });
    return found == symbols_.end() ? nullptr : &*found;
  };
  for (const auto& [name, other] : stands_for) {
    Symbol* const replaced = object(name);
    const Symbol* const replacement = object(other);
    if (replaced == nullptr || replacement == nullptr || stands_for.contains(other) ||
        replaced->raw.st_size != replacement->raw.st_size)
      continue;
    replaced_.push_back({replaced->raw.st_value, replaced->raw.st_value + replaced->raw.st_size});
    replaced->raw.st_value = replacement->raw.st_value;
    replaced->raw.st_shndx = replacement->raw.st_shndx;
    std::memcpy(bytes_.data() + replaced->place, &replaced->raw, sizeof replaced->raw);
  }
}

// All addresses at which, according to some symbol, code begins.
std::vector<std::uint64_t> Library::code_starts() const {
  std::vector<std::uint64_t> starts;
  const auto add = [&](const Elf64_Sym& symbol) {
    const unsigned type = ELF64_ST_TYPE(symbol.st_info);
    if (symbol.st_shndx != SHN_UNDEF && symbol.st_shndx != SHN_ABS &&
        (type == STT_FUNC || type == STT_NOTYPE || type == STT_GNU_IFUNC))
      starts.push_back(symbol.st_value);
  };
  for (const Symbol& symbol : symbols_) add(symbol.raw);
  for (const Section& section : image_.sections()) {
    if (section.type != SHT_SYMTAB) continue;
    const ByteView table = image_.part(section.offset, section.size);
    for (std::size_t at = 0; at + sizeof(Elf64_Sym) <= table.size(); at += sizeof(Elf64_Sym)) {
      Elf64_Sym symbol;
      std::memcpy(&symbol, table.data() + at, sizeof symbol);
      add(symbol);
    }
  }
  std::sort(starts.begin(), starts.end());
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  return starts;
}

void Library::add_code_pieces(const Section& section, const std::vector<std::uint64_t>& starts) {
  const bool is_plt = section.name == ".plt" || section.name == ".plt.sec";
  std::vector<std::uint64_t> bounds{section.address};
  for (std::uint64_t at = plt_cell; is_plt && at < section.size; at += plt_cell)
    bounds.push_back(section.address + at);
  const auto first = std::upper_bound(starts.begin(), starts.end(), section.address);
  if (!is_plt && section.name == ".text")
    bounds.insert(bounds.end(), first, std::lower_bound(first, starts.end(), section.address + section.size));
  const bool is_root = (!is_plt && section.name != ".text") ||
                       (!is_plt && !std::binary_search(starts.begin(), starts.end(), section.address));
  if (is_root) roots_.push_back(section.address);
  bounds.push_back(section.address + section.size);
  for (std::size_t i = 0; i + 1 < bounds.size(); ++i)
    pieces_.push_back({bounds[i], bounds[i + 1], Kind::code, section.name == ".text", false, {}});
}

void Library::make_pieces() {
  const std::vector<std::uint64_t> starts = code_starts();
  for (const Section& section : image_.sections()) {
    if (section.size == 0) continue;
    if (is_code(section)) add_code_pieces(section, starts);
    if ((section.name != ".got" && section.name != ".got.plt") || section.type != SHT_PROGBITS) continue;
    for (std::uint64_t at = 0; at + got_cell <= section.size; at += got_cell)
      pieces_.push_back(
          {section.address + at, section.address + at + got_cell, Kind::cell, false, false, {}});
  }
  for (const AddressRange& table : replaced_)
    pieces_.push_back({table.start, table.end, Kind::table, false, false, {}});
  std::sort(pieces_.begin(), pieces_.end(), [](const Piece& a, const Piece& b) { return a.start < b.start; });
  for (std::size_t i = 1; i < pieces_.size(); ++i) {
    if (pieces_[i].start < pieces_[i - 1].end) throw Refusal{"its sections overlap"};
  }
}

Piece* Library::piece_at(std::uint64_t address) {
  const auto next = std::upper_bound(pieces_.begin(), pieces_.end(), address,
                                     [](std::uint64_t at, const Piece& piece) { return at < piece.start; });
  if (next == pieces_.begin() || address >= std::prev(next)->end) return nullptr;
  return &*std::prev(next);
}

// The address to which the pointer leads that the relocation writes; nothing if it is not a pointer into the
// library.
std::optional<std::uint64_t> Library::pointer_of(const Elf64_Rela& relocation) const {
  const std::uint64_t index = ELF64_R_SYM(relocation.r_info);
  const auto addend = static_cast<std::uint64_t>(relocation.r_addend);
  switch (ELF64_R_TYPE(relocation.r_info)) {
    case R_X86_64_NONE:
    case R_X86_64_DTPMOD64:
    case R_X86_64_DTPOFF64:
    case R_X86_64_TPOFF64:
    case R_X86_64_TLSDESC:
      return std::nullopt;
    case R_X86_64_RELATIVE:
    case R_X86_64_IRELATIVE:
      return addend;
    case R_X86_64_64:
    case R_X86_64_GLOB_DAT:
    case R_X86_64_JUMP_SLOT:
      if (index >= symbols_.size()) throw Refusal{"a relocation names no symbol"};
      if (symbols_[index].raw.st_shndx == SHN_UNDEF) return std::nullopt;
      return symbols_[index].raw.st_value + addend;
    default:
      throw Refusal{format("it has relocations of type {}", ELF64_R_TYPE(relocation.r_info))};
  }
}

void Library::read_relocation_table(std::uint64_t address_tag, std::uint64_t size_tag) {
  const auto address = image_.dynamic_value(address_tag);
  const auto size = image_.dynamic_value(size_tag);
  if (!address || !size) return;
  const ByteView table = image_.mapped_at(*address, *size);
  for (std::size_t at = 0; at + sizeof(Elf64_Rela) <= table.size(); at += sizeof(Elf64_Rela)) {
    Elf64_Rela relocation;
    std::memcpy(&relocation, table.data() + at, sizeof relocation);
    const auto pointer = pointer_of(relocation);
    if (!pointer) continue;
    Piece* const piece = piece_at(relocation.r_offset);
    if (piece != nullptr && piece->kind == Kind::code) throw Refusal{"a relocation changes its code"};
    (piece == nullptr ? roots_ : piece->pointers).push_back(*pointer);
  }
}

void Library::read_relocations() {
  if (image_.dynamic_value(DT_PLTREL).value_or(DT_RELA) != DT_RELA)
    throw Refusal{"it has relocations of another kind"};
  read_relocation_table(DT_RELA, DT_RELASZ);
  read_relocation_table(DT_JMPREL, DT_PLTRELSZ);
}

void Library::reach(std::uint64_t address) {
  Piece* const piece = piece_at(address);
  if (piece == nullptr || piece->reached) return;
  piece->reached = true;
  open_.push_back(static_cast<std::size_t>(piece - pieces_.data()));
}

void Library::reach_roots(const std::set<std::string, std::less<>>& names) {
  bool is_wanted = false;
  for (const Symbol& symbol : symbols_) {
    if (symbol.raw.st_shndx == SHN_UNDEF || !names.contains(symbol.name)) continue;
    is_wanted = true;
    reach(symbol.raw.st_value);
  }
  if (!is_wanted) throw Refusal{"no code is known that looks up any of its names"};
  for (const std::uint64_t tag : {std::uint64_t{DT_INIT}, std::uint64_t{DT_FINI}}) {
    if (const auto address = image_.dynamic_value(tag)) reach(*address);
  }
  for (const std::uint64_t address : roots_) reach(address);
}

// Reaches the target of an operand. If it is read-only data, it may be the table of a switch: offsets from
// the table's own address. They are followed for as long as they lead to code.
void Library::follow_operand(std::uint64_t target) {
  reach(target);
  for (const Section& section : image_.sections()) {
    if (!is_constant(section) || !holds(section, target)) continue;
    const ByteView table = image_.part(section.offset, section.size).subspan(target - section.address);
    for (std::size_t at = 0; at + 4 <= table.size(); at += 4) {
      if (++steps_ > most_steps) throw Refusal{"its code refers to too many tables"};
      std::int32_t distance = 0;
      std::memcpy(&distance, table.data() + at, sizeof distance);
      const Piece* const piece = piece_at(target + static_cast<std::uint64_t>(std::int64_t{distance}));
      if (piece == nullptr || piece->kind != Kind::code) return;
      reach(target + static_cast<std::uint64_t>(std::int64_t{distance}));
    }
  }
}

// Code that cannot be decoded: any four bytes of it may be a distance. It is counted from each place where an
// instruction with such an operand can end.
void Library::follow_any(ByteView code, std::uint64_t address) {
  for (std::size_t at = 0; at + 4 <= code.size(); ++at) {
    std::int32_t distance = 0;
    std::memcpy(&distance, code.data() + at, sizeof distance);
    for (const std::uint64_t behind : {4U, 5U, 6U, 8U})
      follow_operand(address + at + behind + static_cast<std::uint64_t>(std::int64_t{distance}));
  }
}

void Library::follow_code(const Piece& piece) {
  const ByteView code = image_.mapped_at(piece.start, piece.end - piece.start);
  bool runs_on = true;
  for (std::uint64_t at = 0; at < code.size();) {
    const auto instruction = decode_x86(code.subspan(at), piece.start + at);
    if (!instruction) {
      // If there is data in the code, the bytes before this one may have been decoded wrongly too. So the
      // whole piece is unknown.
      follow_any(code, piece.start);
      runs_on = true;
      break;
    }
    if (instruction->target) follow_operand(*instruction->target);
    if (!instruction->is_filler) runs_on = instruction->runs_on;
    at += instruction->size;
  }
  if (runs_on) reach(piece.end);
}

void Library::reach_all() {
  while (!open_.empty()) {
    const Piece& piece = pieces_[open_.back()];
    open_.pop_back();
    if (piece.kind == Kind::code) follow_code(piece);
    for (const std::uint64_t pointer : piece.pointers) reach(pointer);
  }
}

}  // namespace

Unreachable find_unreachable(ByteView file, const Wanted& wanted) {
  try {
    Library library(file, wanted);
    auto ranges = library.unreached();
    if (ranges.empty()) return {{}, {}, "all of its code is reached"};
    return {library.take_bytes(), std::move(ranges), {}};
  } catch (const Refusal& refusal) {
    return {{}, {}, refusal.reason};
  } catch (const MalformedElf& fault) {
    return {{}, {}, fault.what()};
  }
}

}  // namespace lbundle::elf
