// The problem: /var/task is read-only, so what is not compiled here is compiled again at every cold start.
// And the package must have the same bytes on every run, but marshal also writes whether an object happened
// to be referenced from elsewhere. The idea: the runtime's own interpreter compiles (compile_sources.py),
// each file in a child of the same parent, and the result is cached by everything that it depends on.
// Rejected: compileall, whose output differs with the number of processes and the order of files; a fresh
// interpreter for each file, which costs 20 ms each; timestamp bytecode, which is stale as soon as a zip
// fixes the dates.
#include "python/bytecode.hpp"

#include <algorithm>

#include "json/json.hpp"
#include "model/error.hpp"
#include "model/lambda_paths.hpp"
#include "model/text.hpp"
#include "os/digest_of.hpp"
#include "os/temp_dir.hpp"
#include "python/script.hpp"

namespace lbundle {

namespace {

constexpr const char* bytecode_kind = "bytecode";

// Returns the path that the file will have in the runtime. Tracebacks show it.
std::string name_in_runtime(const BundlePath& path) {
  return path_in(task_root, path.bytes());
}

struct Source {
  BundlePath path;
  const Content* content = nullptr;
  Digest key;  // names everything that the bytecode depends on
};

std::vector<Source> python_sources(const FileSet& sources, const Interpreter& interpreter) {
  const auto& script = python_scripts_digest();
  std::vector<Source> all;
  for (const auto& [path, node] : sources) {
    const auto* file = std::get_if<RegularFile>(&node);
    if (file == nullptr || path.extension() != ".py") continue;
    KeyBuilder key;
    key.add(file->content.digest)
        .add(name_in_runtime(path))
        .add(interpreter.version)
        .add(interpreter.cache_tag)
        .add(script);
    all.push_back({path, &file->content, key.key()});
  }
  return all;
}

// Stores in the cache where the content is, or that there is none.
void remember(const Store& store, const Digest& key, const Content* content) {
  Json entry = Json::object();
  if (content != nullptr) {
    entry["path"] = content->path.string();
    entry["size"] = content->size.bytes();
    entry["digest"] = to_hex(content->digest);
  }
  store.put(bytecode_kind, key, as_bytes(entry.dump()));
}

struct Remembered {
  bool known = false;
  std::optional<Content> content;  // nothing if the source is known not to compile
};

Remembered recall(const Store& store, const Digest& key) {
  const auto bytes = store.find(bytecode_kind, key);
  if (!bytes) return {};
  const auto entry = Json::parse(as_text(*bytes), nullptr, false);
  if (!entry.is_object()) return {};
  if (entry.empty()) return {.known = true, .content = std::nullopt};
  const HostPath path = entry.value("path", "");
  const auto digest = digest_from_hex(entry.value("digest", ""));
  boost::system::error_code ignored;
  if (!digest || !fs::is_regular_file(path, ignored)) return {};
  return {.known = true,
          .content = Content{path, ByteSize(entry.value("size", std::uint64_t{0})), *digest, true}};
}

// Compiles all of `wanted` into `folder`. The result of number i is the file i; it is missing if the source
// does not compile.
void run_compiler(const std::vector<Source>& wanted, const Interpreter& interpreter, unsigned jobs,
                  const HostPath& folder) {
  Command command;
  command.folder = folder;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    command.input += name_in_runtime(wanted[i].path) + '\0';
    command.input += plain_file(*wanted[i].content, folder, i).string() + '\0';
  }
  const auto end = run_python_script(interpreter, PythonStart::seeded, "compile_sources",
                                     {folder.string(), std::to_string(std::max(1U, jobs))}, command);
  if (end.succeeded()) return;
  throw Error("compile", interpreter.program.string(), format("the compiler ended with {}", describe(end)))
      .with_detail(end.error_output);
}

}  // namespace

std::map<BundlePath, Content> compile_bytecode(const FileSet& sources, const Interpreter& interpreter,
                                               const Store& store, unsigned jobs) {
  std::map<BundlePath, Content> compiled;
  std::vector<Source> wanted;
  for (auto& source : python_sources(sources, interpreter)) {
    auto remembered = recall(store, source.key);
    if (!remembered.known) {
      wanted.push_back(std::move(source));
    } else if (remembered.content) {
      compiled.emplace(source.path, std::move(*remembered.content));
    }
  }
  if (wanted.empty()) return compiled;

  const TempDir folder(store.folder() / "tmp", "compile");
  run_compiler(wanted, interpreter, jobs, folder.path());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto result = folder.path() / std::to_string(i);
    if (!fs::exists(result)) {
      remember(store, wanted[i].key, nullptr);
      continue;
    }
    const auto content = store.put_content(read_file(result));
    remember(store, wanted[i].key, &content);
    compiled.emplace(wanted[i].path, content);
  }
  return compiled;
}

BundlePath cached_bytecode_path(const BundlePath& source, const std::string& cache_tag) {
  const auto name = source.name();
  const auto stem = name.substr(0, name.size() - source.extension().size());
  return source.parent() / format("__pycache__/{}.{}.pyc", stem, cache_tag);
}

}  // namespace lbundle
