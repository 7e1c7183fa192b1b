// For which platform a native file is made, by its own headers.
#pragma once

#include <string>

#include "elf/elf_file.hpp"
#include "project/project.hpp"

namespace lbundle {

// True for programs and shared libraries. Object files are not loaded.
bool is_loadable(const elf::ElfFacts& facts);

// True if the file needs musl's C library, or Android's, whose name is the same.
bool is_for_musl(const elf::ElfFacts& facts);

// True if the file is made for 64-bit Linux with glibc on this processor.
bool fits(const elf::ElfFacts& facts, Architecture architecture);

// What the file is made for instead: "FreeBSD", "64-bit ARM", "another C library".
std::string platform_text(const elf::ElfFacts& facts, Architecture architecture);

// What is wrong with a file that does not fit: "is made for 64-bit ARM, the function is for x86_64".
std::string unfit_message(const elf::ElfFacts& facts, const Runtime& runtime, Architecture architecture);

// How to get a program that Lambda starts for this processor.
std::string way_to_program(const elf::ElfFacts& facts, Architecture architecture);

// How to install the distribution `owner` for Linux; `owner` may be empty.
std::string way_to_linux(const std::string& owner, const Runtime& runtime, Architecture architecture);

}  // namespace lbundle
