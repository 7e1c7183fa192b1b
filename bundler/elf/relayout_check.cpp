// Compares two files as a loader sees them. Three readers read both files, so that a mistake in one of them
// shows here instead of repeating itself. Code with nothing but the structures of <elf.h> compares segments
// and bytes. read_elf reads the tables, as later stages will. LIEF, which is not our code, reads all tables
// (second_reader.hpp).
#include <algorithm>
#include <cstring>

#include <elf.h>

#include "elf/elf_file.hpp"
#include "elf/relayout.hpp"
#include "elf/second_reader.hpp"
#include "model/text.hpp"

namespace lbundle::elf {

namespace {

struct Fault {
  std::string what;
};

struct Headers {
  Elf64_Ehdr header{};
  std::vector<Elf64_Phdr> segments;
};

Headers headers_of(ByteView file) {
  Headers headers;
  if (file.size() < sizeof headers.header) throw Fault{"it ends inside its header"};
  std::memcpy(&headers.header, file.data(), sizeof headers.header);
  const std::uint64_t size = headers.header.e_phnum * sizeof(Elf64_Phdr);
  if (headers.header.e_phoff > file.size() || file.size() - headers.header.e_phoff < size) {
    throw Fault{"its program headers are outside the file"};
  }
  headers.segments.resize(headers.header.e_phnum);
  std::memcpy(headers.segments.data(), file.data() + headers.header.e_phoff, size);
  for (const Elf64_Phdr& segment : headers.segments) {
    if (segment.p_filesz != 0 &&
        (segment.p_offset > file.size() || file.size() - segment.p_offset < segment.p_filesz)) {
      throw Fault{format("a segment of type {:#x} is outside the file", segment.p_type)};
    }
  }
  return headers;
}

// A segment of the old file, and what replaces it: one segment, or several with gaps between them.
struct Match {
  Elf64_Phdr was{};
  std::vector<Elf64_Phdr> parts;
};

std::vector<Match> matches_of(const Headers& before, const Headers& after) {
  std::vector<Match> matches;
  std::size_t next = 0;
  for (const Elf64_Phdr& was : before.segments) {
    Match match{was, {}};
    const auto ends = [&](const Elf64_Phdr& part) {
      return part.p_vaddr + part.p_memsz == was.p_vaddr + was.p_memsz;
    };
    do {
      if (next == after.segments.size()) throw Fault{"program headers are missing"};
      match.parts.push_back(after.segments[next++]);
    } while (was.p_type == PT_LOAD && !ends(match.parts.back()));
    matches.push_back(std::move(match));
  }
  if (next != after.segments.size()) throw Fault{"it has program headers of its own"};
  return matches;
}

// Checks what may not change in a program header and in each part of a segment.
void compare_program_headers(const Match& match, std::uint64_t table_size) {
  Elf64_Phdr expected = match.was;
  std::uint64_t end = expected.p_vaddr;
  for (std::size_t i = 0; i < match.parts.size(); ++i) {
    const Elf64_Phdr& part = match.parts[i];
    const bool is_last = i + 1 == match.parts.size();
    expected.p_offset = part.p_offset;
    if (match.was.p_type == PT_PHDR) {
      expected.p_filesz = expected.p_memsz = table_size;
    } else if (match.parts.size() > 1) {
      const std::uint64_t skipped = part.p_vaddr - match.was.p_vaddr;
      if (part.p_vaddr < end || skipped > match.was.p_filesz)
        throw Fault{"parts of a segment are out of order"};
      end = part.p_vaddr + part.p_memsz;
      expected.p_vaddr = part.p_vaddr;
      expected.p_paddr = match.was.p_paddr + skipped;
      expected.p_memsz = is_last ? match.was.p_memsz - skipped : part.p_memsz;
      expected.p_filesz = is_last ? match.was.p_filesz - skipped : part.p_memsz;
    }
    if (std::memcmp(&expected, &part, sizeof part) != 0) {
      throw Fault{format("the program header of {:#x} differs by more than its place", part.p_vaddr)};
    }
  }
  if (match.was.p_type == PT_LOAD && match.parts.front().p_vaddr != match.was.p_vaddr)
    throw Fault{"a segment begins elsewhere"};
}

void compare_headers(const Headers& before, const Headers& after) {
  Elf64_Ehdr expected = before.header;
  expected.e_phoff = after.header.e_phoff;
  expected.e_phnum = after.header.e_phnum;
  expected.e_shoff = 0;
  expected.e_shnum = 0;
  expected.e_shstrndx = 0;
  if (std::memcmp(&expected, &after.header, sizeof expected) != 0) throw Fault{"its header differs"};
  for (const Match& match : matches_of(before, after))
    compare_program_headers(match, after.segments.size() * sizeof(Elf64_Phdr));
}

void check_alignment(const Elf64_Phdr& segment, std::uint64_t file_size) {
  const std::uint64_t modulus = std::max<std::uint64_t>(segment.p_align, 4096);
  if (segment.p_vaddr % modulus != segment.p_offset % modulus) {
    throw Fault{format("the segment at {:#x} is no longer congruent with its address", segment.p_vaddr)};
  }
  // If zeros begin inside a page, the loader maps that page from the file first.
  if (segment.p_memsz != 0 && (segment.p_filesz != 0 || segment.p_vaddr % 4096 != 0) &&
      segment.p_offset / 4096 * 4096 >= file_size) {
    throw Fault{format("the segment at {:#x} begins behind the end of the file", segment.p_vaddr)};
  }
}

// Addresses of loaded bytes that may differ: the two headers.
struct Excepted {
  std::uint64_t start = 0, end = 0;
};

std::vector<Excepted> excepted_addresses(const Headers& file) {
  std::vector<Excepted> excepted;
  const auto add = [&](std::uint64_t offset, std::uint64_t size) {
    for (const Elf64_Phdr& load : file.segments) {
      if (load.p_type != PT_LOAD || offset < load.p_offset || offset - load.p_offset + size > load.p_filesz)
        continue;
      const std::uint64_t address = load.p_vaddr + (offset - load.p_offset);
      excepted.push_back({address, address + size});
    }
  };
  add(0, sizeof(Elf64_Ehdr));
  add(file.header.e_phoff, file.segments.size() * sizeof(Elf64_Phdr));
  return excepted;
}

// True if a section of the old file claims the byte at `offset`, or if its section headers cannot say.
bool is_claimed(ByteView file, const Elf64_Ehdr& header, std::uint64_t offset) {
  for (std::size_t i = 0; i < header.e_shnum; ++i) {
    Elf64_Shdr section;
    const std::uint64_t at = header.e_shoff + i * sizeof section;
    if (at > file.size() || file.size() - at < sizeof section) return true;
    std::memcpy(&section, file.data() + at, sizeof section);
    if (section.sh_type != SHT_NOBITS && (section.sh_flags & SHF_ALLOC) != 0 && offset >= section.sh_offset &&
        offset - section.sh_offset < section.sh_size) {
      return true;
    }
  }
  return header.e_shnum == 0;
}

// The old file, and which of its loaded bytes may be removed.
class Original {
 public:
  Original(ByteView file, const Headers& headers, const std::vector<AddressRange>& unreachable)
      : file_(file), headers_(headers), unreachable_(unreachable) {}

