// The problem: the trace shows what a compiled program opened in these runs only, and its text hardly shows
// the rest. The strings of a Go program are in one block without end marks, those of C have NULs between
// them, and programs build names from parts.
//
// The idea: search the other way round. The files beside the program are few and have names. If a kept
// executable, library, script or configuration contains the name of a file, the file is kept. If it contains
// the name of a folder, the content of the folder is kept. A short or common name counts only if it is a word
// of its own. In programs of Go and Rust no text is a word of its own, so there it counts anywhere. A file
// that iconv reads has names of modules without their endings.
//
// Rejected: strings(1) and a check of each string, because it finds nothing in Go; keeping everything beside
// the program, because that is what a plain zip does.
#include "prune/program_reach.hpp"

#include <algorithm>
#include <sstream>

#include "cache/store.hpp"
#include "elf/file_names.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

std::vector<SoughtName> sought_in(const FileSet& files) {
  std::vector<SoughtName> names;
  std::set<BundlePath> folders;
  for (const auto& [path, node] : files) {
    names.push_back({path.bytes(), false, path.parent().is_root(), path});
    if (!path.parent().is_root()) names.push_back({std::string(path.name()), false, true, path});
    for (auto folder = path.parent(); !folder.is_root(); folder = folder.parent()) folders.insert(folder);
  }
  for (const auto& folder : folders) {
    names.push_back({folder.bytes() + "/", true, false, folder});
    names.push_back({folder.bytes(), true, true, folder});
    // Go joins path parts itself: filepath.Join("data", "zones").
    if (!folder.parent().is_root()) names.push_back({std::string(folder.name()), true, true, folder, true});
  }
  std::erase_if(names, [](const SoughtName& name) { return name.text.size() < shortest_sought_name; });
  return names;
}

}  // namespace

std::vector<Reached> ProgramReach::reach_from(const std::vector<BundlePath>& kept) {
  const auto names = sought_in(tree_.files);
  std::vector<Reached> reached;
  for (const auto& path : kept) {
    const auto* file = tree_.files.find_file(path);
    if (file == nullptr) continue;
    const auto bytes = read_content(file->content);
    const auto text = as_text(bytes);
    const auto how = format("named in {}", path.bytes());
    for (const auto index : names_in(text, names, texts_of(text), begins_of_texts(bytes))) {
      const auto& name = names[index];
      if (!name.is_folder) {
        reached.push_back({name.path, how, false, path});
        continue;
      }
      for (const auto& [below, node] : tree_.files.below(name.path))
        reached.push_back({below, format("in {}, a folder {}", name.path.bytes(), how), false, path});
    }
    reach_conversions(path, text, reached);
  }
  return reached;
}

// iconv's configuration (gconv-modules and gconv-modules.d/*.conf of glibc: iconv/gconv_conf.c) has a line
// for each conversion: "module FROM TO FILE COST", where FILE is a library in the same folder, without ".so".
void ProgramReach::reach_conversions(const BundlePath& path, std::string_view text,
                                     std::vector<Reached>& reached) {
  const bool is_part = path.parent().name() == "gconv-modules.d" && path.extension() == ".conf";
  if (!is_part && path.name() != "gconv-modules") return;
  const auto folder = is_part ? path.parent().parent() : path.parent();
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    std::istringstream line{std::string(text.substr(at, end - at))};
    at = end + 1;
    std::string word, from, to, file;
    if (!(line >> word >> from >> to >> file) || word != "module") continue;
    const auto library = folder.resolve(file.ends_with(".so") ? file : file + ".so");
    if (library && tree_.files.contains(*library))
      reached.push_back({*library, format("named in {}", path.bytes()), false, path});
  }
}

const std::vector<NamedCall>& ProgramReach::calls_of(const BundlePath&) const {
  static const std::vector<NamedCall> none;
  return none;
}

}  // namespace lbundle
