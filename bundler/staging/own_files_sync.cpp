#include "staging/own_files_sync.hpp"

#include <algorithm>
#include <cerrno>

#include <sys/stat.h>

#include "model/error.hpp"
#include "model/text.hpp"
#include "os/digest_of.hpp"
#include "os/interrupt.hpp"
#include "python/bytecode.hpp"
#include "staging/secret_search.hpp"

namespace lbundle {

namespace {

// Removes the bytecode that staging put beside `source`, if there is any.
void remove_bytecode(TreeUpdate& update, const BundlePath& source, const Interpreter& interpreter) {
  const auto bytecode = cached_bytecode_path(source, interpreter.cache_tag);
  if (source.extension() == ".py" && update.index().files.contains(bytecode)) update.remove(bytecode);
}

// Returns the stamp of the file that `file` leads to. Links are followed, because the target's content is
// copied.
FileStamp source_stamp(const HostPath& file) {
  boost::system::error_code failure;
  const auto real = fs::canonical(file, failure);
  const auto stamp = failure ? std::nullopt : stamp_of(real);
  if (!stamp) throw system_error("read", file.string(), failure ? failure.value() : ENOENT);
  return *stamp;
}

void refuse_inside_a_file(const StagedIndex& index, const BundlePath& path) {
  for (auto folder = path.parent(); !folder.is_root(); folder = folder.parent()) {
    if (!index.files.contains(folder)) continue;
    throw Error("stage", path.bytes(),
                format("{} is a file of an installed package, not a folder", folder.bytes()),
                "give the function's own folder another name");
  }
}

void copy_own_file(TreeUpdate& update, const BundlePath& path, const HostPath& file,
                   const Interpreter& interpreter) {
  auto& index = update.index();
  const auto stamp = source_stamp(file);
  const auto known = index.own.find(path);
  if (known != index.own.end() && known->second == std::pair(file, stamp)) return;
  refuse_inside_a_file(index, path);
  if (known == index.own.end() && index.files.contains(path)) index.collisions.insert(path);
  remove_bytecode(update, path, interpreter);
  struct stat status {};
  if (stat(file.c_str(), &status) != 0) throw system_error("read", file.string(), errno);
  const auto bytes = read_file(file);
  update.put(path, bytes, digest_of(bytes), (status.st_mode & S_IXUSR) != 0);
  index.secrets.erase(path);
  if (const auto secret = secret_in(path, bytes)) index.secrets.emplace(path, *secret);
  index.own.insert_or_assign(path, std::pair(file, stamp));
}

}  // namespace

bool own_files_are_current(const StagedIndex& index, const OwnFiles& own) {
  if (index.own.size() != own.size()) return false;
  return std::ranges::all_of(own, [&](const auto& entry) {
    const auto known = index.own.find(entry.first);
    return known != index.own.end() && known->second == std::pair(entry.second, source_stamp(entry.second));
  });
}

void sync_own_files(TreeUpdate& update, const OwnFiles& own, const Interpreter& interpreter) {
  auto& index = update.index();
  for (auto at = index.own.begin(); at != index.own.end();) {
    if (own.contains(at->first)) {
      ++at;
      continue;
    }
    remove_bytecode(update, at->first, interpreter);
    update.remove(at->first);
    index.secrets.erase(at->first);
    at = index.own.erase(at);
  }
  for (const auto& [path, file] : own) {
    check_interrupt();
    copy_own_file(update, path, file, interpreter);
  }
}

}  // namespace lbundle
