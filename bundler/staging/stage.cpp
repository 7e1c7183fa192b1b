// The problem: every later stage needs one tree with every file as the runtime expects it. Making that tree
// takes pip and a compiler half a minute, and nobody wants to wait for that twice. The idea: a key names the
// installed part by everything that decides it. The tree is made again only if the key changes, in a folder
// beside its place that is renamed when it is complete. Otherwise the function's own files are updated one by
// one, and bytecode is compiled for the sources that changed. An index of the tree's inodes shows whether
// anyone modified it; then it is made again too. All files have the date that the zip's entries have, as
// Lambda's tree does, so an answer that contains a file's date is the same on the zip. Rejected: to trust the
// folder's date; to keep a second copy of the installed part to restore from, which costs its size again.
#include "staging/stage.hpp"

#include <algorithm>
#include <cerrno>

#include <sys/stat.h>

#include "install/container_pip.hpp"
#include "install/host_npm.hpp"
#include "install/host_pip.hpp"
#include "install/obtain_js_reader.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "node/install_scripts.hpp"
#include "node/packages.hpp"
#include "os/digest_of.hpp"
#include "os/temp_dir.hpp"
#include "os/tree.hpp"
#include "python/bytecode.hpp"
#include "python/distributions.hpp"
#include "python/lock_export.hpp"
#include "python/pip.hpp"
#include "python/preinstalled.hpp"
#include "staging/handler_check.hpp"
#include "staging/own_files.hpp"
#include "staging/own_files_sync.hpp"
#include "staging/own_import_check.hpp"
#include "staging/runtime_modules.hpp"
#include "staging/secret_search.hpp"
#include "staging/stage_command.hpp"
#include "staging/staged_index.hpp"
#include "staging/system_libraries.hpp"
#include "staging/tree_update.hpp"
#include "zip/writer.hpp"

