#include "exec_image.hpp"

#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "unique_fd.hpp"

namespace lbundle::tracer {
namespace {

TEST(ExecImage, TakesTheInterpreterAsTheKernelDoes) {
  EXPECT_EQ(script_interpreter("#!/bin/sh\nexit\n"), "/bin/sh");
  EXPECT_EQ(script_interpreter("#! \t/usr/bin/env  python3 -I\n"), "/usr/bin/env");
  EXPECT_EQ(script_interpreter("#!relative"), "relative");
  EXPECT_EQ(script_interpreter("#!\n/bin/sh"), "");
  EXPECT_EQ(script_interpreter("#!   "), "");
  EXPECT_EQ(script_interpreter("\x7f"
                               "ELF"),
            "");
  EXPECT_EQ(script_interpreter(""), "");
}

TEST(ExecImage, ReadsAProgramsInterpreter) {
  const UniqueFd shell(::open("/bin/sh", O_PATH | O_CLOEXEC));
  const ExecImage image = read_exec_image(shell.get());
  EXPECT_EQ(image.form, ExecImage::Form::elf);
  EXPECT_NE(image.interpreter.find("/ld-linux"), std::string::npos) << image.interpreter;
}

TEST(ExecImage, IsNothingForOtherFiles) {
  const UniqueFd file(::open("/etc/passwd", O_PATH | O_CLOEXEC));
  EXPECT_EQ(read_exec_image(file.get()).form, ExecImage::Form::other);
}

}  // namespace
}  // namespace lbundle::tracer
