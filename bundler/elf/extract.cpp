#include "elf/extract.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <elf.h>

namespace lbundle::elf {

namespace {

template <typename T>
T read_at(ByteView table, std::uint64_t offset) {
  if (offset > table.size() || table.size() - offset < sizeof(T))
    throw MalformedElf("a version table is cut off");
  T value;
  std::memcpy(&value, table.data() + offset, sizeof value);
  return value;
}

// The names that the other tables refer to; always ends with a NUL.
ByteView checked_names(const Image& image) {
  const auto address = image.dynamic_value(DT_STRTAB);
  const auto size = image.dynamic_value(DT_STRSZ);
  if (!address || !size || *size == 0) return {};
  const ByteView names = image.mapped_at(*address, *size);
  if (names.back() != 0) throw MalformedElf("the names of its dynamic symbols are not terminated");
  return names;
}

// Hands out what may be read: names inside the table, and no more text than a table of this size can mean. A
// million symbols that all name one long text would cost LIEF a copy each; linkers share suffixes, never so
// often.
class NameBudget {
 public:
  explicit NameBudget(ByteView names) : names_(names), left_(names.size() * 16) {}

  void check(std::uint64_t offset) {
    const std::uint64_t length = text_at(names_, offset).size();
    if (length > left_) throw MalformedElf("its names overlap beyond measure");
    left_ -= length;
  }

 private:
  ByteView names_;
  std::uint64_t left_;
};

// LIEF compares each version record with each symbol.
constexpr std::uint64_t most_comparisons = 2'000'000'000;

// Counts the records of a version table: linkers never let two lists share one, so there are no more than
// fit.
class RecordBudget {
 public:
  RecordBudget(ByteView table, std::uint64_t symbols)
      : left_(std::min(table.size() / sizeof(Elf64_Verdaux),
                       most_comparisons / std::max<std::uint64_t>(symbols, 1))) {}

  void take() {
    if (left_-- == 0) throw MalformedElf("it has more version records than can be");
  }

