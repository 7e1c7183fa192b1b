#include "python_reach/native_files.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <sstream>
#include <string>

#include "elf/references.hpp"
#include "model/text.hpp"
#include "os/digest_of.hpp"
#include "os/mapped_file.hpp"
#include "python_reach/cython_tables.hpp"

namespace lbundle {

namespace {

constexpr const char* sought_kind = "sought-in-native-1";

// The texts of a table, each ended by a NUL if that is known.
std::string text_of(const CythonTable& table) {
  if (table.texts.empty()) return table.joined;
  std::string joined(1, '\0');
  for (const auto& text : table.texts) joined += text + '\0';
  return joined;
}

}  // namespace

std::vector<std::size_t> sought_in_native(ByteView file, const std::vector<SoughtName>& sought) {
  std::set<std::size_t> found;
  const auto search = [&](std::string_view text, Texts texts,
                          const std::function<bool(std::size_t)>& begins) {
    const auto here = names_in(text, sought, texts, begins);
    found.insert(here.begin(), here.end());
  };
  const auto whole = as_text(file);
  const auto texts = texts_of(whole);
  const auto begins = begins_of_texts(file);
  std::vector<elf::Part> parts{{file, 0}};
  try {
    parts = elf::data_of(elf::Image(file));
  } catch (const elf::MalformedElf&) {
    // No loader loads it, but what is in it may still be read.
  }
  std::vector<CythonTable> tables;
  for (const auto& part : parts) {
    const auto offset = static_cast<std::size_t>(part.bytes.data() - file.data());
    search(as_text(part.bytes), texts, [&](std::size_t at) { return begins(offset + at); });
    if (is_of_cython(whole)) std::ranges::move(cython_tables(part.bytes), std::back_inserter(tables));
  }
  // A second table is the packed form of the first one, which has its texts.
  const bool is_known = std::ranges::any_of(tables, [](const auto& table) { return !table.texts.empty(); });
  for (const auto& table : tables)
    if (!is_known || !table.texts.empty())
      search(text_of(table), is_known ? Texts::ended : Texts::joined, {});
  return {found.begin(), found.end()};
}

std::vector<std::size_t> sought_in_native(const Content& content, const std::vector<SoughtName>& sought,
                                          const Store& store) {
  KeyBuilder builder;
  builder.add(to_hex(content.digest));
  for (const auto& name : sought)
    builder.add(format("{} {} {} {}", name.text, name.is_folder, name.whole, name.only_joined));
  const auto key = builder.key();
  std::vector<std::size_t> found;
  if (const auto known = store.find(sought_kind, key)) {
    std::istringstream numbers{std::string(as_text(*known))};
    for (std::size_t number = 0; numbers >> number;)
      if (number < sought.size()) found.push_back(number);
    return found;
  }
  found = content.compressed ? sought_in_native(read_content(content), sought)
                             : sought_in_native(MappedFile(content.path).bytes(), sought);
  std::string numbers;
  for (const auto number : found) numbers += std::to_string(number) + ' ';
  store.put(sought_kind, key, as_bytes(numbers));
  return found;
}

}  // namespace lbundle
