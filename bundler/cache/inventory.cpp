// The problem: a cache that only grows fills a disk in a year. But if it is trimmed while a build uses it,
// the build breaks, because the build knows contents by their paths in the cache.
//
// The idea: an entry is what is stored and removed as a whole: a file, or a folder that a tool filled. The
// least recently used entries are removed first. Only a run that has the cache for itself removes anything.
// The kernel's lock on one file is enough for this, and the lock ends with its process.
//
// Rejected: sizes kept in a database, because a killed build leaves them wrong. A grace period of some hours
// instead of the lock, because a long build takes longer.
#include "cache/inventory.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <map>
#include <optional>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "model/error.hpp"
#include "model/text.hpp"
#include "os/interrupt.hpp"
#include "os/log.hpp"
#include "os/temp_dir.hpp"

namespace lbundle {

namespace {

constexpr const char* lock_name = "in-use";
constexpr const char* trimmed_name = "trimmed";
constexpr std::time_t day = 24 * 60 * 60;

// kinds_of_folders: each folder in them is one entry. kinds_of_tools: a tool orders the content itself, so
// the whole kind is one entry. In all other kinds each file is an entry.
constexpr std::array<std::string_view, 11> kinds_of_folders{
    "wheels",           "clients", "tools",    "interpreters", "node-modules", "pip-container",
    "system-libraries", "scripts", "commands", "databases",    "tmp"};
constexpr std::array<std::string_view, 3> kinds_of_tools{"pip", "npm", "zig"};

struct Entry {
  HostPath path;
  ByteSize bytes;
  std::time_t used = 0;
};

std::time_t last_use(const struct stat& status) {
  // Under relatime the kernel updates the access time once a day. The bound is in days, so
  // this is exact enough.
  return std::max(status.st_atime, status.st_mtime);
}

// The space that a file takes on the disk.
ByteSize size_of(const struct stat& status) {
  return ByteSize(static_cast<std::uint64_t>(status.st_blocks) * 512);
}

std::optional<Entry> entry_of_file(const HostPath& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return std::nullopt;
  return Entry{path, size_of(status), last_use(status)};
}

std::optional<Entry> entry_of_folder(const HostPath& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return std::nullopt;
  Entry entry{path, size_of(status), status.st_mtime};
  boost::system::error_code failure;
  for (fs::recursive_directory_iterator at(path, failure), end; !failure && at != end;
       at.increment(failure)) {
    if (lstat(at->path().c_str(), &status) == 0) entry.bytes += size_of(status);
  }
  return entry;
}

template <typename Names>
bool is_one_of(const std::string& name, const Names& names) {
  return std::ranges::find(names, name) != names.end();
}

std::vector<Entry> entries_of(const HostPath& kind) {
  std::vector<Entry> entries;
  const auto add = [&](std::optional<Entry> entry) {
    if (entry) entries.push_back(std::move(*entry));
  };
  const auto name = kind.filename().string();
  boost::system::error_code failure;
  if (is_one_of(name, kinds_of_tools)) {
    add(entry_of_folder(kind));
  } else if (is_one_of(name, kinds_of_folders)) {
    for (fs::directory_iterator at(kind, failure), end; !failure && at != end; at.increment(failure))
      add(entry_of_folder(at->path()));
  } else {
    for (fs::recursive_directory_iterator at(kind, failure), end; !failure && at != end;
         at.increment(failure)) {
      if (!fs::is_directory(at->symlink_status())) add(entry_of_file(at->path()));
    }
  }
  return entries;
}

// The entries of each kind, in order of the kinds' names.
std::map<std::string, std::vector<Entry>> all_entries(const HostPath& cache) {
  std::map<std::string, std::vector<Entry>> all;
  boost::system::error_code failure;
  for (fs::directory_iterator at(cache, failure), end; !failure && at != end; at.increment(failure)) {
    check_interrupt();
    if (fs::is_directory(at->symlink_status())) all[at->path().filename().string()] = entries_of(at->path());
  }
  return all;
}

// Locks the cache for this run alone. The descriptor is not open if another run uses the cache.
Fd exclusive_lock(const HostPath& cache) {
  Fd lock(::open((cache / lock_name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (lock.is_open() && flock(lock.number(), LOCK_EX | LOCK_NB) != 0) lock.reset();
  return lock;
}

Fd require_exclusive_lock(const HostPath& cache) {
  auto lock = exclusive_lock(cache);
  if (!lock.is_open())
    throw Error("remove from", cache.string(), "another run of lbundle is using it",
                "wait until it has ended");
  return lock;
}

void remove(const Entry& entry, Removed& removed) {
  check_interrupt();
  remove_tree(entry.path);
  ++removed.entries;
  removed.bytes += entry.bytes;
}

Removed trim_locked(const HostPath& cache, const CacheBounds& bounds) {
  std::vector<Entry> entries;
  ByteSize total;
  for (auto& [kind, more] : all_entries(cache)) {
    for (auto& entry : more) {
      total += entry.bytes;
      entries.push_back(std::move(entry));
    }
  }
  std::ranges::sort(entries, {}, &Entry::used);
  const auto oldest = std::time(nullptr) - static_cast<std::time_t>(bounds.age.count()) * day;
  Removed removed;
  for (const auto& entry : entries) {
    const auto left = difference(total, removed.bytes);
    if (entry.used >= oldest && left <= static_cast<std::int64_t>(bounds.size.bytes())) break;
    remove(entry, removed);
  }
  return removed;
}

std::optional<ByteSize> parse_size(std::string_view text) {
  double number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec != std::errc() || number < 0) return std::nullopt;
  std::string_view unit(end.ptr, static_cast<std::size_t>(text.data() + text.size() - end.ptr));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  for (const auto& [name, factor] :
       {std::pair<std::string_view, double>{"MB", 1e6}, {"GB", 1e9}, {"kB", 1e3}, {"B", 1}}) {
    if (unit == name && number * factor < 1e18) return ByteSize(static_cast<std::uint64_t>(number * factor));
  }
  return std::nullopt;
}

Error wrong_bound(const char* variable, const char* value, const char* form) {
  return Error("use", format("{}={}", variable, value), format("it is not of the form {}", form))
      .with_status(ExitStatus::wrong_usage);
}

}  // namespace

CacheUse::CacheUse(const HostPath& cache) {
  boost::system::error_code ignored;
  fs::create_directories(cache, ignored);
  lock_ = Fd(::open((cache / lock_name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  // Waits while another run removes entries, which takes a short time.
  if (lock_.is_open()) flock(lock_.number(), LOCK_SH);
}

void mark_used(const HostPath& folder) {
  utimensat(AT_FDCWD, folder.c_str(), nullptr, 0);
}

CountedSize count_cache(const HostPath& cache, std::chrono::milliseconds limit) {
  const auto end_of_time = std::chrono::steady_clock::now() + limit;
  CountedSize counted;
  struct stat status {};
  boost::system::error_code failure;
  for (fs::recursive_directory_iterator at(cache, failure), end; !failure && at != end;
       at.increment(failure)) {
    if (lstat(at->path().c_str(), &status) == 0) counted.bytes += size_of(status);
    if (std::chrono::steady_clock::now() < end_of_time) continue;
    counted.is_whole = false;
    break;
  }
  return counted;
}

CacheBounds cache_bounds() {
  CacheBounds bounds;
  if (const char* size = std::getenv("LBUNDLE_CACHE_SIZE"); size != nullptr && *size != '\0') {
    const auto parsed = parse_size(size);
    if (!parsed) throw wrong_bound("LBUNDLE_CACHE_SIZE", size, "\"2 GB\"");
    bounds.size = *parsed;
  }
  if (const char* age = std::getenv("LBUNDLE_CACHE_DAYS"); age != nullptr && *age != '\0') {
    const std::string_view text = age;
    int days = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), days);
    if (end.ec != std::errc() || end.ptr != text.data() + text.size() || days < 0)
      throw wrong_bound("LBUNDLE_CACHE_DAYS", age, "\"30\"");
    bounds.age = std::chrono::days(days);
  }
  return bounds;
}

std::vector<CacheKind> list_cache(const HostPath& cache) {
  std::vector<CacheKind> kinds;
  for (const auto& [name, entries] : all_entries(cache)) {
    CacheKind kind{name, entries.size(), {}};
    for (const auto& entry : entries) kind.bytes += entry.bytes;
    if (kind.entries > 0) kinds.push_back(std::move(kind));
  }
  return kinds;
}

Removed trim_cache(const HostPath& cache, const CacheBounds& bounds) {
  if (!fs::is_directory(cache)) return {};
  const auto lock = require_exclusive_lock(cache);
  return trim_locked(cache, bounds);
}

Removed empty_cache(const HostPath& cache) {
  Removed removed;
  if (!fs::is_directory(cache)) return removed;
  const auto lock = require_exclusive_lock(cache);
  for (const auto& [kind, entries] : all_entries(cache)) {
    for (const auto& entry : entries) remove(entry, removed);
    remove_tree(cache / kind);
  }
  return removed;
}

void trim_cache_now_and_then(const HostPath& cache) {
  const auto bounds = cache_bounds();
  const auto mark = cache / trimmed_name;
  struct stat status {};
  if (stat(mark.c_str(), &status) == 0 && status.st_mtime > std::time(nullptr) - day) return;
  const auto lock = exclusive_lock(cache);
  if (!lock.is_open()) return;
  try {
    const auto removed = trim_locked(cache, bounds);
    Fd(::open(mark.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
    mark_used(mark);
    if (removed.entries > 0)
      log_detail(format("removed old entries from the cache: {}", to_text(removed.bytes)));
  } catch (const Error& error) {
    log_detail(error.what());
  }
}

}  // namespace lbundle