 private:
  std::uint64_t left_;
};

ByteView checked_symbols(const Image& image, NameBudget& names) {
  const std::uint64_t count = dynamic_symbol_count(image);
  if (count == 0) return {};
  if (count > image.file().size() / sizeof(Elf64_Sym))
    throw MalformedElf("more symbols than the file can hold");
  const ByteView table = image.mapped_at(*image.dynamic_value(DT_SYMTAB), count * sizeof(Elf64_Sym));
  for (std::uint64_t i = 0; i < count; ++i) {
    names.check(read_at<Elf64_Sym>(table, i * sizeof(Elf64_Sym)).st_name);
  }
  return table;
}

// The end of a chain of version records, each of which names the next by a distance: forward, so that it
// ends.
std::uint64_t next_record(std::uint64_t at, std::uint64_t distance, std::uint64_t least, bool is_last) {
  if (!is_last && distance < least) throw MalformedElf("its version records do not go forward");
  return at + distance;
}

// The chain of names behind one record of a version table; gives where the last of them ends.
template <typename Auxiliary>
std::uint64_t checked_auxiliaries(ByteView table, std::uint64_t at, unsigned count,
                                  Elf64_Word Auxiliary::*name, Elf64_Word Auxiliary::*next, NameBudget& names,
                                  RecordBudget& records) {
  std::uint64_t end = 0;
  for (unsigned k = 0; k < count; ++k) {
    const auto auxiliary = read_at<Auxiliary>(table, at);
    names.check(auxiliary.*name);
    records.take();
    end = std::max(end, at + sizeof auxiliary);
    at = next_record(at, auxiliary.*next, sizeof auxiliary, k + 1U == count);
  }
  return end;
}

ByteView checked_needed_versions(const Image& image, NameBudget& names, std::uint64_t symbols) {
  const auto address = image.dynamic_value(DT_VERNEED);
  const auto count = image.dynamic_value(DT_VERNEEDNUM);
  if (!address || !count || *count == 0) return {};
  const ByteView table = image.mapped_at(*address);
  RecordBudget records(table, symbols);
  std::uint64_t end = 0;
  std::uint64_t at = 0;
  for (std::uint64_t i = 0; i < *count; ++i) {
    const auto record = read_at<Elf64_Verneed>(table, at);
    names.check(record.vn_file);
    records.take();
    end = std::max({end, at + sizeof record,
                    checked_auxiliaries(table, at + record.vn_aux, record.vn_cnt, &Elf64_Vernaux::vna_name,
                                        &Elf64_Vernaux::vna_next, names, records)});
    at = next_record(at, record.vn_next, sizeof record, i + 1 == *count);
  }
  return table.first(end);
}

ByteView checked_defined_versions(const Image& image, NameBudget& names, std::uint64_t symbols) {
  const auto address = image.dynamic_value(DT_VERDEF);
  const auto count = image.dynamic_value(DT_VERDEFNUM);
  if (!address || !count || *count == 0) return {};
  const ByteView table = image.mapped_at(*address);
  RecordBudget records(table, symbols);
  std::uint64_t end = 0;
  std::uint64_t at = 0;
  for (std::uint64_t i = 0; i < *count; ++i) {
    const auto record = read_at<Elf64_Verdef>(table, at);
    records.take();
    end = std::max({end, at + sizeof record,
                    checked_auxiliaries(table, at + record.vd_aux, record.vd_cnt, &Elf64_Verdaux::vda_name,
                                        &Elf64_Verdaux::vda_next, names, records)});
    at = next_record(at, record.vd_next, sizeof record, i + 1 == *count);
  }
  return table.first(end);
}

// The note that holds the build-id, whole; empty where there is none. Notes with damaged sizes are passed
// over: no loader reads them.
ByteView build_id_note(const Image& image) {
  for (const Segment& segment : image.segments()) {
    if (segment.type != PT_NOTE || segment.offset > image.file().size() ||
        image.file().size() - segment.offset < segment.file_size) {
      continue;
    }
    const ByteView notes = image.part(segment.offset, segment.file_size);
    std::uint64_t at = 0;
    while (at + sizeof(Elf64_Nhdr) <= notes.size()) {
      const auto note = read_at<Elf64_Nhdr>(notes, at);
      const std::uint64_t name_at = at + sizeof note;
      const std::uint64_t text_start = name_at + (note.n_namesz + 3ULL) / 4 * 4;
      const std::uint64_t end = text_start + (note.n_descsz + 3ULL) / 4 * 4;
      if (text_start + note.n_descsz > notes.size()) break;
      if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
          std::memcmp(notes.data() + name_at, ELF_NOTE_GNU, 4) == 0 && note.n_descsz <= 64) {
        return notes.subspan(at, std::min<std::uint64_t>(end, notes.size()) - at);
      }
      // Notes of an 8-byte aligned segment are padded to 8, see gabi "Note Section".
      at = segment.alignment == 8 ? (end + 7) / 8 * 8 : end;
    }
  }
  return {};
}

class ExtractWriter {
 public:
  explicit ExtractWriter(const Image& image)
      : bytes_(sizeof(Elf64_Ehdr) + segment_count * sizeof(Elf64_Phdr)) {
    header_.e_type = image.identity().type;
    header_.e_machine = image.identity().machine;
  }

  // Where `table` now lies, as offset and as address: one segment maps the whole extract at 0.
  std::uint64_t append(ByteView table) {
    bytes_.resize((bytes_.size() + 7) / 8 * 8);
    const std::uint64_t at = bytes_.size();
    bytes_.insert(bytes_.end(), table.begin(), table.end());
    return at;
  }

  void add_segment(std::uint32_t type, std::uint64_t at, std::uint64_t size) {
    if (size != 0) segments_.push_back({type, PF_R, at, at, at, size, size, 8});
  }

