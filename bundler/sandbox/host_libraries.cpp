#include "sandbox/host_libraries.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include "model/error.hpp"
#include "os/spawn.hpp"
#include "python/system_root.hpp"

namespace lbundle {

namespace {

// False for modules of the standard library that are for its own tests, and for _tkinter, whose libraries no
// runtime has.
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
    if (is_for_functions(at->path())) modules.push_back(path_inside(interpreter.root, at->path()));
  }
  std::ranges::sort(modules);
  return modules;
}

// Reads a line "\tNAME => FILE (0xADDRESS)", or "\tFILE (0xADDRESS)" for a library that was asked for by its
// path. Files have their names in the program's own system.
void read_line(std::string_view line, const Interpreter& program, const std::string& left_out,
               std::map<std::string, HostPath>& found) {
  const auto address = line.rfind(" (0x");
  if (address == std::string_view::npos) return;
  line = line.substr(line.find_first_not_of("\t "), std::string_view::npos);
  line = line.substr(0, line.rfind(" (0x"));
  const auto arrow = line.find(" => ");
  const std::string file(arrow == std::string_view::npos ? line : line.substr(arrow + 4));
  if (!file.starts_with('/')) return;  // the kernel's own, or not found
  if (!left_out.empty() && file.starts_with(left_out + "/")) return;
  const auto base = HostPath(file).filename().string();
  const bool loader = base.starts_with("ld-");
  boost::system::error_code failure;
  auto real = program.root.empty() ? fs::canonical(file, failure) : file_in_root(program.root, file);
  found.emplace(loader ? file : base, failure ? HostPath(file) : real);
}

// The command that makes the loader list libraries instead of running the program. In a system root, the
// variables are set only for the root's loader, not for bubblewrap.
Command listing(const Interpreter& program, const std::string& preload) {
  const std::map<std::string, std::string> variables{{"LD_TRACE_LOADED_OBJECTS", "1"},
                                                     {"LD_PRELOAD", preload}};
  Command command;
  command.arguments = system_command(program);
  if (program.root.empty()) {
    command.environment = variables;
  } else {
    command.environment.emplace();
    for (const auto& [name, value] : variables)
      command.arguments.insert(command.arguments.end(), {"--setenv", name, value});
  }
  command.arguments.push_back(path_inside(program.root, program.program));
  return command;
}

// `left_out` is a folder whose files are not libraries of the program. Of `program`, only its path and its
// root are used.
std::vector<HostLibrary> list(const Interpreter& program, const std::vector<std::string>& wanted,
                              const std::string& left_out) {
  std::string preload;
  for (const auto& one : wanted) preload += (preload.empty() ? "" : " ") + one;
  auto command = listing(program, preload);
  command.time_limit = std::chrono::seconds(20);
  const auto end = run(command);
  std::map<std::string, HostPath> found;
  for (std::size_t at = 0; at < end.output.size();) {
    const auto stop = std::min(end.output.find('\n', at), end.output.size());
    read_line(std::string_view(end.output).substr(at, stop - at), program, left_out, found);
    at = stop + 1;
  }
  if (found.empty()) {
    throw Error("list the libraries of", program.program.string(), "the loader named none")
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
  // The answer is needed before each event and is always the same, so it is kept.
  static std::mutex guard;
  static std::map<std::pair<std::string, std::vector<std::string>>, std::vector<HostLibrary>> known;
  const std::lock_guard lock(guard);
  const auto key = std::pair(interpreter.program.string(), provided);
  const auto found = known.find(key);
  if (found != known.end()) return found->second;
  auto wanted = native_modules(interpreter);
  wanted.insert(wanted.end(), provided.begin(), provided.end());
  const auto own = path_inside(interpreter.root, interpreter.stdlib / "lib-dynload");
  return known.emplace(key, list(interpreter, wanted, own)).first->second;
}

std::vector<HostLibrary> program_libraries(const HostPath& program,
                                           const std::vector<std::string>& provided) {
  static std::mutex guard;
  static std::map<std::pair<std::string, std::vector<std::string>>, std::vector<HostLibrary>> known;
  const std::lock_guard lock(guard);
  const auto key = std::pair(program.string(), provided);
  const auto found = known.find(key);
  if (found != known.end()) return found->second;
  Interpreter place;
  place.program = program;
  return known.emplace(key, list(place, provided, {})).first->second;
}

std::map<std::string, HostPath> host_programs(const std::vector<std::string>& names, const HostPath& root) {
  std::map<std::string, HostPath> programs;
  for (const auto& name : names) {
    for (const auto* folder : {"/usr/bin/", "/bin/"}) {
      boost::system::error_code failure;
      const auto file =
          root.empty() ? fs::canonical(folder + name, failure) : file_in_root(root, folder + name);
      if (!failure && fs::is_regular_file(file, failure) && programs.emplace(name, file).second) break;
    }
  }
  return programs;
}

std::vector<HostLibrary> libraries_of_programs(const std::map<std::string, HostPath>& programs,
                                               const HostPath& root, const std::vector<HostLibrary>& shown) {
  static std::mutex guard;
  static std::map<HostPath, std::vector<HostLibrary>> known;
  const std::lock_guard lock(guard);
  std::map<std::string, HostPath> needed;
  for (const auto& [name, file] : programs) {
    auto found = known.find(file);
    if (found == known.end()) {
      Interpreter place;
      place.program = file;
      place.root = root;
      try {
        found = known.emplace(file, list(place, {}, {})).first;
      } catch (const Error&) {
        found = known.emplace(file, std::vector<HostLibrary>{}).first;
      }
    }
    for (const auto& library : found->second) needed.emplace(library.name, library.file);
  }
  for (const auto& library : shown) needed.erase(library.name);
  std::vector<HostLibrary> libraries;
  for (auto& [name, file] : needed)
    if (!name.starts_with('/')) libraries.push_back({name, std::move(file)});
  return libraries;
}

}  // namespace lbundle
