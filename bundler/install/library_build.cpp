// The problem: a copy of a library from another system is made for that system's glibc, and differs from
// machine to machine. The idea: a recipe lists which sources of a library are compiled and with which flags;
// for libraries of plain C, that is one call of the compiler. zig has the symbols of every glibc and the
// headers of both processors, so the same call gives the same bytes everywhere. Rejected: the library's own
// configure, which is a stranger's program and looks at this machine.
#include "install/library_build.hpp"

#include <sys/utsname.h>

#include "cache/inventory.hpp"
#include "install/library_cache.hpp"
#include "install/library_sources.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/bytes.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"
#include "project/tool_pins.hpp"
#include "python/interpreter.hpp"
#include "python/pip.hpp"
#include "python/script.hpp"
#include "python/tools.hpp"

namespace lbundle {

namespace {

// What a library is compiled for.
struct Target {
  Architecture architecture;
  std::string glibc;

  std::string triple() const { return format("{}-linux-gnu.{}", machine_name(architecture), glibc); }
};

Architecture of_this_machine() {
  utsname machine{};
  uname(&machine);
  return std::string_view(machine.machine) == "aarch64" ? Architecture::arm64 : Architecture::x86_64;
}

// The flags that are added to the recipe's: no sanitizer, whose library no runtime has; no names of our
// folders; no debug information; no undefined symbols.
std::vector<std::string> compiler_flags(const Target& target, const std::string& soname) {
  return {"-target",
          target.triple(),
          "-shared",
          "-fPIC",
          "-O2",
          "-g0",
          "-s",
          "-DNDEBUG",
          "-fno-sanitize=undefined",
          "-Wl,-soname," + soname,
          "-Wl,-z,relro,-z,now,-z,noexecstack,-z,defs"};
}

void compile(const HostPath& folder, const Target& target, const std::string& soname,
             const std::vector<std::string>& flags, const std::vector<std::string>& sources,
             const HostPath& output, const Store& store) {
  const auto zig = tool_named("zig", store).folder / "ziglang" / "zig";
  Command command;
  command.arguments = {zig.string(), "cc"};
  const auto own = compiler_flags(target, soname);
  command.arguments.insert(command.arguments.end(), own.begin(), own.end());
  command.arguments.insert(command.arguments.end(), flags.begin(), flags.end());
  command.arguments.insert(command.arguments.end(), sources.begin(), sources.end());
  command.arguments.insert(command.arguments.end(), {"-o", output.string()});
  command.folder = folder;
  const auto cache = store.folder() / "zig";
  fs::create_directories(cache);
  mark_used(cache);
  // Flags of the user in CFLAGS or CPATH would change the library, but not its key.
  command.environment = std::map<std::string, std::string>{{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                                                           {"HOME", cache.string()},
                                                           {"LC_ALL", "C.UTF-8"},
                                                           {"SOURCE_DATE_EPOCH", "315532800"},
                                                           {"ZIG_GLOBAL_CACHE_DIR", cache.string()},
                                                           {"ZIG_LOCAL_CACHE_DIR", cache.string()}};
  const auto end = run(command);
  if (end.succeeded()) return;
  throw Error("compile", soname, "zig cc fails").with_detail(last_lines(end.error_output, 8));
}

void make_data(const LibraryBuild& build, const HostPath& sources, const HostPath& here,
               const HostPath& output, const HostPath& work) {
  const auto program = work / "data_program.py";
  write_file(program, build.data_program);
  Command command;
  command.folder = work;
  const auto end =
      run_python_script(find_any_python(), PythonStart::with_packages, "run_file",
                        {program.string(), here.string(), sources.string(), output.string()}, command);
  for (const auto& name : build.data) {
    if (end.succeeded() && fs::is_regular_file(output / HostPath(name).filename())) continue;
    throw Error("make", name, "the program that makes it fails")
        .with_detail(last_lines(end.output + end.error_output, 8));
  }
}

// Fills `folder` with the library under its SONAME, `licence`, and the data under the last part of their
// names.
void fill(const LibraryBuild& build, const Target& target, const Store& store, const HostPath& folder) {
  const auto archive = archive_of(build, store);
  log_step(format("{} {} is compiled for glibc {} and {}", build.library, build.version, target.glibc,
                  to_text(target.architecture)));
  const TempDir work(store.folder() / "tmp", "library");
  const auto sources = work.path() / "sources";
  unpack_archive(archive, sources);
  for (const auto& [name, text] : build.written) write_file(sources / name, text);
  compile(sources, target, build.library, build.flags, build.sources, folder / build.library, store);
  if (!build.data.empty()) {
    // The program runs here, whatever processor the function has.
    const auto here = work.path() / "here.so";
    compile(sources, {of_this_machine(), target.glibc}, build.library, build.flags, build.sources, here,
            store);
    make_data(build, sources, here, folder, work.path());
  }
  std::string licence;
  for (const auto& name : build.licences) licence += read_text_file(sources / name);
  write_file(folder / "licence", licence);
}

Digest build_key(const LibraryBuild& build, const Target& target) {
  KeyBuilder key;
  key.add("system library 2").add(build.version).add(build.sha256).add(build.library).add(target.triple());
  for (const auto& package : tool_pins("zig").packages) key.add(package);
  for (const auto& flag : compiler_flags(target, build.library)) key.add(flag);
  for (const auto* list : {&build.sources, &build.flags, &build.licences, &build.data}) {
    key.add(std::to_string(list->size()));
    for (const auto& each : *list) key.add(each);
  }
  for (const auto& [name, text] : build.written) key.add(name).add(text);
  return key.add(build.data_program).key();
}

HostPath built(const LibraryBuild& build, const Target& target, const Store& store) {
  return library_folder(store, build_key(build, target),
                        [&](const HostPath& folder) { fill(build, target, store, folder); });
}

}  // namespace

LibraryAnswer library_from_build(const SystemLibrary& library, const Function& function, const Store& store) {
  LibraryAnswer answer;
  const Target target{function.architecture, function.runtime.glibc};
  LibraryCopy copy;
  std::string faults;
  for (const auto& build : library.builds) {
    if (copy.libraries.contains(build.library)) continue;
    try {
      const auto folder = built(build, target, store);
      copy.libraries[build.library] = {folder / build.library};
      for (const auto& name : build.data) copy.data[name] = folder / HostPath(name).filename();
      copy.version = build.version;
      copy.origin =
          format("compiled from {} by {} for glibc {}", HostPath(build.archives.front()).filename().string(),
                 tool_pins("zig").packages.front(), target.glibc);
      copy.licence = read_text_file(folder / "licence");
    } catch (const Error& error) {
      faults += (faults.empty() ? "" : "; ") + std::string(error.what());
      log_detail(format("{}\n{}", error.what(), error.detail()));
      answer.may_change = true;
    }
  }
  if (!faults.empty()) answer.why_not = faults;
  if (!copy.libraries.empty()) answer.copy = std::move(copy);
  return answer;
}

HostPath stub_library(const std::string& soname, const Function& function, const Store& store) {
  const Target target{function.architecture, function.runtime.glibc};
  KeyBuilder key;
  key.add("system library stub 2").add(soname).add(target.triple());
  for (const auto& package : tool_pins("zig").packages) key.add(package);
  for (const auto& flag : compiler_flags(target, soname)) key.add(flag);
  const auto made = library_folder(store, key.key(), [&](const HostPath& folder) {
    const TempDir work(store.folder() / "tmp", "library");
    write_file(work.path() / "stub.c", std::string_view("typedef int lbundle_stub;\n"));
    compile(work.path(), target, soname, {}, {"stub.c"}, folder / soname, store);
  });
  return made / soname;
}

}  // namespace lbundle
