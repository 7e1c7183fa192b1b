// The problem: a machine has the Python of its own release, and Lambda has six. The idea: Debian's archive
// has most of them, each in one of its releases. mmdebstrap unpacks packages of any release; apt checks the
// signature. It works as any user, takes some ten seconds, and runs no code of the packages. The unpacked
// root stays unchanged in the cache: a newer archive changes nothing until the entry is removed. The names
// and versions of the root's packages are part of every key. Rejected: an installed system (as debootstrap
// makes it), which needs root and takes ten times as long; the release's packages on this machine, which
// would replace its C library.
#include "python/debian_root.hpp"

#include <algorithm>
#include <array>
#include <sstream>

#include <sys/utsname.h>

#include "cache/inventory.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/digest_of.hpp"
#include "os/environment.hpp"
#include "os/log.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"
#include "os/tree.hpp"
#include "project/tool_pins.hpp"
#include "python/compile_stdlib.hpp"
#include "python/system_root.hpp"
#include "python/tools.hpp"

namespace lbundle {

namespace {

constexpr const char* own_mirror = "http://deb.debian.org/debian";
// The names in an entry of the cache: the root, and the list of its packages with their versions.
constexpr const char* root_name = "system";
constexpr const char* packages_name = "packages";
// Folders of usr/share that no program reads.
constexpr std::array<const char*, 4> unread{"doc", "info", "locale", "man"};

// Returns the place of the root in the cache. The key has everything that decides what the root contains:
// processor, version, release, packages, tools.
HostPath entry_of(const InterpreterSource& source, const Store& store) {
  utsname machine{};
  uname(&machine);
  KeyBuilder key;
  key.add("debian root 1").add(machine.machine).add(source.version).add(source.release);
  for (const auto& package : source.packages) key.add(package);
  for (const auto& tool : source.tools) {
    for (const auto& package : tool_pins(tool).packages) key.add(package);
  }
  return store.folder() / "interpreters" /
         format("debian-{}-{}", source.version, to_hex(key.key()).substr(0, 16));
}

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream text(line);
  for (std::string field; std::getline(text, field, '|');) fields.push_back(field);
  return fields;
}

std::string output_of(const std::vector<std::string>& words) {
  if (find_program(words.front()).empty()) return {};
  Command command;
  command.arguments = words;
  command.time_limit = std::chrono::seconds(20);
  return run(command).output;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

// Returns a shell command that lists the packages, one "libc6_2.41-12_amd64.deb" a line. mmdebstrap keeps
// them in apt's folder until it ends.
std::string list_packages(const HostPath& packages) {
  return format("ls \"$1/var/cache/apt/archives\" | grep '\\.deb$' >'{}'", packages.string());
}

void unpack(const InterpreterSource& source, const HostPath& folder) {
  const TempDir scratch(temporary_folder(), "lbundle-root");
  const auto options = scratch.path() / "apt.conf";
  write_file(options, apt_transport_options(output_of({"apt-config", "dump"})));
  const auto mirror = debian_mirror(output_of({"apt-get", "indextargets", "--format", debian_mirror_format}));
  Command command;
  // In this mode no code of an extracted package is run, so neither root nor a user namespace is needed.
  command.arguments = {"mmdebstrap",
                       "--variant=extract",
                       "--mode=chrootless",
                       "--format=directory",
                       "--skip=check/empty",
                       "--include=" + joined(source.packages),
                       "--aptopt=" + options.string(),
                       "--extract-hook=" + list_packages(folder / packages_name),
                       source.release,
                       (folder / root_name).string(),
                       mirror};
  command.environment = current_environment();
  (*command.environment)["TMPDIR"] = scratch.path().string();
  command.time_limit = std::chrono::minutes(20);
  const auto end = run(command);
  if (end.succeeded()) return;
  throw Error("unpack", "Debian " + source.release, format("mmdebstrap ended with {}", describe(end)))
      .with_detail(last_lines(end.error_output, 8));
}

void remove_unread(const HostPath& root) {
  for (const auto* name : unread) remove_tree(root / "usr/share" / name);
  // These folders have settings of apt, which may contain the password of a proxy. Programs in the root see
  // this machine's folders instead.
  for (const auto* name : {"etc", "var", "dev", "tmp"}) remove_tree(root / name);
  // No program is linked with the static libraries.
  std::vector<HostPath> archives;
  for (fs::recursive_directory_iterator at(root / "usr/lib"), end; at != end; ++at) {
    if (at->path().extension() == ".a") archives.push_back(at->path());
  }
  for (const auto& archive : archives) fs::remove(archive);
}

// Makes the links that update-alternatives would have made.
void add_links(const HostPath& root) {
  const auto bin = root / "usr/bin";
  for (const auto& [name, program] : {std::pair{"awk", "mawk"}, {"sh", "dash"}}) {
    if (fs::exists(bin / program) && !fs::is_symlink(bin / name)) fs::create_symlink(program, bin / name);
  }
}

void add_tools(const InterpreterSource& source, const Store& store, const HostPath& root) {
  const auto packages = root / "usr/lib/python3/dist-packages";
  fs::create_directories(packages);
  for (const auto& name : source.tools) {
    for (const auto& entry : fs::directory_iterator(tool_named(name, store).folder)) {
      const auto target = packages / entry.path().filename();
      if (fs::is_directory(entry.path()) && entry.path().filename() != "bin")
        fs::copy(entry.path(), target, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    }
  }
}

std::optional<Interpreter> interpreter_of(const InterpreterSource& source, const HostPath& entry) {
  const auto root = entry / root_name;
  auto asked = ask_interpreter(root / "usr/bin" / ("python" + source.version), root);
  if (!asked) return std::nullopt;
  asked->packages = to_hex(digest_of(read_text_file(entry / packages_name)));
  asked->origin = "Debian " + source.release;
  return asked;
}

void require_program(const std::string& name) {
  if (!find_program(name).empty()) return;
  throw Error("make", "a system root", name + " is not installed",
              format("install it, as `apt-get install {}` does", name));
}

}  // namespace

std::string debian_mirror(const std::string& index_targets) {
  std::istringstream text(index_targets);
  for (std::string line; std::getline(text, line);) {
    const auto fields = fields_of(line);
    if (fields.size() < 4 || fields[0] != "Debian" || fields[1] != "main") continue;
    // "bookworm-security" and "bookworm-backports" may be on mirrors that have no releases.
    if (fields[2].find('-') != std::string::npos) continue;
    auto mirror = fields[3];
    while (mirror.ends_with('/')) mirror.pop_back();
    if (!mirror.empty() && !mirror.starts_with("cdrom:")) return mirror;
  }
  return own_mirror;
}

std::string apt_transport_options(const std::string& configuration) {
  static constexpr std::array<std::string_view, 6> wanted{"Acquire::http",     "Acquire::https",
                                                          "Acquire::Check-",   "Acquire::Retries",
                                                          "Acquire::ForceIPv", "Acquire::Max-ValidTime"};
  std::string options;
  std::istringstream text(configuration);
  for (std::string line; std::getline(text, line);) {
    if (std::ranges::any_of(wanted, [&](auto name) { return line.starts_with(name); }))
      options += line + '\n';
  }
  return options;
}

std::optional<Interpreter> cached_debian_python(const InterpreterSource& source, const Store& store) {
  const auto entry = entry_of(source, store);
  if (!fs::is_directory(entry)) return std::nullopt;
  mark_used(entry);
  return interpreter_of(source, entry);
}

Interpreter make_debian_python(const InterpreterSource& source, const Store& store) {
  const auto entry = entry_of(source, store);
  require_program("bwrap");
  require_program("mmdebstrap");
  log_step(format("mmdebstrap unpacks Python {} of Debian {} into {}", source.version, source.release,
                  entry.string()));
  TempDir fresh(entry.parent_path(), "unpacking");
  const auto root = fresh.path() / root_name;
  prepare_root(root);
  unpack(source, fresh.path());
  remove_unread(root);
  add_links(root);
  add_tools(source, store, root);
  auto made = interpreter_of(source, fresh.path());
  if (!made) throw Error("run", "python" + source.version, "it does not start in its system root");
  compile_stdlib(*made, {root / "usr/lib/python3/dist-packages"}, root, "/");
  fresh.publish_unless_there(entry);
  made = interpreter_of(source, entry);
  require(made.has_value(), "the interpreter still runs after its folder was renamed");
  return *made;
}

}  // namespace lbundle
