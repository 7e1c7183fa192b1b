// Makes ELF files in a test, with this machine's compiler.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "os/atomic_file.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"

namespace lbundle::test {

class Workshop {
 public:
  Workshop() : folder_(fs::temp_directory_path(), "lbundle-elf") {}

  const HostPath& folder() const { return folder_.path(); }
  HostPath path(const std::string& name) const { return folder_.path() / name; }

  // Writes SOURCE beside the result and compiles it: as C++ if the source's `name` ends so, otherwise as C.
  // `flags` come last.
  HostPath compile(const std::string& name, const std::string& source, const std::vector<std::string>& flags,
                   const std::string& language = "c") {
    const HostPath result = path(name);
    const HostPath text = path(name + (language == "c" ? ".c" : ".cpp"));
    write_file(text, std::string_view(source));
    std::vector<std::string> arguments{"g++",         "-O1", "-w",   "-x", language,
                                       text.string(), "-x",  "none", "-o", result.string()};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    fs::create_directories(result.parent_path());
    expect_success(arguments);
    return result;
  }
  HostPath library(const std::string& name, const std::string& source, std::vector<std::string> flags = {},
                   const std::string& language = "c") {
    flags.insert(flags.begin(), {"-shared", "-fPIC", "-Wl,-soname," + HostPath(name).filename().string()});
    return compile(name, source, flags, language);
  }
  // Writes a text file, such as a version script. Returns its path.
  std::string text(const std::string& name, const std::string& content) {
    write_file(path(name), std::string_view(content));
    return path(name).string();
  }

  static std::string output_of(const std::vector<std::string>& arguments) {
    Command command;
    command.arguments = arguments;
    const ProcessEnd end = run(command);
    EXPECT_TRUE(end.succeeded()) << arguments[0] << ": " << describe(end) << "\n" << end.error_output;
    return end.output;
  }

 private:
  static void expect_success(const std::vector<std::string>& arguments) { output_of(arguments); }

  TempDir folder_;
};

// Marks what `library` needs under the name `version` as weak, which no linker does by itself. Sets
// VER_FLG_WEAK in the record that begins with the name's hash (System V ABI, "Hash Table").
inline void make_version_weak(const HostPath& library, const std::string& version) {
  std::uint32_t hash = 0;
  for (const char character : version) {
    hash = (hash << 4) + static_cast<unsigned char>(character);
    hash = (hash ^ (hash >> 24 & 0xf0)) & 0x0fffffff;
  }
  auto text = read_text_file(library);
  const auto at = text.find(std::string(reinterpret_cast<const char*>(&hash), sizeof hash));
  ASSERT_NE(at, std::string::npos);
  text.at(at + sizeof hash) = 2;
  write_file(library, std::string_view(text));
}

}  // namespace lbundle::test
