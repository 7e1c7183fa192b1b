// Which copy of a system library is brought, with what it needs in turn.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "elf/elf_file.hpp"
#include "install/library_copy.hpp"
#include "project/project.hpp"
#include "project/system_library_rules.hpp"

namespace lbundle {

// Why the runtime's loader would refuse the file: another processor or C library, a symbol version that the
// runtime's own libraries lack, instructions that no processor of Lambda's is promised to have. Empty where
// it takes it. What the file needs is another question.
std::string why_unfit(const elf::ElfFacts& facts, const Runtime& runtime, Architecture architecture);

struct ChosenLibrary {
  const SystemLibrary* recipe = nullptr;
  LibraryCopy copy;
  std::map<std::string, HostPath> files;  // by SONAME, of `copy`
  std::set<std::string> wanted_by;        // for a sentence: "rasterio 1.4.3", "libpango-1.0.so.0"
};

class LibraryChoice {
 public:
  struct World {
    const Runtime& runtime;
    Architecture architecture;
    // True where the loader finds a library of that name already.
    std::function<bool(const std::string& soname)> is_there;
    std::function<const SystemLibrary*(const std::string& soname)> recipe_giving;
    std::function<LibraryAnswer(const SystemLibrary&, LibraryOrigin)> ask;
    // Null where the file is no ELF file.
    std::function<std::shared_ptr<const elf::ElfFacts>(const HostPath&)> read;
  };

  explicit LibraryChoice(World world) : world_(std::move(world)) {}

  // Chooses the first copy, by the recipe's order of origins, that the runtime can load and whose needs are
  // there or can be chosen too; all libraries of a recipe are of one copy. Nothing is chosen where the
  // library is there. Empty, or why no copy can be brought, each origin with its reason.
  std::string bring(const std::string& soname, const std::string& for_whom);

  // By the name of the recipe.
  const std::map<std::string, ChosenLibrary>& chosen() const { return chosen_; }
  // True where an origin that could not answer may do so another time.
  bool may_change() const { return may_change_; }

 private:
  const LibraryAnswer& ask(const SystemLibrary& recipe, LibraryOrigin origin);
  std::string try_copy(const SystemLibrary& recipe, const LibraryCopy& copy, const std::string& soname,
                       const std::string& for_whom);

  World world_;
  std::map<std::string, ChosenLibrary> chosen_;
  std::map<std::pair<std::string, LibraryOrigin>, LibraryAnswer> answers_;
  std::set<std::string> visiting_;  // libraries whose needs are being looked at
  bool may_change_ = false;
};

}  // namespace lbundle
