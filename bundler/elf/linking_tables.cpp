#include "elf/linking_tables.hpp"

#include <cstring>

#include <elf.h>

namespace lbundle::elf {

namespace {

// How often a byte of the table of names may be handed out.
constexpr std::uint64_t most_uses = 16;

template <typename T>
T read_at(ByteView table, std::uint64_t offset) {
  if (offset > table.size() || table.size() - offset < sizeof(T))
    throw MalformedElf("a version table is cut off");
  T value;
  std::memcpy(&value, table.data() + offset, sizeof value);
  return value;
}

// Counts the records of a version table. Linkers never let two lists share a record, so there are no more
// than fit. This also ends a list that leads back to itself.
class RecordBudget {
 public:
  explicit RecordBudget(ByteView table) : left_(table.size() / sizeof(Elf64_Verdaux)) {}

  void take() {
    if (left_-- == 0) throw MalformedElf("it has more version records than can be");
  }

 private:
  std::uint64_t left_;
};

struct VersionTable {
  ByteView bytes;  // up to the end of the segment; the table's own size is stated nowhere
  std::uint64_t count = 0;
};

VersionTable version_table(const Image& image, std::uint64_t address_tag, std::uint64_t count_tag) {
  const auto address = image.dynamic_value(address_tag);
  const auto count = image.dynamic_value(count_tag);
  if (!address || !count || *count == 0) return {};
  return {image.mapped_at(*address), *count};
}

}  // namespace

DynamicNames::DynamicNames(const Image& image) {
  const auto address = image.dynamic_value(DT_STRTAB);
  const auto size = image.dynamic_value(DT_STRSZ);
  std::string_view table;
  if (address && size && *size != 0) table = as_text(image.mapped_at(*address, *size));
  if (!table.empty() && table.back() != '\0')
    throw MalformedElf("the names of its dynamic symbols are not terminated");
  table_ = std::make_shared<const std::string>(table);
  left_ = table.size() * most_uses;
}

std::string_view DynamicNames::text(std::uint64_t offset) {
  const std::string_view found = text_at(as_bytes(*table_), offset);
  if (found.size() > left_) throw MalformedElf("its names overlap beyond measure");
  left_ -= found.size();
  return found;
}

std::vector<VersionRecord> demanded_versions(const Image& image, DynamicNames& names) {
  const VersionTable table = version_table(image, DT_VERNEED, DT_VERNEEDNUM);
  RecordBudget budget(table.bytes);
  std::vector<VersionRecord> versions;
  std::uint64_t at = 0;
  for (std::uint64_t i = 0; i < table.count; ++i) {
    const auto record = read_at<Elf64_Verneed>(table.bytes, at);
    budget.take();
    const std::string_view file = names.text(record.vn_file);
    std::uint64_t part_at = at + record.vn_aux;
    for (unsigned k = 0; k < record.vn_cnt; ++k) {
      const auto part = read_at<Elf64_Vernaux>(table.bytes, part_at);
      budget.take();
      versions.push_back({names.text(part.vna_name), file, part.vna_flags, part.vna_other});
      part_at += part.vna_next;
    }
    at += record.vn_next;
  }
  return versions;
}

std::vector<VersionRecord> defined_versions(const Image& image, DynamicNames& names) {
  const VersionTable table = version_table(image, DT_VERDEF, DT_VERDEFNUM);
  RecordBudget budget(table.bytes);
  std::vector<VersionRecord> versions;
  std::uint64_t at = 0;
  for (std::uint64_t i = 0; i < table.count; ++i) {
    const auto record = read_at<Elf64_Verdef>(table.bytes, at);
    budget.take();
    if (record.vd_cnt != 0) {
      // The first name is the version's own.
      const auto part = read_at<Elf64_Verdaux>(table.bytes, at + record.vd_aux);
      budget.take();
      versions.push_back({names.text(part.vda_name), {}, record.vd_flags, record.vd_ndx});
    }
    at += record.vd_next;
  }
  return versions;
}

ByteView build_id_of(const Image& image) {
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
        return notes.subspan(text_start, note.n_descsz);
      }
      // Notes of an 8-byte aligned segment are padded to 8, see gabi "Note Section".
      at = segment.alignment == 8 ? (end + 7) / 8 * 8 : end;
    }
  }
  return {};
}

}  // namespace lbundle::elf
