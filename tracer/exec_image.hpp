#pragma once

#include <string>

namespace lbundle::tracer {

/// What else the kernel opens when it executes a file.
struct ExecImage {
  enum class Form { other, script, elf };
  Form form = Form::other;
  /// A script's interpreter, or an ELF file's PT_INTERP; empty if there is none.
  std::string interpreter;
};

/// Reads the head of a file that is open (O_PATH is enough if the file may be read). A file that cannot be
/// read is `other`.
ExecImage read_exec_image(int fd);

/// Returns the interpreter of a file that starts with these bytes: the first word after "#!" in the first
/// line, as the kernel's binfmt_script takes it. The kernel reads 255 bytes of the line. Empty if these bytes
/// are not a script.
std::string script_interpreter(const std::string& head);

}  // namespace lbundle::tracer
