#include "backend/host_libraries.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include "model/error.hpp"
#include "os/spawn.hpp"

namespace lbundle {

namespace {

// Modules of the standard library that are for its own tests, and whose libraries no runtime has.
bool is_for_functions(const HostPath& module) {
  const auto name = module.filename().string();
  return name.find("test") == std::string::npos && !name.starts_with("_tkinter") &&
         name.find(".so") != std::string::npos;
}

std::vector<std::string> native_modules(const Interpreter& interpreter) {
  std::vector<std::string> modules;
  boost::system::error_code failure;
  for (fs::directory_iterator at(interpreter.stdlib / "lib-dynload", failure), end; !failure && at != end;
       at.increment(failure)) {
    if (is_for_functions(at->path())) modules.push_back(at->path().string());
  }
  std::ranges::sort(modules);
  return modules;
}

// A line is "\tNAME => FILE (0xADDRESS)", or "\tFILE (0xADDRESS)" for what was asked for by its path.
void read_line(std::string_view line, const HostPath& left_out, std::map<std::string, HostPath>& found) {
  const auto address = line.rfind(" (0x");
  if (address == std::string_view::npos) return;
  line = line.substr(line.find_first_not_of("\t "), std::string_view::npos);
  line = line.substr(0, line.rfind(" (0x"));
  const auto arrow = line.find(" => ");
  const std::string file(arrow == std::string_view::npos ? line : line.substr(arrow + 4));
  if (!file.starts_with('/')) return;  // the kernel's own, or not found
  if (!left_out.empty() && file.starts_with(left_out.string() + "/")) return;
  const auto base = HostPath(file).filename().string();
  const bool loader = base.starts_with("ld-");
  boost::system::error_code ignored;
  auto real = fs::canonical(file, ignored);
  found.emplace(loader ? file : base, ignored ? HostPath(file) : real);
}

// `left_out` is a folder whose files are no libraries of the program's.
std::vector<HostLibrary> list(const HostPath& program, const std::vector<std::string>& wanted,
                              const HostPath& left_out) {
  std::string preload;
  for (const auto& one : wanted) preload += (preload.empty() ? "" : " ") + one;
  Command command;
  command.arguments = {program.string()};
  command.environment =
      std::map<std::string, std::string>{{"LD_TRACE_LOADED_OBJECTS", "1"}, {"LD_PRELOAD", preload}};
  command.time_limit = std::chrono::seconds(20);
  const auto end = run(command);
  std::map<std::string, HostPath> found;
  for (std::size_t at = 0; at < end.output.size();) {
    const auto stop = std::min(end.output.find('\n', at), end.output.size());
    read_line(std::string_view(end.output).substr(at, stop - at), left_out, found);
    at = stop + 1;
  }
  if (found.empty()) {
    throw Error("list the libraries of", program.string(), "the loader named none")
        .with_detail(end.error_output);
  }
  std::vector<HostLibrary> libraries;
  libraries.reserve(found.size());
  for (auto& [name, file] : found) libraries.push_back({name, file});
  return libraries;
}

}  // namespace

std::vector<HostLibrary> host_libraries(const Interpreter& interpreter,
                                        const std::vector<std::string>& provided) {
  // Asked for before each event, and the same each time.
  static std::mutex guard;
  static std::map<std::pair<std::string, std::vector<std::string>>, std::vector<HostLibrary>> known;
  const std::lock_guard lock(guard);
  const auto key = std::pair(interpreter.program.string(), provided);
  const auto found = known.find(key);
  if (found != known.end()) return found->second;
  auto wanted = native_modules(interpreter);
  wanted.insert(wanted.end(), provided.begin(), provided.end());
  return known.emplace(key, list(interpreter.program, wanted, interpreter.stdlib / "lib-dynload"))
      .first->second;
}

std::vector<HostLibrary> program_libraries(const HostPath& program,
                                           const std::vector<std::string>& provided) {
  static std::mutex guard;
  static std::map<std::pair<std::string, std::vector<std::string>>, std::vector<HostLibrary>> known;
  const std::lock_guard lock(guard);
  const auto key = std::pair(program.string(), provided);
  const auto found = known.find(key);
  if (found != known.end()) return found->second;
  return known.emplace(key, list(program, provided, {})).first->second;
}

}  // namespace lbundle
