// The problem: a library that was made for another system looks like any other file of the bundle. It fails
// at the first invocation, one file at a time, in the loader's words: `version 'GLIBC_2.28' not found`,
// `wrong ELF class`, `libexpat.so.1: cannot open shared object file`, `No module named`.
//
// The idea: ask of every native file what the runtime's loader and interpreter ask, and answer from data. Is
// it made for this processor? Is each library found by the loader's own search order, or certain to be in the
// runtime (rules/runtimes)? Does that library have the demanded versions? Does the interpreter that a program
// names exist? May a processor lack instructions that the code needs? Does Python look for a module by this
// name? What certainly fails once it is loaded is an error; what may fail is a warning.
//
// A DT_NEEDED that no search path leads to, although a file of the tree has that SONAME, is a warning and not
// an error. If a library is loaded already, glibc takes it for every later need of its name, and packages
// rely on that. Some load their libraries through ctypes when they are imported (PyTorch, the NVIDIA wheels).
// Others leave a library without a path of its own beside one that has it. If another library of the tree
// brings both into one process, there is no finding. There is none either for versions that are marked weak,
// for object files, for code for graphics processors, or for a second form of a module whose first form fits.
//
// A package that carries one build for each system is not a mistake either (abi/other_builds.hpp). A library
// for another processor beside one for this processor is a warning, unless it is an extension module or
// something needs it.
//
// Tried and rejected: reading the runtime's image to see what is there. The image holds more than the runtime
// that zips run in: libexpat.so.1 is in the image of python3.12 but not in its runtime. Judging wheels by
// their tags misses what was built on this machine or copied in by the user, and tags that promise too much.
//
// Why it is right: each question is one that the loader asks, answered from the tables that the loader reads.
// What only a run can show (dlopen by a computed name) is left to `verify`.
#include "abi/abi.hpp"

#include <algorithm>
#include <array>

#include <fcntl.h>
#include <unistd.h>

#include "abi/abi_libraries.hpp"
#include "abi/abi_names.hpp"
#include "abi/abi_report.hpp"
#include "abi/abi_tree.hpp"
#include "abi/file_platform.hpp"
#include "abi/other_builds.hpp"
#include "abi/package_systems.hpp"
#include "elf/abi_facts.hpp"
#include "model/error.hpp"
#include "model/lambda_paths.hpp"
#include "model/text.hpp"
#include "native/native_facts.hpp"
#include "os/fd.hpp"
#include "project/platform_names.hpp"

namespace lbundle {

namespace {

bool is_program(const BundlePath& path, const elf::ElfFacts& facts) {
  return !facts.interpreter.empty() && facts.soname.empty() && !is_library_name(path.name());
}

// The loader looks into such a folder only on processors that have the features in its name: glibc's manual,
// "Hardware capabilities".
bool is_chosen_by_processor(const BundlePath& path) {
  return path.bytes().find("glibc-hwcaps/") != std::string::npos;
}

Bytes beginning_of(const Content& content) {
  if (content.path.empty()) return {};  // of a zip, a file that is not native
  if (content.compressed) return read_content(content);
  const Fd file = open_file(content.path, O_RDONLY, "read");
  Bytes start(4);
  const auto size = ::read(file.number(), start.data(), start.size());
  start.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  return start;
}

class AbiJudge {
 public:
  AbiJudge(const FileSet& files, const Distributions& owners, const AbiTarget& target, AbiScope scope,
           const elf::TreeFacts& facts, const FaultIsIdle& is_idle = {})
      : files_(files),
        target_(target),
        scope_(scope),
        facts_(facts),
        tag_(target.runtime.language == Language::python
                 ? expected_module_tag(target.runtime, target.architecture)
                 : std::string()),
        report_(owners, files, scope == AbiScope::bundle ? is_idle : FaultIsIdle{}),
        other_builds_(owners, target.architecture),
        libraries_(files, facts, target, scope, is_idle, report_) {
    for (const auto& [path, one] : facts_.files) {
      if (!fits(*one)) {
        if (is_loadable(*one)) unfit_.insert(path);
        continue;
      }
      if (is_loadable(*one)) other_builds_.add_fitting(path);
      fitting_folders_.insert(path.parent());
      fitting_names_.emplace(path.name());
      needed_.insert(one->needed.begin(), one->needed.end());
    }
  }

  Findings judge() {
    for (const auto& [path, node] : files_) {
      const auto* file = std::get_if<RegularFile>(&node);
      if (file != nullptr) judge_file(path, *file);
    }
    auto findings = report_.take();
    append(findings, other_builds_.take());
    return findings;
  }

  std::vector<MissingLibrary> missing() {
    std::vector<MissingLibrary> missing;
    for (const auto& [path, facts] : facts_.files) {
      if (!fits(*facts) || !is_loadable(*facts) || other_builds_.taken_instead_of(path)) continue;
      for (const auto& library : facts->needed)
        if (libraries_.is_missing(path, library)) missing.push_back({library, path});
    }
    return missing;
  }