  // True if all bytes [start, end) of `segment`, given as addresses, are crossed out and in no section, or if
  // all are unreachable. For sections only the first and the last byte of the run are checked.
  bool is_dead(const Elf64_Phdr& segment, std::uint64_t start, std::uint64_t end) const {
    const bool is_unreachable =
        std::any_of(unreachable_.begin(), unreachable_.end(),
                    [&](const AddressRange& range) { return start >= range.start && end <= range.end; });
    if (is_unreachable) return (segment.p_flags & PF_W) == 0;
    const std::uint64_t from = segment.p_offset + (start - segment.p_vaddr);
    const std::uint64_t to = segment.p_offset + (end - segment.p_vaddr);
    return std::all_of(file_.data() + from, file_.data() + to, [](auto byte) { return byte == 'X'; }) &&
           !is_claimed(file_, headers_.header, from) && !is_claimed(file_, headers_.header, to - 1);
  }

  const std::uint8_t* bytes_of(const Elf64_Phdr& segment) const { return file_.data() + segment.p_offset; }

  // The end of the unreachable range that holds `at`; `at` itself if none holds it.
  std::uint64_t unreachable_until(std::uint64_t at) const {
    for (const AddressRange& range : unreachable_)
      if (at >= range.start && at < range.end) return range.end;
    return at;
  }

