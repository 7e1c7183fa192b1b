#include "prune/program_texts.hpp"

#include <algorithm>
#include <array>

#include "elf/file_names.hpp"
#include "elf/image.hpp"
#include "elf/operand_texts.hpp"
#include "elf/references.hpp"
#include "model/lambda_paths.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

bool is_letter(char c) {
  return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c & 0x80) != 0;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

template <typename Is>
std::vector<std::string> runs_of(std::string_view text, const Is& is) {
  std::vector<std::string> runs;
  for (std::size_t at = 0; at < text.size();) {
    const auto begin = at;
    while (at < text.size() && is(text[at])) ++at;
    if (at > begin) runs.emplace_back(text.substr(begin, at - begin));
    while (at < text.size() && !is(text[at])) ++at;
  }
  return runs;
}

// The characters of names and of the marks for what a program fills in.
bool is_of_template(char c) {
  return is_letter(c) || is_digit(c) || std::string_view("_-./+@~#%{}$*?").find(c) != std::string_view::npos;
}

// The end of what stands for something else at `at`: "%-5.3lf", "{name}", "${NAME}", "*".
std::size_t end_of_hole(std::string_view text, std::size_t at) {
  if (text[at] == '%') {
    auto end = std::min(text.find_first_not_of("-+ #0123456789.*'hlqjzt", at + 1), text.size());
    return std::min(end + 1, text.size());
  }
  if (text[at] == '$' && at + 1 < text.size() && text[at + 1] != '{') {
    auto end = at + 1;
    while (end < text.size() && (is_letter(text[end]) || is_digit(text[end]) || text[end] == '_')) ++end;
    return end;
  }
  if (text[at] == '{' || text[at] == '$') {
    const auto end = text.find('}', at);
    return end == std::string_view::npos ? at + 1 : end + 1;
  }
  return at + 1;
}

std::vector<std::string> fixed_parts(std::string_view text) {
  std::vector<std::string> parts(1);
  for (std::size_t at = 0; at < text.size();) {
    if (std::string_view("%{}$*?").find(text[at]) == std::string_view::npos) {
      parts.back() += text[at++];
      continue;
    }
    at = end_of_hole(text, at);
    parts.emplace_back();
  }
  // "./data" and "../data" are paths to "data" from some folder.
  for (auto& part : parts)
    while (part.starts_with("./") || part.starts_with("../")) part.erase(0, part.find('/') + 1);
  std::erase_if(parts, [](const std::string& part) { return part.empty(); });
  return parts;
}

bool fits(const std::vector<std::string>& fixed, std::string_view path) {
  std::size_t at = 0;
  for (const auto& part : fixed) {
    at = path.find(part, at);
    if (at == std::string_view::npos) return false;
    at += part.size();
  }
  return true;
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  auto words = runs_of(text, is_letter);
  return words.empty() ? runs_of(text, is_digit) : words;
}

void ProgramTexts::add(const BundlePath& path, ByteView bytes) {
  files_.push_back(path);
  joined_leads_.clear();
  writers_.clear();
  const auto text = as_text(bytes);
  if (elf::begins_as_elf(bytes)) {
    if (texts_of(text) == Texts::joined)
      joined_.push_back({std::string(text), files_.size() - 1});
    else
      add_native(bytes);
  } else if (text.find('\0') == std::string_view::npos) {
    add_text(text);
  }
}

void ProgramTexts::add_native(ByteView bytes) {
  try {
    const elf::Image image(bytes);
    const elf::References references(image);
    for (const auto& [bytes_of_part, address] : elf::data_of(image)) {
      const auto text = as_text(bytes_of_part);
      add_text(text);
      // Linkers store a text inside a longer one, and compilers store long numbers side by side.
      std::size_t begin = 0;
      for (std::size_t at = 0; at <= text.size(); ++at) {
        const bool is_end = at == text.size() || !is_of_template(text[at]);
        if (!is_end && !references.contains(address + at)) continue;
        if (at > begin) add_template(text.substr(begin, at - begin));
        if (!is_end) {
          auto end = at;
          while (end < text.size() && is_of_template(text[end])) ++end;
          add_template(text.substr(at, end - at));
        }
        begin = is_end ? at + 1 : at;
      }
    }
    for (auto& pieces : elf::operand_texts(image))
      operands_.emplace_back(std::move(pieces), files_.size() - 1);
  } catch (const elf::MalformedElf&) {
    add_text(as_text(bytes));
  }
}

void ProgramTexts::add_text(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto begin = at;
    while (at < text.size() && is_of_template(text[at])) ++at;
    if (at > begin) add_template(text.substr(begin, at - begin));
  }
}

void ProgramTexts::add_template(std::string_view text) {
  auto fixed = fixed_parts(text);
  std::set<std::string> words;
  for (const auto& part : fixed)
    for (auto& word : words_of(part))
      if (words_.contains(word)) words.insert(std::move(word));
  if (words.empty() || !known_.emplace(text).second) return;
  for (const auto& word : words) by_word_[word].push_back(templates_.size());
  templates_.push_back({std::move(fixed), std::string(text), files_.size() - 1});
}

std::optional<ProgramTexts::Lead> ProgramTexts::lead_to(const BundlePath& path) {
  const auto whole = std::string(task_prefix) + path.bytes();
  for (const auto& word : words_of(path.bytes())) {
    if (const auto with = by_word_.find(word); with != by_word_.end())
      for (const auto index : with->second)
        if (const auto& [fixed, text, from] = templates_[index]; fits(fixed, whole))
          return Lead{files_[from], text};
    if (auto lead = lead_by_joined(word)) return lead;
    if (auto lead = lead_by_operands(word, whole)) return lead;
  }
  return std::nullopt;
}

std::optional<ProgramTexts::Lead> ProgramTexts::lead_by_joined(const std::string& word) {
  const auto [known, is_new] = joined_leads_.try_emplace(word);
  if (is_new)
    for (const auto& [content, from] : joined_)
      if (!known->second && content.find(word) != std::string::npos) known->second = Lead{files_[from], word};
  return known->second;
}

// Each number that an instruction writes is a piece of one text, so all of it must be in the path.
std::optional<ProgramTexts::Lead> ProgramTexts::lead_by_operands(const std::string& word,
                                                                 std::string_view path) {
  const auto [writers, is_new] = writers_.try_emplace(word);
  if (is_new)
    for (std::size_t i = 0; i < operands_.size(); ++i)
      if (elf::can_write(operands_[i].first, word)) writers->second.push_back(i);
  for (const auto index : writers->second) {
    const auto& [pieces, from] = operands_[index];
    std::vector<std::string> fitting;
    for (const auto& piece : pieces)
      for (auto& name : runs_of(piece, is_of_template))
        if (path.find(name) != std::string_view::npos || name.find("./") != std::string::npos)
          fitting.push_back(std::move(name));
    if (elf::can_write(fitting, word)) return Lead{files_[from], word};
  }
  return std::nullopt;
}

}  // namespace lbundle
