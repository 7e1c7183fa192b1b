// Sources: Cython/Compiler/Code.py (generate_pystring_constants) and Cython/Utility/StringTools.c
// (DecompressString, DecompressString_LZSS) of Cython 3.2.0 to 3.3.1. A module has one array of bytes, in
// which all its texts follow each other, as UTF-8, with byte strings at the end. The array is plain or
// compressed: by zlib since 3.2.0, by LZSS since 3.3.0, which is the default there. bz2 and zstd have to be
// asked for by a macro. Another array has the lengths: structs of one bit field in an unsigned int, which
// take 4 bytes each.
//
// Each module has the texts "__main__" and "__name__" (ModuleNode.py: generate_main_method and the code that
// sets __name__), so whatever has both is the table, and lengths that yield both are the lengths.
#include "python_reach/cython_tables.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <optional>

#include "zip/deflate.hpp"

namespace lbundle {

namespace {

constexpr std::array<std::string_view, 2> in_each_table{"__main__", "__name__"};
// Each module of Cython imports it to show lines in tracebacks (Cython/Utility/ModuleSetupCode.c).
constexpr std::string_view mark_of_cython{"cython_runtime"};
// A table's size does not come near to this: the largest known one, of grpcio, has 0.2 MB.
constexpr std::size_t largest_table = 64U << 20;

bool is_table(std::string_view text) {
  return std::ranges::all_of(
      in_each_table, [&](std::string_view each) { return text.find(each) != std::string_view::npos; });
}

// RFC 1950, 2.2: deflate, a header whose number is a multiple of 31, and no preset dictionary.
bool begins_as_zlib(ByteView data, std::size_t at) {
  return data[at] == 0x78 && (data[at] * 256 + data[at + 1]) % 31 == 0 && (data[at + 1] & 0x20) == 0;
}

// Checks UTF-8 byte by byte, without the limits for overlong forms and surrogates.
class Utf8 {
 public:
  bool accepts(std::uint8_t byte) {
    if (more_ > 0) {
      --more_;
      return (byte & 0xC0) == 0x80;
    }
    if (byte < 0x80) return true;
    if (byte < 0xC2 || byte > 0xF4) return false;
    more_ = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
    return true;
  }

