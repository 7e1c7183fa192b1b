// The problem: what has no wheel must be compiled. This machine's compiler links against this machine's
// glibc, which may be too new for the runtime. And build scripts are code of strangers. The idea: zig has the
// symbols of every glibc, so the same sources give a library for glibc 2.26 here, or for another processor.
// setup.py, meson and CMake take the compiler from the interpreter's build-time variables and from CC.
// lbundle sets both, in a sandbox that shows no home folder and can write only into its own folders. The
// result is named for that glibc, and is checked together with all other native code of the tree. Rejected:
// this machine's gcc with checks afterwards, which fail for most packages; downloading headers and libraries
// of old systems, which zig already has.
#include "install/wheel_build.hpp"

#include <algorithm>
#include <set>

#include "cache/inventory.hpp"
#include "engine/container_choice.hpp"
#include "install/build_sandbox.hpp"
#include "install/build_tools.hpp"
#include "install/container_pip.hpp"
#include "model/text.hpp"
#include "os/log.hpp"
#include "os/temp_dir.hpp"
#include "project/system_library_rules.hpp"
#include "python/distributions.hpp"
#include "python/fitting_release.hpp"
#include "python/pip.hpp"
#include "python/requirement_list.hpp"
#include "python/script.hpp"
#include "python/system_root.hpp"
#include "python/tools.hpp"

