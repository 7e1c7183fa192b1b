// The problem: lbundle's Python programs are embedded in one binary and import each other, and an interpreter
// has to find them. The idea: the package is written once into the cache, under a name made from its content.
// The interpreter runs this folder, so its modules are plain modules. Every interpreter sees the folder: a
// system root shows all folders of this machine but /usr at their own paths, and interpreters of images run
// none of these programs. Rejected: the text after -c, which cannot import another module, has no source
// lines in a traceback, and may be longer than the kernel allows for one argument (128 KiB); a zip in a
// memory file, whose descriptor would have to pass through every program on the way; a new folder for each
// run, which every build would have to write again.
#include "python/script.hpp"

#include <map>

#include "cache/inventory.hpp"
#include "cache/store.hpp"
#include "embedded/python_scripts.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/bytes.hpp"
#include "os/digest_of.hpp"
#include "os/temp_dir.hpp"
#include "python/system_root.hpp"

namespace lbundle {

namespace {

constexpr const char* script_package = "lbundle_scripts";

std::string file_name(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

bool is_whole(const HostPath& folder) {
  for (const auto& [path, text] : embedded_python_scripts) {
    boost::system::error_code ignored;
    const auto file = folder / file_name(path);
    if (!fs::is_regular_file(file, ignored) || read_text_file(file) != text) return false;
  }
  return true;
}

void write_package_unless_there(const HostPath& parent, const HostPath& target) {
  if (fs::is_directory(target)) return;
  TempDir fresh(parent, "writing");
  fs::create_directories(fresh.path() / script_package);
  for (const auto& [path, text] : embedded_python_scripts)
    write_file(fresh.path() / script_package / file_name(path), text);
  // If another process was faster, its package has the same content.
  fresh.publish_unless_there(target);
}

std::vector<std::string> options_of(PythonStart start) {
  switch (start) {
    case PythonStart::bare:
      return {"-I", "-S", "-B"};
    case PythonStart::with_packages:
      return {"-I", "-B"};
    case PythonStart::seeded:
      // -I would ignore the hash seed. These options isolate as well, because the environment is lbundle's
      // own and the package's folder is first in the path.
      return {"-s", "-S", "-B"};
  }
  return {};
}

}  // namespace

const Digest& python_scripts_digest() {
  static const auto digest = [] {
    KeyBuilder key;
    for (const auto& [path, text] : embedded_python_scripts) key.add(file_name(path)).add(text);
    return key.key();
  }();
  return digest;
}

HostPath python_scripts_folder() {
  const auto parent = default_cache_folder() / "scripts";
  const auto folder = parent / to_hex(python_scripts_digest()).substr(0, 32);
  write_package_unless_there(parent, folder);
  // Only a damaged folder is removed: another process may be using one that was just written.
  if (!is_whole(folder / script_package)) {
    remove_tree(folder);
    write_package_unless_there(parent, folder);
  }
  mark_used(folder);
  return folder / script_package;
}

std::vector<std::string> python_script_command(const Interpreter& interpreter, PythonStart start,
                                               const std::string& script,
                                               const std::vector<std::string>& arguments) {
  auto words = options_of(start);
  words.push_back(python_scripts_folder().string());
  words.push_back(script);
  words.insert(words.end(), arguments.begin(), arguments.end());
  return python_command(interpreter, words);
}

ProcessEnd run_python_script(const Interpreter& interpreter, PythonStart start, const std::string& script,
                             const std::vector<std::string>& arguments, Command settings) {
  settings.arguments = python_script_command(interpreter, start, script, arguments);
  if (start == PythonStart::seeded)
    settings.environment = std::map<std::string, std::string>{{"PYTHONHASHSEED", "0"}, {"LC_ALL", "C.UTF-8"}};
  return run(settings);
}

}  // namespace lbundle
