// The problem: everything later needs one tree with every file as the runtime would want it, and making it
// takes pip and a compiler half a minute, which nobody wants to wait for twice. The idea: the installed part
// is named by a key of all that decides it and made anew only when that changes, in a folder beside that is
// renamed when whole; the function's own files are brought up to date one by one; bytecode follows its
// source. An index of the tree's inodes shows whether anything in it was touched, and then it is made anew.
// Rejected: trusting the folder's date; a second copy of the installed part to restore from, which costs its
// size again.
#include "stages/stage.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>

#include "backend/container_pip.hpp"
#include "backend/host_npm.hpp"
#include "backend/host_pip.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "node/install_scripts.hpp"
#include "node/packages.hpp"
#include "os/digest_of.hpp"
#include "os/fd.hpp"
#include "os/interrupt.hpp"
#include "os/temp_dir.hpp"
#include "os/tree.hpp"
#include "python/bytecode.hpp"
#include "python/distributions.hpp"
#include "python/lock_export.hpp"
#include "python/pip.hpp"
#include "python/preinstalled.hpp"
#include "stages/own_files.hpp"
#include "stages/staged_index.hpp"

namespace lbundle {

namespace {

constexpr unsigned file_mode = 0644;
constexpr unsigned program_mode = 0755;

bool is_node(const Project& project) {
  return project.function.runtime.language == Language::nodejs;
}

bool is_python(const Project& project) {
  return project.function.runtime.language == Language::python;
}

// Lock files are the business of their tools; from here on there is a list that pip reads.
Project with_list_for_pip(Project project, const Store& store) {
  auto& requirements = project.function.requirements;
  if (requirements && is_python(project))
    requirements = requirements_for_pip(*requirements, project.workspace(), store);
  return project;
}

// A place that no build shares with another one, as its key is made of all that shapes the tree but the own
// files.
std::string installed_key(const Project& project, const Interpreter& interpreter, const Backend& backend) {
  KeyBuilder key;
  if (is_node(project)) {
    key.add("staged node 2").add(project.function.leave_preinstalled ? "without the runtime's" : "all");
    if (project.function.requirements) key.add(node_modules_key(project.function));
    return to_hex(key.key());
  }
  if (!is_python(project)) return to_hex(key.add("staged provided 1").key());
  key.add("staged 1").add(requirements_key(project.function, interpreter)).add(interpreter.cache_tag);
  if (project.function.leave_preinstalled) key.add("without the runtime's");
  if (backend.staging) key.add("container 2").add(backend.staging->image.id);
  return to_hex(key.key());
}

// The tree while it is brought up to date.
class TreeUpdate {
 public:
  TreeUpdate(HostPath root, StagedIndex index) : root_(std::move(root)), index_(std::move(index)) {}

  StagedIndex& index() { return index_; }
  const FileSet& changed() const { return changed_; }

  void remove(const BundlePath& path) {
    boost::system::error_code failure;
    fs::remove(root_ / path.bytes(), failure);
    if (failure) throw system_error("remove", (root_ / path.bytes()).string(), failure.value());
    index_.files.remove(path);
    index_.stamps.erase(path);
  }

  void put(const BundlePath& path, ByteView bytes, const Digest& digest, bool executable) {
    const auto target = root_ / path.bytes();
    boost::system::error_code failure;
    fs::create_directories(target.parent_path(), failure);
    if (failure) throw system_error("write", target.string(), failure.value());
    fs::remove(target, failure);
    const auto file = open_file(target, O_WRONLY | O_CREAT | O_EXCL, "write");
    write_all(file, bytes, target);
    fchmod(file.number(), executable ? program_mode : file_mode);
    adopt(path, RegularFile{{target, ByteSize(bytes.size()), digest, false}, executable});
  }

  // What is in the tree already, as `node`.
  void adopt(const BundlePath& path, FileNode node) {
    const auto stamp = stamp_of(root_ / path.bytes());
    require(stamp.has_value(), "a staged file is there");
    index_.stamps.insert_or_assign(path, *stamp);
    changed_.put(path, node);
    index_.files.put(path, std::move(node));
  }

