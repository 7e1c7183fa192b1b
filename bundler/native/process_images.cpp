#include "native/process_images.hpp"

#include <algorithm>

namespace lbundle {

using elf::LoadedObject;

const LoadedObject* object_of(const ProcessImages::Scope& scope, const BundlePath& file) {
  const auto found = std::find_if(scope.begin(), scope.end(), [&](const LoadedObject& object) {
    return object.facts != nullptr && object.file == file;
  });
  return found == scope.end() ? nullptr : &*found;
}

ProcessImages::ProcessImages(const FileSet& files, const elf::TreeFacts& facts,
                             const elf::LoaderPaths& loader) {
  const elf::LibraryGraph graph(files, facts, loader);
  std::set<std::string> needed_names;
  for (const auto& [path, one] : facts.files) {
    if (files.find_file(path) != nullptr) needed_names.insert(one->needed.begin(), one->needed.end());
  }
  for (const auto& [path, one] : facts.files) {
    const bool is_needed =
        needed_names.contains(std::string(path.name())) || needed_names.contains(one->soname);
    if (is_needed || files.find_file(path) == nullptr) continue;
    scopes_.emplace(path, std::make_shared<const Scope>(graph.scope(path)));
  }
  find_needed();
}

ProcessImages::ProcessImages(const ProcessImages& before, const BundlePath& replaced, const FileSet& files,
                             const elf::TreeFacts& facts, const elf::LoaderPaths& loader)
    : scopes_(before.scopes_) {
  const elf::LibraryGraph graph(files, facts, loader);
  for (auto& [root, scope] : scopes_) {
    if (object_of(*scope, replaced) != nullptr) scope = std::make_shared<const Scope>(graph.scope(root));
  }
  find_needed();
}

void ProcessImages::find_needed() {
  for (const auto& [root, scope] : scopes_) {
    for (const LoadedObject& object : *scope) {
      if (object.facts != nullptr && object.file != root) needed_.insert(object.file);
    }
  }
}

}  // namespace lbundle
