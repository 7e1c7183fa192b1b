#include "prune/prune_prices.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "json/json.hpp"
#include "model/glob.hpp"
#include "model/text.hpp"
#include "report/build_report.hpp"

namespace lbundle {

namespace {

// Smaller amounts are not worth a note: this is about a hundredth of what most bundles have left below the
// limit.
constexpr ByteSize least_to_report{1'000'000};

// The native files that evidence keeps, and all libraries that they load.
std::set<BundlePath> used_natives(const TreeEvidence& evidence, const elf::LibraryGraph& libraries) {
  std::set<BundlePath> used;
  for (const auto& [path, text] : evidence.used) {
    if (libraries.facts().find(path) == nullptr || !used.insert(path).second) continue;
    for (const auto& needed : libraries.needed_by(path)) used.insert(needed);
  }
  return used;
}

struct Price {
  BundlePath module;
  ByteSize bytes;
  std::vector<BundlePath> libraries;  // needed by nothing that is in use
};

Price price_of(const BundlePath& module, const Bundle& bundle, const std::set<BundlePath>& used,
               const elf::LibraryGraph& libraries) {
  Price price{module, unzipped_size(*bundle.files.find(module)), {}};
  for (const auto& library : libraries.needed_by(module)) {
    const auto* node = bundle.files.find(library);
    if (node == nullptr || used.contains(library)) continue;
    price.bytes += unzipped_size(*node);
    price.libraries.push_back(library);
  }
  return price;
}

std::string with_libraries(std::size_t count) {
  return count == 0 ? std::string() : format(" with {} of its libraries", count);
}

// "a", "b"
std::string quoted(const BundlePath& first, const std::vector<BundlePath>& rest) {
  auto text = format("\"{}\"", first.bytes());
  for (const auto& path : rest) text += format(", \"{}\"", path.bytes());
  return text;
}

bool is_python(const BundlePath& path) {
  const auto ending = path.extension();
  return ending == ".py" || ending == ".pyc";
}

// Files of one folder that are kept without being used.
struct Unused {
  BundlePath folder;
  ByteSize bytes;
  std::vector<BundlePath> files;
  const Reason* reason = nullptr;
};

std::string quoted_glob(const std::string& path, const char* wildcard = "") {
  return to_line(Json(exact_glob(path) + wildcard));
}

// The globs that drop `unused` and nothing else: the whole folder, or the largest of its files.
std::string globs_of(const Unused& unused, const Bundle& bundle) {
  static constexpr std::size_t most_in_a_hint = 6;
  const auto all = bundle.files.below(unused.folder);
  if (static_cast<std::size_t>(std::ranges::distance(all)) == unused.files.size())
    return quoted_glob(unused.folder.bytes(), "/**");
  auto files = unused.files;
  const auto size_of = [&](const BundlePath& path) { return unzipped_size(*bundle.files.find(path)); };
  std::ranges::stable_sort(files,
                           [&](const BundlePath& a, const BundlePath& b) { return size_of(b) < size_of(a); });
  std::string text;
  for (std::size_t i = 0; i < std::min(most_in_a_hint, files.size()); ++i)
    text += (i == 0 ? "" : ", ") + quoted_glob(files[i].bytes());
  return text;
}

// Reports folders with many bytes that are kept although no event used them, not counting native code and
// Python. The largest come first.
Findings folder_prices(const Bundle& bundle, const TreeEvidence& evidence,
                       const elf::LibraryGraph& libraries) {
  std::map<BundlePath, Unused> folders;
  for (const auto& [path, node] : bundle.files) {
    if (path.parent().is_root() || is_python(path) || evidence.used.contains(path) ||
        libraries.facts().find(path) != nullptr)
      continue;
    auto& folder = folders[path.parent()];
    folder.folder = path.parent();
    folder.bytes += unzipped_size(node);
    folder.files.push_back(path);
    folder.reason = &bundle.decisions.at(path).reason;
  }
  std::vector<const Unused*> large;
  for (const auto& [path, folder] : folders)
    if (folder.bytes >= least_to_report) large.push_back(&folder);
  std::ranges::stable_sort(large, [](const Unused* a, const Unused* b) { return b->bytes < a->bytes; });
  Findings findings;
  for (const auto* folder : large) {
    findings.push_back({Severity::note, "reached-unused", folder->folder.bytes(),
                        format("{} of {} take {}, and no event used them ({})",
                               count_text(folder->files.size(), "file", "files"), folder->folder.bytes(),
                               to_text(folder->bytes), folder->reason->text),
                        format("drop = [{}] if no input can ask for them, and keep those that it can",
                               globs_of(*folder, bundle))});
  }
  return findings;
}

// Files for people to read, such as READMEs. The extension does not decide: a template may be Markdown.
bool is_for_people(const BundlePath& path) {
  static constexpr std::array names{"readme", "license", "licence", "copying", "notice", "changelog"};
  auto name = std::string(path.name());
  std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c | 0x20 : c; });
  return std::ranges::any_of(names, [&](const char* each) { return name.starts_with(each); });
}