namespace lbundle {

namespace {

// What else can be done about sources that cannot be compiled here. A lock file allows no other version.
std::string way_out(const Function& function) {
  const std::string container = "stage with backend = \"container\", whose image compiles it";
  if (!function.lock_file) return "name a version with a wheel for the runtime, or " + container;
  return format("{}; {} allows no other version, unless its tool locks one that has a wheel for the runtime",
                container, function.lock_file->filename().string());
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

// Compilers, headers and build-time variables for the runtime, in a folder.
struct Toolchain {
  HostPath folder, zig;
  HostPath variables;  // the interpreter's module of build-time variables, which lbundle's own replaces
};

Toolchain make_toolchain(const Function& function, const Interpreter& interpreter, const Store& store,
                         const HostPath& folder, const std::string& subject) {
  Toolchain made{folder, tool_named("zig", store).folder / "ziglang", {}};
  const auto end = run_python_script(interpreter, PythonStart::with_packages, "toolchain",
                                     {folder.string(), (made.zig / "zig").string(),
                                      machine_name(function.architecture), function.runtime.glibc});
  constexpr int no_headers = 3;
  if (end.exit_code == no_headers) {
    throw Error("compile", subject,
                format("it has no wheel for the runtime, and the headers of Python {} are not in {}",
                       function.runtime.version, first_line(end.output)),
                format("install them, as `apt-get install python{}-dev` does; or {}",
                       function.runtime.version, way_out(function)));
  }
  if (!end.succeeded()) {
    throw Error("compile", subject, "the interpreter does not say how it was built", way_out(function))
        .with_detail(last_lines(end.error_output, 8));
  }
  made.variables = first_line(end.output);
  return made;
}

using Variables = std::map<std::string, std::string>;

// True for the variables that pip and build scripts get from the caller: where packages come from, and how
// texts are encoded.
bool is_for_builds(const std::string& name) {
  static const std::set<std::string> known{
      "PATH",           "LANG",          "LANGUAGE",    "TZ",         "TMPDIR",
      "http_proxy",     "https_proxy",   "no_proxy",    "HTTP_PROXY", "HTTPS_PROXY",
      "NO_PROXY",       "ALL_PROXY",     "all_proxy",   "NETRC",      "REQUESTS_CA_BUNDLE",
      "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"};
  return known.contains(name) || name.starts_with("PIP_") || name.starts_with("LC_");
}

Variables environment_of_pip(const HostPath& home) {
  auto environment = pip_environment();
  // Build scripts are code of strangers, and the caller's variables hold keys and tokens.
  std::erase_if(environment, [](const auto& entry) { return !is_for_builds(entry.first); });
  for (const auto* name : {"PIP_CACHE_DIR", "PIP_ONLY_BINARY"}) environment.erase(name);
  environment["HOME"] = home.string();
  // Sources that have setup.py alone are built as all others: with setuptools and wheel in an environment of
  // their own. Otherwise an older pip runs `setup.py bdist_wheel`, which fails where the interpreter has no
  // wheel.
  environment["PIP_USE_PEP517"] = "1";
  // With this, compilers and archivers write no current date.
  environment["SOURCE_DATE_EPOCH"] = "315532800";
  return environment;
}

Variables environment_for_build(const Toolchain& toolchain, const HostPath& home, const Store& store) {
  auto environment = environment_of_pip(home);
  const auto bin = toolchain.folder / "bin";
  environment["PATH"] = format("{}:/usr/local/bin:/usr/bin:/bin", bin.string());
  environment["ZIG_GLOBAL_CACHE_DIR"] = environment["ZIG_LOCAL_CACHE_DIR"] =
      (store.folder() / "zig").string();
  for (const auto& [name, program] :
       {std::pair{"CC", "cc"}, {"CXX", "c++"}, {"AR", "ar"}, {"RANLIB", "ranlib"}})
    environment[name] = (bin / program).string();
  return environment;
}

// Shows pip's own settings, and the certificates and folders that they and the environment name.
void show_settings(BuildSandbox& sandbox, const Variables& environment, const HostPath& home) {
  const char* users = std::getenv("HOME");
  for (const auto* name : {".pip/pip.conf", ".config/pip/pip.conf", ".netrc"}) {
    boost::system::error_code ignored;
    if (users == nullptr || !fs::is_regular_file(HostPath(users) / name, ignored)) continue;
    sandbox.show(HostPath(users) / name, home / name);
    for (const auto& path : existing_paths(read_text_file(HostPath(users) / name))) sandbox.show(path);
  }
  for (const auto& [name, value] : environment) {
    if (!name.starts_with("PIP_") && name != "SSL_CERT_FILE" && name != "REQUESTS_CA_BUNDLE") continue;
    for (const auto& path : existing_paths(value)) sandbox.show(path);
  }
}

std::optional<HostPath> only_wheel(const HostPath& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".whl") return entry.path();
  }
  return std::nullopt;
}

// Renames the wheel for the glibc and the machine that it was compiled for.
HostPath retagged(const HostPath& wheel, const Function& function, const Interpreter& interpreter) {
  const auto& glibc = function.runtime.glibc;
  const auto platform =
      format("manylinux_2_{}_{}", glibc.substr(glibc.find('.') + 1), machine_name(function.architecture));
  const auto end = run_python_script(interpreter, PythonStart::bare, "retag", {wheel.string(), platform});
  if (!end.succeeded()) {
    throw Error("read", wheel.filename().string(), "what was built is not a wheel")
        .with_detail(last_lines(end.error_output, 5));
  }
  return first_line(end.output);
}

// Returns "rasterio 1.3.9 has a wheel for it; ", if the subject is a release and the index has another one
// with a wheel.
std::string other_release(const Function& function, const Interpreter& interpreter, const Store& store,
                          const std::string& subject) {
  if (function.lock_file || wants_hashes(read_requirement_list(*function.requirements))) return {};
  const auto parsed = parse_requirement_list(subject, function.requirements->parent_path());
  if (parsed.requirements.size() != 1 || !parsed.requirements.front().place.starts_with("==")) return {};
  const auto& release = parsed.requirements.front();
  const auto words =
      words_on_fitting_release(function, interpreter, store, release.name, release.place.substr(2));
  return words.empty() ? words : words + "; ";
}

// The lines that add the headers which the build lacks to the build image; empty if no recipe knows them.
std::string containerfile_way(const Function& function, const WheelBuild& build, std::string_view log) {
  const auto name = normalised_name(build.subject.substr(0, build.subject.find_first_of("=<>!~[; @")));
  const auto* library = system_library_to_compile(name, log);
  const auto& runtime = function.runtime;
  if (library == nullptr || !library->devel.contains(runtime.os)) return {};
  std::string packages;
  for (const auto& package : library->devel.at(runtime.os)) packages += ' ' + package;
  return format(
      "the headers of {} are in the package{} of {}: build an image from a Containerfile with the lines "
      "`FROM {}` and `RUN {} install -y{}`, and name it in [stage] as image, with backend = \"container\"; "
      "or ",
      library->name, packages, runtime.os, build_images(runtime, function.architecture).front(),
      runtime.os == "Amazon Linux 2" ? "yum" : "dnf", packages);
}

Error not_compiled(const Function& function, const WheelBuild& build, const std::string& other_release,
                   const Error& error) {
  return Error("compile", build.subject,
               "it has no wheel for the runtime, and its sources could not be built here",
               format("{}the lines above say why; {}{}", other_release,
                      containerfile_way(function, build, error.detail()), way_out(function)))
      .with_detail(std::string(error.detail()));
}

}  // namespace

