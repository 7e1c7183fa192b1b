// Compares two files as a loader sees them. It reads both with nothing but the structures of <elf.h> and, for
// the tables, LIEF: a mistake in Image or in relayout.cpp shows here instead of repeating itself.
#include <algorithm>
#include <cstring>

#include <elf.h>

#include "elf/elf_file.hpp"
#include "elf/relayout.hpp"
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
    throw Fault{"its program headers lie outside"};
  }
  headers.segments.resize(headers.header.e_phnum);
  std::memcpy(headers.segments.data(), file.data() + headers.header.e_phoff, size);
  for (const Elf64_Phdr& segment : headers.segments) {
    if (segment.p_filesz != 0 &&
        (segment.p_offset > file.size() || file.size() - segment.p_offset < segment.p_filesz)) {
      throw Fault{format("a segment of type {:#x} lies outside", segment.p_type)};
    }
  }
  return headers;
}

void compare_headers(const Headers& before, const Headers& after) {
  Elf64_Ehdr expected = before.header;
  expected.e_phoff = after.header.e_phoff;
  expected.e_shoff = 0;
  expected.e_shnum = 0;
  expected.e_shstrndx = 0;
  if (std::memcmp(&expected, &after.header, sizeof expected) != 0) throw Fault{"its header differs"};
  for (std::size_t i = 0; i < before.segments.size(); ++i) {
    Elf64_Phdr segment = before.segments[i];
    segment.p_offset = after.segments[i].p_offset;
    if (std::memcmp(&segment, &after.segments[i], sizeof segment) != 0) {
      throw Fault{format("program header {} differs by more than its offset", i)};
    }
  }
}

void check_alignment(const Elf64_Phdr& segment, std::uint64_t file_size) {
  const std::uint64_t modulus = std::max<std::uint64_t>(segment.p_align, 4096);
  if (segment.p_vaddr % modulus != segment.p_offset % modulus) {
    throw Fault{format("the segment at {:#x} is no longer congruent with its address", segment.p_vaddr)};
  }
  // Where zeros begin inside a page, the loader maps that page first.
  if (segment.p_memsz != 0 && (segment.p_filesz != 0 || segment.p_vaddr % 4096 != 0) &&
      segment.p_offset / 4096 * 4096 >= file_size) {
    throw Fault{format("the segment at {:#x} begins behind the file's end", segment.p_vaddr)};
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

bool same_exceptions(const std::vector<Excepted>& a, const std::vector<Excepted>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Excepted& x, const Excepted& y) {
    return x.start == y.start && x.end == y.end;
  });
}

// True where a section of the file before claims the byte at `offset`.
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

void compare_bytes(ByteView before, ByteView after, const Headers& old, std::size_t index,
                   const Elf64_Phdr& moved, const std::vector<Excepted>& excepted) {
  const Elf64_Phdr& segment = old.segments[index];
  const std::uint8_t* const was = before.data() + segment.p_offset;
  const std::uint8_t* const is = after.data() + moved.p_offset;
  std::uint64_t at = 0;
  while (at < segment.p_filesz) {
    at = static_cast<std::uint64_t>(std::mismatch(was + at, was + segment.p_filesz, is + at).first - was);
    if (at == segment.p_filesz) return;
    const std::uint64_t address = segment.p_vaddr + at;
    const auto hole = std::find_if(excepted.begin(), excepted.end(),
                                   [&](const Excepted& e) { return address >= e.start && address < e.end; });
    if (hole != excepted.end()) {
      at += hole->end - address;
      continue;
    }
    // What patchelf crossed out becomes zero; the first and the last byte of a run stand for it.
    const std::uint64_t run = at;
    while (at < segment.p_filesz && was[at] == 'X' && is[at] == 0) ++at;
    if (at == run || is_claimed(before, old.header, segment.p_offset + run) ||
        is_claimed(before, old.header, segment.p_offset + at - 1)) {
      throw Fault{format("the byte at address {:#x} differs", address)};
    }
  }
}

void compare_segments(ByteView before, ByteView after, const Headers& old, const Headers& now) {
  const std::vector<Excepted> excepted = excepted_addresses(old);
  if (!same_exceptions(excepted, excepted_addresses(now))) throw Fault{"its headers lie at other addresses"};
  for (std::size_t i = 0; i < old.segments.size(); ++i) {
    const Elf64_Phdr& segment = now.segments[i];
    if (segment.p_type == PT_LOAD) check_alignment(segment, after.size());
    if (segment.p_filesz != 0 && segment.p_type != PT_PHDR)
      compare_bytes(before, after, old, i, segment, excepted);
  }
}

// What LIEF reads of both must be the same, but for what says where things lie in the file.
void compare_facts(ByteView before, ByteView after) {
  const auto old = read_elf(before);
  const auto now = read_elf(after);
  if (!old || !now) throw Fault{"it is no ELF file"};
  if (old->soname != now->soname || old->needed != now->needed || old->rpath != now->rpath ||
      old->runpath != now->runpath || old->interpreter != now->interpreter ||
      old->build_id != now->build_id) {
    throw Fault{"its dynamic section differs"};
  }
  if (old->needed_versions != now->needed_versions || old->defined_versions != now->defined_versions) {
    throw Fault{"its symbol versions differ"};
  }
  // Without section headers the table's end is not known exactly: symbols that nothing can name may be
  // missing at its end.
  const auto begins_with = [](const std::vector<ElfSymbol>& all, const std::vector<ElfSymbol>& part) {
    return part.size() <= all.size() && std::equal(part.begin(), part.end(), all.begin());
  };
  if (old->exports != now->exports) throw Fault{"its exported symbols differ"};
  if (!begins_with(old->imports, now->imports)) throw Fault{"its imported symbols differ"};
}

}  // namespace

std::optional<std::string> fault_of_relayout(ByteView before, ByteView after) {
  try {
    const Headers old = headers_of(before);
    const Headers now = headers_of(after);
    if (old.segments.size() != now.segments.size()) throw Fault{"it has another number of program headers"};
    compare_headers(old, now);
    compare_segments(before, after, old, now);
    compare_facts(before, after);
    return std::nullopt;
  } catch (const Fault& fault) {
    return fault.what;
  } catch (const MalformedElf& fault) {
    return format("{}: {}", unreadable_anew, fault.what());
  }
}

}  // namespace lbundle::elf
