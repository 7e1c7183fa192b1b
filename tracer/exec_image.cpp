#include "exec_image.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include <elf.h>
#include <fcntl.h>
#include <limits.h>

#include "tracee.hpp"
#include "unique_fd.hpp"

namespace lbundle::tracer {
namespace {

constexpr std::size_t script_head = 256;  // BINPRM_BUF_SIZE of linux/binfmts.h

std::string read_at(int fd, std::size_t size, std::size_t offset) {
  std::string bytes(size, '\0');
  const ssize_t got = ::pread(fd, bytes.data(), size, static_cast<off_t>(offset));
  bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return bytes;
}

// Reads PT_INTERP from the program headers of this class. Both machines are little-endian, and so are all
// programs that run on them.
template <typename Ehdr, typename Phdr>
std::string elf_interpreter(int fd, const std::string& head) {
  Ehdr header{};
  if (head.size() < sizeof header) return {};
  std::memcpy(&header, head.data(), sizeof header);
  if (header.e_phentsize != sizeof(Phdr)) return {};
  const std::string table = read_at(fd, header.e_phnum * sizeof(Phdr), header.e_phoff);
  for (std::size_t at = 0; at + sizeof(Phdr) <= table.size(); at += sizeof(Phdr)) {
    Phdr program{};
    std::memcpy(&program, table.data() + at, sizeof program);
    if (program.p_type != PT_INTERP) continue;
    const std::string name = read_at(fd, std::min<std::size_t>(program.p_filesz, PATH_MAX), program.p_offset);
    return name.substr(0, name.find('\0'));
  }
  return {};
}

}  // namespace

std::string script_interpreter(const std::string& head) {
  static constexpr const char* blanks = " \t";
  if (head.compare(0, 2, "#!") != 0) return {};
  std::string line = head.substr(2, script_head - 1 - 2);
  line.resize(std::min({line.find('\n'), line.find('\0'), line.size()}));
  const std::size_t start = line.find_first_not_of(blanks);
  if (start == std::string::npos) return {};
  const std::size_t end = std::min(line.find_first_of(blanks, start), line.size());
  return line.substr(start, end - start);
}

ExecImage read_exec_image(int fd) {
  ExecImage image;
  const UniqueFd file(
      ::openat(proc_fd(), ("self/fd/" + std::to_string(fd)).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return image;
  const std::string head = read_at(file.get(), script_head, 0);
  if (head.compare(0, 2, "#!") == 0) {
    image.form = ExecImage::Form::script;
    image.interpreter = script_interpreter(head);
  } else if (head.size() > EI_CLASS && head.compare(0, SELFMAG, ELFMAG) == 0) {
    image.form = ExecImage::Form::elf;
    image.interpreter = head[EI_CLASS] == ELFCLASS32
                            ? elf_interpreter<Elf32_Ehdr, Elf32_Phdr>(file.get(), head)
                            : elf_interpreter<Elf64_Ehdr, Elf64_Phdr>(file.get(), head);
  }
  return image;
}

}  // namespace lbundle::tracer
