// The form of facts in a cache, field by field: numbers of eight bytes, and texts with their length in front.
// The machine that wrote a cache also reads it, so numbers are kept in the byte order of its memory.
#include <cstring>

#include "elf/elf_file.hpp"

namespace lbundle::elf {

namespace {

class Writer {
 public:
  void number(std::uint64_t value) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&value);
    bytes_.insert(bytes_.end(), bytes, bytes + sizeof value);
  }
  void text(std::string_view value) {
    number(value.size());
    bytes_.insert(bytes_.end(), value.begin(), value.end());
  }
  Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

struct CutOff {};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::string_view text() { return take(number()); }
  // A number of things that take at least eight bytes each. Throws CutOff if the rest cannot hold so many.
  std::uint64_t count() {
    const std::uint64_t value = number();
    if (value > rest_.size() / 8) throw CutOff{};
    return value;
  }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view take(std::uint64_t size) {
    if (size > rest_.size()) throw CutOff{};
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view rest_;
};

void write_symbols(Writer& writer, const std::vector<ElfSymbol>& symbols) {
  writer.number(symbols.size());
  for (const ElfSymbol& symbol : symbols) {
    writer.text(symbol.name);
    writer.text(symbol.version);
    writer.text(symbol.version_file);
    writer.number(static_cast<std::uint64_t>(symbol.type) | static_cast<std::uint64_t>(symbol.bind) << 8 |
                  static_cast<std::uint64_t>(symbol.hidden_version) << 16 |
                  static_cast<std::uint64_t>(symbol.copied) << 17 |
                  static_cast<std::uint64_t>(symbol.relocated) << 18);
    writer.number(symbol.size);
  }
}

std::vector<ElfSymbol> read_symbols(Reader& reader) {
  std::vector<ElfSymbol> symbols(reader.count());
  for (ElfSymbol& symbol : symbols) {
    symbol.name = reader.text();
    symbol.version = reader.text();
    symbol.version_file = reader.text();
    const std::uint64_t bits = reader.number();
    symbol.type = static_cast<SymbolType>(bits & 0xff);
    symbol.bind = static_cast<SymbolBind>(bits >> 8 & 0xff);
    symbol.hidden_version = (bits >> 16 & 1) != 0;
    symbol.copied = (bits >> 17 & 1) != 0;
    symbol.relocated = (bits >> 18 & 1) != 0;
    symbol.size = reader.number();
  }
  return symbols;
}

void write_texts(Writer& writer, const std::vector<std::string>& texts) {
  writer.number(texts.size());
  for (const std::string& text : texts) writer.text(text);
}

std::vector<std::string> read_texts(Reader& reader) {
  std::vector<std::string> texts(reader.count());
  for (std::string& text : texts) text = reader.text();
  return texts;
}

void write_segments(Writer& writer, const std::vector<Segment>& segments) {
  writer.number(segments.size());
  for (const Segment& segment : segments) {
    for (const std::uint64_t value :
         {std::uint64_t{segment.type}, std::uint64_t{segment.flags}, segment.offset, segment.address,
          segment.file_size, segment.memory_size, segment.alignment}) {
      writer.number(value);
    }
  }
}

std::vector<Segment> read_segments(Reader& reader) {
  std::vector<Segment> segments(reader.count());
  for (Segment& segment : segments) {
    segment.type = static_cast<std::uint32_t>(reader.number());
    segment.flags = static_cast<std::uint32_t>(reader.number());
    segment.offset = reader.number();
    segment.address = reader.number();
    segment.file_size = reader.number();
    segment.memory_size = reader.number();
    segment.alignment = reader.number();
  }
  return segments;
}

enum Flag : unsigned { is_64_bit, is_little_endian, has_tls, static_tls, executable_stack, has_initialisers };

std::uint64_t flags_of(const ElfFacts& facts) {
  const auto bit = [](bool value, Flag flag) { return static_cast<std::uint64_t>(value) << flag; };
  return bit(facts.identity.is_64_bit, is_64_bit) | bit(facts.identity.is_little_endian, is_little_endian) |
         bit(facts.has_tls, has_tls) | bit(facts.static_tls, static_tls) |
         bit(facts.executable_stack, executable_stack) | bit(facts.has_initialisers, has_initialisers);
}

void set_flags(ElfFacts& facts, std::uint64_t flags) {
  const auto bit = [&](Flag flag) { return (flags >> flag & 1) != 0; };
  facts.identity.is_64_bit = bit(is_64_bit);
  facts.identity.is_little_endian = bit(is_little_endian);
  facts.has_tls = bit(has_tls);
  facts.static_tls = bit(static_tls);
  facts.executable_stack = bit(executable_stack);
  facts.has_initialisers = bit(has_initialisers);
}

void read_fields(Reader& reader, ElfFacts& facts) {
  facts.identity.type = static_cast<std::uint16_t>(reader.number());
  facts.identity.machine = static_cast<std::uint16_t>(reader.number());
  facts.identity.os_abi = static_cast<std::uint8_t>(reader.number());
  set_flags(facts, reader.number());
  for (std::string* text : {&facts.soname, &facts.linked_as, &facts.rpath, &facts.runpath, &facts.interpreter,
                            &facts.build_id, &facts.producer}) {
    *text = reader.text();
  }
  facts.needed = read_texts(reader);
  facts.defined_versions = read_texts(reader);
  facts.needed_versions.resize(reader.count());
  for (NeededVersion& needed : facts.needed_versions) {
    needed.file = reader.text();
    needed.version = reader.text();
    needed.weak = reader.number() != 0;
  }
  facts.segments = read_segments(reader);
  facts.isa_level = static_cast<unsigned>(reader.number());
  facts.debug_bytes = reader.number();
  facts.symtab_bytes = reader.number();
  facts.unloaded_bytes = reader.number();
  facts.exports = read_symbols(reader);
  facts.imports = read_symbols(reader);
}

}  // namespace

Bytes serialise(const ElfFacts& facts) {
  Writer writer;
  writer.number(facts.identity.type);
  writer.number(facts.identity.machine);
  writer.number(facts.identity.os_abi);
  writer.number(flags_of(facts));
  for (const std::string* text : {&facts.soname, &facts.linked_as, &facts.rpath, &facts.runpath,
                                  &facts.interpreter, &facts.build_id, &facts.producer}) {
    writer.text(*text);
  }
  write_texts(writer, facts.needed);
  write_texts(writer, facts.defined_versions);
  writer.number(facts.needed_versions.size());
  for (const NeededVersion& needed : facts.needed_versions) {
    writer.text(needed.file);
    writer.text(needed.version);
    writer.number(needed.weak ? 1 : 0);
  }
  write_segments(writer, facts.segments);
  writer.number(facts.isa_level);
  writer.number(facts.debug_bytes);
  writer.number(facts.symtab_bytes);
  writer.number(facts.unloaded_bytes);
  write_symbols(writer, facts.exports);
  write_symbols(writer, facts.imports);
  return writer.take();
}

std::optional<ElfFacts> parse_facts(ByteView bytes) {
  ElfFacts facts;
  // The texts of the symbols refer to this one copy of all bytes.
  facts.texts = std::make_shared<const std::string>(as_text(bytes));
  Reader reader(*facts.texts);
  try {
    read_fields(reader, facts);
  } catch (const CutOff&) {
    return std::nullopt;
  }
  if (!reader.at_end()) return std::nullopt;
  return facts;
}

}  // namespace lbundle::elf
