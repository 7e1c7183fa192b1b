#include "package/start_program.hpp"

#include <algorithm>

#include "elf/abi_facts.hpp"
#include "elf/elf_file.hpp"
#include "model/lambda_paths.hpp"
#include "model/text.hpp"
#include "package/missing_bootstrap.hpp"
#include "package/shebang.hpp"

namespace lbundle {

namespace {

constexpr std::size_t most_script_read = 4096;

class StartProgram {
 public:
  StartProgram(const PackageFiles& package, const PackageUse& use, BundlePath path, std::string kind)
      : package_(package), use_(use), path_(std::move(path)), kind_(std::move(kind)) {}

  Findings judge() {
    const auto target = package_.files.follow(path_);
    const auto* file = target ? package_.files.find_file(*target) : nullptr;
    if (file == nullptr) return {};  // A link to a layer, or one that leads nowhere: check_form reports it.
    judge_mode(package_.mode(*target));
    const auto text = package_.beginning(*target, most_script_read);
    if (file->content.size.bytes() == 0) {
      add(Severity::error, "format", "it is empty", "write the program into it");
    } else if (!text.empty()) {
      judge_content(text);
    }
    return std::move(findings_);
  }

 private:
  void add(Severity severity, const char* what, std::string message, std::string hint) {
    findings_.push_back({severity, kind_ + '-' + what, path_.bytes(), std::move(message), std::move(hint)});
  }

  void judge_mode(std::optional<unsigned> mode) {
    if (mode && (*mode & 0111) == 0111) return;
    add(Severity::error, "not-executable",
        mode
            ? format("mode {:04o} does not let everyone run it, so Lambda reports `permission denied`", *mode)
            : "the zip has no Unix modes, so it is not executable, and Lambda reports `permission denied`",
        mode
            ? "chmod 0755 before zipping, or pack with lbundle"
            : "zip on Linux or macOS after chmod 0755, or pack with lbundle; on Windows, build-lambda-zip of "
              "aws-lambda-go; in Go, CreateHeader with SetMode(0755)");
  }

  void judge_content(const std::string& text) {
    const ByteView bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    if (elf::begins_as_elf(bytes)) return;
    const auto foreign = elf::foreign_format(bytes);
    if (foreign != elf::ForeignFormat::none) {
      add(Severity::error, "format",
          format("it is a program for {}, and Lambda runs Linux programs: `exec format error`",
                 foreign == elf::ForeignFormat::mach_o ? "macOS" : "Windows"),
          build_hint);
    } else if (text.starts_with("#!")) {
      judge_script(text);
    } else if (!is_stand_in(text)) {
      judge_other(text);
    }
  }

  // judge_stand_ins reports these.
  bool is_stand_in(const std::string& text) const {
    const auto target = text.find('\n') == std::string::npos ? path_.parent().resolve(text) : std::nullopt;
    return text.starts_with("version https://git-lfs") || (target && package_.files.contains(*target));
  }

  void judge_other(const std::string& text) {
    if (text.starts_with("\xef\xbb\xbf#!")) {
      add(Severity::error, "format", "a byte order mark is before its '#!': `exec format error`",
          "save it as UTF-8 without a byte order mark");
    } else if (text.starts_with("!<arch>\n")) {
      add(Severity::error, "format", "it is an archive of object files, not a program",
          "build a program: in Go, its package must be `main`");
    } else {
      add(Severity::error, "format",
          "it is neither a Linux program nor a script that begins with '#!': `exec format error`",
          "begin it with a line such as `#!/bin/sh`, or build a program for Linux");
    }
  }

  void judge_script(const std::string& text) {
    const auto line = text.substr(0, text.find('\n'));
    if (line.ends_with('\r')) {
      add(Severity::error, "crlf",
          format("its lines end in CR LF, so the kernel looks for '{}\\r': `no such file or directory`",
                 interpreter_of(line).program),
          "convert it: `sed -i 's/\\r$//' FILE`; in Git, `*.sh text eol=lf` and `bootstrap text eol=lf` in "
          ".gitattributes");
      return;
    }
    if (text.find("\r\n") != std::string::npos) {
      add(Severity::warning, "crlf",
          "some of its lines end in CR LF, which the shell takes for a part of the words",
          "convert it: `sed -i 's/\\r$//' FILE`");
    }
    const auto fault = fault_of(interpreter_of(line), package_, use_);
    if (!fault.message.empty()) add(fault.severity, "interpreter", fault.message, fault.hint);
  }

  const PackageFiles& package_;
  const PackageUse& use_;
  BundlePath path_;
  std::string kind_;
  Findings findings_;
};

}  // namespace

Findings judge_start_programs(const PackageFiles& package, const PackageUse& use) {
  Findings findings;
  const BundlePath bootstrap("bootstrap");
  if (!use.has_runtime() && !use.is_layer && package.files.contains(bootstrap)) {
    // Only provided runtimes start it, and it is not known whether the zip is for one.
    append(findings, StartProgram(package, use, bootstrap, "bootstrap").judge());
    for (auto& finding : findings) finding.severity = std::min(finding.severity, Severity::warning);
  }
  if (use.is_for(Language::provided)) {
    if (package.files.contains(bootstrap)) {
      append(findings, StartProgram(package, use, bootstrap, "bootstrap").judge());
    } else if (!use.is_layer && !use.is_in_layers("bootstrap")) {
      append(findings, judge_missing_bootstrap(package, use));
    }
  }
  if (!use.is_layer) return findings;
  const BundlePath extensions("extensions");
  for (const auto& [path, node] : package.files.below(extensions)) {
    if (path.parent() == extensions && !is_made_by_macos(path))
      append(findings, StartProgram(package, use, path, "extension").judge());
  }
  return findings;
}

}  // namespace lbundle
