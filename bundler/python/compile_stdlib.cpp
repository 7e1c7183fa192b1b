#include "python/compile_stdlib.hpp"

#include "model/text.hpp"
#include "os/log.hpp"
#include "os/spawn.hpp"
#include "python/system_root.hpp"

namespace lbundle {

void compile_stdlib(const Interpreter& interpreter, const std::vector<HostPath>& more, const HostPath& from,
                    const HostPath& to) {
  Command command;
  // Leaves out tests, and programs of the standard library that no function imports.
  command.arguments =
      python_command(interpreter, {"-I", "-m", "compileall", "-q", "-j", "0", "-x",
                                   R"(/python3[.0-9]*/(.*/)?(test|tests|idlelib|turtledemo|lib2to3)/)", "-s",
                                   from.string(), "-p", to.string(), interpreter.stdlib.string()});
  for (const auto& folder : more) command.arguments.push_back(folder.string());
  command.time_limit = std::chrono::minutes(5);
  const auto end = run(command);
  if (!end.succeeded()) log_detail(format("compileall ended with {}", describe(end)));
}

}  // namespace lbundle
