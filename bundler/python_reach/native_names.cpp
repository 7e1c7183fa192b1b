#include "python_reach/native_names.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

#include "elf/file_names.hpp"
#include "elf/references.hpp"
#include "os/digest_of.hpp"
#include "os/mapped_file.hpp"
#include "python_reach/cython_tables.hpp"
#include "python_reach/text_holes.hpp"

namespace lbundle {

namespace {

constexpr const char* native_names_kind = "native-names-6";
// PATH_MAX of <linux/limits.h>: the path of a module is at least as long as its name.
constexpr std::size_t longest = 4096;
// mypyc/codegen/literals.py: a string has at most 70 bytes of literals if it has more than one. A literal
// takes two bytes or more, except the empty one.
constexpr unsigned most_literals = 36;

bool is_name_character(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' || c == '.' ||
         c == '-' || c == '+' || c == ':' || (c & 0x80) != 0;
}

// Conversions of printf and fields of str.format have some of these.
bool is_path_character(char c) {
  return is_name_character(c) ||
         (c != '\0' && std::string_view("/%{}!#*<>=,").find(c) != std::string_view::npos);
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= longest && std::ranges::all_of(text, is_name_character);
}

// The end of the conversion of printf that begins at `at`, or `at` if there is none. Source: C11, 7.21.6.1.
std::size_t end_of_conversion(std::string_view text, std::size_t at) {
  if (text[at] != '%') return at;
  const auto flags = text.find_first_not_of("-+ #0123456789.*", at + 1);
  if (flags == std::string_view::npos) return at;
  const auto length = text.find_first_not_of("hljztL", flags);
  if (length == std::string_view::npos) return at;
  return std::string_view("diouxXeEfFgGaAcsSpr").find(text[length]) != std::string_view::npos ? length + 1
                                                                                              : at;
}

// `text` with a hole for each conversion or field, and where code adds something to a path: before "/tables",
// after "tables/". Nothing if there is no hole, or if it is no path.
std::optional<std::string> pattern_of(std::string_view text) {
  if (text.find_first_of("/.") == std::string_view::npos) return std::nullopt;
  std::string pattern;
  bool has_hole = false;
  for (std::size_t at = 0; at < text.size();) {
    auto end = end_of_conversion(text, at);
    if (text[at] == '{' && text.find('}', at) != std::string_view::npos) end = text.find('}', at) + 1;
    has_hole = has_hole || end > at;
    pattern += end > at ? Mark::hole : text[at];
    at = std::max(end, at + 1);
  }
  if (text.ends_with('/')) {
    has_hole = true;
    pattern += Mark::hole;
  }
  if (has_hole && text.starts_with('/')) pattern.insert(0, 1, Mark::hole);
  return has_hole ? std::optional(std::move(pattern)) : std::nullopt;
}

class Reader {
 public:
  explicit Reader(ByteView file) {
    try {
      const elf::Image image(file);
      references_.emplace(image);
      addresses_ = elf::relocated_words(image);
      parts_ = elf::data_of(image);
    } catch (const elf::MalformedElf&) {
      // No loader loads it, but what is in it may still be read.
      references_.reset();
      addresses_.clear();
      parts_ = {{file, 0}};
    }
  }

  NativeNames names() {
    bool of_cython = false, has_main = false, is_joined = false;
    std::vector<CythonTable> tables;
    for (const auto& part : parts_) {
      const auto text = as_text(part.bytes);
      is_joined = is_joined || texts_of(text) == Texts::joined;
      of_cython = of_cython || is_of_cython(text);
      has_main = has_main || text.find("__main__") != std::string_view::npos;
    }
    for (const auto& part : parts_) {
      read_ended(part);
      if (is_joined) read_runs(part);
      if (!of_cython) continue;
      for (auto& table : cython_tables(part.bytes)) add(table);
    }
    result_.is_readable = !of_cython || has_main || has_table_;
    result_.whole.assign(whole_.begin(), whole_.end());
    result_.patterns.assign(patterns_.begin(), patterns_.end());
    return std::move(result_);
  }

 private:
  bool is_referenced(const elf::Part& part, std::size_t at) const {
    return references_ && references_->contains(part.address + at);
  }

  bool is_of_address(const elf::Part& part, std::size_t at) const {
    const auto after = std::ranges::upper_bound(addresses_, part.address + at);
    return after != addresses_.begin() && part.address + at - *std::prev(after) < 8;
  }

  void add_text(std::string_view text) {
    if (is_name(text)) {
      whole_.emplace(text);
    } else if (text.size() <= longest && std::ranges::all_of(text, is_path_character)) {
      if (auto pattern = pattern_of(text)) patterns_.insert(std::move(*pattern));
    }
  }

  void read_ended(const elf::Part& part) {
    const auto text = as_text(part.bytes);
    std::size_t start = 0;
    for (auto nul = text.find('\0'); nul != std::string_view::npos;
         start = nul + 1, nul = text.find('\0', start)) {
      if (start == nul || is_of_address(part, nul - 1)) continue;
      auto begin = nul;
      while (begin > start && nul - begin < longest && is_path_character(text[begin - 1])) --begin;
      for (auto at = begin; at < nul; ++at)
        if (at == start || is_referenced(part, at)) add_text(text.substr(at, nul - at));
      for (auto at = start; at < nul; ++at)
        if (static_cast<unsigned char>(text[at]) <= most_literals && (at == start || is_referenced(part, at)))
          read_literals(text.substr(at));
    }
  }