// The sandbox of one build, with what every pip in it needs to see.
BuildSandbox sandbox_for(const Function& function, const Interpreter& interpreter, const WheelBuild& build,
                         const Variables& environment, const HostPath& home) {
  BuildSandbox sandbox(interpreter.root);
  sandbox.give(home);
  // A system root holds its interpreter together with pip.
  if (interpreter.root.empty()) {
    sandbox.show(interpreter.prefix);
    sandbox.show(pip_folder(interpreter).parent_path());
  }
  show_settings(sandbox, environment, home);
  for (const auto& path : build.shown) sandbox.show(path);
  sandbox.give(build.given);
  sandbox.enter(function.requirements->parent_path());
  return sandbox;
}

std::vector<std::string> pip_in_sandbox(const Interpreter& interpreter, const std::string& task,
                                        const WheelBuild& build) {
  std::vector<std::string> command{path_inside(interpreter.root, interpreter.program),
                                   "-s",
                                   pip_folder(interpreter).string(),
                                   task,
                                   "--disable-pip-version-check",
                                   "--progress-bar=off",
                                   "--no-cache-dir",
                                   "--no-deps"};
  command.insert(command.end(), build.request.begin(), build.request.end());
  return command;
}

// True if the subject has sources. This is asked before a compiler is fetched. pip first looks for sources;
// if it finds them, it may still fail because a build tool is missing.
bool has_sources(const Function& function, const Interpreter& interpreter, const WheelBuild& build,
                 const HostPath& work) {
  const Variables environment = environment_of_pip(work / "home");
  auto sandbox = sandbox_for(function, interpreter, build, environment, work / "home");
  sandbox.give(work / "found");
  auto command = pip_in_sandbox(interpreter, "download", build);
  command.insert(command.end(), {"--no-build-isolation", "--dest", (work / "found").string()});
  try {
    return run_pip(function, sandbox.around(command), environment).without_wheel.empty();
  } catch (const Error&) {
    return true;
  }
}

std::optional<HostPath> build_wheel(const Function& function, const Interpreter& interpreter,
                                    const Store& store, const WheelBuild& build, const HostPath& folder) {
  const TempDir work(store.folder() / "tmp", "build");
  if (!has_sources(function, interpreter, build, work.path())) return std::nullopt;
  log_step(format("{} is compiled for glibc {} and {}", build.subject, function.runtime.glibc,
                  to_text(function.architecture)));
  const auto home = work.path() / "home";
  const auto out = work.path() / "out";
  fs::create_directories(work.path() / "toolchain");
  const auto toolchain =
      make_toolchain(function, interpreter, store, work.path() / "toolchain", build.subject);
  const auto environment = environment_for_build(toolchain, home, store);
  auto sandbox = sandbox_for(function, interpreter, build, environment, home);
  sandbox.give(out);
  sandbox.give(store.folder() / "zig");
  mark_used(store.folder() / "zig");
  sandbox.show(toolchain.folder);
  sandbox.show(toolchain.zig);
  sandbox.show(toolchain.folder / "sysconfigdata.py", toolchain.variables);
  auto command = pip_in_sandbox(interpreter, "wheel", build);
  command.insert(command.end(), {"--wheel-dir", out.string()});
  try {
    const PipRun pip{sandbox, environment, command};
    if (!run_with_build_tools(pip, function, interpreter, store, home).without_wheel.empty())
      return std::nullopt;
  } catch (const Error& error) {
    if (reports_failed_build(error.detail())) {
      throw not_compiled(function, build, other_release(function, interpreter, store, build.subject), error);
    }
    throw;
  }
  const auto wheel = only_wheel(out);
  if (!wheel) return std::nullopt;
  const auto named = retagged(*wheel, function, interpreter);
  fs::create_directories(folder);
  const auto target = folder / named.filename();
  fs::rename(named, target);
  return target;
}

}  // namespace lbundle