 private:
  ByteView file_;
  const Headers& headers_;
  const std::vector<AddressRange>& unreachable_;
};

// Compares a part of a segment with the same addresses of the old file.
void compare_bytes(const Original& original, const Elf64_Phdr& segment, ByteView after,
                   const Elf64_Phdr& part, const std::vector<Excepted>& excepted) {
  const std::uint8_t* const was = original.bytes_of(segment) + (part.p_vaddr - segment.p_vaddr);
  const std::uint8_t* const is = after.data() + part.p_offset;
  // PT_PHDR may grow, and its bytes are among the exceptions. Everything else is as long as before, or
  // shorter.
  std::uint64_t at = 0;
  while (at < part.p_filesz) {
    at = static_cast<std::uint64_t>(std::mismatch(was + at, was + part.p_filesz, is + at).first - was);
    if (at == part.p_filesz) return;
    const std::uint64_t address = part.p_vaddr + at;
    const auto hole = std::find_if(excepted.begin(), excepted.end(),
                                   [&](const Excepted& e) { return address >= e.start && address < e.end; });
    if (hole != excepted.end()) {
      at += hole->end - address;
      continue;
    }
    std::uint64_t run = at;
    while (run < part.p_filesz && was[run] == 'X' && is[run] == 0) ++run;
    if (run == at) {
      const std::uint64_t end = std::min(original.unreachable_until(address) - part.p_vaddr, part.p_filesz);
      while (run < end && (is[run] == 0xCC || is[run] == 0)) ++run;
    }
    if (run == at || !original.is_dead(segment, address, part.p_vaddr + run)) {
      throw Fault{format("the byte at address {:#x} differs", address)};
    }
    at = run;
  }
}

// Returns the addresses of the headers, whose bytes may differ. Throws Fault if they moved, or if the table
// has grown over bytes that were not dead.
std::vector<Excepted> headers_excepted(const Original& original, const Headers& old, const Headers& now) {
  const std::vector<Excepted> before = excepted_addresses(old);
  const std::vector<Excepted> after = excepted_addresses(now);
  const auto is_same = [](const Excepted& a, const Excepted& b) {
    return a.start == b.start && a.end <= b.end;
  };
  if (!std::equal(before.begin(), before.end(), after.begin(), after.end(), is_same))
    throw Fault{"its headers are at other addresses"};
  for (std::size_t i = 0; i < before.size(); ++i) {
    for (const Elf64_Phdr& load : old.segments) {
      if (load.p_type != PT_LOAD || before[i].end == after[i].end || before[i].start < load.p_vaddr ||
          before[i].start - load.p_vaddr >= load.p_filesz)
        continue;
      if (after[i].end - load.p_vaddr > load.p_filesz || !original.is_dead(load, before[i].end, after[i].end))
        throw Fault{"its program headers have grown over something"};
    }
  }
  return after;
}

void compare_segments(ByteView before, ByteView after, const Headers& old, const Headers& now,
                      const std::vector<AddressRange>& unreachable) {
  const Original original(before, old, unreachable);
  const std::vector<Excepted> excepted = headers_excepted(original, old, now);
  for (const Match& match : matches_of(old, now)) {
    std::uint64_t end = match.was.p_vaddr;
    for (const Elf64_Phdr& part : match.parts) {
      if (part.p_type == PT_LOAD) check_alignment(part, after.size());
      if (part.p_vaddr > end && !original.is_dead(match.was, end, part.p_vaddr))
        throw Fault{format("what was loaded at {:#x} is missing", end)};
      end = part.p_vaddr + part.p_memsz;
      if (part.p_filesz != 0 && part.p_type != PT_PHDR)
        compare_bytes(original, match.was, after, part, excepted);
    }
  }
}

// Our own reader must read the same from both files, apart from the places of things in the file.
void compare_facts(ByteView before, ByteView after) {
  const auto old = read_elf(before);
  const auto now = read_elf(after);
  if (!old || !now) throw Fault{"it is not an ELF file"};
  if (old->soname != now->soname || old->needed != now->needed || old->rpath != now->rpath ||
      old->runpath != now->runpath || old->interpreter != now->interpreter ||
      old->build_id != now->build_id) {
    throw Fault{"its dynamic section differs"};
  }
  if (old->needed_versions != now->needed_versions || old->defined_versions != now->defined_versions) {
    throw Fault{"its symbol versions differ"};
  }
  // Without section headers the exact end of the symbol table is not known. So symbols at its end that
  // nothing can name may be missing.
  const auto begins_with = [](const std::vector<ElfSymbol>& all, const std::vector<ElfSymbol>& part) {
    return part.size() <= all.size() && std::equal(part.begin(), part.end(), all.begin());
  };
  if (old->exports != now->exports) throw Fault{"its exported symbols differ"};
  if (!begins_with(old->imports, now->imports)) throw Fault{"its imported symbols differ"};
}

}  // namespace

std::optional<std::string> fault_of_relayout(ByteView before, ByteView after,
                                             const std::vector<AddressRange>& unreachable) {
  try {
    const Headers old = headers_of(before);
    const Headers now = headers_of(after);
    compare_headers(old, now);
    compare_segments(before, after, old, now, unreachable);
    compare_facts(before, after);
    return difference_to_second_reader(before, after);
  } catch (const Fault& fault) {
    return fault.what;
  } catch (const MalformedElf& fault) {
    return format("{}: {}", unreadable_anew, fault.what());
  }
}

}  // namespace lbundle::elf
