#include "python/native_names.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

#include "elf/references.hpp"
#include "os/digest_of.hpp"
#include "os/mapped_file.hpp"
#include "python/cython_tables.hpp"

namespace lbundle {

namespace {

constexpr const char* native_names_kind = "native-names-5";
// PATH_MAX of <linux/limits.h>: the path of a module is at least as long as its name.
constexpr std::size_t longest = 4096;
// mypyc/codegen/literals.py: a string has at most 70 bytes of literals if it has more than one. A literal
// takes two bytes or more, except the empty one.
constexpr unsigned most_literals = 36;
// The first 14 bytes of what Go's linker writes into each program (debug/buildinfo of Go's library), and the
// variable that Rust's library reads when a program panics.
constexpr std::string_view mark_of_go{"\xff Go buildinf:"};
constexpr std::string_view mark_of_rust{"RUST_BACKTRACE"};
// Each module of Cython imports it to show lines in tracebacks (Cython/Utility/ModuleSetupCode.c).
constexpr std::string_view mark_of_cython{"cython_runtime"};

bool is_name_character(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' || c == '.' ||
         c == '-' || c == '+' || c == ':' || (c & 0x80) != 0;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= longest && std::ranges::all_of(text, is_name_character);
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
    bool is_cython = false, has_main = false, is_joined = false;
    std::vector<CythonTable> tables;
    for (const auto& part : parts_) {
      const auto text = as_text(part.bytes);
      const auto has = [&](std::string_view mark) { return text.find(mark) != std::string_view::npos; };
      is_joined = is_joined || has(mark_of_go) || has(mark_of_rust);
      is_cython = is_cython || has(mark_of_cython);
      has_main = has_main || has("__main__");
    }
    for (const auto& part : parts_) {
      read_ended(part);
      if (is_joined) read_runs(part);
      if (!is_cython) continue;
      for (auto& table : cython_tables(part.bytes)) add(table);
    }
    result_.is_readable = !is_cython || has_main || has_table_;
    result_.whole.assign(whole_.begin(), whole_.end());
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

  void read_ended(const elf::Part& part) {
    const auto text = as_text(part.bytes);
    std::size_t start = 0;
    for (auto nul = text.find('\0'); nul != std::string_view::npos;
         start = nul + 1, nul = text.find('\0', start)) {
      if (start == nul || is_of_address(part, nul - 1)) continue;
      auto begin = nul;
      while (begin > start && nul - begin < longest && is_name_character(text[begin - 1])) --begin;
      for (auto at = begin; at < nul; ++at)
        if (at == start || is_referenced(part, at)) whole_.emplace(text.substr(at, nul - at));
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
    for (const auto literal : literals)
      if (is_name(literal)) whole_.emplace(literal);
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
    for (const auto& text : table.texts)
      if (is_name(text)) whole_.insert(text);
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
  std::set<std::string> whole_;
  NativeNames result_;
};

// A line for each text. A run has a tab and its marks after it.
std::string to_lines(const NativeNames& names) {
  std::string lines = names.is_readable ? "readable\n" : "unreadable\n";
  for (const auto& text : names.whole) lines += text + '\n';
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