  // mypyc/codegen/literals.py: the number of literals, then for each its length in bytes and its bytes. Both
  // numbers are in groups of 7 bits, all but the last with the highest bit. A NUL ends the whole.
  void read_literals(std::string_view text) {
    const auto number = [&]() -> std::optional<std::size_t> {
      std::size_t value = 0;
      for (int groups = 0; !text.empty() && groups < 4; ++groups) {
        const auto byte = static_cast<unsigned char>(text.front());
        text.remove_prefix(1);
        value = value << 7 | (byte & 0x7FU);
        if (byte < 0x80) return value;
      }
      return std::nullopt;
    };
    const auto count = number();
    std::vector<std::string_view> literals;
    for (std::size_t i = 0; i < count.value_or(0); ++i) {
      const auto length = number();
      if (!length || *length > text.size()) return;
      literals.push_back(text.substr(0, *length));
      text.remove_prefix(*length);
    }
    if (literals.empty() || text.empty() || text.front() != '\0') return;
    for (const auto literal : literals) add_text(literal);
  }

  void read_runs(const elf::Part& part) {
    const auto text = as_text(part.bytes);
    for (std::size_t at = 0; at < text.size();) {
      if (!is_name_character(text[at])) {
        ++at;
        continue;
      }
      NativeNames::Run run;
      const auto begin = at;
      for (; at < text.size() && is_name_character(text[at]); ++at)
        if (is_referenced(part, at)) run.marks.push_back(static_cast<std::uint32_t>(at - begin));
      if (run.marks.empty()) continue;
      run.text = text.substr(begin, at - begin);
      run.marks.push_back(static_cast<std::uint32_t>(at - begin));
      result_.runs.push_back(std::move(run));
    }
  }

  void add(const CythonTable& table) {
    has_table_ = true;
    for (const auto& text : table.texts) add_text(text);
    if (!table.texts.empty()) return;
    const std::string_view joined = table.joined;
    for (std::size_t at = 0; at < joined.size(); ++at) {
      const auto begin = at;
      while (at < joined.size() && is_name_character(joined[at])) ++at;
      if (at > begin) result_.runs.push_back({std::string(joined.substr(begin, at - begin)), {}});
    }
  }

  std::vector<elf::Part> parts_;
  std::optional<elf::References> references_;
  std::vector<std::uint64_t> addresses_;
  bool has_table_ = false;
  std::set<std::string> whole_, patterns_;
  NativeNames result_;
};

// A line for each text. A run has a tab and its marks after it, a pattern a space before it.
std::string to_lines(const NativeNames& names) {
  std::string lines = names.is_readable ? "readable\n" : "unreadable\n";
  for (const auto& text : names.whole) lines += text + '\n';
  for (const auto& pattern : names.patterns) lines += ' ' + pattern + '\n';
  for (const auto& run : names.runs) {
    lines += run.text + '\t';
    for (const auto mark : run.marks) lines += std::to_string(mark) + ' ';
    lines += '\n';
  }
  return lines;
}

NativeNames from_lines(std::string_view lines) {
  NativeNames names;
  bool is_first = true;
  for (std::size_t at = 0; at < lines.size(); is_first = false) {
    const auto end = std::min(lines.find('\n', at), lines.size());
    const auto line = lines.substr(at, end - at);
    at = end + 1;
    const auto tab = line.find('\t');
    if (is_first) {
      names.is_readable = line == "readable";
    } else if (line.starts_with(' ')) {
      names.patterns.emplace_back(line.substr(1));
    } else if (tab == std::string_view::npos) {
      names.whole.emplace_back(line);
    } else {
      auto& run = names.runs.emplace_back(NativeNames::Run{std::string(line.substr(0, tab)), {}});
      std::uint32_t mark = 0;
      for (const char c : line.substr(tab + 1)) {
        if (c == ' ') run.marks.push_back(mark);
        mark = c == ' ' ? 0 : mark * 10 + static_cast<std::uint32_t>(c - '0');
      }
    }
  }
  return names;
}

bool is_library_name(std::string_view text) {
  const auto so = text.find(".so");
  return text.starts_with("lib") && so != std::string_view::npos &&
         (so + 3 == text.size() || text[so + 3] == '.');
}

}  // namespace

std::vector<std::string> NativeNames::libraries() const {
  std::vector<std::string> found;
  std::ranges::copy_if(whole, std::back_inserter(found), is_library_name);
  return found;
}

NativeNames names_in_native(ByteView file) {
  return Reader(file).names();
}

NativeNames native_names(const Content& content, const Store& store) {
  if (const auto known = store.find(native_names_kind, content.digest)) return from_lines(as_text(*known));
  const auto names = content.compressed ? names_in_native(read_content(content))
                                        : names_in_native(MappedFile(content.path).bytes());
  store.put(native_names_kind, content.digest, as_bytes(to_lines(names)));
  return names;
}

}  // namespace lbundle