 private:
  int more_ = 0;
};

// Unpacks eight bytes or references of LZSS, and moves `at` behind them. False if that is impossible; then
// `out` has what came before.
bool unpack_eight(ByteView data, std::size_t& at, std::string& out) {
  const unsigned flags = data[at++];
  for (unsigned bit = 0; bit < 8; ++bit) {
    if ((flags >> bit & 1) != 0) {
      if (at >= data.size()) return false;
      out += static_cast<char>(data[at++]);
      continue;
    }
    if (at + 3 > data.size()) return false;
    const std::size_t low = data[at], high = data[at + 1];
    std::size_t back = low, length = high;
    at += 2;
    if ((low & 0x80) != 0 && (high & 0x80) == 0) {
      back = 0x80 + ((high << 2 & 0x180) | (low & 0x7F));
      length = high & 0x1F;
    } else if ((low & 0x80) != 0) {
      back = 0x80 + ((high & 0x7F) << 7 | (low & 0x7F));
      length = data[at++];
    }
    length += 3;
    if (back + length > out.size()) return false;
    out += out.substr(out.size() - back - length, length);
  }
  return true;
}

// Unpacks as __pyx_lzss_decompress does. The stream does not say where it ends, so this reads on until
// something is impossible; what it reads after the end is no text. Up to the names that each table has,
// everything must be UTF-8. Nothing if there is no table.
std::optional<std::string> unpack_lzss(ByteView data, std::size_t at) {
  std::string out;
  Utf8 utf8;
  std::array<bool, in_each_table.size()> found{};
  std::size_t checked = 0;
  while (at + 1 < data.size() && out.size() < largest_table) {
    if (!unpack_eight(data, at, out)) break;
    const bool is_known = std::ranges::all_of(found, std::identity{});
    if (is_known) continue;
    for (auto each = checked; each < out.size(); ++each)
      if (!utf8.accepts(static_cast<std::uint8_t>(out[each]))) return std::nullopt;
    for (std::size_t i = 0; i < found.size(); ++i)
      found[i] =
          found[i] || out.find(in_each_table[i], checked - std::min(checked, in_each_table[i].size())) !=
                          std::string::npos;
    checked = out.size();
  }
  if (!is_table(out)) return std::nullopt;
  return out;
}

std::uint32_t length_at(ByteView data, std::size_t at) {
  std::uint32_t length = 0;
  std::memcpy(&length, data.data() + at, sizeof length);
  return length;
}

// Cuts `joined` by the numbers at `at`, as long as they fit. Since 3.3 the lengths of byte strings are in a
// second array, so the numbers need not cover everything.
std::vector<std::string> cut(std::string_view joined, ByteView data, std::size_t at) {
  std::vector<std::string> texts;
  std::size_t begin = 0, empty = 0;
  for (; at + 4 <= data.size(); at += 4) {
    const std::size_t length = length_at(data, at);
    if (begin + length > joined.size()) break;
    if (length == 0 && ++empty > 2) break;  // "" and b"", each once
    texts.emplace_back(joined.substr(begin, length));
    begin += length;
  }
  const bool is_right = std::ranges::all_of(
      in_each_table, [&](std::string_view each) { return std::ranges::find(texts, each) != texts.end(); });
  return is_right ? texts : std::vector<std::string>();
}

// Cuts `joined` if the numbers at `at` have the length of "__main__" where that stands at one of the sorted
// offsets `wanted`. If `is_begin_known` is false, what is before the table is left out.
std::vector<std::string> cut_at_names(std::string_view joined, ByteView data, std::size_t at,
                                      const std::vector<std::size_t>& wanted, bool is_begin_known) {
  std::size_t begin = 0, empty = 0;
  const auto first = at;
  for (; at + 4 <= data.size() && begin <= wanted.back(); at += 4) {
    const std::size_t length = length_at(data, at);
    if (length == 0 && ++empty > 2) break;
    if (length == in_each_table[0].size())
      for (const auto offset : wanted) {
        if (offset < begin || (is_begin_known && offset > begin)) continue;
        if (auto texts = cut(joined.substr(offset - begin), data, first); !texts.empty()) return texts;
      }
    begin += length;
  }
  return {};
}

std::vector<std::string> cut_by_lengths(std::string_view joined, ByteView data, bool is_begin_known) {
  std::vector<std::size_t> wanted;
  for (auto at = joined.find(in_each_table[0]); at != std::string_view::npos;
       at = joined.find(in_each_table[0], at + 1))
    wanted.push_back(at);
  for (std::size_t at = 0; at + 4 <= data.size(); at += 4)
    if (auto texts = cut_at_names(joined, data, at, wanted, is_begin_known); !texts.empty()) return texts;
  return {};
}

// The plain table, if there is one: the text without NUL around the names that each table has. What lies
// before it may not end with a NUL.
void find_plain(ByteView data, std::vector<CythonTable>& tables) {
  const auto text = as_text(data);
  for (auto at = text.find(in_each_table[0]); at != std::string_view::npos;
       at = text.find(in_each_table[0], at + 1)) {
    const auto nul = text.rfind('\0', at);
    const auto begin = nul == std::string_view::npos ? 0 : nul + 1;
    const auto end = std::min(text.find('\0', at), text.size());
    const auto around = text.substr(begin, end - begin);
    if (is_table(around)) tables.push_back({std::string(around), cut_by_lengths(around, data, false)});
    at = end;
  }
}

}  // namespace

bool is_of_cython(std::string_view file) {
  return file.find(mark_of_cython) != std::string_view::npos;
}

std::vector<CythonTable> cython_tables(ByteView data) {
  std::vector<CythonTable> tables;
  const auto add = [&](std::string joined) {
    auto texts = cut_by_lengths(joined, data, true);
    tables.push_back({std::move(joined), std::move(texts)});
  };
  find_plain(data, tables);
  for (std::size_t at = 0; at + 2 <= data.size(); ++at) {
    if (begins_as_zlib(data, at)) {
      const auto content = zip::inflate_zlib(data.subspan(at), largest_table);
      if (content && is_table(as_text(*content))) add(std::string(as_text(*content)));
    }
    // The first reference back is to at least three bytes, so three bytes come before it. A stream may seem
    // to begin a little before it does, so all places are tried.
    if ((data[at] & 7) != 7) continue;
    if (auto unpacked = unpack_lzss(data, at)) add(std::move(*unpacked));
  }
  // One begin that is right is enough.
  if (std::ranges::any_of(tables, [](const CythonTable& table) { return !table.texts.empty(); }))
    std::erase_if(tables, [](const CythonTable& table) { return table.texts.empty(); });
  return tables;
}

}  // namespace lbundle
