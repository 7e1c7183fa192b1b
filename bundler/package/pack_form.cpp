#include "package/pack_form.hpp"

#include "model/error.hpp"
#include "model/text.hpp"
#include "zip/link_fate.hpp"

namespace lbundle {

namespace {

Error refuse(const BundlePath& link, const std::string& target, const char* what, const char* hint) {
  return {"pack", link.bytes(), format("the link to '{}' {}", target, what), hint};
}

void require_arriving(const FileSet& files, const BundlePath& path, const std::string& target) {
  switch (zip::fate_of(files, path)) {
    case zip::LinkFate::arrives:
      return;
    case zip::LinkFate::absolute:
      throw refuse(path, target, "is absolute", "make it relative: Lambda keeps only relative links");
    case zip::LinkFate::leaves:
      throw refuse(path, target, "leads out of the tree", "put a copy of the file in its place");
    case zip::LinkFate::dangles:
      throw refuse(path, target, "leads to nothing", "put its target into the tree, or remove the link");
    case zip::LinkFate::loops:
      throw refuse(path, target, "leads back to itself", "remove the link");
  }
}

}  // namespace

void require_packable(const FileSet& files) {
  for (const auto& [path, node] : files) {
    if (path.bytes().find('\\') != std::string::npos) {
      throw Error("pack", path.bytes(), "the name has a backslash, which is not a separator on Lambda",
                  "rename the file");
    }
    if (const auto* link = std::get_if<SymbolicLink>(&node)) require_arriving(files, path, link->target);
  }
}

}  // namespace lbundle