 private:
  bool fits(const elf::ElfFacts& facts) const { return lbundle::fits(facts, target_.architecture); }

  void judge_file(const BundlePath& path, const RegularFile& file) {
    if (facts_.malformed.contains(path)) {
      judge_malformed(path);
    } else if (const auto found = facts_.files.find(path); found != facts_.files.end()) {
      if (!is_loadable(*found->second)) return;
      if (const auto taken = other_builds_.taken_instead_of(path)) {
        other_builds_.note(path, file.content.size, platform_text(*found->second, target_.architecture),
                           taken);
        return;
      }
      if (unfit_.contains(path)) {
        judge_unfit(path, file, *found->second);
        return;
      }
      judge_fitting(path, *found->second);
      judge_module_name(path);
    } else {
      judge_foreign(path, file);
    }
  }

  void judge_malformed(const BundlePath& path) {
    if (!is_library_name(path.name())) return;
    report_.add(Severity::warning, "abi-unreadable-library", path,
                format("is not a valid ELF file: {}", facts_.malformed.at(path)),
                "install its package again; a library that was cut off or patched may not load");
  }

  // For a file that is made for another processor, another system or another C library.
  void judge_unfit(const BundlePath& path, const RegularFile& file, const elf::ElfFacts& facts) {
    const auto what = unfit_message(facts, target_.runtime, target_.architecture);
    report_.add(severity_of_unfit(path, file, facts), "abi-architecture", path, what,
                target_.starts(path) ? way_to_program(facts, target_.architecture)
                                     : format("install a build for {} of it, or drop the file if nothing "
                                              "loads it (`drop` in [prune])",
                                              to_text(target_.architecture)));
  }

  Severity severity_of_unfit(const BundlePath& path, const RegularFile& file,
                             const elf::ElfFacts& facts) const {
    if (target_.starts(path)) return Severity::error;
    if (is_extension_module(path, file)) {
      return has_other_form(files_, path, tag_, unfit_) ? Severity::warning : Severity::error;
    }
    if (needed_.contains(std::string(path.name())) || needed_.contains(facts.soname)) return Severity::error;
    if (is_first_addon(path)) return Severity::error;
    if (!is_library_name(path.name()) || has_companion(path)) return Severity::warning;
    return Severity::error;
  }

  // True for an addon where node-gyp puts what it compiles. Loaders (bindings, node-gyp-build) look there
  // first, and take what they find.
  static bool is_first_addon(const BundlePath& path) {
    return path.extension() == ".node" && (path.parent().bytes().ends_with("build/Release") ||
                                           path.parent().bytes().ends_with("build/Debug"));
  }

  // An extension module has one function that Python calls, and only modules have a function of this name.
  bool is_extension_module(const BundlePath& path, const RegularFile& file) const {
    if (tag_.empty() || !module_tag(path.name())) return false;
    const auto name = path.name();
    const auto bytes = read_content(file.content);
    return as_text(bytes).find("PyInit_" + std::string(name.substr(0, name.find('.')))) !=
           std::string_view::npos;
  }

  // True if the tree has the same library for this system: in the same folder, or under the same name.
  bool has_companion(const BundlePath& path) const {
    return fitting_folders_.contains(path.parent()) || fitting_names_.contains(std::string(path.name()));
  }

  void judge_fitting(const BundlePath& path, const elf::ElfFacts& facts) {
    libraries_.judge(path, facts);
    if (is_program(path, facts)) judge_interpreter(path, facts);
    if (facts.isa_level > target_.runtime.x86_64_level && !is_chosen_by_processor(path)) {
      report_.add(Severity::error, "abi-processor-level", path,
                  format("demands a processor of level x86-64-v{}, {} promises x86-64-v{}", facts.isa_level,
                         target_.runtime.name, target_.runtime.x86_64_level),
                  format("use or make a build for x86-64-v{} or lower", target_.runtime.x86_64_level));
    }
    judge_stack(path, facts);
  }

  void judge_interpreter(const BundlePath& path, const elf::ElfFacts& facts) {
    // The path of glibc's loader in the psABI of each processor.
    const std::string loader = target_.architecture == Architecture::arm64 ? "/lib/ld-linux-aarch64.so.1"
                                                                           : "/lib64/ld-linux-x86-64.so.2";
    if (facts.interpreter == loader) return;
    if (facts.interpreter.starts_with(target_.root + '/')) {
      const auto own = BundlePath::parse(std::string_view(facts.interpreter).substr(target_.root.size() + 1));
      if (own && files_.contains(*own)) return;
    }
    report_.add(
        scope_ == AbiScope::bundle ? Severity::error : Severity::warning, "abi-interpreter", path,
        format("is a program that needs the loader {}, and {} has {}", facts.interpreter,
               target_.runtime.name, loader),
        format("build it on {}, or drop it if nothing runs it (`drop` in [prune])", target_.runtime.os));
  }