 private:
  HostPath root_;
  StagedIndex index_;
  FileSet changed_;
};

// The modes that Lambda needs, whatever the umask was and the wheel said.
void normalise_modes(const HostPath& root) {
  boost::system::error_code failure;
  fs::recursive_directory_iterator at(root, failure);
  for (const fs::recursive_directory_iterator end; !failure && at != end; at.increment(failure)) {
    struct stat status {};
    if (lstat(at->path().c_str(), &status) != 0 || S_ISLNK(status.st_mode)) continue;
    const bool program = S_ISDIR(status.st_mode) || (status.st_mode & S_IXUSR) != 0;
    if (chmod(at->path().c_str(), program ? program_mode : file_mode) != 0) {
      throw system_error("write", at->path().string(), errno);
    }
  }
  if (failure) throw system_error("read", root.string(), failure.value());
}

// A wheel's own __pycache__ was compiled elsewhere, with dates that no zip keeps.
void remove_foreign_bytecode(const HostPath& root) {
  std::vector<HostPath> caches;
  for (fs::recursive_directory_iterator at(root), end; at != end; ++at) {
    if (at->path().filename() != "__pycache__" || !fs::is_directory(at->symlink_status())) continue;
    caches.push_back(at->path());
    at.disable_recursion_pending();
  }
  for (const auto& cache : caches) remove_tree(cache);
}

// What the runtime has anyway lies where it has it, and not in the tree.
void leave_to_runtime(const Project& project, const HostPath& root, FileSet& files) {
  const auto distributions = read_distributions(files);
  const auto left = left_to_runtime(files, distributions, project.function.runtime.preinstalled);
  const auto place = runtime_packages_folder(project);
  for (const auto& [path, index] : distributions.owner) {
    if (!left.contains(distributions.all.at(index).name) || !files.remove(path)) continue;
    const auto target = place / path.bytes();
    fs::create_directories(target.parent_path());
    fs::rename(root / path.bytes(), target);
    // An empty folder is a package to Python, and a distribution to importlib.metadata.
    boost::system::error_code ignored;
    for (auto folder = path.parent(); !folder.is_root() && fs::is_empty(root / folder.bytes(), ignored);
         folder = folder.parent())
      fs::remove(root / folder.bytes());
  }
}

TreeUpdate install(const Project& project, const Interpreter& interpreter, const Backend& backend,
                   const Store& store, unsigned jobs, const HostPath& root) {
  StagedIndex index;
  index.installed_key = installed_key(project, interpreter, backend);
  TreeUpdate update(root, std::move(index));
  if (!project.function.requirements) return update;
  if (is_node(project)) {
    install_node_modules(project.function, store, root, runtime_packages_folder(project));
  } else if (backend.staging) {
    const auto key = requirements_key(project.function, interpreter);
    install_in_container(*backend.staging, project, key, store, root);
  } else {
    install_on_host(project.function, interpreter, store, root);
  }
  remove_foreign_bytecode(root);
  normalise_modes(root);
  auto files = scan_tree(root, jobs);
  if (is_python(project) && project.function.leave_preinstalled) leave_to_runtime(project, root, files);
  for (const auto& [path, node] : files) update.adopt(path, node);
  return update;
}

// The bytecode that staging put beside a source.
void remove_bytecode(TreeUpdate& update, const BundlePath& source, const Interpreter& interpreter) {
  const auto bytecode = cached_bytecode_path(source, interpreter.cache_tag);
  if (source.extension() == ".py" && update.index().files.contains(bytecode)) update.remove(bytecode);
}

// Follows links: what a link of the project leads to is what counts.
FileStamp source_stamp(const HostPath& file) {
  boost::system::error_code failure;
  const auto real = fs::canonical(file, failure);
  const auto stamp = failure ? std::nullopt : stamp_of(real);
  if (!stamp) throw system_error("read", file.string(), failure ? failure.value() : ENOENT);
  return *stamp;
}

void refuse_inside_a_file(const StagedIndex& index, const BundlePath& path) {
  for (auto folder = path.parent(); !folder.is_root(); folder = folder.parent()) {
    if (!index.files.contains(folder)) continue;
    throw Error("stage", path.bytes(),
                format("{} is a file of an installed package, not a folder", folder.bytes()),
                "give the function's own folder another name");
  }
}

void copy_own_file(TreeUpdate& update, const BundlePath& path, const HostPath& file,
                   const Interpreter& interpreter) {
  auto& index = update.index();
  const auto stamp = source_stamp(file);
  const auto known = index.own.find(path);
  if (known != index.own.end() && known->second == std::pair(file, stamp)) return;
  refuse_inside_a_file(index, path);
  if (known == index.own.end() && index.files.contains(path)) index.collisions.insert(path);
  remove_bytecode(update, path, interpreter);
  struct stat status {};
  if (stat(file.c_str(), &status) != 0) throw system_error("read", file.string(), errno);
  const auto bytes = read_file(file);
  update.put(path, bytes, digest_of(bytes), (status.st_mode & S_IXUSR) != 0);
  index.own.insert_or_assign(path, std::pair(file, stamp));
}

void sync_own_files(TreeUpdate& update, const OwnFiles& own, const Interpreter& interpreter) {
  auto& index = update.index();
  for (auto at = index.own.begin(); at != index.own.end();) {
    if (own.contains(at->first)) {
      ++at;
      continue;
    }
    remove_bytecode(update, at->first, interpreter);
    update.remove(at->first);
    at = index.own.erase(at);
  }
  for (const auto& [path, file] : own) {
    check_interrupt();
    copy_own_file(update, path, file, interpreter);
  }
}

void compile_changed(TreeUpdate& update, const Interpreter& interpreter, const Store& store, unsigned jobs) {
  const auto sources = update.changed();
  for (const auto& [source, content] : compile_bytecode(sources, interpreter, store, jobs)) {
    update.put(cached_bytecode_path(source, interpreter.cache_tag), read_content(content), content.digest,
               false);
  }
}

// True where the tree of `index` can be brought up to date in place. What an own file once covered is gone.
bool can_update(const StagedIndex& index, const OwnFiles& own, const std::string& key) {
  if (index.installed_key != key) return false;
  return std::ranges::all_of(index.collisions, [&](const auto& path) { return own.contains(path); });
}

bool is_current(const StagedIndex& index, const OwnFiles& own) {
  if (index.own.size() != own.size()) return false;
  return std::ranges::all_of(own, [&](const auto& entry) {
    const auto known = index.own.find(entry.first);
    return known != index.own.end() && known->second == std::pair(entry.second, source_stamp(entry.second));
  });
}

// Where the workspace keeps the tree and its index.
struct Places {
  HostPath workspace, tree, index;
};

StagedIndex update_in_place(const Places& places, StagedIndex before, const OwnFiles& own,
                            const Interpreter& interpreter, const Store& store, unsigned jobs) {
  // Until the end there is no index: whoever comes after an interrupted update starts anew.
  fs::remove(places.index);
  TreeUpdate update(places.tree, std::move(before));
  sync_own_files(update, own, interpreter);
  if (!interpreter.program.empty()) compile_changed(update, interpreter, store, jobs);
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

StagedIndex stage_anew(const Project& project, const Places& places, const OwnFiles& own,
                       const Interpreter& interpreter, const Backend& backend, const Store& store,
                       unsigned jobs) {
  fs::remove(places.index);
  remove_tree(runtime_client_folder(project));
  remove_tree(runtime_packages_folder(project));
  if (is_python(project))
    install_runtime_client(project.function, interpreter, store, runtime_client_folder(project));
  TempDir fresh(places.workspace, "staging");
  auto update = install(project, interpreter, backend, store, jobs, fresh.path());
  sync_own_files(update, own, interpreter);
  if (!interpreter.program.empty()) compile_changed(update, interpreter, store, jobs);
  remove_tree(places.tree);
  fresh.publish(places.tree);
  move_paths(update.index(), places.tree);
  write_staged_index(places.index, update.index());
  return std::move(update.index());
}

// Python finds a module as a file, a package or a native module.
bool has_module(const FileSet& files, const BundlePath& module) {
  for (const auto* ending : {".py", ".pyc", "/__init__.py", "/__init__.pyc", ".so", ".abi3.so"}) {
    if (files.contains(BundlePath(module.bytes() + ending))) return true;
  }
  for (auto at = files.lower_bound(module);
       at != files.end() && at->first.bytes().starts_with(module.bytes()); ++at) {
    const auto rest = std::string_view(at->first.bytes()).substr(module.bytes().size());
    if (rest.starts_with(".cpython-") && rest.ends_with(".so")) return true;
  }
  return false;
}

// Node.js takes a file by its path: CommonJS, or a module by its ending or package.json.
bool has_script(const FileSet& files, const BundlePath& script) {
  for (const auto* ending : {".js", ".mjs", ".cjs"}) {
    if (files.contains(BundlePath(script.bytes() + ending))) return true;
  }
  return false;
}

// Lambda starts the file `bootstrap` of the package, else that of a layer.
void check_bootstrap(const Project& project, const FileSet& files) {
  const auto* file = files.find_file(BundlePath("bootstrap"));
  if (file == nullptr && !files.contains(BundlePath("bootstrap")) && project.layers.empty()) {
    throw Error(
        "find", "bootstrap", "the staged tree has no such file, which the runtime would start",
        format("build it beside {}, or add it to `function.source`", project.file.filename().string()))
        .with_status(ExitStatus::wrong_usage);
  }
  if (file == nullptr || file->executable) return;
  throw Error("start", "bootstrap", "it may not be executed, and Lambda would refuse it too",
              "make it executable: `chmod +x bootstrap`")
      .with_status(ExitStatus::wrong_usage);
}

void check_handler(const Project& project, const FileSet& files) {
  if (!is_python(project) && !is_node(project)) {
    check_bootstrap(project, files);
    return;
  }
  const auto& handler = project.function.handler;
  const bool node = is_node(project);
  // Node.js takes all behind the first dot of the last part for the function's name.
  const auto slash = handler.rfind('/');
  auto name = handler.substr(
      0, node ? handler.find('.', slash == std::string::npos ? 0 : slash) : handler.rfind('.'));
  if (!node) std::ranges::replace(name, '.', '/');
  const auto module = BundlePath::parse(name);
  const bool named = handler.find('.') != std::string::npos && module && !module->is_root();
  if (named && (node ? has_script(files, *module) : has_module(files, *module))) return;
  throw Error("find", handler,
              format("the staged tree has no module {}{}", name, node ? ".js or .mjs" : ".py"),
              format("correct `function.handler` in {}, or add the file to `function.source`",
                     project.file.filename().string()))
      .with_status(ExitStatus::wrong_usage);
}

// Nothing of a program's is installed: what lies beside `bootstrap` is all the program's own data and
// libraries, and stays or goes like a package's, by what uses it.
Distributions files_of_program(const Project& project, const FileSet& files) {
  Distributions program;
  program.all.push_back({project.function.name, ""});
  for (const auto& [path, node] : files)
    if (path.bytes() != "bootstrap") program.owner.emplace(path, 0);
  return program;
}

Findings find_collisions(const std::set<BundlePath>& collisions) {
  Findings findings;
  for (const auto& path : collisions) {
    findings.push_back({Severity::warning, "file-collision", path.bytes(),
                        "is brought by an installed package too; the function's own file is bundled",
                        "rename the function's own file"});
  }
  return findings;
}

}  // namespace

HostPath runtime_client_folder(const Project& project) {
  return project.workspace() / "runtime-client";
}

HostPath runtime_packages_folder(const Project& project) {
  return project.workspace() / "runtime-packages";
}

StagedTree stage(const Project& as_written, const Interpreter& interpreter, const Backend& backend,
                 const Store& store, unsigned jobs) {
  const auto project = with_list_for_pip(as_written, store);
  const Places places{project.workspace(), project.workspace() / "staged",
                      project.workspace() / "staged.json"};
  const auto own = find_own_files(as_written);
  const auto key = installed_key(project, interpreter, backend);
  auto before = read_staged_index(places.index, places.tree);
  StagedIndex index;
  if (!before || !can_update(*before, own, key)) {
    index = stage_anew(project, places, own, interpreter, backend, store, jobs);
  } else if (is_current(*before, own)) {
    index = std::move(*before);
  } else {
    index = update_in_place(places, std::move(*before), own, interpreter, store, jobs);
  }
  check_handler(project, index.files);

  StagedTree tree{places.tree, std::move(index.files), {}, find_secrets(own)};
  if (!is_python(project) && !is_node(project)) {
    tree.distributions = files_of_program(project, tree.files);
    for (auto& finding : find_collisions(index.collisions)) tree.findings.push_back(std::move(finding));
    return tree;
  }
  tree.distributions = is_node(project) ? read_node_packages(tree.files) : read_distributions(tree.files);
  // What the function's own files cover is theirs, whatever a RECORD says.
  for (const auto& [path, file] : own) {
    tree.distributions.owner.erase(path);
    tree.distributions.owner.erase(cached_bytecode_path(path, interpreter.cache_tag));
  }
  for (auto& finding : find_collisions(index.collisions)) tree.findings.push_back(std::move(finding));
  if (is_node(project) && project.function.requirements) {
    for (auto& finding : judge_install_scripts(tree.files, project.function.architecture))
      tree.findings.push_back(std::move(finding));
  }
  return tree;
}

}  // namespace lbundle
