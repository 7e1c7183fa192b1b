// The problem: a cache may be copied from one machine to another, cleaned by a program that looks at dates,
// or cut short by a full disk. A library from it goes into the user's bundle. The idea: each folder has the
// digest of its files beside them, and a folder with other files is made again.
#include "install/library_cache.hpp"

#include "cache/inventory.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/bytes.hpp"
#include "os/log.hpp"
#include "os/temp_dir.hpp"
#include "os/tree_content.hpp"

namespace lbundle {

namespace {

constexpr const char* files_name = "files";
constexpr const char* digest_name = "digest";

bool is_whole(const HostPath& folder) {
  boost::system::error_code ignored;
  if (!fs::is_directory(folder / files_name, ignored) || !fs::is_regular_file(folder / digest_name, ignored))
    return false;
  return read_text_file(folder / digest_name) == to_hex(content_of(folder / files_name));
}

}  // namespace

HostPath library_folder(const Store& store, const Digest& key,
                        const std::function<void(const HostPath& folder)>& fill) {
  const auto all = store.folder() / "system-libraries";
  auto folder = all / to_hex(key).substr(0, 32);
  mark_used(folder);
  if (fs::is_directory(folder)) {
    if (is_whole(folder)) return folder / files_name;
    log_detail(format("{} was changed, and is made again", folder.string()));
    remove_tree(folder);
  }
  TempDir filling(all, "filling");
  const auto files = filling.path() / files_name;
  fs::create_directory(files);
  fill(files);
  write_file(filling.path() / digest_name, to_hex(content_of(files)));
  // If another build was faster, its files are the same.
  filling.publish_unless_there(folder);
  return folder / files_name;
}

}  // namespace lbundle
