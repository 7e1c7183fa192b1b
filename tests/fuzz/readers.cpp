#include "fuzz/readers.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include <sys/mman.h>
#include <unistd.h>

#include "elf/elf_file.hpp"
#include "elf/x86_code.hpp"
#include "evidence/access_log_file.hpp"
#include "evidence/committed_log.hpp"
#include "fuzz/elf_fault.hpp"
#include "install/npm_lock.hpp"
#include "json/json.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "node/js_facts.hpp"
#include "node/own_loads.hpp"
#include "node/packages.hpp"
#include "node/resolver.hpp"
#include "os/atomic_file.hpp"
#include "package/baseline.hpp"
#include "package/check.hpp"
#include "package/package_sizes.hpp"
#include "package/size_listing.hpp"
#include "project/own_file_rules.hpp"
#include "project/project.hpp"
#include "project/rules.hpp"
#include "project/runtime.hpp"
#include "project/secret_rules.hpp"
#include "project/tool_pins.hpp"
#include "python/distributions.hpp"
#include "python/entry_points.hpp"
#include "python/missing_module.hpp"
#include "python/pip.hpp"
#include "python/requirement_list.hpp"
#include "report/manifest.hpp"
#include "staging/secret_search.hpp"
#include "zip/reader.hpp"

namespace lbundle::fuzz {

namespace {

std::string text_of(ByteView bytes) {
  return std::string(as_text(bytes));
}

void read_zip(ByteView bytes) {
  const MemoryFile file(bytes);
  CheckOptions options;
  options.jobs = 1;
  options.use.runtime = *find_runtime("python3.11");
  options.use.handler = "handler.handler";
  const auto checked = check(file.path(), {}, options);
  ByteSize zipped(zip::ZipReader(file.path()).rest());
  for (const auto& part : checked.packages) zipped += part.zipped;
  promise(zipped == checked.zipped, "each byte of a zip belongs to one entry or to none");
  list_sizes(file.path(), ContentNames::crc, 1);
}

void read_elf(ByteView bytes) {
  const auto fault = fault_of_elf(Bytes(bytes.begin(), bytes.end()));
  promise(fault.empty(), fault.c_str());
}

void read_x86(ByteView bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const auto instruction = elf::decode_x86(bytes.subspan(at), 0x1000 + at);
    if (!instruction) break;
    promise(instruction->size > 0 && instruction->size <= bytes.size() - at,
            "an instruction is in its bytes");
    at += instruction->size;
  }
}

// A folder with what a project file may name.
const HostPath& project_folder() {
  static const HostPath folder = [] {
    HostPath made = "/dev/shm/lbundle-fuzz." + std::to_string(getpid());
    write_file(made / "events/train-a.json", std::string_view("{}"));
    write_file(made / "handler.py", std::string_view("def handler(event, context):\n    return 1\n"));
    write_file(made / "requirements.txt", std::string_view("six\n"));
    std::atexit([] { std::filesystem::remove_all("/dev/shm/lbundle-fuzz." + std::to_string(getpid())); });
    return made;
  }();
  return folder;
}

void read_project_file(ByteView bytes) {
  // Globs that leave the folder would search this machine.
  if (as_text(bytes).find("..") != std::string_view::npos ||
      as_text(bytes).find("/**") != std::string_view::npos)
    return;
  const auto file = project_folder() / "lbundle.toml";
  write_file(file, as_text(bytes));
  read_project(file);
}

// The first byte chooses the kind of rules.
void read_rules(ByteView bytes) {
  if (bytes.empty()) return;
  const auto text = text_of(bytes.subspan(1));
  switch (bytes[0] % 5) {
    case 0:
      parse_rules("rules/packages/x.toml", text);
      break;
    case 1:
      parse_runtime("rules/runtimes/x.toml", text);
      break;
    case 2:
      parse_own_file_rules("rules/own-files.toml", text);
      break;
    case 3:
      parse_tool_pins("rules/tools.toml", text);
      break;
    default: {
      const auto rules = parse_secret_rules("rules/secrets.toml", text);
      secret_in(BundlePath("a"), bytes, rules);
    }
  }
}

void read_access_log_of(ByteView bytes) {
  const MemoryFile file(bytes);
  const auto log = read_access_log(file.path());
  auto merged = log;
  merge(merged, log);
  evidence_below(merged, "/var/task");
}

void read_committed_log_of(ByteView bytes) {
  const MemoryFile file(bytes);
  const auto text = committed_log_text(read_committed_log(file.path()));
  const MemoryFile again(as_bytes(text));
  promise(committed_log_text(read_committed_log(again.path())) == text, "a committed log comes back");
}

void read_baseline_of(ByteView bytes) {
  const MemoryFile file(bytes);
  read_baseline(file.path());
  Budget budget;
  budget.zipped = Growth{true, 1, {}};
  compare_with_baseline({}, budget, file.path());
}

void read_manifest(ByteView bytes) {
  const auto manifest = parse_manifest(as_text(bytes), "m.json");
  check_sums(manifest);
  const auto text = manifest_json(manifest);
  promise(manifest_json(parse_manifest(text, "m.json")) == text, "a manifest comes back");
}

void read_requirements(ByteView bytes) {
  const auto text = to_text(parse_requirement_list(as_text(bytes), "/nonexistent"));
  to_text(parse_requirement_list(text, "/nonexistent"));
}

void read_package_lock(ByteView bytes) {
  const auto json = parse_json(as_text(bytes), "package-lock.json");
  if (json.is_object() && json.contains("packages") && json.at("packages").is_object())
    part_packages(json.at("packages"), {{"@aws-sdk", ""}, {"a", ""}});
}

// A tree of a module, the files of a package, and its package.json, which is the input.
void read_package_json(ByteView bytes) {
  const MemoryFile description(bytes);
  FileSet files;
  const auto put = [&](const char* path, const HostPath& place, std::size_t size) {
    files.put(BundlePath(path), RegularFile{Content{place, ByteSize(size), {}, false}, false});
  };
  put("handler.js", description.path(), 0);
  for (const auto* path : {"node_modules/a/index.js", "node_modules/a/lib/b.js", "node_modules/a/lib/b.mjs",
                           "node_modules/a/c/index.js"})
    put(path, description.path(), 0);
  put("node_modules/a/package.json", description.path(), bytes.size());
  put("package.json", description.path(), bytes.size());
  const NodeResolver resolver(files, 22);
  const BundlePath from("handler.js"), folder("node_modules/a");
  for (const auto kind : {NodeResolver::Kind::required, NodeResolver::Kind::imported}) {
    for (const auto* name : {"a", "a/lib/b", "a/c", "a/package.json", "#x", "#lib/b.js", "./node_modules/a"})
      resolver.resolve(name, from, kind);
    resolver.entries_of(folder, kind);
    resolver.entry_of(folder, "./lib/b", kind);
  }
  resolver.take_descriptions();
  read_node_packages(files);
}

void read_javascript(ByteView bytes) {
  const auto text = text_of(bytes);
  search_js_text(text, "why");
  if (const auto facts = parse_js_facts(text)) for_processor(*facts, "x64");
  is_loaded_plainly(text, "./x");
  for (const int line : {1, 2, 1000}) is_in_try(text, line);
}

// RECORD, METADATA, and a second RECORD.
void read_record(ByteView bytes) {
  const auto parts = parts_of(bytes, 3);
  const MemoryFile record(as_bytes(parts[0])), metadata(as_bytes(parts[1])), other(as_bytes(parts[2]));
  FileSet files;
  const auto put = [&](const char* path, const MemoryFile& file, std::size_t size) {
    files.put(BundlePath(path), RegularFile{Content{file.path(), ByteSize(size), {}, false}, false});
  };
  put("a-1.dist-info/RECORD", record, parts[0].size());
  put("a-1.dist-info/METADATA", metadata, parts[1].size());
  put("b-1.dist-info/RECORD", other, parts[2].size());
  put("a/__init__.py", other, parts[2].size());
  put("a/b/c.so", other, parts[2].size());
  read_distributions(files);
  std::vector<BundlePath> paths;
  for (const auto& [path, node] : files) paths.push_back(path);
  const auto owners = owners_of(paths, [&](const BundlePath& path) -> std::optional<std::string> {
    return path.name() == "RECORD" ? std::optional(path.bytes().starts_with("a") ? parts[0] : parts[2])
                                   : std::nullopt;
  });
  for (const auto& [path, number] : owners.owner) promise(number < owners.all.size(), "each owner is known");
}

void read_entry_points(ByteView bytes) {
  for (const auto& entry : entry_points_in(as_text(bytes)))
    promise(entry.module.find(':') == std::string::npos, "the module has no object in it");
}

void read_pip_log(ByteView bytes) {
  const auto log = text_of(bytes);
  Function function;
  function.runtime = *find_runtime("python3.11");
  function.requirements = HostPath("/nonexistent/requirements.txt");
  requirement_without_wheel(log);
  reports_failed_build(log);
  pip_error(log, function);
  missing_module_in(log, Language::python);
  missing_module_in(log, Language::nodejs);
}

void read_for_secrets(ByteView bytes) {
  for (const auto* path : {"a", ".npmrc", ".pgpass", "x.tfstate", ".netrc"}) {
    const auto found = secret_in(BundlePath(path), bytes);
    promise(!found || found->line >= 0, "a secret has a line");
  }
}

constexpr std::array all{Reader{"zip", read_zip},
                         Reader{"elf", read_elf},
                         Reader{"x86", read_x86},
                         Reader{"project", read_project_file},
                         Reader{"rules", read_rules},
                         Reader{"access-log", read_access_log_of},
                         Reader{"committed-log", read_committed_log_of},
                         Reader{"baseline", read_baseline_of},
                         Reader{"manifest", read_manifest},
                         Reader{"requirements", read_requirements},
                         Reader{"package-lock", read_package_lock},
                         Reader{"package-json", read_package_json},
                         Reader{"javascript", read_javascript},
                         Reader{"record", read_record},
                         Reader{"entry-points", read_entry_points},
                         Reader{"pip-log", read_pip_log},
                         Reader{"secrets", read_for_secrets}};

}  // namespace

std::span<const Reader> readers() {
  return all;
}

const Reader& reader_named(std::string_view name) {
  const auto found = std::ranges::find(all, name, &Reader::name);
  if (found == all.end()) throw std::invalid_argument(format("no reader is named '{}'", name));
  return *found;
}

MemoryFile::MemoryFile(ByteView bytes) : fd_(memfd_create("input", MFD_CLOEXEC)) {
  write_all(fd_, bytes, "input");
}

HostPath MemoryFile::path() const {
  return format("/proc/self/fd/{}", fd_.number());
}

std::vector<std::string> parts_of(ByteView bytes, std::size_t count) {
  std::vector<std::string> parts;
  auto rest = as_text(bytes);
  while (parts.size() + 1 < count) {
    parts.emplace_back(rest.substr(0, rest.find('\0')));
    rest.remove_prefix(std::min(parts.back().size() + 1, rest.size()));
  }
  parts.emplace_back(rest);
  return parts;
}

}  // namespace lbundle::fuzz