namespace lbundle {

namespace {

bool is_node(const StagingInputs& inputs) {
  return inputs.function.runtime.language == Language::nodejs;
}

bool is_python(const StagingInputs& inputs) {
  return inputs.function.runtime.language == Language::python;
}

// Returns `inputs` with `requirements` as a list that pip reads, and with what the command of [stage] made.
StagingInputs complete(StagingInputs inputs, const Store& store) {
  if (is_python(inputs))
    inputs.function = with_list_for_pip(std::move(inputs.function), inputs.workspace, store);
  if (inputs.settings.command)
    inputs.own.made = run_stage_command(*inputs.settings.command, inputs.own, store);
  return inputs;
}

// Returns a key of everything that decides the installed part of the tree.
std::string packages_key(const StagingInputs& inputs, const Interpreter& interpreter,
                         const Backend& backend) {
  KeyBuilder key;
  if (is_node(inputs)) {
    key.add("staged node 3").add(inputs.function.leave_preinstalled ? "without the runtime's" : "all");
    if (inputs.function.requirements) key.add(node_modules_key(inputs.function));
    return to_hex(key.key());
  }
  if (!is_python(inputs)) return to_hex(key.add("staged provided 1").key());
  key.add("staged 1").add(requirements_key(inputs.function, interpreter)).add(interpreter.cache_tag);
  if (inputs.function.leave_preinstalled) {
    key.add("without the runtime's 3");
    for (const auto& [name, version] : inputs.function.runtime.preinstalled) key.add(name).add(version);
  }
  if (backend.staging) key.add("container 2").add(backend.staging->image.id);
  return to_hex(key.key());
}

// Returns a key of everything that decides the tree and its index, except the own files.
std::string installed_key(const StagingInputs& inputs, const Interpreter& interpreter,
                          const Backend& backend) {
  KeyBuilder key;
  return to_hex(key.add(packages_key(inputs, interpreter, backend)).add(secret_rules().text).key());
}

void normalise_modes(const HostPath& root) {
  boost::system::error_code failure;
  fs::recursive_directory_iterator at(root, failure);
  for (const fs::recursive_directory_iterator end; !failure && at != end; at.increment(failure)) {
    struct stat status {};
    if (lstat(at->path().c_str(), &status) != 0 || S_ISLNK(status.st_mode)) continue;
    const bool program = S_ISDIR(status.st_mode) || (status.st_mode & S_IXUSR) != 0;
    if (chmod(at->path().c_str(), program ? staged_program_mode : staged_file_mode) != 0) {
      throw system_error("write", at->path().string(), errno);
    }
  }
  if (failure) throw system_error("read", root.string(), failure.value());
}

// Removes every __pycache__ that a wheel brought: it was compiled elsewhere, for file dates that no zip
// keeps.
void remove_foreign_bytecode(const HostPath& root) {
  std::vector<HostPath> caches;
  for (fs::recursive_directory_iterator at(root), end; at != end; ++at) {
    if (at->path().filename() != "__pycache__" || !fs::is_directory(at->symlink_status())) continue;
    caches.push_back(at->path());
    at.disable_recursion_pending();
  }
  for (const auto& cache : caches) remove_tree(cache);
}

// Removes the packages that the function leaves to the runtime, and returns them with their versions.
std::map<std::string, std::string> leave_to_runtime(const StagingInputs& inputs,
                                                    const Interpreter& interpreter, const HostPath& root,
                                                    FileSet& files) {
  const auto distributions = read_distributions(files);
  const auto left = left_to_runtime(files, distributions, inputs.function.runtime.preinstalled, interpreter,
                                    inputs.function.architecture);
  for (const auto& [path, index] : distributions.owner) {
    if (!left.contains(distributions.all.at(index).name) || !files.remove(path)) continue;
    fs::remove(root / path.bytes());
    // Empty folders go too: Python would see a package, and importlib.metadata a distribution.
    boost::system::error_code ignored;
    for (auto folder = path.parent(); !folder.is_root() && fs::is_empty(root / folder.bytes(), ignored);
         folder = folder.parent())
      fs::remove(root / folder.bytes());
  }
  std::map<std::string, std::string> versions;
  for (const auto& distribution : distributions.all)
    if (left.contains(distribution.name)) versions.emplace(distribution.name, distribution.version);
  return versions;
}

TreeUpdate install(const StagingInputs& inputs, const Interpreter& interpreter, const Backend& backend,
                   const Store& store, unsigned jobs, const HostPath& root) {
  StagedIndex index;
  index.installed_key = installed_key(inputs, interpreter, backend);
  TreeUpdate update(root, std::move(index));
  if (!inputs.function.requirements) return update;
  if (is_node(inputs)) {
    install_node_modules(inputs.function, store, root, runtime_packages_folder(inputs.workspace));
  } else if (backend.staging) {
    const auto key = requirements_key(inputs.function, interpreter);
    install_in_container(*backend.staging, inputs.function, inputs.own.project_file.parent_path(), key, store,
                         root);
  } else {
    install_on_host(inputs.function, interpreter, store, root);
  }
  remove_foreign_bytecode(root);
  normalise_modes(root);
  auto files = scan_tree(root, jobs);
  if (is_python(inputs) && inputs.function.leave_preinstalled)
    update.index().left = leave_to_runtime(inputs, interpreter, root, files);
  for (const auto& [path, node] : files) update.adopt(path, node);
  return update;
}

void compile_changed(TreeUpdate& update, const Interpreter& interpreter, const Store& store, unsigned jobs) {
  const auto sources = update.changed();
  for (const auto& [source, content] : compile_bytecode(sources, interpreter, store, jobs)) {
    update.put(cached_bytecode_path(source, interpreter.cache_tag), read_content(content), content.digest,
               false);
  }
}

// True if the tree of `index` can be updated in place. It cannot be if an own file that took the place of an
// installed file is gone now, because the installed file is lost.
bool can_update(const StagedIndex& index, const OwnFiles& own, const std::string& key) {
  if (index.installed_key != key) return false;
  return std::ranges::all_of(index.collisions, [&](const auto& path) { return own.contains(path); });
}

// Where the workspace keeps the tree and its index.
struct Places {
  HostPath workspace, tree, index;
};

// A program has no installed packages. The files beside `bootstrap` are its own data and libraries. They
// count as one distribution here, so that they are pruned like a package's files, by use.
Distributions files_of_program(const StagingInputs& inputs, const FileSet& files) {
  Distributions program;
  program.all.push_back({inputs.function.name, ""});
  for (const auto& [path, node] : files)
    if (path.bytes() != "bootstrap") program.owner.emplace(path, 0);
  return program;
}

Distributions distributions_of(const StagingInputs& inputs, const FileSet& files) {
  if (is_node(inputs)) return read_node_packages(files);
  return is_python(inputs) ? read_distributions(files) : files_of_program(inputs, files);
}

// Brings the libraries that the runtime lacks. Call it when all files that may need them are in the tree.
void bring_libraries(TreeUpdate& update, const StagingInputs& inputs, const Backend& backend,
                     const Store& store, unsigned jobs) {
  const auto distributions = distributions_of(inputs, update.index().files);
  update.index().libraries = bring_system_libraries(update, distributions, inputs, backend, store, jobs);
}

StagedIndex update_in_place(const StagingInputs& inputs, const Places& places, StagedIndex before,
                            const OwnFiles& own, const Interpreter& interpreter, const Backend& backend,
                            const Store& store, unsigned jobs) {
  // There is no index until the update is complete: after an interrupted update the next build starts from
  // scratch.
  fs::remove(places.index);
  TreeUpdate update(places.tree, std::move(before));
  remove_brought(update, update.index().libraries);
  sync_own_files(update, own, interpreter);
  bring_libraries(update, inputs, backend, store, jobs);
  if (!interpreter.program.empty()) compile_changed(update, interpreter, store, jobs);
  update.set_dates(zip::entry_date());
  write_staged_index(places.index, update.index());
  return std::move(update.index());
}

void move_paths(StagedIndex& index, const HostPath& root) {
  FileSet moved;
  for (const auto& [path, node] : index.files) {
    auto copy = node;
    if (auto* file = std::get_if<RegularFile>(&copy)) file->content.path = root / path.bytes();
    moved.put(path, std::move(copy));
  }
  index.files = std::move(moved);
}

StagedIndex stage_from_scratch(const StagingInputs& inputs, const Places& places, const OwnFiles& own,
                               const Interpreter& interpreter, const Backend& backend, const Store& store,
                               unsigned jobs) {
  fs::remove(places.index);
  remove_tree(runtime_client_folder(inputs.workspace));
  remove_tree(runtime_packages_folder(inputs.workspace));
  if (is_python(inputs))
    install_runtime_client(inputs.function, interpreter, store, runtime_client_folder(inputs.workspace));
  if (is_python(inputs) && inputs.function.leave_preinstalled)
    install_preinstalled(inputs.function, interpreter, store, runtime_packages_folder(inputs.workspace));
  TempDir fresh(places.workspace, "staging");
  auto update = install(inputs, interpreter, backend, store, jobs, fresh.path());
  sync_own_files(update, own, interpreter);
  bring_libraries(update, inputs, backend, store, jobs);
  if (!interpreter.program.empty()) compile_changed(update, interpreter, store, jobs);
  update.set_dates(zip::entry_date());
  remove_tree(places.tree);
  fresh.publish(places.tree);
  move_paths(update.index(), places.tree);
  write_staged_index(places.index, update.index());
  return std::move(update.index());
}

// Says what the runtime's own packages were in the sandbox, and which of them the requirements want in
// another version.
Findings find_runtime_packages(const Function& function, const std::map<std::string, std::string>& left) {
  if (!function.leave_preinstalled || function.runtime.language != Language::python) return {};
  Findings findings;
  for (const auto& [name, version] : left) {
    const auto own = function.runtime.preinstalled.find(name);
    if (own == function.runtime.preinstalled.end() || own->second.empty() || own->second == version) continue;
    findings.push_back(
        {Severity::warning, "runtime-version", "",
         format(
             "the requirements give {} {}, and it is left to the runtime: events ran with {}, and Lambda has "
             "the version that AWS put there",
             name, version, own->second),
         "preinstalled = \"bundle\" in [stage] bundles the version that the requirements give"});
  }
  std::string list;
  for (const auto& [name, version] : function.runtime.preinstalled)
    if (!version.empty()) list += format("{}{} {}", list.empty() ? "" : ", ", name, version);
  if (!list.empty())
    findings.push_back({Severity::note, "runtime-packages", "",
                        format("events find the runtime's own packages, which are not in the zip: {}; AWS "
                               "changes its versions without notice",
                               list),
                        ""});
  return findings;
}

Findings find_collisions(const std::set<BundlePath>& collisions) {
  Findings findings;
  for (const auto& path : collisions) {
    findings.push_back({Severity::warning, "file-collision", path.bytes(),
                        "an installed package has this file too; the function's own file is bundled",
                        "rename the function's own file"});
  }
  return findings;
}

// The secrets that were found by content, and the files that are named like some.
std::map<BundlePath, Secret> secrets_of(const OwnFiles& own, std::map<BundlePath, Secret> found) {
  for (const auto& [path, file] : own)
    if (has_name_of_secrets(path)) found.emplace(path, Secret{"looks like a file of secrets", 0, true});
  return found;
}

// The same for the bytecode of each source.
std::map<BundlePath, Doubt> with_bytecode(std::map<BundlePath, Doubt> doubtful,
                                          const Interpreter& interpreter) {
  if (interpreter.program.empty()) return doubtful;
  std::map<BundlePath, Doubt> bytecode;
  for (const auto& [path, doubt] : doubtful)
    if (path.extension() == ".py") bytecode.emplace(cached_bytecode_path(path, interpreter.cache_tag), doubt);
  doubtful.merge(bytecode);
  return doubtful;
}

}  // namespace

HostPath runtime_client_folder(const HostPath& workspace) {
  return workspace / "runtime-client";
}

HostPath runtime_packages_folder(const HostPath& workspace) {
  return workspace / "runtime-packages";
}

StagedTree stage(const StagingInputs& as_written, const Interpreter& interpreter, const Backend& backend,
                 const Store& store, unsigned jobs) {
  const auto inputs = complete(as_written, store);
  const Places places{inputs.workspace, inputs.workspace / "staged", inputs.workspace / "staged.json"};
  auto [own, own_findings, doubtful, left_out] = search_own_files(inputs.own);
  const auto key = installed_key(inputs, interpreter, backend);
  auto before = read_staged_index(places.index, places.tree);
  StagedIndex index;
  if (!before || !can_update(*before, own, key)) {
    index = stage_from_scratch(inputs, places, own, interpreter, backend, store, jobs);
  } else if (own_files_are_current(*before, own) && is_current(before->libraries, inputs, backend) &&
             before->date == zip::entry_date()) {
    index = std::move(*before);
  } else {
    index = update_in_place(inputs, places, std::move(*before), own, interpreter, backend, store, jobs);
  }
  if (is_node(inputs) && inputs.function.leave_preinstalled)
    install_runtime_modules(inputs.function,
                            used_runtime_modules(own, index.files, inputs.function.runtime.preinstalled),
                            store, runtime_packages_folder(inputs.workspace));
  require_handler(index.files, inputs.function, !inputs.layers.empty(),
                  inputs.own.project_file.filename().string());

  StagedTree tree{places.tree, std::move(index.files), {}, {}};
  tree.secrets = secrets_of(own, std::move(index.secrets));
  tree.doubtful = with_bytecode(std::move(doubtful), interpreter);
  tree.left_out = std::move(left_out);
  tree.brought = std::move(index.libraries.brought);
  tree.distributions = distributions_of(inputs, tree.files);
  add_brought(tree.brought, tree.distributions);
  append(tree.findings, own_findings);
  append(tree.findings, judge_own_imports(inputs, tree.files, own, interpreter, store, jobs));
  // A container of the runtime's image has the image's own packages.
  if (!backend.running) append(tree.findings, find_runtime_packages(inputs.function, index.left));
  for (auto& finding : index.libraries.findings) tree.findings.push_back(std::move(finding));
  if (!is_python(inputs) && !is_node(inputs)) {
    for (auto& finding : find_collisions(index.collisions)) tree.findings.push_back(std::move(finding));
    return tree;
  }
  // Own files, and their bytecode, belong to the function even if a package's RECORD lists these paths.
  for (const auto& [path, file] : own) {
    tree.distributions.owner.erase(path);
    tree.distributions.owner.erase(cached_bytecode_path(path, interpreter.cache_tag));
  }
  for (auto& finding : find_collisions(index.collisions)) tree.findings.push_back(std::move(finding));
  if (is_node(inputs) && inputs.function.requirements) {
    std::optional<JsReader> reader;  // most trees have no script that must be read
    const auto read_text = [&](const std::string& source) {
      if (!reader) reader.emplace(obtain_js_reader(store, jobs));
      return reader->read_text(source);
    };
    for (auto& finding : judge_install_scripts(tree.files, inputs.function.architecture, read_text))
      tree.findings.push_back(std::move(finding));
  }
  return tree;
}

}  // namespace lbundle
