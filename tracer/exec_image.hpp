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

/// Looks into a file that is open (O_PATH is enough, if it may be read). A file that cannot be read is
/// `other`.
ExecImage read_exec_image(int fd);

/// The interpreter of a file that starts with these bytes, as the kernel's binfmt_script takes it: the first
/// word after
/// "#!" on a first line of which it reads 255 bytes. Empty if these bytes are no script.
std::string script_interpreter(const std::string& head);

}  // namespace lbundle::tracer