  void judge_stack(const BundlePath& path, const elf::ElfFacts& facts) {
    const auto stack = elf::stack_demand(facts);
    const bool by_default = stack == elf::StackDemand::unsaid && target_.architecture == Architecture::x86_64;
    if (stack != elf::StackDemand::executable && !by_default) return;
    report_.add(Severity::warning, "abi-executable-stack", path,
                by_default ? "does not say that it needs no executable stack, and so gets one"
                           : "asks for an executable stack, which hardened systems refuse",
                "rebuild it with -Wl,-z,noexecstack, if it has no code on the stack");
  }

  void judge_module_name(const BundlePath& path) {
    const auto tag = module_tag(path.name());
    if (tag_.empty() || !tag || !is_tag_of_another(*tag, tag_)) return;
    if (has_other_form(files_, path, tag_, unfit_)) return;
    report_.add(Severity::error, "abi-python-version", path,
                format("is a module for {}, {} looks for {}", *tag, target_.runtime.name, tag_),
                format("install its package with pip for Python {}, or drop the file if nothing imports it",
                       target_.runtime.version));
  }

  void judge_foreign(const BundlePath& path, const RegularFile& file) {
    if (!is_foreign_name(path) && !is_library_name(path.name())) return;
    const auto found = elf::foreign_format(beginning_of(file.content));
    if (found == elf::ForeignFormat::none) return;
    const auto* system = found == elf::ForeignFormat::mach_o ? "macOS" : "Windows";
    const auto taken = other_builds_.taken_instead_of(path);
    if (taken || is_never_opened(path)) {
      // Files of .NET are in the format of Windows on every system, with its native libraries beside them.
      if (taken || path.extension() != ".dll" || !has_companion(path))
        other_builds_.note(path, file.content.size, system, taken);
      return;
    }
    report_.add(severity_of_foreign(path, file), "abi-foreign-format", path,
                format("is a library for {}", system),
                way_to_linux(report_.owner_name(path), target_.runtime, target_.architecture));
  }

  Severity severity_of_foreign(const BundlePath& path, const RegularFile& file) const {
    const bool is_module = path.extension() == ".pyd" || is_extension_module(path, file);
    const bool replaced =
        is_module ? has_other_form(files_, path, tag_, unfit_) : has_companion(path) && !is_first_addon(path);
    return replaced ? Severity::warning : Severity::error;
  }

  // True for names that nothing on Linux looks for.
  static bool is_foreign_name(const BundlePath& path) {
    const auto ending = path.extension();
    return ending == ".dylib" || ending == ".pyd" || ending == ".dll";
  }

  // Python modules for Windows have such a name too, but they show that the package is for Windows. A package
  // for macOS alone is one that Linux does without, unless its name says that others are for other systems.
  bool is_never_opened(const BundlePath& path) const {
    if (is_in_package_for_others(files_, path))
      return !platform_name(path.bytes(), target_.architecture).is_of_another;
    return is_foreign_name(path) &&
           (path.extension() != ".pyd" || tag_.empty() || has_other_form(files_, path, tag_, unfit_));
  }

  const FileSet& files_;
  const AbiTarget& target_;
  AbiScope scope_;
  const elf::TreeFacts& facts_;
  std::string tag_;  // empty if the runtime is not Python
  AbiReport report_;
  OtherBuilds other_builds_;
  AbiLibraries libraries_;
  std::set<BundlePath> unfit_;
  std::set<BundlePath> fitting_folders_;
  std::set<std::string, std::less<>> fitting_names_;
  std::set<std::string> needed_;  // by fitting files
};

}  // namespace

Findings judge_abi(const FileSet& files, const Distributions& owners, const AbiTarget& target, AbiScope scope,
                   const Store& store, unsigned jobs, const FaultIsIdle& is_idle) {
  const auto facts = read_native_facts(files, store, jobs);
  return AbiJudge(files, owners, target, scope, facts, is_idle).judge();
}

std::vector<MissingLibrary> missing_libraries(const FileSet& files, const AbiTarget& target,
                                              const Store& store, unsigned jobs) {
  const auto facts = read_native_facts(files, store, jobs);
  return AbiJudge(files, {}, target, AbiScope::staged, facts).missing();
}

Findings judge_abi(const FileSet& files, const elf::TreeFacts& facts, const Distributions& owners,
                   const AbiTarget& target, const FaultIsIdle& is_idle) {
  return AbiJudge(files, owners, target, AbiScope::bundle, facts, is_idle).judge();
}

bool AbiTarget::starts(const BundlePath& path) const {
  if (root == layer_root && path.parent() == BundlePath("extensions")) return true;
  return runtime.language == Language::provided && path == BundlePath("bootstrap");
}

}  // namespace lbundle
