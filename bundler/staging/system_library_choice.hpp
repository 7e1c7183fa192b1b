// Chooses the copy of a system library that is brought, and copies of the libraries that it needs.
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

// Returns why the runtime's loader would refuse the file: it is for another processor or C library, it needs
// a symbol version that the runtime's own libraries lack, or instructions that Lambda's processors need not
// have. Empty if the loader accepts it. Whether the libraries that the file needs are there is not checked
// here.
std::string why_unfit(const elf::ElfFacts& facts, const Runtime& runtime, Architecture architecture);

struct ChosenLibrary {
  const SystemLibrary* recipe = nullptr;
  LibraryCopy copy;
  std::map<std::string, HostPath> files;  // by SONAME: the files of `copy` that were chosen
  std::set<std::string> wanted_by;        // for a sentence: "rasterio 1.4.3", "libpango-1.0.so.0"
};

class LibraryChoice {
 public:
  struct World {
    const Runtime& runtime;
    Architecture architecture;
    // True if the loader finds a library of that name already.
    std::function<bool(const std::string& soname)> is_there;
    std::function<const SystemLibrary*(const std::string& soname)> recipe_giving;
    std::function<LibraryAnswer(const SystemLibrary&, LibraryOrigin)> ask;
    // Null if the file is not an ELF file.
    std::function<std::shared_ptr<const elf::ElfFacts>(const HostPath&)> read;
  };

  explicit LibraryChoice(World world) : world_(std::move(world)) {}

  // Tries the recipe's origins in their order, and chooses the first copy that the runtime can load. The
  // libraries that the copy needs must be there, or copies of them are chosen too. All libraries of a recipe
  // come from one copy. If the library is there already, nothing is chosen. Returns an empty text, or why no
  // copy can be brought: the reason of each origin.
  std::string bring(const std::string& soname, const std::string& for_whom);

  // By the name of the recipe.
  const std::map<std::string, ChosenLibrary>& chosen() const { return chosen_; }
  // True if an origin could not answer and may be able to another time.
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