  Bytes finish(std::uint64_t symbols_at, std::uint64_t symbols_size) {
    constexpr std::string_view names("\0.dynsym\0.shstrtab\0", 19);
    const std::uint64_t names_at = append(as_bytes(names));
    std::array<Elf64_Shdr, 3> sections{};
    sections[1] = {1, SHT_DYNSYM, SHF_ALLOC, symbols_at,       symbols_at, symbols_size,
                   0, 0,          8,         sizeof(Elf64_Sym)};
    sections[2] = {9, SHT_STRTAB, 0, 0, names_at, names.size(), 0, 0, 1, 0};
    const std::uint64_t sections_at = append(bytes_of(sections));
    segments_.insert(segments_.begin(),
                     Elf64_Phdr{PT_LOAD, PF_R, 0, 0, 0, bytes_.size(), bytes_.size(), 4096});
    std::memcpy(header_.e_ident, ELFMAG, SELFMAG);
    header_.e_ident[EI_CLASS] = ELFCLASS64;
    header_.e_ident[EI_DATA] = ELFDATA2LSB;
    header_.e_ident[EI_VERSION] = EV_CURRENT;
    header_.e_version = EV_CURRENT;
    header_.e_ehsize = sizeof(Elf64_Ehdr);
    header_.e_phoff = sizeof(Elf64_Ehdr);
    header_.e_phentsize = sizeof(Elf64_Phdr);
    header_.e_phnum = static_cast<Elf64_Half>(segments_.size());
    header_.e_shoff = sections_at;
    header_.e_shentsize = sizeof(Elf64_Shdr);
    header_.e_shnum = static_cast<Elf64_Half>(sections.size());
    header_.e_shstrndx = 2;
    std::memcpy(bytes_.data(), &header_, sizeof header_);
    std::memcpy(bytes_.data() + sizeof header_, segments_.data(), segments_.size() * sizeof(Elf64_Phdr));
    return std::move(bytes_);
  }

  template <typename Container>
  static ByteView bytes_of(const Container& values) {
    return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof values[0]};
  }

 private:
  static constexpr std::size_t segment_count = 4;  // load, dynamic, interpreter, note

  Elf64_Ehdr header_{};
  std::vector<Elf64_Phdr> segments_;
  Bytes bytes_;
};

ByteView checked_interpreter(const Image& image) {
  for (const Segment& segment : image.segments()) {
    if (segment.type != PT_INTERP) continue;
    const ByteView path = image.part(segment.offset, segment.file_size);
    text_at(path, 0);
    return path;
  }
  return {};
}

bool names_text(std::uint64_t tag) {
  return tag == DT_NEEDED || tag == DT_SONAME || tag == DT_RPATH || tag == DT_RUNPATH;
}

}  // namespace

Bytes extract_for_reading(const Image& image) {
  const ByteView names = checked_names(image);
  NameBudget budget(names);
  const ByteView symbols = checked_symbols(image, budget);
  const std::uint64_t symbol_count = symbols.size() / sizeof(Elf64_Sym);
  const ByteView needed_versions = checked_needed_versions(image, budget, symbol_count);
  const ByteView defined_versions = checked_defined_versions(image, budget, symbol_count);

  ExtractWriter writer(image);
  std::vector<Elf64_Dyn> dynamic;
  const auto add = [&](std::int64_t tag, std::uint64_t value) { dynamic.push_back({tag, {value}}); };
  for (const DynamicEntry& entry : image.dynamic()) {
    if (names_text(entry.tag)) budget.check(entry.value);
    if (names_text(entry.tag) || entry.tag == DT_FLAGS || entry.tag == DT_FLAGS_1) {
      add(static_cast<std::int64_t>(entry.tag), entry.value);
    }
  }
  const std::uint64_t symbols_at = writer.append(symbols);
  if (!names.empty()) {
    add(DT_STRTAB, writer.append(names));
    add(DT_STRSZ, names.size());
    add(DT_SYMTAB, symbols_at);
    add(DT_SYMENT, sizeof(Elf64_Sym));
  }
  if (const auto address = image.dynamic_value(DT_VERSYM); address && symbol_count != 0) {
    add(DT_VERSYM, writer.append(image.mapped_at(*address, symbol_count * sizeof(Elf64_Half))));
  }
  if (!needed_versions.empty()) {
    add(DT_VERNEED, writer.append(needed_versions));
    add(DT_VERNEEDNUM, *image.dynamic_value(DT_VERNEEDNUM));
  }
  if (!defined_versions.empty()) {
    add(DT_VERDEF, writer.append(defined_versions));
    add(DT_VERDEFNUM, *image.dynamic_value(DT_VERDEFNUM));
  }
  add(DT_NULL, 0);
  const ByteView dynamic_table = ExtractWriter::bytes_of(dynamic);
  if (!image.dynamic().empty())
    writer.add_segment(PT_DYNAMIC, writer.append(dynamic_table), dynamic_table.size());
  const ByteView interpreter = checked_interpreter(image);
  writer.add_segment(PT_INTERP, writer.append(interpreter), interpreter.size());
  const ByteView note = build_id_note(image);
  writer.add_segment(PT_NOTE, writer.append(note), note.size());
  return writer.finish(symbols_at, symbols.size());
}

}  // namespace lbundle::elf
