// The tables that the dynamic section names, read with bounds: names, versions, build-id.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "elf/image.hpp"

namespace lbundle::elf {

// The table of names that the other tables refer to.
//
// It hands out no more text than a table of its size can mean: a hostile file could have a million symbols
// that all name one long text, and whoever copies the names would need memory for each. Linkers share the
// ends of names, but never that often.
class DynamicNames {
 public:
  // Copies the table. Throws MalformedElf if it is not terminated.
  explicit DynamicNames(const Image& image);

  // The name at `offset`, valid as long as `share()` is held. Throws MalformedElf if it lies outside the
  // table, or if the names overlap beyond measure.
  std::string_view text(std::uint64_t offset);

  std::shared_ptr<const std::string> share() const { return table_; }

 private:
  std::shared_ptr<const std::string> table_;
  std::uint64_t left_ = 0;  // bytes that may still be handed out
};

// A version as a record of DT_VERNEED or DT_VERDEF has it. The texts belong to the DynamicNames.
struct VersionRecord {
  std::string_view version;
  std::string_view file;     // of a demand: the DT_NEEDED that is to define it
  std::uint16_t flags = 0;   // VER_FLG_BASE, VER_FLG_WEAK
  std::uint16_t number = 0;  // what DT_VERSYM calls it
};

// In the order of the file. A definition's record has its own name; the names it inherits are left out. Both
// throw MalformedElf if a table is cut off or has more records than fit.
std::vector<VersionRecord> demanded_versions(const Image& image, DynamicNames& names);
std::vector<VersionRecord> defined_versions(const Image& image, DynamicNames& names);

// The content of the note that holds the build-id; empty if there is none. Notes with damaged sizes are
// passed over: no loader reads them.
ByteView build_id_of(const Image& image);

}  // namespace lbundle::elf
