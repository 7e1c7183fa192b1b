#include "python/entry_hook.hpp"

#include <algorithm>

#include "embedded/bundled_scripts.hpp"
#include "model/error.hpp"
#include "model/lambda_paths.hpp"
#include "model/text.hpp"
#include "os/temp_dir.hpp"
#include "python/script.hpp"

namespace lbundle {

namespace {

HostPath write_text(const HostPath& path, std::string_view text) {
  fs::ofstream(path, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
  return path;
}

}  // namespace

std::optional<EntryHook> hook_entry(const FileSet& files, const BundlePath& entry, const std::string& hook,
                                    std::string_view hook_source, const std::vector<std::string>& words,
                                    const Interpreter& interpreter, const Store& store) {
  const auto* file = files.find_file(entry);
  require(file != nullptr, "the first module is a file");
  const TempDir folder(store.folder() / "tmp", "hook");
  const auto inside = [&](const char* name) { return folder.path() / name; };
  const auto source = read_content(file->content);
  Command command;
  command.folder = folder.path();
  for (const auto& field :
       {path_in(task_root, entry.bytes()), write_text(inside("source"), as_text(source)).string(),
        path_in(task_root, hook + ".py"), write_text(inside("hook"), hook_source).string()})
    command.input += field + '\0';
  std::vector<std::string> arguments{folder.path().string(), hook};
  arguments.insert(arguments.end(), words.begin(), words.end());
  // Seeded, as in bytecode.cpp: the hash seed decides the order of a constant set.
  const auto end = run_python_script(interpreter, PythonStart::seeded, "entry_hook", arguments, command);
  if (end.exit_code == 1 && end.error_output.empty()) return std::nullopt;
  if (!end.succeeded())
    throw Error("compile", entry.bytes(), format("the compiler ended with {}", describe(end)))
        .with_detail(end.error_output);
  const auto stored = [&](const char* name) { return store.put_content(read_file(inside(name))); };
  return EntryHook{stored("entry.py"), stored("entry.pyc"), stored("hook.pyc")};
}

std::string_view dropped_notice_source() {
  return embedded_bundled_scripts_text("dropped_notice.py");
}

std::optional<BundlePath> first_module_of(const std::string& handler, const FileSet& files) {
  auto name = handler.substr(0, handler.rfind('.'));
  std::ranges::replace(name, '.', '/');
  const auto source = [&](const std::string& path) -> std::optional<BundlePath> {
    auto parsed = BundlePath::parse(path);
    return parsed && files.find_file(*parsed) != nullptr ? parsed : std::nullopt;
  };
  for (auto slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1))
    if (auto package = source(name.substr(0, slash) + "/__init__.py")) return package;
  if (auto package = source(name + "/__init__.py")) return package;
  return source(name + ".py");
}

}  // namespace lbundle
