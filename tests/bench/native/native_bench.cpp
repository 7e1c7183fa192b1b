// What dedupe and strip make of a tree, for wheels.py and for a look:
//
//   native_bench strip|share|both TREE OUTPUT CACHE
//
// Writes the tree as it becomes to OUTPUT ("-": nowhere), the verdicts and outcomes to stdout, one a line
// with tabs between the fields, and the times to stderr. A second run with the same CACHE shows what is
// remembered.
#include <chrono>
#include <iostream>
#include <string_view>

#include "native/dedupe.hpp"
#include "native/native_facts.hpp"
#include "native/strip.hpp"
#include "os/atomic_file.hpp"
#include "os/parallel.hpp"
#include "os/tree.hpp"

namespace {

using namespace lbundle;
using Clock = std::chrono::steady_clock;

template <typename Work>
auto timed(const char* what, const Work& work) {
  const auto start = Clock::now();
  auto result = work();
  std::cerr << what << " " << std::chrono::duration<double>(Clock::now() - start).count() << " s\n";
  return result;
}

Bundle bundle_of(const HostPath& tree) {
  Bundle bundle;
  bundle.files = scan_tree(tree, available_cores());
  for (const auto& [path, node] : bundle.files) {
    bundle.decisions[path] = {Verdict::keep, {}, unzipped_size(node), unzipped_size(node), path};
  }
  return bundle;
}

void write_tree(const FileSet& files, const HostPath& output) {
  for (const auto& [path, node] : files) {
    const HostPath place = output / path.bytes();
    fs::create_directories(place.parent_path());
    if (const auto* link = std::get_if<SymbolicLink>(&node)) {
      fs::create_symlink(link->target, place);
      continue;
    }
    const auto& file = std::get<RegularFile>(node);
    write_file(place, read_content(file.content));
    if (file.executable)
      fs::permissions(place, fs::add_perms | fs::owner_exe | fs::group_exe | fs::others_exe);
  }
}

void print_outcomes(const Bundle& bundle, const std::vector<BundlePath>& native) {
  std::map<std::string, std::string> kept;
  for (const Finding& finding : bundle.findings) kept[finding.path] = finding.message;
  for (const BundlePath& path : native) {
    const Decision& decision = bundle.decisions.at(path);
    const char* outcome = decision.verdict == Verdict::keep  ? "kept"
                          : decision.reason.stage == "strip" ? "relaid"
                                                             : "shared";
    std::cout << outcome << "\t" << path.bytes() << "\t" << decision.before.bytes() << "\t"
              << decision.after.bytes() << "\t"
              << (decision.verdict == Verdict::keep ? kept[path.bytes()] : decision.reason.text) << "\n";
  }
}

int run(std::string_view what, const HostPath& tree, const std::string& output, const Store& store) {
  Bundle bundle = timed("scan", [&] { return bundle_of(tree); });
  const auto native = native_files(bundle.files);
  const auto before = bundle.files.unzipped().bytes();
  timed("read", [&] { return read_native_facts(bundle.files, store, available_cores()); });
  if (what != "strip") {
    Sharing sharing;
    const elf::LoaderPaths loader{"/var/task",
                                  elf::folders_below("/var/task", {"/var/task", "/var/task/lib"})};
    bundle = timed("share", [&] {
      auto deduped = dedupe(std::move(bundle), {DedupeMode::safe, store, available_cores(), loader});
      sharing = std::move(deduped.sharing);
      return std::move(deduped.bundle);
    });
    for (const SharingVerdict& one : sharing.verdicts) {
      std::cout << (one.chosen    ? "share"
                    : one.allowed ? "could"
                                  : "refuse")
                << "\t" << one.replaced.bytes() << "\t" << one.replacement.bytes() << "\t"
                << one.saved.bytes() << "\t" << one.reason << "\n";
    }
  }
  if (what != "share") {
    bundle = timed("strip", [&] { return strip(std::move(bundle), {store, available_cores(), {}, true}); });
  }
  print_outcomes(bundle, native);
  std::cerr << "bytes " << before << " -> " << bundle.files.unzipped().bytes() << "\n";
  if (output != "-") write_tree(bundle.files, output);
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 5) {
    std::cerr << "usage: native_bench strip|share|both TREE OUTPUT CACHE\n";
    return 2;
  }
  try {
    return run(arguments[1], arguments[2], arguments[3], Store{HostPath{arguments[4]}});
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
