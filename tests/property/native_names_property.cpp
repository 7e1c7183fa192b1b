// Names in compiled code are found however a compiler stores them, and no file makes the reader fail.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "python_reach/native_names.hpp"
#include "python_reach/sought_modules.hpp"
#include "support/cython_tables.hpp"

namespace lbundle {
namespace {

std::string any_word() {
  return *rc::gen::nonEmpty(rc::gen::container<std::string>(
      rc::gen::elementOf(std::string("abcdefghijklmnopqrstuvwxyz_ABCXYZ0123456789"))));
}

std::string any_name() {
  auto name = any_word();
  const auto more = *rc::gen::inRange(0, 3);
  for (int i = 0; i < more; ++i) name += '.' + any_word();
  return name;
}

std::string any_bytes() {
  return *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
}

std::size_t pick(std::size_t below) {
  return *rc::gen::inRange<std::size_t>(0, below);
}

std::string number_of_mypyc(std::size_t number) {
  if (number < 128) return {static_cast<char>(number)};
  return {static_cast<char>(number >> 7 | 0x80), static_cast<char>(number & 0x7F)};
}

// Each text as mypyc stores it: in strings of at most 70 bytes, or of one literal.
std::string in_mypyc(const std::vector<std::string>& texts) {
  std::string all, line;
  std::size_t count = 0;
  const auto end_line = [&] {
    if (count > 0) all += number_of_mypyc(count) + line + '\0';
    line.clear();
    count = 0;
  };
  for (const auto& text : texts) {
    const auto literal = number_of_mypyc(text.size()) + text;
    if (count > 0 && line.size() + literal.size() > 70) end_line();
    line += literal;
    ++count;
  }
  end_line();
  return all;
}

std::string in_c(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) all += text + '\0';
  return all;
}

// A table of Cython, with or without lengths that are stored as numbers.
std::string in_cython(std::vector<std::string> texts) {
  texts.insert(texts.begin() + static_cast<std::ptrdiff_t>(pick(texts.size() + 1)), "__main__");
  texts.insert(texts.begin() + static_cast<std::ptrdiff_t>(pick(texts.size() + 1)), "__name__");
  const auto all = test::joined(texts);
  std::string data = std::string("cython_runtime\0\0", 16);
  if (pick(2) == 0) data += test::lengths_of(texts) + std::string(4, '\xff');
  const auto form = pick(3);
  return data + (form == 0 ? all : form == 1 ? test::pack_zlib(all) : test::pack_lzss(all, pick)) + '\0';
}

RC_GTEST_PROP(NativeNamesProperty, EachNameIsFound, ()) {
  const auto names =
      *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(rc::gen::exec(any_name)));
  const auto form = pick(3);
  auto data = form == 0 ? in_c(names) : form == 1 ? in_mypyc(names) : in_cython(names);
  // Something else comes before and after. The table's numbers stay at a multiple of four.
  auto before = any_bytes();
  before.resize((before.size() + 3) / 4 * 4);
  before += std::string(4, '\0');
  data = before + data + any_bytes();
  FileSet files;
  for (const auto& name : names) {
    auto path = name;
    std::ranges::replace(path, '.', '/');
    if (const auto parsed = BundlePath::parse(path + ".py")) files.put(*parsed, RegularFile{});
  }
  const ModuleIndex index(files);
  const auto found = SoughtModules(index).found_in(names_in_native(as_bytes(data)));
  for (const auto& name : names)
    if (index.contains(name)) RC_ASSERT(found.names.contains(name));
}

RC_GTEST_PROP(NativeNamesProperty, NoFileMakesTheReaderFail, ()) {
  auto data = any_bytes();
  if (pick(2) == 0) data = in_cython({any_bytes(), any_name()});
  const auto changes = pick(4);
  for (std::size_t i = 0; i < changes && !data.empty(); ++i)
    data[pick(data.size())] = *rc::gen::arbitrary<char>();
  if (pick(2) == 0)
    data = std::string(
               "\x7f"
               "ELF\x02\x01\x01") +
           data;
  names_in_native(as_bytes(data));
}

}  // namespace
}  // namespace lbundle