// A program does not open sources, headers and the like. It may run an executable file, wherever that is.
bool could_be_asked_for(const BundlePath& path, const FileNode& node, const TreeRules& rules) {
  if (is_for_people(path)) return false;
  const auto* file = std::get_if<RegularFile>(&node);
  return rules.drop_of(path) == nullptr || (file != nullptr && file->executable);
}

}  // namespace

Findings unreported_drops(const Bundle& bundle, const FileSet& files, const TreeRules& rules,
                          const std::map<BundlePath, const UserGlob*>& by_user, PruneLevel level) {
  struct Dropped {
    BundlePath largest;
    ByteSize most, sum;
    std::size_t count = 0;
  };
  std::map<std::string, Dropped> dropped;  // by folder of the root; a file of the root by itself
  for (const auto& [path, node] : files) {
    // A user who names a file to drop it knows about it.
    if (bundle.files.contains(path) || by_user.contains(path) || !could_be_asked_for(path, node, rules))
      continue;
    const auto& bytes = path.bytes();
    auto& [largest, most, sum, count] = dropped[bytes.substr(0, bytes.find('/'))];
    const auto size = unzipped_size(node);
    if (count++ == 0 || size > most) {
      largest = path;
      most = size;
    }
    sum += size;
  }
  const bool by_trace = level == PruneLevel::trace;
  Findings findings;
  for (const auto& [folder, those] : dropped) {
    const bool one = those.count == 1;
    const auto what =
        one ? format("{} ({})", those.largest.bytes(), to_text(those.sum))
            : format("{} and {} in {}/ ({})", those.largest.bytes(),
                     count_text(those.count - 1, "more file", "more files"), folder, to_text(those.sum));
    findings.push_back(
        {by_trace ? Severity::warning : Severity::note, "unreported-drop", those.largest.bytes(),
         format(
             "no event used {}; dropped, and no log will say when an input asks for {}, because a compiled "
             "program cannot report it",
             what, one ? "it" : "one of them"),
         format("keep = [\"{}\"] if an input can{}", one ? those.largest.bytes() : folder + "/**",
                by_trace ? "; level = \"reach\" keeps what the program's text names" : "")});
  }
  return findings;
}

Findings dropped_but_reached(const Bundle& bundle, const FileSet& files,
                             const std::map<BundlePath, std::string>& ruled_out,
                             const elf::LibraryGraph& libraries) {
  Findings findings;
  for (const auto& [path, how] : ruled_out) {
    const auto* node = files.find(path);
    if (node == nullptr || bundle.files.contains(path)) continue;
    auto bytes = unzipped_size(*node);
    std::vector<BundlePath> lost;
    for (const auto& library : libraries.needed_by(path)) {
      if (files.find(library) == nullptr || bundle.files.contains(library)) continue;
      bytes += unzipped_size(*files.find(library));
      lost.push_back(library);
    }
    if (bytes < least_to_report) continue;
    const auto& reason = bundle.decisions.at(path).reason;
    findings.push_back({Severity::note, "reached-dropped", path.bytes(),
                        format("{}{}, {}, is {}, and dropped: {} ({})", path.bytes(),
                               with_libraries(lost.size()), to_text(bytes), how, reason.text, reason.rule),
                        format("keep = [\"{}\"] if an input can ask for it", path.bytes())});
  }
  return findings;
}

Findings prices(const Bundle& bundle, const TreeEvidence& evidence, const elf::LibraryGraph& libraries) {
  Findings findings;
  const auto used = used_natives(evidence, libraries);
  std::vector<Price> found;
  std::set<BundlePath> brought;
  for (const auto& [path, facts] : libraries.facts().files) {
    if (!bundle.files.contains(path) || used.contains(path)) continue;
    auto price = price_of(path, bundle, used, libraries);
    brought.insert(price.libraries.begin(), price.libraries.end());
    if (price.bytes >= least_to_report) found.push_back(std::move(price));
  }
  // A library is reported together with the module that brings it.
  std::erase_if(found, [&](const Price& price) { return brought.contains(price.module); });
  std::ranges::sort(found, [](const Price& a, const Price& b) {
    return std::pair(b.bytes, a.module) < std::pair(a.bytes, b.module);
  });
  for (const auto& [module, bytes, with] : found) {
    const auto& reason = bundle.decisions.at(module).reason.text;
    findings.push_back({Severity::note, "reached-unused", module.bytes(),
                        format("{}{} takes {}, and no event used it ({})", module.bytes(),
                               with_libraries(with.size()), to_text(bytes), reason),
                        format("drop = [{}] if no input can ask for it", quoted(module, with))});
  }
  for (auto& finding : folder_prices(bundle, evidence, libraries)) findings.push_back(std::move(finding));
  return findings;
}

}  // namespace lbundle
