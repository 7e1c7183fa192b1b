// The problem: a compiled program puts file names together, from formats, from the input, from pieces that
// are operands of instructions. It cannot report in production what was dropped, so what it can ask for must
// stay.
//
// The idea: the pieces are somewhere in the program. A file may leave if no text of a kept program, script or
// configuration fits its path: each text that has a word of the path also has a part that the path does not
// have, in that order. "data/%s.txt" does not lead to "notes/build.txt", but ".txt" alone does.
//
// Why it is right: a path has to come from somewhere. What the input brings alone, without any piece from the
// program, only an event can show; then the files beside the one that it opened stay. A program that cuts
// words apart ("da" and "ta") is not seen through.
//
// Rejected: limits of size. They dropped tables of 3 MB that a format named, and kept small files for
// nothing.
#include "prune/program_data.hpp"

#include "cache/store.hpp"
#include "model/text.hpp"
#include "prune/program_texts.hpp"

namespace lbundle {

namespace {

void keep_beside_opened(const StagedTree& tree, const TreeEvidence& evidence,
                        const elf::LibraryGraph& libraries, KeepSet& kept) {
  std::map<BundlePath, const BundlePath*> opened;  // by folder
  for (const auto& [path, text] : evidence.used)
    if (libraries.facts().find(path) == nullptr && !path.parent().is_root())
      opened.emplace(path.parent(), &path);
  for (const auto& [path, node] : tree.files) {
    const auto beside = opened.find(path.parent());
    if (beside == opened.end() || libraries.facts().find(path) != nullptr) continue;
    kept.keep(path, {"prune", format("beside {}, which an event opened", beside->second->bytes()), {}},
              *beside->second);
  }
}

std::vector<BundlePath> candidates_of(const StagedTree& tree, const TreeRules& rules, const KeepSet& kept) {
  std::vector<BundlePath> candidates;
  for (const auto& [path, node] : tree.files) {
    const auto* file = std::get_if<RegularFile>(&node);
    if (!kept.contains(path) && (rules.drop_of(path) == nullptr || (file != nullptr && file->executable)))
      candidates.push_back(path);
  }
  return candidates;
}

}  // namespace

void keep_data_of_program(const StagedTree& tree, const TreeRules& rules, const TreeEvidence& evidence,
                          const elf::LibraryGraph& libraries, KeepSet& kept) {
  keep_beside_opened(tree, evidence, libraries, kept);
  kept.close();
  const auto candidates = candidates_of(tree, rules, kept);
  std::set<std::string> words;
  for (const auto& path : candidates)
    for (auto& word : words_of(path.bytes())) words.insert(std::move(word));
  ProgramTexts texts(std::move(words));
  std::set<BundlePath> read;
  for (std::size_t before = 0; before != kept.all().size();) {
    before = kept.all().size();
    for (const auto& [path, how] : kept.all()) {
      const auto* file = tree.files.find_file(path);
      if (file != nullptr && !candidates.empty() && read.insert(path).second)
        texts.add(path, read_content(file->content));
    }
    for (const auto& path : candidates) {
      if (kept.contains(path)) continue;
      if (const auto lead = texts.lead_to(path))
        kept.keep(path,
                  {"prune",
                   format("the text '{}' of {} may be a part of its name", lead->text, lead->from.bytes()),
                   {}},
                  lead->from);
    }
    kept.close();
  }
}

}  // namespace lbundle
